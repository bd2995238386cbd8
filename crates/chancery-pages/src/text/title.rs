//! Which lines look like a title.

use crate::fold::is_space;
use crate::text::lines::ends_sentence;

const MAX_CHARS: usize = 170;
const MAX_WORDS: usize = 28;
/// A paragraph of running text has at least so many characters.
const BODY_MIN_CHARS: usize = 80;

/// True for a line that may be the title of an article somewhere on a page: short, no sentence mark at its end, no
/// quotation, at least two words.
pub(crate) fn may_be_title(line: &str) -> bool {
    if line.len() > 4 * MAX_CHARS || line.chars().count() > MAX_CHARS {
        return false;
    }
    let words = line.split(is_space).filter(|w| w.chars().any(char::is_alphanumeric)).count();
    let end = line.trim_end_matches(|c: char| is_space(c) || "”\"’')]»".contains(c));
    let last = end.chars().next_back();
    (2..=MAX_WORDS).contains(&words)
        && starts_like_title(line)
        && !last.is_some_and(|c| ".;,:-–—…".contains(c))
        && !is_whole_quotation(line)
        && !has_inner_sentence_end(line)
}

/// True for the first line of a page that may be its title: as [`may_be_title`], but it may hold several short sentences.
pub(crate) fn may_be_first_title(line: &str) -> bool {
    let chars = line.chars().take(MAX_CHARS + 31).count();
    let words = line.split(is_space).filter(|w| w.chars().any(char::is_alphanumeric)).count();
    chars <= MAX_CHARS + 30
        && (1..=MAX_WORDS + 6).contains(&words)
        && line.chars().any(char::is_alphabetic)
        && !line.trim_end().ends_with(['.', ';', ',', ':', '…'])
}

/// True for running text.
pub(crate) fn is_body(line: &str) -> bool {
    let chars = line.chars().take(BODY_MIN_CHARS * 2).count();
    chars >= BODY_MIN_CHARS * 2 || (chars >= BODY_MIN_CHARS && ends_sentence(line))
}

fn starts_like_title(line: &str) -> bool {
    line.chars().next().is_some_and(|c| {
        c.is_uppercase() || c.is_numeric() || "“\"‘'¿¡#".contains(c) || (c.is_alphabetic() && !c.is_lowercase())
    })
}

/// “We will not go.” is a pull quote; ‘He died’: three killed is a title.
fn is_whole_quotation(line: &str) -> bool {
    line.starts_with(['“', '"', '„', '«']) && line.trim_end().ends_with(['”', '"', '“', '»'])
}

/// "He left. She stayed" is text; "U.S. troops leave" and "St. Paul" are not told apart from it by more than the words' length.
fn has_inner_sentence_end(line: &str) -> bool {
    let mut words = line.split(is_space).filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let Some(next) = words.peek() else { return false };
        let stem = word.trim_end_matches(['.', '”', '"', ')']);
        let ends = word.ends_with('.') || word.ends_with(".”") || word.ends_with(".\"");
        if ends
            && stem.chars().count() > 4
            && !stem.contains('.')
            && next.chars().next().is_some_and(char::is_uppercase)
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_no_titles() {
        for title in [
            "Envoys of two ports meet in Oslo",
            "U.S. sends grain: what is behind the Oslo summit?",
            "‘He was my brother’: three killed in clashes near the port",
            "No to war! Solidarity with the dockers!",
        ] {
            assert!(may_be_title(title), "{title}");
        }
        for text in [
            "He said so.",
            "Asked why, he said:",
            "“We shall not leave the port”",
            "and then they left",
            "Ministers. They met Again",
        ] {
            assert!(!may_be_title(text), "{text}");
        }
        assert!(may_be_first_title("Report. More than 20 held in Oslo"));
    }
}
