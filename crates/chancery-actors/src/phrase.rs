//! Phrases that may name someone, read from the items of a sentence: determiner, possessor, modifiers, head, "of ..." and
//! "in ...". Works on words alone; parts of speech, where there are any, let it step over unknown modifiers.

use crate::items::{Item, Lex, Source};
use crate::words::{role_use, word_class};
use chancery_text::{ActorKind, NameLabel, Upos, Xpos};
use std::ops::Range;

/// So many words in marks may modify.
const QUOTED_WORDS: usize = 3;

/// One phrase; all indices count items of the sentence but for `name`, which counts tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrase {
    /// From the determiner to the last item after the head.
    pub items: Range<usize>,
    /// The first item after the leading determiners (of the possessor, where there is one).
    pub start: usize,
    /// The first determiner, and the classes of all.
    pub determiner: Option<usize>,
    pub classes: u64,
    /// Modifiers between the determiner and the head.
    pub parts: Vec<usize>,
    /// The head: a role word, a name of the directory or of the name finder.
    pub head: Option<usize>,
    /// The tokens of a name that only its title shows to be one.
    pub name: Option<Range<usize>>,
    /// "China's".
    pub possessor: Option<Box<Phrase>>,
    /// "of the Communist Party", "for the ministry"; the second and further ones joined by "and" are flagged.
    pub posts: Vec<Phrase>,
    /// "of" something that is no phrase for anybody.
    pub of_unread: bool,
    /// "in Bolivia", "in Kenya and Uganda".
    pub places: Vec<Phrase>,
    /// The parts that are only tied to a hyphen ("US-backed").
    pub tied: Vec<usize>,
    /// "around the world".
    pub worldwide: bool,
}

/// Reads the phrases of one sentence.
pub(crate) struct Reader<'s, 'a> {
    pub source: &'s Source<'a>,
    pub items: &'s [Item],
}

impl Reader<'_, '_> {
    /// The phrase that begins at item `at`; `None` where none can.
    pub fn read(&self, at: usize) -> Option<Phrase> {
        self.read_to(at, 0)
    }

    /// The role word at an item.
    pub fn role(&self, item: usize) -> Option<(u16, bool)> {
        match self.items.get(item)?.lex {
            Lex::Role { role, plural } => Some((role, plural)),
            _ => None,
        }
    }

    /// The uses of the role word at an item.
    pub fn uses(&self, item: usize) -> u32 {
        self.role(item).map_or(0, |(r, _)| self.source.dir.words.roles[r as usize].uses)
    }

    /// The words of an item in lower case, if it is one token.
    pub fn lower(&self, item: usize) -> &str {
        self.items.get(item).filter(|i| i.tokens.len() == 1).map_or("", |i| self.source.lower_form(i.tokens.start))
    }

    /// The small-word classes of an item.
    pub fn class(&self, item: usize) -> u64 {
        self.items.get(item).map_or(0, |i| i.class)
    }

    /// True where the item is a name of the directory that only names people.
    pub fn is_person(&self, item: usize) -> bool {
        match self.items.get(item).map(|i| &i.lex) {
            Some(Lex::Name(senses)) => {
                senses.iter().all(|s| self.source.dir.entries[s.entry as usize].kind == ActorKind::Person)
            }
            Some(Lex::Unknown(label)) => *label == NameLabel::Per,
            _ => false,
        }
    }

    fn read_to(&self, at: usize, depth: usize) -> Option<Phrase> {
        let mut phrase = self.segment(at)?;
        while self.is_possessive(phrase.items.end) && depth < 4 {
            let Some(mut owned) = self.owned_segment(phrase.items.end + 1) else { break };
            owned.items.start = phrase.items.start;
            owned.start = phrase.start;
            owned.possessor = Some(Box::new(std::mem::take(&mut phrase)));
            phrase = owned;
        }
        if phrase.head.is_some() && depth < 4 {
            self.read_posts(&mut phrase, depth);
        }
        Some(phrase)
    }

    fn is_possessive(&self, item: usize) -> bool {
        matches!(self.lower(item), "'s" | "'")
    }

    /// What follows a possessive, if it has a head that is someone.
    fn owned_segment(&self, at: usize) -> Option<Phrase> {
        let phrase = self.segment(at)?;
        let someone = phrase.head.is_some() || phrase.name.is_some();
        (someone && phrase.determiner.is_none()).then_some(phrase)
    }

    /// Determiners, modifiers and the head.
    fn segment(&self, at: usize) -> Option<Phrase> {
        if let Some(stranger) = self.stranger(at) {
            return Some(stranger);
        }
        let mut phrase = Phrase { items: at..at, ..Phrase::default() };
        let mut next = self.read_determiners(&mut phrase, at);
        phrase.start = next;
        while let Some(item) = self.items.get(next) {
            match &item.lex {
                Lex::Plain
                    if item.class & word_class::HONORIFIC != 0
                        && !self.ends_in_noun(&phrase)
                        && self.reads_honorific(&mut phrase, &mut next) =>
                {
                    break;
                }
                Lex::Plain if item.class & word_class::HONORIFIC != 0 && !phrase.parts.is_empty() => break,
                Lex::Plain if self.is_hyphen(next) && !phrase.parts.is_empty() => {
                    phrase.tied.extend(phrase.parts.last());
                    next += 1;
                    if matches!(self.items[next].lex, Lex::Plain)
                        && !self.source.is_capital(self.items[next].tokens.start)
                    {
                        self.push(&mut phrase, &mut next);
                        if self.reads_elect_name(&mut phrase, &mut next) {
                            break;
                        }
                    }
                }
                Lex::Plain if self.may_modify(next) => {
                    self.push(&mut phrase, &mut next);
                    if self.reads_elect_name(&mut phrase, &mut next) {
                        break;
                    }
                }
                Lex::Plain if self.joins_adjectives(next) && !phrase.parts.is_empty() => next += 1,
                Lex::Plain => break,
                _ => {
                    let ends = self.is_person(next) && !self.names_follow(next + 1);
                    self.push(&mut phrase, &mut next);
                    if ends || self.reads_title_name(&mut phrase, &mut next) {
                        break;
                    }
                }
            }
        }
        phrase.items.end = next;
        self.find_head(&mut phrase);
        self.drop_foreign_nouns(&mut phrase);
        self.cut_at_clause(&mut phrase);
        (next > at).then_some(phrase)
    }

    fn push(&self, phrase: &mut Phrase, next: &mut usize) {
        phrase.parts.push(*next);
        *next += 1;
    }

    fn read_determiners(&self, phrase: &mut Phrase, at: usize) -> usize {
        use word_class::{BOTH, DEFINITE, INDEFINITE, POSSESSIVE, TWO};
        let mut next = at;
        while self.items.get(next).is_some_and(|i| matches!(i.lex, Lex::Plain)) {
            let class = self.class(next) & (DEFINITE | INDEFINITE | POSSESSIVE | BOTH | TWO);
            let number = self.is_number(next);
            if (class == 0 && !number) || self.is_conjunction(next) {
                break;
            }
            phrase.classes |= class;
            phrase.determiner.get_or_insert(next);
            next += 1;
        }
        next
    }

    /// "that" before a clause.
    fn is_conjunction(&self, item: usize) -> bool {
        self.source.doc.tokens[self.items[item].tokens.start].upos == Upos::Sconj
    }

    fn is_number(&self, item: usize) -> bool {
        let token = self.items[item].tokens.start;
        self.source.doc.tokens[token].upos == Upos::Num || self.lower(item).starts_with(|c: char| c.is_ascii_digit())
    }

    fn is_hyphen(&self, item: usize) -> bool {
        item > 0
            && self.lower(item) == "-"
            && self.items.get(item + 1).is_some()
            && self.touches(item)
            && self.touches(item + 1)
    }

    /// True where no space stands before the item.
    fn touches(&self, item: usize) -> bool {
        item > 0 && self.items[item - 1].span.end == self.items[item].span.start
    }

    /// The last modifier is a noun of its own: "the threat Mr Assange ...".
    fn ends_in_noun(&self, phrase: &Phrase) -> bool {
        let noun = |&p: &usize| {
            let token = &self.source.doc.tokens[self.items[p].tokens.start];
            matches!(self.items[p].lex, Lex::Plain) && matches!(token.upos, Upos::Noun | Upos::Propn)
        };
        phrase.parts.last().is_some_and(noun)
    }

    /// "Mr Varadkar", "Sen. John McCain".
    fn reads_honorific(&self, phrase: &mut Phrase, next: &mut usize) -> bool {
        let dot = usize::from(self.lower(*next + 1) == "." && self.touches(*next + 1));
        let name_at = *next + 1 + dot;
        match self.items.get(name_at).map(|i| &i.lex) {
            Some(Lex::Name(_) | Lex::Unknown(_)) => {
                phrase.parts.push(*next);
                phrase.parts.push(name_at);
                *next = name_at + 1;
                true
            }
            _ => self.collect_name(phrase, next, name_at),
        }
    }

    /// After a title: capital words that nobody knows are a name.
    fn reads_title_name(&self, phrase: &mut Phrase, next: &mut usize) -> bool {
        let elect = |p: &&usize| self.class(**p) & word_class::ELECT != 0;
        let title = phrase.parts.iter().rev().find(|p| !elect(p)).is_some_and(|&p| self.may_precede_name(p));
        let dot = usize::from(self.lower(*next) == "." && self.touches(*next));
        title && self.collect_name(phrase, next, *next + dot)
    }

    /// "President-elect Brack".
    fn reads_elect_name(&self, phrase: &mut Phrase, next: &mut usize) -> bool {
        let elect = phrase.parts.last().is_some_and(|&p| self.class(p) & word_class::ELECT != 0);
        elect && self.reads_title_name(phrase, next)
    }

    fn may_precede_name(&self, item: usize) -> bool {
        let Some((role, plural)) = self.role(item) else { return false };
        let role = &self.source.dir.words.roles[role as usize];
        !plural && (role.uses & role_use::TITLE != 0 || role.kind == ActorKind::Person)
    }

    /// A name of unknown words from item `at` on; in the end `next` stands behind it.
    fn collect_name(&self, phrase: &mut Phrase, next: &mut usize, at: usize) -> bool {
        if let Some(last) = self.office_bearer(at) {
            return self.take_name(phrase, next, at..last);
        }
        let mut end = at;
        let mut last_capital = None;
        while let Some(item) = self.items.get(end) {
            let token = item.tokens.start;
            let single = item.tokens.len() == 1;
            let plain = matches!(item.lex, Lex::Plain)
                || (single && self.is_place_like(end) && (end > at || self.is_plain_name(end + 1)))
                || (single && end > at && self.is_hyphen(end - 1) && matches!(item.lex, Lex::Unknown(NameLabel::Per)));
            if plain && single && self.source.may_name(token) {
                last_capital = Some(end);
            } else if !(plain && single && (self.class(end) & word_class::PARTICLE != 0 || self.is_initial_dot(end)))
                && !(self.is_hyphen(end) && end > at)
            {
                break;
            }
            end += 1;
            if end - at > 7 {
                break;
            }
        }
        last_capital.is_some_and(|last| self.take_name(phrase, next, at..last))
    }

    /// The last item of a family name whose bearer is in office, where it is only that: "President Key".
    fn office_bearer(&self, at: usize) -> Option<usize> {
        let first = self.items.get(at).filter(|i| matches!(i.lex, Lex::Plain))?;
        let end = self.source.office_bearer(first.tokens.start)?;
        let last = at + self.items[at..].iter().position(|i| i.tokens.end == end)?;
        let next = self.items.get(last + 1);
        let goes_on = next.is_some_and(|i| self.source.may_name(i.tokens.start) || matches!(i.lex, Lex::Unknown(_)));
        (!goes_on).then_some(last)
    }

    /// Takes the items from `name.start` to `name.end` inclusively as the name.
    fn take_name(&self, phrase: &mut Phrase, next: &mut usize, name: Range<usize>) -> bool {
        let (at, last) = (name.start, name.end);
        if *next < at && self.lower(*next) != "." {
            phrase.parts.push(*next);
        }
        phrase.name = Some(self.items[at].tokens.start..self.items[last].tokens.end);
        *next = last + 1;
        true
    }

    /// Two or more capital words that nobody knows, with a role phrase behind a comma: "Tilvin Silva, General Secretary of".
    fn stranger(&self, at: usize) -> Option<Phrase> {
        let item = self.items.get(at)?;
        if !matches!(item.lex, Lex::Plain) || !self.source.may_name(item.tokens.start) {
            return None;
        }
        let mut phrase = Phrase { items: at..at, start: at, ..Phrase::default() };
        let mut next = at;
        self.collect_name(&mut phrase, &mut next, at);
        phrase.items.end = next;
        let words = phrase.name.as_ref().map_or(0, std::ops::Range::len);
        let role = next + 1 + usize::from(self.class(next + 1) & (word_class::DEFINITE | word_class::INDEFINITE) != 0);
        let told = self.lower(next) == "," && self.items.get(role).is_some_and(|i| !matches!(i.lex, Lex::Plain));
        (words >= 2 && told).then_some(phrase)
    }

    /// The dot after an initial ("J."), where it is a token of its own.
    fn is_initial_dot(&self, item: usize) -> bool {
        self.lower(item) == "." && self.touches(item) && self.lower(item - 1).len() == 1
    }

    fn is_plain_name(&self, item: usize) -> bool {
        self.items.get(item).is_some_and(|i| matches!(i.lex, Lex::Plain) && self.source.may_name(i.tokens.start))
    }

    fn is_place_like(&self, item: usize) -> bool {
        let place = |k: ActorKind| matches!(k, ActorKind::Place | ActorKind::Country);
        match &self.items[item].lex {
            Lex::Name(senses) => senses.iter().all(|s| place(self.source.dir.entries[s.entry as usize].kind)),
            _ => false,
        }
    }

    fn names_follow(&self, item: usize) -> bool {
        matches!(self.items.get(item).map(|i| &i.lex), Some(Lex::Role { .. }))
    }

    /// Unknown words that may stand between a determiner and a head.
    fn may_modify(&self, item: usize) -> bool {
        use word_class::{BELONG, ELECT, FORMER, HE, IT, LOCATIVE, ORIGIN, PARTICIPLE, RANK, SHE, THEN, THEY};
        let class = self.class(item);
        let after_head = item > 0 && !matches!(self.items[item - 1].lex, Lex::Plain) && !self.is_hyphen(item - 1);
        let after_adjective = item > 0 && self.modifies_by_form(item - 1);
        // "rebels toppled President Brack" is no title of his
        if class & PARTICIPLE != 0 && after_head && !after_adjective {
            return false;
        }
        if class & (FORMER | RANK | ELECT | ORIGIN | THEN) != 0 {
            return true;
        }
        if class & (HE | SHE | IT | THEY | BELONG | LOCATIVE) != 0 || !self.source.tagged {
            return false;
        }
        let token = &self.source.doc.tokens[self.items[item].tokens.start];
        match token.upos {
            Upos::Adj | Upos::Noun | Upos::Propn | Upos::Num => true,
            Upos::Verb => {
                // "forces battled": behind a head a participle is a verb
                matches!(token.xpos, Xpos::Vbn | Xpos::Vbg)
                    && token.rel == chancery_text::Rel::Amod
                    && (!after_head || after_adjective)
            }
            Upos::Adv => {
                // "newly built", "far-right"
                let hyphen = usize::from(self.is_hyphen(item + 1));
                self.items.get(item + 1 + hyphen).is_some_and(|next| {
                    let after = &self.source.doc.tokens[next.tokens.start];
                    after.upos == Upos::Adj || after.rel == chancery_text::Rel::Amod
                })
            }
            _ => self.opens_quoted_word(item),
        }
    }

    /// Marks around a few words: `the "interim" government`, `"Free Harbour" forces`.
    fn opens_quoted_word(&self, item: usize) -> bool {
        let mark = |i: usize| matches!(self.lower(i), "\"" | "''" | "``" | "'");
        let ends = |n: usize| mark(item + n) && (self.may_go_on(item + n + 1) || self.role(item + n - 1).is_some());
        let opens = (2..=QUOTED_WORDS + 1).any(|n| ends(n) && !mark(item + 1));
        let closes = (2..=QUOTED_WORDS + 1).any(|n| item >= n && mark(item - n)) && self.may_go_on(item + 1);
        mark(item) && (opens || closes)
    }

    /// A phrase may go on behind quoted words.
    fn may_go_on(&self, item: usize) -> bool {
        let Some(next) = self.items.get(item) else { return false };
        let noun = matches!(self.source.doc.tokens[next.tokens.start].upos, Upos::Adj | Upos::Noun | Upos::Propn);
        noun && !matches!(next.lex, Lex::Unknown(_))
    }

    /// "Russian and Syrian ministries": the "and" (or comma) between two countries that modify one head.
    fn joins_adjectives(&self, item: usize) -> bool {
        if item == 0 || !matches!(self.lower(item), "and" | "," | "&" | "or") {
            return false;
        }
        let mut after = item + 1;
        after += usize::from(self.lower(after) == "and");
        if !(self.modifies_by_form(item - 1) && self.modifies_by_form(after) || self.are_joined_adjectives(item)) {
            return false;
        }
        while let Some(next) = self.items.get(after) {
            match next.lex {
                Lex::Role { .. } => return true,
                Lex::Name(_) if self.modifies_by_form(after) => {}
                Lex::Plain if self.may_modify(after) || matches!(self.lower(after), "and" | ",") => {}
                _ => return false,
            }
            after += 1;
        }
        false
    }

    /// "far-right and armed groups": two adjectives of one noun.
    fn are_joined_adjectives(&self, and: usize) -> bool {
        let token = |i: usize| self.items.get(i).filter(|i| matches!(i.lex, Lex::Plain)).map(|i| i.tokens.start);
        let (Some(first), Some(second)) = (token(and - 1), token(and + 1)) else { return false };
        let tokens = &self.source.doc.tokens;
        let adjectives = [first, second].iter().all(|&t| tokens[t].upos == Upos::Adj);
        // the first may be the last word of "far-right"
        let joined = tokens[second].head.is_some_and(|h| h <= first && h + 2 >= first);
        adjectives && tokens[second].rel == chancery_text::Rel::Conj && joined
    }

    /// A country's adjective, or its name in capitals ("US", "U.S.").
    pub fn modifies_by_form(&self, item: usize) -> bool {
        let Some(Item { lex: Lex::Name(senses), span, .. }) = self.items.get(item) else { return false };
        let form = span.of(self.source.doc.text());
        let capitals = !form.chars().any(char::is_lowercase);
        senses.iter().any(|s| {
            s.usage == crate::directory::Usage::Adjective
                || (capitals && self.source.dir.entries[s.entry as usize].kind != ActorKind::Person)
        })
    }

    /// "Advertisement Putin said": a plain noun before a person belongs to something else.
    fn drop_foreign_nouns(&self, phrase: &mut Phrase) {
        if phrase.determiner.is_some() || !phrase.head.is_some_and(|h| self.is_person(h)) {
            return;
        }
        let plain = |&p: &usize| {
            let upos = self.source.doc.tokens[self.items[p].tokens.start].upos;
            matches!(self.items[p].lex, Lex::Plain) && self.class(p) == 0 && matches!(upos, Upos::Noun | Upos::Propn)
        };
        let foreign = phrase.parts.iter().take_while(|p| plain(p)).count();
        if foreign == phrase.parts.len() {
            phrase.parts.clear();
            phrase.start = phrase.head.unwrap_or(phrase.start);
        }
    }

    /// "the reason Rukban residents stay": a noun with a place of its own in the tree before a name begins another phrase.
    fn cut_at_clause(&self, phrase: &mut Phrase) {
        use chancery_text::Rel::{Amod, Compound, Flat};
        let ends = |w: &[usize]| {
            let token = &self.source.doc.tokens[self.items[w[0]].tokens.start];
            let noun = matches!(self.items[w[0]].lex, Lex::Plain) && token.upos == Upos::Noun;
            let named = matches!(self.items[w[1]].lex, Lex::Name(_) | Lex::Unknown(_));
            noun && named && !phrase.tied.contains(&w[0]) && !matches!(token.rel, Compound | Amod | Flat)
        };
        let Some(at) = phrase.parts.windows(2).rposition(ends) else { return };
        phrase.start = phrase.parts[at + 1];
        phrase.parts.drain(..=at);
        (phrase.determiner, phrase.classes) = (None, 0);
    }

    fn find_head(&self, phrase: &mut Phrase) {
        if phrase.name.is_some() {
            return;
        }
        while let Some(&last) = phrase.parts.last() {
            if !matches!(self.items[last].lex, Lex::Plain) || !(self.is_time(last) || self.is_adverb(last)) {
                break;
            }
            phrase.parts.pop();
            phrase.items.end = last;
        }
        let head =
            phrase.parts.last().copied().filter(|&p| !matches!(self.items[p].lex, Lex::Plain) && self.may_head(p));
        if let Some(head) = head.filter(|h| !phrase.tied.contains(h)) {
            phrase.parts.pop();
            phrase.head = Some(head);
        } else if let Some(at) = self.elect_head(phrase) {
            phrase.head = Some(at);
        }
    }

    /// A role word that is an adjective here heads nothing ("is military"), nor does a stance ("opposition to").
    fn may_head(&self, item: usize) -> bool {
        if self.role(item).is_none() {
            return true;
        }
        let tokens = &self.items[item].tokens;
        let last = &self.source.doc.tokens[tokens.end - 1];
        let stance = self.uses(item) & role_use::STANCE != 0 && self.lower(item + 1) == "to";
        (last.upos != Upos::Adj || tokens.len() > 1) && !stance
    }

    /// "president-elect": the head stands before the hyphen.
    fn elect_head(&self, phrase: &Phrase) -> Option<usize> {
        let n = phrase.parts.len();
        let elect = n >= 2 && self.class(phrase.parts[n - 1]) & word_class::ELECT != 0;
        phrase.parts.get(n.wrapping_sub(2)).copied().filter(|&p| elect && self.role(p).is_some())
    }

    /// "the president then left", "the minister first said".
    fn is_adverb(&self, item: usize) -> bool {
        let adverb = self.source.doc.tokens[self.items[item].tokens.start].upos == Upos::Adv;
        adverb || self.class(item) & (word_class::THEN | word_class::RANK) != 0
    }

    fn is_time(&self, item: usize) -> bool {
        let token = self.items[item].tokens.start;
        let i = self.source.doc.times.partition_point(|t| t.tokens.end <= token);
        self.class(item) & word_class::TIME != 0
            || self.source.doc.times.get(i).is_some_and(|t| t.tokens.contains(&token))
    }

    fn read_posts(&self, phrase: &mut Phrase, depth: usize) {
        let person = phrase.name.is_some() || phrase.head.is_some_and(|h| self.is_person(h));
        let head_uses = phrase.head.map_or(0, |h| self.uses(h));
        loop {
            let at = self.after_brackets(phrase.items.end);
            let class = self.class(at);
            let word = self.lower(at);
            let belongs = class & word_class::BELONG != 0
                && (word == "of" || head_uses & (role_use::CARRIER | role_use::TITLE | role_use::OFFICE) != 0);
            let container = head_uses & role_use::CONTAINER != 0 && phrase.posts.is_empty();
            if container || (belongs && !(person && phrase.possessor.is_some())) {
                let start = if container { phrase.items.end } else { at + 1 };
                if self.reads_post(phrase, start, depth) {
                    continue;
                }
                if head_uses & role_use::PORTFOLIO != 0 && self.skips_field(phrase, start) {
                    continue;
                }
                phrase.of_unread |= word == "of" && head_uses & role_use::PORTFOLIO == 0;
            }
            if class & word_class::INSIDE != 0 && phrase.places.is_empty() {
                self.read_places(phrase, at + 1, depth);
                if class & word_class::BELONG == 0 {
                    self.include_places(phrase);
                }
                self.read_world(phrase, at + 1);
            }
            return;
        }
    }

    fn read_places(&self, phrase: &mut Phrase, start: usize, depth: usize) {
        let place = |at| self.read_to(at, depth + 2).filter(|p| p.head.is_some_and(|h| self.is_place_name(h)));
        let mut next = place(start);
        while let Some(found) = next {
            let end = found.items.end;
            phrase.places.push(found);
            next = if self.lower(end) == "and" { place(end + 1) } else { None };
        }
    }

    /// "sources in Lyon": a place that the tree hangs on the head belongs to the phrase.
    fn include_places(&self, phrase: &mut Phrase) {
        let (Some(head), Some(last)) = (phrase.head, phrase.places.last()) else { return };
        let doc = self.source.doc;
        let top = |items: &Range<usize>| {
            let (first, last) = (self.items.get(items.start)?, self.items.get(items.end.checked_sub(1)?)?);
            doc.head_of(first.tokens.start..last.tokens.end)
        };
        let hangs = |p: &Phrase| {
            let token = top(&p.items)?;
            let above = doc.tokens[token].head?;
            Some(doc.tokens[token].rel == chancery_text::Rel::Nmod && self.items[head].tokens.contains(&above))
        };
        let seated = self.uses(head) & role_use::SEATED != 0;
        if self.role(head).is_some() && (seated || hangs(&phrase.places[0]) == Some(true)) {
            phrase.items.end = last.items.end;
        }
    }

    /// "around the world".
    fn read_world(&self, phrase: &mut Phrase, start: usize) {
        let at = start + usize::from(self.class(start) & word_class::DEFINITE != 0);
        if phrase.places.is_empty() && self.class(at) & word_class::WORLD != 0 {
            phrase.worldwide = true;
            phrase.items.end = at + 1;
        }
    }

    fn reads_post(&self, phrase: &mut Phrase, start: usize, depth: usize) -> bool {
        let Some(mut post) = self.read_to(start, depth + 1).filter(|p| p.head.is_some() || p.name.is_some()) else {
            return false;
        };
        let mut end = post.items.end;
        // "leaders of China and Russia"
        while matches!(self.lower(end), "and" | ",") && post.head.is_some_and(|h| self.is_country_name(h)) {
            let and = usize::from(self.lower(end) == "," && self.lower(end + 1) == "and");
            let Some(other) = self.read_to(end + 1 + and, depth + 2) else { break };
            if !other.head.is_some_and(|h| self.is_country_name(h))
                || self.lower(end) == "," && self.lower(other.items.end) != "and"
            {
                break;
            }
            end = other.items.end;
            phrase.posts.push(std::mem::replace(&mut post, other));
        }
        phrase.posts.push(post);
        phrase.items.end = end;
        true
    }

    /// "of Transport, Highways and Urban Development".
    fn skips_field(&self, phrase: &mut Phrase, start: usize) -> bool {
        let mut end = start;
        while let Some(item) = self.items.get(end) {
            let token = item.tokens.start;
            let capital = self.source.is_capital(token);
            let joins = matches!(self.lower(end), "and" | "," | "&" | "the" | "-")
                && self.items.get(end + 1).is_some_and(|n| {
                    self.source.is_capital(n.tokens.start) && matches!(n.lex, Lex::Plain | Lex::Role { .. })
                });
            if !(matches!(item.lex, Lex::Plain | Lex::Role { .. }) && (capital || joins)) {
                break;
            }
            end += 1;
        }
        let skipped = end > start;
        if skipped {
            phrase.items.end = end;
        }
        skipped
    }

    fn after_brackets(&self, at: usize) -> usize {
        let closes = self.lower(at) == "(" && self.lower(at + 2) == ")";
        if closes { at + 3 } else { at }
    }

    /// The name of a state, a capital or another place.
    pub fn is_place_name(&self, item: usize) -> bool {
        match &self.items[item].lex {
            Lex::Name(senses) => senses.iter().any(|s| {
                let entry = &self.source.dir.entries[s.entry as usize];
                matches!(entry.kind, ActorKind::Place | ActorKind::Country)
                    && s.usage != crate::directory::Usage::Adjective
            }),
            Lex::Unknown(label) => *label == NameLabel::Loc,
            _ => false,
        }
    }

    /// A country's adjective.
    pub fn is_adjective(&self, item: usize) -> bool {
        match &self.items[item].lex {
            Lex::Name(senses) => senses.iter().any(|s| s.usage == crate::directory::Usage::Adjective),
            _ => false,
        }
    }

    fn is_country_name(&self, item: usize) -> bool {
        self.is_place_name(item) && matches!(&self.items[item].lex, Lex::Name(_))
    }
}
