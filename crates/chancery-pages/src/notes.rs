//! The codes of this crate's notes.

/// A code of a note, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteInfo {
    /// `P004`.
    pub code: &'static str,
    /// What it says.
    pub says: &'static str,
}

const fn row(code: &'static str, says: &'static str) -> NoteInfo {
    NoteInfo { code, says }
}

/// The codes of this crate, in order; a code of another crate of this stage is none of them.
pub const NOTES: &[NoteInfo] = &[
    row("P001", "the character set, where it is not UTF-8, and how many characters could not be read"),
    row("P002", "no text, no entries, nothing but boilerplate"),
    row("P003", "a line too long to be searched"),
    row("P004", "no date stated; what it was counted from"),
    row("P005", "no date stated; taken from the dates in the text"),
    row("P006", "read as one article, though it may be several"),
    row("P007", "only the beginning of the page was read (16 MiB)"),
    row("P008", "the page could not be taken apart"),
    row("P009", "entries of a feed without text"),
    row("P010", "articles found by the text alone"),
    row("P011", "bounds of the date inferred from the text"),
    row("P020", "lines that many pages of the site share were left out, or kept because they are most of the page"),
    row("P021", "tags nested deeper than 200 left out; their text was read"),
    row("P022", "a feed that breaks off or is damaged; its whole entries were read"),
    row(
        "P023",
        "the page states a date more than two days after the day on which it was fetched (as its archive says), or a year after the one above its text; not taken",
    ),
    row(
        "P024",
        "beginnings of articles that stand on other pages: each an excerpt of an index page, or left out beside whole articles",
    ),
    row("P025", "a date without a year: what the year was taken from, or that none was found"),
];
