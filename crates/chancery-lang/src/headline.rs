//! Headlines In Title Case, and in CAPITALS.
//!
//! The models learnt from sentences, where a capital marks a name. Where every word has one, it tells nothing: the words are
//! shown to them in lower case, except those that the lists know as names, and those that are taken for names even so.

use crate::features::{Class, Word};
use chancery_text::Upos;

/// Words with this many letters have a capital in a headline, unless they are grammar's.
const LONG: usize = 4;
/// A shorter word in lower case is grammar's, or a particle.
const SHORT: usize = 3;
/// How many long words a line must have for its capitals to be a manner of writing.
const MIN_LONG: usize = 3;
/// Share of the long words with a capital.
const MOST: f32 = 0.8;

/// How a line uses capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A capital begins a name, or a sentence.
    Sentence,
    /// Every word of weight has one.
    Title,
    /// All letters are capitals.
    Capitals,
}

/// The manner of a sentence's words; `letters` counts those of each.
pub(crate) fn manner(words: &[Word], letters: &[usize]) -> Manner {
    let long = || words.iter().zip(letters).skip(1).filter(|(_, n)| **n >= LONG).map(|(w, _)| w.class);
    let count = |class: Class| long().filter(|c| *c == class).count();
    let all = long().filter(|c| !matches!(c, Class::Digit | Class::Punct)).count();
    let most = |n: usize| n >= MIN_LONG && n as f32 >= MOST * all as f32;
    match () {
        () if most(count(Class::Upper)) && count(Class::Lower) == 0 => Manner::Capitals,
        () if most(count(Class::Title) + count(Class::Mixed)) => Manner::Title,
        () => Manner::Sentence,
    }
}

/// True where a word in lower case carries meaning: the capitals of such a line mark names.
pub(crate) fn has_lower_content(words: &[Word], letters: &[usize], tag: impl Fn(usize) -> Upos) -> bool {
    let carries = |i: usize| matches!(tag(i), Upos::Noun | Upos::Verb | Upos::Adj) && letters[i] >= SHORT;
    (0..words.len()).any(|i| words[i].class == Class::Lower && carries(i))
}

/// The words in lower case, except the names; of capitals, the names with their first letter.
pub(crate) fn recased(forms: &[&str], words: &[Word], manner: Manner, is_name: impl Fn(usize) -> bool) -> Vec<Word> {
    let recase = |i: usize| match (words[i].class, manner) {
        (Class::Title | Class::Mixed, Manner::Title) if !is_name(i) && !has_inner_capital(forms[i]) => lower(forms[i]),
        (Class::Upper, Manner::Capitals) if is_name(i) => title(forms[i]),
        (Class::Upper, Manner::Capitals) => lower(forms[i]),
        _ => words[i],
    };
    (0..words.len()).map(recase).collect()
}

/// "McDonald", "iPhone".
fn has_inner_capital(form: &str) -> bool {
    form.split('-').any(|part| part.chars().skip(1).any(char::is_uppercase))
}

fn lower(form: &str) -> Word {
    Word::new(&form.to_lowercase())
}

fn title(form: &str) -> Word {
    let rest = form.chars().skip(1).flat_map(char::to_lowercase);
    Word::new(&form.chars().take(1).chain(rest).collect::<String>())
}
