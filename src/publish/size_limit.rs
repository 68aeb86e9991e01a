//! Edition -> the same edition, small enough to be fetched often: below 64 KiB in each format, compressed
//! as it is sent. If it would be larger, the oldest stories keep their summary and lose their full text.
//! No story is left out. The full text is one click away, and in the closed feed archives.

use crate::model::{Edition, ShownStory};
use flate2::{Compress, Compression, FlushCompress};
use std::borrow::Cow;

/// Compressed bytes that the stories may have: 64 KiB without what the formats put around them.
const ROOM: usize = 56 * 1024;
/// Compressed bytes of a story without its texts: names of elements, dates, ids, the source.
const BARE: usize = 320;
/// Compressed bytes of naming another member.
const MEMBER: usize = 120;

/// The edition with as many full texts as there is room for.
pub fn edition(edition: &Edition) -> Cow<'_, Edition> {
    let texts = edition.stories.iter().map(text_bytes).sum::<usize>();
    let without = weight_without_text(edition);
    if texts + without <= ROOM {
        return Cow::Borrowed(edition); // even if nothing could be compressed
    }
    let mut room = ROOM.saturating_sub(without);
    let mut scales = Scales::new();
    let mut small = Cow::Borrowed(edition);
    for (n, story) in edition.stories.iter().enumerate() {
        let Some(html) = &story.content else { continue };
        let weight = scales.weigh(html.as_str());
        if weight <= room {
            room -= weight;
        } else if story.summary.is_some() {
            small.to_mut().stories[n].content = None;
        }
    }
    small
}

fn text_bytes(story: &ShownStory) -> usize {
    story.content.as_ref().map_or(0, |html| html.as_str().len())
}

fn weight_without_text(edition: &Edition) -> usize {
    let story = |story: &ShownStory| {
        let shown = story.title.len() + story.summary.as_ref().map_or(0, String::len);
        BARE + shown / 2 + story.also.len() * MEMBER
    };
    edition.stories.iter().map(story).sum()
}

/// Measures the compressed size of texts, one after the other through one compressor, because making
/// its state takes longer than compressing a text.
struct Scales {
    compressor: Compress,
    buffer: Vec<u8>,
}

impl Scales {
    fn new() -> Self {
        Self {
            compressor: Compress::new(Compression::fast(), false),
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    /// Bytes of a text when it is compressed at the fastest level, behind the texts before it.
    fn weigh(&mut self, text: &str) -> usize {
        let before = self.compressor.total_out();
        let mut rest = text.as_bytes();
        loop {
            self.buffer.clear();
            let eaten = self.compressor.total_in();
            let flush = FlushCompress::Sync;
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
    use crate::publish::samples;
    use crate::publish::samples::story;
    use crate::publish::{Checked, atom, json_feed, rss};
    use crate::text::html::sanitize;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    /// Stories whose words are all different: they can hardly be compressed.
    fn long_stories(stories: usize, words: u64) -> Edition {
        let story = |n: usize| {
            let id = format!("tag:a.example,2024:{n}");
            let mut story = story(&id, &format!("Story {n}"), "2024-06-14T09:30:00Z");
            story.date_published -= chrono::TimeDelta::minutes(i64::try_from(n).unwrap());
            let word = |k: u64| {
                let number = (k + 1000 * n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                format!("{number:x} ")
            };
            let text: Vec<_> = (0..words).map(word).collect();
            story.content = Some(sanitize(&format!("<p>{}</p>", text.concat()), None));
            story.summary = Some(format!("In short {n}."));
            story
        };
        samples::edition((0..stories).map(story).collect())
    }

    #[test]
    fn a_long_edition_is_below_64_kib_in_each_format() {
        for words in [20, 200, 2000] {
            let edition = edition(&long_stories(50, words)).into_owned();
            let formats = [
                rss::write(&Checked::of(&edition)),
                atom::write(&Checked::of(&edition)),
                json_feed::write(&Checked::of(&edition)),
            ];
            for document in formats.map(Result::unwrap) {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(document.as_bytes()).unwrap();
                let size = encoder.finish().unwrap().len();
                assert!(size < 64 * 1024, "{size} bytes of {words} words");
            }
            assert_eq!(edition.stories.len(), 50);
        }
    }

    #[test]
    fn the_oldest_lose_their_texts_first_and_keep_their_summaries() {
        let edition = edition(&long_stories(50, 200)).into_owned();
        let full = edition
            .stories
            .iter()
            .take_while(|story| story.content.is_some());
        let full = full.count();
        assert!((10..40).contains(&full), "{full}");
        let short = &edition.stories[full..];
        assert!(short.iter().all(|story| story.content.is_none()));
        let document = atom::write(&Checked::of(&edition)).unwrap();
        assert!(document.contains("In short 49."));
    }

    #[test]
    fn an_edition_with_room_is_left_alone_and_one_long_text_takes_none_from_others() {
        let before = long_stories(50, 10);
        let all = edition(&before)
            .stories
            .iter()
            .all(|story| story.content.is_some());
        assert!(all);
        let mut stories = long_stories(1, 20_000).stories;
        stories.extend(before.stories.into_iter().skip(1));
        let mixed = samples::edition(stories);
        let small = edition(&mixed);
        assert!(small.stories[0].content.is_none());
        assert!(
            small.stories[1..]
                .iter()
                .all(|story| story.content.is_some())
        );
    }
}
