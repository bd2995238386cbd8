/// Turns byte offsets of one text into character offsets (Unicode scalar values).
///
/// The one place where bytes become characters; the doors use it. A lookup costs a table row and at most 64 bytes of
/// counting.
///
/// ```
/// let index = chancery_text::CharIndex::new("Díaz met Xi");
/// assert_eq!(index.char_at(0), 0);
/// assert_eq!(index.char_at(6), 5); // í is two bytes
/// ```
#[derive(Debug, Clone)]
pub struct CharIndex {
    text: String,
    /// Characters before byte `64 * i`.
    table: Vec<u32>,
}

const STEP: usize = 64;

impl CharIndex {
    /// Counts through `text` once.
    pub fn new(text: &str) -> Self {
        let mut table = Vec::with_capacity(text.len() / STEP + 2);
        let mut chars = 0u32;
        for (i, byte) in text.bytes().enumerate() {
            if i % STEP == 0 {
                table.push(chars);
            }
            chars += u32::from(is_char_start(byte));
        }
        if text.len().is_multiple_of(STEP) {
            table.push(chars);
        }
        CharIndex { text: text.to_string(), table }
    }

    /// Characters before byte `byte`; a byte past the end counts as the end, one inside a character as that character's end.
    pub fn char_at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let row = byte / STEP;
        let counted = self.text.as_bytes()[row * STEP..byte].iter().filter(|b| is_char_start(**b)).count();
        self.table[row] as usize + counted
    }
}

fn is_char_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}
