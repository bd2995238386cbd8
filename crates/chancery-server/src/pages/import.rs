//! `/import`: pages dropped or pasted are read into the ledger, and what became of each is said.

use super::forms::{Sent, taken};
use super::parts::count;
use super::{Sheet, problem};
use crate::guard::is_token;
use crate::links;
use crate::setup::ReadLine;
use crate::state::Desk;
use axum::body::Bytes;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

/// The most bytes of one file.
pub(crate) const MOST_BYTES: usize = 256 << 20;
/// Where a script sends the token.
const TOKEN: &str = "x-chancery-token";
/// The most letters of a file's name.
const NAME_CHARS: usize = 200;

pub(crate) async fn page(State(desk): State<Desk>) -> Response {
    let body = html! {
        header.top {
            h1 { "Import" }
            p.deck { "Pages, statements, feeds and archives are read here on this machine; nothing is fetched. The same file again adds nothing." }
        }
        @if desk.reader().is_none() {
            p.nothing { "This server only shows its ledger. Read pages with " code { "chancery read PATH… --ledger FILE" } "." }
        } @else {
            section aria-labelledby="files" {
                h2 #files { "Files" }
                div.drop #drop data-token=(desk.token()) {
                    label for="chosen" { "Drop files here, or choose them" }
                    input #chosen type="file" multiple;
                    noscript { p.meta { "Files need a script; a text can be pasted below without one." } }
                }
                p.meta { "Text, HTML, MHTML, feeds, PDF, DOCX, EPUB, mail, WARC and WACZ, JSON of other tools, also in ZIP, TAR, gzip and Zstandard." }
                p #progress role="status" {}
                table.asked.read #read hidden {
                    caption.hidden { "What was read" }
                    thead { (columns()) }
                    tbody {}
                }
            }
            section aria-labelledby="paste" {
                h2 #paste { "A text" }
                form.ask action="/import/text" method="post" {
                    input type="hidden" name="token" value=(desk.token());
                    label for="text" { "The text, with its title and date above it where there are any" }
                    textarea #text name="text" rows="8" required {}
                    div {
                        label for="name" { "Its name in the ledger" }
                        input #name name="name" placeholder="pasted.txt" autocomplete="off";
                        button type="submit" { "Read" }
                    }
                }
            }
        }
    };
    Sheet { title: "Import", section: "/import", searched: "", body }.respond(&desk)
}

fn columns() -> Markup {
    html! { tr { th scope="col" { "What" } th scope="col" { "Became" } th scope="col" { "Articles" } th.n scope="col" { "Reports" } th.n scope="col" { "Quotes" } } }
}

/// Query of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    name: String,
}

/// One file, as a script sends it: JSON with what became of it, and the same as rows for the page.
pub(crate) async fn file(
    State(desk): State<Desk>,
    headers: HeaderMap,
    query: Result<Query<Named>, QueryRejection>,
    bytes: Bytes,
) -> Response {
    let token = headers.get(TOKEN).and_then(|t| t.to_str().ok()).unwrap_or_default();
    if !is_token(token, desk.token()) {
        let error = "The page is out of date; load it again.";
        return (StatusCode::FORBIDDEN, Json(json!({ "error": error }))).into_response();
    }
    let name = match query {
        Ok(Query(query)) => plain(&query.name),
        Err(wrong) => return (StatusCode::BAD_REQUEST, Json(json!({ "error": wrong.body_text() }))).into_response(),
    };
    match read(&desk, name, bytes.to_vec()).await {
        Ok(lines) => {
            let rows = html! { @for line in &lines { (row(line)) } }.into_string();
            Json(json!({ "read": lines, "rows": rows })).into_response()
        }
        Err(wrong) => {
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": format!("{wrong:#}") }))).into_response()
        }
    }
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pasted {
    token: String,
    name: String,
    text: String,
}

impl Sent for Pasted {
    fn token(&self) -> &str {
        &self.token
    }
}

/// A pasted text.
pub(crate) async fn text(State(desk): State<Desk>, form: Result<Form<Pasted>, FormRejection>) -> Response {
    let pasted = match taken(&desk, form) {
        Ok(pasted) => pasted,
        Err(refused) => return *refused,
    };
    let name = if pasted.name.trim().is_empty() { "pasted.txt".into() } else { plain(&pasted.name) };
    let lines = match read(&desk, name, pasted.text.replace("\r\n", "\n").into_bytes()).await {
        Ok(lines) => lines,
        Err(wrong) => {
            return problem(&desk, StatusCode::INTERNAL_SERVER_ERROR, "It cannot be read in", &format!("{wrong:#}"));
        }
    };
    let body = html! {
        header.top { h1 { "Read in" } p.deck { (count(lines.len() as u64, "document")) } }
        table.asked.read { thead { (columns()) } tbody { @for line in &lines { (row(line)) } } }
        p { a href="/import" { "Read more" } " · " a href="/" { "To the newest events" } }
    };
    Sheet { title: "Read in", section: "/import", searched: "", body }.respond(&desk)
}

/// A file's own name, without folders or what a terminal would obey.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let kept: String = last.chars().filter(|c| !c.is_control() && *c != '#').take(NAME_CHARS).collect();
    if kept.is_empty() { "unnamed.txt".into() } else { kept }
}

async fn read(desk: &Desk, name: String, bytes: Vec<u8>) -> anyhow::Result<Vec<ReadLine>> {
    desk.change(move |desk, path| match desk.reader() {
        Some(reader) => reader.read(path, &name, bytes),
        None => anyhow::bail!("this server only shows its ledger"),
    })
    .await
}

fn row(line: &ReadLine) -> Markup {
    html! {
        tr {
            th scope="row" { (line.name) }
            td {
                @match &line.unreadable {
                    Some(why) => strong { "not read: " (why) },
                    None => { @if line.known { "known before" } @else { "read" } },
                }
                @for note in &line.notes { span.claimant { (note) } }
            }
            td { @for (i, (key, title)) in line.articles.iter().enumerate() { @if i > 0 { br; } a href=(links::article(key)) { (title) } } }
            td.n { (line.reports) }
            td.n { (line.quotes) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert_eq!(plain("a/b\\c.html"), "c.html");
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("x\u{1b}[31m#1.txt"), "x[31m1.txt");
        assert_eq!(plain("  "), "unnamed.txt");
        assert_eq!(plain(&"ü".repeat(900)).chars().count(), NAME_CHARS);
    }
}
