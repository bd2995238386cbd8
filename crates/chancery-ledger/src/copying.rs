//! Which articles of the ledger are copies of which.
//!
//! What an article is a copy of depends only on the articles that it shares words with, so only those are looked at that
//! share a key with a new one.

use chancery_records::LayoutRecord;
use chancery_stories::Joiner;
use chancery_stories::copies::{CopyIndex, CopyInput, Relation, Sketch};
use rusqlite::{Row, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// Finds what the articles that are being joined are copies of, and what is now a copy of them. Returns the articles
/// whose originals changed.
pub(crate) fn find(tx: &Transaction<'_>, joiner: &Joiner) -> rusqlite::Result<BTreeSet<i64>> {
    let new: Vec<i64> = tx
        .prepare("SELECT article FROM temp.joining ORDER BY article")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for &article in &new {
        sketch(tx, joiner, article)?;
    }
    let near = near(tx, &new)?;
    let mut rows: BTreeMap<String, i64> = BTreeMap::new();
    let mut index = CopyIndex::default();
    for &article in &near {
        let input = tx
            .prepare_cached("SELECT key, outlet, url, date, reprinted_from, sketch FROM articles WHERE row = ?")?
            .query_row([article], input)?;
        rows.insert(input.id.clone(), article);
        index.place(input);
    }
    let mut found = BTreeMap::new();
    for copy in index.copies() {
        if let (Some(&article), Some(&original)) = (rows.get(&copy.id), rows.get(&copy.of)) {
            found.insert(article, (original, copy));
        }
    }
    let mut changed = BTreeSet::new();
    for article in near {
        let old: Option<i64> = tx
            .prepare_cached("SELECT max(original) FROM copies WHERE article = ?")?
            .query_row([article], |r| r.get(0))?;
        let now = found.get(&article);
        if old == now.map(|c| c.0) {
            continue;
        }
        changed.insert(article);
        match now {
            None => tx.prepare_cached("DELETE FROM copies WHERE article = ?")?.execute([article])?,
            Some((original, copy)) => tx
                .prepare_cached(
                    "INSERT OR REPLACE INTO copies (article, original, relation, share, kept, why) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![article, original, copy.relation.as_str(), copy.share, copy.kept, copy.why])?,
        };
        if now.is_some_and(|(_, copy)| copy.relation == Relation::Same) {
            // Whatever shares a key with it shares one with its original.
            tx.prepare_cached("DELETE FROM copy_keys WHERE article = ?")?.execute([article])?;
        }
    }
    Ok(changed)
}

/// Keeps the sketch of an article's content, and under which keys it is found.
fn sketch(tx: &Transaction<'_>, joiner: &Joiner, article: i64) -> rusqlite::Result<()> {
    let (text, layout): (String, Option<String>) = tx
        .prepare_cached("SELECT text, layout FROM articles WHERE row = ?")?
        .query_row([article], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let layout: Option<LayoutRecord> = layout.and_then(|l| serde_json::from_str(&l).ok());
    let sketch = joiner.sketch(&layout.map_or_else(|| text.clone(), |l| content(&text, &l)));
    let bytes = sketch.to_bytes();
    tx.prepare_cached("UPDATE articles SET sketch = ? WHERE row = ?")?.execute(params![bytes, article])?;
    tx.prepare_cached("DELETE FROM copy_keys WHERE article = ?")?.execute([article])?;
    let mut insert = tx.prepare_cached("INSERT INTO copy_keys (key, article) VALUES (?, ?)")?;
    for key in sketch.keys() {
        insert.execute(params![key, article])?;
    }
    Ok(())
}

/// The paragraphs and lists: not the title, which a copy may change, nor captions and credits.
fn content(text: &str, layout: &LayoutRecord) -> String {
    let blocks = layout.blocks.iter().filter(|b| matches!(b.2.as_str(), "paragraph" | "list-item"));
    blocks.filter_map(|b| text.get(b.0..b.1)).collect::<Vec<_>>().join("\n")
}

/// The articles, all that share a key with one of them, and the originals of these.
fn near(tx: &Transaction<'_>, new: &[i64]) -> rusqlite::Result<BTreeSet<i64>> {
    let mut near: BTreeSet<i64> = new.iter().copied().collect();
    let all: usize = tx.query_row("SELECT count(*) FROM articles", [], |r| r.get(0))?;
    if near.len() == all {
        return Ok(near);
    }
    let keys: BTreeSet<i64> = tx
        .prepare("SELECT key FROM copy_keys WHERE article IN (SELECT article FROM temp.joining)")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut find = tx.prepare_cached("SELECT article FROM copy_keys WHERE key = ? LIMIT ?")?;
    for key in keys {
        let found: Vec<i64> =
            find.query_map(params![key, CROWD + 1], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        if found.len() <= CROWD {
            near.extend(found);
        }
    }
    let mut originals = tx.prepare_cached("SELECT original FROM copies WHERE article = ?")?;
    for article in near.clone() {
        for original in originals.query_map([article], |r| r.get(0))? {
            near.insert(original?);
        }
    }
    Ok(near)
}

/// Words that so many articles share, other than those that are the same in all words, are a phrase and no text.
const CROWD: usize = 500;

fn input(r: &Row<'_>) -> rusqlite::Result<CopyInput> {
    let bytes: Option<Vec<u8>> = r.get(5)?;
    Ok(CopyInput {
        id: r.get(0)?,
        outlet: r.get(1)?,
        url: r.get(2)?,
        date: r.get::<_, Option<String>>(3)?.and_then(|d| d.parse().ok()),
        reprinted_from: crate::store::from_json_list(&r.get::<_, String>(4)?),
        // An older program's sketch is none; the article is found again when it is coded anew.
        sketch: bytes.and_then(|b| Sketch::from_bytes(&b).ok()).unwrap_or_default(),
    })
}
