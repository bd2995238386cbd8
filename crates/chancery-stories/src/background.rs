//! How often words and names stand in articles of any kind, so that what is rare can be told where there are few articles.

use crate::item::{Symbol, symbol};
use crate::model::StoriesError;
use crate::story::{StoryArticle, content_words, name_symbol};
use chancery_data::Data;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// The knowledge file, below `data/`.
const FILE: &str = "stories/background.tsv";
/// So many articles of the background are counted with those of the ledger. Chosen on the first half of `eval/stories`.
const ARTICLES: f32 = 100.0;
/// A word or name that the file does not have is in this share of all articles.
const UNSEEN: f32 = 0.002;
/// An article's beginning, which is looked at, has so many words.
const LEAD_WORDS: f32 = 240.0;

/// The share of all articles that have a word or name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Background {
    words: HashMap<Symbol, f32>,
    names: HashMap<Symbol, f32>,
}

impl Background {
    pub(crate) fn load(data: &Data) -> Result<Self, StoriesError> {
        Background::read(&data.text(FILE)?)
    }

    fn read(text: &str) -> Result<Self, StoriesError> {
        let mut found = Background::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || StoriesError::Background { line: number + 1 };
            let mut cells = line.split('\t');
            let (Some(kind), Some(term), Some(share), None) = (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                return Err(wrong());
            };
            let share: f32 = share.parse().ok().filter(|s| (0.0..=1.0).contains(s)).ok_or_else(wrong)?;
            match kind {
                "word" => found.words.insert(symbol(term), share),
                "name" => found.names.insert(name_symbol(term), share),
                _ => return Err(wrong()),
            };
        }
        Ok(found)
    }

    /// How many articles it stands for.
    pub(crate) fn articles(&self) -> f32 {
        ARTICLES
    }

    /// How many of them have a word.
    pub(crate) fn with_word(&self, word: Symbol) -> f32 {
        ARTICLES * self.words.get(&word).copied().unwrap_or(UNSEEN)
    }

    /// How many of them have a name.
    pub(crate) fn with_name(&self, name: Symbol) -> f32 {
        ARTICLES * self.names.get(&name).copied().unwrap_or(UNSEEN)
    }
}

/// Counts texts for the file.
#[derive(Debug, Default)]
pub struct BackgroundCounter {
    texts: u32,
    words: u64,
    terms: BTreeMap<(&'static str, String), u32>,
}

impl BackgroundCounter {
    /// Counts a text, a passage or an article.
    pub fn add(&mut self, article: &StoryArticle) {
        self.texts += 1;
        self.words += article.text.split_whitespace().count() as u64;
        let words = content_words(&article.text).map(|w| ("word", w));
        let names = article.names.iter().filter(|n| !n.is_empty()).map(|n| ("name", n.to_lowercase()));
        for term in words.chain(names).collect::<BTreeSet<_>>() {
            *self.terms.entry(term).or_default() += 1;
        }
    }

    /// The rows of the file: what is hardly in more articles than the unseen is left out. Texts that are shorter than an
    /// article's beginning are counted as so many pieces of one, each of which has a word or not, whatever the others have.
    pub fn to_tsv(&self) -> String {
        let pieces = LEAD_WORDS * self.texts as f32 / self.words.max(1) as f32;
        let mut rows = String::new();
        for ((kind, term), &count) in self.terms.iter().filter(|t| *t.1 > 1) {
            let share = 1.0 - (1.0 - count as f32 / self.texts as f32).powf(pieces);
            if share > 2.0 * UNSEEN {
                // Writing to a string does not fail.
                _ = writeln!(rows, "{kind}\t{term}\t{share:.3}");
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::StorySketch;

    #[test]
    fn what_was_counted_comes_back() {
        let text =
            |text: &str| StoryArticle { text: text.into(), names: vec!["Peru".into()], ..StoryArticle::default() };
        let mut counter = BackgroundCounter::default();
        counter.add(&text("Ministers signed a treaty."));
        counter.add(&text("The treaty of the ministry."));
        assert_eq!(counter.to_tsv(), "name\tperu\t1.000\nword\ttreaty\t1.000\n");
    }

    #[test]
    fn the_file_is_read_and_a_wrong_one_is_named() {
        let found = Background::load(&Data::embedded()).unwrap();
        assert!(found.with_word(symbol("governm")) > 10.0 * found.with_word(symbol("zyzzyva")));
        assert!(found.with_name(name_symbol("united states")) > found.with_name(name_symbol("nauru")));
        let wrong = Background::read("# shares\nword\tharbour\t1.5\n").unwrap_err().to_string();
        assert!(wrong.contains("line 2"), "{wrong}");
    }

    #[test]
    fn sketches_and_rows_name_terms_alike() {
        let article = StoryArticle { text: "Ministers".into(), names: vec!["PERU".into()], ..StoryArticle::default() };
        let sketch = StorySketch::from(&article);
        assert_eq!((sketch.words[0].0, sketch.names[0].0), (symbol("ministe"), name_symbol("peru")));
    }
}
