//! The elements of a podcast's episode -> [`Episode`], as they are given.

use super::elements::EpisodePart;
use super::text::value;
use crate::model::{Episode, EpisodeFile, EpisodeKind, EpisodePerson};
use crate::parse::xml::element::Element;
use crate::parse::xml::scope::Scopes;
use crate::parse::xml::tokens::Tag;
use std::borrow::Cow;

/// Transcripts and persons kept of an episode, each.
const MAX_LIST: usize = 32;

/// Sets one value. The first of its kind stays; what is not valid is left out.
pub(super) fn set(episode: &mut Episode, part: EpisodePart, element: Element, scopes: &Scopes) {
    match part {
        EpisodePart::Number => episode.number = episode.number.or(number(element)),
        EpisodePart::Season => episode.season = episode.season.or(number(element)),
        EpisodePart::Kind => {
            let given = value(element).unwrap_or_default();
            let mut kinds = EpisodeKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.name().eq_ignore_ascii_case(&given));
            episode.kind = episode.kind.or(kind);
        }
        EpisodePart::Explicit => episode.explicit = episode.explicit.or(explicit(element)),
        EpisodePart::Chapters => {
            episode.chapters = episode.chapters.take().or(file(element.tag, scopes));
        }
        EpisodePart::Transcript if episode.transcripts.len() < MAX_LIST => {
            episode.transcripts.extend(file(element.tag, scopes));
        }
        EpisodePart::Person if episode.persons.len() < MAX_LIST => {
            episode.persons.extend(person(element, scopes));
        }
        EpisodePart::Transcript | EpisodePart::Person => {}
    }
}

/// A number from 1, as Apple asks for.
fn number(element: Element) -> Option<u32> {
    value(element)?.parse().ok().filter(|&number| number > 0)
}

/// Apple's words for it, and the older ones that feeds still use.
fn explicit(element: Element) -> Option<bool> {
    match value(element)?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "explicit" => Some(true),
        "false" | "no" | "clean" => Some(false),
        _ => None,
    }
}

fn file(tag: Tag, scopes: &Scopes) -> Option<EpisodeFile> {
    let [url, mime_type, language, rel] = tag.values(["url", "type", "language", "rel"]);
    Some(EpisodeFile {
        url: scopes.resolve(&url?)?,
        mime_type: mime_type.unwrap_or_default().into_owned(),
        language: language.map(Cow::into_owned),
        is_captions: rel.is_some_and(|rel| rel.trim().eq_ignore_ascii_case("captions")),
    })
}

fn person(element: Element, scopes: &Scopes) -> Option<EpisodePerson> {
    let [role, group, image, url] = element.tag.values(["role", "group", "img", "href"]);
    let address = |given: Option<Cow<str>>| scopes.resolve(&given?);
    Some(EpisodePerson {
        role: role.map(Cow::into_owned),
        group: group.map(Cow::into_owned),
        image: address(image),
        url: address(url),
        name: value(element)?,
    })
}
