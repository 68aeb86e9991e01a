//! Episode -> the elements of Apple's podcasts and of Podcasting 2.0 in RSS, which is what players read.

use super::extension::{add, element};
use crate::model::{Attachment, Episode, EpisodeFile, EpisodeKind, EpisodePerson, ShownStory};
use rss::extension::{Extension, ExtensionMap};

/// The vocabularies, by the prefixes that players expect.
pub(super) const NAMESPACES: [(&str, &str); 2] = [
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("podcast", "https://podcastindex.org/namespace/1.0"),
];

/// Adds what is known of a story as an episode; nothing where it has no file to play and its feed calls it none.
pub(super) fn add_elements(to: &mut ExtensionMap, story: &ShownStory, file: Option<&Attachment>) {
    let is_played = |file: &&Attachment| {
        let kinds = ["audio/", "video/"];
        kinds.iter().any(|kind| file.mime_type.starts_with(kind))
    };
    let file = file.filter(is_played);
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
