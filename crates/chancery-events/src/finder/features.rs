//! What the models see of a place in a text.

use crate::codebook::Codebook;
use crate::coder::{Found, Rows, Scan, countries, is_coded};
use crate::context::{is_media, is_organisation};
use crate::linear::Features;
use crate::parties::{OWNERS, extend};
use crate::status::status_of;
use crate::tree::is_pp;
use chancery_text::{Actor, ActorKind, Mention, Participant, Rel, Upos};
use std::collections::{BTreeMap, BTreeSet};

/// How many sentences back, and ahead, a country may be named to be a party.
const BEFORE: usize = 3;
const AFTER: usize = 1;
/// Where a noun's recipient stands, likeliest first.
const NOUN_OTHERS: [&str; 10] = ["against", "on", "to", "towards", "at", "with", "into", "over", "from", "for"];
/// Longer ways between a word and a name are not told apart.
const LONG_WAY: usize = 6;

/// A verb, noun or adjective that might tell an event.
#[derive(Debug)]
pub(super) struct Spot {
    pub trigger: usize,
    pub by_noun: bool,
    /// Who does it by the tree.
    pub doers: Vec<Participant>,
    /// Who else hangs on it.
    pub others: Vec<Participant>,
}

/// The countries around a place.
pub(super) struct Around<'v> {
    /// Those that may be a party, in order.
    pub near: BTreeSet<String>,
    /// Those that its sentence names.
    inside: BTreeSet<&'v str>,
}

/// A country where the text names it.
struct Named<'a> {
    mention: &'a Mention,
    country: &'a str,
    sectors: &'a [String],
    kind: String,
    sentence: usize,
    /// It only tells of what happens, or helps somebody to do it.
    bystands: bool,
}

/// A document with what the patterns found in it.
pub(super) struct View<'a, 's> {
    pub scan: &'a Scan<'s>,
    rows: BTreeMap<usize, Vec<&'a Found>>,
    early: BTreeMap<usize, &'a Found>,
    barred: &'a BTreeSet<usize>,
    named: Vec<Named<'a>>,
    /// For each token the name that it stands in.
    cover: Vec<Option<usize>>,
}

impl<'a, 's> View<'a, 's> {
    pub fn new(scan: &'a Scan<'s>, told: &'a Rows) -> Self {
        let doc = scan.tree.doc;
        let mut rows: BTreeMap<usize, Vec<&Found>> = BTreeMap::new();
        told.found.iter().for_each(|f| rows.entry(f.trigger).or_default().push(f));
        let mut early = BTreeMap::new();
        for row in &told.early {
            early.entry(row.trigger).or_insert(row);
        }
        let mut named = Vec::new();
        for mention in scan.parties.all() {
            for actor in &mention.actors {
                let Some(country) = actor.code.country.as_deref() else { continue };
                let sentence = doc.sentence_of(mention.head);
                let kind = format!("{:?}", actor.kind);
                let sectors = &actor.code.sectors;
                let bystands = is_media(actor) || scan.bystands(mention.head);
                named.push(Named { mention, country, sectors, kind, sentence, bystands });
            }
        }
        named.sort_by_key(|n| n.mention.head);
        let mut cover = vec![None; doc.tokens.len()];
        for (i, name) in named.iter().enumerate() {
            for t in name.mention.tokens.clone().filter(|&t| t < doc.tokens.len()) {
                cover[t].get_or_insert(i);
            }
        }
        View { scan, rows, early, barred: &told.barred, named, cover }
    }

    /// All that the patterns tell at a word: what is said, and what is done by saying it, may both be told there.
    pub fn rows_at(&self, trigger: usize) -> &[&'a Found] {
        self.rows.get(&trigger).map_or(&[], Vec::as_slice)
    }

    /// What the patterns tell first at a word.
    fn row(&self, trigger: usize) -> Option<&'a Found> {
        self.rows_at(trigger).first().copied()
    }

    /// All places that might tell an event: those with a country named near.
    pub fn spots(&self) -> Vec<Spot> {
        let near: BTreeSet<usize> =
            self.named.iter().flat_map(|n| n.sentence.saturating_sub(AFTER)..=n.sentence + BEFORE).collect();
        let doc = self.scan.tree.doc;
        let open = self.scan.content_tokens().filter(|&t| near.contains(&doc.sentence_of(t)));
        open.filter(|t| !self.barred.contains(t)).filter_map(|t| self.spot(t)).collect()
    }

    fn spot(&self, trigger: usize) -> Option<Spot> {
        let (scan, tree) = (self.scan, self.scan.tree);
        // Without a phrase below it only what stands before the noun can be filled.
        let phrased = tree.children(trigger).any(|c| is_pp(tree.rel(c)));
        let slots = |slots: &[&str]| {
            let open = slots.iter().filter(|s| phrased || matches!(**s, "poss" | "adj"));
            let mut found = open.map(|s| scan.parties.slot(trigger, s, 0));
            found.find(|p| is_coded(p)).unwrap_or_default()
        };
        let adjective = tree.upos(trigger) == Upos::Adj && tree.is_predicate(trigger);
        let (doers, others, by_noun) = match tree.upos(trigger) {
            _ if tree.is_verb(trigger) || adjective => {
                let doers = scan.doers(trigger, adjective);
                let others = scan.complement_parties(trigger, &doers);
                (doers, others, false)
            }
            Upos::Noun if scan.parties.mention_at(trigger).is_none() => (slots(&OWNERS), slots(&NOUN_OTHERS), true),
            _ => return None,
        };
        // a noun that the codebook does not know and that belongs to nobody tells nothing
        let tells = !by_noun || is_coded(&doers) || is_coded(&others) || scan.book.noun(&tree.lemma(trigger)).is_some();
        tells.then_some(Spot { trigger, by_noun, doers, others })
    }

    fn name_at(&self, t: usize) -> Option<&Named<'a>> {
        self.cover[t].map(|i| &self.named[i])
    }

    fn sentence(&self, spot: &Spot) -> usize {
        self.scan.tree.doc.sentence_of(spot.trigger)
    }

    fn near(&self, spot: &Spot) -> &[Named<'a>] {
        let here = self.sentence(spot);
        let (first, last) = (here.saturating_sub(BEFORE), here + AFTER);
        let start = self.named.partition_point(|n| n.sentence < first);
        let end = self.named.partition_point(|n| n.sentence <= last);
        &self.named[start..end.max(start)]
    }

    /// The tokens of the sentences around this one.
    fn tokens_near(&self, sentence: usize) -> std::ops::Range<usize> {
        let sentences = &self.scan.tree.doc.sentences;
        let last = (sentence + AFTER).min(sentences.len().saturating_sub(1));
        let start = sentences.get(sentence.saturating_sub(BEFORE)).map_or(0, |s| s.tokens.start);
        start..sentences.get(last).map_or(start, |s| s.tokens.end).max(start)
    }

    /// The countries that may be a party.
    pub fn around(&self, spot: &Spot) -> Around<'_> {
        // "Four were arrested in Milan, Austrian media said": who only tells of it has no part in it
        let told = self.near(spot).iter().filter(|n| !n.bystands);
        let mut near: BTreeSet<String> = told.map(|n| n.country.to_string()).collect();
        near.extend(countries(&spot.doers).into_iter().chain(countries(&spot.others)));
        if let Some(row) = self.row(spot.trigger) {
            near.extend(countries(&row.actors));
            near.extend(countries(&row.recipients));
        }
        Around { near, inside: self.inside(spot) }
    }

    /// The countries that the place's sentence names.
    fn inside(&self, spot: &Spot) -> BTreeSet<&str> {
        let here = self.sentence(spot);
        self.near(spot).iter().filter(|n| n.sentence == here).map(|n| n.country).collect()
    }

    /// Countries in the words that name them: those of the tree's own parties, else what these have without a country, else
    /// those nearest to the place that are none of `others`, the other side.
    pub fn words_of(
        &self,
        spot: &Spot,
        own: &[Participant],
        countries: &BTreeSet<String>,
        others: &[Participant],
    ) -> Vec<Participant> {
        let mut all = Vec::new();
        for country in countries {
            let is_theirs = |p: &&Participant| p.actor.code.country.as_ref() == Some(country);
            let mut words: Vec<Participant> = own.iter().filter(is_theirs).cloned().collect();
            if words.is_empty() {
                words = open(own, country, countries);
            }
            extend(&mut all, if words.is_empty() { self.nearest_words(spot, country, others) } else { words });
        }
        all.sort_by_key(|p| p.span);
        all
    }

    /// Those of a country that are named nearest, but for a body or person that is one of `others`.
    fn nearest_words(&self, spot: &Spot, country: &str, others: &[Participant]) -> Vec<Participant> {
        let here = self.sentence(spot);
        let other = |a: &Actor| a.kind != ActorKind::Country && others.iter().any(|o| o.actor == *a);
        let may = |n: &&Named<'_>| n.country == country && !n.bystands && !n.mention.actors.iter().any(other);
        let own = self.near(spot).iter().filter(may);
        let far = |n: &&Named<'_>| {
            let steps = if n.sentence == here { self.way(spot.trigger, n.mention.head).steps } else { 0 };
            (n.sentence.abs_diff(here), steps, n.mention.head.abs_diff(spot.trigger), n.mention.head)
        };
        let Some(nearest) = own.min_by_key(far) else { return Vec::new() };
        let mut words = self.scan.parties.of_mention(nearest.mention);
        words.retain(|p| p.actor.code.country.as_deref() == Some(country));
        words
    }

    /// Features of what type a place tells.
    pub fn of_type(&self, spot: &Spot) -> Vec<u32> {
        let (scan, tree, t) = (self.scan, self.scan.tree, spot.trigger);
        let mut set = Features::default();
        let lemma = tree.lemma(t);
        let (upos, rel) = (tree.upos(t).as_str(), tree.rel(t).as_str());
        let xpos = format!("{:?}", tree.xpos(t));
        set.add(&["bias"]);
        set.add(&["lemma", &lemma]);
        set.add(&["upos", upos]);
        set.add(&["upos", upos, &lemma]);
        set.add(&["xpos", &xpos]);
        set.add(&["rel", rel]);
        self.add_patterns(&mut set, spot, &lemma, rel);
        self.add_head(&mut set, t, &lemma, rel);
        for child in tree.children(t) {
            self.add_child(&mut set, child, &lemma);
        }
        for offset in [-2i64, -1, 1, 2] {
            let Some(at) = t.checked_add_signed(offset as isize).filter(|&at| at < tree.doc.tokens.len()) else {
                continue;
            };
            if tree.doc.sentence_of(at) == tree.doc.sentence_of(t) {
                set.add(&["beside", &offset.to_string(), &self.word(at)]);
            }
        }
        set.add(&["passive", flag(tree.is_passive(t))]);
        set.add(&["negated", flag(tree.is_negated(t))]);
        set.add(&["status", status_of(tree, scan.book, t).as_str()]);
        let (doers, others) = (flag(is_coded(&spot.doers)), flag(is_coded(&spot.others)));
        set.add(&["doers", doers]);
        set.add(&["others", others]);
        set.add(&["both", doers, others, upos]);
        for (side, parties) in [("doer", &spot.doers), ("other", &spot.others)] {
            let Some(party) = parties.iter().find(|p| p.actor.code.country.is_some()) else { continue };
            set.add(&[side, "kind", &format!("{:?}", party.actor.kind)]);
            for sector in &party.actor.code.sectors {
                set.add(&[side, sector]);
                set.add(&[side, sector, &lemma]);
            }
        }
        let (own, theirs) = (countries(&spot.doers), countries(&spot.others));
        let same = if own.is_empty() || theirs.is_empty() { "none" } else { flag(!own.is_disjoint(&theirs)) };
        set.add(&["same", same]);
        set.add(&["named", few(self.inside(spot).len(), 3)]);
        set.sorted()
    }

    fn add_patterns(&self, set: &mut Features, spot: &Spot, lemma: &str, rel: &str) {
        let (book, t) = (self.scan.book, spot.trigger);
        match self.scan.best_match(t) {
            Some(hit) => {
                let (group, kind) = names(book, book.rules[hit.rule].group);
                let score = hit.score.clamp(0, 14);
                set.add(&["hit", group]);
                set.add(&["hit of", kind]);
                set.add(&["hit score", &score.to_string()]);
                set.add(&["hit of", kind, &(score.min(12) / 2).to_string()]);
            }
            None => set.add(&["no hit"]),
        }
        if !self.scan.tree.is_verb(t)
            && let Some((_, group)) = book.noun(lemma)
        {
            let kind = group.event_type.as_deref().unwrap_or(super::NONE);
            set.add(&["noun", &group.name]);
            set.add(&["noun of", kind]);
            set.add(&["noun of", kind, rel]);
        }
        let form = self.scan.tree.form(t);
        let mut groups: Vec<usize> =
            book.verb_rules(lemma, &form).into_iter().flatten().map(|&r| book.rules[r].group).collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            let (group, kind) = names(book, group);
            set.add(&["verb", group, kind]);
            set.add(&["verb of", kind]);
        }
        match self.row(t) {
            Some(row) => {
                let (group, kind) = names(book, row.group);
                let told = self.scan.told_type(row).unwrap_or_default();
                set.add(&["row", kind]);
                set.add(&["row told", &told]);
                set.add(&["row in", group]);
                set.add(&["row score", kind, &row.score.clamp(0, 14).to_string()]);
                set.add(&["row completed", kind, flag(row.completed)]);
                set.add(&["row status", kind, row.status.as_str()]);
            }
            None => set.add(&["no row"]),
        }
        if let Some(row) = self.early.get(&t) {
            let (group, kind) = names(book, row.group);
            set.add(&["early", kind]);
            set.add(&["early in", group]);
        }
    }

    fn add_head(&self, set: &mut Features, t: usize, lemma: &str, rel: &str) {
        let tree = self.scan.tree;
        let Some(head) = tree.head(t) else { return };
        let above = tree.lemma(head);
        set.add(&["head", &above, rel]);
        set.add(&["head", &above, lemma]);
        if matches!(tree.upos(head), Upos::Verb | Upos::Adj)
            && let Some(hit) = self.scan.best_match(head)
        {
            let book = self.scan.book;
            set.add(&["head hit", names(book, book.rules[hit.rule].group).0, rel]);
        }
        if let Some(row) = self.row(head) {
            set.add(&["head row", names(self.scan.book, row.group).1, rel]);
        }
    }

    fn add_child(&self, set: &mut Features, child: usize, lemma: &str) {
        let tree = self.scan.tree;
        if tree.upos(child) == Upos::Punct {
            return;
        }
        let (rel, word) = (tree.rel(child), self.word(child));
        set.add(&["child", rel.as_str()]);
        set.add(&["child", rel.as_str(), &word]);
        if is_telling(rel) {
            set.add(&["child of", lemma, rel.as_str(), &word]);
        }
        if let Some(name) = self.name_at(child) {
            set.add(&["child kind", rel.as_str(), &name.kind]);
            for sector in name.sectors {
                set.add(&["child sector", rel.as_str(), sector]);
            }
        }
        for case in tree.children(child).filter(|&g| tree.rel(g) == Rel::Case) {
            let prep = tree.lemma(case);
            set.add(&["with", &prep]);
            set.add(&["with", &prep, "of", lemma]);
            set.add(&["with", &prep, "word", &word]);
        }
    }

    /// The word without its endings; names are all alike.
    fn word(&self, t: usize) -> std::borrow::Cow<'a, str> {
        if self.cover[t].is_some() { "NAME".into() } else { self.scan.tree.lemma(t) }
    }

    /// Features of a country as a party of an event of this type; of a recipient where `actors` are known.
    pub fn of_party(
        &self,
        spot: &Spot,
        country: &str,
        kind: &str,
        Around { near, inside }: &Around<'_>,
        actors: Option<&BTreeSet<String>>,
    ) -> Vec<u32> {
        let mut set = Features::default();
        let lemma = self.scan.tree.lemma(spot.trigger);
        set.add(&["bias"]);
        set.add(&["type", kind]);
        self.add_told(&mut set, spot, country, kind);
        let here = self.sentence(spot);
        let named = self.near(spot);
        let is_inside = flag(inside.contains(country));
        let (few_inside, few_near) = (few(inside.len(), 3), few(near.len(), 4));
        set.add(&["inside", few_inside]);
        set.add(&["near", few_near]);
        set.add(&["is inside", is_inside]);
        set.add(&["is inside", is_inside, few_inside]);
        set.add(&["is inside", is_inside, few(near.len(), 3), kind]);
        if inside.contains(country) {
            self.add_inside(&mut set, spot, country, kind, &lemma);
        } else {
            self.add_outside(&mut set, spot, country, kind, inside.is_empty());
        }
        let own = named.iter().filter(|n| n.country == country).count();
        set.add(&["times", few(own, 4)]);
        set.add(&["first", flag(named.first().is_some_and(|n| n.country == country))]);
        set.add(&["sentence", few(here, 3)]);
        set.add(&["lemma", &lemma]);
        set.add(&["lemma", &lemma, is_inside]);
        let elsewhere = |of: fn(&Found) -> &Vec<Participant>| {
            let others = self.rows.range(self.tokens_near(here)).filter(|(t, _)| **t != spot.trigger);
            few(others.filter_map(|(_, rows)| rows.first()).filter(|f| has(of(f), country)).count(), 2)
        };
        set.add(&["acts elsewhere", elsewhere(|f| &f.actors)]);
        set.add(&["suffers elsewhere", elsewhere(|f| &f.recipients)]);
        if let Some(actors) = actors {
            let acts = flag(actors.contains(country));
            set.add(&["acts", acts]);
            set.add(&["acts", acts, few(actors.len(), 2)]);
            set.add(&["acts", acts, kind]);
            set.add(&["acts", acts, "of", &lemma]);
            set.add(&["acts", acts, few(near.len(), 3), "near", kind]);
            set.add(&["acts", acts, few_inside, is_inside]);
            set.add(&["acts", acts, flag(has(&spot.others, country)), "other", kind]);
        }
        set.sorted()
    }

    /// What the patterns and the tree say of the country.
    fn add_told(&self, set: &mut Features, spot: &Spot, country: &str, kind: &str) {
        let book = self.scan.book;
        match self.row(spot.trigger) {
            Some(row) => {
                let (acts, suffers) = (flag(has(&row.actors, country)), flag(has(&row.recipients, country)));
                let group = names(book, row.group).0;
                set.add(&["row actor", acts]);
                set.add(&["row recipient", suffers]);
                set.add(&["row", acts, suffers, flag(row.completed)]);
                set.add(&["row actor", acts, group]);
                set.add(&["row recipient", suffers, group]);
            }
            None => set.add(&["no row"]),
        }
        match self.early.get(&spot.trigger) {
            Some(row) => {
                let (acts, suffers) = (flag(has(&row.actors, country)), flag(has(&row.recipients, country)));
                let (some, others) = (flag(is_coded(&row.actors)), flag(is_coded(&row.recipients)));
                set.add(&["early actor", acts]);
                set.add(&["early recipient", suffers]);
                set.add(&["early", some, others]);
                set.add(&["early", acts, suffers, some, others]);
            }
            None => set.add(&["no early"]),
        }
        let (does, other) = (flag(has(&spot.doers, country)), flag(has(&spot.others, country)));
        let (some, others) = (flag(is_coded(&spot.doers)), flag(is_coded(&spot.others)));
        set.add(&["doer", does, some]);
        set.add(&["other", other, others]);
        set.add(&["tree", does, other, some, others]);
        set.add(&["tree", does, other, self.scan.tree.upos(spot.trigger).as_str(), kind]);
        set.add(&["tree", does, other, flag(self.scan.tree.is_passive(spot.trigger))]);
    }

    fn add_inside(&self, set: &mut Features, spot: &Spot, country: &str, kind: &str, lemma: &str) {
        let (here, t) = (self.sentence(spot), spot.trigger);
        let tree = self.scan.tree;
        let upos = tree.upos(t).as_str();
        let sentence: Vec<&Named<'_>> = self.near(spot).iter().filter(|n| n.sentence == here).collect();
        let own: Vec<&&Named<'_>> = sentence.iter().filter(|n| n.country == country).collect();
        for name in own.iter().take(3) {
            let way = self.way(t, name.mention.head);
            set.add(&["way", &way.up, &way.down]);
            set.add(&["way", &way.up, &way.down, kind]);
            set.add(&["way", &way.up, &way.down, lemma]);
            set.add(&["way", &way.up, &way.down, upos, flag(tree.is_passive(t))]);
            set.add(&["way up", &way.up]);
            set.add(&["way down", &way.down]);
            set.add(&["way up", &way.up, kind]);
            set.add(&["kind", &name.kind]);
            set.add(&["link", &format!("{:?}", name.mention.link)]);
            for sector in name.sectors {
                set.add(&["sector", sector]);
                set.add(&["sector", sector, kind]);
            }
            if name.sectors.is_empty() {
                set.add(&["no sector", kind]);
            }
        }
        let far = |n: &&&&Named<'_>| (self.way(t, n.mention.head).steps >= LONG_WAY, n.mention.head.abs_diff(t));
        if let Some(nearest) = own.iter().min_by_key(far) {
            let before = flag(nearest.mention.head < t);
            set.add(&["before", before]);
            set.add(&["before", before, upos]);
            set.add(&["distance", few(nearest.mention.head.abs_diff(t) / 3, 6)]);
        }
        let before: Vec<&&Named<'_>> = sentence.iter().filter(|n| n.mention.head < t).collect();
        let after = sentence.iter().find(|n| n.mention.head > t);
        if let (Some(first), Some(last)) = (before.first(), before.last()) {
            set.add(&["last before", flag(last.country == country)]);
            set.add(&["first before", flag(first.country == country)]);
        }
        if let Some(next) = after {
            set.add(&["next after", flag(next.country == country)]);
        }
    }

    fn add_outside(&self, set: &mut Features, spot: &Spot, country: &str, kind: &str, none_inside: bool) {
        let here = self.sentence(spot);
        let near = self.near(spot);
        let own = near.iter().filter(|n| n.country == country);
        let Some(nearest) = own.min_by_key(|n| n.mention.head.abs_diff(spot.trigger)) else { return };
        let apart = (nearest.sentence as i64 - here as i64).clamp(-3, 3).to_string();
        let rel = self.scan.tree.rel(nearest.mention.head).as_str();
        set.add(&["apart", &apart]);
        set.add(&["apart", &apart, kind]);
        set.add(&["apart", &apart, rel]);
        set.add(&["apart rel", rel]);
        set.add(&["kind", &nearest.kind]);
        set.add(&["apart kind", &nearest.kind, &apart]);
        for sector in nearest.sectors {
            set.add(&["sector", sector]);
        }
        let before: Vec<&Named<'_>> = near.iter().filter(|n| n.sentence + 1 == here).collect();
        if let (Some(first), Some(last)) = (before.first(), before.last()) {
            let is_own = |n: &&&Named<'_>| n.country == country;
            let subject = |n: &&&Named<'_>| self.scan.tree.rel(n.mention.head).is_subject();
            set.add(&["first of last", flag(first.country == country)]);
            set.add(&["last of last", flag(last.country == country)]);
            set.add(&["subject of last", flag(before.iter().filter(subject).any(|n| is_own(&n)))]);
            set.add(&["only of last", flag(before.iter().all(|n| n.country == first.country))]);
        }
        if none_inside {
            set.add(&["nobody inside", kind]);
            set.add(&["nobody inside, first", flag(near.first().is_some_and(|n| n.country == country))]);
        }
    }

    /// The way from a word to a name over the tree.
    fn way(&self, from: usize, to: usize) -> Way {
        let tree = self.scan.tree;
        let chain = |node: usize| {
            let mut all = vec![node];
            while let Some(head) = tree.head(all[all.len() - 1]).filter(|_| all.len() < 25) {
                all.push(head);
            }
            all
        };
        let (down, up) = (chain(to), chain(from));
        let Some(top) = down.iter().position(|n| up.contains(n)) else { return Way::far() };
        let joint = up.iter().position(|&n| n == down[top]).unwrap_or(0);
        if top + joint > LONG_WAY {
            return Way { up: "long".into(), down: String::new(), steps: top + joint };
        }
        let mut way = Way { up: String::new(), down: String::new(), steps: top + joint };
        for &node in &down[..top] {
            way.up.push_str(tree.rel(node).as_str());
            let case =
                tree.children(node).find(|&c| tree.rel(c) == Rel::Case && !tree.is(c, "'s") && !tree.is(c, "’s"));
            if let Some(case) = case {
                way.up.push(':');
                way.up.push_str(&tree.lemma(case));
            }
            way.up.push('>');
        }
        for &node in &up[..joint] {
            way.down.push_str(tree.rel(node).as_str());
            way.down.push('<');
        }
        way
    }
}

/// Relations up from a name, and down from the word.
struct Way {
    up: String,
    down: String,
    steps: usize,
}

impl Way {
    fn far() -> Self {
        Way { up: "far".into(), down: String::new(), steps: usize::MAX }
    }
}

fn names(book: &Codebook, group: usize) -> (&str, &str) {
    let group = &book.groups[group];
    (&group.name, group.event_type.as_deref().unwrap_or(super::NONE))
}

fn has(parties: &[Participant], country: &str) -> bool {
    parties.iter().any(|p| p.actor.code.country.as_deref() == Some(country))
}

fn flag(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}

/// A small number, all above `most` alike.
fn few(n: usize, most: usize) -> &'static str {
    ["0", "1", "2", "3", "4", "5", "6"][n.min(most)]
}

/// The relations whose words are looked at together with the word above.
fn is_telling(rel: Rel) -> bool {
    rel.is_subject()
        || rel.is_oblique()
        || rel.is_nominal_modifier()
        || matches!(
            rel,
            Rel::Obj
                | Rel::Iobj
                | Rel::Xcomp
                | Rel::Ccomp
                | Rel::Advcl
                | Rel::Compound
                | Rel::CompoundPrt
                | Rel::Amod
                | Rel::Advmod
                | Rel::Mark
                | Rel::Aux
                | Rel::Det
                | Rel::Acl
        )
}

/// "The movements were suppressed": who is told without a country, where there is but one that it can be.
fn open(own: &[Participant], country: &str, countries: &BTreeSet<String>) -> Vec<Participant> {
    let unknown = |p: &&Participant| p.actor.code.country.is_none() && p.actor.kind != ActorKind::Place;
    let only = countries.len() == 1 && !is_organisation(country);
    let mut parties: Vec<Participant> = own.iter().filter(unknown).filter(|_| only).cloned().collect();
    parties.iter_mut().for_each(|p| p.actor.code.country = Some(country.into()));
    parties
}
