//! Item -> [`Fingerprint`]: some hundred bytes that stand for it in every comparison.

pub(super) mod clean;
pub(super) mod smallest;
pub(super) mod tokens;
mod vocabulary;
pub(super) mod word_hash;

use crate::model::Item;
use crate::text::html;
use ::url::Url;
use smallest::{SmallestHashes, short};
use std::borrow::Cow;
use std::ops::Range;
use tokens::Token;
use word_hash::mix;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Rises when the same item would give other bytes.
const VERSION: u8 = 2;

/// Tokens in a shingle.
const SHINGLE: usize = 4;
/// Tokens of a body that are read.
const MAX_BODY_TOKENS: usize = 20_000;
/// Tokens of a title that count for its text hash.
const MAX_TITLE_TOKENS: usize = 256;
/// Tokens of a title that are compared one by one.
pub(super) const TITLE_TOKENS: usize = 32;
/// Shingles of a body that are kept: those with the smallest hashes, a fair sample of all.
pub(super) const SKETCH: usize = 40;
/// Shingles of a body's beginning that are kept, for copies that are cut short.
pub(super) const HEAD: usize = 12;
/// Smallest shingles of a body that are keys.
pub(super) const SKETCH_KEYS: usize = 5;
/// Smallest shingles of a body's beginning that are keys.
pub(super) const HEAD_KEYS: usize = 2;
/// Numbers of a body that are kept.
pub(super) const NUMBERS: usize = 24;
/// Bytes of a text for each of its tokens, at least: only a guess of the room needed.
const BYTES_PER_TOKEN: usize = 5;
/// Words at a body's beginning in which a title is looked for.
const GROUND: usize = 400;
/// Words of a publisher's name at most.
const PUBLISHER_TOKENS: usize = 5;
/// A body of fewer words is as good as none.
pub(super) const BODY_PROVES: u32 = 8;

/// Seeds, so that an id never equals an address or a text.
const ID: u64 = 1;
const ADDRESS: u64 = 2;
const TEXT: u64 = 3;

/// What an item brings to the comparison. Computed while fetching, kept as bytes in the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingerprint {
    /// Of an id that is unique in the world; 0 without.
    pub(super) id: u64,
    /// Of the canonical addresses of its page and of the page it is about; 0 without.
    pub(super) addresses: [u64; 2],
    /// Of title and body; 0 where the body is too short to prove anything.
    pub(super) text: u64,
    /// Of the body; 0 without.
    pub(super) body: u64,
    /// Words of the body, the repeated title left out.
    pub(super) body_tokens: u32,
    /// The title said that it was an update.
    pub(super) update: bool,
    /// The title's last words are missing.
    pub(super) title_cut: bool,
    /// Where the title begins that stands behind a publisher's name; 0 without.
    pub(super) lead_end: u8,
    /// Where a publisher's name begins that stands behind the title; the title's end without.
    pub(super) tail_start: u8,
    /// Stems of the title's words, in order.
    pub(super) title: SmallestHashes<TITLE_TOKENS>,
    /// Which of them are numbers, a bit each.
    pub(super) title_numbers: u32,
    /// Which of them mean something by themselves, a bit each.
    pub(super) title_content: u32,
    /// The smallest shingles of the body.
    pub(super) sketch: SmallestHashes<SKETCH>,
    /// The first shingles of the body.
    pub(super) head: SmallestHashes<HEAD>,
    /// The last bits of those that are keys, which would meet others by chance without.
    pub(super) key_bits: [u8; SKETCH_KEYS + HEAD_KEYS],
    /// The smallest numbers of the body.
    pub(super) numbers: SmallestHashes<NUMBERS>,
    /// The stems of the body.
    pub(super) words: Words,
}

impl Fingerprint {
    /// Reads an item. Untitled items, items without a body and a megabyte of text are all fine.
    pub fn of(item: &Item) -> Self {
        let mut print = Self {
            id: id_key(item.id.as_str()),
            ..Self::default()
        };
        for (key, address) in print
            .addresses
            .iter_mut()
            .zip([&item.url, &item.external_url])
        {
            *key = address.as_deref().map_or(0, address_key);
        }
        let title = print.read_title(item.title.as_deref().unwrap_or_default());
        print.read_body(item, &title);
        if print.body_tokens >= BODY_PROVES {
            print.text = run_hash(&title, print.body);
        }
        print
    }

    /// Short, versioned, the same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        bytes.push(VERSION);
        self.write(&mut bytes);
        bytes
    }

    /// None when an older version made it, or it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&VERSION, rest) => Self::read(rest),
            _ => None,
        }
    }

    /// Appends it.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let keys = [
            self.id,
            self.addresses[0],
            self.addresses[1],
            self.text,
            self.body,
        ];
        let marks = [self.update, self.title_cut]
            .into_iter()
            .chain(keys.iter().map(|&key| key != 0));
        bytes.push(
            marks
                .enumerate()
                .map(|(bit, set)| u8::from(set) << bit)
                .sum(),
        );
        bytes.extend_from_slice(&[self.lead_end, self.tail_start]);
        for key in keys.into_iter().filter(|&key| key != 0) {
            bytes.extend_from_slice(&key.to_le_bytes());
        }
        bytes.extend_from_slice(&self.body_tokens.to_le_bytes());
        self.title.write(bytes);
        let masked = self.title.len().div_ceil(8);
        for mask in [self.title_numbers, self.title_content] {
            bytes.extend_from_slice(&mask.to_le_bytes()[..masked]);
        }
        if self.body_tokens > 0 {
            self.sketch.write(bytes);
            self.head.write(bytes);
            bytes.extend_from_slice(&self.key_bits);
            self.numbers.write(bytes);
            self.words.write(bytes);
        }
    }

    /// Reads it back.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&[flags, lead_end, tail_start], mut rest) = bytes.split_first_chunk()?;
        let rest = &mut rest;
        let mut keys = [0; 5];
        for (bit, key) in keys.iter_mut().enumerate() {
            if flags >> (bit + 2) & 1 == 1 {
                *key = long(rest)?;
            }
        }
        let [id, page, about, text, body] = keys;
        let mut print = Self {
            id,
            addresses: [page, about],
            text,
            body,
            body_tokens: word(rest)?,
            title: SmallestHashes::read(rest)?,
            update: flags & 1 != 0,
            title_cut: flags & 2 != 0,
            lead_end,
            tail_start,
            ..Self::default()
        };
        let masked = print.title.len().div_ceil(8);
        for mask in [&mut print.title_numbers, &mut print.title_content] {
            let (read, after) = rest.split_at_checked(masked)?;
            *rest = after;
            *mask = read
                .iter()
                .rev()
                .fold(0, |mask, &byte| mask << 8 | u32::from(byte));
        }
        if print.body_tokens > 0 {
            print.sketch = SmallestHashes::read(rest)?;
            print.head = SmallestHashes::read(rest)?;
            let (&key_bits, after) = rest.split_first_chunk()?;
            *rest = after;
            print.key_bits = key_bits;
            print.numbers = SmallestHashes::read(rest)?;
            print.words = Words::read(rest)?;
        }
        let whole = rest.is_empty()
            && lead_end <= tail_start
            && usize::from(tail_start) <= print.title.len();
        whole.then_some(print)
    }

    /// Hashes that only the same item shares: ids, canonical URLs, whole texts. The store keeps
    /// them for months and finds earlier items by them.
    pub fn exact_keys(&self) -> Vec<u64> {
        self.exact().collect()
    }

    /// The same, without a list.
    pub(super) fn exact(&self) -> impl Iterator<Item = u64> {
        let [page, about] = self.addresses;
        let page = if page == self.id { 0 } else { page };
        [self.id, page, about, self.text]
            .into_iter()
            .filter(|&key| key != 0)
    }

    /// Whether an address of the one is one of the other's.
    pub(super) fn same_address(&self, other: &Self) -> bool {
        let is_known = |address: &u64| *address != 0 && other.addresses.contains(address);
        self.addresses.iter().any(is_known)
    }

    /// The shingles under which similar texts meet; some may be equal.
    pub(super) fn text_keys(&self) -> SmallestHashes<{ SKETCH_KEYS + HEAD_KEYS }> {
        let mut head = [0; HEAD];
        let head = &mut head[..self.head.len()];
        for (key, shingle) in head.iter_mut().zip(&self.head[..]) {
            *key = shingle << 8;
        }
        let head = SmallestHashes::<HEAD_KEYS>::smallest(head);
        let shingles = self.sketch.iter().take(SKETCH_KEYS).zip(0..);
        let shingles = shingles.chain(head.iter().zip(SKETCH_KEYS..));
        SmallestHashes::first(
            shingles.map(|(&shingle, at)| shingle << 8 | u32::from(self.key_bits[at])),
        )
    }

    fn read_title(&mut self, raw: &str) -> Vec<Token> {
        let title = clean::title(raw);
        self.update = title.update;
        self.title_cut = title.cut;
        let mut all = Vec::with_capacity(TITLE_TOKENS);
        tokens::read(title.lead, MAX_TITLE_TOKENS, &mut all);
        let lead_end = all.len();
        tokens::read(title.main, MAX_TITLE_TOKENS, &mut all);
        let tail_start = all.len();
        tokens::read(title.tail, MAX_TITLE_TOKENS, &mut all);
        self.title = SmallestHashes::first(all.iter().map(|t| short(t.stem)));
        let end = self.title.len();
        for (bit, token) in all.iter().take(end).enumerate() {
            self.title_numbers |= u32::from(token.number) << bit;
            self.title_content |= u32::from(token.content) << bit;
        }
        let small = |at: usize| u8::try_from(at).unwrap_or(0);
        self.lead_end = if lead_end <= PUBLISHER_TOKENS && lead_end < tail_start {
            small(lead_end)
        } else {
            0
        };
        let is_publisher =
            (1..=PUBLISHER_TOKENS).contains(&(all.len() - tail_start)) && tail_start > 0;
        self.tail_start = small(if is_publisher {
            tail_start.min(end)
        } else {
            end
        });
        all
    }

    fn read_body(&mut self, item: &Item, title: &[Token]) {
        let content = match &item.content_html {
            Some(raw) => Cow::Owned(html::to_text(&raw.html)),
            None => Cow::Borrowed(item.content_text.as_deref().unwrap_or_default()),
        };
        let summary = item.summary.as_deref().unwrap_or_default();
        let text = clean::body(if summary.len() > content.len() {
            summary
        } else {
            &content
        });
        let mut body = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
        tokens::read(text, MAX_BODY_TOKENS, &mut body);
        let repeated = repeated_title(
            &body,
            title,
            usize::from(self.lead_end)..usize::from(self.tail_start),
        );
        let (repeated, body) = body.split_at(repeated);
        if body.is_empty() {
            return;
        }
        self.body = run_hash(body, TEXT);
        self.body_tokens = u32::try_from(body.len()).unwrap_or(u32::MAX);

        let mut scratch: Vec<u32> = if body.len() < SHINGLE {
            vec![shingle(body)]
        } else {
            body.windows(SHINGLE).map(shingle).collect()
        };
        let mut head = scratch[..scratch.len().min(HEAD)].to_vec();
        self.head = SmallestHashes::first(head.iter().map(|&key| smallest::kept(key)));
        let of_head = SmallestHashes::<HEAD_KEYS>::smallest(&mut head).len();
        self.sketch = SmallestHashes::smallest(&mut scratch);
        let of_sketch = self.sketch.len().min(SKETCH_KEYS);
        let keys = scratch[..of_sketch].iter().zip(0..);
        for (&key, at) in keys.chain(head[..of_head].iter().zip(SKETCH_KEYS..)) {
            self.key_bits[at] = key.to_le_bytes()[0];
        }
        scratch.clear();
        let all = || repeated.iter().chain(body);
        scratch.extend(all().filter(|t| t.number).map(|t| smallest::key(t.hash)));
        self.numbers = SmallestHashes::smallest(&mut scratch);
        let ground = || all().take(GROUND).filter(|t| t.content);
        self.words = Words::of(ground().count(), ground().map(|t| short(t.stem)));
    }
}

/// How many words of a body only repeat its title, with or without a publisher's name.
fn repeated_title(body: &[Token], title: &[Token], main: Range<usize>) -> usize {
    let repeated = |title: &&[Token]| {
        title.len() > 1
            && body.len() > title.len()
            && body.iter().zip(*title).all(|(a, b)| a.hash == b.hash)
    };
    [title, title.get(main).unwrap_or_default()]
        .into_iter()
        .find(repeated)
        .map_or(0, <[Token]>::len)
}

/// Order matters.
fn run_hash(run: &[Token], seed: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = run.iter().fold(seed ^ ODD, |hash, token| {
        (hash.rotate_left(23) ^ token.hash).wrapping_mul(ODD)
    });
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// A hash of a few tokens in order. Its factors do not wait for each other, as those of
/// [`run_hash`] do: there are as many shingles as words.
fn shingle(run: &[Token]) -> u32 {
    const ODD: [u64; SHINGLE] = [
        0x9E37_79B9_7F4A_7C15,
        0xBF58_476D_1CE4_E5B9,
        0x94D0_49BB_1331_11EB,
        0xD6E8_FEB8_6659_FD93,
    ];
    let terms = run
        .iter()
        .zip(ODD)
        .map(|(token, odd)| token.hash.wrapping_mul(odd));
    smallest::key(mix(terms.fold(0, u64::wrapping_add)))
}

/// An id counts only where it is unique in the world.
fn id_key(id: &str) -> u64 {
    if id.starts_with("http://") || id.starts_with("https://") {
        address_key(id)
    } else if id.starts_with("tag:") || id.starts_with("urn:") {
        xxh3_64_with_seed(id.as_bytes(), ID)
    } else {
        0
    }
}

/// The keys of items that somebody names by an id or by an address.
pub fn keys_of_name(name: &str) -> Vec<u64> {
    let keys = [id_key(name), address_key(name)];
    keys.into_iter().filter(|&key| key != 0).collect()
}

/// A home page is not the address of an item.
fn address_key(address: &str) -> u64 {
    match Url::parse(address) {
        Ok(url) if url.path().len() > 1 || url.query().is_some() => {
            xxh3_64_with_seed(crate::url::comparison_key(&url).as_bytes(), ADDRESS)
        }
        _ => 0,
    }
}

fn long(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*first))
}

fn word(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*first))
}

/// The words of a body's beginning, as a set that takes a word for one of them one time in a
/// hundred, however many there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words(Vec<u64>);

/// Units of 64 bits for each word.
const ROOM: usize = 2;
/// A gap that a byte does not tell: it goes on in the next.
const LONG_GAP: u32 = 255;

impl Words {
    fn of(count: usize, words: impl Iterator<Item = u32>) -> Self {
        let mut set = Self(vec![0; ROOM * count]);
        for word in words {
            let bit = set.bit(word);
            set.0[bit / 64] |= 1 << (bit % 64);
        }
        set
    }

    /// The upper bits of a word's hash, as a share of the room.
    fn bit(&self, word: u32) -> usize {
        (word as usize * (64 * self.0.len())) >> smallest::HASH_BITS
    }

    /// False is certain.
    pub(super) fn contains(&self, word: u32) -> bool {
        let bit = self.bit(word);
        self.0
            .get(bit / 64)
            .is_some_and(|unit| unit >> (bit % 64) & 1 == 1)
    }

    /// Appends it: its room, how many bits are set, and the gaps between those, a byte each.
    fn write(&self, bytes: &mut Vec<u8>) {
        let set: u32 = self.0.iter().map(|unit| unit.count_ones()).sum();
        for number in [self.0.len() / ROOM, set as usize] {
            bytes.extend_from_slice(&u16::try_from(number).unwrap_or(0).to_le_bytes());
        }
        let mut free = 0;
        for (unit, at) in self.0.iter().zip((0..).step_by(64)) {
            let mut rest = *unit;
            while rest != 0 {
                let bit = at + rest.trailing_zeros();
                rest &= rest - 1;
                let mut gap = bit - free;
                free = bit + 1;
                while gap >= LONG_GAP {
                    bytes.push(u8::MAX);
                    gap -= LONG_GAP;
                }
                bytes.push(u8::try_from(gap).unwrap_or(0));
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (&[a, b, c, d], rest) = bytes.split_first_chunk()?;
        let (count, set) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        let count = usize::from(count);
        if count > GROUND {
            return None;
        }
        let mut words = Self(vec![0; ROOM * count]);
        let mut free = 0;
        let mut rest = rest.iter();
        for _ in 0..set {
            let mut gap = 0;
            loop {
                let &byte = rest.next()?;
                gap += usize::from(byte);
                if byte != u8::MAX {
                    break;
                }
            }
            let bit = free + gap;
            *words.0.get_mut(bit / 64)? |= 1 << (bit % 64);
            free = bit + 1;
        }
        *bytes = rest.as_slice();
        Some(words)
    }
}
