//! Text as it is compared: without case, typographic quotes, repeated spaces and marks at the ends.

/// Folds a line for comparison with the knowledge files.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_space(c) {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        out.push(plain(c));
    }
    out
}

/// [`fold`], without marks at both ends: `“Read more …”` becomes `read more`.
pub(crate) fn fold_bare(text: &str) -> String {
    bare(&fold(text)).to_string()
}

/// A folded text without marks at both ends.
pub(crate) fn bare(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphanumeric())
}

fn fold_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for byte in text.bytes() {
        if byte.is_ascii_whitespace() || byte == 0xb {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        out.push(plain(char::from(byte.to_ascii_lowercase())));
    }
    out
}

/// White space in the wide sense: also no-break and zero-width space and the byte order mark.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Trims white space in the wide sense.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn plain(c: char) -> char {
    match c {
        '’' | '‘' | '‛' | '`' | '´' | 'ʼ' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '―' | '‒' | '−' | '‑' | '‐' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_hides_typography() {
        assert_eq!(fold(" Keep\u{a0}\u{a0}“Us”  Alive "), "keep \"us\" alive");
        assert_eq!(fold_bare("» Read more…"), "read more");
    }
}
