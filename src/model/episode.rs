//! What a feed says of an episode of a podcast, beyond its file, its length and its picture: of Apple's
//! vocabulary and of Podcasting 2.0.

use crate::digest::{Digest, Encode};
use serde::{Deserialize, Serialize};

/// An episode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Its number, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u32>,
    /// Its season, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub season: Option<u32>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<EpisodeKind>,
    /// Whether it is not for children.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub explicit: Option<bool>,
    /// A file of its chapters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub chapters: Option<EpisodeFile>,
    /// Files of what is said in it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub transcripts: Vec<EpisodeFile>,
    /// Who is heard in it or made it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub persons: Vec<EpisodePerson>,
}

/// What an episode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EpisodeKind {
    /// A whole episode.
    Full,
    /// A short preview.
    Trailer,
    /// Something extra.
    Bonus,
}

impl EpisodeKind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Full, Self::Trailer, Self::Bonus];

    /// As `itunes:episodeType` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Trailer => "trailer",
            Self::Bonus => "bonus",
        }
    }
}

/// A file that goes with an episode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeFile {
    /// Absolute in an [`Item`](super::Item).
    pub url: String,
    /// MIME type; in a feed that gave none it is empty.
    pub mime_type: String,
    /// RFC 5646 tag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// Whether a transcript is one of captions, with times.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_captions: bool,
}

/// Somebody who is heard in an episode or made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodePerson {
    /// Plain text.
    pub name: String,
    /// What they do: `guest`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
    /// The group of the role: `writing`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<String>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image: Option<String>,
    /// A page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
}

impl Encode for Episode {
    fn encode(&self, to: &mut Digest) {
        let Self {
            number,
            season,
            kind,
            explicit,
            chapters,
            transcripts,
            persons,
        } = self;
        to.add(number).add(season).add(&kind.map(EpisodeKind::name));
        to.add(explicit).add(chapters).add(transcripts).add(persons);
    }
}

impl Encode for EpisodeFile {
    fn encode(&self, to: &mut Digest) {
        let Self {
            url,
            mime_type,
            language,
            is_captions,
        } = self;
        to.add(url).add(mime_type).add(language).add(is_captions);
    }
}

impl Encode for EpisodePerson {
    fn encode(&self, to: &mut Digest) {
        let Self {
            name,
            role,
            group,
            image,
            url,
        } = self;
        to.add(name).add(role).add(group).add(image).add(url);
    }
}
