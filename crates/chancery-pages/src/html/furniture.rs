//! Which elements of a page are furniture: captions, bylines, share bars, boxes of related articles.
//!
//! In: `data/boilerplate/furniture.toml`. Out: [`Furniture`], asked element by element.

use crate::{PagesError, load_toml};
use chancery_data::Data;
use dom_query::NodeRef;
use rustc_hash::FxHashSet;
use serde::Deserialize;

const PATH: &str = "boilerplate/furniture.toml";
/// Shorter words of a class name say nothing.
const MIN_WORD_BYTES: usize = 3;

/// The names that give furniture away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Furniture {
    elements: FxHashSet<String>,
    names: FxHashSet<String>,
}

impl Furniture {
    /// Reads the names.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        load_toml(data, PATH)
    }

    /// True where the element's name, class or id is one of furniture.
    pub(crate) fn holds(&self, node: &NodeRef) -> bool {
        let is_element = node.qual_name_ref().is_some_and(|name| self.elements.contains(name.local.as_ref()));
        let values = [node.class(), node.id_attr()];
        is_element || values.iter().flatten().any(|v| self.names_one(v))
    }

    /// True where one of the words of `value` is a name of furniture; words end at signs, digits and capitals.
    fn names_one(&self, value: &str) -> bool {
        let mut word = String::new();
        let mut was_lower = false;
        for c in value.chars().chain([' ']) {
            let ends = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_lower);
            if ends && word.len() >= MIN_WORD_BYTES && self.names.contains(&word) {
                return true;
            }
            if ends {
                word.clear();
            }
            if c.is_ascii_alphabetic() {
                word.push(c.to_ascii_lowercase());
            }
            was_lower = c.is_ascii_lowercase();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_class_names_count() {
        let furniture = Furniture::load(&Data::embedded()).unwrap();
        assert!(furniture.names_one("c-post__author") && furniture.names_one("main postAuthor"));
        assert!(!furniture.names_one("authority") && !furniture.names_one("content body text"));
    }
}
