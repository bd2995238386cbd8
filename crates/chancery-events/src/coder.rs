//! Finds the events of a document.

use crate::codebook::{Authority, Codebook, Group, Needs, NounRule, TypeInfo};
use crate::context::{self, is_anybody};
use crate::evidence::{clause_evidence, clause_tokens};
use crate::explain::{Explanation, Lost, Reason, Trace};
use crate::finder::Finder;
use crate::literals::SentenceWords;
use crate::matcher::{self, Match};
use crate::parties::{OWNERS, Parties, extend};
use crate::pattern::Element;
use crate::people;
use crate::place::{WHERE, place_of};
use crate::repair::repaired;
use crate::setting;
use crate::spoken;
use crate::status::{self, status_of, status_of_negated};
use crate::tree::{Tree, is_pp};
use crate::when;
use chancery_text::{ActorKind, BlockKind, Document, Mention, Participant, Quote, Rel, Report, Status, Upos, Xpos};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// How many points a pattern may lie behind the best to stand in for it.
const NEXT_BEST: i32 = 0;
/// Where those stand by whom, or with whom, an operation is.
const OPERATION_SLOTS: [&str; 5] = ["by", "with", "adj", "poss", "of"];
/// How far above "each other" its verb may be.
const MAX_PATH: usize = 6;
/// The quad of help and retreat.
pub(crate) const MATERIAL_COOPERATION: &str = "material cooperation";
/// The quad of acts that a state also does to its own people.
pub(crate) const MATERIAL_CONFLICT: &str = "material conflict";

/// An event as found, before it becomes a report.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub trigger: usize,
    /// The node whose clause is the evidence.
    pub clause: usize,
    pub group: usize,
    pub actors: Vec<Participant>,
    pub recipients: Vec<Participant>,
    pub complement: Option<usize>,
    pub consumed: Vec<usize>,
    pub status: Status,
    /// Points of the pattern; 0 where no pattern tells it.
    pub score: i32,
    pub why: String,
    pub by_noun: bool,
    /// The subject is a pronoun.
    pub pronoun: bool,
    /// The words leave out who acts.
    pub agentless: bool,
    /// A party was taken from another event of the document.
    pub completed: bool,
    /// That party is a guess.
    pub guessed: bool,
    /// It is the content of a request.
    pub asked: bool,
    /// Its parties do it to each other, though its kind is not always done so.
    pub mutual: bool,
    /// What stands in the recipient's place is a thing.
    pub done_to_thing: bool,
    /// What stands in the recipient's place.
    pub targets: Vec<usize>,
    /// The trigger of the event whose content it is, as long as nobody knows whether that one stands.
    pub told_by: Option<usize>,
    /// How likely the finder's model takes it to be.
    pub sure: Option<f32>,
}

impl Found {
    /// An event without parties at a word; what else is known of it is filled in.
    pub fn at(trigger: usize, group: usize) -> Self {
        Found {
            trigger,
            clause: trigger,
            group,
            actors: Vec::new(),
            recipients: Vec::new(),
            complement: None,
            consumed: Vec::new(),
            status: Status::Occurred,
            score: 0,
            why: String::new(),
            by_noun: false,
            pronoun: false,
            agentless: false,
            completed: false,
            guessed: false,
            asked: false,
            mutual: false,
            done_to_thing: false,
            targets: Vec::new(),
            told_by: None,
            sure: None,
        }
    }
}

/// Finds all events whose parties suffice, those of the patterns alone where there is no `finder`.
pub(crate) fn find(
    book: &Codebook,
    finder: Option<&Finder>,
    doc: &Document,
    mentions: &[Mention],
    quotes: &[Quote],
) -> Vec<Report> {
    find_in(book, finder, &repaired(doc, book, mentions), mentions, quotes, &Trace::default())
}

/// As [`find`], with what was given up and why.
pub(crate) fn explain(
    book: &Codebook,
    finder: Option<&Finder>,
    doc: &Document,
    mentions: &[Mention],
    quotes: &[Quote],
) -> Explanation {
    let document = repaired(doc, book, mentions);
    let trace = Trace::on();
    let reports = find_in(book, finder, &document, mentions, quotes, &trace);
    Explanation { reports, document: document.into_owned(), lost: trace.into_lost() }
}

/// Hands over what the patterns find, and what they found before missing parties were borrowed.
pub(crate) fn with_rows<T>(
    book: &Codebook,
    doc: &Document,
    mentions: &[Mention],
    quotes: &[Quote],
    read: impl FnOnce(&Scan<'_>, &Rows) -> T,
) -> T {
    let doc = repaired(doc, book, mentions);
    let tree = Tree::new(&doc);
    let parties = Parties::new(tree, book, mentions);
    let trace = Trace::default();
    let scan = Scan::new(book, tree, &parties, &trace);
    read(&scan, &scan.by_patterns(quotes))
}

fn find_in(
    book: &Codebook,
    finder: Option<&Finder>,
    doc: &Document,
    mentions: &[Mention],
    quotes: &[Quote],
    trace: &Trace,
) -> Vec<Report> {
    let tree = Tree::new(doc);
    let parties = Parties::new(tree, book, mentions);
    let scan = Scan::new(book, tree, &parties, trace);
    let rows = scan.by_patterns(quotes);
    let found = match finder {
        Some(finder) => finder.settle(&scan, &rows),
        None => rows.found,
    };
    let mut reports: Vec<Report> = found.into_iter().filter_map(|f| scan.report(f, quotes)).collect();
    reports.sort_by_key(|r| (r.evidence.span().start, r.trigger));
    date_all(tree, book, &mut reports);
    reports
}

fn date_all(tree: Tree<'_>, book: &Codebook, reports: &mut [Report]) {
    let told: Vec<when::Told> = reports.iter().map(|r| when::Told { trigger: r.trigger, status: r.status }).collect();
    for (report, dated) in reports.iter_mut().zip(when::dates_of(tree, book, &told)) {
        (report.date, report.date_basis) = (dated.map(|d| d.0), dated.map(|d| d.1));
        report.historical = when::is_historical(tree.doc, report.trigger, report.date);
    }
}

/// What the patterns find.
pub(crate) struct Harvest {
    pub found: Vec<Found>,
    /// Words that the codebook knows to tell nothing, or nothing of their own.
    pub barred: BTreeSet<usize>,
}

/// What the patterns find, made complete.
pub(crate) struct Rows {
    /// The events whose parties suffice.
    pub found: Vec<Found>,
    /// What there was before missing parties were borrowed.
    pub early: Vec<Found>,
    pub barred: BTreeSet<usize>,
}

/// One pass over a document.
pub(crate) struct Scan<'a> {
    pub book: &'a Codebook,
    pub tree: Tree<'a>,
    pub parties: &'a Parties<'a>,
    pub trace: &'a Trace,
    /// The words of each sentence.
    words: Vec<SentenceWords>,
    /// The best pattern of each word, as soon as somebody asks.
    hits: Vec<OnceCell<Option<Match>>>,
}

impl<'a> Scan<'a> {
    pub fn new(book: &'a Codebook, tree: Tree<'a>, parties: &'a Parties<'a>, trace: &'a Trace) -> Self {
        let hits = tree.doc.tokens.iter().map(|_| OnceCell::new()).collect();
        let words = tree.doc.sentences.iter().map(|s| SentenceWords::of(tree, s.tokens.clone())).collect();
        Scan { book, tree, parties, trace, words, hits }
    }

    fn words_near(&self, t: usize) -> &SentenceWords {
        &self.words[self.tree.doc.sentence_of(t)]
    }

    /// All patterns that fit at a word.
    fn all_matches(&self, t: usize) -> impl Iterator<Item = Match> {
        matcher::all_matches(self.tree, self.book, self.parties, self.words_near(t), t)
    }

    /// The best pattern of a word.
    pub fn best_match(&self, t: usize) -> Option<&Match> {
        self.hits[t]
            .get_or_init(|| matcher::best_match(self.tree, self.book, self.parties, self.words_near(t), t))
            .as_ref()
    }

    /// The events that `accept` takes, verbs before nouns; what a verb's pattern used up tells nothing of its own.
    pub fn all(&self, accept: impl Fn(&Found, &Group) -> bool) -> Harvest {
        let mut found: Vec<Found> = Vec::new();
        let mut barred: BTreeSet<usize> = BTreeSet::new();
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let mut asked: BTreeMap<usize, (Vec<Participant>, Vec<Participant>)> = BTreeMap::new();
        for t in self.content_tokens() {
            let Some(hit) = self.best_match(t).cloned() else {
                self.lose_unknown(t);
                continue;
            };
            self.lose_weaker(t, &hit);
            let group = &self.book.groups[self.book.rules[hit.rule].group];
            if group.event_type.is_none() {
                self.trace.lose_pattern(t, group, || self.pattern_of(t, hit.rule), Reason::NoEvent);
                barred.insert(t);
                used.extend(hit.consumed);
                continue;
            }
            let rule = hit.rule;
            let Some(best) = self.verb_event(t, hit) else {
                self.trace.lose_pattern(t, group, || self.pattern_of(t, rule), Reason::OwnAffair);
                barred.insert(t);
                continue;
            };
            let Some(event) = self.with_parties(best, &accept) else { continue };
            let group = &self.book.groups[event.group];
            used.extend(event.consumed.iter().copied());
            if let Some(inner) = event.complement {
                if group.keep_content {
                    // "begged for strangers to bar Chad": Chad is not asked to do it
                    let content = self.tree.doc.tokens[inner].span.start;
                    let named = event.recipients.iter().filter(|r| r.span.start < content).cloned().collect();
                    asked.insert(inner, (event.actors.clone(), named));
                } else {
                    used.insert(inner);
                }
            }
            found.push(event);
        }
        let told: Vec<usize> = used.iter().copied().collect();
        let open = self.open_contents(&found);
        found.retain_mut(|f| {
            let Some(node) = self.used_at(f.trigger, &told) else { return true };
            f.told_by = open.get(&node).copied();
            if f.told_by.is_none() {
                self.trace.lose_found(self.book, f, Reason::Content);
                barred.insert(f.trigger);
            }
            f.told_by.is_some()
        });
        for event in &mut found {
            let Some((asking, asked)) = asked.get(&event.trigger) else { continue };
            event.status = Status::CalledFor;
            event.asked = true;
            // "called on Morocco to open the border": Morocco is to do it
            if event.actors == *asking && is_coded(asked) {
                event.actors.clone_from(asked);
                event.recipients.retain(|r| !asked.iter().any(|a| a.actor == r.actor));
            }
        }
        let used: Vec<usize> = used.into_iter().collect();
        for t in self.content_tokens().filter(|t| used.binary_search(t).is_err()) {
            let Some(event) = self.noun_event(t) else { continue };
            let fault = match () {
                () if !accept(&event, &self.book.groups[event.group]) => Some(Reason::NoParty),
                () if self.is_told(&event, &found) => Some(Reason::Repeated),
                () if self.is_used(t, &used) => Some(Reason::Content),
                () => None,
            };
            match fault {
                Some(reason) => {
                    self.trace.lose_found(self.book, &event, reason);
                    barred.extend(Some(t).filter(|_| reason != Reason::NoParty));
                }
                None => found.push(event),
            }
        }
        barred.extend(used);
        Harvest { found, barred }
    }

    /// What the patterns find whose parties suffice.
    fn by_patterns(&self, quotes: &[Quote]) -> Rows {
        let Harvest { mut found, mut barred } = self.all(|found, group| self.has_party(found, group));
        found.extend(spoken::events(self, quotes));
        let early = found.clone();
        context::complete(self, &mut found);
        found.retain(|f| match self.fault(f) {
            Some(reason) => {
                self.trace.lose_found(self.book, f, reason);
                barred.extend(Some(f.trigger).filter(|_| reason == Reason::Private));
                false
            }
            None => true,
        });
        let standing: BTreeSet<usize> = found.iter().map(|f| f.trigger).collect();
        found.retain(|f| f.told_by.is_none_or(|outer| !standing.contains(&outer)));
        barred.extend(found.iter().map(|f| f.trigger));
        self.drop_repetitions(&mut found);
        found.iter().for_each(|f| {
            barred.remove(&f.trigger);
        });
        Rows { found, early, barred }
    }

    /// The best pattern's event; where its parties do not suffice, that of the next best pattern whose parties do: "exchanged
    /// fire" is no exchange of prisoners.
    fn with_parties(&self, best: Found, accept: &impl Fn(&Found, &Group) -> bool) -> Option<Found> {
        if !self.suffices(&best, &self.book.groups[best.group]) {
            let mut others: Vec<Match> = self.all_matches(best.trigger).collect();
            others.retain(|o| o.score + NEXT_BEST >= best.score);
            others.sort_by_key(|o| std::cmp::Reverse(o.score));
            let told = |o: &Match| self.book.groups[self.book.rules[o.rule].group].event_type.is_some();
            let events = others.into_iter().filter(told).filter_map(|o| self.verb_event(best.trigger, o));
            let whole = |e: &Found| self.suffices(e, &self.book.groups[e.group]);
            if let Some(event) = events.into_iter().find(|e| whole(e) && accept(e, &self.book.groups[e.group])) {
                return Some(event);
            }
        }
        let accepted = accept(&best, &self.book.groups[best.group]);
        if !accepted {
            self.trace.lose_found(self.book, &best, Reason::NoParty);
        }
        accepted.then_some(best)
    }

    /// A verb between two parties of which the codebook says nothing.
    fn lose_unknown(&self, trigger: usize) {
        if !self.trace.is_on() || !self.tree.is_verb(trigger) {
            return;
        }
        let actors = self.doers(trigger, false);
        let recipients = self.complement_parties(trigger, &[]);
        let other = |r: &Participant| !actors.iter().any(|a| a.actor == r.actor);
        if !actors.is_empty() && recipients.iter().any(other) {
            let reason = Reason::NoPattern;
            self.trace.lose(|| Lost { trigger, event_type: None, pattern: None, actors, recipients, reason });
        }
    }

    /// The patterns of a word that fit, but not best.
    fn lose_weaker(&self, trigger: usize, best: &Match) {
        if !self.trace.is_on() {
            return;
        }
        for hit in self.all_matches(trigger) {
            if self.book.rules[hit.rule].group != self.book.rules[best.rule].group {
                let group = &self.book.groups[self.book.rules[hit.rule].group];
                self.trace.lose_pattern(trigger, group, || self.pattern_of(trigger, hit.rule), Reason::Weaker);
            }
        }
    }

    /// `attack "storm" (verbs.toml:2212)`.
    fn pattern_of(&self, trigger: usize, rule: usize) -> String {
        let rule = &self.book.rules[rule];
        let group = &self.book.groups[rule.group];
        format!("{} \"{}\" ({}:{})", group.name, self.tree.lemma(trigger), group.file, rule.line)
    }

    pub fn content_tokens(&self) -> impl Iterator<Item = usize> + '_ {
        let doc = self.tree.doc;
        let read = |block: usize| doc.article.blocks.get(block).is_none_or(|b| b.kind != BlockKind::Credit);
        doc.sentences.iter().filter(move |s| read(s.block)).flat_map(|s| s.tokens.clone())
    }

    /// The contents of events that lack a party, each with the event's trigger: where that one falls they stand by themselves.
    fn open_contents(&self, found: &[Found]) -> BTreeMap<usize, usize> {
        let open = found.iter().filter(|f| !self.suffices(f, &self.book.groups[f.group]));
        open.filter_map(|f| Some((f.complement?, f.trigger))).collect()
    }

    /// True for the content of a promise or refusal, and for what is joined to it.
    fn is_used(&self, trigger: usize, used: &[usize]) -> bool {
        self.used_at(trigger, used).is_some()
    }

    /// The content that a trigger is or is joined to.
    fn used_at(&self, trigger: usize, used: &[usize]) -> Option<usize> {
        let mut node = trigger;
        for _ in 0..4 {
            if used.binary_search(&node).is_ok() {
                return Some(node);
            }
            match (self.tree.rel(node), self.tree.head(node)) {
                (Rel::Xcomp, Some(head)) => node = head,
                // "signed a partnership agreement"
                (Rel::Compound, Some(head)) if self.tree.upos(node) == Upos::Noun => node = head,
                // "to disperse them and beating others": what has another form is joined to another verb
                (Rel::Conj, Some(head)) if self.tree.xpos(node) == self.tree.xpos(head) => node = head,
                _ => return None,
            }
        }
        None
    }

    /// `None` where the act is one's own affair: "they say they need to check".
    fn verb_event(&self, trigger: usize, hit: Match) -> Option<Found> {
        let rule = &self.book.rules[hit.rule];
        let group = &self.book.groups[rule.group];
        let harm = self.book.quad(rule.group) == Some(MATERIAL_CONFLICT);
        let mut actors = self.doers(trigger, rule.pattern.adjective);
        if actors.is_empty() {
            actors = self.lost_doer(trigger, &hit);
        }
        if actors.is_empty() && self.tree.is_passive(trigger) && harm {
            actors = self.whose_attack(trigger);
        }
        let mut recipients = self.owner_before_place(&hit, &actors);
        for &node in hit.recipients.iter().filter(|_| recipients.is_empty()).collect::<Vec<_>>() {
            extend(&mut recipients, self.parties.deep(node));
        }
        if rule.pattern.inverted {
            if actors.is_empty() {
                actors = self.maker_of_subject(trigger);
            }
            extend(&mut recipients, std::mem::take(&mut actors));
            for &node in &hit.actors {
                extend(&mut actors, self.parties.deep(node));
            }
            if let (Some(&noun), true) = (hit.consumed.first(), actors.is_empty()) {
                actors = self.parties.slot(noun, "adj", 0);
            }
        }
        // "the Swedish inquiry was shelved": what one gives up is one's own
        if let (Some(&noun), true, true) = (hit.consumed.first(), actors.is_empty(), group.domestic) {
            actors = self.parties.slot(noun, "adj", 0);
        }
        if !group.crowd && self.is_aimed(group) {
            self.spare_forces(trigger, &hit, &mut actors, &mut recipients);
        }
        if !group.domestic {
            let own = |n: &usize| self.tree.children(*n).any(|c| self.tree.xpos(c) == Xpos::PrpPoss);
            if hit.recipients.iter().any(own) {
                let named = !recipients.is_empty();
                drop_own_forces(&mut recipients, &actors);
                // "ordered his troops to attack": it is no request
                if named && recipients.is_empty() && hit.complement.is_some() && group.keep_content {
                    return None;
                }
            }
        }
        let somebody = |&n: &usize| self.tree.xpos(n) == Xpos::Prp;
        let told = !recipients.is_empty() || hit.recipients.iter().any(somebody);
        recipients.retain(|r| !actors.iter().any(|a| a.actor == r.actor));
        if told && recipients.is_empty() && rule.pattern.has_clause_subject() {
            return None;
        }
        // "Chad and Niger signed a pact in Doha", "expelled each other's envoys": they have each other
        // "detained each other's sailors": whose they are is told
        let home = countries(&actors);
        let theirs = actors.len() > 1 && countries(&recipients).is_subset(&home);
        let mutual = theirs && self.is_done_to_each_other(trigger, &hit);
        if mutual {
            recipients.clear();
        }
        let together = mutual || group.symmetric && home.len() > 1;
        let somebody = recipients.iter().any(|r| r.actor.kind == ActorKind::Person);
        // "the government banned women from working for the union": they are its own
        let by_part = |p: &Participant| p.actor.code.country.is_none() && !p.actor.code.sectors.is_empty();
        let at_home = group.authority == Some(Authority::AtHome) && actors.iter().any(context::is_of_state);
        let somebody = somebody || at_home && !recipients.is_empty() && recipients.iter().all(by_part);
        if !is_coded(&recipients) && !somebody && !rule.pattern.inverted && !together {
            let more = self.missing_recipients(trigger, &hit, group, &actors);
            extend(&mut recipients, more);
        }
        // "broke with Chad and expelled its ambassador": one's own envoy, and one's own army, is not expelled
        let own = |r: &Participant| is_own_official(r, &actors);
        let foreign = !group.domestic && !group.crowd && group.authority != Some(Authority::AtHome);
        let named = |r: &Participant| hit.consumed.iter().any(|&n| r.span.contains(self.tree.doc.tokens[n].span));
        let recalled = foreign && harm && recipients.iter().all(named);
        let abroad = group.authority == Some(Authority::Abroad) || recalled;
        if abroad && recipients.iter().all(own) {
            recipients.clear();
        }
        // security forces act against protests at home; nobody praises or visits himself
        if !harm && !group.domestic {
            recipients.retain(|r| !is_own_country(r, &actors));
        }
        if mutual || group.symmetric && !self.is_somebody_uncoded(trigger) {
            share_out(&mut actors, &mut recipients);
        }
        // "drones launched by Chad" are not what it is done to, and "missiles fired from a ship" are the ship's
        if let Some(sent) = self.tree.head(trigger).filter(|&h| harm && self.is_sent(trigger, h)) {
            recipients.retain(|r| !r.span.contains(self.tree.doc.tokens[sent].span));
            if actors.is_empty() {
                let from = self.tree.with_case(trigger, "from").next();
                actors = from.map(|f| self.parties.named(f)).unwrap_or_default();
                recipients.retain(|r| !actors.contains(r));
            }
        }
        let done_to_thing = self.is_done_to_thing(&hit);
        let mut event = Found {
            clause: self.clause_root(trigger),
            actors,
            recipients,
            status: self.verb_status(trigger, &hit),
            score: hit.score,
            why: self.pattern_of(trigger, hit.rule),
            complement: hit.complement,
            consumed: hit.consumed,
            pronoun: self.tree.surface_subject(trigger).is_some_and(|s| self.tree.xpos(s) == Xpos::Prp),
            agentless: self.names_no_agent(trigger, rule.pattern.adjective),
            mutual,
            done_to_thing,
            targets: hit.recipients,
            ..Found::at(trigger, rule.group)
        };
        people::settle(self, &mut event);
        Some(event)
    }

    /// "They renewed their ties with Chad and Niger": somebody else did, though nobody knows who it is.
    fn is_somebody_uncoded(&self, trigger: usize) -> bool {
        let subject = self.tree.surface_subject(trigger);
        subject.is_some_and(|s| self.tree.xpos(s) == Xpos::Prp && self.parties.deep(s).is_empty())
    }

    /// "expelled each other's envoys", "imposed tariffs on one another"; of "condemned the rebels for attacks on each other"
    /// it is the rebels who attack.
    fn is_done_to_each_other(&self, trigger: usize, hit: &Match) -> bool {
        let tree = self.tree;
        let pair = |t: usize| {
            t > 0 && (tree.is(t, "other") && tree.is(t - 1, "each") || tree.is(t, "another") && tree.is(t - 1, "one"))
        };
        let is_theirs = |t: usize| {
            let up = |&n: &usize| tree.head(n).filter(|&h| h != trigger);
            let path: Vec<usize> = std::iter::successors(Some(t), up).take(MAX_PATH).collect();
            // "sheltered rebels who fight each other"
            let mut phrase = path.iter().take_while(|&&n| !tree.is_verb(n));
            hit.recipients.is_empty() || phrase.any(|n| hit.recipients.contains(n))
        };
        clause_tokens(tree, trigger, &[]).into_iter().any(|t| t > trigger && pair(t) && is_theirs(t))
    }

    /// Whom one musters is not against whom: "reinforced its coast guard"; "units were put on alert" are the state's.
    fn spare_forces(
        &self,
        trigger: usize,
        hit: &Match,
        actors: &mut Vec<Participant>,
        recipients: &mut Vec<Participant>,
    ) {
        if actors.is_empty() && self.tree.is_passive(trigger) {
            let subject = self.tree.surface_subject(trigger).map(|s| self.parties.named(s)).unwrap_or_default();
            let mustered = hit.consumed.iter().flat_map(|&n| self.parties.named(n));
            let forces: Vec<Participant> = subject.into_iter().filter(is_force).chain(mustered).collect();
            recipients.retain(|r| !forces.contains(r));
            extend(actors, forces);
        } else {
            drop_own_forces(recipients, actors);
        }
    }

    /// True for a group whose type is done against somebody: troops are sent, people march.
    fn is_aimed(&self, group: &Group) -> bool {
        self.info(group).is_some_and(|i| i.aimed)
    }

    /// What the codebook says of a group's type.
    fn info(&self, group: &Group) -> Option<&TypeInfo> {
        self.book.types.get(group.event_type.as_ref()?)
    }

    /// "seized a Greek tanker in the Gulf of Oman": whose it is goes before where it is.
    fn owner_before_place(&self, hit: &Match, actors: &[Participant]) -> Vec<Participant> {
        let placed = |&n: &usize| WHERE.iter().any(|p| self.tree.has_case(n, p));
        if hit.recipients.is_empty() || !hit.recipients.iter().all(placed) {
            return Vec::new();
        }
        let own = |p: &Participant| actors.iter().any(|a| a.actor.code.country == p.actor.code.country);
        let owners = hit.consumed.iter().flat_map(|&noun| ["poss", "adj"].map(|slot| self.parties.slot(noun, slot, 0)));
        owners.into_iter().find(|found| is_coded(found) && !found.iter().any(own)).unwrap_or_default()
    }

    /// "released an album": an object that names nobody.
    fn is_done_to_thing(&self, hit: &Match) -> bool {
        let is_thing = |&n: &usize| self.tree.upos(n) == Upos::Noun && self.parties.deep(n).is_empty();
        !hit.recipients.is_empty() && hit.recipients.iter().all(is_thing)
    }

    /// True where the clause leaves out who acts: a passive, an infinitive, a pronoun; a noun that is no party acts itself.
    fn names_no_agent(&self, trigger: usize, adjective: bool) -> bool {
        let doer = if adjective { self.tree.surface_subject(trigger) } else { self.tree.doer(trigger) };
        let speaks = |d: usize| self.book.operators.documents.contains_key(self.tree.lemma(d).as_ref());
        doer.is_none_or(|d| self.tree.xpos(d) == Xpos::Prp || speaks(d) || !self.parties.deep(d).is_empty())
    }

    /// Who does it: by the tree, or else who stands right before the verb.
    pub fn doers(&self, trigger: usize, adjective: bool) -> Vec<Participant> {
        let passive = !adjective && self.tree.is_passive(trigger);
        let asked = if passive { Vec::new() } else { self.asked_to(trigger) };
        if !asked.is_empty() {
            return asked;
        }
        let doer = if adjective { self.tree.surface_subject(trigger) } else { self.tree.doer(trigger) };
        match doer {
            Some(node) => {
                let found = self.deep_or_author(node);
                let before = || self.parties.before_relative(node).map(|n| self.parties.named(n)).unwrap_or_default();
                if found.is_empty() { before() } else { found }
            }
            None if passive => Vec::new(),
            None => match self.parties.left_before(trigger) {
                Some(node) => self.parties.named(node),
                None => self.earlier_subject(trigger),
            },
        }
    }

    /// "called on Chad to open the border": Chad is to do it, though it is no object.
    fn asked_to(&self, trigger: usize) -> Vec<Participant> {
        let content = matches!(self.tree.rel(trigger), Rel::Xcomp | Rel::Advcl | Rel::Acl | Rel::Ccomp);
        let verb =
            self.tree.head(trigger).filter(|&v| content && self.tree.is_verb(v) && self.tree.has_mark(trigger, "to"));
        let Some(hit) = verb.and_then(|v| self.best_match(v)).filter(|h| h.complement == Some(trigger)) else {
            return Vec::new();
        };
        let asks = self.book.groups[self.book.rules[hit.rule].group].keep_content;
        let behind = |&&n: &&usize| self.tree.has_any_case(n);
        let asked = hit.recipients.iter().filter(|n| asks && behind(n)).map(|&n| self.parties.named(n));
        asked.into_iter().find(|p| is_coded(p)).unwrap_or_default()
    }

    /// The subject of the nearest verb before in the sentence: "..., and called for talks" where the tree lost the "and".
    fn earlier_subject(&self, trigger: usize) -> Vec<Participant> {
        let doc = self.tree.doc;
        let Some(sentence) = doc.sentences.get(doc.sentence_of(trigger)) else { return Vec::new() };
        let verbs = (sentence.tokens.start..trigger).rev().filter(|&v| self.tree.is_predicate(v));
        // "after shells fired from the town had killed two": not whoever acts before
        let subject = verbs.filter_map(|v| self.tree.surface_subject(v)).find(|&s| s < trigger);
        subject.map(|s| self.parties.named(s)).unwrap_or_default()
    }

    /// "held no talks" did not hold talks.
    fn verb_status(&self, trigger: usize, hit: &Match) -> Status {
        if hit.consumed.iter().any(|&noun| self.tree.is_negated(noun)) {
            return Status::Denied;
        }
        if self.is_performed(trigger, self.book.rules[hit.rule].group) {
            return Status::Occurred;
        }
        if self.book.rules[hit.rule].pattern.elements.contains(&Element::Negated) {
            return status_of_negated(self.tree, self.book, trigger);
        }
        status_of(self.tree, self.book, trigger)
    }

    /// "I would like to thank you": who says so in words has done it.
    fn is_performed(&self, trigger: usize, group: usize) -> bool {
        let tree = self.tree;
        let in_words = self.book.is_verbal(group);
        let Some(wish) = tree.head(trigger).filter(|_| in_words && tree.rel(trigger) == Rel::Xcomp) else {
            return false;
        };
        let own = tree.children(wish).any(|c| tree.rel(c).is_subject() && tree.is_any(c, &["i", "we"]));
        own && !tree.is_negated(wish) && self.book.operators.performs.contains_key(tree.lemma(wish).as_ref())
    }

    /// "were killed in Israeli strikes": whose strikes.
    fn whose_attack(&self, trigger: usize) -> Vec<Participant> {
        let tree = self.tree;
        let phrases = tree
            .children(trigger)
            .filter(|&c| is_pp(tree.rel(c)) && ["in", "by", "during"].iter().any(|p| tree.has_case(c, p)));
        let owners = phrases.filter_map(|noun| {
            let lemma = tree.lemma(noun);
            let slots: Vec<&str> = if self.book.operators.operations.contains_key(lemma.as_ref()) {
                OPERATION_SLOTS.to_vec()
            } else {
                let (rule, group) = self.book.noun(lemma.as_ref())?;
                let attack = self.book.types.get(group.event_type.as_ref()?)?.quad == MATERIAL_CONFLICT;
                let own = |slot: &&String| matches!(slot.as_str(), "adj" | "poss" | "by");
                attack.then(|| rule.actor.iter().filter(own).map(String::as_str).collect())?
            };
            let named = self.parties.slots(noun, &slots, 0);
            Some(if named.is_empty() { self.carried_out_by(noun) } else { named })
        });
        owners.into_iter().find(|p| is_coded(p)).unwrap_or_default()
    }

    /// "a raid carried out by Chad".
    fn carried_out_by(&self, noun: usize) -> Vec<Participant> {
        let tree = self.tree;
        let does = |v: usize| self.book.operators.light.contains_key(tree.lemma(v).as_ref());
        let mut clauses = tree.children(noun).filter(|&v| matches!(tree.rel(v), Rel::Acl | Rel::AclRelcl) && does(v));
        clauses.find_map(|v| tree.agent(v)).map(|a| self.parties.named(a)).unwrap_or_default()
    }

    /// "X called on Y" taken for a participle: what is no recipient of the pattern acts.
    fn lost_doer(&self, trigger: usize, hit: &Match) -> Vec<Participant> {
        let tree = self.tree;
        let participle = tree.rel(trigger) == Rel::Acl && !tree.children(trigger).any(|c| tree.rel(c) == Rel::AuxPass);
        let subject = tree
            .surface_subject(trigger)
            .filter(|s| participle && !hit.recipients.contains(s) && !hit.recipients.is_empty());
        subject.map(|s| self.parties.named(s)).unwrap_or_default()
    }

    /// "signed a decree granting X", "released a statement accusing Y": where the noun names nobody whose it is, who made it.
    fn deep_or_author(&self, node: usize) -> Vec<Participant> {
        let maker = match (self.tree.rel(node), self.tree.head(node)) {
            (Rel::Obj, Some(verb)) if self.is_made_by(verb, node) => self.tree.doer(verb),
            // "imposed tariffs on states that oppose it": the states do
            (Rel::Obl, Some(verb)) if self.tells_or_harms(node) && self.is_made_by(verb, node) => self.tree.doer(verb),
            _ => return self.parties.deep(node),
        };
        let own = OWNERS.iter().map(|slot| self.parties.slot(node, slot, 0));
        let owner = std::iter::once(self.parties.named(node)).chain(own).find(|p| !p.is_empty());
        let author = || maker.map(|d| self.parties.named(d)).filter(|p| !p.is_empty());
        owner.or_else(author).unwrap_or_else(|| self.parties.deep(node))
    }

    /// True for a phrase without a preposition, a document ("said in a letter accusing Chad"), a noun of the codebook and a
    /// weapon.
    fn tells_or_harms(&self, node: usize) -> bool {
        let lemma = self.tree.lemma(node);
        let document = self.book.operators.documents.contains_key(lemma.as_ref());
        document
            || self.book.noun(lemma.as_ref()).is_some()
            || self.parties.is_instrument(node)
            || !self.tree.has_any_case(node)
    }

    /// "Chad tested a missile that flew far, drawing criticism from Niger": Chad draws it.
    fn maker_of_subject(&self, trigger: usize) -> Vec<Participant> {
        let subject = self.tree.surface_subject(trigger).filter(|&s| s < trigger && self.tree.rel(s) == Rel::Obj);
        let verb = subject.and_then(|s| self.tree.head(s)).filter(|&v| self.tree.is_verb(v));
        verb.and_then(|v| self.tree.doer(v)).map(|d| self.parties.named(d)).unwrap_or_default()
    }

    /// "signed a decree granting X", "launched an attack that killed X"; "they investigate an attack that killed X" is none.
    fn is_made_by(&self, verb: usize, node: usize) -> bool {
        let operators = &self.book.operators;
        let document = operators.documents.contains_key(self.tree.lemma(node).as_ref());
        self.tree.is_verb(verb) && (document || operators.light.contains_key(self.tree.lemma(verb).as_ref()))
    }

    /// The recipient from the complement ("agreed to help X"), or after a preposition that the type allows.
    fn missing_recipients(
        &self,
        trigger: usize,
        hit: &Match,
        group: &Group,
        actors: &[Participant],
    ) -> Vec<Participant> {
        let stranger = |found: Vec<Participant>| -> Vec<Participant> {
            found.into_iter().filter(|r| !actors.iter().any(|a| a.actor == r.actor)).collect()
        };
        // "expelled three Russian diplomats": who is sent away, before where from
        let people = hit.consumed.iter().filter(|&&n| self.parties.mention_at(n).is_some_and(|m| m.head == n));
        // "recalled its ambassador": one's own envoy is not whom it is aimed at
        let foreign = |found: Vec<Participant>| -> Vec<Participant> {
            let own = |r: &Participant| actors.iter().any(|a| a.actor.code.country == r.actor.code.country);
            found.into_iter().filter(|r| !own(r)).collect()
        };
        let info = self.info(group);
        // whom one sends against somebody is one's own
        let sent_away = info.is_none_or(|i| !i.aimed);
        // "clashed with police": one's own, among one's own people
        let at_home = group.domestic || group.authority == Some(Authority::AtHome);
        let among_own = group.crowd || at_home && sent_away;
        let met = |&n: &usize| {
            let named = self.parties.named(n);
            let others = foreign(named.clone());
            if others.is_empty() && among_own { stranger(named) } else { others }
        };
        let found = people.map(met).find(|p| is_coded(p) && (sent_away || among_own));
        if let Some(found) = found {
            return found;
        }
        let mut node = hit.complement;
        for _ in 0..3 {
            let Some(inner) = node else { break };
            let found = stranger(self.complement_parties(inner, actors));
            if !found.is_empty() {
                return found;
            }
            node = self.tree.children(inner).find(|&c| matches!(self.tree.rel(c), Rel::Xcomp | Rel::Ccomp));
        }
        let aim = info.filter(|i| i.aimed).map(|_| stranger(self.aim(trigger))).unwrap_or_default();
        if !aim.is_empty() {
            return aim;
        }
        let occasion =
            info.filter(|i| i.aimed && !group.crowd).map(|_| foreign(self.occasion(trigger))).unwrap_or_default();
        if !occasion.is_empty() {
            return occasion;
        }
        let fallback = info.map(|i| i.fallback.as_slice()).unwrap_or_default();
        let places: Vec<usize> =
            std::iter::once(trigger).chain(hit.consumed.iter().copied()).chain(self.tree.done_to(trigger)).collect();
        let found = self.after_prepositions(&places, fallback, &stranger);
        if !found.is_empty() {
            return found;
        }
        let owners = hit.consumed.iter().map(|&noun| stranger(self.parties.deep(noun)));
        owners.into_iter().find(|p| !p.is_empty()).unwrap_or_default()
    }

    /// Against whom something is done: "has massed troops for a campaign against R", "sent soldiers to confront R".
    fn aim(&self, trigger: usize) -> Vec<Participant> {
        let tree = self.tree;
        let below = tree.doc.subtree(trigger);
        // "a drill aimed at R", "as a warning to R"
        let aims =
            |t: usize| tree.head(t).is_some_and(|h| self.book.operators.aims.contains_key(tree.lemma(h).as_ref()));
        let towards =
            |t: usize| tree.has_case(t, "against") || aims(t) && (tree.has_case(t, "at") || tree.has_case(t, "to"));
        let against = below.iter().copied().filter(|&t| t > trigger && towards(t));
        let found = against.map(|t| self.parties.deep(t)).find(|p| is_coded(p));
        let purposes = below.iter().copied().filter(|&v| {
            v > trigger && matches!(tree.rel(v), Rel::Advcl | Rel::Xcomp | Rel::Acl) && tree.has_mark(v, "to")
        });
        // "marched to demand that Chad leave": Chad's leaving is demanded
        let asks = |h: &&Match| self.book.groups[self.book.rules[h.rule].group].keep_content;
        let told = |v: usize| self.best_match(v).filter(asks).map(|h| h.recipients.clone()).unwrap_or_default();
        let asked = |v: usize| told(v).into_iter().filter(|&o| tree.rel(o).is_subject());
        let objects = || {
            let aims = purposes.flat_map(|v| tree.done_to(v).into_iter().chain(asked(v)));
            aims.map(|o| self.parties.deep(o)).find(|p| is_coded(p))
        };
        let blamed = || {
            let said = below.iter().copied().filter(|&v| {
                v > trigger && tree.rel(v) == Rel::Advcl && tree.xpos(v) == Xpos::Vbg && self.is_verbal_conflict(v)
            });
            said.map(|v| self.complement_parties(v, &[])).find(|p| is_coded(p))
        };
        found.or_else(objects).or_else(blamed).unwrap_or_default()
    }

    /// "walked out, accusing the ministry": the verb's best pattern tells words against somebody.
    fn is_verbal_conflict(&self, verb: usize) -> bool {
        let hit = self.best_match(verb);
        hit.is_some_and(|h| {
            let group = self.book.rules[h.rule].group;
            self.book.is_conflict(group) && self.book.is_verbal(group)
        })
    }

    /// Whose doing it answers: "sent its fleet out as Iranian boats came near", "amid raids by R".
    fn occasion(&self, trigger: usize) -> Vec<Participant> {
        let tree = self.tree;
        let says = |n: usize| self.book.operators.occasions.keys().any(|w| tree.has_case(n, w));
        // "as speedboats came near": the tree may hang "as" on the subject
        let marked = |n: usize| says(n) || tree.children(n).any(|s| tree.rel(s).is_subject() && says(s));
        let clauses = tree.children(trigger).filter(|&c| {
            (tree.rel(c) == Rel::Advcl && tree.children(c).any(|g| tree.rel(g).is_subject()) || is_pp(tree.rel(c)))
                && marked(c)
        });
        let told = clauses.map(|c| match tree.children(c).find(|&g| tree.rel(g).is_subject()) {
            Some(_) => self.doers(c, false),
            None => self.parties.deep(c),
        });
        told.into_iter().find(|p| is_coded(p)).unwrap_or_default()
    }

    fn after_prepositions(
        &self,
        places: &[usize],
        prepositions: &[String],
        keep: &dyn Fn(Vec<Participant>) -> Vec<Participant>,
    ) -> Vec<Participant> {
        for prep in prepositions {
            for &place in places {
                // "condemned the killing of a journalist": he is no culprit
                let told = self.book.noun(self.tree.lemma(place).as_ref()).filter(|(rule, _)| rule.is_sufferer(prep));
                if told.is_some_and(|(rule, _)| self.book.quad(rule.group) == Some(MATERIAL_CONFLICT)) {
                    continue;
                }
                let phrases = self.tree.children(place).filter(|&c| is_pp(self.tree.rel(c)));
                for node in phrases.filter(|&c| self.tree.has_case(c, prep) && !self.is_help(c)) {
                    let found = keep(self.parties.deep(node));
                    if !found.is_empty() {
                        return found;
                    }
                }
            }
        }
        Vec::new()
    }

    /// "with the support of Chad": who helps to do it is not whom it is done to.
    pub fn is_help(&self, phrase: usize) -> bool {
        let help = self.book.operators.helps.contains_key(self.tree.lemma(phrase).as_ref());
        help && self.tree.has_case(phrase, "with")
    }

    /// "with the support of Chad's army": Chad's army; not who is helped ("with aid for Chad").
    pub fn is_helper(&self, name: usize) -> bool {
        let whose = |&i: &usize| {
            let named =
                !self.tree.has_any_case(i) || ["of", "from", "by", "'s"].iter().any(|p| self.tree.has_case(i, p));
            self.tree.head(i).filter(|_| named)
        };
        std::iter::successors(Some(name), whose).skip(1).take(2).any(|i| self.is_help(i))
    }

    /// True for who is only cited or compared, or helps somebody to do it.
    pub fn bystands(&self, name: usize) -> bool {
        self.is_cited_or_compared(name) || self.is_helper(name)
    }

    /// "according to Chad"; "Niger, like Chad, wants it".
    fn is_cited_or_compared(&self, name: usize) -> bool {
        let compared = || self.tree.has_case(name, "like") || self.tree.has_case(name, "unlike");
        let behind_name = || self.tree.head(name).is_some_and(|h| self.parties.mention_at(h).is_none());
        self.tree.has_case(name, "according") || compared() && behind_name()
    }

    /// Whom the verb of a complement concerns: others before people of the actors' own country ("refused to hand the dealer over
    /// to Lebanon"), and never what is the actors' own ("denied that its troops had crossed").
    pub fn complement_parties(&self, verb: usize, actors: &[Participant]) -> Vec<Participant> {
        let mut nodes = Vec::new();
        if let Some(inner) = self.best_match(verb) {
            nodes.extend(&inner.recipients);
        }
        nodes.extend(self.tree.done_to(verb));
        let phrases = ["with", "to", "against", "from", "on", "for", "into", "of", "in"];
        for prep in phrases {
            nodes.extend(self.tree.children(verb).filter(|&c| is_pp(self.tree.rel(c)) && self.tree.has_case(c, prep)));
        }
        let own = |n: &usize| self.tree.children(*n).any(|c| self.tree.xpos(c) == Xpos::PrpPoss);
        let home = countries(actors);
        let foreign = |parties: &Vec<Participant>| countries(parties).iter().any(|c| !home.contains(c));
        let found: Vec<Vec<Participant>> =
            nodes.into_iter().filter(|n| !own(n)).map(|n| self.parties.deep(n)).collect();
        let best = found.iter().find(|p| foreign(p)).or_else(|| found.iter().find(|p| !p.is_empty()));
        best.cloned().unwrap_or_default()
    }

    /// "stands ready": the clause begins at the verb above.
    pub fn clause_root(&self, trigger: usize) -> usize {
        let mut node = trigger;
        for _ in 0..3 {
            match (self.tree.rel(node), self.tree.head(node)) {
                (Rel::Xcomp, Some(head)) if self.tree.is_predicate(head) => node = head,
                _ => break,
            }
        }
        node
    }

    fn noun_event(&self, noun: usize) -> Option<Found> {
        if !matches!(self.tree.upos(noun), Upos::Noun | Upos::Propn) || self.parties.mention_at(noun).is_some() {
            return None;
        }
        let lemma = self.tree.lemma(noun);
        let phrase = self.phrase_with_preposition(noun, &lemma).and_then(|p| self.book.noun(&p));
        let (rule, group) =
            phrase.or_else(|| self.compound_noun(noun, &lemma)).or_else(|| self.book.noun(lemma.as_ref()))?;
        if self.qualifies(noun) || self.is_undone(noun) || self.is_any(noun) || self.backs(noun) {
            return None;
        }
        let (rule, group) = self.noun_of_kind(noun, &lemma).unwrap_or((rule, group));
        group.event_type.as_ref()?;
        let (mut actors, mut recipients) = self.parties.nominal(noun, rule);
        let carrier = self.carrier(noun);
        let mut clause = noun;
        let mut light = false;
        if let Some((verb, is_light)) = carrier {
            light = is_light;
            if actors.is_empty() && (is_light || rule.inherit) {
                actors = self.tree.doer(verb).map(|d| self.parties.named(d)).unwrap_or_default();
                recipients.retain(|r| !actors.iter().any(|a| a.actor == r.actor));
            }
            if recipients.is_empty() && is_light {
                let keep = |found: Vec<Participant>| {
                    found.into_iter().filter(|r| !actors.iter().any(|a| a.actor == r.actor)).collect()
                };
                recipients = self.after_prepositions(&[verb], &rule.recipient, &keep);
            }
            if is_light {
                clause = self.clause_root(verb);
            }
        } else if let Some(verb) =
            self.tree.head(noun).filter(|_| self.tree.rel(noun) == Rel::Nsubj && actors.is_empty())
        {
            // "protests erupted in Kenya"
            let places: Vec<String> =
                rule.actor.iter().filter(|slot| WHERE.contains(&slot.as_str())).cloned().collect();
            actors = self.after_prepositions(&[verb], &places, &|found| found);
        } else if actors.is_empty() && rule.inherit {
            actors = self.holder(noun);
            recipients.retain(|r| !actors.iter().any(|a| a.actor == r.actor));
        }
        if recipients.is_empty() && !actors.is_empty() && self.is_help(noun) {
            recipients = self.helped(noun);
        }
        recipients.retain(|r| !actors.iter().any(|a| a.actor == r.actor));
        if group.symmetric && !(actors.is_empty() && self.is_on_the_spot(noun, &recipients)) {
            share_out(&mut actors, &mut recipients);
        }
        let at = if light { carrier.map_or(noun, |c| c.0) } else { noun };
        let status = match status_of(self.tree, self.book, noun) {
            Status::Occurred if light => status_of(self.tree, self.book, at),
            status => status,
        };
        let score = if light { 7 } else { 3 };
        let why = format!("{} \"{}\" ({})", group.name, lemma, group.file);
        Some(Found {
            clause,
            actors,
            recipients,
            status,
            score,
            why,
            by_noun: true,
            agentless: true,
            targets: self.parties.nominal_targets(noun, rule),
            ..Found::at(noun, rule.group)
        })
    }

    /// "seized by rebels with the aid of Chad": who does with it what the verb says.
    fn helped(&self, noun: usize) -> Vec<Participant> {
        let verb = self.tree.head(noun).filter(|&v| self.tree.is_verb(v));
        verb.and_then(|v| self.tree.doer(v)).map(|d| self.parties.named(d)).unwrap_or_default()
    }

    /// "the wars in Iraq and Afghanistan", "the Iraqi and Afghan wars": no war between these.
    fn is_on_the_spot(&self, noun: usize, parties: &[Participant]) -> bool {
        let owners = || self.tree.children(noun).filter(|&c| c < noun && self.tree.rel(c) == Rel::Amod);
        let several = |a: usize| self.tree.children(a).any(|c| self.tree.is(c, "and"));
        let joined = |a: usize| several(a) || self.tree.children(a).any(several);
        if self.tree.xpos(noun) == Xpos::Nns && parties.len() > 1 && owners().any(joined) {
            return true;
        }
        let mut places = WHERE.iter().map(|p| self.parties.slot(noun, p, 0)).filter(|p| !p.is_empty());
        places.next().is_some_and(|places| parties.iter().all(|p| places.iter().any(|o| o.actor == p.actor)))
    }

    /// "attack ads", "war memorial": the noun only says of what kind another is that tells nothing.
    fn qualifies(&self, noun: usize) -> bool {
        let Some(head) = self.tree.head(noun).filter(|_| self.tree.rel(noun) == Rel::Compound) else { return false };
        let lemma = self.tree.lemma(head);
        let tells = self.book.noun(lemma.as_ref()).is_some() || self.book.operators.acts.contains_key(lemma.as_ref());
        self.tree.upos(head) == Upos::Noun && !tells && !self.book.operators.transparent.contains_key(lemma.as_ref())
    }

    /// "vowed to answer any attack": there is none.
    fn is_any(&self, noun: usize) -> bool {
        self.tree.children(noun).any(|c| self.tree.rel(c) == Rel::Det && self.tree.is(c, "any"))
    }

    /// "soldiers backed by American air strikes": what helps somebody is told by the verb.
    fn backs(&self, noun: usize) -> bool {
        let verb = self.tree.head(noun).filter(|&v| self.tree.is_verb(v) && self.tree.has_case(noun, "by"));
        let hit = verb.and_then(|v| self.best_match(v));
        hit.is_some_and(|h| self.is_done_together(self.book.rules[h.rule].group))
    }

    /// "the lifting of sanctions", "sanctions relief".
    fn is_undone(&self, noun: usize) -> bool {
        let tree = self.tree;
        let Some(head) = tree.head(noun) else { return false };
        let below = tree.rel(noun) == Rel::Compound
            || is_pp(tree.rel(noun)) && ["of", "from", "to"].iter().any(|p| tree.has_case(noun, p));
        below && self.book.operators.remedies.contains_key(tree.lemma(head).as_ref())
    }

    /// "a strike by nurses" is no air strike, "a call with Chad" no demand: what the noun tells where such an actor does it,
    /// or beside such a phrase.
    fn noun_of_kind(&self, noun: usize, lemma: &str) -> Option<(&NounRule, &Group)> {
        self.book.nouns_by.get(lemma)?.iter().find_map(|&rule| {
            let rule = &self.book.noun_rules[rule];
            let phrases = || self.tree.children(noun).filter(|&c| is_pp(self.tree.rel(c)));
            let beside = rule.phrases.iter().any(|p| phrases().any(|c| self.tree.has_case(c, p)));
            let (mut actors, _) = self.parties.nominal(noun, rule);
            if actors.is_empty() {
                // "stopped work in a strike"
                let doer = self.carrier(noun).and_then(|(verb, _)| self.tree.doer(verb));
                actors = doer.map(|d| self.parties.named(d)).unwrap_or_default();
            }
            let fits = |p: &Participant| p.actor.code.sectors.iter().any(|s| rule.sectors.contains(s));
            (beside || actors.iter().any(fits)).then(|| (rule, &self.book.groups[rule.group]))
        })
    }

    /// "in charge" as `in-charge`, "in protest" as `in-protest`: the noun with the preposition before it.
    fn phrase_with_preposition(&self, noun: usize, lemma: &str) -> Option<String> {
        let before = noun.checked_sub(1).filter(|&b| self.tree.upos(b) == Upos::Adp)?;
        Some(format!("{}-{lemma}", self.tree.lemma(before)))
    }

    /// "phone call": the noun with the one before it, which the codebook writes with a hyphen.
    fn compound_noun(&self, noun: usize, lemma: &str) -> Option<(&NounRule, &Group)> {
        let modifies = |&f: &usize| matches!(self.tree.rel(f), Rel::Compound | Rel::Amod);
        let before = noun.checked_sub(1)?;
        // "build-up" is three tokens
        let hyphen = self.tree.is(before, "-");
        let first = before.checked_sub(usize::from(hyphen)).filter(modifies)?;
        self.book.noun(&format!("{}-{lemma}", self.tree.lemma(first)))
    }

    /// The verb that carries an event noun as its object or in a phrase, and whether it is a light verb.
    fn carrier(&self, noun: usize) -> Option<(usize, bool)> {
        let mut node = noun;
        for _ in 0..3 {
            let head = self.tree.head(node)?;
            match self.tree.rel(node) {
                Rel::Obj | Rel::NsubjPass | Rel::Xcomp => {
                    let light = self.book.operators.light.contains_key(self.tree.lemma(head).as_ref());
                    return self.tree.is_verb(head).then_some((head, light));
                }
                Rel::Obl | Rel::OblUnmarked => return self.tree.is_verb(head).then_some((head, false)),
                Rel::Acl if self.tree.is_verb(node) => return None,
                Rel::Conj | Rel::Compound => node = head,
                Rel::Nmod if self.parties.is_transparent(head) => node = head,
                _ => return None,
            }
        }
        None
    }

    /// "X in a meeting with Y": the name that the noun hangs on.
    fn holder(&self, noun: usize) -> Vec<Participant> {
        let placed = |head: usize| self.tree.children(head).any(|c| self.tree.rel(c) == Rel::Cop);
        match (self.tree.rel(noun), self.tree.head(noun)) {
            // "was in Seoul for talks"
            (Rel::Nmod | Rel::Obl, Some(head)) if placed(head) => {
                self.tree.surface_subject(head).map(|s| self.parties.named(s)).unwrap_or_default()
            }
            (Rel::Nmod | Rel::Appos, Some(head)) if self.parties.mention_at(head).is_some() => self.parties.named(head),
            _ => Vec::new(),
        }
    }

    /// True where a verb tells the same type with this noun in its own clause.
    fn is_told(&self, event: &Found, found: &[Found]) -> bool {
        let own_type = &self.book.groups[event.group].event_type;
        let mut node = event.trigger;
        for _ in 0..4 {
            let Some(head) = self.tree.head(node) else { return false };
            let same = |f: &Found| {
                let group = &self.book.groups[f.group];
                let whole = self.suffices(f, group) || !self.suffices(event, group);
                (f.trigger == head || f.complement == Some(head)) && group.event_type == *own_type && whole
            };
            if found.iter().any(same) {
                return true;
            }
            if self.tree.is_verb(head) && !matches!(self.tree.rel(head), Rel::Xcomp) {
                return false;
            }
            node = head;
        }
        false
    }

    /// One row for what a sentence tells twice: "met and exchanged views", "met X, who was visiting".
    fn drop_repetitions(&self, found: &mut Vec<Found>) {
        let all: Vec<Telling> = found.iter().map(|f| self.telling(f)).collect();
        let mut index = 0;
        found.retain(|f| {
            index += 1;
            let own = &all[index - 1];
            let repeated = all.iter().any(|other| own.repeats(other) && self.is_related(other, own));
            if repeated {
                self.trace.lose_found(self.book, f, Reason::Repeated);
            }
            !repeated
        });
    }

    fn telling(&self, found: &Found) -> Telling {
        let (actors, recipients) = (countries(&found.actors), countries(&found.recipients));
        Telling {
            sentence: self.tree.doc.sentence_of(found.trigger),
            event_type: self.book.groups[found.group].event_type.clone(),
            countries: actors.union(&recipients).cloned().collect(),
            sides: Some((actors, recipients)).filter(|_| !self.book.groups[found.group].symmetric),
            trigger: found.trigger,
            completed: found.completed,
        }
    }

    /// True where one of the two is joined to the other or hangs in its clause; what another clause tells with a party of
    /// its own is another event.
    fn is_related(&self, first: &Telling, second: &Telling) -> bool {
        let apart = first.completed != second.completed;
        let up = |from: usize, to: usize| {
            let mut node = from;
            for _ in 0..5 {
                if apart && matches!(self.tree.rel(node), Rel::Advcl | Rel::Ccomp) {
                    return false;
                }
                match self.tree.head(node) {
                    Some(head) if head == to => return true,
                    Some(head) => node = head,
                    None => return false,
                }
            }
            false
        };
        up(second.trigger, first.trigger) || up(first.trigger, second.trigger)
    }

    /// True where at least one party has a code; the other may come from the context.
    fn has_party(&self, found: &Found, group: &Group) -> bool {
        self.suffices(found, group) || is_coded(&found.actors) || is_coded(&found.recipients)
    }

    /// Why an event whose parties are as full as they get is none.
    fn fault(&self, found: &Found) -> Option<Reason> {
        if !self.suffices(found, &self.book.groups[found.group]) {
            return Some(match (is_coded(&found.actors), is_coded(&found.recipients)) {
                (false, false) => Reason::NoParty,
                (false, true) => Reason::NoActor,
                (true, _) => Reason::NoRecipient,
            });
        }
        // what is asked for is a row of its own where the request does not say it all
        if found.asked && !is_coded(&found.recipients) {
            return Some(Reason::NoRecipient);
        }
        is_private(found).then_some(Reason::Private)
    }

    /// True where the codebook's demand for parties is met by actors with a code.
    pub fn suffices(&self, found: &Found, group: &Group) -> bool {
        let (actor, recipient) = (is_coded(&found.actors), is_coded(&found.recipients));
        match group.needs {
            Needs::Both => {
                let open = || self.is_agentless_passive(found) || self.is_done_by_somebody(found);
                recipient && (actor || open() || self.is_done_by_attack(found))
            }
            Needs::Actor => actor,
            Needs::Recipient => recipient,
            Needs::Any => actor || recipient,
        }
    }

    /// "Gunmen freed two Ugandan traders": who did it is named, but not whose they are.
    fn is_done_by_somebody(&self, found: &Found) -> bool {
        let group = &self.book.groups[found.group];
        let harm = self.book.quad(found.group) == Some(MATERIAL_CONFLICT);
        let known_by_part = |p: &Participant| !p.actor.code.sectors.is_empty();
        (harm || group.domestic) && !found.pronoun && found.actors.iter().any(known_by_part)
    }

    /// "A car bomb killed 44": the attack is named, but not whose it was.
    fn is_done_by_attack(&self, found: &Found) -> bool {
        let conflict = |noun: usize| self.parties.is_instrument(noun) || self.is_one_of_them(noun);
        let harm = self.book.quad(found.group) == Some(MATERIAL_CONFLICT);
        harm && !found.by_noun && self.tree.doer(found.trigger).is_some_and(conflict)
    }

    /// True for a participle that says by whom a weapon is sent.
    fn is_sent(&self, trigger: usize, noun: usize) -> bool {
        let sends = || self.book.operators.sends.contains_key(self.tree.lemma(trigger).as_ref());
        matches!(self.tree.rel(trigger), Rel::Acl | Rel::AclRelcl) && self.parties.is_instrument(noun) && sends()
    }

    /// "shot down nine of the drones, but one hit a house": a drone.
    fn is_one_of_them(&self, pronoun: usize) -> bool {
        let sentence = self.tree.doc.sentences.get(self.tree.doc.sentence_of(pronoun));
        let counted = self.tree.upos(pronoun) == Upos::Num || self.tree.is_any(pronoun, &["another", "others", "some"]);
        let bare = self.tree.children(pronoun).all(|c| !self.tree.is_nominal(c));
        counted && bare && sentence.is_some_and(|s| (s.tokens.start..pronoun).any(|i| self.parties.is_instrument(i)))
    }

    /// "The envoy was accused of spying": who did it is left out, and nobody in the text lends himself.
    pub fn is_agentless_passive(&self, found: &Found) -> bool {
        let group = &self.book.groups[found.group];
        let harm = self.book.is_conflict(found.group);
        let modifier = self.tree.rel(found.trigger) == Rel::Amod;
        let verbal = self.book.quad(found.group) != Some(MATERIAL_CONFLICT) && !group.domestic;
        let stands_for_none = |p: &Participant| is_anybody(p) || p.actor.kind == ActorKind::Place;
        if verbal && found.recipients.iter().all(stands_for_none) {
            return false;
        }
        (harm || group.domestic)
            && !modifier
            && !found.by_noun
            && found.actors.is_empty()
            && self.tree.is_passive(found.trigger)
    }

    /// The type that an event is reported as, and its status: what is promised, refused or threatened has one of its own.
    fn told_as(&self, found: &Found) -> Option<(String, Status, bool)> {
        let named_type = self.book.groups[found.group].event_type.clone()?;
        let info = self.book.types.get(&named_type)?;
        let refused = info.refused.clone().filter(|_| found.status == Status::Denied && self.is_refusal(found));
        let threatened = info.threatened.clone().filter(|_| self.is_conditional_threat(found));
        let settled = refused.is_some() || threatened.is_some() || info.promise;
        let shifted =
            refused.or(threatened).or_else(|| info.planned.clone().filter(|_| found.status == Status::Planned));
        let status = if shifted.is_some() && settled { Status::Occurred } else { found.status };
        let is_shifted = shifted.is_some();
        Some((shifted.unwrap_or(named_type), status, is_shifted))
    }

    /// The type that an event is reported as.
    pub fn told_type(&self, found: &Found) -> Option<String> {
        self.told_as(found).map(|(kind, ..)| kind)
    }

    /// True for a group of what several do together.
    pub fn is_done_together(&self, group: usize) -> bool {
        self.book.quad(group).is_some_and(|q| q.ends_with("cooperation"))
    }

    /// True for a group of what nobody does alone.
    pub fn needs_partner(&self, group: usize) -> bool {
        self.info(&self.book.groups[group]).is_some_and(|i| i.partner)
    }

    /// True where somebody or something without a code stands where the recipient would ("applauded the rescuers"), and
    /// nothing that two have in common ("mended their ties").
    pub fn names_another(&self, found: &Found) -> bool {
        let (tree, info) = (self.tree, self.info(&self.book.groups[found.group]));
        let prepositions = info.map(|i| i.fallback.as_slice()).unwrap_or_default();
        let behind = |&c: &usize| is_pp(tree.rel(c)) && prepositions.iter().any(|p| tree.has_case(c, p));
        let is_time = |n: usize| tree.doc.times.iter().any(|t| t.tokens.contains(&n));
        let is_other = |&n: &usize| tree.is_nominal(n) && !is_time(n) && !is_coded(&self.parties.deep(n));
        let places = tree.done_to(found.trigger).into_iter().chain(tree.children(found.trigger).filter(behind));
        let others: Vec<usize> = places.filter(is_other).collect();
        let is_shared = |&n: &usize| self.book.operators.shared.contains_key(tree.lemma(n).as_ref());
        !others.is_empty() && !others.iter().any(is_shared)
    }

    fn report(&self, found: Found, quotes: &[Quote]) -> Option<Report> {
        let group = &self.book.groups[found.group];
        let (event_type, status, is_shifted) = self.told_as(&found)?;
        let mode = if is_shifted { None } else { group.mode.clone() };
        let mut keep: Vec<usize> = vec![found.trigger];
        keep.extend(found.complement);
        let evidence = clause_evidence(self.tree, found.clause, &keep)?;
        let host = group.at_recipient.then_some(found.recipients.as_slice());
        Some(Report {
            contexts: self.contexts(&event_type, group, found.clause),
            date: None,
            date_basis: None,
            place: place_of(self.tree, self.parties, found.clause, host),
            claimant: setting::claimant_of(self.tree, self.parties, quotes, found.trigger),
            confidence: confidence(&found),
            why: found.why,
            evidence,
            trigger: found.trigger,
            mode,
            cameo: Some(group.cameo.clone()).filter(|c| !c.is_empty()),
            event_type,
            actors: found.actors,
            recipients: found.recipients,
            symmetric: group.symmetric || found.mutual,
            status,
            historical: false,
        })
    }

    /// "will not normalise ties": who says that he will not do it refuses.
    fn is_refusal(&self, found: &Found) -> bool {
        let will = |a: usize| self.book.operators.volition.contains_key(self.tree.form(a).as_ref());
        let own = !found.by_noun && !found.actors.is_empty() && self.tree.is_negated(found.trigger);
        own && !self.tree.is_passive(found.trigger) && self.tree.auxiliaries(found.trigger).any(will)
    }

    /// "will strike the port if it is attacked": the actor's own threat.
    fn is_conditional_threat(&self, found: &Found) -> bool {
        let t = found.trigger;
        let own = !found.by_noun && !found.completed && is_coded(&found.actors) && !self.tree.is_passive(t);
        let will = |a: usize| {
            self.book.operators.volition.contains_key(self.tree.form(a).as_ref()) || self.tree.is(a, "would")
        };
        let condition = |c: usize| self.tree.rel(c) == Rel::Advcl && status::is_condition(self.tree, c);
        let clause = |n: usize| self.tree.children(n).any(condition);
        own && !self.tree.is_negated(t) && self.tree.auxiliaries(t).any(will) && clause(t)
    }

    fn contexts(&self, event_type: &str, group: &Group, clause: usize) -> Vec<String> {
        let mut all: BTreeSet<String> = group.contexts.iter().cloned().collect();
        all.extend(self.book.context_types.get(event_type).into_iter().flatten().cloned());
        for i in self.tree.doc.subtree(clause) {
            all.extend(self.book.context_words.get(self.tree.lemma(i).as_ref()).into_iter().flatten().cloned());
        }
        all.into_iter().collect()
    }
}

/// What makes two events of one sentence the same.
struct Telling {
    sentence: usize,
    event_type: Option<String>,
    countries: BTreeSet<String>,
    /// Who did it and to whom, where it makes a difference.
    sides: Option<(BTreeSet<String>, BTreeSet<String>)>,
    trigger: usize,
    completed: bool,
}

impl Telling {
    /// True where the sides are exchanged: "X attacked Y and Y attacked X".
    fn answers(&self, other: &Telling) -> bool {
        let (Some((actors, recipients)), Some((others_actors, others_recipients))) = (&self.sides, &other.sides) else {
            return false;
        };
        actors != recipients && !actors.is_empty() && actors == others_recipients && recipients == others_actors
    }

    /// True where `other` tells the same with at least these countries, earlier or without borrowed parties.
    fn repeats(&self, other: &Telling) -> bool {
        let earlier = other.trigger < self.trigger && other.completed == self.completed;
        let firmer = self.completed && !other.completed;
        other.trigger != self.trigger
            && (earlier || firmer)
            && other.sentence == self.sentence
            && other.event_type == self.event_type
            && self.countries.is_subset(&other.countries)
            && !self.answers(other)
    }
}

/// "Xi celebrated China's progress": a state is no counterpart of its own people.
fn is_own_country(party: &Participant, actors: &[Participant]) -> bool {
    let code = &party.actor.code;
    let bare = matches!(party.actor.kind, ActorKind::Country | ActorKind::Place) && code.sectors.is_empty();
    bare && code.country.is_some() && !actors.is_empty() && actors.iter().all(|a| a.actor.code.country == code.country)
}

/// True for an official, an envoy and the forces of the actors' own state.
fn is_own_official(party: &Participant, actors: &[Participant]) -> bool {
    let home = countries(actors);
    let official = is_force(party) || party.actor.code.sectors.first().is_some_and(|s| s == "GOV");
    official
        && party.actor.kind != ActorKind::Body
        && party.actor.code.country.as_ref().is_some_and(|c| home.contains(c))
}

pub(crate) fn countries(parties: &[Participant]) -> BTreeSet<String> {
    parties.iter().filter_map(|p| p.actor.code.country.clone()).collect()
}

pub(crate) fn is_coded(parties: &[Participant]) -> bool {
    parties.iter().any(|p| p.actor.code.country.is_some())
}

/// What one private person does to another of the same country is no politics.
fn is_private(found: &Found) -> bool {
    let parties = || found.actors.iter().chain(&found.recipients);
    let countries: BTreeSet<&str> = parties().filter_map(|p| p.actor.code.country.as_deref()).collect();
    let nobody = |p: &Participant| {
        let sectors = &p.actor.code.sectors;
        !sectors.is_empty() && sectors.iter().all(|s| PRIVATE.contains(&s.as_str()))
    };
    let two_sides = !found.actors.is_empty() && !found.recipients.is_empty();
    countries.len() == 1 && two_sides && parties().all(nobody)
}

/// "withdrew its troops": one's own forces are not whom it is done to.
fn drop_own_forces(recipients: &mut Vec<Participant>, actors: &[Participant]) {
    let home = countries(actors);
    recipients.retain(|r| !(is_force(r) && r.actor.code.country.as_ref().is_some_and(|c| home.contains(c))));
}

fn is_force(party: &Participant) -> bool {
    party.actor.code.sectors.iter().any(|s| FORCES.contains(&s.as_str()))
}

/// Sectors of the forces that a state musters.
const FORCES: [&str; 2] = ["MIL", "COP"];

/// Sectors of people without a part in politics.
const PRIVATE: [&str; 3] = ["CVL", "UNK", "MED"];

/// In a symmetric event the first named is the actor, the others are recipients.
fn share_out(actors: &mut Vec<Participant>, recipients: &mut Vec<Participant>) {
    if actors.is_empty() && recipients.len() > 1 {
        actors.push(recipients.remove(0));
    } else if actors.len() > 1 {
        let others = actors.split_off(1);
        let told = std::mem::take(recipients);
        extend(recipients, others);
        extend(recipients, told);
    }
}

/// Of a pattern, with what the model makes of it; of the model alone, how likely it takes the event to be.
fn confidence(found: &Found) -> f32 {
    let parties = if found.actors.is_empty() || found.recipients.is_empty() { 0.0 } else { 0.2 };
    let words = (found.score.clamp(0, 12) as f32) * 0.03;
    let pattern = if found.completed { 0.35 } else { (0.4 + parties + words).min(0.95) };
    let confidence = match found.sure {
        Some(sure) if found.score == 0 => sure,
        Some(sure) => (2.0 * sure + pattern) / 3.0,
        None => pattern,
    };
    (confidence * 100.0).round() / 100.0
}
