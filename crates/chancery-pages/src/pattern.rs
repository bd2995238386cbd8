//! The small pattern language of `data/boilerplate/credits.toml`.
//!
//! `{slot}` stands for a name or a set of words, `(a|b)` for one of several, `[x]` for something that may be missing; all
//! else stands for itself, without regard to case or to the shape of quotation marks. A pattern becomes a linear-time
//! regular expression.

use std::collections::BTreeMap;

/// Named sets of words: `{argue}` for "argues", "writes", ….
#[derive(Debug, Default)]
pub(crate) struct Sets(pub BTreeMap<String, Vec<String>>);

impl Sets {
    /// The words of a folded line.
    pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
        folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty())
    }
}

/// A person's name: two to six capitalised words, with particles between.
pub(crate) const NAME: &str = r"\p{Lu}[\p{L}.’'\-]*(?:\s+(?:(?:al|ben|bin|da|de|del|der|den|di|dos|du|el|ibn|la|le|van|von|y)\s+)?\p{Lu}[\p{L}.’'\-]*){1,5}";
const OUTLET: &str = r"(?:[^.,;:()\n]|\.\p{L}){2}(?:[^.,;:()\n]|\.\p{L})*?(?:\s?\([\p{L}. ]+\))?";
const OUTLETS: &str = r"(?:[^.;:()\n]|\.\p{L}){2}(?:[^.;:()\n]|\.\p{L}|\([^()\n]*\))*?";

/// One pattern as a regular expression, or what is wrong with it.
pub(crate) fn to_regex(pattern: &str, sets: &Sets) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' => {
                let (slot, after) = rest.split_once('}').ok_or("a { has no }")?;
                out.push_str(&slot_regex(slot, sets)?);
                rest = after;
            }
            '[' => out.push_str("(?:"),
            ']' => out.push_str(")?"),
            '(' => out.push_str("(?:"),
            ')' | '|' => out.push(c),
            ' ' => out.push_str(if ends_optional(&out) { r"\s*" } else { r"\s+" }),
            '\'' | '’' => out.push_str("['’‘]"),
            '-' => out.push_str("[-–—]"),
            c => {
                out.push_str("(?i:");
                out.push_str(&regex::escape(&c.to_string()));
                out.push(')');
            }
        }
    }
    Ok(out)
}

/// An optional part swallows its own space, so the space after it may be missing.
fn ends_optional(out: &str) -> bool {
    out.ends_with(")?")
}

fn slot_regex(slot: &str, sets: &Sets) -> Result<String, String> {
    Ok(match slot {
        "outlet" => format!("(?:(?i:the)\\s+)?(?P<outlet>{OUTLET})"),
        "outlets" => format!("(?P<outlets>{OUTLETS})"),
        "partners" => format!("(?P<partners>{OUTLETS})"),
        "author" => format!(r"(?:[^\s.;:]+\s+)*?(?P<author>{NAME})"),
        "group" => r"(?:(?:(?i:an?|the))\s+)?(?P<author>[^.;:,\n]+?)".to_string(),
        "name" => format!("(?P<author>{NAME})"),
        "date" => r"(?P<date>[\p{L}\d.,\s]+?)".to_string(),
        "few" => r"(?:[^.;:\n]*?)".to_string(),
        "end" => r"(?:\s*[.,;:!?)\n\]]|\s*$)".to_string(),
        "start" => r#"(?:^|[.!?:;”"]\s+)"#.to_string(),
        "paragraph" => "^".to_string(),
        set => {
            let words = sets.0.get(set).ok_or_else(|| format!("no slot or set named {{{set}}}"))?;
            let escaped: Vec<String> = words.iter().map(|w| regex::escape(w).replace(' ', r"\s+")).collect();
            format!("(?i:{})", escaped.join("|"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_alternatives_and_optional_parts() {
        let sets = Sets(BTreeMap::from([("argue".to_string(), vec!["argues".to_string(), "looks at".to_string()])]));
        let source = to_regex("{start}In (this|the) [short ]essay for {outlet}, {author} {argue}", &sets).unwrap();
        let re = regex::Regex::new(&source).unwrap();
        let caps =
            re.captures("Hello. In the essay for the Coastal Post, Norwegian writer Ane Berg looks at ports.").unwrap();
        assert_eq!(&caps["outlet"], "Coastal Post");
        assert_eq!(&caps["author"], "Ane Berg");
        assert!(to_regex("{nothing}", &sets).is_err());
    }
}
