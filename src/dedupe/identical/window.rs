//! The items that a new one is compared with: what is kept of each, in blocks that are forgotten
//! whole.
//!
//! A block holds the items of some hours, one record behind the other in chunks of one size. The
//! integers of a record are zigzag LEB128. When a whole block is older than [`WINDOW`], only a
//! [`Trace`] of each item is kept, which recognises the same item. When it is older than
//! [`TEXT_WINDOW`], the block is dropped. So a window of constant size takes the same memory after
//! months as after days: the allocator gives the place of a dropped chunk to the next one.

use super::trace::Trace;
use crate::dedupe::fingerprint::Fingerprint;
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use chrono::TimeDelta;
use std::collections::VecDeque;

/// Items in a block.
const BLOCK_ITEMS: usize = 4096;
/// Bytes of a chunk.
const CHUNK_BYTES: usize = 1 << 15;
/// Bytes that a chunk must have left before a record is written: more than any record needs.
const LARGEST_RECORD: usize = 1100;
/// Seconds that a block covers.
const BLOCK_SECONDS: i64 = 6 * 3600;

/// The fixed part of a record: an item and its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) number: u64,
    pub(super) source: u32,
    /// The newest document of its source lists it.
    pub(super) listed: bool,
    pub(super) story: u64,
    /// Seconds.
    pub(super) published: i64,
    /// When its story's first item was published. Seconds.
    pub(super) first_published: i64,
    /// How many merges on the way from that item to this one were only by similarity.
    pub(super) steps: u8,
}

/// What is kept of an item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) header: Header,
    pub(super) content: Content,
}

/// What is kept of an item's words.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Fingerprint(Box<Fingerprint>),
    Trace(Trace),
}

/// Items by their positions, from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    blocks: VecDeque<Block>,
    /// The position of the newest item.
    newest: u32,
    /// The present, in seconds; none if nothing is ever forgotten.
    now: Option<i64>,
    /// No block expires before this moment, in seconds.
    next_check: i64,
}

/// Items that came one after another.
#[derive(Clone, Debug)]
struct Block {
    /// The position of its first item.
    first: u32,
    /// The present when its first and its last item came.
    from: i64,
    to: i64,
    /// When its newest item was published.
    newest: i64,
    /// The records.
    chunks: Vec<Vec<u8>>,
    /// Where each record begins: the index of its chunk, and the offset there.
    starts: Vec<(u16, u16)>,
    /// Only traces are left.
    only_traces: bool,
}

impl Window {
    /// Adds an item and returns its position.
    pub(in crate::dedupe) fn push(&mut self, item: &Header, fingerprint: &Fingerprint) -> u32 {
        let now = self.now.unwrap_or(item.published);
        self.newest = self.newest.saturating_add(1);
        let is_full = |block: &Block| {
            block.starts.len() >= BLOCK_ITEMS
                || now.saturating_sub(block.from).abs() > BLOCK_SECONDS
        };
        if self.blocks.back().is_none_or(is_full) {
            self.blocks.push_back(Block::new(self.newest, now));
        }
        if let Some(block) = self.blocks.back_mut() {
            block.to = now;
            block.newest = block.newest.max(item.published);
            block.push(item, fingerprint);
        }
        self.newest
    }

    /// The item at a position, unless it is forgotten.
    pub(in crate::dedupe) fn get(&self, position: u32) -> Option<Record> {
        let after = self.blocks.partition_point(|block| block.first <= position);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        block.get((position - block.first) as usize)
    }

    /// Forgets what is too old to be compared with an item of this moment.
    pub(in crate::dedupe) fn forget_before(&mut self, moment: i64) {
        self.now = Some(moment);
        if moment < self.next_check {
            return;
        }
        let is_expired = |block: &Block, window: TimeDelta| {
            let ago = |then: i64| moment.saturating_sub(then) > window.num_seconds();
            // The present lags behind items that leap in time. A date far in the future proves nothing.
            let is_plausible = block.newest.saturating_sub(moment) <= WINDOW.num_seconds();
            ago(block.to) && (ago(block.newest) || !is_plausible)
        };
        while self
            .blocks
            .front()
            .is_some_and(|block| is_expired(block, TEXT_WINDOW))
        {
            self.blocks.pop_front();
        }
        for block in &mut self.blocks {
            if !block.only_traces && is_expired(block, WINDOW) {
                block.keep_only_traces();
            }
        }
        self.next_check = moment.saturating_add(BLOCK_SECONDS / 6);
    }

    /// The position of the oldest item that is remembered.
    pub(in crate::dedupe) fn oldest(&self) -> u32 {
        self.blocks
            .front()
            .map_or(self.newest + 1, |block| block.first)
    }

    /// The position of the oldest item of which more than a trace is left.
    pub(super) fn oldest_whole(&self) -> u32 {
        let whole = self.blocks.iter().find(|block| !block.only_traces);
        whole.map_or(self.newest + 1, |block| block.first)
    }
}

impl Block {
    fn new(first: u32, now: i64) -> Self {
        Self {
            first,
            from: now,
            to: now,
            newest: i64::MIN,
            chunks: Vec::new(),
            starts: Vec::with_capacity(BLOCK_ITEMS),
            only_traces: false,
        }
    }

    fn push(&mut self, item: &Header, fingerprint: &Fingerprint) {
        fingerprint.write(self.write_header(item));
    }

    /// Writes the header of a record. The content follows in the same chunk.
    fn write_header(&mut self, item: &Header) -> &mut Vec<u8> {
        if self
            .chunks
            .last()
            .is_none_or(|chunk| chunk.len() + LARGEST_RECORD > CHUNK_BYTES)
        {
            self.chunks.push(Vec::with_capacity(CHUNK_BYTES));
        }
        let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        self.starts.push((small(number), small(chunk.len())));
        for number in [
            item.number,
            zigzag(item.story.wrapping_sub(item.number).cast_signed()),
            zigzag(item.published),
            zigzag(item.first_published.wrapping_sub(item.published)),
        ] {
            write_leb128(number, chunk);
        }
        chunk.push(item.steps << 1 | u8::from(item.listed));
        chunk.extend_from_slice(&item.source.to_le_bytes());
        chunk
    }

    fn get(&self, at: usize) -> Option<Record> {
        let &(number, start) = self.starts.get(at)?;
        let chunk = self.chunks.get(usize::from(number))?;
        let next = self.starts.get(at + 1).filter(|next| next.0 == number);
        let end = next.map_or(chunk.len(), |next| next.1.into());
        let mut bytes = chunk.get(start.into()..end)?;
        let number = read_leb128(&mut bytes)?;
        let story = number.wrapping_add_signed(from_zigzag(read_leb128(&mut bytes)?));
        let published = from_zigzag(read_leb128(&mut bytes)?);
        let first_published = published.wrapping_add(from_zigzag(read_leb128(&mut bytes)?));
        let (&flags, bytes) = bytes.split_first()?;
        let (&source, bytes) = bytes.split_first_chunk()?;
        let content = if self.only_traces {
            Content::Trace(Trace::read(bytes)?)
        } else {
            Content::Fingerprint(Box::new(Fingerprint::read(bytes)?))
        };
        let header = Header {
            number,
            source: u32::from_le_bytes(source),
            listed: flags & 1 == 1,
            story,
            published,
            first_published,
            steps: flags >> 1,
        };
        Some(Record { header, content })
    }

    /// Replaces each fingerprint by its trace.
    fn keep_only_traces(&mut self) {
        let mut reduced = Self {
            to: self.to,
            newest: self.newest,
            only_traces: true,
            ..Self::new(self.first, self.from)
        };
        for at in 0..self.starts.len() {
            let Some(Record { header, content }) = self.get(at) else {
                break;
            };
            let trace = match content {
                Content::Fingerprint(fingerprint) => Trace::of(&fingerprint),
                Content::Trace(trace) => trace,
            };
            trace.write(reduced.write_header(&header));
        }
        *self = reduced;
    }
}

/// Zigzag encoding: numbers near 0, on either side, become small.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn from_zigzag(zigzag: u64) -> i64 {
    (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed()
}

/// LEB128: seven bits a byte, the lowest first. The upper bit says that more bytes follow.
fn write_leb128(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn read_leb128(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(number: u64, published: i64) -> Header {
        Header {
            number,
            source: 7,
            listed: number.is_multiple_of(3),
            story: number / 2,
            published,
            first_published: published - 5,
            steps: 2,
        }
    }

    fn fingerprint(text: u64) -> Fingerprint {
        Fingerprint {
            text,
            ..Fingerprint::default()
        }
    }

    #[test]
    fn items_are_read_back_as_they_were() {
        let mut window = Window::default();
        let mut headers: Vec<Header> = (0..10_000)
            .map(|n| header(n, n.cast_signed() - 77))
            .collect();
        headers.extend([u64::MAX, 0].map(|number| header(number, i64::MIN / 2)));
        let positions: Vec<u32> = headers
            .iter()
            .map(|item| window.push(item, &fingerprint(item.number)))
            .collect();
        for (position, header) in positions.into_iter().zip(headers) {
            let content = Content::Fingerprint(Box::new(fingerprint(header.number)));
            assert_eq!(window.get(position), Some(Record { header, content }));
        }
        assert!(window.get(0).is_none() && window.get(10_003).is_none());
    }

    #[test]
    fn items_fade_and_are_forgotten() {
        let mut window = Window::default();
        let at = |hours: i64| hours * 3600;
        for hour in 0..400 {
            window.forget_before(at(hour));
            window.push(&header(7, at(hour)), &fingerprint(7));
        }
        let [near, far] =
            [WINDOW, TEXT_WINDOW].map(|w| 400 - u32::try_from(w.num_hours()).unwrap_or(0));
        let content = |position| window.get(position).map(|record| record.content);
        let is_whole = |position| matches!(content(position), Some(Content::Fingerprint(_)));
        let trace = Trace::of(&fingerprint(7));
        assert_eq!(content(near - 10), Some(Content::Trace(trace)));
        assert!(is_whole(near) && !is_whole(near - 10));
        assert!(window.get(far).is_some() && window.get(far - 10).is_none());
        assert!(window.oldest() <= far && window.oldest() >= far - 10);
        assert!(window.oldest_whole() <= near && window.oldest_whole() >= near - 10);
    }
}
