//! Blocks -> messages that are short enough. Blocks are cut, written and then measured, so nothing but
//! text is ever cut: between words, or between graphemes where a word has no end.

use super::block::{Block, BlockKind, Span, Style};
use super::draft::Draft;
use super::{Extent, Form, Limit, Listing, Message, Unit, markup};
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a summary: what a preview needs, some lines on a telephone.
const SUMMARY: usize = 400;

/// Characters of a word that is not cut. The longest of German law have 60.
const LONGEST_WORD: usize = 60;

/// Characters that look wrong before an ellipsis.
const DANGLING: &str = ".,;:-–—…([{“„«‘'\"/&*_~`#@$<|\\+=";

/// The messages of a story.
pub(super) fn messages(draft: &Draft, form: &Form) -> Vec<Message> {
    let preview = |body: &[Block]| text_of(body).chars().count() <= SUMMARY;
    if form.layout.extent == Extent::Summary
        && !preview(&draft.body)
        && let Some((body, _)) = longest(&draft.body, SUMMARY, preview)
    {
        let draft = Draft {
            body,
            ..draft.clone()
        };
        return messages(&draft, form);
    }
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

/// Messages with as many lines as each can have.
pub(super) fn list((heading, last): (&str, &str), drafts: &[Draft], form: &Form) -> Vec<Listing> {
    // What has no limit needs not be written for each line.
    let is_short = |blocks: &[Block]| form.limit == Limit::NONE || fits(form, &write(form, blocks));
    let mut listings = Vec::new();
    let mut blocks = Vec::from_iter((!heading.is_empty()).then(|| bold(heading)));
    let mut stories = 0;
    for draft in drafts {
        let before = blocks.len();
        let line = draft.blocks(form, &[]).into_iter().map(Block::tight);
        blocks.extend(line);
        stories += 1;
        if is_short(&blocks) {
            continue;
        }
        let line = blocks.split_off(before);
        if stories > 1 {
            listings.push(listing(form, &blocks, stories - 1));
        }
        (blocks, stories) = if is_short(&line) {
            (line, 1)
        } else {
            listings.push(Listing {
                message: one(draft, form),
                stories: 1,
            });
            (Vec::new(), 0)
        };
    }
    if !last.is_empty() {
        // Right below a list it would be part of its last item.
        let last = Block::text(last);
        blocks.push(last.clone());
        if !is_short(&blocks) {
            blocks.pop();
            if stories > 0 {
                listings.push(listing(form, &blocks, stories));
            }
            (blocks, stories) = (vec![last], 0);
        }
    }
    if stories > 0 || (!blocks.is_empty() && is_short(&blocks)) {
        listings.push(listing(form, &blocks, stories));
    }
    listings
}

fn bold(text: &str) -> Block {
    Block::of(vec![Span {
        text: text.to_owned(),
        style: Style {
            bold: true,
            ..Style::default()
        },
        link: None,
    }])
}

fn listing(form: &Form, blocks: &[Block], stories: usize) -> Listing {
    Listing {
        message: write(form, blocks),
        stories,
    }
}

/// A message of plain text.
pub(super) fn notice(text: &str, form: &Form) -> Option<Message> {
    let blocks: Vec<Block> = text.split("\n\n").map(Block::text).collect();
    let (blocks, _) = longest(&blocks, budget(form), |blocks| {
        fits(form, &write(form, blocks))
    })?;
    let message = write(form, &blocks);
    (!message.text.trim().is_empty()).then_some(message)
}

/// A story in one message: what is not needed for the title and the link gives way, then the text is cut.
fn one(draft: &Draft, form: &Form) -> Message {
    let written = |draft: &Draft, body: &[Block]| write(form, &draft.blocks(form, body));
    let Some(draft) = headed(draft, form) else {
        return Message::default();
    };
    let body = longest(&draft.body, budget(form), |body| {
        fits(form, &written(&draft, body))
    });
    written(&draft, &body.map_or_else(Vec::new, |(body, _)| body))
}

/// The story with as little around its text as must be for a message to hold that. What is needed least
/// goes first, then the title is cut; the link goes only where it does not fit at all.
fn headed(draft: &Draft, form: &Form) -> Option<Draft> {
    let is_short = |draft: &Draft| fits(form, &write(form, &draft.blocks(form, &[])));
    let mut less = draft.clone();
    let leave_out: [fn(&mut Draft); 5] = [
        |_| {},
        |draft| draft.picture = None,
        |draft| draft.tags = None,
        |draft| draft.sources = None,
        |draft| draft.date = None,
    ];
    for leave_out in leave_out {
        leave_out(&mut less);
        if is_short(&less) {
            return Some(less);
        }
    }
    less.body.clear();
    for leave_out in [(|_| {}) as fn(&mut Draft), |draft| draft.url = None] {
        leave_out(&mut less);
        let titled = |title: &[Block]| Draft {
            title: text_of(title),
            ..less.clone()
        };
        let title = [Block::text(less.title.clone())];
        let title = longest(&title, budget(form), |title| is_short(&titled(title)));
        let title = title.filter(|(title, _)| !title.is_empty());
        // The title may be one address that is too long.
        let title = title.map_or_else(|| vec![Block::text("…")], |(title, _)| title);
        let cut = titled(&title);
        if is_short(&cut) {
            return Some(cut);
        }
    }
    None
}

/// The full text of a story in several messages. The title is in the first one. No word is lost but those
/// that do not fit into the last, and addresses that fit into none.
fn split(draft: &Draft, form: &Form) -> Vec<Message> {
    let Some(draft) = headed(draft, form) else {
        return vec![Message::default()];
    };
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
            longest(&rest, budget(form), allowed)
        } else {
            longest_part(&rest, budget(form), allowed)
        };
        match part {
            Some((part, after)) if is_first || !part.is_empty() => {
                messages.push(written(&part));
                rest = after;
            }
            // One address that is longer than a message.
            _ => rest = without_first_chunk(&rest),
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
    budget: usize,
    allowed: impl Fn(&[Block]) -> bool,
) -> Option<Parts> {
    let points = points(blocks, budget);
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
    budget: usize,
    allowed: impl Fn(&[Block]) -> bool,
) -> Option<Parts> {
    let points = points(blocks, budget);
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
            let (mut chars, mut counted) = (before, 0);
            for (byte, end) in ends(span, next, budget.saturating_sub(before)) {
                chars += span.text[counted..byte].chars().count();
                counted = byte;
                points.push(Point {
                    block: at_block,
                    span: at_span,
                    byte,
                    chars,
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

/// The blocks without what is before the first white space.
fn without_first_chunk(blocks: &[Block]) -> Vec<Block> {
    let first = blocks.first().and_then(|block| block.spans.first());
    let text = first.map_or("", |span| span.text.as_str());
    let point = Point {
        block: 0,
        span: 0,
        byte: text.find(char::is_whitespace).unwrap_or(text.len()),
        chars: 0,
        end: End::Word,
    };
    parts(blocks, &point).1
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
