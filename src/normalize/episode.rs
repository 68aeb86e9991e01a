//! What a feed says of an episode -> what of it is valid.

use super::{BaseUrls, media, text};
use crate::model::{Episode, EpisodeFile, EpisodePerson};
use crate::text::{language, mime};
use crate::url::is_web_address;

/// The type of a file of chapters (Podcasting 2.0).
const CHAPTERS: &str = "application/json+chapters";

/// The episode with absolute addresses and plain texts; none if the feed says nothing of one.
pub(super) fn episode(given: Episode, base_urls: &BaseUrls) -> Option<Box<Episode>> {
    if given == Episode::default() {
        return None;
    }
    let mut transcripts: Vec<EpisodeFile> = Vec::new();
    for given in given.transcripts {
        if let Some(transcript) = file(given, None, base_urls)
            && !transcripts.iter().any(|known| known.url == transcript.url)
        {
            transcripts.push(transcript);
        }
    }
    let persons = given.persons.into_iter();
    let valid = Episode {
        chapters: given
            .chapters
            .and_then(|chapters| file(chapters, Some(CHAPTERS), base_urls)),
        transcripts,
        persons: persons
            .filter_map(|given| person(given, base_urls))
            .collect(),
        ..given
    };
    (valid != Episode::default()).then(|| Box::new(valid))
}

/// A file with an absolute address and a type: its own, the usual one, or by its name.
fn file(given: EpisodeFile, usual: Option<&str>, base_urls: &BaseUrls) -> Option<EpisodeFile> {
    let url = address(given.url, base_urls)?;
    let own = mime::essence(&given.mime_type).map(str::to_ascii_lowercase);
    let mime_type = own.unwrap_or_else(|| usual.unwrap_or_else(|| media::guess(&url)).to_owned());
    Some(EpisodeFile {
        url,
        mime_type,
        language: given.language.and_then(|tag| language::tag(&tag)),
        is_captions: given.is_captions,
    })
}

fn person(given: EpisodePerson, base_urls: &BaseUrls) -> Option<EpisodePerson> {
    let address = |url: Option<String>| address(url?, base_urls);
    Some(EpisodePerson {
        name: text::line(given.name)?,
        role: given.role.and_then(text::line),
        group: given.group.and_then(text::line),
        image: address(given.image),
        url: address(given.url),
    })
}

fn address(url: String, base_urls: &BaseUrls) -> Option<String> {
    base_urls.resolve(url).filter(|url| is_web_address(url))
}
