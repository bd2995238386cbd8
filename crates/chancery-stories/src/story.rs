//! What belongs together over days: articles gathered into stories.
//!
//! Articles are compared by the words and names that set them apart (TF-IDF, Spärck Jones 1972), by the events that both
//! tell, and by the days between them: what is further apart must be more alike, as in the literature on streams of news
//! (Miranda et al. 2018, <https://aclanthology.org/D18-1483/>). Pairs within a window of days are clustered by average
//! link.
//!
//! Stories are told week by week: the articles of a week join the stories of the thirty days before it, which stay as they
//! are, or begin new ones; those without a date come last. How rare a word is tell the articles of these weeks, or of the last two thousand
//! where they are fewer. So a story depends on which articles there are and on nothing else, neither on their order nor on the
//! number of runs; a new article changes no story that ended before its week; and a year of articles needs no more memory
//! than its busiest five weeks.

use crate::background::Background;
use crate::cluster::{Edge, cluster_onto};
use crate::item::{Symbol, beginning, symbol};
use chancery_text::PartialDate;
use std::collections::{HashMap, VecDeque};

/// An article as stories need it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoryArticle {
    /// When it was published.
    pub date: Option<PartialDate>,
    /// Its title.
    pub title: String,
    /// Its words; only the first [`LEAD_CHARS`] characters are looked at.
    pub text: String,
    /// The names of the actors and places that it mentions, once each.
    pub names: Vec<String>,
    /// Numbers of the events that it tells of.
    pub events: Vec<i64>,
}

/// What is kept of an article to compare it.
#[derive(Debug, Clone)]
pub struct StorySketch {
    day: Option<i64>,
    /// Term and number of uses, sorted by term.
    pub(crate) words: Vec<(Symbol, f32)>,
    pub(crate) names: Vec<(Symbol, f32)>,
    events: Vec<i64>,
}

impl From<&StoryArticle> for StorySketch {
    fn from(article: &StoryArticle) -> Self {
        let lead = article.text.chars().take(LEAD_CHARS).collect::<String>();
        let mut words: HashMap<Symbol, f32> = HashMap::new();
        for (text, weight) in [(&article.title, TITLE_WEIGHT), (&lead, 1.0)] {
            for word in content_words(text) {
                *words.entry(symbol(&word)).or_default() += weight;
            }
        }
        let names = article.names.iter().map(|n| (name_symbol(n), 1.0)).collect();
        let mut events = article.events.clone();
        events.sort_unstable();
        events.dedup();
        let damped = words.into_iter().map(|(w, n)| (w, 1.0 + n.ln())).collect();
        StorySketch { day: story_day(article.date), words: sorted(damped), names: sorted(names), events }
    }
}

/// The day by which an article is put in order: of a date without a month there is none.
pub fn story_day(date: Option<PartialDate>) -> Option<i64> {
    date.filter(|d| d.month().is_some()).map(PartialDate::day_number)
}

/// The week of an article, a number that grows with time; articles without a date come last.
pub fn story_week(day: Option<i64>) -> i64 {
    day.map_or(i64::MAX, |day| day.div_euclid(7))
}

/// So much of an article says what it is about.
pub const LEAD_CHARS: usize = 1500;
/// A word of the title counts for so many of the text.
const TITLE_WEIGHT: f32 = 3.0;
/// A story goes on while its next article comes within so many days.
pub const WINDOW_DAYS: i64 = 30;
/// By so many articles at least, the last ones before a week, it is told how rare a word is.
pub const MIN_COUNTED: usize = 2000;
/// A word that more than this share of the articles have says little of any of them.
const COMMON: f32 = 0.1;
/// So many terms of an article look for others.
const LOOK_UP: usize = 40;
/// Above so many articles with one term in a window, the term finds none.
const CROWD: usize = 400;
/// So many of those that it finds, the most alike by these terms, an article is compared with: memory stays bounded where
/// ten thousand articles come in a week.
const MOST_ALIKE: usize = 100;

/// The beginnings of a text's content words.
pub(crate) fn content_words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 3);
    words.map(|word| beginning(&word.to_lowercase(), STEM_CHARS).to_string())
}

pub(crate) fn name_symbol(name: &str) -> Symbol {
    symbol(&name.to_lowercase())
}

const STEM_CHARS: usize = 7;

fn sorted(mut terms: Vec<(Symbol, f32)>) -> Vec<(Symbol, f32)> {
    terms.sort_unstable_by_key(|t| t.0);
    terms.dedup_by_key(|t| t.0);
    terms
}

/// Tells stories from articles that come in the order of their days, then of their ids.
#[derive(Debug)]
pub struct StoryTeller<'a> {
    background: &'a Background,
    articles: VecDeque<StorySketch>,
    /// How many of the articles have each word, each name.
    counts: [HashMap<Symbol, u32>; 2],
}

impl<'a> StoryTeller<'a> {
    /// Without articles.
    pub fn new(background: &'a Background) -> Self {
        StoryTeller { background, articles: VecDeque::new(), counts: Default::default() }
    }

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// True where it holds none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Takes the next article.
    pub fn push(&mut self, article: StorySketch) {
        for (counts, terms) in self.counts.iter_mut().zip([&article.words, &article.names]) {
            terms.iter().for_each(|t| *counts.entry(t.0).or_default() += 1);
        }
        self.articles.push_back(article);
    }

    /// Forgets the first articles.
    pub fn forget(&mut self, articles: usize) {
        for article in self.articles.drain(..articles.min(self.articles.len())) {
            for (counts, terms) in self.counts.iter_mut().zip([&article.words, &article.names]) {
                for (term, _) in terms {
                    if let Some(count) = counts.get_mut(term) {
                        *count -= 1;
                        if *count == 0 {
                            counts.remove(term);
                        }
                    }
                }
            }
        }
    }

    /// Tells the stories of the last articles, which follow those of which `known` has the stories; articles before these only tell how
    /// rare a word is. Returns for each of the last articles its story.
    ///
    /// ```
    /// use chancery_stories::{Joiner, StoryArticle, StorySketch, StoryTeller, Told};
    /// let joiner = Joiner::load(&chancery_data::Data::embedded())?;
    /// let mut teller = StoryTeller::new(joiner.background());
    /// for text in ["Dockers walked out in Valparaiso.", "The walkout of dockers in Valparaiso goes on.", "Snow fell in Oslo."] {
    ///     teller.push(StorySketch::from(&StoryArticle { text: text.into(), ..StoryArticle::default() }));
    /// }
    /// assert_eq!(teller.tell(&[7], 2), [Told::Known(7), Told::New(1)]);
    /// # Ok::<(), chancery_stories::StoriesError>(())
    /// ```
    pub fn tell(&self, known: &[i64], last: usize) -> Vec<Told> {
        let looked_at = (known.len() + last).min(self.articles.len());
        let known = &known[..looked_at.saturating_sub(last)];
        let weighted: Vec<Weighted<'_>> =
            self.articles.iter().skip(self.articles.len() - looked_at).map(|a| self.weigh(a)).collect();
        let mut first: HashMap<i64, usize> = HashMap::new();
        let told = known.iter().enumerate().map(|(at, &story)| *first.entry(story).or_insert(at));
        let labels: Vec<usize> = told.chain(known.len()..looked_at).collect();
        let clustered = cluster_onto(&labels, known.len(), &edges(&weighted, known.len()), APART);
        let story =
            |label: &usize| known.get(*label).map_or_else(|| Told::New(label - known.len()), |&s| Told::Known(s));
        clustered[known.len()..].iter().map(story).collect()
    }

    fn weigh<'b>(&self, article: &'b StorySketch) -> Weighted<'b> {
        let n = self.articles.len() as f32 + self.background.articles();
        let of = |terms: &[(Symbol, f32)], counts: &HashMap<Symbol, u32>, background: &dyn Fn(Symbol) -> f32| {
            let count = |term: Symbol| counts.get(&term).copied().unwrap_or_default() as f32 + background(term);
            let mut weighted: Vec<(Symbol, f32)> = terms
                .iter()
                .map(|&(term, uses)| (term, uses, count(term)))
                .filter(|&(.., count)| count <= n * COMMON)
                .map(|(term, uses, count)| (term, uses * (n / count).ln()))
                .collect();
            let length = weighted.iter().map(|t| t.1 * t.1).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            weighted.iter_mut().for_each(|t| t.1 /= length);
            weighted
        };
        let [words, names] = &self.counts;
        Weighted {
            day: article.day,
            words: of(&article.words, words, &|word| self.background.with_word(word)),
            names: of(&article.names, names, &|name| self.background.with_name(name)),
            events: &article.events,
        }
    }
}

/// The story of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// One that was told before.
    Known(i64),
    /// One that begins with this article, counted from the first of the last ones.
    New(usize),
}

/// An article's terms with their weights, each list of length 1.
struct Weighted<'a> {
    day: Option<i64>,
    words: Vec<(Symbol, f32)>,
    names: Vec<(Symbol, f32)>,
    events: &'a [i64],
}

/// Compares each article but the known ones with the most alike of the days before it that share one of its heaviest terms.
fn edges(articles: &[Weighted<'_>], known: usize) -> Vec<Edge> {
    let mut index: HashMap<Term, Vec<Posting>> = HashMap::new();
    let mut likeness = vec![0.0; articles.len()];
    let mut edges = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        let mut near: Vec<usize> = Vec::new();
        for (term, weight) in heaviest(article) {
            let list = index.entry(term).or_default();
            // They come by their days.
            let first = list.partition_point(|o| days_between(&articles[o.article], article) > WINDOW_DAYS);
            if at >= known && list.len() - first <= CROWD {
                for other in &list[first..] {
                    if likeness[other.article] == 0.0 {
                        near.push(other.article);
                    }
                    likeness[other.article] += weight * other.weight;
                }
            }
            list.push(Posting { article: at, weight });
        }
        let mut ranked: Vec<(f32, usize)> = near.into_iter().map(|o| (std::mem::take(&mut likeness[o]), o)).collect();
        if ranked.len() > MOST_ALIKE {
            ranked.select_nth_unstable_by(MOST_ALIKE, |a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            ranked.truncate(MOST_ALIKE);
        }
        ranked.sort_unstable_by_key(|r| r.1);
        edges.extend(ranked.into_iter().map(|(_, other)| (other, at, score(&articles[other], article))));
    }
    edges
}

/// An article among those of a term.
struct Posting {
    article: usize,
    /// The term's weight in it: over 0.
    weight: f32,
}

/// What articles are found by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Term {
    Word(Symbol),
    Name(Symbol),
    Event(i64),
}

/// An article's heaviest terms, each with the root of what it counts in a likeness.
fn heaviest(article: &Weighted<'_>) -> Vec<(Term, f32)> {
    let mut terms: Vec<(f32, u8, Symbol)> = Vec::new();
    terms.extend(article.words.iter().map(|t| (t.1, 0, t.0)));
    terms.extend(article.names.iter().map(|t| (t.1, 1, t.0)));
    terms.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    terms.truncate(LOOK_UP);
    let terms = terms.into_iter().filter(|t| t.0 > 0.0).map(|(weight, kind, term)| match kind {
        0 => (Term::Word(term), weight * WORDS_WEIGHT.sqrt()),
        _ => (Term::Name(term), weight * NAMES_WEIGHT.sqrt()),
    });
    terms.chain(article.events.iter().map(|&e| (Term::Event(e), EVENT_WEIGHT.sqrt()))).collect()
}

/// An article without a date is not far from any.
fn days_between(a: &Weighted<'_>, b: &Weighted<'_>) -> i64 {
    match (a.day, b.day) {
        (Some(a), Some(b)) => (a - b).abs(),
        _ => UNKNOWN_DAYS,
    }
}

/// Days that are taken to lie between articles of which one has no date.
const UNKNOWN_DAYS: i64 = 10;

/// What a pair counts that was not compared.
const APART: f32 = -0.02;
/// How alike two articles of one day must be. This and the numbers around it were chosen on the written benchmark's
/// first half (`eval/stories`).
const ENOUGH: f32 = 0.08;
/// How much more for each day between them.
const PER_DAY: f32 = 0.001;
const NAMES_WEIGHT: f32 = 0.4;
const WORDS_WEIGHT: f32 = 0.6;
/// An event that both tell.
const EVENT_WEIGHT: f32 = 0.25;

/// Above 0 the two are of one story.
fn score(a: &Weighted<'_>, b: &Weighted<'_>) -> f32 {
    let tells_same = a.events.iter().any(|e| b.events.binary_search(e).is_ok());
    let likeness = WORDS_WEIGHT * dot(&a.words, &b.words) + NAMES_WEIGHT * dot(&a.names, &b.names);
    let event = if tells_same { EVENT_WEIGHT } else { 0.0 };
    likeness + event - ENOUGH - PER_DAY * days_between(a, b) as f32
}

fn dot(a: &[(Symbol, f32)], b: &[(Symbol, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x.1 * y.1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}
