//! Cases of `cases/claims`, and properties that hold for any text.

mod cases;
mod properties;

use chancery_actors::Directory;
use chancery_claims::ClaimFinder;
use chancery_data::Data;
use chancery_lang::Language;
use chancery_text::{Article, ArticleKind, Block, BlockKind, Document, Mention, Quote, Segment, Span};
use std::sync::OnceLock;

/// The stages up to this one.
struct Stages {
    language: Language,
    directory: Directory,
    claims: ClaimFinder,
}

/// A text with everything found in it.
struct Read {
    doc: Document,
    quotes: Vec<Quote>,
    first_person: Vec<Mention>,
}

fn stages() -> &'static Stages {
    static STAGES: OnceLock<Stages> = OnceLock::new();
    STAGES.get_or_init(|| {
        let data = Data::embedded();
        Stages {
            language: Language::load(&data).unwrap(),
            directory: Directory::load(&data).unwrap(),
            claims: ClaimFinder::load(&data).unwrap(),
        }
    })
}

impl Stages {
    /// Reads a text whose paragraphs have blank lines between them.
    fn read(&self, title: Option<&str>, text: &str, kind: ArticleKind) -> Read {
        self.read_article(Article { kind, ..article(title, text) })
    }

    fn read_article(&self, article: Article) -> Read {
        let doc = self.language.parse(article);
        let mentions = self.directory.find_mentions(&doc);
        let quotes = self.claims.find_quotes(&doc, &mentions);
        let first_person = self.claims.speaker_mentions(&doc, &quotes, &mentions);
        Read { doc, quotes, first_person }
    }
}

fn article(title: Option<&str>, text: &str) -> Article {
    let whole = title.map_or_else(|| text.to_string(), |t| format!("{t}\n\n{text}"));
    let mut blocks = Vec::new();
    let mut at = 0;
    for (i, part) in whole.split("\n\n").enumerate() {
        let span = Span::new(at, at + part.len()).trimmed(&whole);
        let kind = if i == 0 && title.is_some() { BlockKind::Title } else { BlockKind::Paragraph };
        if !span.is_empty() {
            blocks.push(Block { span, kind, segment: 0 });
        }
        at += part.len() + 2;
    }
    let date = "2026-02-15".parse().ok();
    let segments = vec![Segment::default()];
    Article {
        id: "case#1".into(),
        text: whole,
        title: title.map(str::to_string),
        date,
        blocks,
        segments,
        ..Article::default()
    }
}
