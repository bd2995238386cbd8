//! Reporting cues in a sentence: who speaks, and which words are what is said.
//!
//! In: a parsed sentence. Out: one [`Saying`] per cue. Quotation marks are dealt with elsewhere; here a cue's content is
//! found from the tree, and from the order of the words where the tree gives nothing.

use crate::cues::{Cues, Frames};
use crate::tree::{
    has_finite, has_main_clause, is_finite, is_negated, is_passive, is_word, phrase, preposition, sentence_tokens,
    subtree_range, trim_punctuation,
};
use chancery_text::{BlockKind, Document, Rel, Upos, Xpos};
use std::ops::Range;

/// A cue, with who speaks and what is said as far as the words around it tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saying {
    /// The verb, or the noun, or the first word of "according to".
    pub verb: usize,
    /// The words of the cue.
    pub cue: Range<usize>,
    /// Where its content may stand.
    pub frames: Frames,
    /// The head of the words that name the speaker.
    pub speaker: Option<usize>,
    /// The head of the words that name who is told.
    pub listener: Option<usize>,
    /// The head of the words that name who quotes the speaker ("Xinhua quoted him as saying").
    pub quoted_by: Option<usize>,
    /// What is said.
    pub content: Content,
}

/// Where the content of a saying stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nowhere that the tree or the order of words shows.
    None,
    /// Tokens.
    Tokens(Range<usize>),
    /// The sentence before ("This was stated by …").
    Previous,
}

/// All sayings of the sentence with the tokens `sentence`, in order.
///
/// `quoted` tells whether a token stands inside quotation marks.
pub(crate) fn find_sayings(
    doc: &Document,
    sentence: Range<usize>,
    cues: &Cues,
    quoted: &dyn Fn(usize) -> bool,
) -> Vec<Saying> {
    let sentence = without_dateline(doc, sentence);
    let finder = Finder { doc, cues, quoted, sentence: sentence.clone() };
    sentence.filter_map(|i| finder.saying_at(i)).collect()
}

/// How many words a dateline may have.
const MAX_DATELINE: usize = 10;

/// A sentence without a leading "BRUSSELS, May 3 (Agency) —".
fn without_dateline(doc: &Document, sentence: Range<usize>) -> Range<usize> {
    let first_of_block = sentence.start == 0
        || doc.sentences.get(doc.sentence_of(sentence.start)).map(|s| s.block)
            != doc.sentences.get(doc.sentence_of(sentence.start - 1)).map(|s| s.block);
    let near = sentence.start..sentence.end.min(sentence.start + MAX_DATELINE);
    let spaced_dash = |i: usize| {
        let after = doc.tokens.get(i + 1).is_some_and(|t| t.span.start > doc.tokens[i].span.end);
        matches!(doc.form(i), "–" | "—" | "--" | "-") && (after || doc.form(i) != "-")
    };
    let dash = near.clone().find(|&i| spaced_dash(i));
    let verbless = |dash: usize| {
        (sentence.start..dash).all(|i| !matches!(doc.tokens[i].upos, Upos::Verb | Upos::Aux | Upos::Pron))
    };
    match dash.filter(|&d| first_of_block && d > sentence.start && d + 2 < sentence.end && verbless(d)) {
        Some(dash) => dash + 1..sentence.end,
        None => sentence,
    }
}

/// The saying whose cue is the verb `verb`, without its content.
pub(crate) fn bare_saying(doc: &Document, verb: usize, cues: &Cues) -> Option<Saying> {
    let (cue, frames) = verb_cue(doc, verb, cues)?;
    let (speaker, quoted_by) = match quoting_verb(doc, verb, cues) {
        Some(quoting) => quoted_person(doc, quoting, verb),
        None => (speaker_of(doc, verb, 0), None),
    };
    let listener = frames.has(Frames::TELL).then(|| doc.child(verb, &[Rel::Obj, Rel::Iobj])).flatten();
    Some(Saying { verb, cue, frames, speaker, listener, quoted_by, content: Content::None })
}

/// The words and the frames of a verb that is a cue.
fn verb_cue(doc: &Document, i: usize, cues: &Cues) -> Option<(Range<usize>, Frames)> {
    let token = &doc.tokens[i];
    if token.upos != Upos::Verb {
        return None;
    }
    let lemma = cue_lemma(doc, i, cues);
    let end = sentence_tokens(doc, i).end;
    for phrase in cues.phrases(&lemma) {
        let near = (i + 1..end.min(i + 5)).find(|&j| is_word(doc, j, &phrase.with));
        if let Some(j) = near.filter(|&j| (i + 1..j).all(|k| doc.tokens[k].upos != Upos::Verb)) {
            let cue = if j == i + 1 { i..j + 1 } else { i..i + 1 };
            return Some((cue, phrase.frames));
        }
    }
    cues.verb(&lemma).map(|frames| (i..i + 1, frames))
}

/// The lemma of a verb, found again from its form where the lemma is no cue ("ruled", wrongly taken for "rul").
fn cue_lemma(doc: &Document, i: usize, cues: &Cues) -> String {
    let lemma = doc.tokens[i].lemma.to_lowercase();
    if cues.verb(&lemma).is_some() || !cues.phrases(&lemma).is_empty() {
        return lemma;
    }
    let form = doc.form(i).to_lowercase();
    let stems = ["s", "es", "d", "ed", "ing"].iter().filter_map(|ending| form.strip_suffix(ending));
    let candidates = stems.flat_map(|stem| [stem.to_string(), format!("{stem}e")]);
    candidates.into_iter().find(|c| cues.verb(c).is_some()).unwrap_or(lemma)
}

/// For "saying" in "Xinhua quoted him as saying": "quoted".
fn quoting_verb(doc: &Document, saying: usize, cues: &Cues) -> Option<usize> {
    let first = sentence_tokens(doc, saying).start;
    let before = saying.checked_sub(1).filter(|&b| b >= first && is_word(doc, b, "as"))?;
    (first.max(before.saturating_sub(25))..before)
        .rev()
        .find(|&i| cues.verb(&doc.tokens[i].lemma.to_lowercase()).is_some_and(|f| f.has(Frames::QUOTE_AS)))
}

/// Who is quoted, and who quotes.
fn quoted_person(doc: &Document, quoting: usize, saying: usize) -> (Option<usize>, Option<usize>) {
    let between = quoting + 1..saying - 1;
    if is_passive(doc, quoting) {
        return (doc.child(quoting, &[Rel::NsubjPass, Rel::Nsubj]), agent(doc, quoting));
    }
    let person = doc.child(quoting, &[Rel::Obj]).or_else(|| doc.head_of(between));
    (person, speaker_of(doc, quoting, 0))
}

/// How far subjects are looked for up the tree.
const MAX_CLIMB: usize = 4;

/// The head of the words that name who says: the subject, or the agent of a passive.
pub(crate) fn speaker_of(doc: &Document, verb: usize, climbed: usize) -> Option<usize> {
    if is_passive(doc, verb) {
        return agent(doc, verb);
    }
    let token = &doc.tokens[verb];
    // "The plan, he noted, was old": of two subjects the one next to the cue speaks
    let is_subject = |&c: &usize| matches!(doc.tokens[c].rel, Rel::Nsubj | Rel::NsubjOuter);
    let near = doc.children(verb).filter(is_subject).rfind(|&c| c < verb);
    if let Some(subject) = near.or_else(|| doc.children(verb).find(is_subject)) {
        let relative = matches!(doc.tokens[subject].xpos, Xpos::Wp | Xpos::Wdt) && token.rel == Rel::AclRelcl;
        return if relative { token.head } else { Some(subject) };
    }
    let head = token.head.filter(|_| climbed < MAX_CLIMB)?;
    match token.rel {
        Rel::Acl | Rel::AclRelcl if doc.tokens[head].upos != Upos::Verb && !follows_comma(doc, verb) => Some(head),
        Rel::Conj | Rel::Advcl | Rel::Parataxis | Rel::Dep | Rel::Acl | Rel::Xcomp | Rel::Ccomp
            if climbed == 0 || doc.tokens[head].upos != Upos::Punct =>
        {
            if is_finite(doc, verb) && matches!(token.rel, Rel::Ccomp | Rel::Advcl) {
                return None;
            }
            subject_of_any(doc, head, climbed + 1)
        }
        _ => None,
    }
}

/// True where a comma stands right before a word, or before its adverb.
fn follows_comma(doc: &Document, i: usize) -> bool {
    let comma = |k: usize| k.checked_sub(1).is_some_and(|b| matches!(doc.form(b), "," | "–" | "—"));
    comma(i) || i.checked_sub(1).is_some_and(|b| doc.tokens[b].upos == Upos::Adv && comma(b))
}

/// The subject of any clause, in any voice: what a participle leans on.
fn subject_of_any(doc: &Document, verb: usize, climbed: usize) -> Option<usize> {
    let passive_subject = doc.child(verb, &[Rel::NsubjPass]);
    passive_subject.or_else(|| speaker_of(doc, verb, climbed))
}

fn agent(doc: &Document, verb: usize) -> Option<usize> {
    doc.children(verb).find(|&c| {
        let rel = doc.tokens[c].rel;
        let by = || rel.is_oblique() && preposition(doc, c).as_deref() == Some("by");
        c > verb && (rel == Rel::OblAgent || by())
    })
}

struct Finder<'a> {
    doc: &'a Document,
    cues: &'a Cues,
    quoted: &'a dyn Fn(usize) -> bool,
    sentence: Range<usize>,
}

impl Finder<'_> {
    fn saying_at(&self, i: usize) -> Option<Saying> {
        if (self.quoted)(i) {
            return None;
        }
        self.source_at(i).or_else(|| self.noun_at(i)).or_else(|| self.verb_at(i))
    }

    // ------------------------------------------------------------ according to X

    fn source_at(&self, i: usize) -> Option<Saying> {
        let words = self.cues.sources().iter().find(|words| self.words_at(i, words))?;
        let after = i + words.len();
        let head = self.source_head(i, after)?;
        let content = self.around(i, self.source_end(i, head, after));
        let content = content.map_or(Content::None, Content::Tokens);
        let frames = Frames::default();
        Some(Saying { verb: i, cue: i..after, frames, speaker: Some(head), listener: None, quoted_by: None, content })
    }

    fn words_at(&self, i: usize, words: &[String]) -> bool {
        i + words.len() < self.sentence.end && words.iter().enumerate().all(|(k, w)| is_word(self.doc, i + k, w))
    }

    fn source_head(&self, i: usize, after: usize) -> Option<usize> {
        let by_tree = self.doc.tokens[i].head.filter(|&h| h >= after && self.sentence.contains(&h));
        let end =
            (after..self.sentence.end).find(|&k| self.doc.tokens[k].upos == Upos::Punct || is_finite(self.doc, k));
        let end = end.unwrap_or(self.sentence.end);
        by_tree.filter(|&h| h < end.max(after + 1)).or_else(|| (after < end).then(|| self.doc.head_of(after..end))?)
    }

    /// One past the words that name the source, with what is said of it ("reports received by the court").
    fn source_end(&self, i: usize, head: usize, after: usize) -> usize {
        let doc = self.doc;
        let comma = |from: usize| (from..self.sentence.end).find(|&k| matches!(doc.form(k), "," | ";" | "–" | "—"));
        let at_start = trim_punctuation(doc, self.sentence.start..i).is_empty();
        if at_start && let Some(comma) = comma(head + 1).filter(|&c| !has_finite(doc, after..c)) {
            return comma;
        }
        let named = subtree_range(doc, head).end.max(after + 1);
        named.min(comma(head + 1).unwrap_or(self.sentence.end))
    }

    /// The clause around or beside the words `first..end`, which begin, end or interrupt it.
    fn around(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let left = trim_punctuation(self.doc, self.sentence.start..first);
        let right = trim_punctuation(self.doc, end..self.sentence.end);
        let whole = match (left.is_empty(), right.is_empty()) {
            (true, true) => return None,
            (true, false) => right,
            (false, true) => left,
            (false, false) if has_finite(self.doc, left.clone()) && self.starts_new_clause(end) => left,
            (false, false) => left.start..right.end,
        };
        Some(whole)
    }

    /// True where a comma and a new subject clause follow ("…, according to X, who …", "…, according to X, while …").
    fn starts_new_clause(&self, end: usize) -> bool {
        let next = self.doc.tokens.get(end + 1).filter(|_| end + 1 < self.sentence.end);
        is_word(self.doc, end, ",") && next.is_some_and(|t| matches!(t.xpos, Xpos::Wp | Xpos::Wdt | Xpos::Wrb))
    }

    // ------------------------------------------------------------ the claim that …

    fn noun_at(&self, i: usize) -> Option<Saying> {
        let token = &self.doc.tokens[i];
        if token.upos != Upos::Noun || !self.cues.is_noun(&token.lemma) {
            return None;
        }
        let that = self
            .that_after(i + 1)
            .filter(|&t| t <= i + 8 && (i + 1..t).all(|k| self.doc.tokens[k].upos != Upos::Punct))?;
        let clause = (that + 1..self.sentence.end).find(|&c| self.doc.children(c).any(|m| m == that))?;
        let under = |c: usize| self.doc.tokens[c].head.is_some_and(|h| (i..that).contains(&h));
        if !under(clause) || !matches!(self.doc.tokens[clause].rel, Rel::Acl | Rel::Ccomp | Rel::AclRelcl) {
            return None;
        }
        let speaker = self.noun_speaker(i)?;
        let content = trim_punctuation(self.doc, that + 1..subtree_range(self.doc, clause).end);
        if !has_finite(self.doc, content.clone()) {
            return None;
        }
        let content = Content::Tokens(content);
        let frames = Frames::THAT;
        Some(Saying {
            verb: i,
            cue: i..i + 1,
            frames,
            speaker: Some(speaker),
            listener: None,
            quoted_by: None,
            content,
        })
    }

    fn noun_speaker(&self, noun: usize) -> Option<usize> {
        let owner = |c: usize| match self.doc.tokens[c].rel {
            Rel::NmodPoss => true,
            Rel::Nmod => matches!(preposition(self.doc, c).as_deref(), Some("by" | "from" | "of")),
            _ => false,
        };
        if let Some(owner) = self.doc.children(noun).find(|&c| owner(c)) {
            return Some(owner);
        }
        let token = &self.doc.tokens[noun];
        let verb = token.head.filter(|_| matches!(token.rel, Rel::Obj | Rel::Obl | Rel::NsubjPass))?;
        speaker_of(self.doc, verb, 0)
    }

    // ------------------------------------------------------------ X said …

    fn verb_at(&self, i: usize) -> Option<Saying> {
        let mut saying = bare_saying(self.doc, i, self.cues)?;
        if is_negated(self.doc, i) && !saying.frames.has(Frames::TO) {
            return None;
        }
        saying.speaker = self.speaker(&saying);
        saying.content = self.content(&saying);
        if saying.content == Content::None && !saying.frames.has(Frames::QUOTE) {
            return None;
        }
        Some(saying)
    }

    fn speaker(&self, saying: &Saying) -> Option<usize> {
        let (doc, verb) = (self.doc, saying.verb);
        if saying.quoted_by.is_some() || is_passive(doc, verb) {
            return saying.speaker;
        }
        let gerund = doc.tokens[verb].xpos == Xpos::Vbg;
        if gerund && follows_comma(doc, verb) {
            return self.subject_before(verb, saying.frames.has(Frames::RESUME)).or(saying.speaker);
        }
        if gerund && verb <= self.sentence.start + 1 {
            return self.subject_after_comma(verb).or(saying.speaker);
        }
        if self.joins_earlier_cue(verb) {
            return self.subject_before(verb, true).or(saying.speaker);
        }
        let found = saying.speaker.or_else(|| is_finite(doc, verb).then(|| self.surface_subject(verb)).flatten());
        found.map(|s| self.real_subject(s, verb))
    }

    /// "said … and added": a cue after a conjunction, without a subject of its own, in a sentence with an earlier cue.
    fn joins_earlier_cue(&self, verb: usize) -> bool {
        let doc = self.doc;
        let own = doc.child(verb, &[Rel::Nsubj, Rel::NsubjPass]).is_some();
        let mut before = verb.saturating_sub(1);
        if doc.tokens[before].upos == Upos::Adv {
            before = before.saturating_sub(1);
        }
        !own && before > self.sentence.start
            && doc.tokens[before].upos == Upos::Cconj
            && (self.sentence.start..before)
                .any(|i| doc.tokens[i].upos == Upos::Verb && is_finite(doc, i) && self.is_cue(i))
    }

    /// "Noting that …, the envoy said": the subject after the comma.
    fn subject_after_comma(&self, verb: usize) -> Option<usize> {
        let doc = self.doc;
        let commas = (verb..self.sentence.end).filter(|&i| doc.form(i) == ",");
        commas.into_iter().find_map(|comma| {
            let main =
                (comma + 1..self.sentence.end).find(|&i| doc.tokens[i].upos == Upos::Verb && is_finite(doc, i))?;
            doc.child(main, &[Rel::Nsubj]).filter(|&s| s > comma && phrase(doc, s).start == comma + 1)
        })
    }

    /// The naming words beside a finite cue to which the tree gives no subject.
    fn surface_subject(&self, verb: usize) -> Option<usize> {
        let doc = self.doc;
        if let Some(before) = self.words_before(verb) {
            return Some(before);
        }
        let comma_before = verb > self.sentence.start && doc.form(verb - 1) == ",";
        if !comma_before {
            return None;
        }
        // "…, says the chief".
        if let Some(after) = doc.child(verb, &[Rel::Obj]).filter(|&o| o > verb && o <= verb + 8) {
            return Some(after);
        }
        // "The settlers, who …, said": the words before the first comma.
        let comma = (self.sentence.start..verb).find(|&i| doc.form(i) == ",")?;
        let nominal = |h: &usize| matches!(doc.tokens[*h].upos, Upos::Noun | Upos::Propn);
        doc.head_of(self.sentence.start..comma).filter(nominal)
    }

    /// The subject of the nearest finite verb before a participle; "adding" leans on the nearest cue.
    fn subject_before(&self, verb: usize, cues_only: bool) -> Option<usize> {
        let doc = self.doc;
        let leans_on = |i: usize| doc.tokens[i].upos == Upos::Verb && is_finite(doc, i) && !(self.quoted)(i);
        let mut before = (self.sentence.start..verb).rev().filter(|&i| leans_on(i));
        let main =
            if cues_only { before.clone().find(|&i| self.is_cue(i)).or_else(|| before.next()) } else { before.next() };
        main.and_then(|m| doc.child(m, &[Rel::Nsubj, Rel::NsubjPass]).or_else(|| subject_of_any(doc, m, 0)))
    }

    /// The head of the naming words right before a verb to which the tree gives no subject.
    fn words_before(&self, verb: usize) -> Option<usize> {
        let doc = self.doc;
        let mut end = verb;
        let is_time = |i: usize| doc.times.iter().any(|t| t.tokens.contains(&i)) || is_word(doc, i, "on");
        while end > self.sentence.start
            && (matches!(doc.tokens[end - 1].upos, Upos::Aux | Upos::Adv) || is_time(end - 1))
        {
            end -= 1;
        }
        let name = |i: usize| {
            matches!(doc.tokens[i].upos, Upos::Propn | Upos::Noun | Upos::Pron | Upos::Det | Upos::Adj | Upos::Num)
        };
        let start = (self.sentence.start..end).rev().find(|&i| !name(i)).map_or(self.sentence.start, |i| i + 1);
        let nominal = |i: usize| matches!(doc.tokens[i].upos, Upos::Propn | Upos::Noun | Upos::Pron);
        let words = start..end;
        doc.head_of(words.clone()).filter(|&h| nominal(h)).or_else(|| words.rev().find(|&i| nominal(i)))
    }

    /// The subject that the tree gives, mended where it takes a dateline or an apposition for it.
    fn real_subject(&self, subject: usize, verb: usize) -> usize {
        let doc = self.doc;
        if subject < self.sentence.start {
            return self.words_before(verb).unwrap_or(subject);
        }
        let words = phrase(doc, subject);
        let closed = verb > words.end && doc.form(words.end) == ",";
        let Some(comma) =
            words.start.checked_sub(1).filter(|&c| closed && c > self.sentence.start && doc.form(c) == ",")
        else {
            return subject;
        };
        // "Name, the secretary of the party, says": the name is the subject.
        let name = comma - 1;
        let office = doc.tokens[subject].upos != Upos::Propn || is_word(doc, words.start, "the");
        let named = doc.tokens[name].upos == Upos::Propn && office;
        if !named {
            return subject;
        }
        let first = (self.sentence.start..=name)
            .rev()
            .find(|&i| doc.tokens[i].upos != Upos::Propn)
            .map_or(self.sentence.start, |i| i + 1);
        doc.head_of(first..name + 1).unwrap_or(name)
    }

    fn content(&self, saying: &Saying) -> Content {
        if self.stands_for_the_sentence_before(saying.verb) {
            return Content::Previous;
        }
        let frames = saying.frames;
        let found = self
            .clause_right(saying)
            .or_else(|| self.complement(saying))
            .or_else(|| frames.has(Frames::INSERT).then(|| self.clause_left(saying)).flatten())
            .or_else(|| self.nominal(saying));
        match found.map(|tokens| self.trim(tokens)).filter(|tokens| !tokens.is_empty()) {
            Some(tokens) => Content::Tokens(tokens),
            None => Content::None,
        }
    }

    fn trim(&self, tokens: Range<usize>) -> Range<usize> {
        trim_punctuation(self.doc, tokens)
    }

    /// "This was stated by X", "X reported this".
    fn stands_for_the_sentence_before(&self, verb: usize) -> bool {
        let alone = |c: usize| {
            self.doc.tokens.get(c + 1).is_none_or(|t| !matches!(t.upos, Upos::Noun | Upos::Propn | Upos::Adj))
        };
        let demonstrative = |c: usize| is_word(self.doc, c, "this") && alone(c);
        let what = if is_passive(self.doc, verb) { Rel::NsubjPass } else { Rel::Obj };
        let bare = self.doc.children(verb).all(|c| !matches!(self.doc.tokens[c].rel, Rel::Ccomp | Rel::Xcomp));
        bare && self.doc.child(verb, &[what]).is_some_and(demonstrative)
    }

    /// The clause after the cue, with or without "that".
    fn clause_right(&self, saying: &Saying) -> Option<Range<usize>> {
        let (verb, frames) = (saying.verb, saying.frames);
        if !frames.has(Frames::THAT) && !frames.has(Frames::BARE) {
            return None;
        }
        let after = saying.cue.end;
        let clause = self.doc.children(verb).find(|&c| c >= after && self.is_content_clause(verb, c));
        let (start, clause) = match (clause, self.that_after(after)) {
            (Some(c), Some(that)) if subtree_range(self.doc, c).start <= that => (that, Some(c)),
            (Some(c), _) if !self.starts_late(after, c) => (subtree_range(self.doc, c).start.max(after), Some(c)),
            (_, Some(that)) => (that, None),
            _ => (self.after_adjuncts(saying)?, None),
        };
        let start = self.skip_that(start, after);
        let that = start > after && is_word(self.doc, start - 1, "that");
        let marked = that || self.is_question_word(start);
        let allowed = if marked { frames.has(Frames::THAT) } else { frames.has(Frames::BARE) };
        let tokens = start..self.limit(verb, start, clause);
        let pronoun = tokens.len() > 2
            && matches!(
                self.doc.tokens[start].lemma.to_lowercase().as_str(),
                "it" | "he" | "she" | "they" | "we" | "i"
            );
        let clausal = that && tokens.len() > 2 || pronoun || has_main_clause(self.doc, tokens.clone());
        let joined = self.doc.tokens.get(start).is_some_and(|t| t.upos == Upos::Cconj);
        (allowed && clausal && !joined).then_some(tokens)
    }

    /// True where words that belong to nobody else stand between the cue and the clause: the tree has cut its beginning off.
    fn starts_late(&self, after: usize, clause: usize) -> bool {
        let start = subtree_range(self.doc, clause).start;
        let between = after..start.max(after);
        let said = between.clone().find(|&i| is_word(self.doc, i, "that"));
        said.is_none()
            && between.into_iter().any(|i| self.doc.tokens[i].rel == Rel::Obj)
            && self.doc.child(self.doc.tokens[clause].head.unwrap_or(clause), &[Rel::Iobj]).is_none()
            && !self.takes_listener(clause)
    }

    fn takes_listener(&self, clause: usize) -> bool {
        let verb = self.doc.tokens[clause].head;
        verb.and_then(|v| verb_cue(self.doc, v, self.cues)).is_some_and(|(_, f)| f.has(Frames::TELL))
    }

    /// Where a clause without "that" may begin: after the listener and the time of saying.
    fn after_adjuncts(&self, saying: &Saying) -> Option<usize> {
        let doc = self.doc;
        let finite_cue = is_finite(doc, saying.verb) || doc.tokens[saying.verb].xpos == Xpos::Vbg;
        let subject_first =
            saying.speaker.is_some_and(|s| s < saying.verb) || doc.tokens[saying.verb].xpos == Xpos::Vbg;
        let relative = matches!(doc.tokens[saying.verb].rel, Rel::AclRelcl | Rel::Acl);
        if !finite_cue || !subject_first || relative || is_passive(doc, saying.verb) {
            return None;
        }
        let mut start = saying.cue.end;
        if saying.frames.has(Frames::TELL) {
            let listener = saying.listener.filter(|&l| l >= start)?;
            start = phrase(doc, listener).end.max(start);
        }
        while let Some(end) = self.adjunct_at(saying.verb, start) {
            start = end;
        }
        let next = doc.tokens.get(start).filter(|_| start < self.sentence.end)?;
        let begins_clause =
            !matches!(next.upos, Upos::Punct | Upos::Adp | Upos::Cconj | Upos::Verb | Upos::Aux | Upos::Part);
        begins_clause.then_some(start)
    }

    /// One past an adverb or a time ("on Monday", "Tuesday") that belongs to the cue and begins at `start`.
    fn adjunct_at(&self, verb: usize, start: usize) -> Option<usize> {
        let doc = self.doc;
        let child = doc.children(verb).find(|&c| c >= start && subtree_range(doc, c).start == start)?;
        let token = &doc.tokens[child];
        let adverb = token.rel == Rel::Advmod && child == start && token.upos == Upos::Adv;
        let time = token.rel.is_oblique() && doc.times.iter().any(|t| t.tokens.contains(&child));
        let end = subtree_range(doc, child).end;
        ((adverb || time) && end < self.sentence.end && !has_finite(doc, start..end)).then_some(end)
    }

    fn is_content_clause(&self, verb: usize, c: usize) -> bool {
        match self.doc.tokens[c].rel {
            Rel::Ccomp | Rel::Csubj | Rel::CsubjPass => true,
            Rel::Parataxis => {
                let start = subtree_range(self.doc, c).start;
                start > verb
                    && (start == verb + 1 || matches!(self.doc.form(start - 1), ":" | "," | "that"))
                    && !self.is_cue(c)
            }
            Rel::Xcomp | Rel::Advcl | Rel::Obj | Rel::Dep => {
                self.doc.children(c).any(|m| self.doc.tokens[m].rel == Rel::Mark && is_word(self.doc, m, "that"))
            }
            _ => false,
        }
    }

    fn is_cue(&self, i: usize) -> bool {
        verb_cue(self.doc, i, self.cues).is_some()
    }

    /// "that" as a conjunction soon after the cue, with no verb between.
    fn that_after(&self, after: usize) -> Option<usize> {
        let end = self.sentence.end.min(after + 14);
        let that = (after..end).find(|&i| is_word(self.doc, i, "that"))?;
        let conjunction = self.is_conjunction(that, after);
        let near = (after..that)
            .all(|i| !matches!(self.doc.tokens[i].upos, Upos::Verb | Upos::Aux) && self.doc.form(i) != ";");
        (conjunction && near && self.doc.tokens[that].rel != Rel::Det).then_some(that)
    }

    fn skip_that(&self, mut i: usize, after: usize) -> usize {
        while i < self.sentence.end
            && (matches!(self.doc.form(i), "," | ":" | "–" | "—")
                || is_word(self.doc, i, "that") && self.is_conjunction(i, after))
        {
            i += 1;
        }
        i
    }

    /// "that" right after the cue begins a clause unless a verb or a bare noun follows.
    fn is_conjunction(&self, i: usize, after: usize) -> bool {
        let token = &self.doc.tokens[i];
        let next = self.doc.tokens.get(i + 1).map(|t| t.upos);
        let before_clause = !matches!(next, Some(Upos::Verb | Upos::Aux | Upos::Noun | Upos::Punct) | None);
        let names = matches!(next, Some(Upos::Propn | Upos::Pron | Upos::Det));
        token.upos == Upos::Sconj || token.rel == Rel::Mark || names || i == after && before_clause
    }

    fn is_question_word(&self, i: usize) -> bool {
        i < self.sentence.end
            && (matches!(self.doc.tokens[i].xpos, Xpos::Wrb | Xpos::Wp | Xpos::Wdt) || is_word(self.doc, i, "whether"))
    }

    /// One past the last token of what is said: the end of the cue's clause, or where another cue of the speaker begins.
    fn limit(&self, verb: usize, start: usize, clause: Option<usize>) -> usize {
        let doc = self.doc;
        let leans_on =
            self.subject_after_comma(verb).filter(|_| verb <= self.sentence.start + 1 && !is_finite(doc, verb));
        let own = if let Some(subject) = leans_on.filter(|&s| phrase(doc, s).start > start) {
            phrase(doc, subject).start - 1
        } else if doc.tokens[verb].head.is_none() || is_finite(doc, verb) && doc.tokens[verb].rel == Rel::Conj {
            self.sentence.end
        } else {
            self.own_end(verb, start)
        };
        let mut end = own.max(start + 1).min(self.sentence.end);
        let inside = clause.map_or(start..start, |c| subtree_range(doc, c));
        for child in doc.children(verb).filter(|&c| c > start && !inside.contains(&c)) {
            if self.cuts(verb, child) {
                end = end.min(self.left_edge(child).max(start + 1));
            }
        }
        let end = self.resumed(verb, start, end).unwrap_or(end);
        let end = self.turned(start, end).unwrap_or(end);
        self.told_by_another(verb, start, end).unwrap_or(end)
    }

    /// One past the clause of a cue that is not the main verb.
    fn own_end(&self, verb: usize, start: usize) -> usize {
        let doc = self.doc;
        let subtree = subtree_range(doc, verb).end;
        // "Noting that …, the envoy said": up to the comma before whom it leans on.
        let subject = speaker_of(doc, verb, 0).filter(|&s| s > start && !is_finite(doc, verb));
        let comma = subject
            .map(|s| phrase(doc, s).start)
            .and_then(|s| s.checked_sub(1))
            .filter(|&c| c > start && doc.form(c) == ",");
        match comma {
            Some(comma) => comma,
            None if subtree > start + 1 => subtree,
            None => self.sentence.end,
        }
    }

    /// True where `child`, right of what is said, tells of something else.
    fn cuts(&self, verb: usize, child: usize) -> bool {
        let token = &self.doc.tokens[child];
        match token.rel {
            Rel::Conj => {
                let own_subject = self.doc.child(child, &[Rel::Nsubj, Rel::NsubjPass]).is_some();
                self.is_cue(child) || !own_subject && token.xpos == self.doc.tokens[verb].xpos
            }
            Rel::Advcl | Rel::Parataxis => self.is_cue(child) || token.xpos == Xpos::Vbg,
            _ => false,
        }
    }

    /// The first token of a clause with its conjunction and comma.
    fn left_edge(&self, clause: usize) -> usize {
        let mut first = subtree_range(self.doc, clause).start;
        while first > self.sentence.start
            && (self.doc.tokens[first - 1].upos == Upos::Cconj
                || matches!(self.doc.form(first - 1), "," | ";" | "–" | "—"))
        {
            first -= 1;
        }
        first
    }

    /// Where "and added", ", adding" stands between `start` and `end`: a cue that resumes, or one coordinated in the same
    /// tense without a subject of its own.
    fn resumed(&self, verb: usize, start: usize, end: usize) -> Option<usize> {
        let doc = self.doc;
        (start + 1..end).filter(|&i| !(self.quoted)(i)).find_map(|i| {
            let (_, frames) = verb_cue(doc, i, self.cues)?;
            let joined = self.joined(start, i)?;
            let conjunction = (joined..i).any(|k| doc.tokens[k].upos == Upos::Cconj);
            let same_tense = doc.tokens[i].xpos == doc.tokens[verb].xpos && doc.child(i, &[Rel::Nsubj]).is_none();
            let again = conjunction && same_tense && frames.has(Frames::INSERT.union(Frames::ON_TO));
            let participle = doc.tokens[i].xpos == Xpos::Vbg && doc.form(joined) == "," && frames.has(Frames::INSERT);
            (frames.has(Frames::RESUME) || again || participle).then_some(joined)
        })
    }

    /// Where ", Xinhua reported" or ", according to X" closes the sentence.
    fn told_by_another(&self, verb: usize, start: usize, end: usize) -> Option<usize> {
        let doc = self.doc;
        (start + 3..end).find_map(|i| {
            let source = self.cues.sources().iter().any(|words| self.words_at(i, words));
            if source && doc.form(i - 1) == "," {
                return Some(i - 1);
            }
            let cue = doc.tokens[i].upos == Upos::Verb && is_finite(doc, i) && !(self.quoted)(i);
            let inserts = cue && verb_cue(doc, i, self.cues).is_some_and(|(_, f)| f.has(Frames::INSERT));
            let ends = inserts && !has_finite(doc, i + 1..end) && !is_word(doc, i + 1, "that");
            let comma = self.comma_before(i, i).filter(|&c| ends && c > start + 2 && c > verb)?;
            let named = (comma + 1..i).any(|k| matches!(doc.tokens[k].upos, Upos::Noun | Upos::Propn));
            (named && has_finite(doc, start..comma)).then_some(comma)
        })
    }

    /// Where ", but he …" or ", while others …" begins: mostly the writer's own words.
    fn turned(&self, start: usize, end: usize) -> Option<usize> {
        let doc = self.doc;
        (start + 2..end.saturating_sub(2)).find(|&i| {
            doc.form(i) == ","
                && matches!(doc.form(i + 1), "but" | "while")
                && !(self.quoted)(i)
                && has_finite(doc, start..i)
                && self.subject_then_verb(i + 2, end)
        })
    }

    /// True where a subject and its tensed verb follow.
    fn subject_then_verb(&self, start: usize, end: usize) -> bool {
        let first_verb = (start..end).find(|&i| has_finite(self.doc, i..i + 1));
        let nominal = |i: usize| matches!(self.doc.tokens[i].upos, Upos::Noun | Upos::Propn | Upos::Pron);
        first_verb.is_some_and(|v| (start..v).any(nominal))
    }

    /// The conjunction or comma right before a verb (an adverb may stand between).
    fn joined(&self, start: usize, verb: usize) -> Option<usize> {
        let mut i = verb - 1;
        if i > start && self.doc.tokens[i].upos == Upos::Adv {
            i -= 1;
        }
        let joins = self.doc.tokens[i].upos == Upos::Cconj || self.doc.form(i) == ",";
        let before_comma = joins && i > start + 1 && self.doc.form(i - 1) == ",";
        (joins && i > start).then(|| if before_comma { i - 1 } else { i })
    }

    /// What the cue's own construction says: "accused X of …", "urged X to …", "called for …".
    fn complement(&self, saying: &Saying) -> Option<Range<usize>> {
        let (verb, frames) = (saying.verb, saying.frames);
        let after = saying.cue.end;
        let has = |f: Frames| frames.has(f);
        let from = |start: usize| Some(start..self.limit(verb, start, None));
        if has(Frames::OF)
            && let Some(of) = self.find_word(after, "of", 14)
        {
            return from(of + 1);
        }
        if has(Frames::ON_TO) && (is_word(self.doc, after, "on") || is_word(self.doc, after, "upon")) {
            return self.find_word(after, "to", 20).and_then(|_| from(after + 1));
        }
        if has(Frames::FOR) && is_word(self.doc, after, "for") {
            return self.gerund_or_quote(after + 1).then(|| from(after + 1)).flatten();
        }
        if has(Frames::NP_QUOTE) && saying.cue.len() > 1 {
            return from(after).filter(|tokens| self.holds_quote(tokens));
        }
        let infinitive = |i: usize| is_word(self.doc, i, "to") && self.doc.tokens[i].upos == Upos::Part;
        if has(Frames::TO) && infinitive(after) {
            return from(after + 1);
        }
        let object = self.doc.child(verb, &[Rel::Obj, Rel::Iobj]).filter(|&o| o >= after)?;
        let object_start = phrase(self.doc, object).start.max(after);
        let rest = object + 1..self.sentence.end.min(object + 14);
        if has(Frames::OBJ_TO) && rest.clone().any(infinitive) {
            return from(object_start);
        }
        let active = !is_passive(self.doc, verb);
        let reason = rest.clone().find(|&i| is_word(self.doc, i, "for") && self.gerund_or_quote(i + 1));
        if let Some(reason) = reason.filter(|_| has(Frames::OBJ_FOR) && active) {
            return from(reason + 1);
        }
        let as_word = |i: usize| {
            is_word(self.doc, i, "as") && !["such", "well", "far", "long"].iter().any(|w| is_word(self.doc, i - 1, w))
        };
        if (has(Frames::AS) || has(Frames::AS_QUOTE)) && active && rest.clone().any(as_word) {
            return from(object_start).filter(|tokens| has(Frames::AS) || self.holds_quote(tokens));
        }
        let second = self.doc.tokens[object].upos == Upos::Pron
            && self.doc.children(verb).any(|c| c > object && self.doc.tokens[c].rel == Rel::Xcomp);
        let quoted_next = (object + 1..self.sentence.end.min(object + 4)).any(|i| (self.quoted)(i));
        (has(Frames::PRED) && active && (second || quoted_next)).then(|| from(object_start)).flatten()
    }

    fn gerund_or_quote(&self, i: usize) -> bool {
        i < self.sentence.end && (self.doc.tokens[i].xpos == Xpos::Vbg || (self.quoted)(i) || (self.quoted)(i + 1))
    }

    /// True where at least two words in a row stand in quotation marks.
    fn holds_quote(&self, tokens: &Range<usize>) -> bool {
        let word = |i: usize| (self.quoted)(i) && self.doc.tokens[i].upos != Upos::Punct;
        tokens.clone().any(|i| word(i) && tokens.contains(&(i + 1)) && word(i + 1))
    }

    fn find_word(&self, after: usize, word: &str, window: usize) -> Option<usize> {
        (after..self.sentence.end.min(after + window)).find(|&i| is_word(self.doc, i, word))
    }

    /// A noun phrase that is what is said: "reiterated its support".
    fn nominal(&self, saying: &Saying) -> Option<Range<usize>> {
        let (verb, frames) = (saying.verb, saying.frames);
        if is_passive(self.doc, verb) || saying.speaker.is_none() {
            return None;
        }
        let after = saying.cue.end;
        let object = match self.doc.child(verb, &[Rel::Obj]).filter(|&o| o >= after) {
            Some(object) => object,
            None => self.doc.children(verb).find(|&c| c >= after && self.doc.tokens[c].rel.is_oblique())?,
        };
        let start = subtree_range(self.doc, object).start.max(after);
        let tokens = start..self.limit(verb, start, Some(object));
        if frames.has(Frames::NP)
            && self.cues.is_noun(&self.doc.tokens[object].lemma)
            && is_word(self.doc, object + 1, "that")
        {
            return Some(object + 2..tokens.end.max(object + 2));
        }
        let pronoun = self.doc.tokens[object].upos == Upos::Pron;
        let direct = self.doc.tokens[object].rel == Rel::Obj || saying.cue.len() > 1;
        let holds_quote = self.holds_quote(&tokens);
        let allowed = frames.has(Frames::NP) && direct && !pronoun && tokens.len() > 1
            || frames.has(Frames::NP_QUOTE) && holds_quote;
        allowed.then_some(tokens)
    }

    /// "…, X said" and "…, X said, …".
    fn clause_left(&self, saying: &Saying) -> Option<Range<usize>> {
        let doc = self.doc;
        let verb = saying.verb;
        let subject = saying.speaker.filter(|&s| self.sentence.contains(&s) && !is_passive(doc, verb))?;
        let subject_tokens = phrase(doc, subject);
        let before = self.comma_before(verb.min(subject_tokens.start), verb)?;
        let left = self.sentence.start..before;
        let end = self.local_end(saying, subject_tokens.end);
        let closed = end < self.sentence.end && matches!(doc.form(end), "," | "–" | "—");
        if closed && self.is_inserted(verb, left.clone(), end) {
            return Some(left.start..self.sentence.end);
        }
        if !self.left_is_said(verb, left.clone(), end) {
            return None;
        }
        Some(if closed && self.goes_on(verb, end) { left.start..self.sentence.end } else { left })
    }

    /// The comma or mark before the words that name who says.
    fn comma_before(&self, first: usize, verb: usize) -> Option<usize> {
        let doc = self.doc;
        let low = self.sentence.start.max(verb.saturating_sub(14));
        let stop = |i: usize| matches!(doc.form(i), "," | "–" | "—" | "”" | "\"" | "’" | "''");
        let before = (low..first).rev().find(|&i| stop(i) || has_finite(doc, i..i + 1))?;
        let starts = &doc.tokens[before + 1];
        let names = (before + 1 == verb
            || is_word(doc, before + 1, "as")
            || !matches!(starts.upos, Upos::Cconj | Upos::Sconj | Upos::Verb))
            && !matches!(starts.xpos, Xpos::Wp | Xpos::Wdt | Xpos::Wrb);
        (stop(before) && before > self.sentence.start && names).then_some(before)
    }

    /// "The plan, he noted, was old": a finite cue between two commas, and the only other finite verb comes after.
    fn is_inserted(&self, verb: usize, left: Range<usize>, comma: usize) -> bool {
        let rest = comma + 1..self.sentence.end;
        is_finite(self.doc, verb)
            && !has_finite(self.doc, left)
            && has_finite(self.doc, rest.clone())
            && !self
                .doc
                .tokens
                .get(rest.start)
                .is_some_and(|t| matches!(t.xpos, Xpos::Vbg | Xpos::Wp | Xpos::Wdt | Xpos::Wrb))
    }

    fn in_title(&self) -> bool {
        let sentence = self.doc.sentences.get(self.doc.sentence_of(self.sentence.start));
        let block = sentence.and_then(|s| self.doc.article.blocks.get(s.block));
        block.is_some_and(|b| matches!(b.kind, BlockKind::Title | BlockKind::Heading))
    }

    fn left_is_said(&self, verb: usize, left: Range<usize>, local_end: usize) -> bool {
        let doc = self.doc;
        let token = &doc.tokens[verb];
        let child = doc.children(verb).any(|c| {
            left.contains(&c)
                && matches!(doc.tokens[c].rel, Rel::Ccomp | Rel::Parataxis | Rel::Csubj | Rel::Dep | Rel::Obj)
        });
        let interposed = token.rel == Rel::Parataxis && token.head.is_some_and(|h| self.sentence.contains(&h));
        let subordinate = matches!(doc.tokens[left.start].upos, Upos::Sconj)
            && !left.clone().any(|i| i > left.start && doc.form(i) == ",");
        let last = trim_punctuation(doc, local_end..self.sentence.end).is_empty();
        let whole_clause = !subordinate && (last || matches!(token.rel, Rel::Root | Rel::Parataxis));
        is_finite(doc, verb)
            && (has_finite(doc, left.clone()) || self.in_title() && left.len() > 2)
            && (child || interposed || whole_clause)
    }

    /// One past the cue with its inverted subject, listener and adjuncts up to the next comma.
    fn local_end(&self, saying: &Saying, subject_end: usize) -> usize {
        let start = saying.cue.end.max(if subject_end > saying.verb { subject_end } else { 0 });
        (start..self.sentence.end)
            .find(|&i| matches!(self.doc.form(i), "," | "–" | "—" | ";"))
            .unwrap_or(self.sentence.end)
    }

    /// True where what was said goes on after an inserted cue.
    fn goes_on(&self, verb: usize, comma: usize) -> bool {
        let doc = self.doc;
        let head = doc.tokens[verb].head;
        let rest = trim_punctuation(doc, comma..self.sentence.end);
        let Some(first) = rest.clone().next() else { return false };
        let participle = doc.tokens[first].xpos == Xpos::Vbg && self.is_cue(first);
        let left_has_verb = has_finite(doc, self.sentence.start..verb.min(comma));
        let main_verb_right =
            head.is_some_and(|h| rest.contains(&h)) || !left_has_verb && has_finite(doc, rest.clone());
        let attached = rest.clone().any(|i| doc.tokens[i].head.is_some_and(|h| h < verb && Some(h) == head));
        !participle && (main_verb_right || attached)
    }
}
