//! Words that are kept once, with a number each.

use super::NONE;
use std::collections::HashMap;

/// Words and their numbers, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Names {
    list: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(NONE);
        self.list.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(super) fn get(&self, number: u32) -> Option<&str> {
        self.list.get(number as usize).map(|n| &**n)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// All names in their alphabetical order.
    pub(super) fn sorted(&self) -> Vec<String> {
        let mut all: Vec<String> = self.list.iter().map(|n| n.to_string()).collect();
        all.sort();
        all
    }
}
