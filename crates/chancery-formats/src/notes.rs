//! The codes of this crate's notes.

use chancery_pages::NoteInfo;

const fn row(code: &'static str, says: &'static str) -> NoteInfo {
    NoteInfo { code, says }
}

/// The codes of this crate's own notes, in order. It also says P002 and P007 of archives, as [`chancery_pages::NOTES`] has them.
pub const NOTES: &[NoteInfo] = &[
    row(
        "P012",
        "pictures, styles, scripts, redirects, errors, addresses that stand in a list twice: left out and counted",
    ),
    row("P013", "addresses that were not fetched"),
    row("P014", "named as another format than it is, and read as what it is"),
    row("P015", "members' paths that lead out of their archive"),
];
