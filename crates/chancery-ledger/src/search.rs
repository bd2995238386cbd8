//! Full-text search in articles. What a reader types is taken as words, never as a query language.

use crate::query::{ArticleHead, article_head};
use crate::{Ledger, Result};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchPage {
    /// The words that were searched for, as the ledger took them.
    pub query: String,
    /// How many articles hold all the words.
    pub articles: u64,
    /// The best of them; the newest where they are not ranked.
    pub hits: Vec<SearchHit>,
    /// False where so many articles hold the words that they say little: then the newest are given.
    pub ranked: bool,
}

/// An article with the words in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchHit {
    /// The article.
    pub article: ArticleHead,
    /// Text around the words, in pieces; `true` marks a piece that is one of the words.
    pub snippet: Vec<(bool, String)>,
}

/// Articles that are ranked by how well they fit; it takes a look at each.
const MANY: u64 = 5_000;

const SNIPPET: &str = "SELECT s.rowid, snippet(article_search, -1, char(2), char(3), ' … ', 40) FROM article_search s";

impl Ledger {
    /// Finds the articles that hold all the words, the best first; `"two words"` must follow each other, `word*` begins one.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn search(&self, words: &str, limit: usize) -> Result<SearchPage> {
        let Some(query) = safe_query(words) else {
            return Ok(SearchPage { query: String::new(), articles: 0, hits: Vec::new(), ranked: true });
        };
        let mut counted = None;
        if let Some(tally) = self.tally() {
            let (articles, newest) = tally.articles_holding(self, words, MANY, limit)?;
            counted = Some(articles);
            if let Some(rows) = newest {
                let hits = self.with(|db| {
                    let mut found =
                        db.prepare_cached(&format!("{SNIPPET} WHERE article_search MATCH ? AND s.rowid = ?"))?;
                    let mut snippet =
                        |row: u32| found.query_row(params![query, row], |r| Ok((r.get(0)?, r.get(1)?))).optional();
                    let found = rows.into_iter().filter_map(|row| snippet(row).transpose());
                    hits(db, found.collect::<rusqlite::Result<_>>()?)
                })?;
                return Ok(SearchPage { query, articles, hits, ranked: false });
            }
        }
        self.with(|db| {
            let count = || {
                db.prepare_cached("SELECT count(*) FROM article_search WHERE article_search MATCH ?")?
                    .query_row([&query], |r| r.get(0))
            };
            let articles = counted.map_or_else(count, Ok)?;
            let mut found = db.prepare_cached(&format!(
                "{SNIPPET} JOIN articles a ON a.row = s.rowid WHERE article_search MATCH ?
                 ORDER BY bm25(article_search, 4.0, 1.0), a.date DESC, a.file, a.position, a.key LIMIT ?"
            ))?;
            let rows: Vec<(i64, String)> = found
                .query_map(params![query, limit], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(SearchPage { query, articles, hits: hits(db, rows)?, ranked: true })
        })
    }
}

/// The articles of these rows with their snippets; one that has gone meanwhile is left out.
fn hits(db: &Connection, found: Vec<(i64, String)>) -> rusqlite::Result<Vec<SearchHit>> {
    let hit = |(row, snippet): (i64, String)| {
        let article = article_head(db, row).optional()?;
        Ok(article.map(|article| SearchHit { article, snippet: pieces(&snippet) }))
    };
    found.into_iter().filter_map(|found| hit(found).transpose()).collect()
}

/// Makes an FTS5 query of what was typed: every word and every quoted phrase as a string, all of them wanted.
/// `None` where there is no word in it.
pub(crate) fn safe_query(typed: &str) -> Option<String> {
    let mut terms = Vec::new();
    for (i, part) in typed.replace(['“', '”', '„'], "\"").split('"').enumerate() {
        if i % 2 == 1 {
            terms.extend(term(part.trim(), false));
        } else {
            terms.extend(part.split_whitespace().filter_map(|w| term(w.trim_end_matches('*'), w.ends_with('*'))));
        }
    }
    // Each word more is work for the index; nobody types so many.
    terms.truncate(MAX_TERMS);
    (!terms.is_empty()).then(|| terms.join(" "))
}

const MAX_TERMS: usize = 64;

fn term(words: &str, prefix: bool) -> Option<String> {
    let clean: String = words.chars().filter(|c| !c.is_control()).collect();
    // A string without letters or digits has no token, which FTS5 takes for a fault in some places.
    clean.chars().any(char::is_alphanumeric).then(|| format!("\"{clean}\"{}", if prefix { "*" } else { "" }))
}

fn pieces(snippet: &str) -> Vec<(bool, String)> {
    let mut pieces = Vec::new();
    for (i, part) in snippet.split('\u{2}').enumerate() {
        match part.split_once('\u{3}') {
            Some((word, rest)) if i > 0 => pieces.extend([(true, word.to_string()), (false, rest.to_string())]),
            _ => pieces.push((false, part.to_string())),
        }
    }
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_very_many_words_is_cut() {
        assert_eq!(safe_query(&"a ".repeat(20_000)).unwrap().split(' ').count(), MAX_TERMS);
    }

    #[test]
    fn what_is_typed_never_becomes_syntax() {
        let query = |typed: &str| safe_query(typed).unwrap_or_default();
        assert_eq!(query("tariff talks"), r#""tariff" "talks""#);
        assert_eq!(query(r#"a NEAR(b) "two words" -c col:d"#), r#""a" "NEAR(b)" "two words" "-c" "col:d""#);
        assert_eq!(query("sanct*"), r#""sanct"*"#);
        assert_eq!(safe_query(" -- * \"\" ' "), None);
        assert_eq!(query("\"open"), "\"open\"");
    }

    #[test]
    fn a_snippet_is_cut_at_its_marks() {
        let cut = pieces("the \u{2}envoy\u{3} left");
        assert_eq!(cut, [(false, "the ".to_string()), (true, "envoy".into()), (false, " left".into())]);
        assert_eq!(pieces("\u{3}odd").len(), 1);
    }
}
