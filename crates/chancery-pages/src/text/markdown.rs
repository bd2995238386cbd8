//! Markdown to the text that it stands for, with a map back to the input.
//!
//! In: a decoded page. Out: [`Rendered`]: paragraphs, headings and list items with an empty line between, without the marks
//! of headings, links and emphasis; what the front matter says; and which stretch of the input each stretch of the text is.
//! The `pulldown-cmark` crate reads the marks.

use chancery_text::{InputMap, Span};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Front matter is no longer.
const FRONT_MAX_BYTES: usize = 64 << 10;
/// Deeper lists and quotations are read as text of the outer ones.
const BULLET: &str = "• ";

/// A Markdown page as text.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// The text.
    pub text: String,
    /// Where the headings stand in it, and their levels from 1.
    pub headings: Vec<(Span, u8)>,
    /// What of the input each stretch of the text is.
    pub map: InputMap,
    /// What the front matter says.
    pub front: Front,
}

/// What stands above the text between rules (`title: …`).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Front {
    /// Keys in lower case, with their values.
    fields: Vec<(String, Vec<String>)>,
}

impl Front {
    /// The first value under the first of the names that has one.
    pub(crate) fn one(&self, names: &[&str]) -> Option<&str> {
        self.all(names).first().map(String::as_str)
    }

    /// The values under the first of the names that has some.
    pub(crate) fn all(&self, names: &[&str]) -> &[String] {
        let of = |name: &&str| self.fields.iter().find(|(key, values)| key == name && !values.is_empty());
        names.iter().find_map(of).map_or(&[], |(_, values)| values)
    }
}

/// True for text that begins with front matter, whatever its file is called.
pub(crate) fn has_front_matter(text: &str) -> bool {
    front_matter(text).is_some_and(|(front, _)| front.one(&["title", "date", "author", "authors"]).is_some())
}

/// Renders a page.
pub(crate) fn render(text: &str) -> Rendered {
    let (front, body) = front_matter(text).unwrap_or_default();
    let mut writer = Writer { source: text, chars: Chars { text, bytes: 0, chars: 0 }, ..Writer::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        writer.take(event, range.start + body..range.end + body);
    }
    writer.end_block();
    Rendered { text: writer.text, headings: writer.headings, map: InputMap { runs: writer.runs }, front }
}

/// The fields between `---` (or `+++`) and the same, and where the text begins behind them.
fn front_matter(text: &str) -> Option<(Front, usize)> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let head = crate::text::head(&text[start..], FRONT_MAX_BYTES);
    let mut lines = head.split_inclusive('\n');
    let mark = lines.next()?.trim_end();
    if mark != "---" && mark != "+++" {
        return None;
    }
    let mut at = start + head.find('\n')? + 1;
    let mut front = Front::default();
    for line in lines {
        at += line.len();
        let line = line.trim_end();
        if line == mark || (mark == "---" && line == "...") {
            return Some((front, at)).filter(|(front, _)| !front.fields.is_empty());
        }
        front.add(line);
    }
    None
}

impl Front {
    fn add(&mut self, line: &str) {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if let Some((_, values)) = self.fields.last_mut() {
                // `- name: Ana Ruiz` is a person with fields of its own.
                let value = item.split_once(": ").filter(|(key, _)| *key == "name").map_or(item, |(_, value)| value);
                values.extend(unquoted(value));
            }
            return;
        }
        let parted = line.split_once([':', '=']).filter(|(key, _)| !key.starts_with([' ', '\t', '#']));
        let Some((key, value)) = parted else { return };
        let value = value.trim();
        let values = match value.strip_prefix('[').and_then(|v| v.strip_suffix(']')) {
            Some(list) => list.split(',').filter_map(unquoted).collect(),
            None => unquoted(value).into_iter().collect(),
        };
        self.fields.push((key.trim().trim_matches('"').to_lowercase(), values));
    }
}

/// A value without quotation marks; `None` where nothing is left.
fn unquoted(value: &str) -> Option<String> {
    let value = value.trim().trim_end_matches(',');
    let inner = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q).and_then(|v| v.strip_suffix(*q)));
    let value = inner.unwrap_or(value).trim();
    let is_empty = value.is_empty() || value == "null" || value == "|" || value == ">";
    (!is_empty).then(|| value.to_string())
}

/// Counts characters forward only.
#[derive(Default)]
struct Chars<'t> {
    text: &'t str,
    bytes: usize,
    chars: usize,
}

impl Chars<'_> {
    fn at(&mut self, bytes: usize) -> usize {
        if bytes < self.bytes {
            (self.bytes, self.chars) = (0, 0);
        }
        self.chars += self.text.get(self.bytes..bytes).map_or(0, |t| t.chars().count());
        self.bytes = bytes;
        self.chars
    }
}

/// Writes the text of events, block by block.
#[derive(Default)]
struct Writer<'t> {
    source: &'t str,
    chars: Chars<'t>,
    text: String,
    headings: Vec<(Span, u8)>,
    runs: Vec<chancery_text::InputRun>,
    /// Where the open block begins in the text; `None` where none is open.
    block: Option<usize>,
    level: Option<u8>,
    /// Images, footnotes and other things around the event whose text is none of the page's.
    silent: usize,
    /// The next numbers of the open lists; `None` for bullets.
    lists: Vec<Option<u64>>,
    cells: usize,
    /// The open block of HTML, and where it stands.
    html: Option<(String, Range<usize>)>,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) if self.silent == 0 => self.write(&text, range),
            Event::Html(line) if self.silent == 0 => {
                let (html, place) = self.html.get_or_insert_with(|| (String::new(), range.clone()));
                html.push_str(&line);
                place.end = range.end;
            }
            Event::SoftBreak | Event::HardBreak if self.silent == 0 => self.write(" ", range),
            Event::Rule => {
                self.end_block();
                self.write("* * *", range);
                self.end_block();
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block();
                self.level = Some(*level as u8);
            }
            Tag::List(first) => {
                self.end_block();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.end_block();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => BULLET.to_string(),
                };
                self.open();
                self.text.push_str(&mark);
            }
            Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => self.silent += 1,
            Tag::HtmlBlock => self.end_block(),
            Tag::TableHead | Tag::TableRow => {
                self.end_block();
                self.cells = 0;
            }
            Tag::TableCell => {
                if self.cells > 0 {
                    self.open();
                    self.text.push_str(" | ");
                }
                self.cells += 1;
            }
            Tag::Paragraph if self.lists.is_empty() || !self.is_at_item_start() => self.end_block(),
            Tag::BlockQuote(_) | Tag::CodeBlock(_) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image | TagEnd::FootnoteDefinition | TagEnd::MetadataBlock(_) => {
                self.silent = self.silent.saturating_sub(1);
            }
            TagEnd::HtmlBlock => {
                let (html, range) = self.html.take().unwrap_or_default();
                for words in crate::html::paragraphs(&html) {
                    self.end_block();
                    self.write(&words, range.clone());
                }
                self.end_block();
            }
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock => self.end_block(),
            _ => {}
        }
    }

    /// True where nothing but its mark stands in the open list item.
    fn is_at_item_start(&self) -> bool {
        self.block.is_some_and(|start| self.text[start..].len() <= 8 && self.text.ends_with(' '))
    }

    fn open(&mut self) {
        if self.block.is_none() {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.block = Some(self.text.len());
        }
    }

    fn write(&mut self, words: &str, range: Range<usize>) {
        if words.is_empty() {
            return;
        }
        self.open();
        // A line of code may hold breaks, which would end the paragraph.
        let line = words.replace(['\n', '\r'], " ");
        let start = self.text.len();
        self.text.push_str(&line);
        let same = self.source.get(range.clone()) == Some(words);
        let input = self.chars.at(range.start)..self.chars.at(range.end);
        self.runs.push(chancery_text::InputRun { text: Span::new(start, self.text.len()), input, same });
    }

    fn end_block(&mut self) {
        if let (Some(start), Some(level)) = (self.block, self.level) {
            self.headings.push((Span::new(start, self.text.len()).trimmed(&self.text), level));
        }
        self.block = None;
        self.level = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_vanish_and_offsets_stay() {
        let source = "---\ntitle: \"Envoys meet\"\nauthor: [Ana Ruiz, 'Tom Hale']\ndate: 2024-05-03\n---\n# Envoys *meet*\n\nThe [envoy](https://example.org/a) said\nthat **no** ship ![a ship](s.jpg)waits &amp; none will.\n\n- One `ship`\n- Two\n";
        let page = render(source);
        assert_eq!(page.text, "Envoys meet\n\nThe envoy said that no ship waits & none will.\n\n• One ship\n\n• Two");
        assert_eq!(page.front.one(&["title"]), Some("Envoys meet"));
        assert_eq!(page.front.all(&["authors", "author"]), ["Ana Ruiz", "Tom Hale"]);
        assert_eq!(page.headings, [(Span::new(0, 11), 1)]);
        let chars: Vec<char> = source.chars().collect();
        let back = |words: &str| {
            let at = page.text.find(words).unwrap();
            let (start, end) = page.map.range(&page.text, Span::new(at, at + words.len())).unwrap();
            chars[start..end].iter().collect::<String>()
        };
        assert_eq!(back("envoy"), "envoy");
        assert_eq!(back("no ship waits"), "no** ship ![a ship](s.jpg)waits");
        assert_eq!(back("& none"), "&amp; none");
        assert_eq!(back("Two"), "Two");
    }

    #[test]
    fn what_is_no_front_matter() {
        assert!(!has_front_matter("---\n\nThe envoys met.\n\n---\n"));
        assert!(!has_front_matter("--- title: x"));
        assert!(has_front_matter("+++\ntitle = \"Envoys\"\n+++\nText"));
        assert!(has_front_matter("---\nauthors:\n  - name: Ana Ruiz\n---\nText"));
    }

    proptest! {
        #[test]
        fn any_text_is_rendered(source in "(---\n|title: x\n|# |\\*\\*|\\[|\\]\\(|\\)|[aé .!]|\n|\n\n|- |1\\. |> |`|\\||&amp;|<b>|!\\[|\\[\\^1\\]: |\t){0,30}") {
            let page = render(&source);
            let chars = source.chars().count();
            for run in &page.map.runs {
                prop_assert!(page.text.get(run.text.start..run.text.end).is_some());
                prop_assert!(run.input.start <= run.input.end && run.input.end <= chars);
            }
            for (heading, _) in &page.headings {
                prop_assert!(page.text.get(heading.start..heading.end).is_some());
            }
        }
    }
}
