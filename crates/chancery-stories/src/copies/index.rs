//! Texts that come one by one, each compared with those that share a row of words.

use super::{Circumstances, Copy, CopyInput, MIN_WORDS, Sketch, are_related, least_shared, relation, same_name};
use chancery_text::PartialDate;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, hash_map::Entry};

/// So many texts are looked at for a new one, of those that share a row of words with it; the earliest first. Where more
/// share one, and the first ones are not related, the order of coming may change the result.
const MAX_COMPARED: usize = 2000;

/// All texts so far, and of each the earliest that it is a copy of.
///
/// Texts with the same words stand together and are compared once. Memory: about a kilobyte a text.
#[derive(Debug, Default)]
pub struct CopyIndex {
    docs: Vec<Doc>,
    groups: Vec<Group>,
    by_whole: FxHashMap<u64, u32>,
    keys: Postings,
    /// Outlets' names, each once.
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
    /// Not yet told by [`CopyIndex::take_changes`].
    changed_docs: Vec<u32>,
    changed_groups: FxHashSet<u32>,
}

/// What of a text is kept beside its sketch.
#[derive(Debug)]
struct Doc {
    id: Box<str>,
    date: Option<PartialDate>,
    outlet: Option<u32>,
    credits: Box<[u32]>,
    /// Hash of the address.
    address: Option<u64>,
    group: Option<u32>,
}

/// Texts with the same words.
#[derive(Debug)]
struct Group {
    sketch: Sketch,
    /// The earliest of them.
    first: u32,
    others: Vec<u32>,
    /// The earliest of this group and all groups that it is related to.
    original: u32,
}

/// What orders texts: date, those without one last; those without a credit first; id.
pub(super) type Rank<'a> = (bool, Option<PartialDate>, bool, &'a str);

pub(super) fn rank(text: &CopyInput) -> Rank<'_> {
    (text.date.is_none(), text.date, !text.reprinted_from.is_empty(), &text.id)
}

impl Doc {
    fn rank(&self) -> Rank<'_> {
        (self.date.is_none(), self.date, !self.credits.is_empty(), &self.id)
    }
}

impl CopyIndex {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// Takes a text.
    pub fn place(&mut self, text: CopyInput) {
        let (doc, sketch) = self.doc(text);
        let new = self.docs.len() as u32;
        self.docs.push(doc);
        if sketch.words() < MIN_WORDS {
            return;
        }
        self.changed_docs.push(new);
        let number = self.groups.len() as u32;
        let group = *self.by_whole.entry(sketch.whole()).or_insert(number);
        if group == number {
            self.groups.push(Group { sketch, first: new, others: Vec::new(), original: new });
            return self.settle(group, new, true);
        }
        self.docs[new as usize].group = Some(group);
        let first = self.groups[group as usize].first;
        if self.is_before(first, new) {
            self.groups[group as usize].others.push(new);
            return;
        }
        self.list(group, false);
        let found = &mut self.groups[group as usize];
        found.others.push(found.first);
        found.first = new;
        self.settle(group, new, false);
    }

    /// What has changed since this was last asked: texts that are copies now, or of another text than before; in the order of
    /// their ids. A copy stays one for good.
    pub fn take_changes(&mut self) -> Vec<Copy> {
        let groups = std::mem::take(&mut self.changed_groups);
        let mut docs = std::mem::take(&mut self.changed_docs);
        for group in groups.into_iter().map(|g| &self.groups[g as usize]) {
            docs.push(group.first);
            docs.extend(&group.others);
        }
        self.copies_among(docs)
    }

    /// All copies, in the order of their ids.
    pub fn copies(&self) -> Vec<Copy> {
        self.copies_among((0..self.docs.len() as u32).collect())
    }

    fn copies_among(&self, mut docs: Vec<u32>) -> Vec<Copy> {
        docs.sort_unstable();
        docs.dedup();
        let mut copies: Vec<Copy> = docs.into_iter().filter_map(|doc| self.copy(doc)).collect();
        copies.sort_by(|a, b| a.id.cmp(&b.id));
        copies
    }

    /// The ids of the texts that share a key with a sketch (see [`Sketch::keys`]), of texts with the same words the earliest.
    pub fn candidates(&self, sketch: &Sketch) -> Vec<&str> {
        let lists = sketch.keys().iter().map(|&key| self.keys.get(key));
        let mut ids: Vec<&str> =
            lists.flatten().map(|&g| &*self.docs[self.groups[g as usize].first as usize].id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn doc(&mut self, text: CopyInput) -> (Doc, Sketch) {
        let outlet = text.outlet.map(|name| self.number(name));
        let credits = text.reprinted_from.into_iter().map(|name| self.number(name)).collect();
        let address = text.url.map(|url| super::sketch::fnv_of(url.trim_end_matches('/')));
        (Doc { id: text.id.into(), date: text.date, outlet, credits, address, group: None }, text.sketch)
    }

    fn number(&mut self, name: String) -> u32 {
        if let Some(&number) = self.numbers.get(&name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// Puts a group with a new first text in its place, and finds whose copies it and others now are.
    fn settle(&mut self, group: u32, new: u32, is_new: bool) {
        self.docs[new as usize].group = Some(group);
        let own = &self.groups[group as usize];
        let is_root = is_new || self.is_before(new, own.original);
        let original = if is_root { self.earliest_related(group, new).unwrap_or(new) } else { own.original };
        let later = self.later_related(group, new);
        self.groups[group as usize].original = original;
        self.list(group, true);
        if is_root && !is_new {
            self.changed_groups.insert(group);
        }
        for other in later {
            self.groups[other as usize].original = new;
            self.changed_groups.insert(other);
        }
    }

    /// Of the related texts before `new` the first. Lists are walked side by side, so that of ten thousand copies with
    /// small differences only the original is looked at.
    fn earliest_related(&self, group: u32, new: u32) -> Option<u32> {
        let sketch = &self.groups[group as usize].sketch;
        let sampled = sketch.sampled();
        let lists: Vec<&[u32]> = sketch.keys().iter().map(|&key| self.split(key, new).0).collect();
        let entry = |list: usize, at: usize| {
            let group = *lists[list].get(at)?;
            Some(Reverse((self.first(group).rank(), group, list, at)))
        };
        let mut heap: BinaryHeap<_> = (0..lists.len()).filter_map(|list| entry(list, 0)).collect();
        let (mut last, mut shared, mut looked) = (group, 0, 0);
        while let Some(Reverse((_, other, list, at))) = heap.pop() {
            heap.extend(entry(list, at + 1));
            (last, shared) = if other == last { (last, shared + 1) } else { (other, 1) };
            looked += usize::from(shared == 1);
            if looked > MAX_COMPARED {
                return None;
            }
            let found = &self.groups[other as usize];
            if shared == least_shared(sampled, found.sketch.sampled()) && are_related(sketch, &found.sketch) {
                return Some(found.first);
            }
        }
        None
    }

    /// Related groups that begin after `new` and whose original is not before it.
    fn later_related(&self, group: u32, new: u32) -> Vec<u32> {
        let sketch = &self.groups[group as usize].sketch;
        let sampled = sketch.sampled();
        let lists = sketch.keys().iter().map(|&key| self.split(key, new).1.iter().take(MAX_COMPARED));
        let mut others: Vec<u32> = lists.flatten().copied().collect();
        others.sort_unstable();
        let runs = others.chunk_by(|a, b| a == b).filter(|run| {
            let found = &self.groups[run[0] as usize];
            run.len() >= least_shared(sampled, found.sketch.sampled())
                && self.is_before(new, found.original)
                && are_related(sketch, &found.sketch)
        });
        runs.map(|run| run[0]).collect()
    }

    /// The groups with a key that begin before and after a text.
    fn split(&self, key: u32, at: u32) -> (&[u32], &[u32]) {
        let list = self.keys.get(key);
        // most texts come in the order of their dates
        if list.last().is_none_or(|&last| self.first(last).rank() < self.docs[at as usize].rank()) {
            return (list, &[]);
        }
        list.split_at(list.partition_point(|&g| self.first(g).rank() < self.docs[at as usize].rank()))
    }

    /// Puts a group into the lists of its keys, or takes it out.
    fn list(&mut self, group: u32, put: bool) {
        let CopyIndex { docs, groups, keys, .. } = self;
        let first = |g: u32| docs[groups[g as usize].first as usize].rank();
        for &key in groups[group as usize].sketch.keys() {
            if put {
                keys.put(key, group, |other| first(other).cmp(&first(group)));
            } else {
                keys.take(key, group);
            }
        }
    }

    fn first(&self, group: u32) -> &Doc {
        &self.docs[self.groups[group as usize].first as usize]
    }

    fn is_before(&self, a: u32, b: u32) -> bool {
        self.docs[a as usize].rank() < self.docs[b as usize].rank()
    }

    fn copy(&self, number: u32) -> Option<Copy> {
        let doc = &self.docs[number as usize];
        let group = &self.groups[doc.group? as usize];
        if group.original == number {
            return None;
        }
        let original = &self.docs[group.original as usize];
        let earlier = &self.groups[original.group? as usize].sketch;
        let name = |number: u32| &*self.names[number as usize];
        let credited =
            doc.credits.iter().map(|&c| name(c)).find(|c| original.outlet.is_some_and(|o| same_name(c, name(o))));
        let same = |a: Option<u64>, b: Option<u64>| a.is_some() && a == b;
        let known = Circumstances {
            same_outlet: same(doc.outlet.map(u64::from), original.outlet.map(u64::from)),
            same_address: same(doc.address, original.address),
            credited,
        };
        let (relation, overlap, why) = relation(earlier, &group.sketch, known);
        let (share, kept) = (overlap.first_in_second, overlap.second_in_first);
        Some(Copy { of: original.id.to_string(), id: doc.id.to_string(), relation, share, kept, why })
    }
}

/// For each key the groups that have it, in the order of their first texts.
#[derive(Debug, Default)]
struct Postings {
    /// A group, or the number of a list where several have the key: most keys are of one text only.
    places: FxHashMap<u32, u32>,
    lists: Vec<Vec<u32>>,
}

const IS_LIST: u32 = 1 << 31;

impl Postings {
    fn get(&self, key: u32) -> &[u32] {
        match self.places.get(&key) {
            None => &[],
            Some(place) if place & IS_LIST == 0 => std::slice::from_ref(place),
            Some(place) => &self.lists[(place ^ IS_LIST) as usize],
        }
    }

    /// `order` compares another group with this one.
    fn put(&mut self, key: u32, group: u32, order: impl Fn(u32) -> Ordering) {
        match self.places.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(group);
            }
            Entry::Occupied(mut slot) if slot.get() & IS_LIST == 0 => {
                let old = *slot.get();
                let list = if order(old).is_lt() { vec![old, group] } else { vec![group, old] };
                slot.insert(self.lists.len() as u32 | IS_LIST);
                self.lists.push(list);
            }
            Entry::Occupied(slot) => {
                let list = &mut self.lists[(slot.get() ^ IS_LIST) as usize];
                let at = match list.last() {
                    Some(&last) if order(last).is_lt() => list.len(),
                    _ => list.partition_point(|&other| order(other).is_lt()),
                };
                list.insert(at, group);
            }
        }
    }

    fn take(&mut self, key: u32, group: u32) {
        match self.places.get(&key).copied() {
            Some(place) if place == group => {
                self.places.remove(&key);
            }
            Some(place) if place & IS_LIST != 0 => {
                self.lists[(place ^ IS_LIST) as usize].retain(|&other| other != group)
            }
            _ => {}
        }
    }
}
