//! Telling the ledger's stories, week by week ([`chancery_stories::StoryTeller`]).
//!
//! A week is told where one of its articles is in no story (it is new, was corrected, or its events were joined anew), and
//! where a week that it looks back on has changed. So a new article of today costs a month's articles, not the ledger's.

use crate::ids::key;
use crate::stories::label;
use chancery_stories::{
    Background, LEAD_CHARS, MIN_COUNTED, StoryArticle, StorySketch, StoryTeller, Told, WINDOW_DAYS, story_day,
    story_week,
};
use chancery_text::PartialDate;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// An article in the order of telling.
struct Place {
    day: Option<i64>,
    row: i64,
    story: Option<i64>,
}

/// The articles from the first of a week to its last.
type Week = Range<usize>;

struct Telling<'a> {
    tx: &'a Transaction<'a>,
    places: Vec<Place>,
    background: &'a Background,
    teller: StoryTeller<'a>,
    /// The articles that the teller holds.
    held: Range<usize>,
    /// Stories that got or lost an article.
    touched: BTreeSet<i64>,
}

pub(crate) fn tell(tx: &Transaction<'_>, background: &Background) -> rusqlite::Result<()> {
    let mut telling = Telling {
        tx,
        places: places(tx)?,
        background,
        teller: StoryTeller::new(background),
        held: 0..0,
        touched: BTreeSet::new(),
    };
    // The last article that is new, and the last whose story has changed.
    let (mut new, mut changed): (Option<usize>, Option<usize>) = (None, None);
    for week in telling.weeks() {
        let has_new = telling.places[week.clone()].iter().any(|p| p.story.is_none());
        let seen = telling.seen(&week);
        let looks_back =
            new.is_some_and(|at| at >= telling.counted(&week).start) || changed.is_some_and(|at| at >= seen);
        if has_new || looks_back {
            let last = week.end - 1;
            if telling.tell(week)? {
                changed = Some(last);
            }
            if has_new {
                new = Some(last);
            }
        }
    }
    telling.sum_up()
}

impl Telling<'_> {
    fn weeks(&self) -> Vec<Week> {
        let number = |p: &Place| story_week(p.day);
        let mut start = 0;
        let runs = self.places.chunk_by(|a, b| number(a) == number(b));
        runs.map(|run| {
            start += run.len();
            start - run.len()..start
        })
        .collect()
    }

    /// The first article that those of a week may share a story with. What has no date is not far from any that is counted.
    fn seen(&self, week: &Week) -> usize {
        match self.places[week.start].day {
            Some(day) => self.places.partition_point(|p| p.day.is_some_and(|d| d < day - WINDOW_DAYS)),
            None => self.counted(week).start,
        }
    }

    /// The articles that tell how rare a word is, up to the end of the week.
    fn counted(&self, week: &Week) -> Range<usize> {
        let last_day = self.places[..week.end].iter().rev().find_map(|p| p.day);
        let recent = match self.places[week.start].day.or(last_day) {
            Some(day) => self.places.partition_point(|p| p.day.is_some_and(|d| d < day - WINDOW_DAYS)),
            None => 0,
        };
        recent.min(week.start.saturating_sub(MIN_COUNTED))..week.end
    }

    /// Tells a week; true where an article of it is in another story than before.
    fn tell(&mut self, week: Week) -> rusqlite::Result<bool> {
        let seen = self.seen(&week);
        self.hold(self.counted(&week))?;
        // What is known was told: every week before this one with an article in no story was told.
        let known: Vec<i64> = self.places[seen..week.start].iter().map(|p| p.story.unwrap_or_default()).collect();
        let told = self.teller.tell(&known, week.len());
        let mut begun: BTreeMap<usize, i64> = BTreeMap::new();
        let mut changed = false;
        for (at, story) in told.into_iter().enumerate() {
            let story = match story {
                Told::Known(story) => story,
                Told::New(first) => match begun.get(&first) {
                    Some(&story) => story,
                    None => *begun.entry(first).or_insert(self.story_of(self.places[week.start + first].row)?),
                },
            };
            changed |= self.put(week.start + at, story)?;
        }
        Ok(changed)
    }

    /// Has the teller hold these articles.
    fn hold(&mut self, wanted: Range<usize>) -> rusqlite::Result<()> {
        if wanted.start >= self.held.end {
            (self.teller, self.held) = (StoryTeller::new(self.background), wanted.start..wanted.start);
        }
        for at in self.held.end..wanted.end {
            self.teller.push(sketch(self.tx, self.places[at].row)?);
        }
        self.teller.forget(wanted.start - self.held.start);
        self.held = wanted;
        Ok(())
    }

    /// The row of the story that begins with an article.
    fn story_of(&self, article: i64) -> rusqlite::Result<i64> {
        let id: String =
            self.tx.prepare_cached("SELECT key FROM articles WHERE row = ?")?.query_row([article], |r| r.get(0))?;
        let id = key('s', &[&id]);
        let known = self
            .tx
            .prepare_cached("SELECT row FROM stories WHERE id = ?")?
            .query_row([&id], |r| r.get(0))
            .optional()?;
        match known {
            Some(row) => Ok(row),
            None => self
                .tx
                .prepare_cached("INSERT INTO stories (id, label, articles, events, outlets) VALUES (?, '', 0, 0, 0)")?
                .insert([id]),
        }
    }

    /// Puts an article into a story; true where it was in another.
    fn put(&mut self, at: usize, story: i64) -> rusqlite::Result<bool> {
        let place = &mut self.places[at];
        let old = place.story.replace(story);
        // Also where it stays: its events may have changed.
        self.touched.extend(old.into_iter().chain([story]));
        if old == Some(story) {
            return Ok(false);
        }
        self.tx
            .prepare_cached("INSERT OR REPLACE INTO story_articles (article, story) VALUES (?, ?)")?
            .execute([place.row, story])?;
        Ok(true)
    }

    fn sum_up(self) -> rusqlite::Result<()> {
        // A story whose articles are all gone was left by none of those that were told.
        self.tx.execute("DELETE FROM stories WHERE row NOT IN (SELECT story FROM story_articles)", [])?;
        let mut sum = self.tx.prepare_cached(
            "UPDATE stories SET
                 first = (SELECT min(a.date) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
                 last = (SELECT max(a.date) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
                 articles = (SELECT count(*) FROM story_articles s WHERE s.story = ?1),
                 outlets = (SELECT count(DISTINCT a.outlet) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
                 events = (SELECT count(DISTINCT r.event) FROM reports r JOIN story_articles s ON s.article = r.article WHERE s.story = ?1)
             WHERE row = ?1",
        )?;
        let mut name = self.tx.prepare_cached("UPDATE stories SET label = ? WHERE row = ?")?;
        for story in self.touched {
            if sum.execute([story])? > 0 {
                name.execute(params![label(self.tx, story)?, story])?;
            }
        }
        Ok(())
    }
}

/// All articles by day, those without one last, then by date and key.
fn places(tx: &Transaction<'_>) -> rusqlite::Result<Vec<Place>> {
    let mut found = tx.prepare(
        "SELECT a.row, a.date, s.story FROM articles a LEFT JOIN story_articles s ON s.article = a.row
         ORDER BY a.date, a.key",
    )?;
    let place = |r: &rusqlite::Row<'_>| {
        let date: Option<PartialDate> = r.get::<_, Option<String>>(1)?.and_then(|d| d.parse().ok());
        Ok(Place { day: story_day(date), row: r.get(0)?, story: r.get(2)? })
    };
    let mut places: Vec<Place> = found.query_map([], place)?.collect::<rusqlite::Result<_>>()?;
    places.sort_by_key(|p| (p.day.is_none(), p.day));
    Ok(places)
}

/// What is compared of an article.
fn sketch(tx: &Transaction<'_>, article: i64) -> rusqlite::Result<StorySketch> {
    let texts = |sql: &str| -> rusqlite::Result<Vec<String>> {
        tx.prepare_cached(sql)?.query_map([article], |r| r.get(0))?.collect()
    };
    let mut names = texts(
        "SELECT DISTINCT p.name FROM mentions m JOIN actors p ON p.row = m.actor WHERE m.article = ? AND p.name IS NOT NULL",
    )?;
    names.extend(texts("SELECT DISTINCT place FROM reports WHERE article = ? AND place IS NOT NULL")?);
    let events = tx
        .prepare_cached("SELECT DISTINCT event FROM reports WHERE article = ?")?
        .query_map([article], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let article = tx
        .prepare_cached("SELECT date, title, substr(text, 1, ?2) FROM articles WHERE row = ?1")?
        .query_row(params![article, LEAD_CHARS], |r| {
            Ok(StoryArticle {
                date: r.get::<_, Option<String>>(0)?.and_then(|d| d.parse().ok()),
                title: r.get::<_, Option<String>>(1)?.unwrap_or_default(),
                text: r.get(2)?,
                names,
                events,
            })
        })?;
    Ok(StorySketch::from(&article))
}
