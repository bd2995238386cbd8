//! WARC 1.0 and 1.1, read as a stream: one record in memory at a time, and of pictures not even that.
//!
//! Pages are `response` records with an HTTP status of 2xx, `resource` and `conversion` records. Packed records (a gzip
//! member or Zstandard frame each) need nothing here: their sum is one stream. A length that does not fit is mended by
//! looking for the next record's first line.

use crate::error::FormatsError;
use crate::http::{self, Body};
use crate::kind::{Found, HEAD_BYTES, sniff};
use crate::limits::is_bomb;
use crate::meta::{Metadata, date};
use crate::walk::{Outcome, Place, Walk};
use crate::{Content, Format};
use std::io::{self, BufRead, Read};

/// A record's header lines may have so many bytes.
const MAX_HEADER_BYTES: u64 = 64 << 10;
/// Where a new record begins.
const FIRST_LINE: &[u8] = b"WARC/1.";
/// So far one looks for it: behind two empty lines.
const AHEAD_BYTES: usize = 4 + FIRST_LINE.len();

/// Reads an archive.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, input: &mut dyn BufRead) {
    let mut archive = Archive { input, ahead: Vec::new(), at: 0 };
    let mut tally = Tally::default();
    loop {
        match archive.next_header() {
            Ok(Some(header)) => {
                tally.records += 1;
                if let Err(error) = record(walk, place, &mut archive, &header, &mut tally) {
                    break broken(walk, place, &tally, &error);
                }
            }
            Ok(None) if archive.at_end() => break,
            // Something stands between two records.
            Ok(None) => {
                tally.misplaced(tally.records);
                match archive.skip_to_next(None) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => break broken(walk, place, &tally, &error),
                }
            }
            Err(error) => break broken(walk, place, &tally, &error),
        }
    }
    tally.finish(walk, place);
}

fn broken(walk: &mut Walk<'_>, place: &Place, tally: &Tally, error: &io::Error) {
    if error.kind() == io::ErrorKind::UnexpectedEof && !is_bomb(error) {
        let what = format!("in record {}", tally.records);
        walk.error(FormatsError::CutOff { place: place.name.clone(), what });
    } else {
        walk.broken(place, "WARC archive", error);
    }
}

/// What is counted over an archive, so that a thousand pictures are one line.
#[derive(Debug, Default)]
struct Tally {
    records: usize,
    left_out: usize,
    misplaced: usize,
    first_misplaced: usize,
    too_long: usize,
}

impl Tally {
    fn misplaced(&mut self, record: usize) {
        if self.misplaced == 0 {
            self.first_misplaced = record;
        }
        self.misplaced += 1;
    }

    fn finish(self, walk: &mut Walk<'_>, place: &Place) {
        let name = &place.name;
        if self.misplaced > 0 {
            let reason = format!(
                "the length that {} of {} records state is wrong, first in record {}",
                self.misplaced, self.records, self.first_misplaced
            );
            walk.error(FormatsError::Damaged { place: name.clone(), format: "WARC archive", reason });
        }
        if self.too_long > 0 {
            let text = format!("{} records are too long; only their beginning was read", self.too_long);
            walk.note(name, "P007", text);
        }
        if self.left_out > 0 {
            let text = format!(
                "{} of {} records hold no pages (pictures, styles, scripts, redirects, errors) and were left out",
                self.left_out, self.records
            );
            walk.note(name, "P012", text);
        }
        if self.records == 0 {
            walk.note(name, "P002", "the archive holds no records".into());
        }
    }
}

/// A record's header.
#[derive(Debug, Default)]
struct Header {
    kind: String,
    length: Option<u64>,
    content_type: String,
    url: Option<String>,
    date: String,
}

impl Header {
    fn set(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let Some((key, value)) = line.split_once(':') else { return };
        let value = value.trim();
        match key.trim() {
            k if k.eq_ignore_ascii_case("WARC-Type") => self.kind = value.to_ascii_lowercase(),
            k if k.eq_ignore_ascii_case("Content-Length") => self.length = value.parse().ok(),
            k if k.eq_ignore_ascii_case("Content-Type") => self.content_type = value.to_ascii_lowercase(),
            k if k.eq_ignore_ascii_case("WARC-Target-URI") => {
                self.url = Some(value.trim_matches(['<', '>']).to_string());
            }
            k if k.eq_ignore_ascii_case("WARC-Date") => self.date = value.to_string(),
            _ => {}
        }
    }

    /// True where the record may hold a page.
    fn may_be_page(&self) -> bool {
        let url = self.url.as_deref().unwrap_or_default();
        matches!(self.kind.as_str(), "response" | "resource" | "conversion")
            && !url.starts_with("dns:")
            && !url.ends_with("/robots.txt")
    }
}

/// Reads one record behind its header.
fn record(
    walk: &mut Walk<'_>,
    place: &Place,
    archive: &mut Archive<'_>,
    header: &Header,
    tally: &mut Tally,
) -> io::Result<()> {
    let Some(length) = header.length else {
        tally.misplaced(tally.records);
        archive.skip_to_next(None)?;
        return Ok(());
    };
    let limit = walk.formats.limits.document_bytes;
    let mut block = Block { missing: length, ..Block::default() };
    let read = block.read(archive, header, limit);
    let wanted = block.sent.is_some();
    let mended = match read {
        Ok(()) if block.missing == 0 => match archive.fits(block.cut_head.is_none()) {
            Ok(true) => Ok(()),
            Ok(false) => mend(archive, &mut block, limit, tally),
            Err(error) => Err(error),
        },
        Ok(()) => mend(archive, &mut block, limit, tally),
        Err(error) => Err(error),
    };
    tally.too_long += usize::from(wanted && block.body.len() as u64 == limit);
    match block.sent {
        Some(sent) => page(walk, place, header, sent, block.body, tally),
        None if header.may_be_page() => tally.left_out += 1,
        None => {}
    }
    mended
}

/// The bytes of one record.
#[derive(Default)]
struct Block {
    /// How they were sent, if they may be a page.
    sent: Option<Body>,
    /// They themselves, up to the limit, if they may be a page.
    body: Vec<u8>,
    /// Bytes that should have come and did not.
    missing: u64,
    /// The server's header lines, where the block ends within them.
    cut_head: Option<Vec<u8>>,
}

impl Block {
    /// Reads a block of `missing` bytes; of one that breaks off, what there is.
    fn read(&mut self, archive: &mut Archive<'_>, header: &Header, limit: u64) -> io::Result<()> {
        let mut stream = archive.take(self.missing);
        if header.may_be_page() {
            let is_http = header.content_type.starts_with("application/http");
            self.sent = if is_http {
                let (head, whole) = http::head(&mut stream)?;
                let sent = http::body(&head);
                self.cut_head = Some(head).filter(|_| !whole);
                sent
            } else {
                http::of_media_type(&header.content_type)
            };
        }
        if self.sent.is_some() {
            self.body.reserve_exact(stream.limit().min(limit).min(1 << 20) as usize);
            (&mut stream).take(limit).read_to_end(&mut self.body)?;
        }
        skip(&mut stream)?;
        self.missing = stream.limit();
        Ok(())
    }
}

/// Finds the record that really follows: inside the body where the stated length is too long, else further on.
///
/// # Errors
/// Where the archive ends inside this record.
fn mend(archive: &mut Archive<'_>, block: &mut Block, limit: u64, tally: &mut Tally) -> io::Result<()> {
    if let Some(mut all) = block.cut_head.take().filter(|_| block.missing == 0) {
        tally.misplaced(tally.records);
        archive.skip_to_next(Some((limit, &mut all)))?;
        let mut rest = all.as_slice();
        let (head, _) = http::head(&mut rest)?;
        (block.sent, block.body) = (http::body(&head), rest.to_vec());
        return Ok(());
    }
    if block.missing == 0 && block.sent.is_some() {
        // The block may end in the middle of the next record's first line.
        let mut line = Vec::new();
        archive.line(&mut line)?;
        block.body.extend_from_slice(&line);
    }
    if let Some(at) = find_record(&block.body) {
        tally.misplaced(tally.records);
        archive.push_back(&block.body[at..]);
        block.body.truncate(at);
        return Ok(());
    }
    if block.missing > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    tally.misplaced(tally.records);
    let room = limit.saturating_sub(block.body.len() as u64);
    archive.skip_to_next(block.sent.is_some().then_some((room, &mut block.body)))?;
    Ok(())
}

/// Where a record begins inside a body: at the beginning of a line that looks like a record's first.
fn find_record(body: &[u8]) -> Option<usize> {
    let at = body.windows(FIRST_LINE.len() + 1).position(|w| w[0] == b'\n' && &w[1..] == FIRST_LINE)?;
    Some(at + 1)
}

fn page(walk: &mut Walk<'_>, place: &Place, header: &Header, sent: Body, body: Vec<u8>, tally: &mut Tally) {
    let body = match sent.unpack(body, &walk.meter, walk.formats.limits.document_bytes) {
        Some(body) => body,
        None => return tally.left_out += 1,
    };
    let meta =
        Metadata { url: header.url.clone(), charset: sent.charset, fetched: date(&header.date), ..Metadata::default() };
    let member = Place {
        file_name: header.url.as_deref().unwrap_or_default().split(['?', '#']).next().unwrap_or_default().to_string(),
        ..place.member(&tally.records.to_string(), meta)
    };
    match sniff(&body[..body.len().min(HEAD_BYTES)], &member.file_name) {
        Found::Known(format @ (Format::Html | Format::Feed | Format::Text | Format::Markdown)) => {
            walk.document(&member, format, Content::Page(body));
        }
        Found::Known(Format::Pdf) => walk.document(&member, Format::Pdf, Content::Pdf(body)),
        Found::Known(Format::Zip | Format::Eml | Format::Mhtml) => {
            if walk.bytes(&member, &body) != Outcome::Done {
                tally.left_out += 1;
            }
        }
        _ => tally.left_out += 1,
    }
}

fn skip(block: &mut impl BufRead) -> io::Result<()> {
    loop {
        let read = block.fill_buf()?.len();
        if read == 0 {
            return Ok(());
        }
        block.consume(read);
    }
}

/// The stream, with bytes that were read too far and are read again.
struct Archive<'r> {
    input: &'r mut dyn BufRead,
    ahead: Vec<u8>,
    at: usize,
}

impl Archive<'_> {
    fn push_back(&mut self, bytes: &[u8]) {
        let mut ahead = bytes.to_vec();
        ahead.extend_from_slice(&self.ahead[self.at..]);
        (self.ahead, self.at) = (ahead, 0);
    }

    fn at_end(&mut self) -> bool {
        self.fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    /// True where what follows may stand behind a record: empty lines and the next record, or nothing. Behind two empty lines
    /// anything may stand between two records, unless the record is not `whole` anyhow.
    fn fits(&mut self, whole: bool) -> io::Result<bool> {
        let mut next = Vec::with_capacity(AHEAD_BYTES);
        self.take(AHEAD_BYTES as u64).read_to_end(&mut next)?;
        let ends = next.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let rest = &next[ends..];
        let fits = rest.starts_with(FIRST_LINE) || rest.is_empty() || (whole && next.starts_with(b"\r\n\r\n"));
        self.push_back(&next);
        Ok(fits)
    }

    /// A line with its end, up to `MAX_HEADER_BYTES`.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        line.clear();
        self.take(MAX_HEADER_BYTES).read_until(b'\n', line)?;
        Ok(())
    }

    /// The next record's header; `None` at the end and where no record begins.
    fn next_header(&mut self) -> io::Result<Option<Header>> {
        let mut line = Vec::new();
        loop {
            self.line(&mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        if !line.starts_with(FIRST_LINE) {
            self.push_back(&line);
            return Ok(None);
        }
        let (mut header, mut bytes) = (Header::default(), 0);
        loop {
            self.line(&mut line)?;
            bytes += line.len() as u64;
            if line.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.trim_ascii().is_empty() || bytes > MAX_HEADER_BYTES {
                return Ok(Some(header));
            }
            header.set(&line);
        }
    }

    /// Skips to the next record's first line; what is skipped goes to the end of `keep`, as far as there is room.
    fn skip_to_next(&mut self, mut keep: Option<(u64, &mut Vec<u8>)>) -> io::Result<bool> {
        let mut line = Vec::new();
        loop {
            self.line(&mut line)?;
            if line.is_empty() {
                return Ok(false);
            }
            if line.starts_with(FIRST_LINE) {
                self.push_back(&line);
                return Ok(true);
            }
            if let Some((room, kept)) = &mut keep
                && line.len() as u64 <= *room
            {
                *room -= line.len() as u64;
                kept.extend_from_slice(&line);
            }
        }
    }
}

impl Read for Archive<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ahead.len() {
            return self.input.read(buffer);
        }
        let read = (self.ahead.len() - self.at).min(buffer.len());
        buffer[..read].copy_from_slice(&self.ahead[self.at..self.at + read]);
        self.at += read;
        Ok(read)
    }
}

impl BufRead for Archive<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.ahead.len() { Ok(&self.ahead[self.at..]) } else { self.input.fill_buf() }
    }

    fn consume(&mut self, read: usize) {
        if self.at < self.ahead.len() { self.at += read } else { self.input.consume(read) }
    }
}
