//! The model file `models/language.bin`: everything that was learnt.

use crate::bytes::{Damage, Reader, Writer};
use crate::lemmatizer::Lemmatizer;
use crate::linear::Linear;
use crate::neural::TAGS;
use crate::neural::network::Network;
use crate::tags::TagSet;

/// Begins the file; the last letters are the layout's version.
const MAGIC: &[u8] = b"CHANCERY-LANG-02";

/// The learnt parts of the language layer.
#[derive(Debug)]
pub(crate) struct Model {
    pub tags: TagSet,
    pub network: Network,
    pub splitter: Linear,
    pub lemmatizer: Lemmatizer,
}

impl Model {
    pub fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader::new(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err("it is no language model, or one of another version");
        }
        let model = Model {
            tags: TagSet::read(&mut reader)?,
            network: Network::read(&mut reader)?,
            splitter: Linear::read(&mut reader)?,
            lemmatizer: Lemmatizer::read(&mut reader)?,
        };
        let fits = model.tags.pairs.len() <= TAGS && model.splitter.classes() == 2;
        if fits { Ok(model) } else { Err("its parts do not fit together") }
    }

    pub fn write(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes.extend(MAGIC);
        self.tags.write(&mut writer);
        self.network.write(&mut writer);
        self.splitter.write(&mut writer);
        self.lemmatizer.write(&mut writer);
        writer.bytes
    }
}
