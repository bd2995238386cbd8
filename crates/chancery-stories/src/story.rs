//! What belongs together over days: articles gathered into stories.
//!
//! Articles are compared by the words and names that set them apart (TF-IDF, Spärck Jones 1972), by the events that both
//! tell, and by the days between them: what is further apart must be more alike, as in the literature on streams of news
//! (Miranda et al. 2018, <https://aclanthology.org/D18-1483/>). Pairs within a window of days are clustered by average
//! link, so that neither the order nor the number of runs changes a story.

use crate::cluster::{Edge, cluster};
use crate::item::{Symbol, beginning, symbol};
use chancery_text::PartialDate;
use std::collections::HashMap;

/// An article as stories need it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoryArticle {
    /// Its key; it decides the order, never the result.
    pub id: String,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// Its title.
    pub title: String,
    /// Its words.
    pub text: String,
    /// The names of the actors and places that it mentions, once each.
    pub names: Vec<String>,
    /// The events that it tells of.
    pub events: Vec<String>,
}

/// What is kept of an article to compare it.
#[derive(Debug, Clone)]
pub struct StorySketch {
    id: String,
    day: Option<i64>,
    /// Term and number of uses, sorted by term.
    words: Vec<(Symbol, f32)>,
    names: Vec<(Symbol, f32)>,
    events: Vec<Symbol>,
}

impl From<&StoryArticle> for StorySketch {
    fn from(article: &StoryArticle) -> Self {
        let lead = article.text.chars().take(LEAD_CHARS).collect::<String>();
        let mut words: HashMap<Symbol, f32> = HashMap::new();
        for (text, weight) in [(&article.title, TITLE_WEIGHT), (&lead, 1.0)] {
            for word in content_words(text) {
                *words.entry(word).or_default() += weight;
            }
        }
        let names = article.names.iter().map(|n| (symbol(&n.to_lowercase()), 1.0)).collect();
        let mut events: Vec<Symbol> = article.events.iter().map(|e| symbol(e)).collect();
        events.sort_unstable();
        events.dedup();
        let damped = words.into_iter().map(|(w, n)| (w, 1.0 + n.ln())).collect();
        let day = article.date.filter(|d| d.month().is_some()).map(PartialDate::day_number);
        StorySketch { id: article.id.clone(), day, words: sorted(damped), names: sorted(names), events }
    }
}

/// So much of an article says what it is about.
const LEAD_CHARS: usize = 1500;
/// A word of the title counts for so many of the text.
const TITLE_WEIGHT: f32 = 3.0;
/// A story goes on while its next article comes within so many days.
const WINDOW_DAYS: i64 = 30;
/// A word that more than this share of the articles have says little of any of them.
const COMMON: f32 = 0.1;
/// Below so many articles, no word is common.
const FEW: f32 = 20.0;
/// So many terms of an article look for others.
const LOOK_UP: usize = 40;
/// Above so many articles with one term in a window, the term finds none.
const CROWD: usize = 400;

fn content_words(text: &str) -> impl Iterator<Item = Symbol> + '_ {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 3);
    words.map(|word| symbol(beginning(&word.to_lowercase(), STEM_CHARS)))
}

const STEM_CHARS: usize = 7;

fn sorted(mut terms: Vec<(Symbol, f32)>) -> Vec<(Symbol, f32)> {
    terms.sort_unstable_by_key(|t| t.0);
    terms.dedup_by_key(|t| t.0);
    terms
}

/// For each article the index of the first article of its story, first by date, then by id.
pub fn find_stories(articles: &[StorySketch]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |i: usize| (articles[i].day.unwrap_or(i64::MAX), &articles[i].id);
        key(a).cmp(&key(b))
    });
    let weighted = weigh(articles, &order);
    let edges = edges(&weighted);
    let labels = cluster(weighted.len(), &edges, APART);
    let mut first = vec![0; articles.len()];
    for (place, &article) in order.iter().enumerate() {
        first[article] = order[labels[place]];
    }
    first
}

/// An article's terms with their weights, each list of length 1.
struct Weighted<'a> {
    day: Option<i64>,
    words: Vec<(Symbol, f32)>,
    names: Vec<(Symbol, f32)>,
    events: &'a [Symbol],
}

fn weigh<'a>(articles: &'a [StorySketch], order: &[usize]) -> Vec<Weighted<'a>> {
    let mut found: [HashMap<Symbol, f32>; 2] = Default::default();
    for article in articles {
        for (counts, terms) in found.iter_mut().zip([&article.words, &article.names]) {
            for (term, _) in terms {
                *counts.entry(*term).or_default() += 1.0;
            }
        }
    }
    let n = articles.len() as f32;
    let of = |counts: &HashMap<Symbol, f32>, terms: &[(Symbol, f32)]| {
        let mut weighted: Vec<(Symbol, f32)> = terms
            .iter()
            .filter(|(t, _)| n < FEW || counts[t] <= (n * COMMON).max(2.0) || counts[t] < FEW / 2.0)
            .map(|&(t, tf)| (t, tf * ((n + 1.0) / counts[&t]).ln()))
            .collect();
        let length = weighted.iter().map(|t| t.1 * t.1).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        weighted.iter_mut().for_each(|t| t.1 /= length);
        weighted
    };
    order
        .iter()
        .map(|&i| &articles[i])
        .map(|a| Weighted {
            day: a.day,
            words: of(&found[0], &a.words),
            names: of(&found[1], &a.names),
            events: &a.events,
        })
        .collect()
}

/// Compares each article with those of the days before it that share one of its heaviest terms.
fn edges(articles: &[Weighted<'_>]) -> Vec<Edge> {
    let mut index: HashMap<(u8, Symbol), Vec<usize>> = HashMap::new();
    let mut edges = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        let terms = heaviest(article);
        let mut near: Vec<usize> = Vec::new();
        for term in &terms {
            let list = index.entry(*term).or_default();
            list.retain(|&o| days_between(&articles[o], article) <= WINDOW_DAYS);
            if list.len() <= CROWD {
                near.extend_from_slice(list);
            }
            list.push(at);
        }
        near.sort_unstable();
        near.dedup();
        edges.extend(near.into_iter().map(|other| (other, at, score(&articles[other], article))));
    }
    edges
}

fn heaviest(article: &Weighted<'_>) -> Vec<(u8, Symbol)> {
    let mut terms: Vec<(f32, u8, Symbol)> = Vec::new();
    terms.extend(article.words.iter().map(|t| (t.1, 0, t.0)));
    terms.extend(article.names.iter().map(|t| (t.1, 1, t.0)));
    terms.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    terms.truncate(LOOK_UP);
    terms.into_iter().map(|t| (t.1, t.2)).chain(article.events.iter().map(|&e| (2, e))).collect()
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
