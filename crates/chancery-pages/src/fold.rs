//! Text as it is compared: without case, typographic quotes, repeated spaces and marks at the ends.

/// Folds a line for comparison with the knowledge files.
pub(crate) fn fold(text: &str) -> String {
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
    fold(text).trim_matches(|c: char| !c.is_alphanumeric()).to_string()
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
