//! `feeds.toml` as it is written: names and shapes only, with the places they stand at.

use crate::model::{DateOrder, PageRule};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text and where it stands.
pub(super) type Word = Spanned<String>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    pub state: Option<Word>,
    pub output: Option<Word>,
    pub store: Option<Word>,
    pub site: Site,
    pub fetch: Fetch,
    pub sources: BTreeMap<Word, Source>,
    pub themes: BTreeMap<Word, Theme>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Site {
    pub title: Option<Word>,
    pub description: Option<String>,
    pub base_url: Option<Word>,
    pub language: Option<Word>,
    pub noindex: Option<bool>,
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
    pub headers: BTreeMap<Word, Word>,
    pub page: Option<Spanned<PageRule>>,
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
