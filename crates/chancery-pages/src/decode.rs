//! Bytes to text: byte order mark, then what the page declares, then UTF-8, then a guess.

use chancery_text::Note;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A page's text and what happened to it.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// A note where the text is not exactly what the bytes said.
    pub notes: Vec<Note>,
}

/// Fewer characters without a mark are not taken for UTF-16.
const MIN_WIDE_CHARS: usize = 4;
/// How many bytes are looked at for a `<meta charset>`.
const META_BYTES: usize = 4096;

/// Decodes `bytes`; `declared` is the character set that the page itself or its sender states.
///
/// A byte order mark at the beginning stays in the text where the bytes are UTF-8, so that offsets count as in the file.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes)
        && wide(bytes).is_none()
    {
        return Decoded { text: text.to_string(), notes: Vec::new() };
    }
    let encoding = choose(bytes, declared);
    let (text, used, broken) = encoding.decode(bytes);
    let mut notes = Vec::new();
    if broken {
        let replaced = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        let said =
            format!("read as {}; {replaced} characters could not be read and were replaced by U+FFFD", used.name());
        notes.push(Note::new("P001", said));
    } else if used != UTF_8 {
        notes.push(Note::new("P001", format!("the file is not UTF-8; read as {}", used.name())));
    }
    Decoded { text: text.into_owned(), notes }
}

/// Which UTF-16 the bytes are, by their mark or, where every second byte is mostly zero, without one.
pub(crate) fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some(UTF_16LE);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(UTF_16BE);
    }
    let head = &bytes[..bytes.len().min(META_BYTES) & !1];
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|b| **b == 0).count();
    let (first, second, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match pairs >= MIN_WIDE_CHARS {
        true if first == 0 && 2 * second > pairs => Some(UTF_16LE),
        true if second == 0 && 2 * first > pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// The character set that an HTML page declares in its first bytes.
pub(crate) fn declared_in_html(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(META_BYTES)]).to_ascii_lowercase();
    let after = head.split("charset").nth(1)?.trim_start().strip_prefix('=')?;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn choose(bytes: &[u8], declared: Option<&str>) -> &'static Encoding {
    if let Some(encoding) = wide(bytes).or_else(|| Encoding::for_bom(bytes).map(|(encoding, _)| encoding)) {
        return encoding;
    }
    // A page that declares UTF-8 but has a few broken bytes is still UTF-8.
    if mostly_utf8(bytes) {
        return UTF_8;
    }
    let stated = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = stated.filter(|e| ![UTF_8, UTF_16BE, UTF_16LE].contains(e)) {
        return encoding;
    }
    guess(bytes)
}

/// True where at least nine in ten of the non-ASCII stretches are valid UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid > 0 && valid >= 9 * broken
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let head = &bytes[..bytes.len().min(1 << 20)];
    detector.feed(head, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_character_sets_are_read_with_a_note() {
        let latin = decode(b"Le pr\xe9sident \xe0 Paris", Some("iso-8859-1"));
        assert_eq!(latin.text, "Le président à Paris");
        assert_eq!(latin.notes.len(), 1);
        let wide = decode(b"\xff\xfeH\0i\0", None);
        assert_eq!(wide.text, "Hi");
        let unmarked = decode(b"\0E\0n\0v\0o\0y\0s", Some("utf-8"));
        assert_eq!((unmarked.text.as_str(), unmarked.notes.len()), ("Envoys", 1));
    }

    #[test]
    fn broken_utf8_is_replaced_and_counted() {
        let mut bytes =
            "Díaz-Canel, Rodríguez, Núñez, Peña, José, Raúl, Ángel, Óscar, Iván, Ramón: ".as_bytes().to_vec();
        bytes.push(0xff);
        let decoded = decode(&bytes, None);
        assert!(decoded.text.starts_with("Díaz-Canel"));
        assert!(decoded.notes[0].text.contains("1 characters"), "{:?}", decoded.notes);
    }

    #[test]
    fn the_page_states_its_character_set() {
        assert_eq!(declared_in_html(b"<meta charset=\"windows-1251\">").as_deref(), Some("windows-1251"));
        assert_eq!(declared_in_html(b"<meta content='text/html; charset=gbk'>").as_deref(), Some("gbk"));
    }
}
