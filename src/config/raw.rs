//! `feeds.toml` as it is written: names and shapes only, with the places they stand at.

use crate::model::{DateOrder, Encoding, Ids, Merging, PageRule, StoryPages};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Error as Refused};

/// A text and where it stands.
pub(super) type Word = Spanned<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    pub state: Option<Word>,
    pub output: Option<Word>,
    pub store: Option<Word>,
    pub heartbeat: Option<Word>,
    pub site: Option<Spanned<Site>>,
    pub fetch: Option<Spanned<Fetch>>,
    pub stories: Option<Spanned<Stories>>,
    /// None where the table was refused: its name is known all the same.
    pub sources: BTreeMap<Word, Option<Source>>,
    /// As for sources.
    pub themes: BTreeMap<Word, Option<Theme>>,
}

/// Reads a file table by table, so that a slip in one does not hide those in the others.
pub(super) fn read(text: &str) -> (Config, Vec<Refused>) {
    let mut root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => return (Config::default(), vec![error]),
    };
    let mut errors = Vec::new();
    let site = part(root.get_mut(), "site", &mut errors);
    let fetch = part(root.get_mut(), "fetch", &mut errors);
    let stories = part(root.get_mut(), "stories", &mut errors);
    let sources = parts(root.get_mut(), "sources", &mut errors);
    let themes = parts(root.get_mut(), "themes", &mut errors);
    let top = Config::deserialize(root.into_deserializer()).unwrap_or_else(|error| {
        errors.push(error);
        Config::default()
    });
    let config = Config {
        site,
        fetch,
        stories,
        sources,
        themes,
        ..top
    };
    (config, errors)
}

/// Takes one table out of the file, with the place of its name.
fn part<T: DeserializeOwned + Default>(
    root: &mut DeTable<'_>,
    name: &str,
    errors: &mut Vec<Refused>,
) -> Option<Spanned<T>> {
    let (key, table) = root.remove_entry(name)?;
    let table = T::deserialize(table.into_deserializer()).unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    });
    Some(Spanned::new(key.span(), table))
}

/// Takes out all tables of a kind. What is no table of tables stays, to be refused with the rest.
fn parts<T: DeserializeOwned>(
    root: &mut DeTable<'_>,
    kind: &str,
    errors: &mut Vec<Refused>,
) -> BTreeMap<Word, Option<T>> {
    let Some(DeValue::Table(tables)) = root.get_mut(kind).map(Spanned::get_mut) else {
        return BTreeMap::new();
    };
    let mut read = |(id, table): (Spanned<DeString<'_>>, Spanned<DeValue<'_>>)| {
        let word = Spanned::new(id.span(), id.into_inner().into_owned());
        let table = T::deserialize(table.into_deserializer());
        (word, table.map_err(|error| errors.push(error)).ok())
    };
    std::mem::take(tables).into_iter().map(&mut read).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Site {
    pub title: Option<Word>,
    pub description: Option<String>,
    pub base_url: Option<Word>,
    pub hub: Option<Word>,
    pub language: Option<Word>,
    pub noindex: Option<bool>,
    pub story_pages: Option<StoryPages>,
    pub health: bool,
    pub templates: Option<Word>,
    pub compress: Vec<Encoding>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fetch {
    pub contact: Option<Word>,
    pub in_flight: Option<Spanned<usize>>,
    pub per_host: Option<Spanned<usize>>,
    pub gap: Option<Word>,
    pub timeout: Option<Word>,
    pub max_body: Option<Word>,
    pub allow: Vec<Word>,
    pub proxy: Option<Word>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Stories {
    pub merge: Vec<Spanned<Vec<Word>>>,
    pub apart: Vec<Spanned<Vec<Word>>>,
    pub hide: Vec<Word>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Source {
    pub url: Option<Word>,
    pub public_url: Option<Word>,
    pub path: Option<Word>,
    pub title: Option<Word>,
    pub rank: Option<i32>,
    pub language: Option<Word>,
    pub as_of: Option<Word>,
    pub every: Option<Word>,
    pub timezone: Option<Word>,
    pub date_order: Option<DateOrder>,
    pub tags: Vec<String>,
    pub merge: Option<bool>,
    pub headers: BTreeMap<Word, Word>,
    pub basic_auth: Option<Word>,
    pub robots: Option<bool>,
    pub page: Option<Spanned<PageRule>>,
    pub pages: Option<Spanned<u32>>,
    pub opml: Option<Spanned<bool>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Theme {
    pub title: Option<Word>,
    pub description: Option<String>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub sources: Vec<Word>,
    pub tags: Vec<String>,
    pub merge: Merging,
    pub ids: Ids,
    pub aliases: Vec<Word>,
    pub limit: Option<Spanned<u32>>,
    pub language: Option<Word>,
    pub timezone: Option<Word>,
    pub image: Option<Word>,
    pub rights: Option<String>,
    pub editors_choice: EditorsChoice,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EditorsChoice {
    pub tags: Vec<String>,
    pub include: Vec<String>,
    pub pins: Vec<String>,
}
