//! The items that a new one is compared with: what is kept of each, in blocks that are forgotten
//! whole.
//!
//! A block holds the items of some hours, one record behind the other in chunks of one size. The
//! integers of a record are zigzag LEB128. When a whole block is older than [`WINDOW`], only a
//! [`Trace`] of each item is kept, which recognises the same item. When it is older than
//! [`TEXT_WINDOW`], the block is dropped. So a window of constant size takes the same memory after
//! months as after days: the allocator gives the place of a dropped chunk to the next one.
//!
//! Who has all fingerprints elsewhere can have old items put aside instead ([`Window::put_aside_before`]):
//! then the header of each stays, some twenty bytes, and its fingerprint is given back where an item
//! shares an exact key with it.

use super::trace::Trace;
use crate::dedupe::fingerprint::Fingerprint;
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use chrono::TimeDelta;
use std::collections::{HashMap, VecDeque};

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
    /// Nothing: the item was put aside, and not given back.
    PutAside,
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
    /// Items up to this position are not put aside.
    restored: u32,
    /// Items between that one and this one are put aside, or will be.
    aside: u32,
    /// The headers of those that are.
    headers: Headers,
    /// The fingerprints of some of them, by their positions.
    given_back: HashMap<u32, Fingerprint>,
}

/// What is left of items that were put aside, one behind the other.
#[derive(Clone, Debug, Default)]
struct Headers {
    /// The position of the first of them.
    first: u32,
    records: Records,
}

/// Records in chunks of one size.
#[derive(Clone, Debug, Default)]
struct Records {
    chunks: Vec<Vec<u8>>,
    /// Where each record begins: the index of its chunk, and the offset there.
    starts: Vec<(u16, u16)>,
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
    records: Records,
    /// Only traces are left.
    only_traces: bool,
}

impl Window {
    /// Adds an item and returns its position.
    pub(in crate::dedupe) fn push(&mut self, item: &Header, fingerprint: &Fingerprint) -> u32 {
        let now = self.now.unwrap_or(item.published);
        self.newest = self.newest.saturating_add(1);
        let is_full = |block: &Block| {
            block.records.starts.len() >= BLOCK_ITEMS
                || block.first <= self.restored
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
        if let Some(header) = self.header_aside(position) {
            let content = self.given_back.get(&position).cloned();
            let content = content.map_or(Content::PutAside, |f| Content::Fingerprint(Box::new(f)));
            return Some(Record { header, content });
        }
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
        while self
            .blocks
            .front()
            .is_some_and(|block| block.is_expired(moment, TEXT_WINDOW))
        {
            self.blocks.pop_front();
        }
        for block in &mut self.blocks {
            if !block.only_traces && block.is_expired(moment, WINDOW) {
                block.keep_only_traces();
            }
        }
        self.next_check = moment.saturating_add(BLOCK_SECONDS / 6);
    }

    /// The items so far are never put aside: they may be of any time.
    pub(super) fn keep_all_so_far(&mut self) -> u32 {
        self.restored = self.newest;
        self.aside = self.newest + 1;
        self.headers.first = self.newest + 1;
        self.newest
    }

    /// Notes the items that are too old to be compared by similarity with an item of this moment; items come
    /// in order of their dates. Gives the position of the oldest that is not.
    pub(super) fn put_aside_before(&mut self, moment: i64) -> u32 {
        let mut at = self
            .blocks
            .partition_point(|block| block.first < self.aside);
        let is_expired = |block: &Block| block.is_expired(moment, WINDOW);
        while self.blocks.get(at).is_some_and(is_expired) {
            at += 1;
            self.aside = self
                .blocks
                .get(at)
                .map_or(self.newest + 1, |block| block.first);
        }
        self.aside
    }

    /// Keeps nothing but the headers of what was put aside.
    pub(super) fn clear_aside(&mut self) {
        self.given_back = HashMap::new();
        let first = self
            .blocks
            .partition_point(|block| block.first <= self.restored);
        let end = self
            .blocks
            .partition_point(|block| block.first < self.aside);
        for block in self.blocks.drain(first.min(end)..end) {
            for at in 0..block.records.starts.len() {
                if let Some((header, _)) = block.records.get(at) {
                    self.headers.records.write_header(&header);
                }
            }
        }
    }

    /// The header of an item of which nothing else is left.
    pub(super) fn header_aside(&self, position: u32) -> Option<Header> {
        let at = position.checked_sub(self.headers.first)?;
        Some(self.headers.records.get(at as usize)?.0)
    }

    /// Gives a fingerprint back, until the next ones are put aside.
    pub(super) fn give_back(&mut self, position: u32, fingerprint: Fingerprint) {
        self.given_back.insert(position, fingerprint);
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
            records: Records::default(),
            only_traces: false,
        }
    }

    fn push(&mut self, item: &Header, fingerprint: &Fingerprint) {
        fingerprint.write(self.records.write_header(item));
    }

    fn get(&self, at: usize) -> Option<Record> {
        let (header, bytes) = self.records.get(at)?;
        let content = if self.only_traces {
            Content::Trace(Trace::read(bytes)?)
        } else {
            Content::Fingerprint(Box::new(Fingerprint::read(bytes)?))
        };
        Some(Record { header, content })
    }

    /// Whether nothing of it is so near to a moment, in seconds.
    fn is_expired(&self, moment: i64, window: TimeDelta) -> bool {
        let ago = |then: i64| moment.saturating_sub(then) > window.num_seconds();
        // The present lags behind items that leap in time. A date far in the future proves nothing.
        let is_plausible = self.newest.saturating_sub(moment) <= WINDOW.num_seconds();
        ago(self.to) && (ago(self.newest) || !is_plausible)
    }

    /// Replaces each fingerprint by its trace.
    fn keep_only_traces(&mut self) {
        let mut reduced = Self {
            to: self.to,
            newest: self.newest,
            only_traces: true,
            ..Self::new(self.first, self.from)
        };
        for at in 0..self.records.starts.len() {
            let Some(Record { header, content }) = self.get(at) else {
                break;
            };
            let trace = match content {
                Content::Fingerprint(fingerprint) => Trace::of(&fingerprint),
                Content::Trace(trace) => trace,
                Content::PutAside => Trace::default(),
            };
            trace.write(reduced.records.write_header(&header));
        }
        *self = reduced;
    }
}

impl Records {
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

    /// A header and the bytes of the content.
    fn get(&self, at: usize) -> Option<(Header, &[u8])> {
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
        let header = Header {
            number,
            source: u32::from_le_bytes(source),
            listed: flags & 1 == 1,
            story,
            published,
            first_published,
            steps: flags >> 1,
        };
        Some((header, bytes))
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

    #[test]
    fn what_is_put_aside_keeps_its_header_and_is_given_back() {
        let mut window = Window::default();
        let at = |hours: i64| hours * 3600;
        let whole = |number| Content::Fingerprint(Box::new(fingerprint(number)));
        let content = |window: &Window, at| window.get(at).map(|record| record.content);
        window.push(&header(1, 0), &fingerprint(1));
        assert_eq!(window.keep_all_so_far(), 1);
        for hour in 0..200 {
            window.put_aside_before(at(hour));
            window.push(&header(7, at(hour)), &fingerprint(7));
        }
        let near = window.put_aside_before(at(200));
        assert!((100..140).contains(&near), "{near}");
        assert_eq!(content(&window, 2), Some(whole(7)), "until it is cleared");
        window.clear_aside();
        assert_eq!(content(&window, 1), Some(whole(1)), "it came before");
        assert_eq!(content(&window, near), Some(whole(7)));
        for aside in [2, near - 1] {
            let kept = header(7, at(i64::from(aside) - 2));
            assert_eq!(content(&window, aside), Some(Content::PutAside));
            assert_eq!(window.header_aside(aside), Some(kept));
        }
        window.give_back(2, fingerprint(9));
        assert_eq!(content(&window, 2), Some(whole(9)));
        window.clear_aside();
        assert_eq!(content(&window, 2), Some(Content::PutAside));
    }
}
