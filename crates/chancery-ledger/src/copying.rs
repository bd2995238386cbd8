//! Which articles of the ledger are copies of which.
//!
//! An article is a copy of the earliest article that is related to it, whatever those two are to others. So a new article is
//! compared with those that share keys with it, and of the two the later one may have got an earlier original.
//!
//! Every article has its keys in the ledger but those with the same words as their original: whatever is related to them is
//! related to it, and they follow it.

use chancery_records::LayoutRecord;
use chancery_stories::Joiner;
use chancery_stories::copies::{CopyInput, Relation, Sketch, are_related, copy_of, is_earlier, least_shared};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Words that so many articles share, other than those that are copies, are a phrase and no text.
const CROWD: usize = 500;
/// So many articles that share keys with a new one are compared with it, those that share most first.
const MAX_COMPARED: usize = 2000;

/// What is kept while article after article is joined.
#[derive(Debug, Default)]
pub(crate) struct Copying {
    /// How many keys of an article were sampled (see [`Sketch::sampled`]).
    sampled: FxHashMap<i64, u16>,
}

/// An article as it is compared.
struct Known {
    input: CopyInput,
    /// What it is a copy of.
    original: Option<i64>,
}

/// The articles that one batch compares, and what was found.
struct Batch<'a> {
    tx: &'a Transaction<'a>,
    known: FxHashMap<i64, Known>,
    /// The articles that have each key, without the keys of a crowd.
    lists: FxHashMap<i64, Vec<i64>>,
    /// What each article was a copy of before, of those that now are of another.
    before: BTreeMap<i64, Option<i64>>,
}

impl Copying {
    /// Finds what the articles that are being joined are copies of, and what is now a copy of them. Returns the articles
    /// whose originals changed.
    pub(crate) fn find(
        &mut self,
        tx: &Transaction<'_>,
        joiner: &Joiner,
        new: &[i64],
    ) -> rusqlite::Result<BTreeSet<i64>> {
        let mut batch = Batch { tx, known: FxHashMap::default(), lists: FxHashMap::default(), before: BTreeMap::new() };
        for &article in new {
            let sketch = sketch(tx, joiner, article)?;
            self.sampled.insert(article, sketch.sampled() as u16);
            // What it was a copy of as it was joined before says nothing now.
            let old = original_of(tx, article)?;
            tx.prepare_cached("DELETE FROM copies WHERE article = ?")?.execute([article])?;
            if old.is_some() {
                batch.before.insert(article, old);
            }
        }
        for &article in new {
            let candidates = self.candidates(&mut batch, article)?;
            for other in batch.related(article, candidates)? {
                batch.tie(article, other)?;
                // Those with the same words as the other follow it; they have no keys of their own.
                for same in batch.same_as(other)? {
                    batch.tie(article, same)?;
                }
            }
        }
        batch.write()
    }

    /// The articles that share enough keys with an article, those that share most first.
    fn candidates(&mut self, batch: &mut Batch<'_>, article: i64) -> rusqlite::Result<Vec<i64>> {
        let keys: Vec<u32> = batch.load(article)?.input.sketch.keys().to_vec();
        let sampled = usize::from(self.sampled(batch.tx, article)?);
        let mut shared: FxHashMap<i64, u16> = FxHashMap::default();
        let mut told = 0;
        for (at, key) in keys.into_iter().enumerate() {
            let Some(list) = batch.list(i64::from(key))? else { continue };
            told += usize::from(at < sampled);
            for &other in list.iter().filter(|&&other| other != article) {
                *shared.entry(other).or_default() += 1;
            }
        }
        let mut found = Vec::new();
        for (other, shared) in shared {
            let enough = usize::from(shared) >= least_shared(told, usize::MAX)
                || usize::from(shared) >= least_shared(told, usize::from(self.sampled(batch.tx, other)?));
            if enough {
                found.push((u16::MAX - shared, other));
            }
        }
        found.sort_unstable();
        found.truncate(MAX_COMPARED);
        Ok(found.into_iter().map(|f| f.1).collect())
    }

    fn sampled(&mut self, tx: &Transaction<'_>, article: i64) -> rusqlite::Result<u16> {
        Ok(match self.sampled.entry(article) {
            Entry::Occupied(slot) => *slot.get(),
            Entry::Vacant(slot) => {
                let known = tx
                    .prepare_cached("SELECT sampled FROM sketches WHERE article = ?")?
                    .query_row([article], |r| r.get(0))
                    .optional()?;
                *slot.insert(known.unwrap_or_default())
            }
        })
    }
}

impl Batch<'_> {
    /// Those of the candidates that are related to an article.
    fn related(&mut self, article: i64, candidates: Vec<i64>) -> rusqlite::Result<Vec<i64>> {
        let sketch = self.load(article)?.input.sketch.clone();
        let mut found = Vec::new();
        for other in candidates {
            if are_related(&sketch, &self.load(other)?.input.sketch) {
                found.push(other);
            }
        }
        Ok(found)
    }

    /// Of two related articles the later one may be a copy of the earlier one.
    fn tie(&mut self, article: i64, other: i64) -> rusqlite::Result<()> {
        self.load(article)?;
        self.load(other)?;
        let (a, b) = (&self.known[&article].input, &self.known[&other].input);
        if is_earlier(a, b) { self.offer(article, other) } else { self.offer(other, article) }
    }

    /// Makes `later` a copy of `earlier` where it is none of one that is earlier still.
    fn offer(&mut self, earlier: i64, later: i64) -> rusqlite::Result<()> {
        let old = self.load(later)?.original;
        if let Some(old) = old {
            self.load(old)?;
            if old == earlier || !is_earlier(&self.known[&earlier].input, &self.known[&old].input) {
                return Ok(());
            }
        }
        self.before.entry(later).or_insert(old);
        if let Some(known) = self.known.get_mut(&later) {
            known.original = Some(earlier);
        }
        Ok(())
    }

    /// The stored articles with the same words as an article that was their original.
    fn same_as(&self, article: i64) -> rusqlite::Result<Vec<i64>> {
        let mut find = self.tx.prepare_cached("SELECT article FROM copies WHERE original = ? AND relation = 'same'")?;
        find.query_map([article], |r| r.get(0))?.collect()
    }

    fn load(&mut self, article: i64) -> rusqlite::Result<&Known> {
        match self.known.entry(article) {
            Entry::Occupied(slot) => Ok(slot.into_mut()),
            Entry::Vacant(slot) => {
                let input = self
                    .tx
                    .prepare_cached(
                        "SELECT a.key, a.outlet, a.url, a.date, a.reprinted_from, s.sketch
                         FROM articles a LEFT JOIN sketches s ON s.article = a.row WHERE a.row = ?",
                    )?
                    .query_row([article], input)?;
                Ok(slot.insert(Known { input, original: original_of(self.tx, article)? }))
            }
        }
    }

    /// The articles that have a key; `None` where it is a crowd's.
    fn list(&mut self, key: i64) -> rusqlite::Result<Option<&[i64]>> {
        let list = match self.lists.entry(key) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(list(self.tx, key)?),
        };
        Ok((list.len() <= CROWD).then_some(&**list))
    }

    /// Writes what has changed; returns the articles whose originals changed.
    fn write(self) -> rusqlite::Result<BTreeSet<i64>> {
        let mut changed = BTreeSet::new();
        for (&article, &before) in &self.before {
            let Some(known) = self.known.get(&article) else { continue };
            if known.original != before {
                changed.insert(article);
            }
            let Some((original, earlier)) = known.original.and_then(|o| Some((o, self.known.get(&o)?))) else {
                continue;
            };
            let copy = copy_of(&earlier.input, &known.input);
            self.tx
                .prepare_cached(
                    "INSERT OR REPLACE INTO copies (article, original, relation, share, kept, why) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![article, original, copy.relation.as_str(), copy.share, copy.kept, copy.why])?;
            if copy.relation == Relation::Same {
                forget_keys(self.tx, article)?;
            } else {
                keep_keys(self.tx, article, &known.input.sketch)?;
            }
        }
        Ok(changed)
    }
}

/// The articles that have a key, one more than a crowd at most. Copies leave a crowd: their original stands for them.
fn list(tx: &Transaction<'_>, key: i64) -> rusqlite::Result<Vec<i64>> {
    let mut find = tx.prepare_cached("SELECT article FROM copy_keys WHERE key = ? LIMIT ?")?;
    let mut leave = tx.prepare_cached(
        "DELETE FROM copy_keys WHERE key = ?1 AND article IN
             (SELECT k.article FROM copy_keys k WHERE k.key = ?1 LIMIT ?2) AND article IN (SELECT article FROM copies)",
    )?;
    loop {
        let found: Vec<i64> =
            find.query_map(params![key, CROWD + 1], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        if found.len() <= CROWD || leave.execute(params![key, CROWD + 1])? == 0 {
            return Ok(found);
        }
    }
}

/// Keeps the sketch of an article's content, and under which keys it is found.
fn sketch(tx: &Transaction<'_>, joiner: &Joiner, article: i64) -> rusqlite::Result<Sketch> {
    let (text, layout): (String, Option<String>) = tx
        .prepare_cached("SELECT text, layout FROM articles WHERE row = ?")?
        .query_row([article], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let layout: Option<LayoutRecord> = layout.and_then(|l| serde_json::from_str(&l).ok());
    let sketch = joiner.sketch(&layout.map_or_else(|| text.clone(), |l| content(&text, &l)));
    tx.prepare_cached("INSERT OR REPLACE INTO sketches (article, sampled, sketch) VALUES (?, ?, ?)")?
        .execute(params![article, sketch.sampled(), sketch.to_bytes()])?;
    forget_keys(tx, article)?;
    keep_keys(tx, article, &sketch)?;
    Ok(sketch)
}

fn keep_keys(tx: &Transaction<'_>, article: i64, sketch: &Sketch) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO copy_keys (key, article) VALUES (?, ?)")?;
    for key in sketch.keys() {
        insert.execute(params![key, article])?;
    }
    Ok(())
}

fn forget_keys(tx: &Transaction<'_>, article: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM copy_keys WHERE article = ?")?.execute([article])?;
    Ok(())
}

fn original_of(tx: &Transaction<'_>, article: i64) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached("SELECT original FROM copies WHERE article = ?")?.query_row([article], |r| r.get(0)).optional()
}

/// The paragraphs and lists: not the title, which a copy may change, nor captions and credits.
fn content(text: &str, layout: &LayoutRecord) -> String {
    let blocks = layout.blocks.iter().filter(|b| matches!(b.2.as_str(), "paragraph" | "list-item"));
    blocks.filter_map(|b| text.get(b.0..b.1)).collect::<Vec<_>>().join("\n")
}

fn input(r: &Row<'_>) -> rusqlite::Result<CopyInput> {
    Ok(CopyInput {
        id: r.get(0)?,
        outlet: r.get(1)?,
        url: r.get(2)?,
        date: r.get::<_, Option<String>>(3)?.and_then(|d| d.parse().ok()),
        reprinted_from: crate::store::from_json_list(&r.get::<_, String>(4)?),
        sketch: sketch_of(r.get(5)?),
    })
}

/// An older program's sketch is none; the article is found again when it is coded anew.
fn sketch_of(bytes: Option<Vec<u8>>) -> Sketch {
    bytes.and_then(|b| Sketch::from_bytes(&b).ok()).unwrap_or_default()
}
