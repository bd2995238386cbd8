//! A set of small numbers.

/// A bit a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(super) fn new(numbers: usize) -> Self {
        Bits { words: vec![0; numbers.div_ceil(64)] }
    }

    /// These of so many numbers.
    pub(super) fn of<'a>(numbers: usize, inside: impl IntoIterator<Item = &'a u32>) -> Self {
        let mut bits = Bits::new(numbers);
        inside.into_iter().for_each(|number| bits.insert(*number));
        bits
    }

    pub(super) fn insert(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|w| w & (1 << (number % 64)) != 0)
    }

    /// All that are in it, in their order.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.count() as usize);
        for (word, first) in self.words.iter().zip((0u32..).step_by(64)) {
            let mut left = *word;
            while left != 0 {
                numbers.push(first + left.trailing_zeros());
                left &= left - 1;
            }
        }
        numbers
    }

    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }
}
