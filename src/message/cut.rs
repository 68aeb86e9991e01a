//! Blocks -> messages that are short enough. Blocks are cut, written and then measured, so nothing but
//! text is ever cut: between words, or between graphemes where a word has no end.

use super::block::{Block, BlockKind, Span};
use super::draft::Draft;
use super::{Extent, Form, Message, Unit, markup};
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a word that is not cut. The longest of German law have 60.
const LONGEST_WORD: usize = 60;

/// Characters that look wrong before an ellipsis.
const DANGLING: &str = ".,;:-–—…([{“„«‘'\"/&";

/// The messages of a story.
pub(super) fn messages(draft: &Draft, form: &Form) -> Vec<Message> {
    let whole = write(form, &draft.blocks(form, &draft.body));
    if fits(form, &whole) {
        return vec![whole];
    }
    if form.layout.extent == Extent::Full && form.layout.messages > 1 {
        split(draft, form)
    } else {
        vec![one(draft, form)]
    }
}

/// A message of plain text.
pub(super) fn notice(text: &str, form: &Form) -> Option<Message> {
    let blocks: Vec<Block> = text.split("\n\n").map(Block::text).collect();
    let (blocks, _) = longest(&blocks, form, |blocks| fits(form, &write(form, blocks)))?;
    let message = write(form, &blocks);
    (!message.text.trim().is_empty()).then_some(message)
}

/// What is most needed of a story in one message: the text is cut first, then what is around it is left
/// out, then the title is cut. The link goes only where it does not fit at all.
fn one(draft: &Draft, form: &Form) -> Message {
    let written = |draft: &Draft, body: &[Block]| write(form, &draft.blocks(form, body));
    let body = longest(&draft.body, form, |body| fits(form, &written(draft, body)));
    if let Some((body, _)) = body {
        return written(draft, &body);
    }
    let mut less = draft.clone();
    let leave_out: [fn(&mut Draft); 4] = [
        |draft| draft.picture = None,
        |draft| draft.tags = None,
        |draft| draft.sources = None,
        |draft| draft.date = None,
    ];
    for leave_out in leave_out {
        leave_out(&mut less);
        let message = written(&less, &[]);
        if fits(form, &message) {
            return message;
        }
    }
    for leave_out in [(|_| {}) as fn(&mut Draft), |draft| draft.url = None] {
        leave_out(&mut less);
        let titled = |title: &[Block]| Draft {
            title: text_of(title),
            ..less.clone()
        };
        let title = [Block::text(less.title.clone())];
        let title = longest(&title, form, |title| {
            fits(form, &written(&titled(title), &[]))
        });
        if let Some((title, _)) = title.filter(|(title, _)| !title.is_empty()) {
            return written(&titled(&title), &[]);
        }
    }
    Message::default()
}

/// The full text of a story in several messages. The title is in the first one, and no word is lost but
/// those that do not fit into the last.
fn split(draft: &Draft, form: &Form) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut rest = draft.body.clone();
    while messages.len() < form.layout.messages {
        let is_first = messages.is_empty();
        let is_last = messages.len() + 1 == form.layout.messages;
        let written = |body: &[Block]| {
            if is_first {
                write(form, &draft.blocks(form, body))
            } else {
                write(form, body)
            }
        };
        let allowed = |body: &[Block]| fits(form, &written(body));
        let part = if is_last {
            longest(&rest, form, allowed)
        } else {
            longest_part(&rest, form, allowed)
        };
        match part {
            Some((part, after)) if is_first || !part.is_empty() => {
                messages.push(written(&part));
                rest = after;
            }
            None if is_first => return vec![one(draft, form)],
            _ => break,
        }
        if rest.is_empty() {
            break;
        }
    }
    messages
}

fn write(form: &Form, blocks: &[Block]) -> Message {
    markup::write(form.kind, blocks)
}

pub(super) fn fits(form: &Form, message: &Message) -> bool {
    let plain = message.plain.as_deref();
    form.limit.allows(&message.text) && plain.is_none_or(|plain| form.limit.allows(plain))
}

fn text_of(blocks: &[Block]) -> String {
    let spans = blocks.iter().flat_map(|block| &block.spans);
    spans.map(|span| span.text.as_str()).collect()
}

/// A beginning of blocks, and what comes after it.
type Parts = (Vec<Block>, Vec<Block>);

/// The longest beginning that is allowed, with an ellipsis where it was cut. None if even nothing is too
/// much.
pub(super) fn longest(
    blocks: &[Block],
    form: &Form,
    allowed: impl Fn(&[Block]) -> bool,
) -> Option<Parts> {
    let points = points(blocks, budget(form));
    let count = longest_count(blocks, &points, &allowed)?;
    Some(match count.checked_sub(1) {
        None => (Vec::new(), blocks.to_vec()),
        Some(last) => cut(blocks, &points[last]),
    })
}

/// The same for a text that goes on in another message: it ends with a paragraph or a sentence where that
/// is not in its first half.
fn longest_part(
    blocks: &[Block],
    form: &Form,
    allowed: impl Fn(&[Block]) -> bool,
) -> Option<Parts> {
    let points = points(blocks, budget(form));
    let count = longest_count(blocks, &points, &allowed)?;
    let Some(last) = count.checked_sub(1) else {
        return Some((Vec::new(), blocks.to_vec()));
    };
    for end in [End::Paragraph, End::Sentence] {
        let half = points[last].chars / 2;
        let mut good = points[..=last]
            .iter()
            .rev()
            .take_while(|point| point.chars > half);
        if let Some(point) = good.find(|point| point.end == end) {
            let parts = parts(blocks, point);
            if allowed(&parts.0) {
                return Some(parts);
            }
        }
    }
    Some(cut(blocks, &points[last]))
}

/// How many points may be passed.
fn longest_count(
    blocks: &[Block],
    points: &[Point],
    allowed: &impl Fn(&[Block]) -> bool,
) -> Option<usize> {
    if !allowed(&[]) {
        return None;
    }
    // `low` is allowed, `high` is not: a message that is returned was measured.
    let (mut low, mut high) = (0, points.len() + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if allowed(&cut(blocks, &points[middle - 1]).0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

/// Characters that can be in a message: no unit counts a character as less than one.
fn budget(form: &Form) -> usize {
    match form.limit.unit {
        Unit::Graphemes { bytes } => bytes,
        _ => form.limit.max,
    }
}

/// A place where a text can be cut.
#[derive(Clone, Copy, Debug)]
struct Point {
    block: usize,
    span: usize,
    /// In the text of the span.
    byte: usize,
    /// How many characters are before it, at least.
    chars: usize,
    end: End,
}

/// What ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Word,
    Sentence,
    Paragraph,
}

/// The places where blocks can be cut, up to so many characters, in order.
fn points(blocks: &[Block], budget: usize) -> Vec<Point> {
    let mut points = Vec::new();
    let mut before = 0_usize;
    for (at_block, block) in blocks.iter().enumerate() {
        for (at_span, span) in block.spans.iter().enumerate() {
            let next = block.spans.get(at_span + 1);
            for (byte, end) in ends(span, next, budget.saturating_sub(before)) {
                points.push(Point {
                    block: at_block,
                    span: at_span,
                    byte,
                    chars: before + span.text[..byte].chars().count(),
                    end,
                });
            }
            before += span.text.chars().count();
            if before > budget {
                return points;
            }
        }
    }
    points
}

/// The places where a span can be cut: in the first so many characters.
fn ends(span: &Span, next: Option<&Span>, budget: usize) -> Vec<(usize, End)> {
    let text = span.text.as_str();
    let is_joined = next.is_some_and(|next| goes_on(text, &next.text));
    let last = if next.is_none() {
        End::Paragraph
    } else {
        End::Word
    };
    if span.is_address() {
        return vec![(text.len(), last)];
    }
    let text = match text.char_indices().nth(budget) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let is_whole = text.len() == span.text.len();
    let mut ends: Vec<(usize, End)> = Vec::new();
    for (at, chunk) in chunks(text) {
        if is_address_like(chunk) {
            ends.push((at + chunk.len(), End::Word));
            continue;
        }
        for (within, word) in chunk.split_word_bound_indices() {
            let start = at + within;
            if word.chars().nth(LONGEST_WORD).is_some() {
                let inner = word.grapheme_indices(true).skip(1);
                ends.extend(inner.map(|(inner, _)| (start + inner, End::Word)));
            }
            ends.push((start + word.len(), End::Word));
        }
    }
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    ends.retain(|(at, _)| {
        *at < text.len() && graphemes.binary_search(at).is_ok()
            || *at == text.len() && is_whole && !is_joined
    });
    let sentences = text.split_sentence_bound_indices().map(|(at, sentence)| {
        let sentence = sentence.trim_end();
        (
            at + sentence.len(),
            sentence.ends_with(['.', '!', '?', '。', '！', '？', '”', '"', '»']),
        )
    });
    let sentences: Vec<usize> = sentences
        .filter(|(_, ends)| *ends)
        .map(|(at, _)| at)
        .collect();
    for (at, end) in &mut ends {
        if *at == span.text.len() && next.is_none() {
            *end = last;
        } else if sentences.binary_search(at).is_ok() {
            *end = End::Sentence;
        }
    }
    ends
}

/// Whether a grapheme begins in one text and ends in the next.
fn goes_on(text: &str, next: &str) -> bool {
    let (Some(last), Some(first)) = (text.graphemes(true).next_back(), next.chars().next()) else {
        return false;
    };
    [last, &first.to_string()].concat().graphemes(true).count() == 1
}

/// What is between white space, with its place.
fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive(char::is_whitespace)
        .map(move |chunk| {
            let at = next;
            next += chunk.len();
            (at, chunk.trim_end())
        })
        .filter(|(_, chunk)| !chunk.is_empty())
}

/// Whether programs would make a link of it: half of one leads elsewhere.
fn is_address_like(chunk: &str) -> bool {
    chunk.contains("://") || chunk.contains("www.")
}

/// The blocks before and after a place, as they are.
fn parts(blocks: &[Block], point: &Point) -> Parts {
    let (before, after) = blocks.split_at(point.block);
    let mut first = before.to_vec();
    let mut rest = Vec::new();
    if let Some((block, after)) = after.split_first() {
        let (mut begun, mut left) = (block.clone(), block.clone());
        begun.spans.truncate(point.span + 1);
        if let Some(last) = begun.spans.last_mut() {
            last.text.truncate(point.byte);
        }
        left.spans.drain(..point.span.min(left.spans.len()));
        if let Some(next) = left.spans.first_mut() {
            next.text.drain(..point.byte);
            next.text = next.text.trim_start().to_owned();
        }
        left.spans.retain(|span| !span.text.is_empty());
        left.is_tight = false;
        if left.is_item() {
            left.kind = BlockKind::Paragraph;
        }
        first.push(begun);
        let is_left = left.spans.iter().any(|span| !span.text.trim().is_empty());
        rest.extend(is_left.then_some(left));
        rest.extend_from_slice(after);
    }
    (first, rest)
}

/// The blocks before and after a place, with an ellipsis in between.
fn cut(blocks: &[Block], point: &Point) -> Parts {
    let (mut first, rest) = parts(blocks, point);
    if rest.is_empty() {
        return (first, rest);
    }
    if let Some(block) = first.last_mut() {
        while let Some(last) = block.spans.last_mut() {
            if !last.is_address() {
                let text = last
                    .text
                    .trim_end_matches(|c: char| c.is_whitespace() || DANGLING.contains(c));
                last.text.truncate(text.len());
            }
            if !last.text.is_empty() {
                break;
            }
            block.spans.pop();
        }
        let last = block.spans.last();
        // An ellipsis right behind an address would become part of it.
        let is_address = last.is_some_and(|last| {
            last.text
                .split_whitespace()
                .next_back()
                .is_some_and(is_address_like)
        });
        block
            .spans
            .push(Span::text(if is_address { " …" } else { "…" }));
    }
    (first, rest)
}
