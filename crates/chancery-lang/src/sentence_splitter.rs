//! Where sentences end.
//!
//! In: the words of a paragraph. Out: the index of each sentence's first word. Method: a linear classifier over the words
//! around each gap, trained on treebanks whose sentences were joined again; it also ends sentences that have no stop.

use crate::features::{Class, Word, feature};
use crate::linear::{Linear, Trainer};
use crate::tokenizer::{Piece, Tokenizer};

/// What is known at a gap between two words.
struct Gaps<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    words: &'a [Word],
    tokenizer: &'a Tokenizer,
    /// Depth of open brackets and quotation marks before each word.
    open: Vec<u8>,
}

const END: usize = 1;

/// The first words of all sentences; empty for no words. Sentences longer than `cap` are cut.
pub(crate) fn split(
    model: &Linear,
    tokenizer: &Tokenizer,
    text: &str,
    pieces: &[Piece],
    words: &[Word],
    cap: usize,
) -> (Vec<usize>, usize) {
    let gaps = Gaps::new(text, pieces, words, tokenizer);
    let mut features = Vec::with_capacity(40);
    let mut starts = vec![];
    let mut cut = 0;
    let mut start = 0;
    for (i, piece) in pieces.iter().enumerate() {
        if i == 0 {
            starts.push(0);
            continue;
        }
        if !gaps.possible(i) {
            if i - start >= cap && !piece.glued {
                starts.push(i);
                start = i;
                cut += 1;
            }
            continue;
        }
        gaps.extract(i, start, &mut features);
        let mut scores = [0i32; 2];
        for &f in &features {
            model.add(f, &mut scores);
        }
        let ends = scores[END] > scores[0];
        if ends || i - start >= cap {
            starts.push(i);
            start = i;
            cut += usize::from(!ends);
        }
    }
    (starts, cut)
}

/// One pass of training over a paragraph; `gold[i]` is true where a sentence begins at word `i`.
pub(crate) fn learn(
    trainer: &mut Trainer,
    tokenizer: &Tokenizer,
    text: &str,
    pieces: &[Piece],
    words: &[Word],
    gold: &[bool],
) {
    let gaps = Gaps::new(text, pieces, words, tokenizer);
    let mut features = Vec::new();
    let mut scores = Vec::new();
    let mut start = 0;
    for (i, begins) in gold.iter().copied().enumerate().take(pieces.len()).skip(1) {
        if gaps.possible(i) {
            gaps.extract(i, start, &mut features);
            trainer.scores(&features, &mut scores);
            trainer.learn(&features, usize::from(begins), usize::from(scores[END] > scores[0]));
        }
        if begins {
            start = i;
        }
    }
}

impl<'a> Gaps<'a> {
    fn new(text: &'a str, pieces: &'a [Piece], words: &'a [Word], tokenizer: &'a Tokenizer) -> Self {
        let mut open = Vec::with_capacity(pieces.len() + 1);
        let (mut brackets, mut quote) = (0u8, false);
        for piece in pieces {
            open.push(brackets.min(3) * 2 + u8::from(quote));
            match piece.span.of(text) {
                "(" | "[" => brackets = brackets.saturating_add(1),
                ")" | "]" => brackets = brackets.saturating_sub(1),
                "\"" => quote = !quote,
                "“" | "‘" => quote = true,
                "”" => quote = false,
                _ => {}
            }
        }
        open.push(brackets.min(3) * 2 + u8::from(quote));
        Gaps { text, pieces, words, tokenizer, open }
    }

    fn form(&self, i: usize) -> &str {
        self.pieces.get(i).map_or("", |p| p.span.of(self.text))
    }

    /// Whether the gap before word `i` can be a sentence's end at all: plain lower-case words rarely begin one.
    fn possible(&self, i: usize) -> bool {
        if self.pieces[i].glued {
            return false;
        }
        let (before, after) = (&self.words[i - 1], &self.words[i]);
        let calm = matches!(before.class, Class::Lower) && matches!(after.class, Class::Lower);
        !calm && !self.tokenizer.is_title(self.form(i - 1))
    }

    fn extract(&self, i: usize, start: usize, out: &mut Vec<u32>) {
        let word = |k: isize| {
            usize::try_from(i as isize + k).ok().and_then(|j| self.words.get(j)).copied().unwrap_or_default()
        };
        let (a, b, aa, bb, aaa, bbb) = (word(-1), word(0), word(-2), word(1), word(-3), word(2));
        let spaced = u32::from(self.pieces[i - 1].span.end < self.pieces[i].span.start);
        let open = u32::from(self.open[i]);
        let length = ((i - start).min(31) / 4) as u32;
        let stop = stop_kind(self.form(i - 1));
        let stops = stop << 8 | stop_kind(self.form(i.wrapping_sub(2))) << 4 | stop_kind(self.form(i));
        let context = stop << 8 | (b.class as u32) << 4 | spaced;
        let form_a = self.form(i - 1).len().min(7) as u32;
        out.clear();
        let mut number = 3000;
        let mut push = |a: u32, b: u32, c: u32| {
            out.push(feature(number, a, b, c));
            number += 1;
        };
        push(0, 0, 0);
        push(a.form, 0, 0);
        push(b.form, 0, 0);
        push(a.form, b.class as u32, spaced);
        push(stop, b.lower, spaced);
        push(stop, aa.lower, b.class as u32);
        push(stop, b.shape, aa.shape);
        push(stops, spaced, open);
        push(context, open, 0);
        push(context, length, 0);
        push(context, aa.class as u32, form_a);
        push(context, bb.class as u32, 0);
        push(context, bb.lower, 0);
        push(a.lower, b.lower, 0);
        push(context, aaa.lower, aa.lower);
        push(a.shape, b.shape, bb.shape);
        push(stop, aaa.class as u32, u32::from(i - start <= 2));
        push(a.form, open, 0);
        push(b.form, open, spaced);
        push(aa.lower, a.form, u32::from(i - start <= 2));
        push(b.class as u32, bb.form, bbb.class as u32);
        push(a.suffix[2], b.class as u32, spaced);
        push(context, b.suffix[2], 0);
        push(a.class as u32, aa.class as u32, context);
    }
}

/// What kind of end a word can be.
fn stop_kind(form: &str) -> u32 {
    match form {
        "." => 1,
        "!" | "?" | "?!" | "!?" | "!!" | "!!!" | "??" => 2,
        "..." | "…" | ".." | "...." => 3,
        ":" => 4,
        ";" => 5,
        "\"" | "”" | "''" | "’" | "'" => 6,
        ")" | "]" => 7,
        "," => 8,
        "-" | "--" | "–" | "—" => 9,
        "“" | "‘" => 10,
        f if f.ends_with('.') => 11,
        f if f.ends_with(['!', '?']) => 2,
        _ => 0,
    }
}
