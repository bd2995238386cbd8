//! Letters without what writers and typesetters add to them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Adds a letter without diacritics, an apostrophe, quotation mark, dash or space of the plain kind; case is kept.
pub fn fold_char(c: char, out: &mut String) {
    match c {
        c if c.is_ascii() => out.push(c),
        '’' | '‘' | 'ʼ' | '′' => out.push('\''),
        '“' | '”' | '„' | '«' | '»' => out.push('"'),
        '‐' | '‑' | '–' | '—' => out.push('-'),
        '\u{a0}' | '\u{2009}' | '\u{202f}' => out.push(' '),
        'ø' => out.push('o'),
        'Ø' => out.push('O'),
        'ł' => out.push('l'),
        'Ł' => out.push('L'),
        'đ' => out.push('d'),
        'Đ' => out.push('D'),
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'Æ' => out.push_str("Ae"),
        'ə' => out.push('a'),
        'Ə' => out.push('A'),
        c => out.extend(std::iter::once(c).nfd().filter(|d| !is_combining_mark(*d))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_and_marks_go() {
        let fold = |text: &str| {
            let mut out = String::new();
            text.chars().for_each(|c| fold_char(c, &mut out));
            out
        };
        assert_eq!(fold("Díaz’s Łódź – “ß”"), "Diaz's Lodz - \"ss\"");
        assert_eq!(fold("e\u{301}"), "e", "a mark that stands alone goes too");
    }
}
