//! NAF, the NLP Annotation Format (version 3.1): an article's text, words, trees, names, events and quotes in layers.

use crate::network::{clean, document, end, text};
use crate::{Provenance, Result};
use chancery_ledger::ArticleRow;
use chancery_text::{CharIndex, Document, Span};
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesText, Event};
use std::io::{self, Write};

/// Writes one article. `parsed` is its text with sentences, words and tree.
///
/// # Errors
/// Where `out` cannot be written to.
pub fn write_article(row: &ArticleRow, parsed: &Document, made_by: &Provenance, out: &mut dyn Write) -> Result<()> {
    let layers = Layers::of(row, parsed);
    let mut xml = document(out)?;
    let root = xml.create_element("NAF").with_attributes([("xml:lang", "en"), ("version", "v3.1")]);
    root.write_inner_content(|xml| {
        header(xml, row, made_by)?;
        raw(xml, parsed.text())?;
        layers.words(xml)?;
        layers.terms(xml)?;
        layers.tree(xml)?;
        layers.names(xml)?;
        layers.events(xml)?;
        layers.quotes(xml)
    })?;
    end(xml)
}

fn header<W: Write>(xml: &mut Writer<W>, row: &ArticleRow, made_by: &Provenance) -> io::Result<()> {
    let record = &row.article.record;
    xml.create_element("nafHeader").write_inner_content(|xml| {
        let mut file = xml.create_element("fileDesc").with_attribute(("filename", clean(&record.file).as_str()));
        if let Some(title) = &record.title {
            file = file.with_attribute(("title", clean(title).as_str()));
        }
        if !record.authors.is_empty() {
            file = file.with_attribute(("author", clean(&record.authors.join("; ")).as_str()));
        }
        if let Some(date) = &record.date {
            file = file.with_attribute(("creationtime", date.as_str()));
        }
        file.write_empty()?;
        let mut public = xml.create_element("public").with_attribute(("publicId", row.head.key.as_str()));
        if let Some(url) = &record.url {
            public = public.with_attribute(("uri", clean(url).as_str()));
        }
        public.write_empty()?;
        for layer in ["text", "terms", "deps", "entities", "srl", "attribution"] {
            xml.create_element("linguisticProcessors").with_attribute(("layer", layer)).write_inner_content(|xml| {
                let one = [("name", "chancery"), ("version", env!("CARGO_PKG_VERSION"))];
                xml.create_element("lp").with_attributes(one).write_empty()?;
                Ok(())
            })?;
        }
        text(xml, "madeBy", &made_by.json())
    })?;
    Ok(())
}

/// The text as it is; offsets count its characters. What XML cannot hold is a space, so that they go on counting.
fn raw<W: Write>(xml: &mut Writer<W>, words: &str) -> io::Result<()> {
    let fits = |c: char| c != '\r' && clean(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8();
    let words: String = words.chars().map(|c| if fits(c) { c } else { ' ' }).collect();
    xml.create_element("raw").write_inner_content(|xml| {
        for part in BytesCData::escaped(&words) {
            xml.write_event(Event::CData(part))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The article's rows over its words.
struct Layers<'a> {
    row: &'a ArticleRow,
    parsed: &'a Document,
    /// First character and one past the last of each token.
    places: Vec<(usize, usize)>,
}

impl<'a> Layers<'a> {
    fn of(row: &'a ArticleRow, parsed: &'a Document) -> Self {
        let chars = CharIndex::new(parsed.text());
        let place = |span: Span| (chars.char_at(span.start), chars.char_at(span.end));
        Layers { row, parsed, places: parsed.tokens.iter().map(|t| place(t.span)).collect() }
    }

    fn words<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("text").write_inner_content(|xml| {
            for (number, sentence) in self.parsed.sentences.iter().enumerate() {
                for i in sentence.tokens.clone() {
                    let (Some(token), Some((from, to))) = (self.parsed.tokens.get(i), self.places.get(i)) else {
                        continue;
                    };
                    let (id, sent) = (format!("w{}", i + 1), (number + 1).to_string());
                    let (offset, length) = (from.to_string(), (to - from).to_string());
                    let word = [("id", id.as_str()), ("sent", &sent), ("offset", &offset), ("length", &length)];
                    let form = clean(token.span.of(self.parsed.text()));
                    xml.create_element("wf").with_attributes(word).write_text_content(BytesText::new(&form))?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn terms<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("terms").write_inner_content(|xml| {
            for (i, token) in self.parsed.tokens.iter().enumerate() {
                let (id, word, lemma) = (term(i), format!("w{}", i + 1), clean(&token.lemma));
                let one = [
                    ("id", id.as_str()),
                    ("lemma", &lemma),
                    ("pos", token.upos.as_str()),
                    ("morphofeat", token.xpos.as_str()),
                ];
                xml.create_element("term").with_attributes(one).write_inner_content(|xml| span(xml, &[word]))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn tree<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("deps").write_inner_content(|xml| {
            for (i, token) in self.parsed.tokens.iter().enumerate() {
                let Some(head) = token.head else { continue };
                let (from, to) = (term(head), term(i));
                let one = [("from", from.as_str()), ("to", &to), ("rfunc", token.rel.as_str())];
                xml.create_element("dep").with_attributes(one).write_empty()?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn names<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("entities").write_inner_content(|xml| {
            for (i, mention) in self.row.article.record.mentions.iter().enumerate() {
                let id = format!("e{}", i + 1);
                let one = [("id", id.as_str()), ("type", mention.kind.as_str())];
                let targets = self.terms_in(mention.start, mention.end);
                if targets.is_empty() {
                    continue;
                }
                xml.create_element("entity").with_attributes(one).write_inner_content(|xml| {
                    xml.create_element("references").write_inner_content(|xml| span(xml, &targets))?;
                    let known = [
                        ("wikidata", mention.wikidata.as_deref()),
                        ("plover-code", mention.code.as_deref()),
                        ("name", mention.name.as_deref()),
                    ];
                    external(xml, &known)
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn events<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("srl").write_inner_content(|xml| {
            for (key, at) in &self.row.reports {
                let Some(event) = self.row.article.record.events.get(*at) else { continue };
                let targets = self.terms_in(event.start, event.end);
                if targets.is_empty() {
                    continue;
                }
                let predicate = xml.create_element("predicate").with_attribute(("id", clean(key).as_str()));
                predicate.write_inner_content(|xml| {
                    let known = [
                        ("plover-type", Some(event.event_type.as_str())),
                        ("plover-mode", event.mode.as_deref()),
                        ("status", Some(&event.status)),
                        ("date", event.date.as_deref()),
                        ("event", event.event.as_deref()),
                    ];
                    external(xml, &known)?;
                    span(xml, &targets)?;
                    let roles = [("actor", &event.actors), ("recipient", &event.recipients)];
                    let parties = roles.iter().flat_map(|(role, list)| list.iter().map(move |p| (*role, p)));
                    for (n, (role, party)) in parties.enumerate() {
                        let (id, words) = (format!("{key}-{}", n + 1), self.terms_in(party.start, party.end));
                        let one = [("id", id.as_str()), ("semRole", role)];
                        xml.create_element("role").with_attributes(one).write_inner_content(|xml| {
                            let known = [("plover-code", party.code.as_deref()), ("name", party.name.as_deref())];
                            external(xml, &known)?;
                            span(xml, &words)
                        })?;
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn quotes<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.create_element("attribution").write_inner_content(|xml| {
            for (i, quote) in self.row.article.record.quotes.iter().enumerate() {
                let targets = self.terms_in(quote.start, quote.end);
                if targets.is_empty() {
                    continue;
                }
                let id = format!("a{}", i + 1);
                xml.create_element("statement").with_attribute(("id", id.as_str())).write_inner_content(|xml| {
                    xml.create_element("statement_target").write_inner_content(|xml| span(xml, &targets))?;
                    let known = [
                        ("speaker", quote.speaker.as_deref()),
                        ("plover-code", quote.speaker_code.as_deref()),
                        ("cue", quote.cue.as_deref()),
                        ("kind", Some(quote.kind.as_str())),
                        ("stance", quote.stance.as_deref()),
                    ];
                    external(xml, &known)
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The terms inside a stretch of the input, by their ids.
    fn terms_in(&self, start: usize, end: usize) -> Vec<String> {
        let before = self.row.article.record.start;
        let (start, end) = (start.saturating_sub(before), end.saturating_sub(before));
        let first = self.places.partition_point(|(_, to)| *to <= start);
        let inside = self.places.iter().enumerate().skip(first).take_while(|(_, (from, _))| *from < end);
        inside.map(|(i, _)| term(i)).collect()
    }
}

fn term(i: usize) -> String {
    format!("t{}", i + 1)
}

fn span<W: Write>(xml: &mut Writer<W>, targets: &[String]) -> io::Result<()> {
    xml.create_element("span").write_inner_content(|xml| {
        for id in targets {
            xml.create_element("target").with_attribute(("id", id.as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn external<W: Write>(xml: &mut Writer<W>, known: &[(&str, Option<&str>)]) -> io::Result<()> {
    xml.create_element("externalReferences").write_inner_content(|xml| {
        for (resource, reference) in known {
            let Some(reference) = reference else { continue };
            let one = [("resource", *resource), ("reference", &clean(reference))];
            xml.create_element("externalRef").with_attributes(one).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}
