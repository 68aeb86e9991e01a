//! Edition -> its documents, small enough to be fetched often: below 64 KiB in each format, compressed as
//! `gzip` does. If they would be larger, the newest stories keep their full text, one more keeps its beginning,
//! and the others have their summary; where titles and summaries alone are that much, the oldest lose their
//! summaries too. What was cut ends with a link to the whole. No story is left out. The full text is one click
//! away, and in the closed feed archives.
//!
//! How much a text adds to a document depends on all that is before it. So texts are weighed one by one, which is
//! quick and not exact, and the documents that come of it are measured; a few rounds use the room to its end.

use super::{Error, FeedEdition, estimate, write};
use crate::model::{FeedFormat, ShownStory};
use flate2::{Compress, Compression, FlushCompress};
use std::sync::Arc;

/// Bytes that a compressed document must not reach: 64 KiB without the 3 % by which the compressor of a web
/// server may be worse than ours. zlib makes up to 2 % more of feeds that repeat themselves. Of letters in no order it makes
/// 6 % more, but feeds are texts.
const LIMIT: usize = 62 * 1024;
/// Bytes of a gzip file beside what is compressed: header and trailer (RFC 1952 section 2.3).
const GZIP_FRAME: usize = 18;
/// Bytes of the longest document, as it is or by an estimate, below which no document reaches the limit. Where nothing
/// repeats, our compressor makes up to 3 % more than the estimate, and zlib up to 9.3 % (letters in no order, twenty
/// different ones). The limit is 14 % above this: the rest is for a shorter document that is larger when compressed.
const FAR_BELOW: usize = LIMIT / 8 * 7;
/// Bytes of room that are not worth another round: about those of one more summary.
const CLOSE: usize = LIMIT / 256;
/// How often documents are made and measured at most. Each time they are about as large as the limit allows,
/// so this costs the same for any edition.
const ROUNDS: usize = 6;
/// Texts of more bytes than this do not fit together, however repetitive they are.
const HOPELESS: usize = 8 * LIMIT;
/// Bytes of HTML below which the beginning of a text says no more than its summary.
const LEAST_BEGINNING: usize = 1024;

/// A document in each format.
pub type Documents = Vec<(FeedFormat, String)>;

/// The edition in each format of its theme, with as much text as there is room for.
pub fn documents(whole: &FeedEdition) -> Result<Documents, Error> {
    let stories = &whole.edition().stories;
    if stories.iter().map(|s| text(s).len()).sum::<usize>() <= HOPELESS {
        let documents = written(whole)?;
        if are_surely_small(&documents) || size(&documents) < LIMIT {
            return Ok(documents);
        }
    }
    let without_texts = whole.with_stories(without_text);
    let bare = Measured::of(&without_texts)?;
    if bare.size < LIMIT {
        return fill(whole, bare, text, with_text);
    }
    let bare = Measured::of(&without_texts.with_stories(without_summary))?;
    fill(&without_texts, bare, summary, with_summary)
}

/// How much of one part of a story is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Whole,
    /// So many bytes of it.
    Beginning(usize),
    Nothing,
}

fn text(story: &ShownStory) -> &str {
    story.content.as_ref().map_or("", |html| html.as_str())
}

/// None where it is all shown.
fn with_text(story: &ShownStory, share: Share) -> Option<ShownStory> {
    let beginning = match (&story.content, share) {
        (None, _) | (_, Share::Whole) => return None,
        (Some(html), Share::Beginning(bytes)) => html.beginning(bytes),
        (Some(_), Share::Nothing) => None,
    };
    Some(ShownStory {
        content: beginning,
        is_cut: true,
        ..story.clone()
    })
}

fn without_text(story: &ShownStory) -> Option<ShownStory> {
    with_text(story, Share::Nothing)
}

fn summary(story: &ShownStory) -> &str {
    story.summary.as_deref().unwrap_or_default()
}

/// A beginning of a beginning would say nothing.
fn with_summary(story: &ShownStory, share: Share) -> Option<ShownStory> {
    if share == Share::Whole || story.summary.is_none() {
        return None;
    }
    Some(ShownStory {
        summary: None,
        is_cut: true,
        ..story.clone()
    })
}

fn without_summary(story: &ShownStory) -> Option<ShownStory> {
    with_summary(story, Share::Nothing)
}

/// Documents and the compressed size of the largest.
struct Measured {
    documents: Documents,
    size: usize,
}

impl Measured {
    fn of(edition: &FeedEdition) -> Result<Self, Error> {
        let documents = written(edition)?;
        Ok(Self {
            size: size(&documents),
            documents,
        })
    }
}

/// The documents of an edition with as much of one part of its stories as there is room for beside what is in
/// `bare`, which has nothing of it.
fn fill(
    whole: &FeedEdition,
    bare: Measured,
    part: fn(&ShownStory) -> &str,
    with_part: fn(&ShownStory, Share) -> Option<ShownStory>,
) -> Result<Documents, Error> {
    let own = bare.size;
    let target = LIMIT.saturating_sub(own + CLOSE / 2);
    let parts = weigh(&whole.edition().stories, part);
    let mut best = bare;
    let mut room = target;
    for _ in 0..ROUNDS {
        let (shares, used) = share_out(&parts, room);
        if used == 0 {
            break;
        }
        let mut shares = shares.iter().copied();
        let filled =
            whole.with_stories(|story| with_part(story, shares.next().unwrap_or(Share::Nothing)));
        let filled = Measured::of(&filled)?;
        let size = filled.size;
        if size < LIMIT && size > best.size {
            best = filled;
        }
        if (LIMIT - CLOSE..LIMIT).contains(&size) {
            break;
        }
        // What the parts really cost, against what they weighed.
        room = used * target / size.saturating_sub(own).max(1);
    }
    Ok(best.documents)
}

/// Bytes of a part of a story, and what they weigh.
struct Part {
    bytes: usize,
    weight: usize,
}

fn weigh(stories: &[Arc<ShownStory>], part: fn(&ShownStory) -> &str) -> Vec<Part> {
    let mut scales = Scales::new(Compression::fast());
    let weigh = |story: &Arc<ShownStory>| Part {
        bytes: part(story).len(),
        weight: scales.weigh(part(story)),
    };
    stories.iter().map(weigh).collect()
}

/// What is shown of each part, the newest first, and what that weighs. A part that is too long takes no room
/// from those after it: the newest of them has what is left in the end.
fn share_out(parts: &[Part], room: usize) -> (Vec<Share>, usize) {
    let mut left = room;
    let mut shares = Vec::with_capacity(parts.len());
    for part in parts {
        let fits = part.weight <= left;
        left -= if fits { part.weight } else { 0 };
        shares.push(if fits { Share::Whole } else { Share::Nothing });
    }
    if let Some(at) = shares.iter().position(|share| *share == Share::Nothing) {
        let bytes = parts[at].bytes * left / parts[at].weight.max(1);
        if bytes >= LEAST_BEGINNING {
            shares[at] = Share::Beginning(bytes);
            left = 0;
        }
    }
    (shares, room - left)
}

fn written(edition: &FeedEdition) -> Result<Documents, Error> {
    let document = |format| Ok((format, write(format, edition)?));
    let formats = edition.edition().theme.formats.feeds.iter();
    formats.copied().map(document).collect()
}

/// Whether the documents are small as they are, or by an estimate, which takes far less time than to measure. They say
/// the same: where the longest is far below the limit, the others are below it.
fn are_surely_small(documents: &Documents) -> bool {
    let texts = documents.iter().map(|(_, text)| text.as_str());
    let longest = texts.max_by_key(|text| text.len()).unwrap_or_default();
    longest.len() < FAR_BELOW || estimate::compressed(longest) < FAR_BELOW
}

/// Compressed bytes of the largest document, as most web servers compress.
fn size(documents: &Documents) -> usize {
    let mut scales = Scales::new(Compression::default());
    let sizes = documents.iter().map(|(_, text)| scales.size(text));
    sizes.max().unwrap_or_default()
}

/// Measures the compressed size of texts, one after the other through one compressor, because making
/// its state takes longer than compressing a text.
struct Scales {
    compressor: Compress,
    buffer: Vec<u8>,
}

impl Scales {
    fn new(level: Compression) -> Self {
        Self {
            compressor: Compress::new(level, false),
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    /// Bytes of a text by itself, as a file of `gzip`.
    fn size(&mut self, text: &str) -> usize {
        self.compressor.reset();
        self.compress(text, FlushCompress::Finish) + GZIP_FRAME
    }

    /// Bytes of a text when it is compressed behind the texts before it.
    fn weigh(&mut self, text: &str) -> usize {
        self.compress(text, FlushCompress::Sync)
    }

    fn compress(&mut self, text: &str, flush: FlushCompress) -> usize {
        let before = self.compressor.total_out();
        let mut rest = text.as_bytes();
        loop {
            self.buffer.clear();
            let eaten = self.compressor.total_in();
            let done = self.compressor.compress_vec(rest, &mut self.buffer, flush);
            let eaten = usize::try_from(self.compressor.total_in() - eaten).unwrap_or(rest.len());
            rest = &rest[eaten..];
            let is_full = self.buffer.len() == self.buffer.capacity();
            if done.is_err() || !is_full {
                break;
            }
        }
        usize::try_from(self.compressor.total_out() - before).unwrap_or(text.len()) + rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Edition;
    use crate::publish::samples;
    use crate::publish::samples::story;
    use crate::text::html::sanitize;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    /// Words as texts have them: every second is one of fifty, the others are of five thousand.
    fn word(n: u64) -> String {
        const SYLLABLES: [&str; 16] = [
            "a", "ber", "con", "de", "er", "for", "in", "ka", "lo", "men", "no", "ra", "st", "ti",
            "us", "we",
        ];
        let dice = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        let dice = dice.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20;
        let word = dice / 2 % if dice.is_multiple_of(2) { 50 } else { 5000 };
        let syllable = |shift: u64| SYLLABLES[usize::try_from(word >> shift & 15).unwrap()];
        [12, 8, 4, 0]
            .into_iter()
            .filter(|&shift| shift == 0 || word >> shift > 0)
            .map(syllable)
            .collect()
    }

    fn words(from: u64, count: u64) -> String {
        let words: Vec<_> = (from..from + count).map(word).collect();
        words.join(" ")
    }

    /// Stories of so many words each.
    fn long_stories(stories: u64, count: u64) -> Edition {
        let story = |n: u64| {
            let id = format!("https://a.example/2024/{n}");
            let mut story = story(&id, &words(n * 7919, 8), "2024-06-14T09:30:00Z");
            story.url = Some(id);
            story.date_published -= chrono::TimeDelta::minutes(i64::try_from(n).unwrap());
            let paragraphs = (0..count.div_ceil(80)).map(|p| {
                let from = n * 100_003 + p * 80;
                format!("<p>{}.</p>", words(from, (count - p * 80).min(80)))
            });
            story.content = Some(sanitize(&paragraphs.collect::<String>(), None));
            story.summary = Some(format!("In short {n}: {}…", words(n * 100_003, 45)));
            story
        };
        samples::edition((0..stories).map(story).collect())
    }

    fn full_texts(documents: &Documents) -> usize {
        documents[0].1.matches("<item>").count() - read_on(documents)
    }

    fn read_on(documents: &Documents) -> usize {
        documents[0].1.matches("Read on</a>").count()
    }

    #[test]
    fn no_document_reaches_the_limit_and_what_is_cut_uses_nearly_all_of_it() {
        for (stories, count) in [(50, 40), (100, 400), (60, 800)] {
            let edition = long_stories(stories, count);
            let documents = documents(&FeedEdition::of(&edition)).unwrap();
            let size = size(&documents);
            assert!(size < LIMIT, "{stories} of {count}: {size}");
            if read_on(&documents) > 0 {
                assert!(size > LIMIT / 100 * 98, "{stories} of {count}: {size}");
            }
            let all = documents[0].1.matches("<item>").count();
            assert_eq!(all, usize::try_from(stories).unwrap());
        }
    }

    #[test]
    fn a_document_is_measured_as_gzip_makes_it_and_the_fastest_level_makes_more() {
        let documents = documents(&FeedEdition::of(&long_stories(40, 100))).unwrap();
        let (mut fast, mut scales) = (
            Scales::new(Compression::fast()),
            Scales::new(Compression::default()),
        );
        for (_, text) in &documents {
            let mut file = GzEncoder::new(Vec::new(), Compression::default());
            file.write_all(text.as_bytes()).unwrap();
            let size = file.finish().unwrap().len();
            assert_eq!(scales.size(text), size);
            assert!(fast.size(text) > size);
        }
    }

    #[test]
    fn more_stories_never_make_a_smaller_document() {
        let mut before = 0;
        for stories in [25, 50, 100, 200] {
            let size = size(&documents(&FeedEdition::of(&long_stories(stories, 300))).unwrap());
            assert!(size + CLOSE > before, "{stories}: {size} after {before}");
            before = size;
        }
    }

    #[test]
    fn the_newest_keep_their_texts_one_its_beginning_and_the_others_their_summaries() {
        let edition = long_stories(100, 400);
        let documents = documents(&FeedEdition::of(&edition)).unwrap();
        let full = full_texts(&documents);
        assert!((50..95).contains(&full), "{full}");
        let rss = &documents[0].1;
        let items: Vec<&str> = rss.split("<item>").skip(1).collect();
        for (n, item) in items.iter().enumerate() {
            let content = item.split("<content:encoded>").nth(1).unwrap();
            let (link, end) = (
                content.contains("Read on</a></p>]]>"),
                content.contains("…</p>"),
            );
            let paragraphs = content.matches("<p>").count();
            match n.cmp(&full) {
                std::cmp::Ordering::Less => assert!(!link && paragraphs == 5, "{item}"),
                std::cmp::Ordering::Equal => assert!(link && end, "{item}"),
                std::cmp::Ordering::Greater => {
                    assert!(link && content.contains("In short"), "{item}");
                }
            }
            let read_on = format!(r#"<a href="https://a.example/2024/{n}">Read on</a>"#);
            assert_eq!(item.contains(&read_on), link);
        }
    }

    #[test]
    fn summaries_go_where_titles_and_summaries_alone_are_too_much() {
        let documents = documents(&FeedEdition::of(&long_stories(700, 100))).unwrap();
        let size = size(&documents);
        assert!(size < LIMIT && size > LIMIT / 100 * 98, "{size}");
        let rss = &documents[0].1;
        assert!(rss.contains("In short 0:") && !rss.contains("In short 699:"));
        assert_eq!(rss.matches("<item>").count(), 700);
    }

    #[test]
    fn an_edition_with_room_is_left_alone() {
        let documents = documents(&FeedEdition::of(&long_stories(50, 40))).unwrap();
        assert_eq!(read_on(&documents), 0);
    }

    #[test]
    fn one_long_text_takes_no_room_from_the_others_and_has_what_they_leave() {
        let mut edition = long_stories(20, 150);
        edition.stories[0].content = long_stories(1, 40_000).stories.remove(0).content;
        let documents = documents(&FeedEdition::of(&edition)).unwrap();
        assert_eq!(read_on(&documents), 1);
        let size = size(&documents);
        assert!(size > LIMIT / 100 * 98, "{size}");
    }

    #[test]
    fn a_text_that_cannot_be_compressed_is_within_the_limit_too() {
        let mut edition = long_stories(60, 10);
        for (n, story) in edition.stories.iter_mut().enumerate() {
            let number =
                |k: usize| format!("{:x}", (k + 1000 * n).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            story.tags = (0..40).map(number).collect();
            story.summary = None;
        }
        assert!(size(&documents(&FeedEdition::of(&edition)).unwrap()) < LIMIT);
    }
}
