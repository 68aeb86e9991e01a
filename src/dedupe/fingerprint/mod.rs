//! Item -> [`Fingerprint`]: some hundred bytes that replace the item in every comparison.

pub(super) mod clean;
mod codec;
mod number;
mod run;
pub(super) mod smallest;
mod token;
pub(super) mod tokens;
mod vocabulary;
mod word;
pub(super) mod word_hash;
mod word_set;

use crate::model::Item;
use crate::text::html;
use crate::url::is_web_address;
use ::url::Url;
use smallest::{SmallestHashes, short_hash};
use std::ops::Range;
use tokens::Token;
use word_hash::mix;
use word_set::{MOST_WORDS, WordSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Tokens in a shingle.
const SHINGLE: usize = 4;
/// Tokens of a body that are read.
const MAX_BODY_TOKENS: usize = 20_000;
/// Tokens of a title that count for its text hash.
const MAX_TITLE_TOKENS: usize = 256;
/// Tokens of a title that are compared one by one.
pub(super) const TITLE_TOKENS: usize = 32;
/// Shingles of a body that are kept: the smallest hashes, a fair sample of all (bottom-k `MinHash`).
pub(super) const SKETCH: usize = 40;
/// Shingles of a body's beginning that are kept, for copies that are cut short.
pub(super) const HEAD: usize = 12;
/// Smallest shingles of a body that are keys.
pub(super) const SKETCH_KEYS: usize = 5;
/// Smallest shingles of a body's beginning that are keys.
pub(super) const HEAD_KEYS: usize = 2;
/// Numbers of a body that are kept.
pub(super) const NUMBERS: usize = 24;
/// Bytes of a text for each of its tokens, at least: only an estimate of the capacity.
const BYTES_PER_TOKEN: usize = 5;
/// Words without articles that a title must have, to be compared without them.
const MIN_TITLE_WORDS: usize = 3;
/// Words of a publisher's name at most.
const PUBLISHER_TOKENS: usize = 5;
/// A body of fewer words proves nothing.
pub(super) const MIN_BODY_WORDS: u32 = 8;

/// A title of fewer words above a body of fewer words is what many publishers say.
pub(super) const OWN_TITLE: usize = 5;
pub(super) const OWN_BODY: u32 = 25;

/// Seeds, so that an id never equals an address or a text.
const ID: u64 = 1;
const ADDRESS: u64 = 2;
const TEXT: u64 = 3;

/// What is compared of an item. A fetch computes it, and the store keeps its bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingerprint {
    /// The hash of an id that is unique in the world; 0 if there is none.
    pub(super) id: u64,
    /// The hashes of the canonical addresses of its page and of the page it is about; 0 if there is
    /// none.
    pub(super) addresses: [u64; 2],
    /// The hash of its audio and video files; 0 if there are none.
    pub(super) media: u32,
    /// The hash of its picture; 0 if there is none.
    pub(super) picture: u32,
    /// The hash of title and body; 0 if the body is too short to prove anything.
    pub(super) text: u64,
    /// The hash of the body; 0 if there is none.
    pub(super) body: u64,
    /// Words of the body, without a repeated title.
    pub(super) body_tokens: u32,
    /// The title said that it was an update.
    pub(super) update: bool,
    /// The title said that it is that of a page that grows all day.
    pub(super) live: bool,
    /// The title's last words are missing.
    pub(super) title_cut: bool,
    /// Where the title begins, if a publisher's name is before it; else 0.
    pub(super) lead_end: u8,
    /// Where a publisher's name behind the title begins; the title's end if there is none.
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
    /// The last bits of those that are keys: without them too many keys would be equal by chance.
    pub(super) key_bits: [u8; SKETCH_KEYS + HEAD_KEYS],
    /// The smallest numbers of the body.
    pub(super) numbers: SmallestHashes<NUMBERS>,
    /// The stems of the body.
    pub(super) words: WordSet,
}

impl Fingerprint {
    /// Reads an item. An item may have no title, no body, or a megabyte of text.
    pub fn of(item: &Item) -> Self {
        let html = item.content_html.as_ref();
        let text = html.map(|raw| html::to_text(&raw.html));
        Self::with_text(item, text.as_deref())
    }

    /// Likewise, with the text of its HTML ([`html::to_text`]), if it has some.
    pub fn with_text(item: &Item, text: Option<&str>) -> Self {
        let id = item.id.as_str();
        let address_of_id = is_web_address(id).then(|| read_address(id));
        let mut fingerprint = Self {
            id: address_of_id.map_or_else(|| name_key(id), address_key),
            ..Self::default()
        };
        fingerprint.media = media_key(item);
        let picture = item.image.as_ref().map(|image| image.url.as_str());
        fingerprint.picture = picture.map_or(0, |url| short_hash(address_hash(url)));
        let (title, main) = fingerprint.read_title(item.title.as_deref().unwrap_or_default());
        let own_title = fingerprint.title.len() >= OWN_TITLE;
        for (key, address) in fingerprint
            .addresses
            .iter_mut()
            .zip([&item.url, &item.external_url])
        {
            let read = |address: &str| match address_of_id {
                // Many ids are the address of the item.
                Some(known) if address == id => known,
                _ => read_address(address),
            };
            *key = match address.as_deref().map(read) {
                // A front page is no item's address. Below one long title it is that of one item.
                Some((front_page, true)) if own_title => hash_in_order(&title, front_page),
                Some((page, false)) => page,
                Some((_, true)) | None => 0,
            };
        }
        fingerprint.read_body(item, text, &title, main);
        if fingerprint.body_tokens >= MIN_BODY_WORDS {
            let words = title.iter().filter(|t| !t.article);
            fingerprint.text = hash_in_order(words, fingerprint.body);
        }
        fingerprint
    }

    /// Forgets the addresses of its page: they are those of other items too.
    pub fn forget_addresses(&mut self) {
        self.addresses = [0; 2];
    }

    /// Hashes that only the same item shares: of ids, canonical URLs, whole texts. The store keeps
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

    /// Whether they share an address.
    pub(super) fn same_address(&self, other: &Self) -> bool {
        let is_known = |address: &u64| *address != 0 && other.addresses.contains(address);
        self.addresses.iter().any(is_known)
    }

    /// The shingles that are kept. Some may be there twice.
    pub(super) fn shingles(&self) -> impl Iterator<Item = u32> {
        self.sketch.iter().chain(self.head.iter()).copied()
    }

    /// Whether a shingle is among those that are kept.
    pub(super) fn has(&self, shingle: u32) -> bool {
        self.sketch.binary_search(&shingle).is_ok() || self.head.contains(&shingle)
    }

    /// Whether title and text are more than many publishers say in the same words: `Hello world!`,
    /// `Scheduled maintenance`.
    pub(super) fn is_own(&self) -> bool {
        self.title.len() >= OWN_TITLE || self.body_tokens >= OWN_BODY
    }

    /// The shingles that are keys of similar texts. Some may be equal.
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

    /// Returns all words of the title, and which of them are neither before nor behind it.
    fn read_title(&mut self, raw: &str) -> (Vec<Token>, Range<usize>) {
        let title = clean::title(raw);
        self.update = title.update;
        self.title_cut = title.cut;
        self.live = title.live;
        let mut all = Vec::with_capacity(TITLE_TOKENS);
        let [lead_end, tail_start, end] = [title.lead, title.main, title.tail].map(|part| {
            tokens::read(part, MAX_TITLE_TOKENS, &mut all);
            all.len()
        });
        let own = all.iter().filter(|t| !t.article).count();
        let is_kept = |t: &&Token| !t.article || own < MIN_TITLE_WORDS;
        let kept = |part: &[Token]| part.iter().filter(is_kept).count();
        let words = || all.iter().filter(is_kept);
        self.title = SmallestHashes::first(words().map(|t| short_hash(t.stem)));
        for (bit, token) in words().take(self.title.len()).enumerate() {
            self.title_numbers |= u32::from(token.number) << bit;
            self.title_content |= u32::from(token.content) << bit;
        }
        let small = |at: usize| u8::try_from(at.min(self.title.len())).unwrap_or(0);
        let is_publisher = |words: usize| (1..=PUBLISHER_TOKENS).contains(&words);
        let main = Range {
            start: if is_publisher(lead_end) && lead_end < tail_start {
                lead_end
            } else {
                0
            },
            end: if is_publisher(end - tail_start) && tail_start > 0 {
                tail_start
            } else {
                end
            },
        };
        self.lead_end = small(kept(&all[..main.start]));
        self.tail_start = small(kept(&all[..main.end]));
        (all, main)
    }

    fn read_body(&mut self, item: &Item, text: Option<&str>, title: &[Token], main: Range<usize>) {
        let content = text.or(item.content_text.as_deref()).unwrap_or_default();
        let summary = item.summary.as_deref().unwrap_or_default();
        let text = clean::body(if summary.len() > content.len() {
            summary
        } else {
            content
        });
        let mut all = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
        tokens::read(text, MAX_BODY_TOKENS, &mut all);
        let body = &all[repeated_title(&all, title, main)..];
        if body.is_empty() {
            return;
        }
        self.body = hash_in_order(body, TEXT);
        self.body_tokens = u32::try_from(body.len()).unwrap_or(u32::MAX);

        // A body that is shorter than a shingle is one.
        let runs = body.windows(SHINGLE.min(body.len()));
        let mut scratch: Vec<u32> = runs.map(shingle).collect();
        let mut head = [0; HEAD];
        let head = &mut head[..scratch.len().min(HEAD)];
        head.copy_from_slice(&scratch[..head.len()]);
        self.head = SmallestHashes::first(head.iter().map(|&key| smallest::short_hash_of_key(key)));
        let of_head = SmallestHashes::<HEAD_KEYS>::smallest(head).len();
        self.sketch = SmallestHashes::smallest(&mut scratch);
        let of_sketch = self.sketch.len().min(SKETCH_KEYS);
        let keys = scratch[..of_sketch].iter().zip(0..);
        for (&key, at) in keys.chain(head[..of_head].iter().zip(SKETCH_KEYS..)) {
            self.key_bits[at] = key.to_le_bytes()[0];
        }
        scratch.clear();
        let numbers = all.iter().filter(|t| t.number);
        scratch.extend(numbers.map(|t| smallest::key_of_hash(t.hash)));
        self.numbers = SmallestHashes::smallest(&mut scratch);
        let beginning = &all[..all.len().min(MOST_WORDS)];
        let words = || beginning.iter().filter(|t| t.content);
        self.words = WordSet::of(words().count(), words().map(|t| short_hash(t.stem)));
    }
}

/// How many words at the start of a body only repeat its title, with or without a publisher's name.
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

/// A hash of tokens in order.
fn hash_in_order<'a>(run: impl IntoIterator<Item = &'a Token>, seed: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = run.into_iter().fold(seed ^ ODD, |hash, token| {
        (hash.rotate_left(23) ^ token.hash).wrapping_mul(ODD)
    });
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// A hash of a few tokens in order. There are as many shingles as words, so its products do not depend
/// on each other, as those of [`hash_in_order`] do.
fn shingle(run: &[Token]) -> u32 {
    const ODD: [u64; SHINGLE] = [
        0x9E37_79B9_7F4A_7C15,
        0xBF58_476D_1CE4_E5B9,
        0x94D0_49BB_1331_11EB,
        0xD6E8_FEB8_6659_FD93,
    ];
    let term = |at: usize| {
        run.get(at)
            .map_or(0, |token| token.hash.wrapping_mul(ODD[at]))
    };
    let [a, b, c, d] = [term(0), term(1), term(2), term(3)];
    smallest::key_of_hash(mix(a.wrapping_add(b).wrapping_add(c).wrapping_add(d)))
}

/// The hash of an id that is no address. It counts only if it is unique in the world.
fn name_key(id: &str) -> u64 {
    if id.starts_with("tag:") || id.starts_with("urn:") {
        xxh3_64_with_seed(id.as_bytes(), ID)
    } else {
        0
    }
}

/// The hash of the audio and video files of an item, in any order; 0 if there are none.
fn media_key(item: &Item) -> u32 {
    let is_media = |kind: &str| kind.starts_with("audio/") || kind.starts_with("video/");
    let files = item.attachments.iter();
    let files = files.filter(|file| is_media(&file.mime_type));
    short_hash(files.fold(0, |sum, file| sum ^ mix(address_hash(&file.url))))
}

/// The hash of an address, and whether it is a front page, which is not the address of an item.
fn read_address(address: &str) -> (u64, bool) {
    let hash = |key: &str| xxh3_64_with_seed(key.as_bytes(), ADDRESS);
    match Url::parse(address) {
        Ok(url) => {
            let is_front = url.path().len() <= 1 && url.query().is_none();
            (hash(&crate::url::comparison_key(&url)), is_front)
        }
        Err(_) => (hash(address), true),
    }
}

fn address_hash(address: &str) -> u64 {
    read_address(address).0
}

/// The exact keys of items with this id or address.
pub fn keys_of_name(name: &str) -> Vec<u64> {
    let keys = [name_key(name), address_key(read_address(name))];
    keys.into_iter().filter(|&key| key != 0).collect()
}

/// The hash of an item's address; 0 for a front page.
fn address_key((hash, is_front_page): (u64, bool)) -> u64 {
    if is_front_page { 0 } else { hash }
}
