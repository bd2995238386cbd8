//! DOCX: the paragraphs of `word/document.xml`.

use crate::archive::{Zip, member_text};
use crate::error::FormatsError;
use crate::meta::{Metadata, date, field};
use crate::walk::Walk;
use crate::xml::{Step, steps, text_of};

/// The member that holds the text.
pub(crate) const DOCUMENT: &str = "word/document.xml";
const PROPERTIES: &str = "docProps/core.xml";

/// The text, an empty line between paragraphs; the document's properties go into `meta`.
///
/// # Errors
/// Where the text cannot be unpacked.
pub(crate) fn text(
    walk: &Walk<'_>,
    name: &str,
    zip: &mut Zip<'_>,
    meta: &mut Metadata,
) -> Result<String, FormatsError> {
    if let Some(Ok(properties)) = member_text(walk, zip, PROPERTIES) {
        meta.title = text_of(&properties, &["title"]);
        // Who made the file and when is seldom who wrote the text and when it was published: often it is the template's.
        meta.fetched = text_of(&properties, &["modified"]).and_then(|d| date(&d));
    }
    match member_text(walk, zip, DOCUMENT) {
        Some(Ok(xml)) => Ok(paragraphs(&xml)),
        Some(Err(error)) => Err(FormatsError::of_stream(name, "DOCX", walk.formats.limits.ratio, &error)),
        None => Ok(String::new()),
    }
}

fn paragraphs(xml: &str) -> String {
    let (mut text, mut paragraph, mut in_text) = (String::new(), String::new(), false);
    let mut end = |paragraph: &mut String| {
        if let Some(words) = field(std::mem::take(paragraph)) {
            text.push_str(&words);
            text.push_str("\n\n");
        }
    };
    steps(xml, &mut |step| match step {
        Step::Open(name, _) => match name.as_str() {
            // Text that was deleted stands in `delText`.
            "t" => in_text = true,
            "tab" | "noBreakHyphen" => paragraph.push(if name == "tab" { ' ' } else { '-' }),
            "br" | "cr" => end(&mut paragraph),
            _ => {}
        },
        Step::Close(name) if name == "t" => in_text = false,
        Step::Close(name) if name == "p" => end(&mut paragraph),
        Step::Text(words) if in_text => paragraph.push_str(&words),
        _ => {}
    });
    end(&mut paragraph);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_join_and_paragraphs_part() {
        let xml = "<w:document><w:body><w:p><w:r><w:t>Two en</w:t></w:r><w:r><w:t>voys met.</w:t></w:r></w:p>\
                   <w:p><w:r><w:delText>gone</w:delText><w:t xml:space='preserve'>One </w:t><w:tab/><w:t>left.</w:t></w:r></w:p>";
        assert_eq!(paragraphs(xml), "Two envoys met.\n\nOne left.\n\n");
    }
}
