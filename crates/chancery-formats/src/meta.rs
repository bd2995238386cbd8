//! What an archive or a record says of a document.

use chancery_text::PartialDate;

/// What is known of a document before it is read; `None` and empty where nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Where it was found.
    pub url: Option<String>,
    /// The character set that its sender states.
    pub charset: Option<String>,
    /// When it was fetched, seen or saved: it is not younger.
    pub fetched: Option<PartialDate>,
    /// When it was published.
    pub published: Option<PartialDate>,
    /// Its title.
    pub title: Option<String>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Its language, as a tag.
    pub language: Option<String>,
}

/// The day at the beginning of `2024-05-03T…`, `2024-05-03 …`, `20240503…`, or a month or year that stands alone.
pub(crate) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(Ok(date)) = text.get(..10).map(str::parse) {
        return Some(date);
    }
    if let Some(digits) = text.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit())) {
        return format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse().ok();
    }
    text.parse().ok()
}

/// A field without white space at its ends; `None` where nothing is left.
pub(crate) fn field(text: impl AsRef<str>) -> Option<String> {
    let text = text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_tools_are_read() {
        let day = "2024-05-03".parse().ok();
        for text in
            ["2024-05-03", "2024-05-03T10:11:12Z", "2024-05-03 10:11:12+02:00", "20240503T101112Z", "20240503101112"]
        {
            assert_eq!(date(text), day, "{text}");
        }
        assert_eq!(date("2024"), "2024".parse().ok());
        assert_eq!(date("last week"), None);
        assert_eq!(date("Dienstag Ä"), None);
    }
}
