//! Makes files of all formats, and reads them.

use chancery_data::Data;
use chancery_formats::{Document, Formats, FormatsError, Item, Limits};
use std::io::{Cursor, Write};

/// What reading gave.
#[derive(Debug, Default)]
pub struct Got {
    pub documents: Vec<Document>,
    pub notes: Vec<String>,
    pub errors: Vec<FormatsError>,
}

impl Got {
    pub fn names(&self) -> Vec<&str> {
        self.documents.iter().map(|d| d.name.as_str()).collect()
    }

    pub fn texts(&self) -> Vec<String> {
        self.documents.iter().map(|d| String::from_utf8_lossy(d.content.bytes()).into_owned()).collect()
    }

    /// The documents, where nothing was wrong.
    pub fn clean(self) -> Vec<Document> {
        assert!(self.errors.is_empty(), "{:?}", self.errors);
        self.documents
    }

    /// The one error, as it is shown: one line that names its place.
    pub fn one_error(&self) -> String {
        let [error] = self.errors.as_slice() else { panic!("not one error: {:?}", self.errors) };
        let text = error.to_string();
        assert!(text.lines().count() == 1 && text.starts_with(error.place()), "{text}");
        text
    }
}

pub fn formats() -> Formats {
    Formats::load(&Data::embedded()).unwrap()
}

pub fn read(name: &str, bytes: &[u8]) -> Got {
    read_with(&formats(), name, bytes)
}

/// Reads with limits that a test can reach.
pub fn read_small(name: &str, bytes: &[u8]) -> Got {
    let limits =
        Limits { document_bytes: 1 << 16, held_archive_bytes: 1 << 18, depth: 4, free_bytes: 1 << 18, ratio: 10 };
    read_with(&formats().with_limits(limits), name, bytes)
}

pub fn read_with(formats: &Formats, name: &str, bytes: &[u8]) -> Got {
    let mut got = Got::default();
    formats.read_stream(name, bytes, &mut |item| match item {
        Item::Document(document) => got.documents.push(document),
        Item::Note { place, note } => got.notes.push(format!("{place}: {} {}", note.code, note.text)),
        Item::Error(error) => got.errors.push(error),
    });
    got
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        // `set_path` refuses the paths that a test is about.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A WARC record.
pub fn record(kind: &str, url: &str, media_type: &str, block: &[u8]) -> Vec<u8> {
    record_of_length(kind, url, media_type, block, block.len())
}

/// A WARC record that states this length.
pub fn record_of_length(kind: &str, url: &str, media_type: &str, block: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-03T10:00:00Z\r\n\
         Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(block);
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}

/// A response of a server.
pub fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A record with a page.
pub fn page(url: &str, html: &[u8]) -> Vec<u8> {
    record("response", url, "application/http; msgtype=response", &http("200 OK", "Content-Type: text/html\r\n", html))
}

pub fn html(words: &str) -> Vec<u8> {
    format!("<!DOCTYPE html><html><title>Envoys</title><body><p>{words}</p></body></html>").into_bytes()
}

pub fn docx(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|p| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>")).collect();
    let document = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"x\"><w:body>{body}</w:body></w:document>");
    let core = "<cp:coreProperties><dc:title>Visit</dc:title><dc:creator>A. Person</dc:creator>\
                <dcterms:created>2009-01-01T00:00:00Z</dcterms:created>\
                <dcterms:modified>2024-05-03T08:00:00Z</dcterms:modified></cp:coreProperties>";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ])
}

pub fn epub(chapters: &[&str]) -> Vec<u8> {
    let (mut items, mut spine) = (String::new(), String::new());
    for i in 0..chapters.len() {
        items += &format!("<item id='c{i}' href='text/c%20{i}.xhtml'/>");
        spine += &format!("<itemref idref='c{i}'/>");
    }
    let package = format!(
        "<package><metadata><dc:creator>A. Person</dc:creator><dc:publisher>The Press</dc:publisher>\
         <dc:date>2024-05-03</dc:date></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    );
    let container = "<container><rootfiles><rootfile full-path='OPS/p.opf'/></rootfiles></container>";
    let pages: Vec<(String, String)> = chapters
        .iter()
        .enumerate()
        .map(|(i, text)| {
            (format!("OPS/text/c {i}.xhtml"), format!("<html><body><h1>Chapter {i}</h1><p>{text}</p></body></html>"))
        })
        .collect();
    let mut members: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OPS/p.opf", package.as_bytes()),
    ];
    members.extend(pages.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
    zip(&members)
}

/// A PDF of one page with one line.
pub fn pdf(words: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({words}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_string(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_string(),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", i + 1).as_bytes());
    }
    let at = bytes.len();
    bytes.extend_from_slice(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        bytes.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let id = "<00112233445566778899aabbccddeeff>";
    let trailer = format!("trailer\n<< /Size 6 /Root 1 0 R /ID [{id} {id}] >>\nstartxref\n{at}\n%%EOF\n");
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}

/// The same, with a password.
pub fn encrypted_pdf(words: &str) -> Vec<u8> {
    use pdf_extract::{Document, EncryptionState, EncryptionVersion, Permissions};
    let mut doc = Document::load_mem(&pdf(words)).unwrap();
    let version = EncryptionVersion::V1 {
        document: &doc,
        owner_password: "owner",
        user_password: "secret",
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    doc.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}
