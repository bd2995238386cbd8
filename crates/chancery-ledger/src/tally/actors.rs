//! Actors in a tally: who is meant, and in which events and articles they are.

use super::bits::Bits;
use super::load::{at, each, gathered, inverse, starts};
use super::names::Names;
use super::{Events, NONE, RECIPIENT, Reports};
use rusqlite::Connection;

/// The table of actors, and where each is found.
#[derive(Debug, Default)]
pub(super) struct Actors {
    pub(super) name: Vec<Option<Box<str>>>,
    pub(super) code: Vec<Option<Box<str>>>,
    /// Names in small letters, which are searched.
    small: Vec<Option<Box<str>>>,
    pub(super) country: Vec<u32>,
    pub(super) countries: Names,
    /// The name, else the code.
    pub(super) label: Vec<u32>,
    pub(super) labels: Names,
    at: Vec<u32>,
    /// Where the events of each begin; one more entry than actors.
    first_event: Vec<u32>,
    events: Vec<u32>,
    pub(super) reports: Vec<u32>,
    pub(super) quotes: Vec<u32>,
    first_article: Vec<u32>,
    articles: Vec<u32>,
}

impl Actors {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        let mut actors = Actors::default();
        let mut rows: Vec<u32> = Vec::new();
        each(db, "SELECT row, name, code, country FROM actors", |r| {
            rows.push(r.get(0)?);
            let (name, code) = (r.get_ref(1)?.as_str_or_null()?, r.get_ref(2)?.as_str_or_null()?);
            actors.label.push(name.or(code).map_or(NONE, |label| actors.labels.number(label)));
            actors.small.push(name.map(|n| n.to_ascii_lowercase().into()));
            actors.name.push(name.map(Box::from));
            actors.code.push(code.map(Box::from));
            let country = r.get_ref(3)?.as_str_or_null()?.map_or(NONE, |c| actors.countries.number(c));
            actors.country.push(country);
            Ok(())
        })?;
        actors.at = inverse(&rows);
        actors.quotes = vec![0; rows.len()];
        Ok(actors)
    }

    pub(super) fn len(&self) -> usize {
        self.name.len()
    }

    pub(super) fn bytes(&self) -> usize {
        (self.events.len() + self.articles.len() + self.len() * 8) * 4
    }

    pub(super) fn number(&self, row: u32) -> u32 {
        at(&self.at, row)
    }

    /// Who may be meant: by name or code, else by part of a name, as the ledger's filters take it.
    pub(super) fn meant(&self, wanted: &str) -> Vec<u32> {
        let wanted = wanted.trim();
        let (code, small) = (wanted.to_ascii_uppercase(), wanted.to_ascii_lowercase());
        let is_code =
            |c: &str| c.strip_prefix(code.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let exact =
            |i: usize| self.small[i].as_deref() == Some(small.as_str()) || self.code[i].as_deref().is_some_and(is_code);
        let part = |i: usize| self.small[i].as_deref().is_some_and(|n| n.contains(small.as_str()));
        let all = |fits: &dyn Fn(usize) -> bool| (0..self.len()).filter(|i| fits(*i)).map(|i| i as u32).collect();
        let found: Vec<u32> = all(&exact);
        if found.is_empty() { all(&part) } else { found }
    }

    /// Events that one of the actors is a party to, in the order of lists.
    pub(super) fn events_of(&self, actors: &[u32], events: usize) -> Vec<u32> {
        let found: usize = actors.iter().map(|a| self.events(*a).len()).sum();
        let of_each = actors.iter().flat_map(|actor| self.events(*actor));
        if found > events / 16 {
            return Bits::of(events, of_each).numbers();
        }
        let mut all: Vec<u32> = of_each.copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn events(&self, actor: u32) -> &[u32] {
        slice(&self.first_event, &self.events, actor)
    }

    /// Numbers of the articles that name the actor.
    pub(super) fn articles(&self, actor: u32) -> &[u32] {
        slice(&self.first_article, &self.articles, actor)
    }

    pub(super) fn count_parties(&mut self, events: &Events, reports: &Reports) {
        let mut seen = vec![[NONE; 2]; self.len()];
        let mut found: Vec<(u32, u32)> = Vec::new();
        self.reports = vec![0; self.len()];
        for event in 0..events.row.len() as u32 {
            for report in events.reports[event as usize]..events.reports[event as usize + 1] {
                for party in reports.parties_of(report) {
                    let actor = party & !RECIPIENT;
                    let [last_event, last_report] = &mut seen[actor as usize];
                    if *last_event != event {
                        *last_event = event;
                        found.push((actor, event));
                    }
                    if *last_report != report {
                        *last_report = report;
                        self.reports[actor as usize] += 1;
                    }
                }
            }
        }
        self.first_event = starts(found.iter().map(|f| f.0), self.len());
        self.events = gathered(&found, &self.first_event);
    }

    /// Takes over which actor is named in which article.
    pub(super) fn set_articles(&mut self, named: &[(u32, u32)]) {
        self.first_article = starts(named.iter().map(|n| n.0), self.len());
        self.articles = gathered(named, &self.first_article);
    }

    pub(super) fn count_quotes(&mut self, speakers: &[u32]) {
        for speaker in speakers {
            if let Some(quotes) = self.quotes.get_mut(*speaker as usize) {
                *quotes += 1;
            }
        }
    }
}

impl Reports {
    pub(super) fn parties_of(&self, report: u32) -> &[u32] {
        slice(&self.parties, &self.party, report)
    }
}

/// The entries of one owner.
pub(super) fn slice<'a>(starts: &[u32], entries: &'a [u32], owner: u32) -> &'a [u32] {
    match (starts.get(owner as usize), starts.get(owner as usize + 1)) {
        (Some(start), Some(end)) => &entries[*start as usize..*end as usize],
        _ => &[],
    }
}
