//! Where a file lies on somebody's machine is nobody else's business: exports say what it is called.

use crate::ArticleHead;

impl ArticleHead {
    /// The same for whoever is given an export: of an absolute path only the name of the file is left. The article's key
    /// still tells two files of one name apart.
    #[must_use]
    pub fn for_others(mut self) -> Self {
        self.id = name_for_others(&self.id);
        self.file = name_for_others(&self.file);
        self.url = self.url.filter(|url| !url.to_ascii_lowercase().starts_with("file:"));
        self
    }
}

/// A path or an article's id as it may be given to others: what is absolute, or leads upwards, loses its folders.
///
/// ```
/// use chancery_ledger::name_for_others;
/// assert_eq!(name_for_others("/home/ida/pages/a.txt#3"), "a.txt#3");
/// assert_eq!(name_for_others("C:\\Users\\ida\\a.txt"), "a.txt");
/// assert_eq!(name_for_others("../pages/a.txt"), "pages/a.txt");
/// assert_eq!(name_for_others("pages/a.txt#3"), "pages/a.txt#3");
/// assert_eq!(name_for_others("https://example.org/a.html"), "https://example.org/a.html");
/// ```
pub fn name_for_others(path: &str) -> String {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let on_a_drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.starts_with(['/', '\\', '~']) || on_a_drive {
        // Behind `#` stands what an archive or a page calls its parts, slashes and all.
        let (file, part) = path.split_at(path.find('#').unwrap_or(path.len()));
        let name = file.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
        return format!("{name}{part}");
    }
    let mut rest = path;
    while let Some(inside) = ["../", "..\\", "./"].iter().find_map(|up| rest.strip_prefix(up)) {
        rest = inside;
    }
    rest.to_string()
}
