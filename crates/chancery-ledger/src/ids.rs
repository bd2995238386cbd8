//! Names made from content: the same input gives the same ids in every ledger, whatever was stored before it.

/// The key of an input: a hash of its bytes, in hexadecimal.
///
/// ```
/// assert_eq!(chancery_ledger::content_hash(b"a page").len(), 32);
/// ```
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_string()
}

/// Hashes the parts, kept apart by their lengths, to 16 hexadecimal digits behind a letter that says of what.
pub(crate) fn key(letter: char, parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{letter}{}", &hasher.finalize().to_hex()[..16])
}
