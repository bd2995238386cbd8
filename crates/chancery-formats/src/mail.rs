//! Mail and MHTML: the message, its attachments; the saved page.

use crate::error::FormatsError;
use crate::meta::{Metadata, field};
use crate::walk::{Outcome, Place, Walk};
use crate::{Content, Format};
use chancery_text::PartialDate;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Reads a message.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, format: Format, bytes: &[u8]) {
    match MessageParser::default().parse(bytes) {
        Some(message) if format == Format::Mhtml => match closed(&message, bytes) {
            Some(closed) => {
                let what = "before the end of the saved page".into();
                walk.error(FormatsError::CutOff { place: place.name.clone(), what });
                let message = MessageParser::default().parse(&closed).unwrap_or(message);
                saved_page(walk, place, &message);
            }
            None => saved_page(walk, place, &message),
        },
        Some(message) => mail(walk, place, &message),
        None => walk.error(FormatsError::Damaged {
            place: place.name.clone(),
            format: format.name(),
            reason: "no header lines".into(),
        }),
    }
}

/// The bytes with an end, where they have none: of a part without an end the encoding is not undone.
fn closed(message: &Message<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let end = format!("--{}--", message.content_type()?.attribute("boundary")?);
    if bytes.windows(end.len()).rev().any(|w| w == end.as_bytes()) {
        return None;
    }
    // A character in the quoted-printable encoding may be cut, too.
    let tail = bytes.len().saturating_sub(2);
    let cut = bytes[tail..].iter().position(|b| *b == b'=').map_or(bytes.len(), |at| tail + at);
    Some([&bytes[..cut], b"\r\n", end.as_bytes(), b"\r\n"].concat())
}

/// The first HTML part is the page; the rest is its frames, styles and pictures.
fn saved_page(walk: &mut Walk<'_>, place: &Place, message: &Message<'_>) {
    let Some(part) = message.parts.iter().find(|p| matches!(p.body, PartType::Html(_))) else {
        return mail(walk, place, message);
    };
    let said = message.header_raw("Snapshot-Content-Location").and_then(field);
    let url = said.or_else(|| part.content_location().and_then(field)).filter(|u| u.starts_with("http"));
    let meta = Metadata { url, fetched: day(message), title: message.subject().and_then(field), ..place.meta.clone() };
    let place = Place { meta, ..place.clone() };
    walk.document(&place, Format::Mhtml, Content::Page(content(part).to_vec()));
}

fn mail(walk: &mut Walk<'_>, place: &Place, message: &Message<'_>) {
    let meta = Metadata {
        published: day(message),
        title: message.subject().and_then(field),
        authors: sender(message).into_iter().collect(),
        ..place.meta.clone()
    };
    let body = Place { meta, ..place.clone() };
    // The HTML of a message is not broken into lines of 72 characters.
    let html = message.html_bodies().find(|p| matches!(p.body, PartType::Html(_)));
    let text = message.text_bodies().find(|p| matches!(p.body, PartType::Text(_)));
    match (html, text) {
        (Some(part), _) => {
            let html = String::from_utf8_lossy(content(part)).into_owned();
            walk.document(&body, Format::Eml, Content::ArticleHtml(html));
        }
        (None, Some(part)) => {
            let own = walk.formats.quoted.without(&String::from_utf8_lossy(content(part)));
            walk.document(&body, Format::Eml, Content::Page(own.into_bytes()));
        }
        (None, None) => walk.note(&place.name, "P002", "the message holds no text".into()),
    }
    attachments(walk, place, message);
}

fn attachments(walk: &mut Walk<'_>, place: &Place, message: &Message<'_>) {
    let (mut left_out, mut all) = (0, 0);
    for (i, part) in message.attachments().enumerate() {
        all += 1;
        let name = part.attachment_name().and_then(field).unwrap_or_else(|| format!("part {}", i + 1));
        let member = place.member(&name.replace(['/', '\\'], "_"), Metadata::default());
        if place.depth >= walk.formats.limits.depth {
            let (place, depth) = (member.name, walk.formats.limits.depth);
            return walk.error(FormatsError::TooDeep { place, depth });
        }
        match &part.body {
            PartType::Message(message) => mail(walk, &member, message),
            _ if walk.bytes(&member, content(part)) != Outcome::Done => left_out += 1,
            _ => {}
        }
    }
    if left_out > 0 {
        walk.note(&place.name, "P012", format!("{left_out} of {all} attachments are no pages and were left out"));
    }
}

fn content<'p>(part: &'p MessagePart<'_>) -> &'p [u8] {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
        PartType::Message(_) | PartType::Multipart(_) => &[],
    }
}

fn sender(message: &Message<'_>) -> Option<String> {
    message.from()?.first()?.name().and_then(field)
}

fn day(message: &Message<'_>) -> Option<PartialDate> {
    let date = message.date()?;
    PartialDate::day_of(i16::try_from(date.year).ok()?, date.month, date.day)
}
