//! What can go wrong, said in one line: where, what, what to do.

use crate::limits::is_bomb;
use std::io;

/// An input, or a part of it, that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatsError {
    /// A knowledge file is missing or cannot be had.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A knowledge file is wrong.
    #[error("{path}: {reason}")]
    Map {
        /// Path below `data/`.
        path: String,
        /// What is wrong, with line and column where known.
        reason: String,
    },
    /// The system refused.
    #[error("{place}: {}", describe(.source))]
    Io {
        /// What was read.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The data end too early.
    #[error("{place}: cut off ({what}); what stands before was read; get the file again")]
    CutOff {
        /// What was read.
        place: String,
        /// Where it ends.
        what: String,
    },
    /// The data are not what their format demands.
    #[error("{place}: damaged {format} ({reason}); what can be read was read; get the file again")]
    Damaged {
        /// What was read.
        place: String,
        /// The format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// It unpacks to far more than its size.
    #[error("{place}: unpacks to more than {ratio} times its size; stopped here; unpack it yourself if you trust it")]
    Bomb {
        /// What was read.
        place: String,
        /// The limit.
        ratio: u64,
    },
    /// Archives in archives in archives.
    #[error("{place}: {depth} archives inside one another are the limit; unpack it yourself if you trust it")]
    TooDeep {
        /// What was read.
        place: String,
        /// The limit.
        depth: usize,
    },
    /// Longer than one document may be.
    #[error("{place}: longer than {limit} bytes; {done}; split it")]
    TooLong {
        /// What was read.
        place: String,
        /// The limit.
        limit: u64,
        /// What was done.
        done: &'static str,
    },
    /// A password is needed.
    #[error("{place}: {format} is encrypted; save it without a password and read that")]
    Encrypted {
        /// What was read.
        place: String,
        /// The format.
        format: &'static str,
    },
    /// The content is not what the name says, and nothing else that can be read.
    #[error("{place}: named {said} but it is {found}; {hint}")]
    Misnamed {
        /// What was read.
        place: String,
        /// The format in the name.
        said: &'static str,
        /// What it is.
        found: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// No page in any known format.
    #[error("{place}: this is {format}, not a page; {hint}")]
    NoPage {
        /// What was read.
        place: String,
        /// What it is.
        format: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A list of addresses with other things in it.
    #[error("{place}: {reason}; the rest was read")]
    List {
        /// What was read.
        place: String,
        /// Which lines, and why.
        reason: String,
    },
    /// A page of a list was not fetched, or is none.
    #[error("{place}: {url}: {reason}")]
    Fetch {
        /// The list and the line.
        place: String,
        /// The address.
        url: String,
        /// What happened, and what to do.
        reason: String,
    },
    /// JSON without the fields of any known tool.
    #[error("{place}: {reason}; data/formats/json.toml lists the fields that are known")]
    Records {
        /// What was read.
        place: String,
        /// Which records, and why.
        reason: String,
    },
}

impl FormatsError {
    /// The input, or the part of it, that the error is about; a path below `data/` for a knowledge file.
    pub fn place(&self) -> &str {
        use FormatsError::*;
        match self {
            Data(_) => "data",
            Map { path, .. } => path,
            Io { place, .. } | CutOff { place, .. } | Damaged { place, .. } | Bomb { place, .. } => place,
            TooDeep { place, .. } | TooLong { place, .. } | Encrypted { place, .. } => place,
            Misnamed { place, .. } | NoPage { place, .. } | Records { place, .. } => place,
            List { place, .. } | Fetch { place, .. } => place,
        }
    }

    /// The error of a stream that broke while `format` was read from it.
    pub(crate) fn of_stream(place: &str, format: &'static str, ratio: u64, error: &io::Error) -> Self {
        let place = place.to_string();
        match error.kind() {
            _ if is_bomb(error) => FormatsError::Bomb { place, ratio },
            io::ErrorKind::UnexpectedEof => FormatsError::CutOff { place, what: format!("in the middle of {format}") },
            _ => FormatsError::Damaged { place, format, reason: error.to_string() },
        }
    }
}

fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "no right to read it; change its permissions or leave it out".into(),
        _ => error.to_string(),
    }
}
