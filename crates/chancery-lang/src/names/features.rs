//! The features of a word in its sentence, as 32-bit hashes.

use super::observation::{Case, Observation};

/// Labels: outside, then first and later word of a person, a place, an organisation.
pub(crate) const LABELS: [&str; 7] = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"];

/// What holds for a whole sentence.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// Most words are written in capitals.
    pub shouted: bool,
    /// Most words have a capital letter, as in headlines.
    pub titled: bool,
    /// No word has a capital letter.
    pub quiet: bool,
}

impl Setting {
    pub(crate) fn of(seen: &[Observation]) -> Self {
        let count = |case: Case| seen.iter().filter(|o| o.case == case).count();
        let (lower, title, upper) = (count(Case::Lower), count(Case::Title), count(Case::Upper));
        Setting {
            shouted: upper > lower + title && upper > 1,
            titled: title > lower && title > 3,
            quiet: title + upper == 0,
        }
    }

    fn bits(self) -> u32 {
        u32::from(self.shouted) | u32::from(self.titled) << 1 | u32::from(self.quiet) << 2
    }
}

/// Where features that a data set may see differently begin; see `train`.
pub(crate) const SHARED: usize = 12;

/// Puts the features of word `i` into `features`. The first [`SHARED`] are the ones that guidelines differ in.
pub(crate) fn extract(seen: &[Observation], setting: Setting, i: usize, features: &mut Vec<u32>) {
    features.clear();
    let none = Observation { form: 1, lower: 1, ..Observation::default() };
    let at = |d: isize| i.checked_add_signed(d).and_then(|k| seen.get(k)).unwrap_or(&none);
    let (w, p, n, pp, nn) = (at(0), at(-1), at(1), at(-2), at(2));
    let first = u32::from(i == 0) | u32::from(i > 0 && p.case == Case::Punct) << 1;
    let here = setting.bits() << 8 | (w.case as u32) << 2 | first;
    let mut template = 0;
    let mut add = |a: u32, b: u32| {
        template += 1;
        features.push(mix(template, a, b));
    };
    add(0, 0);
    add(w.lower, 0);
    add(w.form, 0);
    add(here, 0);
    add(w.shape, here);
    add(u32::from(w.group.fine), w.case as u32);
    add(u32::from(w.group.middle), here);
    add(p.lower, w.case as u32);
    add(n.lower, w.case as u32);
    add(w.lists, w.case as u32);
    add(w.tags, w.case as u32);
    add(u32::from(p.group.middle), u32::from(n.group.middle) << 3 | w.case as u32);
    // The word.
    for suffix in w.suffix {
        add(suffix, w.case as u32);
    }
    for prefix in w.prefix {
        add(prefix, w.case as u32);
    }
    add(u32::from(w.group.coarse), here);
    add(u32::from(w.group.rank), here);
    add(u32::from(w.length), here);
    // The words around it.
    add(pp.lower, 0);
    add(nn.lower, 0);
    add(p.lower, w.lower);
    add(w.lower, n.lower);
    add(p.lower, n.lower);
    add(pp.lower, p.lower);
    add(n.lower, nn.lower);
    let cases = (p.case as u32) << 3 | n.case as u32;
    add(cases << 3 | w.case as u32, first);
    add(cases << 6 | (pp.case as u32) << 3 | nn.case as u32, here);
    add(p.shape, w.shape);
    add(w.shape, n.shape);
    // The groups around it.
    for (k, o) in [pp, p, n, nn].into_iter().enumerate() {
        add(u32::from(o.group.fine), k as u32);
        add(u32::from(o.group.middle), w.case as u32 | (k as u32) << 4);
        add(u32::from(o.group.coarse) | (o.case as u32) << 8, w.case as u32 | (k as u32) << 4);
    }
    add(u32::from(p.group.middle), u32::from(w.group.middle));
    add(u32::from(w.group.middle), u32::from(n.group.middle));
    add(u32::from(p.group.coarse) | u32::from(w.group.coarse) << 8, u32::from(n.group.coarse) | cases << 8);
    add(u32::from(p.group.fine), u32::from(w.group.middle));
    add(u32::from(w.group.middle), n.lower);
    add(p.lower, u32::from(w.group.middle));
    // The lists around it.
    add(p.lists, w.lists);
    add(w.lists, n.lists);
    add(w.lists, u32::from(w.group.coarse));
    // The tags around it.
    add(p.tags, w.tags);
    add(w.tags, n.tags);
    add(p.tags, n.tags);
    add(w.tags, u32::from(w.group.middle));
    debug_assert!(features.len() > SHARED);
}

/// The feature that every word has.
pub(crate) const ALWAYS: u32 = mix(1, 0, 0);

#[inline]
pub(crate) const fn mix(template: u32, a: u32, b: u32) -> u32 {
    let mut h = (template as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (a as u64);
    h = h.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 29) ^ (b as u64)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (h ^ (h >> 32)) as u32 & !1
}
