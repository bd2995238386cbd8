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
    apart_elements: FxHashSet<String>,
    apart_names: FxHashSet<String>,
}

impl Furniture {
    /// Reads the names.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        load_toml(data, PATH)
    }

    /// True where the element's name, class or id is one of furniture.
    pub(crate) fn holds(&self, node: &NodeRef) -> bool {
        is_called(node, &self.elements, &self.names)
    }

    /// True for an element whose headings begin no articles of the page: comments, boxes of other articles, the page's foot.
    pub(crate) fn stands_apart(&self, node: &NodeRef) -> bool {
        is_called(node, &self.apart_elements, &self.apart_names)
    }
}

fn is_called(node: &NodeRef, elements: &FxHashSet<String>, names: &FxHashSet<String>) -> bool {
    let is_element = node.qual_name_ref().is_some_and(|name| elements.contains(name.local.as_ref()));
    let values = [node.class(), node.id_attr()];
    is_element || values.iter().flatten().any(|v| holds_word(v, names))
}

/// True where one of the words of `value` is one of `names`; words end at signs, digits and capitals.
fn holds_word(value: &str, names: &FxHashSet<String>) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    for c in value.chars().chain([' ']) {
        let ends = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_lower);
        if ends && word.len() >= MIN_WORD_BYTES && names.contains(&word) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_class_names_count() {
        let furniture = Furniture::load(&Data::embedded()).unwrap();
        let names = |value: &str| holds_word(value, &furniture.names);
        assert!(names("c-post__author") && names("main postAuthor"));
        assert!(!names("authority") && !names("content body text"));
    }
}
