//! Fetched pages as WARC records: what the cache keeps, and what a run can be repeated from.

use crate::Fetched;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use std::io::{self, Write};
use std::time::SystemTime;

/// Writes a WARC file, a record for each page.
#[derive(Debug)]
pub struct WarcWriter<W> {
    out: W,
    packed: bool,
}

impl<W: Write> WarcWriter<W> {
    /// Begins a file; `packed` packs each record with gzip, as `.warc.gz` has it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(out: W, packed: bool) -> io::Result<Self> {
        let mut writer = WarcWriter { out, packed };
        let about = format!("software: chancery/{}\r\nformat: WARC File Format 1.1\r\n", env!("CARGO_PKG_VERSION"));
        let head = format!(
            "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: {}\r\nWARC-Date: {}\r\n\
             Content-Type: application/warc-fields\r\nContent-Length: {}\r\n\r\n",
            record_id(&[about.as_bytes()]),
            date(SystemTime::UNIX_EPOCH),
            about.len()
        );
        writer.record(&[head.as_bytes(), about.as_bytes(), b"\r\n\r\n"])?;
        Ok(writer)
    }

    /// Adds a page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, page: &Fetched) -> io::Result<()> {
        self.record(&[&head(page), &page.body, b"\r\n\r\n"])
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn record(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        if !self.packed {
            return parts.iter().try_for_each(|part| self.out.write_all(part));
        }
        let mut packer = GzEncoder::new(&mut self.out, Compression::default());
        parts.iter().try_for_each(|part| packer.write_all(part))?;
        packer.finish().map(|_| ())
    }
}

/// The record's header lines and the page's: the body is stored as it was unpacked.
pub(crate) fn head(page: &Fetched) -> Vec<u8> {
    let mut http = String::from("HTTP/1.1 200 OK\r\n");
    for (key, value) in &page.headers {
        http.push_str(&format!("{key}: {value}\r\n"));
    }
    http.push_str(&format!("Content-Length: {}\r\n\r\n", page.body.len()));
    let date = date(page.date);
    let record = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: {}\r\nWARC-Target-URI: {}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n",
        record_id(&[page.url.as_bytes(), date.as_bytes(), &page.body]),
        page.url,
        http.len() + page.body.len()
    );
    [record.into_bytes(), http.into_bytes()].concat()
}

/// Reads a record that [`head`] and a body make; `None` where it is none, or was damaged.
pub(crate) fn parse(record: &[u8]) -> Option<Fetched> {
    let (warc, rest) = split_head(record)?;
    let (http, body) = split_head(rest)?;
    let field = |head: &str, name: &str| {
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value.to_string()).next()
    };
    let length: usize = field(http, "Content-Length")?.parse().ok()?;
    let date: Timestamp = field(warc, "WARC-Date")?.parse().ok()?;
    let lines = http.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = lines.filter(|(key, _)| *key != "Content-Length").map(|(k, v)| (k.to_string(), v.to_string()));
    let body = body.get(..length).filter(|_| body.get(length..) == Some(b"\r\n\r\n"))?.to_vec();
    Some(Fetched { url: field(warc, "WARC-Target-URI")?, date: date.into(), headers: headers.collect(), body })
}

fn split_head(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]))
}

fn record_id(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    let hex = hasher.finalize().to_hex();
    format!("<urn:uuid:{}-{}-{}-{}-{}>", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

/// To the second, so that a date that is written and read is the same.
pub(crate) fn date(date: SystemTime) -> String {
    let seconds = Timestamp::try_from(date).map_or(0, |t| t.as_second());
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let page = Fetched {
            url: "https://example.org/a?b=c".into(),
            date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            headers: vec![("Content-Type".into(), "text/html".into()), ("ETag".into(), "\"x: y\"".into())],
            body: b"<p>One.\r\n\r\nTwo.\xff".to_vec(),
        };
        let record = [head(&page), page.body.clone(), b"\r\n\r\n".to_vec()].concat();
        assert_eq!(parse(&record), Some(page));
        for end in 0..record.len() {
            assert_eq!(parse(&record[..end]), None, "cut at {end}");
        }
    }
}
