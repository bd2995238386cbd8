//! ZIP (also WACZ), TAR and Zstandard.
//!
//! Members are read where they lie and never written to disk. Their paths are only names: `..`, drives and leading slashes
//! are taken out of them.

use crate::error::FormatsError;
use crate::kind::Found;
use crate::meta::Metadata;
use crate::walk::{Outcome, Place, Walk, open_zip};
use crate::{Content, Format, docx};
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// A stream that can be read from its end.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// An open ZIP archive.
pub(crate) type Zip<'r> = ZipArchive<&'r mut dyn ReadSeek>;

/// The longest part of a member's path that is shown, in characters.
const MAX_NAME_CHARS: usize = 200;

/// Reads a ZIP archive or what is built on it.
pub(crate) fn zip(walk: &mut Walk<'_>, place: &Place, input: &mut dyn ReadSeek) -> Outcome {
    match ZipArchive::new(input) {
        Ok(mut zip) => return open_zip(walk, place, &mut zip),
        Err(ZipError::Io(error)) => walk.broken(place, "ZIP archive", &error),
        Err(error) => walk.error(FormatsError::Damaged {
            place: place.name.clone(),
            format: "ZIP archive",
            reason: error.to_string(),
        }),
    }
    Outcome::Done
}

/// What is built on this archive.
pub(crate) fn zip_format(zip: &mut Zip<'_>) -> Found {
    let names: Vec<String> = zip.file_names().filter_map(|n| Some(n.ok()?.into_owned())).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    let warc_in_archive = |n: &String| n.starts_with("archive/") && (n.ends_with(".warc") || n.ends_with(".warc.gz"));
    match () {
        () if names.is_empty() => Found::Empty,
        () if has("META-INF/container.xml") => Found::Known(Format::Epub),
        () if has(docx::DOCUMENT) => Found::Known(Format::Docx),
        () if has("datapackage.json") && names.iter().any(warc_in_archive) => Found::Known(Format::Wacz),
        () if has("[Content_Types].xml") => {
            Found::Other { format: "an Office document other than DOCX", hint: "save it as DOCX or text" }
        }
        () => Found::Known(Format::Zip),
    }
}

/// Reads the members of an open archive.
pub(crate) fn members(walk: &mut Walk<'_>, place: &Place, zip: &mut Zip<'_>, format: Format) {
    if format == Format::Docx {
        return one_docx(walk, place, zip);
    }
    let mut members = Members::default();
    for index in 0..zip.len() {
        if walk.meter.is_exceeded() {
            break;
        }
        let name = zip.name_for_index(index).and_then(Result::ok).map_or_else(String::new, |n| n.into_owned());
        let member = match zip.by_index(index) {
            Ok(member) if member.is_dir() || member.is_symlink() => continue,
            Ok(member) => member,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                members.encrypted += 1;
                continue;
            }
            Err(error) => {
                let place = place.member(&clean(&name).0, Metadata::default()).name;
                walk.error(FormatsError::Damaged { place, format: "ZIP member", reason: error.to_string() });
                continue;
            }
        };
        if format == Format::Wacz && !name.starts_with("archive/") {
            continue;
        }
        let mut stream = BufReader::new(walk.meter.unpacked(member));
        members.read(walk, place, &name, &mut stream);
    }
    members.finish(walk, place);
}

fn one_docx(walk: &mut Walk<'_>, place: &Place, zip: &mut Zip<'_>) {
    let mut place = place.clone();
    match docx::text(walk, &place.name, zip, &mut place.meta) {
        Ok(text) => walk.document(&place, Format::Docx, Content::Page(text.into_bytes())),
        Err(error) => walk.error(error),
    }
}

/// A whole member as text; `None` where there is none.
pub(crate) fn member_text(walk: &Walk<'_>, zip: &mut Zip<'_>, name: &str) -> Option<Result<String, io::Error>> {
    let limit = walk.formats.limits.document_bytes;
    let member = match zip.by_name(name) {
        Ok(member) => member,
        Err(ZipError::FileNotFound) => return None,
        Err(error) => return Some(Err(error.into())),
    };
    let mut bytes = Vec::new();
    let read = walk.meter.unpacked(member).take(limit.saturating_add(1)).read_to_end(&mut bytes);
    Some(match read {
        Ok(read) if read as u64 > limit => Err(io::Error::other(format!("{name} is longer than {limit} bytes"))),
        Ok(_) => Ok(chancery_pages::decode(&bytes, None).0),
        Err(error) => Err(error),
    })
}

/// Reads a TAR archive.
pub(crate) fn tar(walk: &mut Walk<'_>, place: &Place, input: &mut dyn BufRead) {
    let mut archive = tar::Archive::new(input);
    let mut members = Members::default();
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return walk.broken(place, "TAR archive", &error),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                if !walk.meter.is_exceeded() || members.read == 0 {
                    walk.broken(place, "TAR archive", &error);
                }
                break;
            }
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        members.read(walk, place, &name, &mut BufReader::new(entry));
        if walk.meter.is_exceeded() {
            break;
        }
    }
    members.finish(walk, place);
}

/// What is counted over an archive, so that a thousand pictures are one line.
#[derive(Debug, Default)]
struct Members {
    read: usize,
    left_out: usize,
    encrypted: usize,
    leading_out: usize,
    first_leading_out: String,
    names: HashSet<u64>,
}

impl Members {
    fn read(&mut self, walk: &mut Walk<'_>, place: &Place, name: &str, stream: &mut dyn BufRead) {
        let (mut shown, leads_out) = clean(name);
        if is_hidden(&shown) {
            return;
        }
        self.read += 1;
        if leads_out {
            self.leading_out += 1;
            if self.leading_out == 1 {
                self.first_leading_out = printable(name);
            }
        }
        let mut hasher = DefaultHasher::new();
        shown.hash(&mut hasher);
        if !self.names.insert(hasher.finish()) {
            shown = format!("{shown}~{}", self.read);
        }
        let member = place.member(&shown, Metadata::default());
        if walk.stream(&member, stream) != Outcome::Done {
            self.left_out += 1;
        }
    }

    fn finish(self, walk: &mut Walk<'_>, place: &Place) {
        if self.encrypted > 0 {
            walk.error(FormatsError::Encrypted { place: place.name.clone(), format: "a part of the ZIP archive" });
        }
        if self.leading_out > 0 {
            let text = format!(
                "{} members have paths that lead out of the archive (the first is {}); nothing is written to disk, they were read under the rest of their names",
                self.leading_out, self.first_leading_out
            );
            walk.note(&place.name, "P015", text);
        }
        if self.left_out > 0 {
            let text = format!("{} of {} members are no pages and were left out", self.left_out, self.read);
            walk.note(&place.name, "P012", text);
        }
        if self.read == 0 && self.encrypted == 0 {
            walk.note(&place.name, "P002", "the archive holds no files".into());
        }
    }
}

/// A member's path as a name, and whether it led out of the archive.
fn clean(path: &str) -> (String, bool) {
    let mut leads_out = path.starts_with(['/', '\\']);
    let mut parts = Vec::new();
    for part in path.split(['/', '\\']) {
        let is_drive = part.len() == 2 && part.ends_with(':');
        leads_out |= part == ".." || is_drive;
        if !(part.is_empty() || part == "." || part == ".." || is_drive) {
            parts.push(part);
        }
    }
    let name = printable(&parts.join("/"));
    (if name.is_empty() { "unnamed".into() } else { name }, leads_out)
}

/// The last characters of a name, without those that move the cursor.
fn printable(name: &str) -> String {
    let chars: Vec<char> = name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    chars[chars.len().saturating_sub(MAX_NAME_CHARS)..].iter().collect()
}

/// What file managers leave behind.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// Unpacks Zstandard; a dictionary may stand in front, as in WARC files.
pub(crate) fn zstd_reader<'r>(input: &'r mut dyn BufRead) -> io::Result<Box<dyn Read + 'r>> {
    const DICTIONARY: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];
    if !input.fill_buf()?.starts_with(&DICTIONARY) {
        return Ok(Box::new(zstd::stream::read::Decoder::with_buffer(input)?));
    }
    let mut header = [0; 8];
    input.read_exact(&mut header)?;
    let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    let mut dictionary = Vec::new();
    input.take(u64::from(size).min(MAX_DICTIONARY_BYTES)).read_to_end(&mut dictionary)?;
    if dictionary.starts_with(b"\x28\xb5\x2f\xfd") {
        let mut plain = Vec::new();
        zstd::stream::read::Decoder::with_buffer(Cursor::new(&dictionary))?
            .take(MAX_DICTIONARY_BYTES)
            .read_to_end(&mut plain)?;
        dictionary = plain;
    }
    Ok(Box::new(zstd::stream::read::Decoder::with_dictionary(input, &dictionary)?))
}

const MAX_DICTIONARY_BYTES: u64 = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_names() {
        assert_eq!(clean("a/b.html"), ("a/b.html".into(), false));
        assert_eq!(clean("../../etc/page.txt"), ("etc/page.txt".into(), true));
        assert_eq!(clean("/etc/page.txt"), ("etc/page.txt".into(), true));
        assert_eq!(clean("C:\\news\\a.txt"), ("news/a.txt".into(), true));
        assert_eq!(clean("a\u{1b}[2J.txt").0, "a\u{fffd}[2J.txt");
        assert_eq!(clean("..").0, "unnamed");
        assert!(is_hidden("__MACOSX/a.txt") && is_hidden("a/.DS_Store") && !is_hidden("a/b.c"));
    }
}
