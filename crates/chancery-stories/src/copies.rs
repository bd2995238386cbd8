//! Which texts are copies of which: near duplicates, reprints, corrected versions; and who reprints whom.
//!
//! In: a [`Sketch`] of each text with its outlet and date. Out: for each text that has an earlier one which tells the same
//! in the same words, one [`Copy`](struct@Copy) that points to the earliest such text. As every copy points to an earlier text, copies
//! form trees, and each tree is one text, however often it was printed. What is not done: texts that tell the same in other
//! words are not looked for here.
//!
//! Two texts are related where most of the shorter one stands in the other: so that a piece is found inside an
//! introduction, and a shortened one in the whole ([`RELATED_SHARE`]). Shares are estimated from samples of rows of four
//! words ([`Sketch`]); only texts that share one of a few rows are compared at all (an inverted index of samples, which for
//! containment is what banded MinHash is for resemblance: Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive
//! Datasets", chapter 3). Whether two texts are related depends on these two alone, so that the order in which texts come changes nothing, and
//! [`CopyIndex::place`] one by one gives what [`find_copies`] gives of all.
//!
//! ```
//! use chancery_stories::copies::{CopyInput, Relation, Sketch, Spelling, find_copies};
//! let spelling = Spelling::load(&chancery_data::Data::embedded())?;
//! let text = "The two organisations signed a labour agreement in the harbour of Valletta on Monday.";
//! let of = |id: &str, text: &str, date: &str| CopyInput {
//!     id: id.into(),
//!     date: date.parse().ok(),
//!     sketch: Sketch::of(text, &spelling),
//!     ..CopyInput::default()
//! };
//! let american = text.replace("organisations", "organizations").replace("our", "or");
//! let found = find_copies(&[of("b", &american, "2024-05-02"), of("a", text, "2024-05-01")]);
//! assert_eq!((&*found[0].id, &*found[0].of, found[0].relation), ("b", "a", Relation::Same));
//! # Ok::<(), chancery_stories::copies::CopiesError>(())
//! ```

mod index;
mod sketch;
mod spelling;

pub use index::CopyIndex;
pub use sketch::{Overlap, Sketch};
pub use spelling::Spelling;

use chancery_text::PartialDate;
use std::collections::BTreeMap;

/// Texts are related where this share of the shorter one's rows of words stands in the other.
pub const RELATED_SHARE: f32 = 0.6;
/// Two texts of one outlet are versions of one article where they have this share of all their rows in common.
const VERSION_RESEMBLANCE: f32 = 0.4;
/// A text that holds this share of an earlier one …
const REPRINT_KEPT: f32 = 0.6;
/// … and is longer by this factor, reprints it.
const REPRINT_LONGER: f32 = 1.25;
/// Shorter texts are copies of nothing: a greeting, a line of figures.
const MIN_WORDS: usize = 12;
/// Rows that must be seen to be common: fewer may be chance.
const MIN_COMMON: usize = 4;

/// Why texts cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopiesError {
    /// A knowledge file cannot be had.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A knowledge file is wrong.
    #[error("{path}: {source}")]
    Toml {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: Box<toml::de::Error>,
    },
    /// Stored bytes are no sketch of this version.
    #[error("{bytes} bytes that are no sketch of a text in this version's format; make it anew from the text")]
    Sketch {
        /// How many bytes there were.
        bytes: usize,
    },
}

/// A text that may be a copy, or have copies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyInput {
    /// The article's id; no two are alike.
    pub id: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// The outlets that it says it reprints.
    pub reprinted_from: Vec<String>,
    /// Its text.
    pub sketch: Sketch,
}

/// A text that repeats an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    /// The earlier text: of all related ones the first by date, then without a credit before with one, then by id.
    pub of: String,
    /// The later text.
    pub id: String,
    /// What it is to the earlier one.
    pub relation: Relation,
    /// The share of its own words that it has from the earlier one, 0 to 1.
    pub share: f32,
    /// The share of the earlier text's words that it holds, 0 to 1.
    pub kept: f32,
    /// The same in a sentence.
    pub why: String,
}

/// What a later text is to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The same words, at most in another spelling or with other marks.
    Same,
    /// Nearly the same text, or a shortened one.
    Copy,
    /// The text inside a longer one, or with credit to its outlet.
    Reprint,
    /// The same outlet's article, changed.
    Version,
}

impl Relation {
    /// `same`, `copy`, `reprint` or `version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Copy => "copy",
            Relation::Reprint => "reprint",
            Relation::Version => "version",
        }
    }
}

/// Finds the copies among texts; in the order of their ids, whatever the order of the texts.
pub fn find_copies(texts: &[CopyInput]) -> Vec<Copy> {
    let mut sorted: Vec<&CopyInput> = texts.iter().collect();
    sorted.sort_by(|a, b| index::rank(a).cmp(&index::rank(b)));
    let mut index = CopyIndex::default();
    for text in sorted {
        index.place(text.clone());
    }
    index.copies()
}

/// True where one text repeats most of the other.
pub fn are_related(a: &Sketch, b: &Sketch) -> bool {
    if a.words().min(b.words()) < MIN_WORDS {
        return false;
    }
    let overlap = a.overlap(b);
    a.whole() == b.whole()
        || overlap.common >= MIN_COMMON && overlap.first_in_second.max(overlap.second_in_first) >= RELATED_SHARE
}

/// So many keys two texts have in common before they are compared, of each of which so many keys were sampled
/// ([`Sketch::sampled`]): a sixth of the fewer ones, where copies have six tenths. Of twelve that were sampled, less than two
/// are shared by one copy in three thousand, and of more by fewer still. Of a short text few are sampled, and in a long one only these are found.
pub fn least_shared(sampled: usize, other: usize) -> usize {
    (sampled.min(other) / 6).max(1)
}

/// True where a text comes before another: by date, those without one last; on one day those without a credit first; then by id.
pub fn is_earlier(a: &CopyInput, b: &CopyInput) -> bool {
    index::rank(a) < index::rank(b)
}

/// What a text is to an earlier one that it is related to.
pub fn copy_of(earlier: &CopyInput, later: &CopyInput) -> Copy {
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    let address = |text: &'_ CopyInput| text.url.as_deref().map(|u| u.trim_end_matches('/').to_string());
    let credits = || later.reprinted_from.iter().map(String::as_str);
    let known = Circumstances {
        same_outlet: same(earlier.outlet.as_deref(), later.outlet.as_deref()),
        same_address: same(address(earlier).as_deref(), address(later).as_deref()),
        credited: credits().find(|c| earlier.outlet.as_deref().is_some_and(|o| same_name(c, o))),
    };
    let (relation, overlap, why) = relation(&earlier.sketch, &later.sketch, known);
    let (share, kept) = (overlap.first_in_second, overlap.second_in_first);
    Copy { of: earlier.id.clone(), id: later.id.clone(), relation, share, kept, why }
}

/// How often one outlet prints texts of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reprinted {
    /// Copies that were found by their words.
    pub found: usize,
    /// Articles that say so, whether or not the other text is there.
    pub credited: usize,
}

/// Who reprints whom: the outlet that prints, the outlet whose text it is. An outlet's own texts do not count.
pub fn who_reprints_whom(texts: &[CopyInput], copies: &[Copy]) -> BTreeMap<(String, String), Reprinted> {
    let outlets: BTreeMap<&str, &str> = texts.iter().filter_map(|t| Some((&*t.id, t.outlet.as_deref()?))).collect();
    let mut graph: BTreeMap<(String, String), Reprinted> = BTreeMap::new();
    let mut count = |printer: &str, author: &str, add: fn(&mut Reprinted)| {
        if !same_name(printer, author) {
            add(graph.entry((printer.to_string(), author.to_string())).or_default());
        }
    };
    for copy in copies {
        if let (Some(printer), Some(author)) = (outlets.get(&*copy.id), outlets.get(&*copy.of)) {
            count(printer, author, |r| r.found += 1);
        }
    }
    for text in texts {
        let printer = text.outlet.as_deref().unwrap_or_default();
        for author in text.reprinted_from.iter().filter(|_| !printer.is_empty()) {
            count(printer, author, |r| r.credited += 1);
        }
    }
    graph
}

fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// What is known of the two texts beside their words.
#[derive(Debug, Clone, Copy)]
struct Circumstances<'a> {
    same_outlet: bool,
    same_address: bool,
    /// The later one says that it reprints this outlet, which is the earlier one's.
    credited: Option<&'a str>,
}

fn relation(earlier: &Sketch, later: &Sketch, known: Circumstances<'_>) -> (Relation, Overlap, String) {
    let overlap = later.overlap(earlier);
    let (taken, kept) = (overlap.first_in_second, overlap.second_in_first);
    let percent = |share: f32| (share * 100.0).round();
    let same_words = earlier.whole() == later.whole();
    let version = (known.same_outlet || known.same_address) && overlap.resemblance >= VERSION_RESEMBLANCE;
    let inside = kept >= REPRINT_KEPT && later.words() as f32 >= REPRINT_LONGER * earlier.words() as f32;
    let (relation, mut why) = if same_words {
        (Relation::Same, format!("the same {} words, spelling and marks aside", later.words()))
    } else if version {
        let what = if known.same_address { "address" } else { "outlet" };
        (Relation::Version, format!("same {what}, {} % of all words in common", percent(overlap.resemblance)))
    } else if inside {
        (Relation::Reprint, format!("holds {} % of the earlier text's words among its own", percent(kept)))
    } else {
        let relation = if known.credited.is_some() { Relation::Reprint } else { Relation::Copy };
        (relation, format!("{} % of its words stand in the earlier text", percent(taken)))
    };
    if let Some(outlet) = known.credited {
        why.push_str(&format!("; it credits {outlet}"));
    }
    (relation, overlap, why)
}

#[cfg(test)]
mod tests;
