//! The pairs of UD and Penn tags that the tagger chooses from.

use crate::bytes::{Damage, Reader, Writer};
use chancery_text::{Upos, Xpos};

/// The pairs of tags that occur.
#[derive(Debug, Default, Clone)]
pub(crate) struct TagSet {
    pub pairs: Vec<(Upos, Xpos)>,
}

impl TagSet {
    pub fn number(&self, pair: (Upos, Xpos)) -> Option<usize> {
        self.pairs.iter().position(|p| *p == pair)
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        let n = reader.count(2)?;
        let mut pairs = Vec::new();
        for _ in 0..n {
            let (upos, xpos) = (usize::from(reader.u8()?), usize::from(reader.u8()?));
            match (Upos::ALL.get(upos), Xpos::ALL.get(xpos)) {
                (Some(u), Some(x)) => pairs.push((*u, *x)),
                _ => return Err("it names a tag that does not exist"),
            }
        }
        if pairs.is_empty() { Err("it has no tags") } else { Ok(TagSet { pairs }) }
    }

    pub fn write(&self, writer: &mut Writer) {
        writer.u32(self.pairs.len());
        for (upos, xpos) in &self.pairs {
            writer.u8(*upos as u8);
            writer.u8(*xpos as u8);
        }
    }

    /// The pair with a number; one that was never trained gives the most frequent pair.
    pub fn pair(&self, number: u8) -> (Upos, Xpos) {
        self.pairs.get(usize::from(number)).or(self.pairs.first()).copied().unwrap_or_default()
    }
}
