//! What the models see of a word: hashes of its form, its ends and its shape.

/// A word's hashes, computed once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Word {
    pub form: u32,
    pub lower: u32,
    pub suffix: [u32; 4],
    pub prefix: [u32; 3],
    /// Kinds of characters, runs shortened (`Xx`, `d.d`).
    pub shape: u32,
    pub class: Class,
}

/// A coarse kind of word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    #[default]
    Lower,
    Title,
    Upper,
    Digit,
    Mixed,
    Punct,
}

impl Word {
    /// Looks at `form` once.
    pub fn new(form: &str) -> Self {
        let mut ends = Ends::default();
        let lower = form.chars().flat_map(char::to_lowercase).map(plain).inspect(|c| ends.push(*c));
        let mut word = Word { lower: hash_chars(2, lower), ..Word::default() };
        word.form = hash_chars(1, form.chars().map(plain));
        for n in 1..=ends.count.min(4) {
            word.suffix[n - 1] = hash_chars(2 + n as u32, ends.last[4 - n..].iter().copied());
        }
        for n in 1..=ends.count.min(3) {
            word.prefix[n - 1] = hash_chars(8 + n as u32, ends.first[..n].iter().copied());
        }
        word.shape = shape(form);
        word.class = class(form);
        word
    }
}

/// The first three and the last four characters of a word.
#[derive(Default)]
struct Ends {
    first: [char; 3],
    last: [char; 4],
    count: usize,
}

impl Ends {
    fn push(&mut self, c: char) {
        if let Some(place) = self.first.get_mut(self.count) {
            *place = c;
        }
        self.last.rotate_left(1);
        self.last[3] = c;
        self.count += 1;
    }
}

/// One kind of apostrophe and quotation mark, so that typographic and typewriter texts look alike.
pub(crate) fn plain(c: char) -> char {
    match c {
        '’' | '‘' | '`' | '′' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '―' | '‐' | '‑' => '-',
        _ => c,
    }
}

fn hash_chars(seed: u32, chars: impl Iterator<Item = char>) -> u32 {
    let mut h = u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for c in chars {
        h = (h.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x51_7C_C1_B7_27_22_0A_95);
    }
    (h ^ (h >> 32)) as u32
}

fn shape(form: &str) -> u32 {
    let mut last = (' ', 0);
    let kept = form.chars().take(24).map(kind).filter(|kind| {
        last = if *kind == last.0 { (*kind, last.1 + 1) } else { (*kind, 1) };
        last.1 <= 2
    });
    hash_chars(20, kept)
}

fn kind(c: char) -> char {
    if c.is_ascii_lowercase() {
        'x'
    } else if c.is_ascii_uppercase() {
        'X'
    } else if c.is_ascii_digit() {
        'd'
    } else if c.is_ascii() {
        plain(c)
    } else if c.is_uppercase() {
        'X'
    } else if c.is_alphabetic() {
        'x'
    } else if c.is_numeric() {
        'd'
    } else {
        plain(c)
    }
}

fn class(form: &str) -> Class {
    let (mut upper, mut lower, mut digits, mut letters) = (0, 0, 0, 0);
    for c in form.chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
        letters += usize::from(c.is_alphabetic());
        digits += usize::from(c.is_numeric());
    }
    let first_upper = form.chars().next().is_some_and(char::is_uppercase);
    match () {
        () if digits > 0 && letters == 0 => Class::Digit,
        () if letters == 0 => Class::Punct,
        () if upper > 0 && lower == 0 => Class::Upper,
        () if first_upper && upper == 1 => Class::Title,
        () if upper == 0 && digits == 0 => Class::Lower,
        () => Class::Mixed,
    }
}

/// Mixes a template's number and up to three values into a feature.
#[inline]
pub(crate) fn feature(template: u32, a: u32, b: u32, c: u32) -> u32 {
    let mut h = u64::from(template).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(a);
    h = h.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 29) ^ u64::from(b)).wrapping_mul(0x94D0_49BB_1331_11EB);
    h = (h ^ (h >> 31) ^ u64::from(c)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (h >> 32) as u32
}
