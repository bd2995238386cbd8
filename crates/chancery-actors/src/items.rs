//! A sentence as a row of items: names, role words, small words and the plain tokens between them.

use crate::directory::{Directory, Sense, Tenure, Usage};
use crate::fold::Folded;
use crate::words::{role_use, word_class};
use chancery_text::{ActorKind, BlockKind, Document, Name, NameLabel, PartialDate, Precision, Rel, Span, Upos};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// One item of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub tokens: Range<usize>,
    pub span: Span,
    pub lex: Lex,
    /// Classes of small words, as bits.
    pub class: u64,
    /// The role word that a name of the directory is at the same time ("Defense Department").
    pub also_role: Option<(u16, bool)>,
}

/// Thousands of inhabitants below which a place is a small town.
const SMALL_TOWN: u32 = 250;

/// What an item is.
#[derive(Debug, Clone)]
pub(crate) enum Lex {
    /// A name of the directory, with what it may mean.
    Name(Vec<Sense>),
    /// A role word.
    Role { role: u16, plural: bool },
    /// A name that only the name finder knows.
    Unknown(NameLabel),
    /// A short name that the document itself introduced ("FRSO"): index into the document's introductions.
    Introduced(usize),
    /// Any other token.
    Plain,
}

/// A name with its abbreviation in brackets: "Freedom Road Socialist Organisation (FRSO)".
#[derive(Debug, Clone)]
pub(crate) struct Introduction {
    pub short: String,
    /// The tokens of the long name.
    pub long: Range<usize>,
}

/// What all sentences of a document share.
pub(crate) struct Source<'a> {
    pub dir: &'a Directory,
    pub doc: &'a Document,
    pub folded: Folded<'a>,
    /// True where the tokens carry parts of speech.
    pub tagged: bool,
    pub introductions: Vec<Introduction>,
    /// The date on which offices are held.
    pub date: Option<PartialDate>,
    /// The name finder's names, without titles.
    names: Vec<Name>,
    short_names: FxHashMap<String, usize>,
}

impl<'a> Source<'a> {
    /// Prepares a document.
    pub fn new(dir: &'a Directory, doc: &'a Document) -> Self {
        let folded = Folded::new(doc.text());
        let tagged = doc.tokens.iter().any(|t| t.upos != Upos::X);
        let mut source = Source {
            dir,
            doc,
            folded,
            tagged,
            introductions: Vec::new(),
            date: doc.article.date,
            names: Vec::new(),
            short_names: FxHashMap::default(),
        };
        source.introductions = introductions(doc);
        source.names = doc.names.iter().map(|n| source.without_title(n)).collect();
        for (i, intro) in source.introductions.iter().enumerate() {
            source.short_names.entry(intro.short.clone()).or_insert(i);
        }
        source
    }

    /// The folded words of token `i`.
    pub fn folded_form(&self, i: usize) -> &str {
        let span = self.doc.tokens[i].span;
        self.folded.text.get(self.folded.forth(span.start)..self.folded.forth(span.end)).unwrap_or("")
    }

    /// The folded words of token `i` in lower case.
    pub fn lower_form(&self, i: usize) -> &str {
        let span = self.doc.tokens[i].span;
        self.folded.lower.get(self.folded.forth(span.start)..self.folded.forth(span.end)).unwrap_or("")
    }

    /// The items of every sentence.
    pub fn all_items(&self) -> Vec<Vec<Item>> {
        (0..self.doc.sentences.len()).map(|s| self.items(s)).collect()
    }

    /// The items of a sentence, in order; together they hold all its tokens.
    pub fn items(&self, sentence: usize) -> Vec<Item> {
        let tokens = self.doc.sentences[sentence].tokens.clone();
        let mut items = Vec::with_capacity(tokens.len());
        let mut at = tokens.start;
        while at < tokens.end {
            let item = self.item_at(at, tokens.end);
            at = item.tokens.end.max(at + 1);
            items.push(item);
        }
        items
    }

    /// The item that begins at token `at` and does not reach beyond `end`.
    pub fn item_at(&self, at: usize, end: usize) -> Item {
        let start = self.folded.forth(self.doc.tokens[at].span.start);
        let word_start = self.starts_word(start);
        let name = if word_start { self.name_at(at, start, end) } else { None };
        let role = if word_start { self.role_at(at, start, end) } else { None };
        let unknown = self.unknown_at(at).filter(|u| !self.begins_with_article(u, end));
        let longest = |a: &Item, b: &Option<Item>| b.as_ref().is_none_or(|b| a.tokens.end >= b.tokens.end);
        if let Some(mut name) = name.filter(|n| longest(n, &role) && self.beats(n, &unknown)) {
            let longer = unknown.filter(|u| u.tokens.end > name.tokens.end && self.is_full_name(&name));
            let longer = longer.filter(|u| self.may_go_on(&name, u));
            if let Some(longer) = longer {
                (name.tokens, name.span) = (longer.tokens, longer.span);
            }
            name.also_role = role.filter(|r| r.tokens == name.tokens).and_then(|r| match r.lex {
                Lex::Role { role, plural } => Some((role, plural)),
                _ => None,
            });
            return name;
        }
        if let Some(intro) = self.introduced_at(at) {
            return intro;
        }
        // "Taoiseach" or "National Security Council" alone is the post or body, whatever the name finder says
        let post = role
            .as_ref()
            .is_some_and(|r| self.is_office_or_body(r) && unknown.as_ref().is_some_and(|u| u.tokens == r.tokens));
        let keeps = |u: &Item| !post && (longest(u, &role) || matches!(u.lex, Lex::Unknown(NameLabel::Per)));
        if let Some(unknown) = unknown.filter(keeps) {
            return unknown;
        }
        role.unwrap_or_else(|| self.item(at..at + 1, Lex::Plain))
    }

    /// "seized by The Islamic State": an article before what is known without it.
    fn begins_with_article(&self, unknown: &Item, end: usize) -> bool {
        let rest = unknown.tokens.start + 1..unknown.tokens.end;
        let article = self.dir.words.class(self.lower_form(unknown.tokens.start)) & word_class::DEFINITE != 0;
        article && !rest.is_empty() && {
            let start = self.folded.forth(self.doc.tokens[rest.start].span.start);
            let known = self.name_at(rest.start, start, end).or_else(|| self.role_at(rest.start, start, end));
            known.is_some_and(|k| k.tokens == rest)
        }
    }

    /// A name of the directory gives way to a longer name of a person that only begins like it ("Jordan Peters"), a place
    /// to that of an organisation ("Lyon Transport Union").
    fn beats(&self, name: &Item, unknown: &Option<Item>) -> bool {
        let Some(unknown) = unknown else { return true };
        if name.tokens.end >= unknown.tokens.end || self.is_full_name(name) && self.may_go_on(name, unknown) {
            return true;
        }
        let place = |s: &Sense| self.dir.entries[s.entry as usize].kind == ActorKind::Place;
        match (&unknown.lex, &name.lex) {
            (Lex::Unknown(NameLabel::Per), _) => false,
            (Lex::Unknown(NameLabel::Org), Lex::Name(senses)) => !senses.iter().all(place),
            _ => true,
        }
    }

    /// The full name of a person: what the name finder reads on behind it ("Raúl Castro Ruz") belongs to it.
    fn is_full_name(&self, name: &Item) -> bool {
        let Lex::Name(senses) = &name.lex else { return false };
        let person = |s: &Sense| self.dir.entries[s.entry as usize].kind == ActorKind::Person;
        name.tokens.len() > 1 && senses.iter().all(person)
    }

    /// "Raúl Castro Ruz" has a second family name, "Ada Brack Jr." a suffix; elsewhere a name that goes on is another's.
    fn may_go_on(&self, name: &Item, longer: &Item) -> bool {
        let Lex::Name(senses) = &name.lex else { return true };
        let two = |s: &Sense| {
            let term = self.dir.entries[s.entry as usize].terms.first();
            let country = term.and_then(|t| t.code.country.as_deref()).unwrap_or("");
            self.dir.words.class(&country.to_ascii_lowercase()) & word_class::TWO_FAMILIES != 0
        };
        let more = name.tokens.end..longer.tokens.end;
        let word =
            |t: usize| self.is_capital(t) && self.lower_form(t).chars().filter(|c| c.is_alphabetic()).count() > 2;
        !more.into_iter().any(word) || senses.iter().any(two)
    }

    fn name_at(&self, at: usize, start: usize, end: usize) -> Option<Item> {
        let (senses, len) = self.dir.name_at(&self.folded.text, &self.folded.lower, start)?;
        let tokens = self.tokens_to(at, start + len, end)?;
        // "US$4.5 billion"
        if self.folded.text[start + len..].starts_with('$') {
            return None;
        }
        let own = senses.iter().any(|s| self.dir.is_own(*s));
        let other = self.is_surname_of_stranger(at, &tokens, &senses) || self.is_common_word(&tokens, &senses);
        let other = other || self.is_unlikely_town(&tokens, &senses) || self.is_cut_short(&tokens, &senses);
        let other = other || self.names_thing(&tokens, &senses) || self.is_half_a_name(&tokens, &senses);
        if !own && other || self.is_split(at, &senses) || self.is_adjective_of_noun(&tokens, &senses) {
            return None;
        }
        Some(self.item_to(tokens, start + len, Lex::Name(senses)))
    }

    /// "Latin American" is not American.
    fn is_split(&self, at: usize, senses: &[Sense]) -> bool {
        let adjective = senses.iter().any(|s| s.usage == Usage::Adjective);
        let word = |i: usize| self.dir.words.class(self.lower_form(i)) & word_class::SPLITS != 0 && self.is_capital(i);
        adjective && at > 0 && word(at - 1)
    }

    /// "The National Assembly" is not the newspaper, nor "the Gulf Cooperation Council" the Gulf.
    fn is_cut_short(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let (inner, next) = (tokens.start + 1, tokens.end);
        let article = self.dir.words.class(self.lower_form(tokens.start)) & word_class::DEFINITE != 0;
        let sentence = &self.doc.sentences[self.doc.sentence_of(tokens.start)];
        if !article || tokens.len() < 2 || next >= sentence.tokens.end || !self.is_capital(next) {
            return false;
        }
        let media = |s: &Sense| self.dir.entries[s.entry as usize].kind == ActorKind::Media;
        let beside = self.doc.tokens[tokens.end - 1].span.end + 1 == self.doc.tokens[next].span.start;
        if beside && senses.iter().all(media) {
            return true;
        }
        let start = self.folded.forth(self.doc.tokens[inner].span.start);
        let longer = self.dir.name_at(&self.folded.text, &self.folded.lower, start);
        longer.is_some_and(|(_, len)| start + len > self.folded.forth(self.doc.tokens[tokens.end - 1].span.end))
    }

    /// "Samba-Panza" is not the town of Samba.
    fn is_half_a_name(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let place = |s: &Sense| self.dir.entries[s.entry as usize].kind == ActorKind::Place;
        let end = self.doc.sentences[self.doc.sentence_of(tokens.start)].tokens.end;
        let other = tokens.end + 1;
        if tokens.len() > 1 || other >= end || !self.continues_name(tokens.end) || !senses.iter().all(place) {
            return false;
        }
        let start = self.folded.forth(self.doc.tokens[other].span.start);
        self.dir.name_at(&self.folded.text, &self.folded.lower, start).is_none()
    }

    /// "The Australian government" is not the newspaper.
    fn is_adjective_of_noun(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let media = |s: &Sense| self.dir.entries[s.entry as usize].kind == ActorKind::Media;
        let article = self.dir.words.class(self.lower_form(tokens.start)) & word_class::DEFINITE != 0;
        if tokens.len() != 2 || !article || !senses.iter().all(media) {
            return false;
        }
        let word = tokens.end - 1;
        let inside = self.dir.name_at(self.folded_form(word), self.lower_form(word), 0);
        let country =
            |s: &Sense| s.usage == Usage::Adjective || self.dir.entries[s.entry as usize].kind == ActorKind::Country;
        let adjective = inside.is_some_and(|(senses, _)| senses.iter().any(country));
        let next = tokens.end;
        let sentence = &self.doc.sentences[self.doc.sentence_of(word)];
        if !adjective || next >= sentence.tokens.end {
            return false;
        }
        let role = self.dir.words.role_at(&self.folded.lower, self.folded.forth(self.doc.tokens[next].span.start));
        role.is_some() || matches!(self.doc.tokens[next].upos, Upos::Noun | Upos::Adj | Upos::Propn)
    }

    /// "Time is short": a word that is an outlet or a person in other places.
    fn is_common_word(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        use ActorKind::{Company, Media, Organization, Party, Person};
        let named = |s: &Sense| {
            matches!(self.dir.entries[s.entry as usize].kind, Media | Person | Company | Organization | Party)
        };
        let proper = matches!(self.doc.tokens[tokens.start].upos, Upos::Propn | Upos::X);
        tokens.len() == 1 && !proper && !self.is_written_as_name(tokens.start) && senses.iter().all(named)
    }

    /// A capital where none is due: inside a sentence of running text, or inside the word ("Sputnik.az").
    fn is_written_as_name(&self, token: usize) -> bool {
        let form = self.folded_form(token);
        // "Sputnik.az", "OpenAI"
        let inner = form.contains('.') && form.len() > 4 && !form.ends_with('.') || has_inner_capital(form);
        let sentence = self.doc.sentence_of(token);
        let Some(sentence) = self.doc.sentences.get(sentence) else { return inner };
        let kind = self.doc.article.blocks.get(sentence.block).map(|b| b.kind);
        let running = matches!(kind, Some(BlockKind::Paragraph | BlockKind::ListItem));
        let first = token == sentence.tokens.start || !self.doc.form(token - 1).starts_with(char::is_alphanumeric);
        // "MSF said", where not all words are in capitals; "MSF" alone
        let letters = form.len() > 2 && form.bytes().all(|b| b.is_ascii_uppercase());
        let small = |t: usize| self.folded_form(t).starts_with(|c: char| c.is_ascii_lowercase());
        let short_name = letters && (sentence.tokens.len() == 1 || sentence.tokens.clone().any(small));
        inner
            || running && short_name
            || running && !first && self.is_capital(token) && self.doc.tokens[token].upos != Upos::Adj
    }

    /// "Michael Jordan": a place's name after a given name names neither.
    fn is_surname_of_stranger(&self, at: usize, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let place =
            |s: &Sense| !matches!(self.dir.entries[s.entry as usize].kind, ActorKind::Person | ActorKind::Party);
        let by_finder = self.person_name_over(at).is_some_and(|name| name.start < at);
        let given = at > 0 && tokens.len() == 1 && self.is_given_name(at - 1);
        senses.iter().all(place) && (by_finder || given)
    }

    /// A small town's name is many other things: it counts where the name finder or the words around it say so.
    fn is_unlikely_town(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let small = |s: &Sense| {
            let site = self.dir.entries[s.entry as usize].site;
            site.is_some_and(|s| s.precision == Precision::City && s.population.is_some_and(|p| p < SMALL_TOWN))
        };
        if tokens.len() > 1 || !senses.iter().all(small) {
            return false;
        }
        let i = self.names.partition_point(|n| n.tokens.end <= tokens.start);
        let found = self.names.get(i).is_some_and(|n| n.label == NameLabel::Loc && n.tokens.contains(&tokens.start));
        if tokens.start > 0 && self.is_title(tokens.start - 1) {
            // "the Zambian leader Banda"
            return true;
        }
        let class = |i: usize| self.dir.words.class(self.lower_form(i));
        let behind = tokens.start.checked_sub(1).is_some_and(|i| class(i) & word_class::LOCATIVE != 0);
        !(found || behind)
    }

    /// A role word of one person that may stand before a name.
    fn is_title(&self, token: usize) -> bool {
        let start = self.folded.forth(self.doc.tokens[token].span.start);
        self.dir.words.role_at(&self.folded.lower, start).is_some_and(|(role, plural, _)| {
            let role = &self.dir.words.roles[role as usize];
            !plural && role.uses & role_use::TITLE != 0 && role.kind == ActorKind::Person
        })
    }

    fn is_given_name(&self, i: usize) -> bool {
        let form = self.folded_form(i);
        self.dir.given_names.contains(form)
            && self.doc.tokens[i].span.end + 1 == self.doc.tokens[i + 1].span.start
            && self.dir.words.class(self.lower_form(i)) == 0
            && self.dir.words.role_at(&self.folded.lower, self.folded.forth(self.doc.tokens[i].span.start)).is_none()
            && self.dir.name_at(form, self.lower_form(i), 0).is_none()
    }

    fn person_name_over(&self, at: usize) -> Option<Range<usize>> {
        let i = self.names.partition_point(|n| n.tokens.end <= at);
        let name = self.names.get(i)?;
        (name.label == NameLabel::Per && name.tokens.contains(&at)).then(|| name.tokens.clone())
    }

    fn role_at(&self, at: usize, start: usize, end: usize) -> Option<Item> {
        // "ex-president"
        let former = |before: &&str| self.dir.words.class(before) & word_class::FORMER != 0;
        let prefix = self.lower_form(at).split_once('-').map(|(before, _)| before).filter(former);
        let start = start + prefix.map_or(0, |p| p.len() + 1);
        let (role, plural, len) = self.dir.words.role_at(&self.folded.lower, start)?;
        let tokens = self.tokens_to(at, start + len, end)?;
        if self.tagged && !self.may_be_noun(tokens.end - 1, &tokens) {
            return None;
        }
        let mut item = self.item_to(tokens, start + len, Lex::Role { role, plural });
        item.class |= if prefix.is_some() { word_class::FORMER } else { 0 };
        Some(item)
    }

    /// A person's name without "President" or "Mr" before it, and with all of "Murray-Bruce".
    fn without_title(&self, name: &Name) -> Name {
        let mut name = name.clone();
        if name.label != NameLabel::Per {
            return name;
        }
        let sentence_end = self.doc.sentences.get(self.doc.sentence_of(name.tokens.start)).map_or(0, |s| s.tokens.end);
        // "Mordor, Rohan": no name runs over a comma
        if let Some(comma) = name.tokens.clone().find(|&t| self.lower_form(t) == "," && t > name.tokens.start) {
            name.tokens.end = comma;
        }
        while name.tokens.end + 1 < sentence_end
            && self.continues_name(name.tokens.end)
            && (name.tokens.len() > 1 || self.is_double_name(name.tokens.start))
        {
            name.tokens.end += 2;
        }
        while name.tokens.len() > 1
            && name.tokens.start >= 2
            && self.continues_name(name.tokens.start - 1)
            && self.is_capital(name.tokens.start - 2)
        {
            name.tokens.start -= 2;
        }
        let mut start = name.tokens.start;
        let mut at = start;
        while at + 1 < name.tokens.end {
            let end = self.title_end(at, name.tokens.end);
            start = end.unwrap_or(start);
            at = end.unwrap_or(at + 1);
        }
        name.tokens.start = start;
        name
    }

    fn continues_name(&self, hyphen: usize) -> bool {
        let tokens = &self.doc.tokens;
        if hyphen == 0 || hyphen + 1 >= tokens.len() {
            return false;
        }
        let touches = tokens[hyphen - 1].span.end == tokens[hyphen].span.start
            && tokens[hyphen].span.end == tokens[hyphen + 1].span.start;
        touches && self.lower_form(hyphen) == "-" && self.is_capital(hyphen + 1)
    }

    /// "Simpson-Miller" is one name, "Xi-Putin" two.
    fn is_double_name(&self, first: usize) -> bool {
        let span = self.doc.tokens[first].span.cover(self.doc.tokens[first + 2].span);
        let words = self.folded.text.get(self.folded.forth(span.start)..self.folded.forth(span.end)).unwrap_or("");
        !self.dir.family(words).is_empty()
    }

    /// The token behind a title at token `at`, if one stands there and the name goes on after it.
    fn title_end(&self, at: usize, name_end: usize) -> Option<usize> {
        if self.dir.words.class(self.lower_form(at)) & word_class::HONORIFIC != 0 {
            return Some(at + 1);
        }
        if self.class(at) & word_class::FORMER != 0 {
            return Some(at + 1);
        }
        let start = self.folded.forth(self.doc.tokens[at].span.start);
        let (role, plural, len) = self.dir.words.role_at(&self.folded.lower, start)?;
        let role = &self.dir.words.roles[role as usize];
        let title = !plural && (role.uses & role_use::TITLE != 0 || role.kind == ActorKind::Person);
        let tokens = self.tokens_to(at, start + len, name_end)?;
        (title && tokens.end < name_end).then_some(tokens.end)
    }

    /// An office of one person, or a body that every state has.
    fn is_office_or_body(&self, item: &Item) -> bool {
        use role_use::{MASS, OFFICE, STATE};
        let Lex::Role { role, .. } = item.lex else { return false };
        let uses = self.dir.words.roles[role as usize].uses;
        uses & OFFICE != 0 || item.tokens.len() > 1 && uses & (MASS | STATE) == MASS | STATE
    }

    fn may_be_noun(&self, last: usize, tokens: &Range<usize>) -> bool {
        let noun = |i: usize| matches!(self.doc.tokens[i].upos, Upos::Noun | Upos::Propn | Upos::X);
        let ranks = self.dir.words.class(self.lower_form(last)) & word_class::RANK != 0;
        let modifies = self.doc.tokens[last].upos == Upos::Adj && self.doc.tokens[last].rel == Rel::Amod && !ranks;
        // taggers take the "fellow" of "senior fellow" for an adjective
        let phrase = tokens.len() > 1 && (tokens.clone().any(noun) || self.doc.tokens[last].upos == Upos::Adj);
        modifies || noun(last) || phrase || self.is_container(last) || self.stands_as_noun(last)
    }

    /// "The envoy to Oslo": whatever the tagger says, it has an article and is what a verb is said of.
    fn stands_as_noun(&self, last: usize) -> bool {
        let token = &self.doc.tokens[last];
        let argument = token.rel.is_subject() || matches!(token.rel, Rel::Obj | Rel::Iobj | Rel::Obl | Rel::Nmod);
        argument && self.doc.child(last, &[Rel::Det]).is_some()
    }

    fn is_container(&self, last: usize) -> bool {
        self.lower_form(last) == "of"
    }

    fn unknown_at(&self, at: usize) -> Option<Item> {
        let i = self.names.partition_point(|n| n.tokens.end <= at);
        let name = self.names.get(i).filter(|n| n.tokens.contains(&at))?;
        if name.label != NameLabel::Per && (self.is_called_after(&name.tokens) || self.is_title_of_thing(name)) {
            return None;
        }
        (name.tokens.start == at).then(|| self.item(name.tokens.clone(), Lex::Unknown(name.label)))
    }

    fn introduced_at(&self, at: usize) -> Option<Item> {
        let &i = self.short_names.get(self.folded_form(at))?;
        Some(self.item(at..at + 1, Lex::Introduced(i)))
    }

    fn item(&self, tokens: Range<usize>, lex: Lex) -> Item {
        let span = self.doc.tokens[tokens.start].span.cover(self.doc.tokens[tokens.end - 1].span);
        let class = if tokens.len() == 1 { self.class(tokens.start) } else { 0 };
        let class = match &lex {
            Lex::Name(_) => 0,
            Lex::Role { role, .. } if self.dir.words.roles[*role as usize].uses & role_use::CONTAINER != 0 => 0,
            Lex::Unknown(_) | Lex::Introduced(_) => 0,
            _ => class,
        };
        Item { tokens, span, lex, class, also_role: None }
    }

    /// The classes of a token, "ex-Soviet" being former.
    pub fn class(&self, token: usize) -> u64 {
        let form = self.lower_form(token);
        let prefix = || form.split_once('-').map_or(0, |(before, _)| self.dir.words.class(before) & word_class::FORMER);
        match self.dir.words.class(form) {
            0 => prefix(),
            class => class,
        }
    }

    fn item_to(&self, tokens: Range<usize>, folded_end: usize, lex: Lex) -> Item {
        let mut item = self.item(tokens, lex);
        let end = self.folded.back(folded_end);
        if end > item.span.start && self.doc.text().is_char_boundary(end) {
            item.span.end = end.min(item.span.end);
        }
        item
    }

    /// The tokens from `at` to the folded byte `end`; `None` where it lies beyond the sentence.
    fn tokens_to(&self, at: usize, end: usize, sentence_end: usize) -> Option<Range<usize>> {
        let mut last = at;
        while self.folded.forth(self.doc.tokens[last].span.end) < end {
            last += 1;
            if last >= sentence_end || self.folded.forth(self.doc.tokens[last].span.start) >= end {
                return None;
            }
        }
        Some(at..last + 1)
    }

    fn starts_word(&self, start: usize) -> bool {
        let before = self.folded.text.get(..start).and_then(|t| t.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '#' | '_' | '/' | '.'))
    }

    /// The token behind a family name of which somebody is in office: "President Key", "Prime Minister Persad-Bissessar".
    pub fn office_bearer(&self, token: usize) -> Option<usize> {
        if !self.is_capital(token) || self.date.is_none() || self.is_title_line(token) {
            return None;
        }
        let glued = |t: usize| self.doc.tokens.get(t).is_some_and(|n| n.span.start == self.doc.tokens[t - 1].span.end);
        let joins =
            |t: usize| self.doc.tokens.get(t).is_some() && self.lower_form(t) == "-" && glued(t) && glued(t + 1);
        let mut end = token + 1;
        while joins(end) {
            end += 2;
        }
        let span = self.doc.tokens[token].span.cover(self.doc.tokens[end - 1].span);
        let name = self.folded.text.get(self.folded.forth(span.start)..self.folded.forth(span.end)).unwrap_or("");
        let in_office = |&e: &u32| self.dir.term_at(e, self.date).1 == Tenure::In;
        self.dir.family(name).iter().any(in_office).then_some(end)
    }

    /// Headlines write every word with a capital.
    pub fn is_title_line(&self, token: usize) -> bool {
        let sentence = self.doc.sentences.get(self.doc.sentence_of(token));
        let block = sentence.and_then(|s| self.doc.article.blocks.get(s.block));
        block.is_some_and(|b| matches!(b.kind, BlockKind::Title | BlockKind::Heading))
    }

    /// True where the token begins with a capital letter.
    pub fn is_capital(&self, i: usize) -> bool {
        self.folded_form(i).starts_with(|c: char| c.is_uppercase())
    }

    /// True where token `i` may belong to a name that nobody knows.
    pub fn may_name(&self, i: usize) -> bool {
        let proper = !self.tagged || matches!(self.doc.tokens[i].upos, Upos::Propn | Upos::X);
        self.is_capital(i) && proper && self.dir.words.class(self.lower_form(i)) & !word_class::PARTICLE == 0
    }
}

/// A capital behind a small letter.
fn has_inner_capital(form: &str) -> bool {
    form.as_bytes().windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase())
}

/// Short names in brackets after the names whose initials they are.
fn introductions(doc: &Document) -> Vec<Introduction> {
    let mut found = Vec::new();
    for sentence in &doc.sentences {
        for at in sentence.tokens.clone().skip(1) {
            let short = doc.form(at);
            let bracketed = doc.form(at - 1) == "(" && at + 1 < sentence.tokens.end && doc.form(at + 1) == ")";
            if bracketed && is_short_name(short) {
                let long = long_name(doc, sentence.tokens.start, at - 1, short);
                found.extend(long.map(|long| Introduction { short: short.to_string(), long }));
            }
        }
    }
    found
}

fn is_short_name(form: &str) -> bool {
    let capitals = form.chars().filter(|c| c.is_uppercase()).count();
    (2..=10).contains(&form.len()) && capitals >= 2 && form.chars().all(char::is_alphanumeric)
}

/// The words before token `end` whose initials are those of `short`.
fn long_name(doc: &Document, start: usize, end: usize, short: &str) -> Option<Range<usize>> {
    let mut letters: Vec<char> = short.chars().filter(|c| c.is_uppercase()).collect();
    let mut at = end;
    while at > start && !letters.is_empty() {
        at -= 1;
        let first = doc.form(at).chars().next()?;
        if first.is_uppercase() {
            if letters.pop() != Some(first) {
                return None;
            }
        } else if !matches!(
            doc.form(at),
            "of" | "for" | "and" | "the" | "in" | "on" | "to" | "-" | "'s" | "’s" | "’" | "&" | "al" | "de"
        ) {
            return None;
        }
    }
    (letters.is_empty() && end - at >= 2).then_some(at..end)
}
