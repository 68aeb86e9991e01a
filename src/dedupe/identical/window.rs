//! The items that a new one may meet: what is kept of each, in blocks that are forgotten whole.
//!
//! A block holds what came within some hours, one fingerprint behind the other on pages of one
//! size. When all of a block is beyond [`WINDOW`], only a [`Trace`] of each item is kept, by which
//! the same item is known again; beyond [`TEXT_WINDOW`] the block goes. So a window of one size
//! takes the same memory after months as after days: a page that goes leaves the place that the
//! next one needs.

use super::trace::Trace;
use crate::dedupe::fingerprint::Fingerprint;
use crate::dedupe::limits::{TEXT_WINDOW, WINDOW};
use chrono::TimeDelta;
use std::collections::VecDeque;

/// Items in a block.
const BLOCK: usize = 4096;
/// Bytes of a page.
const PAGE: usize = 1 << 15;
/// Bytes that a page has left when an item is written on it: more than any needs.
const LEFT: usize = 1100;
/// Seconds in which a block's items came.
const HOURS: i64 = 6 * 3600;

/// Where an item belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: u64,
    /// Of an item that left only a trace 0: nobody asks.
    pub(super) source: u32,
    pub(super) story: u64,
    /// Seconds.
    pub(super) published: i64,
    /// When its story's first item was published. Seconds.
    pub(super) since: i64,
    /// Steps from that one to this.
    pub(super) steps: u8,
}

/// What is kept of an item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) place: Place,
    pub(super) says: Says,
}

/// How much is kept of what an item says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Says {
    Whole(Box<Fingerprint>),
    Trace(Trace),
}

/// Items by their positions, which are counted from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    blocks: VecDeque<Block>,
    /// The position of the newest item.
    newest: u32,
    /// The present, in seconds; none where nothing is forgotten.
    now: Option<i64>,
    /// Nothing is over before.
    due: i64,
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
    /// The items.
    pages: Vec<Vec<u8>>,
    /// Where each begins: its page, and its place there.
    starts: Vec<(u16, u16)>,
    /// There are only traces left.
    faded: bool,
}

impl Window {
    /// Takes an item and gives it a position.
    pub(in crate::dedupe) fn push(&mut self, item: &Place, print: &Fingerprint) -> u32 {
        let now = self.now.unwrap_or(item.published);
        self.newest = self.newest.saturating_add(1);
        let is_full = |block: &Block| {
            block.starts.len() >= BLOCK || now.saturating_sub(block.from).abs() > HOURS
        };
        if self.blocks.back().is_none_or(is_full) {
            self.blocks.push_back(Block::new(self.newest, now));
        }
        if let Some(block) = self.blocks.back_mut() {
            block.to = now;
            block.newest = block.newest.max(item.published);
            block.push(item, print);
        }
        self.newest
    }

    /// The item at a position, unless it is forgotten.
    pub(in crate::dedupe) fn get(&self, position: u32) -> Option<Known> {
        let after = self.blocks.partition_point(|block| block.first <= position);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        block.get((position - block.first) as usize)
    }

    /// Forgets what was present so long ago that nothing of this moment can meet it.
    pub(in crate::dedupe) fn forget_before(&mut self, moment: i64) {
        self.now = Some(moment);
        if moment < self.due {
            return;
        }
        let over = |block: &Block, window: TimeDelta| {
            let ago = |then: i64| moment.saturating_sub(then) > window.num_seconds();
            // The present lags behind items that leap; a date far in the future says nothing.
            let leaps = block.newest.saturating_sub(moment) <= WINDOW.num_seconds();
            ago(block.to) && (ago(block.newest) || !leaps)
        };
        while self
            .blocks
            .front()
            .is_some_and(|block| over(block, TEXT_WINDOW))
        {
            self.blocks.pop_front();
        }
        for block in &mut self.blocks {
            if !block.faded && over(block, WINDOW) {
                block.fade();
            }
        }
        self.due = moment.saturating_add(HOURS / 6);
    }

    /// The position of the oldest item that is remembered.
    pub(in crate::dedupe) fn oldest(&self) -> u32 {
        self.blocks
            .front()
            .map_or(self.newest + 1, |block| block.first)
    }

    /// The position of the oldest item of which more than a trace is left.
    pub(super) fn oldest_whole(&self) -> u32 {
        let whole = self.blocks.iter().find(|block| !block.faded);
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
            pages: Vec::new(),
            starts: Vec::with_capacity(BLOCK),
            faded: false,
        }
    }

    fn push(&mut self, item: &Place, print: &Fingerprint) {
        let page = self.begin(item);
        page.extend_from_slice(&item.source.to_le_bytes());
        print.write(page);
    }

    /// Writes where an item belongs; what it says follows on the same page.
    fn begin(&mut self, item: &Place) -> &mut Vec<u8> {
        if self
            .pages
            .last()
            .is_none_or(|page| page.len() + LEFT > PAGE)
        {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let number = self.pages.len() - 1;
        let page = &mut self.pages[number];
        self.starts.push((small(number), small(page.len())));
        for number in [
            item.number,
            zigzag(item.story.wrapping_sub(item.number).cast_signed()),
            zigzag(item.published),
            zigzag(item.since.wrapping_sub(item.published)),
        ] {
            write(number, page);
        }
        page.push(item.steps);
        page
    }

    fn get(&self, at: usize) -> Option<Known> {
        let &(number, start) = self.starts.get(at)?;
        let page = self.pages.get(usize::from(number))?;
        let next = self.starts.get(at + 1).filter(|next| next.0 == number);
        let end = next.map_or(page.len(), |next| next.1.into());
        let mut bytes = page.get(start.into()..end)?;
        let number = read(&mut bytes)?;
        let story = number.wrapping_add_signed(signed(read(&mut bytes)?));
        let published = signed(read(&mut bytes)?);
        let since = published.wrapping_add(signed(read(&mut bytes)?));
        let (&steps, bytes) = bytes.split_first()?;
        let (source, says) = if self.faded {
            (0, Says::Trace(Trace::read(bytes)?))
        } else {
            let (&source, print) = bytes.split_first_chunk()?;
            let print = Fingerprint::read(print)?;
            (u32::from_le_bytes(source), Says::Whole(Box::new(print)))
        };
        let place = Place {
            number,
            source,
            story,
            published,
            since,
            steps,
        };
        Some(Known { place, says })
    }

    /// Keeps no more than traces.
    fn fade(&mut self) {
        let mut faded = Self {
            to: self.to,
            newest: self.newest,
            faded: true,
            ..Self::new(self.first, self.from)
        };
        for at in 0..self.starts.len() {
            let Some(Known { place, says }) = self.get(at) else {
                break;
            };
            let trace = match says {
                Says::Whole(print) => Trace::of(&print),
                Says::Trace(trace) => trace,
            };
            trace.write(faded.begin(&place));
        }
        *self = faded;
    }
}

/// Near 0 to either side becomes small.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn signed(zigzag: u64) -> i64 {
    (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed()
}

/// Seven bits a byte, the lowest first; the upper bit says that more follow.
fn write(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
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

    fn place(number: u64, published: i64) -> Place {
        Place {
            number,
            source: 7,
            story: number / 2,
            published,
            since: published - 5,
            steps: 2,
        }
    }

    fn print(text: u64) -> Fingerprint {
        Fingerprint {
            text,
            ..Fingerprint::default()
        }
    }

    #[test]
    fn items_are_read_back_as_they_were() {
        let mut window = Window::default();
        let mut places: Vec<Place> = (0..10_000)
            .map(|n| place(n, n.cast_signed() - 77))
            .collect();
        places.extend([u64::MAX, 0].map(|number| place(number, i64::MIN / 2)));
        let positions: Vec<u32> = places
            .iter()
            .map(|item| window.push(item, &print(item.number)))
            .collect();
        for (position, place) in positions.into_iter().zip(places) {
            let says = Says::Whole(Box::new(print(place.number)));
            assert_eq!(window.get(position), Some(Known { place, says }));
        }
        assert!(window.get(0).is_none() && window.get(10_003).is_none());
    }

    #[test]
    fn items_fade_and_are_forgotten() {
        let mut window = Window::default();
        let at = |hours: i64| hours * 3600;
        for hour in 0..400 {
            window.forget_before(at(hour));
            window.push(&place(7, at(hour)), &print(7));
        }
        let [near, far] =
            [WINDOW, TEXT_WINDOW].map(|w| 400 - u32::try_from(w.num_hours()).unwrap_or(0));
        let says = |position| window.get(position).map(|known| known.says);
        let is_whole = |position| matches!(says(position), Some(Says::Whole(_)));
        let trace = Trace::of(&print(7));
        assert_eq!(says(near - 10), Some(Says::Trace(trace)));
        assert!(is_whole(near) && !is_whole(near - 10));
        assert!(window.get(far).is_some() && window.get(far - 10).is_none());
        assert!(window.oldest() <= far && window.oldest() >= far - 10);
        assert!(window.oldest_whole() <= near && window.oldest_whole() >= near - 10);
    }
}
