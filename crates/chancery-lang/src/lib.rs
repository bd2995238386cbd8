//! Articles to documents: sentences, tokens, lemmas, tags, trees, names, times.
//!
//! In: an [`Article`]. Out: a [`Document`] whose sentences and tokens lie in the article's content blocks; every span is in
//! bytes of the article's text. Credits are not parsed. Nothing here knows what the words mean. Treebank conventions are
//! those of Universal Dependencies for English.
//!
//! ```
//! use chancery_lang::Language;
//! let language = Language::load(&chancery_data::Data::embedded()).unwrap();
//! let document = language.parse(chancery_lang::plain_article("Wang Yi visited Moscow. He met Putin."));
//! assert_eq!(document.sentences.len(), 2);
//! assert_eq!(document.tokens[2].lemma, "visit");
//! ```

mod bytes;
pub mod conllu;
pub mod coreference;
pub mod evaluate;
mod features;
mod forms;
mod headline;
mod lemmatizer;
mod linear;
mod misread;
mod model;
pub mod names;
mod neural;
mod sentence_splitter;
mod tags;
pub mod times;
mod tokenizer;
pub mod train;

use chancery_data::Data;
use chancery_text::{Article, Block, BlockKind, Document, Note, Segment, Sentence, Span, Token, Upos};
use conllu::GoldSentence;
use features::Word;
use headline::Manner;
use model::Model;
use neural::network::{Cache, Caches, Parsed};
pub use tokenizer::{Piece, Tokenizer};

/// Words after which a sentence is cut, so that no input takes long.
const MAX_SENTENCE_WORDS: usize = 400;

/// The English models; loaded once, shared by all threads.
#[derive(Debug)]
pub struct Language {
    tokenizer: Tokenizer,
    model: Model,
    names: names::NameFinder,
    times: times::TimeFinder,
    caches: Caches,
}

/// A model that cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LangError {
    /// A model file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A file of words cannot be used.
    #[error("{path}: {what}")]
    Words {
        /// Path below `data/`.
        path: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// A model file is damaged.
    #[error("the model {path} cannot be used: {what}; train it again with `chancery train language`")]
    Damaged {
        /// Path below `data/`.
        path: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

const MODEL_PATH: &str = "models/language.bin";

impl Language {
    /// Loads the models.
    ///
    /// # Errors
    /// Where a model file is missing or damaged.
    pub fn load(data: &Data) -> Result<Self, LangError> {
        let mut model =
            Model::read(&data.bytes(MODEL_PATH)?).map_err(|what| LangError::Damaged { path: MODEL_PATH, what })?;
        model.lemmatizer.forms = forms::Forms::load(data)?;
        let (names, times) = (names::NameFinder::load(data)?, times::TimeFinder::load(data)?);
        Ok(Language { tokenizer: load_tokenizer(data)?, model, names, times, caches: Caches::default() })
    }

    /// Parses the content blocks of an article; cannot fail.
    pub fn parse(&self, article: Article) -> Document {
        let mut document = Document::new(article);
        let mut cache = self.caches.take();
        for block in 0..document.article.blocks.len() {
            self.parse_block(&mut document, block, &mut cache);
        }
        self.caches.put(cache);
        document.index_tree();
        document.times = self.times.find_times(&document, None);
        document
    }

    /// Parses sentences whose words are given; of the words only forms and blanks are looked at. A very long sentence is cut.
    pub fn parse_words(&self, sentences: &[GoldSentence]) -> Document {
        let mut cache = self.caches.take();
        let mut article = Article { id: "text#1".into(), segments: vec![Segment::default()], ..Article::default() };
        let mut pieces = Vec::new();
        for sentence in sentences {
            if sentence.new_paragraph || article.blocks.is_empty() {
                let start = article.text.len();
                article.blocks.push(Block { span: Span::new(start, start), kind: BlockKind::Paragraph, segment: 0 });
            }
            for word in &sentence.words {
                let start = article.text.len();
                article.text.push_str(&word.form);
                pieces.push(Piece { span: Span::new(start, article.text.len()), glued: word.glued });
                article.text.push_str(if word.space_after { " " } else { "" });
            }
            if let (Some(block), Some(last)) = (article.blocks.last_mut(), pieces.last()) {
                block.span.end = last.span.end;
            }
        }
        let mut document = Document::new(article);
        let (mut block, mut rest) = (0, &pieces[..]);
        for sentence in sentences.iter().filter(|s| !s.words.is_empty()) {
            let (own, after) = rest.split_at(sentence.words.len());
            rest = after;
            while document.article.blocks[block].span.end < own[0].span.end {
                block += 1;
            }
            let words: Vec<Word> = sentence.words.iter().map(|w| Word::new(&w.form)).collect();
            for (own, words) in own.chunks(MAX_SENTENCE_WORDS).zip(words.chunks(MAX_SENTENCE_WORDS)) {
                self.parse_sentence(&mut document, block, own, words, &mut cache);
            }
        }
        self.caches.put(cache);
        document.index_tree();
        document
    }

    /// Labels the words of sentences in BIO: `O`, `B-PER`, `I-PER`, `B-LOC`, ….
    pub fn tag_names(&self, sentences: &[Vec<String>]) -> Vec<Vec<String>> {
        let mut cache = self.caches.take();
        let label = |words: &Vec<String>| {
            let seen: Vec<Word> = words.iter().map(|w| Word::new(w)).collect();
            let seen = self.model.network.tag(&seen, &mut cache);
            let tags: Vec<_> = seen.tags.iter().map(|t| self.model.tags.pair(*t)).collect();
            self.names.tag(words, &tags, &seen.states).into_iter().map(str::to_string).collect()
        };
        let labels = sentences.iter().map(label).collect();
        self.caches.put(cache);
        labels
    }

    fn parse_block(&self, document: &mut Document, block: usize, cache: &mut Cache) {
        let Block { span, kind, .. } = document.article.blocks[block];
        if kind == BlockKind::Credit {
            return;
        }
        let pieces = self.tokenizer.tokenize(&document.article.text, span);
        let words: Vec<Word> = pieces.iter().map(|p| Word::new(p.span.of(&document.article.text))).collect();
        let whole = matches!(kind, BlockKind::Title | BlockKind::Heading);
        let (starts, cut) = self.sentence_starts(&document.article.text, &pieces, &words, whole);
        if cut > 0 {
            let place = span.start + document.article.offset_bytes;
            let text = format!("{cut} sentences of the block at byte {place} were cut at {MAX_SENTENCE_WORDS} words");
            document.article.notes.push(Note::new("L001", text));
        }
        for (k, &start) in starts.iter().enumerate() {
            let end = starts.get(k + 1).copied().unwrap_or(pieces.len());
            self.parse_sentence(document, block, &pieces[start..end], &words[start..end], cache);
        }
    }

    /// The first words of the sentences, and how many of them begin only because the one before was too long.
    fn sentence_starts(&self, text: &str, pieces: &[Piece], words: &[Word], whole: bool) -> (Vec<usize>, usize) {
        if pieces.is_empty() {
            return (Vec::new(), 0);
        }
        if whole {
            let starts: Vec<usize> = (0..pieces.len()).step_by(MAX_SENTENCE_WORDS).collect();
            let cut = starts.len() - 1;
            return (starts, cut);
        }
        sentence_splitter::split(&self.model.splitter, &self.tokenizer, text, pieces, words, MAX_SENTENCE_WORDS)
    }

    fn parse_sentence(
        &self,
        document: &mut Document,
        block: usize,
        pieces: &[Piece],
        words: &[Word],
        cache: &mut Cache,
    ) {
        let text = &document.article.text;
        // a headline may stand as a paragraph of its own, but has no full stop
        let heads = matches!(document.article.blocks[block].kind, BlockKind::Title | BlockKind::Heading);
        let open = pieces.last().is_some_and(|p| p.span.of(text).ends_with(char::is_alphanumeric));
        let recased = if heads || open { self.without_headline_case(text, pieces, words, cache) } else { None };
        let read = recased.as_deref().unwrap_or(words);
        let Parsed { tags, tree, states } = self.parse_mended(read, |i| pieces[i].span.of(text), cache);
        let base = document.tokens.len();
        for (i, piece) in pieces.iter().enumerate() {
            let (upos, xpos) = self.model.tags.pair(tags[i]);
            let lemma = self.model.lemmatizer.lemma(piece.span.of(&document.article.text), upos, xpos);
            let head = (tree.heads[i] < pieces.len()).then(|| base + tree.heads[i]);
            let glued = piece.glued && i > 0;
            document.tokens.push(Token { span: piece.span, lemma, upos, xpos, head, rel: tree.rels[i], glued });
        }
        let span = pieces[0].span.cover(pieces[pieces.len() - 1].span);
        document.sentences.push(Sentence { span, tokens: base..base + pieces.len(), block });
        document.names.extend(self.names.find_names(document, base..base + pieces.len(), &states));
    }

    /// Tags and tree of a sentence, read twice where the tree shows that a word was misread.
    fn parse_mended<'t>(&self, words: &[Word], form: impl Fn(usize) -> &'t str, cache: &mut Cache) -> Parsed {
        let Model { network, tags, lemmatizer, .. } = &self.model;
        let parsed = network.parse(words, cache);
        let forms = misread::Forms { words, form, lists: lemmatizer };
        let Some(misread) = misread::find(&forms, &parsed, tags) else { return parsed };
        let again = misread.attempts().map(|stand_ins| {
            let mut other = words.to_vec();
            for (at, stand_in) in stand_ins {
                other[at] = Word::new(stand_in);
            }
            network.parse(&other, cache)
        });
        again.into_iter().find(|again| misread.is_mended(again, tags)).unwrap_or(parsed)
    }

    /// The words of a Headline In Title Case or in CAPITALS as a sentence would write them; `None` for a sentence.
    fn without_headline_case(
        &self,
        text: &str,
        pieces: &[Piece],
        words: &[Word],
        cache: &mut Cache,
    ) -> Option<Vec<Word>> {
        let forms: Vec<&str> = pieces.iter().map(|p| p.span.of(text)).collect();
        let letters: Vec<usize> = forms.iter().map(|f| f.chars().count()).collect();
        let manner = headline::manner(words, &letters);
        if manner == Manner::Sentence || forms.last() == Some(&".") {
            return None;
        }
        let tags = self.model.network.tag(words, cache).tags;
        if headline::has_lower_content(words, &letters, |i| self.model.tags.pair(tags[i]).0) {
            return None;
        }
        let known = self.names.known_names(&forms);
        let first = headline::recased(&forms, words, manner, |i| known[i]);
        let tags = self.model.network.tag(&first, cache).tags;
        let is_name = |i: usize| self.model.tags.pair(tags[i]).0 == Upos::Propn;
        Some(headline::recased(&forms, words, manner, is_name))
    }
}

/// An article made of a plain text, one paragraph for each stretch between blank lines.
pub fn plain_article(text: &str) -> Article {
    let mut blocks = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            blocks.extend(start.take().map(|s| Span::new(s, end)));
        } else {
            start.get_or_insert(at);
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    blocks.extend(start.map(|s| Span::new(s, end)));
    let block = |span| Block { span, kind: BlockKind::Paragraph, segment: 0 };
    Article {
        id: "text#1".into(),
        text: text.to_string(),
        blocks: blocks.into_iter().map(block).collect(),
        segments: vec![Segment::default()],
        ..Article::default()
    }
}

fn load_tokenizer(data: &Data) -> Result<Tokenizer, LangError> {
    Ok(Tokenizer::new(
        &data.text("lang/abbreviations.txt")?,
        &data.text("lang/contractions.txt")?,
        &data.text("lang/prefixes.txt")?,
    ))
}
