//! What of a message's text is its own: without quoted messages and the signature.
//!
//! In: plain text, and `data/formats/mail.toml`. Out: the lines that are left; the whole text where none would be.

use crate::error::FormatsError;
use chancery_data::Data;
use serde::Deserialize;

const PATH: &str = "formats/mail.toml";

/// How quotations and signatures begin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quoted {
    quoted: Vec<(String, String)>,
    replies: Vec<String>,
    signatures: Vec<String>,
    signature_lines: usize,
}

impl Quoted {
    pub(crate) fn load(data: &Data) -> Result<Self, FormatsError> {
        let wrong = |e: toml::de::Error| FormatsError::Map { path: PATH.into(), reason: e.to_string() };
        toml::from_str(&data.text(PATH)?).map_err(wrong)
    }

    /// The text without quoted messages and the signature.
    pub(crate) fn without(&self, text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let end = lines.iter().position(|l| self.is_reply(l)).unwrap_or(lines.len());
        let mut keep: Vec<bool> = lines.iter().enumerate().map(|(i, l)| i < end && !is_quoted(l)).collect();
        for first in (0..end).filter(|i| is_quoted(lines[*i])) {
            self.drop_attribution(&lines, first, &mut keep);
        }
        let own = |from: usize| (from..end).filter(|i| keep[*i] && !lines[*i].trim().is_empty()).count();
        let signs = |i: &usize| keep[*i] && self.signatures.iter().any(|s| s.as_str() == lines[*i]);
        if let Some(at) = (0..end).rev().find(signs).filter(|at| own(*at) <= self.signature_lines + 1) {
            keep[at..end].fill(false);
        }
        let kept: Vec<&str> = lines.iter().zip(&keep).filter(|(_, k)| **k).map(|(l, _)| *l).collect();
        if kept.iter().all(|l| l.trim().is_empty()) { text.to_string() } else { kept.join("\n") }
    }

    fn is_reply(&self, line: &str) -> bool {
        let bare: String = line.to_lowercase().split_whitespace().collect();
        let same = |r: &String| r.split_whitespace().collect::<String>() == bare;
        !bare.is_empty() && self.replies.iter().any(same)
    }

    /// Drops "On 3 May Ana Ruiz wrote:" above a quoted line.
    fn drop_attribution(&self, lines: &[&str], quoted: usize, keep: &mut [bool]) {
        let above = (0..quoted).rev().take_while(|i| !is_quoted(lines[*i]));
        let Some(last) = above.into_iter().find(|i| !lines[*i].trim().is_empty()) else { return };
        for first in [last, last.saturating_sub(1)] {
            let said = lines[first..=last].join(" ").to_lowercase();
            if self
                .quoted
                .iter()
                .any(|(begins, ends)| said.starts_with(begins.as_str()) && said.trim_end().ends_with(ends.as_str()))
            {
                return keep[first..=last].fill(false);
            }
        }
    }
}

fn is_quoted(line: &str) -> bool {
    line.starts_with('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_and_signatures_go() {
        let quoted = Quoted::load(&Data::embedded()).unwrap();
        let own = |text: &str| quoted.without(text).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            own(
                "The pilots are back.\n\nOn Fri, 3 May 2024 Ana Ruiz wrote:\n> When?\n\nToday.\n-- \nTom Hale\nThe Quay\n"
            ),
            "The pilots are back. Today."
        );
        assert_eq!(own("Back.\n\nOn Fri, 3 May 2024 at 10:00,\nAna Ruiz <a@example.org> wrote:\n\n> When?\n"), "Back.");
        assert_eq!(own("Back.\n-----Original Message-----\nFrom: Ana\nWhen?\n"), "Back.");
        assert_eq!(own("On the quay the pilot wrote:\nWe are back.\n"), "On the quay the pilot wrote: We are back.");
        assert_eq!(own("> All is quoted.\n"), "> All is quoted.");
        let long = format!("News.\n--\n{}", "A line of the second part.\n".repeat(20));
        assert!(own(&long).contains("second part"));
    }
}
