//! Quotation marks: which stretches of a text stand between them.
//!
//! In: the text of paragraphs. Out: the outermost quotations, in order. Curly, straight, angled and single marks are
//! read; an apostrophe is none. A quotation that is not closed runs to the end of its paragraph, and where the next
//! paragraph opens with a mark, it goes on there.

use chancery_text::Span;

/// A stretch between quotation marks, within one paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// With the marks.
    pub outer: Span,
    /// Without them, trimmed.
    pub inner: Span,
    /// Number of the paragraph.
    pub paragraph: usize,
    /// It goes on from the paragraph before, which was not closed.
    pub continued: bool,
    /// It has a closing mark.
    pub closed: bool,
}

/// Finds the outermost quotations of `paragraphs`, which are given in order.
pub(crate) fn find_quotations(text: &str, paragraphs: &[Span]) -> Vec<Quotation> {
    let mut found: Vec<Quotation> = Vec::new();
    for (number, &paragraph) in paragraphs.iter().enumerate() {
        let first = found.len();
        scan_paragraph(text, paragraph, number, &mut found);
        let Some(before) = first.checked_sub(1) else { continue };
        let starts_with_mark = found.get(first).is_some_and(|q| opens_paragraph(text, paragraph, q));
        let was_open = !found[before].closed && found[before].paragraph + 1 == number;
        if was_open && starts_with_mark {
            found[first].continued = true;
        }
    }
    drop_lost_openings(text, paragraphs, &mut found);
    found
}

/// True where nothing stands before the quotation in its paragraph.
pub(crate) fn opens_paragraph(text: &str, paragraph: Span, quotation: &Quotation) -> bool {
    Span::new(paragraph.start, quotation.outer.start).of(text).trim().is_empty()
}

/// An opening mark without a closing one is trusted where it opens the paragraph or a paragraph goes on from it, or
/// where a comma or colon leads to it; elsewhere it is taken for a stray mark.
fn drop_lost_openings(text: &str, paragraphs: &[Span], found: &mut Vec<Quotation>) {
    let goes_on: Vec<bool> = (0..found.len()).map(|i| found.get(i + 1).is_some_and(|next| next.continued)).collect();
    let mut i = 0;
    found.retain(|q| {
        let lead = Span::new(paragraphs[q.paragraph].start, q.outer.start).of(text).trim_end();
        let keep = q.closed || goes_on[i] || lead.is_empty() || lead.ends_with([':', ',']);
        i += 1;
        keep
    });
}

/// A mark that is open.
struct Open {
    at: usize,
    len: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Curly,
    Straight,
    Angled,
    Single,
    StraightSingle,
    Backticks,
}

fn scan_paragraph(text: &str, paragraph: Span, number: usize, found: &mut Vec<Quotation>) {
    let part = paragraph.of(text);
    let chars: Vec<(usize, char)> = part.char_indices().collect();
    let mut open: Vec<Open> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let place = Place { chars: &chars, i };
        let mut taken = 1;
        if let Some((kind, len)) = closes(&place, &open) {
            taken = len;
            // Marks of another kind that were left open inside are given up.
            while let Some(top) = open.pop() {
                if top.kind == kind {
                    if open.is_empty() {
                        found.push(quotation(text, paragraph, number, &top, Some(byte_after(&chars, i + len, part))));
                    }
                    break;
                }
            }
        } else if let Some((kind, len)) = opens(&place, &open) {
            taken = len;
            let at = chars[i].0;
            open.push(Open { at, len: byte_after(&chars, i + len, part) - at, kind });
        }
        i += taken;
    }
    if let Some(first) = open.first().filter(|o| !matches!(o.kind, Kind::Single | Kind::StraightSingle)) {
        found.push(quotation(text, paragraph, number, first, None));
    }
}

fn quotation(text: &str, paragraph: Span, number: usize, open: &Open, end: Option<usize>) -> Quotation {
    let start = paragraph.start + open.at;
    let outer = Span::new(start, end.map_or(paragraph.end, |e| paragraph.start + e));
    let closing = if end.is_some() { last_mark_len(outer.of(text), open.kind) } else { 0 };
    let inner = Span::new(start + open.len, outer.end - closing).trimmed(text);
    Quotation { outer, inner, paragraph: number, continued: false, closed: end.is_some() }
}

fn last_mark_len(outer: &str, kind: Kind) -> usize {
    let marks = if kind == Kind::Backticks { 2 } else { 1 };
    outer.chars().rev().take(marks).map(char::len_utf8).sum()
}

fn byte_after(chars: &[(usize, char)], i: usize, part: &str) -> usize {
    chars.get(i).map_or(part.len(), |(at, _)| *at)
}

/// A character with its neighbours.
struct Place<'a> {
    chars: &'a [(usize, char)],
    i: usize,
}

impl Place<'_> {
    fn at(&self, offset: isize) -> Option<char> {
        self.i.checked_add_signed(offset).and_then(|i| self.chars.get(i)).map(|c| c.1)
    }

    fn space_before(&self) -> bool {
        self.at(-1).is_none_or(|c| c.is_whitespace() || "([{—–-/“‘\"'«".contains(c))
    }

    fn word_after(&self) -> bool {
        self.at(1).is_some_and(|c| c.is_alphanumeric() || "“‘\"'«[($€£…¡¿.—-".contains(c))
    }

    fn word_before(&self) -> bool {
        self.at(-1).is_some_and(char::is_alphanumeric)
    }

    fn letter_after(&self) -> bool {
        self.at(1).is_some_and(char::is_alphanumeric)
    }
}

fn closes(place: &Place<'_>, open: &[Open]) -> Option<(Kind, usize)> {
    let is_open = |kind: Kind| open.iter().any(|o| o.kind == kind);
    let kind = match place.at(0)? {
        '”' | '‟' if is_open(Kind::Curly) => Kind::Curly,
        // German opening „ closes with “.
        '“' if is_open(Kind::Curly) && !place.space_before() && !place.letter_after() => Kind::Curly,
        '»' | '«' if is_open(Kind::Angled) => Kind::Angled,
        '"' if is_open(Kind::Straight) && !looks_opening(place) => Kind::Straight,
        // A page may mix them: “ … ".
        '"' if is_open(Kind::Curly) && !looks_opening(place) => Kind::Curly,
        '’' if is_open(Kind::Single) && !place.letter_after() && !is_possessive(place) => Kind::Single,
        '\'' if place.at(1) == Some('\'') && is_open(Kind::Backticks) => return Some((Kind::Backticks, 2)),
        '\'' if is_open(Kind::StraightSingle) && !place.letter_after() && !is_possessive(place) => Kind::StraightSingle,
        _ => return None,
    };
    Some((kind, 1))
}

fn opens(place: &Place<'_>, open: &[Open]) -> Option<(Kind, usize)> {
    let is_open = |kind: Kind| open.iter().any(|o| o.kind == kind);
    let kind = match place.at(0)? {
        '“' | '„' | '‟' if !is_open(Kind::Curly) || nests(place) => Kind::Curly,
        '”' if open.is_empty() && place.space_before() && place.word_after() => Kind::Curly,
        '«' | '»' if !is_open(Kind::Angled) && place.word_after() => Kind::Angled,
        '"' if !is_open(Kind::Straight) && place.word_after() && (place.space_before() || !place.word_before()) => {
            Kind::Straight
        }
        '‘' if place.space_before() && place.word_after() => Kind::Single,
        '\'' if place.space_before() && place.letter_after() && has_single_close(place) => Kind::StraightSingle,
        '`' if place.at(1) == Some('`') => return Some((Kind::Backticks, 2)),
        _ => return None,
    };
    Some((kind, 1))
}

/// A double mark inside double marks opens a nested quotation where enough closing marks follow for both.
fn nests(place: &Place<'_>) -> bool {
    let later = &place.chars[place.i + 1..];
    let count = |mark: char| later.iter().filter(|c| c.1 == mark).count();
    place.space_before() && count('”') >= count('“') + 2
}

/// A straight mark after a space and before a word opens, whatever was open.
fn looks_opening(place: &Place<'_>) -> bool {
    place.at(-1).is_some_and(char::is_whitespace) && place.letter_after()
}

/// `the workers’ party`: a mark after an s and before a small word, where a better closing mark follows.
fn is_possessive(place: &Place<'_>) -> bool {
    let mark = place.at(0);
    let plural = place.at(-1).is_some_and(|c| c == 's' || c == 'S');
    let small_word_next = place.at(1) == Some(' ') && place.at(2).is_some_and(char::is_lowercase);
    let better = |i: usize| {
        let later = Place { chars: place.chars, i };
        later.at(0) == mark && !later.letter_after() && later.at(-1).is_some_and(|c| !c.is_whitespace())
    };
    plural && small_word_next && (place.i + 1..place.chars.len()).any(better)
}

/// A straight single mark opens only where one closes further on: elsewhere it is an apostrophe (`'90s`).
fn has_single_close(place: &Place<'_>) -> bool {
    let closing = |i: usize| {
        let later = Place { chars: place.chars, i };
        later.at(0) == Some('\'')
            && !later.letter_after()
            && later.at(-1).is_some_and(|c| !c.is_whitespace())
            && !later.at(-1).is_some_and(|c| c == 's' && later.at(1) == Some(' '))
    };
    (place.i + 2..place.chars.len()).any(closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Vec<String> {
        let mut paragraphs = Vec::new();
        let mut at = 0;
        for part in text.split('\n') {
            paragraphs.push(Span::new(at, at + part.len()));
            at += part.len() + 1;
        }
        find_quotations(text, &paragraphs).iter().map(|q| q.inner.of(text).to_string()).collect()
    }

    #[test]
    fn marks_of_all_kinds() {
        assert_eq!(inner("He said: “We agree.”"), ["We agree."]);
        assert_eq!(inner("He said: \"We agree.\" Then he left."), ["We agree."]);
        assert_eq!(inner("‘We don’t agree,’ she said."), ["We don’t agree,"]);
        assert_eq!(inner("'We don't agree,' she said."), ["We don't agree,"]);
        assert_eq!(inner("«Nous sommes prêts» was the answer"), ["Nous sommes prêts"]);
        assert_eq!(inner("``We agree,'' he said"), ["We agree,"]);
        assert_eq!(inner("„Wir sind bereit“, he said."), ["Wir sind bereit"]);
    }

    #[test]
    fn nested_marks_belong_to_the_outer_quotation() {
        assert_eq!(inner("“They call it ‘peace’ and go,” he said."), ["They call it ‘peace’ and go,"]);
        assert_eq!(inner("\"They call it 'peace' and go,\" he said."), ["They call it 'peace' and go,"]);
        assert_eq!(inner("“The so-called “truce” is over,” he said."), ["The so-called “truce” is over,"]);
    }

    #[test]
    fn apostrophes_are_no_marks() {
        assert_eq!(inner("The workers' council and the miners' union met in the '90s."), [""; 0]);
        assert_eq!(inner("The workers’ council won’t meet the miners’ union."), [""; 0]);
        assert_eq!(inner("‘The workers’ council will not move,’ she said."), ["The workers’ council will not move,"]);
    }

    #[test]
    fn a_quotation_goes_on_over_paragraphs() {
        let text = "She said: “We tried.\n“We failed.”";
        let spans = [Span::new(0, 23), Span::new(24, text.len())];
        let spans = [Span::new(0, text.find('\n').unwrap()), Span::new(text.find('\n').unwrap() + 1, spans[1].end)];
        let found = find_quotations(text, &spans);
        assert_eq!(found.len(), 2);
        assert!(!found[0].closed && found[1].continued && found[1].closed);
        assert_eq!(found[1].inner.of(text), "We failed.");
    }

    #[test]
    fn a_stray_mark_is_dropped() {
        assert_eq!(inner("A 12\" gun and nothing else"), [""; 0]);
        assert_eq!(inner("The “summit ended without result"), [""; 0]);
    }
}
