//! What a server sent: status and header lines, then a body that may be chunked and packed.

use crate::limits::Meter;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, Read};

/// Header lines may have so many bytes.
const MAX_HEADER_BYTES: u64 = 256 << 10;
/// Kinds of content that never hold a page; what is not in this list is looked at.
const NO_PAGES: [&str; 14] = [
    "image/",
    "audio/",
    "video/",
    "font/",
    "text/css",
    "text/dns",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "application/json",
    "application/font",
    "application/x-font",
    "application/vnd.ms-fontobject",
    "application/wasm",
];

/// How a body was sent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    chunked: bool,
    packed: String,
    /// The stated character set.
    pub charset: Option<String>,
}

/// The header lines of a message, and whether the empty line behind them was found. The stream stands at the body then.
pub(crate) fn head(stream: &mut impl BufRead) -> io::Result<(Vec<u8>, bool)> {
    let mut stream = stream.take(MAX_HEADER_BYTES);
    let mut lines = Vec::new();
    loop {
        let start = lines.len();
        stream.read_until(b'\n', &mut lines)?;
        let line = &lines[start..];
        // A header without any line is none.
        if line.trim_ascii().is_empty() && (start > 0 || line.is_empty()) {
            return Ok((lines.clone(), line.ends_with(b"\n")));
        }
    }
}

/// What the header lines say of the body; `None` where it is no page.
pub(crate) fn body(head: &[u8]) -> Option<Body> {
    let mut lines = head.split_inclusive(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let status = first.split(|b| *b == b' ').nth(1).unwrap_or_default();
    let mut wanted = first.starts_with(b"HTTP/") && status.starts_with(b"2");
    let mut body = Body::default();
    for line in lines {
        let text = String::from_utf8_lossy(line).to_ascii_lowercase();
        let Some((key, value)) = text.split_once(':') else { continue };
        match key.trim() {
            "content-type" => match of_media_type(value) {
                Some(typed) => body.charset = typed.charset,
                None => wanted = false,
            },
            "transfer-encoding" => body.chunked |= value.contains("chunked"),
            "content-encoding" => body.packed = value.trim().to_string(),
            _ => {}
        }
    }
    wanted.then_some(body)
}

/// A body of this media type, sent as it is; `None` where it is no page.
pub(crate) fn of_media_type(media_type: &str) -> Option<Body> {
    let media_type = media_type.trim().to_ascii_lowercase();
    if NO_PAGES.iter().any(|no| media_type.starts_with(no)) {
        return None;
    }
    let charset = media_type.split(';').find_map(|part| part.trim().strip_prefix("charset="));
    let charset = charset.map(|c| c.trim_matches(['"', '\'', ' ']).to_string()).filter(|c| !c.is_empty());
    Some(Body { charset, ..Body::default() })
}

impl Body {
    /// The content of a body; `None` where it is packed in a way that is not read. Of a broken body, what can be had.
    pub(crate) fn unpack(&self, body: Vec<u8>, meter: &Meter, limit: u64) -> Option<Vec<u8>> {
        // Many archives store bodies unpacked beside the header lines as they were.
        let body = if self.chunked { dechunked(&body).unwrap_or(body) } else { body };
        match self.packed.as_str() {
            "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => {
                Some(all(meter.unpacked(MultiGzDecoder::new(&body[..])), limit))
            }
            "deflate" if body.first().is_some_and(|b| b & 0x0f == 8) => {
                Some(all(meter.unpacked(ZlibDecoder::new(&body[..])), limit))
            }
            "deflate" if !looks_like_text(&body) => Some(all(meter.unpacked(DeflateDecoder::new(&body[..])), limit)),
            "zstd" if body.starts_with(b"\x28\xb5\x2f\xfd") => {
                let unpacked = zstd::stream::read::Decoder::with_buffer(&body[..]).ok()?;
                Some(all(meter.unpacked(unpacked), limit))
            }
            "br" if !looks_like_text(&body) => None,
            _ => Some(body),
        }
    }
}

fn looks_like_text(body: &[u8]) -> bool {
    let head = &body[..body.len().min(512)];
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.valid_up_to() + 4 > head.len(),
    }
}

fn all(unpacked: impl Read, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Of a body that breaks off, the beginning is worth reading.
    let _ = unpacked.take(limit).read_to_end(&mut bytes);
    bytes
}

/// A chunked body in one piece; `None` where it is not chunked at all.
fn dechunked(body: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut out) = (body, Vec::with_capacity(body.len()));
    while let Some(end) = rest.iter().take(256).position(|b| *b == b'\n') {
        let line = std::str::from_utf8(&rest[..end]).ok().map(|l| l.split(';').next().unwrap_or_default().trim());
        let Some(size) = line.and_then(|l| usize::from_str_radix(l, 16).ok()) else { break };
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(out);
        }
        let take = size.min(rest.len());
        out.extend_from_slice(&rest[..take]);
        rest = &rest[take..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_sent(stream: &mut &[u8]) -> Option<Body> {
        body(&head(stream).unwrap().0)
    }

    #[test]
    fn chunks_are_joined() {
        assert_eq!(dechunked(b"4\r\nWiki\r\n6;x=1\r\npedia \r\n0\r\n\r\n").unwrap(), b"Wikipedia ");
        assert_eq!(dechunked(b"4\r\nWiki\r\nff\r\nped").unwrap(), b"Wikiped");
        assert_eq!(dechunked(b"<html>"), None);
        assert_eq!(dechunked(b""), None);
    }

    #[test]
    fn the_header_says_what_the_body_is() {
        let sent = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"Windows-1251\"\r\nContent-Encoding: gzip\r\n\r\nbody";
        let mut stream = &sent[..];
        let body = page_sent(&mut stream).unwrap();
        assert_eq!(
            (body.charset.as_deref(), body.packed.as_str(), stream),
            (Some("windows-1251"), "gzip", &b"body"[..])
        );
        assert_eq!(page_sent(&mut &b"HTTP/1.1 404 Not Found\r\n\r\n"[..]), None);
        assert_eq!(page_sent(&mut &b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"[..]), None);
        assert_eq!(page_sent(&mut &b"rubbish"[..]), None);
    }
}
