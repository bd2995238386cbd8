//! `chancery extract`: one page's text and metadata.

use crate::args::ExtractArgs;
use crate::{Outcome, output};
use anyhow::Result;
use chancery::{Data, Reader};
use serde_json::json;
use std::io::Write;

/// Prints one JSON object.
pub fn extract(data: &Data, flags: &ExtractArgs) -> Result<Outcome> {
    let bytes = output::read_bytes(&flags.file)?;
    let page = Reader::load(data)?.extract(&bytes, flags.url.as_deref());
    let mut out = output::stdout();
    let line = json!({
        "title": page.title,
        "authors": page.authors,
        "date": page.date.map(|d| d.to_string()),
        "outlet": page.outlet,
        "language": page.language,
        "text": page.text,
    });
    output::json_line(&mut out, &line)?;
    out.flush()?;
    Ok(Outcome::Done)
}
