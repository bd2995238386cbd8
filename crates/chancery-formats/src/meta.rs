//! What an archive or a record says of a document.

use chancery_pages::recorded_day;
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

/// The day at the beginning of `2024-05-03T…`, `2024-05-03 …`, `20240503…`, a month or year that stands alone, or what
/// [`recorded_day`] reads.
pub(crate) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(Ok(date)) = text.get(..10).map(str::parse) {
        return Some(date);
    }
    if let Some(digits) = text.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
        && let Ok(day) = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse()
    {
        return Some(day);
    }
    text.parse().ok().or_else(|| recorded_day(text))
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
        for text in [
            "3 May 2024",
            "May 3, 2024",
            "Fri, 03 May 2024 10:11:12 GMT",
            "3-May-2024",
            "May 3rd, 2024",
            "2024/05/03",
            "03.05.2024",
            "1714731072",
            "1714731072000",
        ] {
            assert_eq!(date(text), day, "{text}");
        }
        assert_eq!(date("25/06/2025"), "2025-06-25".parse().ok());
        assert_eq!(date("03/05/2024"), None, "two orders make a date");
        assert_eq!(date("May 2024"), "2024-05".parse().ok());
        assert_eq!(date("maybe 2024"), None);
        assert_eq!(date("2024"), "2024".parse().ok());
        assert_eq!(date("last week"), None);
        assert_eq!(date("Dienstag Ä"), None);
    }
}
