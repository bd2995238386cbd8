//! What browsers write into the pages that they save: where a page was found, and when it was saved.

use super::day::written_day;
use chancery_text::PartialDate;

/// The comment stands in the first part of the page.
const HEAD_BYTES: usize = 4096;

/// A page that someone saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SavedPage {
    /// Where it was found.
    pub url: Option<String>,
    /// When it was saved, by the clock of whoever saved it.
    pub day: Option<PartialDate>,
}

/// Reads the comment of SingleFile (`Page saved with SingleFile url: … saved date: …`) or of a browser
/// (`saved from url=(0023)https://example.org/`).
pub fn saved_page(html: &[u8]) -> Option<SavedPage> {
    let head = String::from_utf8_lossy(&html[..html.len().min(HEAD_BYTES)]).into_owned();
    let mut comments = head.split("<!--").skip(1).map(|c| c.split("-->").next().unwrap_or(c));
    comments.find_map(|comment| by_single_file(comment).or_else(|| by_browser(comment)))
}

fn by_single_file(comment: &str) -> Option<SavedPage> {
    let (_, rest) = comment.split_once("saved with SingleFile")?;
    let field = |name: &str| {
        let line = rest.lines().map(str::trim).find_map(|l| l.strip_prefix(name));
        line.or_else(|| rest.split_once(name).map(|(_, value)| value)).map(str::trim)
    };
    let url = field("url:").and_then(|v| v.split_whitespace().next()).filter(|u| u.starts_with("http"));
    let day = field("saved date:").and_then(written_day);
    Some(SavedPage { url: url.map(str::to_string), day })
}

fn by_browser(comment: &str) -> Option<SavedPage> {
    let (_, rest) = comment.split_once("saved from url=(")?;
    let url = rest.split_once(')')?.1.split_whitespace().next().filter(|u| u.starts_with("http"))?;
    Some(SavedPage { url: Some(url.to_string()), day: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_saved_pages() {
        let url = Some("https://example.org/a?b=1".to_string());
        let day = "2024-05-03".parse().ok();
        let single = "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://example.org/a?b=1 \n saved date: Fri May 03 2024 23:15:00 GMT+0200 (CEST)\n--><head>";
        assert_eq!(saved_page(single.as_bytes()), Some(SavedPage { url: url.clone(), day }));
        let in_a_row = single.replace('\n', " ");
        assert_eq!(saved_page(in_a_row.as_bytes()), Some(SavedPage { url: url.clone(), day }));
        let browser = b"<!-- saved from url=(0025)https://example.org/a?b=1 -->\n<html>";
        assert_eq!(saved_page(browser), Some(SavedPage { url, day: None }));
        assert_eq!(saved_page(b"<!-- url: https://example.org --><html>"), None);
        assert_eq!(saved_page(b"<!-- saved with SingleFile"), Some(SavedPage::default()));
    }
}
