//! One part of many documents, for people with several machines.

use crate::documents::content_hash;
use chancery_formats::Item;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// The documents that one of `of` machines codes.
///
/// A document belongs to a shard by what it holds, so the parts are the same wherever the files lie and in whatever
/// order they are read, each document is in exactly one of them, and copies of it are in the same.
///
/// ```
/// let shard: chancery::Shard = "2/8".parse().unwrap();
/// assert_eq!(shard.to_string(), "2/8");
/// assert!("9/8".parse::<chancery::Shard>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    // Invariant: 1 <= number <= of.
    number: u32,
    of: NonZeroU32,
}

/// Text that names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no shard; write which of how many, as 1/4, 2/4, 3/4 and 4/4")]
pub struct ShardError(String);

impl Shard {
    /// True where this shard codes what was read, or names what could not be read.
    pub(crate) fn holds(self, item: &Item) -> bool {
        match item {
            Item::Document(document) => self.holds_hash(&content_hash(document)),
            Item::Note { place, .. } => self.holds_place(place),
            Item::Error(error) => self.holds_place(error.place()),
        }
    }

    fn holds_place(self, place: &str) -> bool {
        self.holds_hash(blake3::hash(place.as_bytes()).to_hex().as_str())
    }

    /// By the first 64 bits of a hash in hexadecimal.
    fn holds_hash(self, hash: &str) -> bool {
        let bits = hash.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        bits % u64::from(self.of.get()) == u64::from(self.number - 1)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(written: &str) -> Result<Self, ShardError> {
        let parts = written.split_once('/').and_then(|(n, of)| Some((n.parse().ok()?, of.parse::<NonZeroU32>().ok()?)));
        match parts {
            Some((number, of)) if (1..=of.get()).contains(&number) => Ok(Shard { number, of }),
            _ => Err(ShardError(written.into())),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_shard_is_refused() {
        for wrong in ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "a/b", "1/99999999999"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn each_document_is_in_one_shard() {
        for of in 1..40 {
            let shards: Vec<Shard> = (1..=of).map(|n| format!("{n}/{of}").parse().unwrap()).collect();
            for page in 0..50 {
                assert_eq!(shards.iter().filter(|s| s.holds_place(&format!("page {page}"))).count(), 1);
            }
        }
    }

    #[test]
    fn shards_are_of_like_size() {
        let shard: Shard = "3/4".parse().unwrap();
        let held = (0..4000).filter(|n| shard.holds_place(&format!("page {n}"))).count();
        assert!((900..1100).contains(&held), "{held} of 4000");
    }
}
