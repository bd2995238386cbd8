//! Dictionary forms that follow from lists: irregular words, and regular forms of verbs that are known; kinds of words that
//! headlines are read by.
//!
//! In: `data/lang/forms.tsv` (words whose forms follow no rule) and `data/lang/verbs.txt` (verbs in their dictionary form).
//! Out: the lemma of a form, where the lists or the spelling rules of English leave one. What is learnt from treebanks
//! ([`crate::lemmatizer`]) has seen too few verbs to cut "shelled", "ceded" and "fled" right.

use crate::LangError;
use chancery_data::Data;
use chancery_text::Xpos;
use rustc_hash::{FxHashMap, FxHashSet};

const FORMS_PATH: &str = "lang/forms.tsv";
const VERBS_PATH: &str = "lang/verbs.txt";
const PREFIXES_MARK: &str = "# prefixes:";
const GRAMMATICAL_MARK: &str = "# articles and pronouns:";
const MODIFYING_MARK: &str = "# modifying plurals:";
const PLURAL_MARK: &str = "# plurals without an s:";

/// The lists.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    verbs: FxHashSet<String>,
    past: FxHashMap<String, String>,
    participle: FxHashMap<String, String>,
    nouns: FxHashMap<String, String>,
    prefixes: Vec<String>,
    grammatical: FxHashSet<String>,
    modifying: FxHashSet<String>,
    plural: FxHashSet<String>,
}

impl Forms {
    /// Reads the lists.
    pub(crate) fn load(data: &Data) -> Result<Self, LangError> {
        let mut forms = Forms::default();
        let text = data.text(FORMS_PATH)?;
        for line in text.lines() {
            let words = |mark| line.strip_prefix(mark).into_iter().flat_map(str::split_whitespace).map(str::to_string);
            forms.prefixes.extend(words(PREFIXES_MARK));
            forms.grammatical.extend(words(GRAMMATICAL_MARK));
            forms.modifying.extend(words(MODIFYING_MARK));
            forms.plural.extend(words(PLURAL_MARK));
        }
        for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            forms.add(line).map_err(|what| LangError::Words { path: FORMS_PATH, what })?;
        }
        let verbs = data.text(VERBS_PATH)?;
        forms
            .verbs
            .extend(verbs.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_string));
        Ok(forms)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let put = |map: &mut FxHashMap<String, String>, forms: &str, word: &str| {
            for form in forms.split('/') {
                map.entry(form.to_string()).or_insert_with(|| word.to_string());
            }
        };
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            [word, "verb", past, participle] => {
                put(&mut self.past, past, word);
                put(&mut self.participle, participle, word);
                self.verbs.insert((*word).to_string());
            }
            [word, "noun", plural] => put(&mut self.nouns, plural, word),
            _ => {
                return Err(format!(
                    "{line:?} is neither `word verb past participle` nor `word noun plural`, with tabs"
                ));
            }
        }
        Ok(())
    }

    /// The lemma of a word in lower case; `None` where the lists do not tell.
    pub(crate) fn lemma(&self, lower: &str, xpos: Xpos) -> Option<String> {
        match xpos {
            Xpos::Vbd | Xpos::Vbn => {
                let maps =
                    if xpos == Xpos::Vbd { [&self.past, &self.participle] } else { [&self.participle, &self.past] };
                let found = self.irregular(lower, maps).or_else(|| self.of_past(lower));
                // a plain form is one that the tagger took for a past: "Police raid offices"
                found.or_else(|| self.verbs.contains(lower).then(|| lower.to_string()))
            }
            Xpos::Vbg => self.of_participle(lower),
            Xpos::Vbz => self.of_third_person(lower),
            Xpos::Vb | Xpos::Vbp => self.verbs.contains(lower).then(|| lower.to_string()),
            Xpos::Nns => self.nouns.get(lower).cloned(),
            _ => None,
        }
    }

    /// True for a word in lower case that is this finite form of a verb in the lists.
    pub(crate) fn is_form(&self, lower: &str, xpos: Xpos) -> bool {
        match xpos {
            Xpos::Vbd => self.irregular(lower, [&self.past, &self.past]).or_else(|| self.of_past(lower)).is_some(),
            Xpos::Vbz => self.of_third_person(lower).is_some(),
            Xpos::Vbp => self.verbs.contains(lower),
            _ => false,
        }
    }

    /// True for a plural in lower case that follows no rule.
    pub(crate) fn is_plural(&self, lower: &str) -> bool {
        self.plural.contains(lower) || self.nouns.contains_key(lower)
    }

    /// True for an article, a pronoun or what stands in their place, in lower case.
    pub(crate) fn is_grammatical(&self, lower: &str) -> bool {
        self.grammatical.contains(lower)
    }

    /// True for a plural in lower case that stands before nouns, as in "arms deal".
    pub(crate) fn modifies(&self, lower: &str) -> bool {
        self.modifying.contains(lower)
    }

    fn irregular(&self, lower: &str, maps: [&FxHashMap<String, String>; 2]) -> Option<String> {
        let whole = maps.iter().find_map(|map| map.get(lower));
        let prefixed = || {
            let parts = self.prefixes.iter().filter_map(|p| Some((p, lower.strip_prefix(p.as_str())?)));
            let mut found =
                parts.filter_map(|(p, rest)| Some(format!("{p}{}", maps.iter().find_map(|m| m.get(rest))?)));
            found.find(|verb| self.verbs.contains(verb))
        };
        whole.cloned().or_else(prefixed)
    }

    /// "ceded", "shelled", "banned", "tied", "denied", "panicked".
    fn of_past(&self, lower: &str) -> Option<String> {
        let stem = lower.strip_suffix("ed")?;
        let y = stem.strip_suffix('i').map(|s| format!("{s}y"));
        self.first_known([y, Some(format!("{stem}e")), Some(stem.to_string()), undoubled(stem)])
    }

    /// "ceding", "shelling", "banning", "tying", "panicking".
    fn of_participle(&self, lower: &str) -> Option<String> {
        let stem = lower.strip_suffix("ing")?;
        let ie = stem.strip_suffix('y').map(|s| format!("{s}ie"));
        // "hoping" is no form of "hop", which doubles its last letter.
        let plain = (!doubles(stem)).then(|| stem.to_string());
        self.first_known([plain, Some(format!("{stem}e")), undoubled(stem), ie])
    }

    /// "cedes", "quashes", "denies", "ties".
    fn of_third_person(&self, lower: &str) -> Option<String> {
        let stem = lower.strip_suffix('s')?;
        let y = stem.strip_suffix("ie").map(|s| format!("{s}y"));
        self.first_known([y, Some(stem.to_string()), stem.strip_suffix('e').map(str::to_string), None])
    }

    fn first_known(&self, verbs: [Option<String>; 4]) -> Option<String> {
        verbs.into_iter().flatten().find(|v| self.verbs.contains(v))
    }
}

/// "bann" without its second n; "panick" without its k.
fn undoubled(stem: &str) -> Option<String> {
    let mut back = stem.chars().rev();
    let (last, before) = (back.next()?, back.next()?);
    let short = || stem[..stem.len() - last.len_utf8()].to_string();
    (last == before || (last == 'k' && before == 'c')).then(short)
}

/// True for one syllable that ends in consonant, vowel, consonant: such verbs double their last letter.
fn doubles(verb: &str) -> bool {
    let is_vowel = |c: char| "aeiou".contains(c);
    let letters: Vec<char> = verb.chars().collect();
    let [.., a, b, c] = letters.as_slice() else { return false };
    !is_vowel(*a)
        && is_vowel(*b)
        && !is_vowel(*c)
        && !"wxy".contains(*c)
        && letters.iter().filter(|c| is_vowel(**c)).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_their_dictionary_form() {
        let forms = Forms::load(&Data::embedded()).unwrap();
        for (form, xpos, lemma) in [
            ("shot", Xpos::Vbd, "shoot"),
            ("fled", Xpos::Vbn, "flee"),
            ("withheld", Xpos::Vbd, "withhold"),
            ("overthrew", Xpos::Vbd, "overthrow"),
            ("lay", Xpos::Vbd, "lie"),
            ("lay", Xpos::Vb, "lay"),
            ("found", Xpos::Vbd, "find"),
            ("founded", Xpos::Vbn, "found"),
            ("bombed", Xpos::Vbd, "bomb"),
            ("aided", Xpos::Vbn, "aid"),
            ("ceded", Xpos::Vbd, "cede"),
            ("shelled", Xpos::Vbd, "shell"),
            ("banned", Xpos::Vbn, "ban"),
            ("controlled", Xpos::Vbd, "control"),
            ("cancelled", Xpos::Vbd, "cancel"),
            ("panicked", Xpos::Vbd, "panic"),
            ("denied", Xpos::Vbd, "deny"),
            ("tied", Xpos::Vbn, "tie"),
            ("freed", Xpos::Vbn, "free"),
            ("hoping", Xpos::Vbg, "hope"),
            ("shooting", Xpos::Vbg, "shoot"),
            ("banning", Xpos::Vbg, "ban"),
            ("vying", Xpos::Vbg, "vie"),
            ("denying", Xpos::Vbg, "deny"),
            ("agreeing", Xpos::Vbg, "agree"),
            ("denies", Xpos::Vbz, "deny"),
            ("ties", Xpos::Vbz, "tie"),
            ("clashes", Xpos::Vbz, "clash"),
            ("goes", Xpos::Vbz, "go"),
            ("bases", Xpos::Nns, "base"),
            ("embargoes", Xpos::Nns, "embargo"),
        ] {
            assert_eq!(forms.lemma(form, xpos).as_deref(), Some(lemma), "{form}");
        }
        assert_eq!(forms.lemma("blorked", Xpos::Vbd), None);
        assert_eq!(forms.lemma("é", Xpos::Vbg), None);
    }
}
