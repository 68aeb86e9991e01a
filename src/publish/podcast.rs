//! Episode -> the elements of Apple's podcasts and of Podcasting 2.0 in RSS, which is what players read.

use super::checked::SharedEdition;
use super::extension::{add, element};
use crate::model::{Attachment, Episode, EpisodeFile, EpisodeKind, EpisodePerson, ShownStory};
use rss::extension::{Extension, ExtensionMap};
use std::sync::Arc;

/// The vocabularies, by the prefixes that players expect.
pub(super) const NAMESPACES: [(&str, &str); 2] = [
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("podcast", "https://podcastindex.org/namespace/1.0"),
];

/// Adds what is known of a story as an episode; nothing where it has no file to play and its feed calls it none.
pub(super) fn add_elements(to: &mut ExtensionMap, story: &ShownStory, file: Option<&Attachment>) {
    let file = file.filter(|file| is_played(file));
    if file.is_none() && story.episode.is_none() {
        return;
    }
    let none = Episode::default();
    let episode = story.episode.as_deref().unwrap_or(&none);
    let duration = file.and_then(|file| file.duration_in_seconds);
    let number = |number: u64| number.to_string();
    let texts = [
        ("duration", duration.map(number)),
        ("episode", episode.number.map(|n| number(n.into()))),
        ("season", episode.season.map(|n| number(n.into()))),
        (
            "episodeType",
            episode.kind.map(EpisodeKind::name).map(str::to_owned),
        ),
        (
            "explicit",
            episode.explicit.map(|explicit| explicit.to_string()),
        ),
    ];
    for (name, value) in texts {
        let elements = value.into_iter().map(|value| Extension {
            value: Some(value),
            ..element(&format!("itunes:{name}"), &[])
        });
        add(to, "itunes", name, elements.collect());
    }
    let image = story.image.iter();
    let image = image.map(|image| element("itunes:image", &[("href", &image.url)]));
    add(to, "itunes", "image", image.collect());
    let chapters = episode.chapters.iter();
    let chapters = chapters.map(|file| self::file("chapters", file));
    add(to, "podcast", "chapters", chapters.collect());
    let transcripts = episode.transcripts.iter();
    let transcripts = transcripts.map(|file| self::file("transcript", file));
    add(to, "podcast", "transcript", transcripts.collect());
    let persons = episode.persons.iter().map(person);
    add(to, "podcast", "person", persons.collect());
}

/// Adds what the episodes together say of the feed: whether it is for adults. It is if one of them is, and it is
/// not if each of them says so. Apple also recommends a category of its own list and the address of an owner. No
/// source says these of a feed of many, so they are left out.
pub(super) fn add_channel_elements(to: &mut ExtensionMap, edition: &SharedEdition) {
    let is_episode = |story: &&Arc<ShownStory>| {
        story.episode.is_some() || story.attachments.iter().any(is_played)
    };
    let said = edition.stories.iter().filter(is_episode);
    let said = said.map(|story| story.episode.as_ref().and_then(|episode| episode.explicit));
    let said: Vec<_> = said.collect();
    let explicit = if said.contains(&Some(true)) {
        true
    } else if said.is_empty() || said.contains(&None) {
        return;
    } else {
        false
    };
    let element = Extension {
        value: Some(explicit.to_string()),
        ..element("itunes:explicit", &[])
    };
    add(to, "itunes", "explicit", vec![element]);
}

fn is_played(file: &Attachment) -> bool {
    let kinds = ["audio/", "video/"];
    kinds.iter().any(|kind| file.mime_type.starts_with(kind))
}

fn file(name: &str, file: &EpisodeFile) -> Extension {
    let mut attributes = vec![("url", file.url.as_str()), ("type", &file.mime_type)];
    attributes.extend(file.language.as_deref().map(|tag| ("language", tag)));
    attributes.extend(file.is_captions.then_some(("rel", "captions")));
    element(&format!("podcast:{name}"), &attributes)
}

fn person(person: &EpisodePerson) -> Extension {
    let given = [
        ("role", &person.role),
        ("group", &person.group),
        ("img", &person.image),
        ("href", &person.url),
    ];
    let attributes: Vec<_> = given
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect();
    Extension {
        value: Some(person.name.clone()),
        ..element("podcast:person", &attributes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StoryId;
    use crate::publish::CheckedEdition;
    use crate::publish::samples::{edition, full_story, story};

    fn explicit(said: &[Option<bool>]) -> Option<String> {
        let episodes = (1_u8..).zip(said).map(|(n, &explicit)| ShownStory {
            id: StoryId::new(format!("tag:a,2024:episode{n}")),
            episode: Some(Box::new(Episode {
                explicit,
                ..Episode::default()
            })),
            ..full_story()
        });
        let plain = story("tag:a,2024:1", "No episode", "2024-06-14T09:30:00Z");
        let stories = episodes.chain([plain]).collect();
        let mut map = ExtensionMap::new();
        add_channel_elements(&mut map, CheckedEdition::of(&edition(stories)).edition());
        map.get("itunes")?.get("explicit")?[0].value.clone()
    }

    #[test]
    fn a_feed_is_for_adults_if_an_episode_is_and_is_not_if_each_says_so() {
        let table = [
            (vec![Some(false), Some(false)], Some("false")),
            (vec![Some(false), Some(true), None], Some("true")),
            (vec![Some(false), None], None),
            (vec![], None),
        ];
        for (said, expected) in table {
            assert_eq!(explicit(&said).as_deref(), expected, "{said:?}");
        }
    }
}
