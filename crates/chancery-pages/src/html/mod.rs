//! HTML pages and feeds to articles.

use crate::{Page, PagesError, ReadOptions, Reader};
use chancery_text::PartialDate;
use serde::Serialize;

/// One HTML page, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ExtractedPage {
    /// Title without the site's name.
    pub title: Option<String>,
    /// Authors, without outlets and dates.
    pub authors: Vec<String>,
    /// Date of publication, `YYYY-MM-DD` or shorter.
    pub date: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// The article's text, a line for each paragraph.
    pub text: String,
}

pub(crate) fn extract(_reader: &Reader, _bytes: &[u8], _url: Option<&str>) -> ExtractedPage {
    ExtractedPage::default()
}
pub(crate) fn read(_reader: &Reader, _bytes: &[u8], _options: &ReadOptions) -> Page {
    Page::default()
}
pub(crate) fn read_feed(
    _reader: &Reader,
    _name: &str,
    _bytes: &[u8],
    _options: &ReadOptions,
) -> Result<Page, PagesError> {
    Ok(Page::default())
}
pub(crate) fn host(_url: &str) -> Option<String> {
    None
}
pub(crate) fn date_in_url(_url: &str) -> Option<PartialDate> {
    None
}
