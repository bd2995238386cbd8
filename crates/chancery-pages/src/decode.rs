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

/// How many bytes are looked at for a `<meta charset>`.
const META_BYTES: usize = 4096;

/// Decodes `bytes`; `declared` is the character set that the page itself or its sender states.
///
/// A byte order mark at the beginning stays in the text where the bytes are UTF-8, so that offsets count as in the file.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
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
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
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
