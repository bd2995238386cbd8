//! Hashes of words and of what is seen of them.

/// Letters that are looked at; longer words are cut.
pub const MAX_LETTERS: usize = 40;
const SEED: u32 = 3;

/// The hash of a word in lower case, with one kind of apostrophe and dash.
pub fn word_hash(word: &str) -> u32 {
    let mut hash = Hash::new(SEED);
    for c in word.chars().take(MAX_LETTERS) {
        hash.add(u32::from(lower(plain(c))));
    }
    hash.end()
}

/// The letter in lower case, where that is one letter.
pub fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// One kind of apostrophe, quotation mark and dash.
pub fn plain(c: char) -> char {
    match c {
        '’' | '‘' | '`' | '′' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '―' | '‐' | '‑' => '-',
        _ => c,
    }
}

/// A hash that is made number by number; the same on every machine.
#[derive(Debug)]
pub struct Hash(u64);

impl Hash {
    /// A hash of nothing yet; hashes of different seeds differ.
    pub fn new(seed: u32) -> Self {
        Hash(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Adds a number.
    #[inline]
    pub fn add(&mut self, n: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(n)).wrapping_mul(0x517C_C1B7_2722_0A95);
    }

    /// The hash of all numbers.
    pub fn end(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }

    /// The hash of `numbers`.
    pub fn of(seed: u32, numbers: &[u32]) -> u32 {
        let mut hash = Hash::new(seed);
        numbers.iter().for_each(|&n| hash.add(n));
        hash.end()
    }
}
