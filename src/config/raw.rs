//! The text of `feeds.toml` -> its tables and values, with their byte ranges; nothing is checked yet.

use crate::model::{
    DateOrder, DeliveryText, Encoding, Ids, Merging, Order, PageRule, Platform, StoryPages,
};
use serde::Deserialize;
use serde::de::value::Error as Unread;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue, Error as Refused};
use toml::{Spanned, Table, Value};

/// A text with its byte range.
pub(super) type Word = Spanned<String>;

/// A file, split into its tables.
#[derive(Default)]
pub(super) struct File<'a> {
    pub top: Top,
    pub site: Option<Spanned<Site>>,
    pub fetch: Option<Spanned<Fetch>>,
    pub stories: Option<Spanned<Stories>>,
    /// Read one at a time: there may be thousands.
    pub sources: Tables<'a>,
    pub rules: Tables<'a>,
    pub themes: Tables<'a>,
    pub deliver: Tables<'a>,
}

/// The keys outside of tables, and the names of the tables. The contents of tables are read separately;
/// a misspelt table, or a value that is not a table, is reported here.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Top {
    pub state: Option<Word>,
    pub output: Option<Word>,
    pub store: Option<Word>,
    pub heartbeat: Option<Word>,
    pub keep: Option<Word>,
    site: Table,
    fetch: Table,
    stories: Table,
    rules: Table,
    sources: Table,
    themes: Table,
    deliver: Table,
}

/// Splits a file into its tables, so that an error in one does not hide errors in the others.
pub(super) fn read(text: &str) -> (File<'_>, Vec<Refused>) {
    let mut root = match DeTable::parse(text) {
        Ok(root) => root.into_inner(),
        Err(error) => return (File::default(), vec![error]),
    };
    let mut errors = Vec::new();
    let file = File {
        site: part(&mut root, "site", &mut errors),
        fetch: part(&mut root, "fetch", &mut errors),
        stories: part(&mut root, "stories", &mut errors),
        sources: Tables::take(&mut root, "sources"),
        rules: Tables::take(&mut root, "rules"),
        themes: Tables::take(&mut root, "themes"),
        deliver: Tables::take(&mut root, "deliver"),
        top: Top::default(),
    };
    let top = Spanned::new(0..text.len(), root);
    let top = Top::deserialize(top.into_deserializer()).unwrap_or_else(|error| {
        errors.push(error);
        Top::default()
    });
    (File { top, ..file }, errors)
}

/// Takes one table out of the file, with the byte range of its name.
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

/// The tables of a kind, in the order of the file, none of them read yet.
#[derive(Default)]
pub(super) struct Tables<'a>(DeTable<'a>);

impl<'a> Tables<'a> {
    /// Takes them out of the file. A value that is not a table of tables stays, and is reported with the other keys.
    fn take(root: &mut DeTable<'a>, kind: &str) -> Self {
        match root.get_mut(kind).map(Spanned::get_mut) {
            Some(DeValue::Table(tables)) => Self(std::mem::take(tables)),
            _ => Self::default(),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|id| id.get_ref().as_ref())
    }

    /// Reads the tables one after the other, and frees each after it is read.
    pub(super) fn read<T: DeserializeOwned>(
        self,
    ) -> impl Iterator<Item = (Word, Result<T, Refused>)> {
        self.0.into_iter().map(|(id, table)| {
            let word = Spanned::new(id.span(), id.into_inner().into_owned());
            (word, T::deserialize(table.into_deserializer()))
        })
    }
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
    pub search: bool,
    pub templates: Option<Word>,
    pub compress: Vec<Encoding>,
    pub archive: Option<Spanned<Value>>,
    pub formats: Option<Spanned<Vec<Word>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fetch {
    pub contact: Option<Word>,
    pub in_flight: Option<Spanned<usize>>,
    pub per_host: Option<Spanned<usize>>,
    pub gap: Option<Word>,
    pub timeout: Option<Word>,
    pub max_pass: Option<Word>,
    pub max_body: Option<Word>,
    pub allow: Vec<Word>,
    pub proxy: Option<Word>,
    pub ca: Option<Word>,
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
    pub folder: Option<Spanned<Value>>,
    pub home_page_url: Option<Word>,
    pub merge: Option<bool>,
    pub headers: BTreeMap<Word, Word>,
    pub basic_auth: Option<Word>,
    pub proxy: Option<Word>,
    pub robots: Option<bool>,
    pub page: Option<Spanned<PageRule>>,
    pub pages: Option<Spanned<u32>>,
    pub max_items: Option<Spanned<Value>>,
    pub full_text: Option<bool>,
    pub opml: Option<Spanned<bool>>,
    pub enabled: Option<bool>,
    pub rule: Option<Word>,
    pub exclude: Vec<Word>,
    pub titles: Vec<TitleEdit>,
    pub filter: Option<Spanned<Vec<String>>>,
    pub filter_env: Vec<Word>,
    pub filter_timeout: Option<Word>,
    pub filter_batch: Option<Spanned<usize>>,
}

/// The keys of a filter, of a source or a theme.
pub(super) struct Filter {
    pub command: Option<Spanned<Vec<String>>>,
    pub environment: Vec<Word>,
    pub timeout: Option<Word>,
    pub batch: Option<Spanned<usize>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TitleEdit {
    pub find: Word,
    #[serde(default)]
    pub replace: String,
}

/// A table `[rules.NAME]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SavedRule {
    pub rule: Option<Word>,
}

impl Source {
    /// Where the address of the source is written.
    pub(super) fn address(&self) -> Option<&Word> {
        self.path.as_ref().or(self.url.as_ref())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Theme {
    pub title: Option<Word>,
    pub description: Option<String>,
    pub include: Vec<Word>,
    pub exclude: Vec<Word>,
    pub sources: Vec<Word>,
    pub tags: Vec<Word>,
    pub rule: Option<Word>,
    pub min_sources: Option<Spanned<u32>>,
    pub order: Order,
    pub merge: Merging,
    pub ids: Ids,
    pub byline: bool,
    pub formats: Option<Spanned<Vec<Word>>>,
    pub aliases: Vec<Word>,
    pub limit: Option<Spanned<u32>>,
    pub archive: Option<Spanned<Value>>,
    pub per_source: Option<Spanned<u32>>,
    pub max_age: Option<Word>,
    pub language: Option<Word>,
    pub timezone: Option<Word>,
    pub image: Option<Word>,
    pub rights: Option<String>,
    pub filter: Option<Spanned<Vec<String>>>,
    pub filter_env: Vec<Word>,
    pub filter_timeout: Option<Word>,
    pub filter_batch: Option<Spanned<usize>>,
    pub editors_choice: EditorsChoice,
}

/// A table `[deliver.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deliver {
    pub to: Platform,
    #[serde(default)]
    pub from: Option<Word>,
    #[serde(default)]
    pub markup: Option<Word>,
    #[serde(default)]
    pub url: Option<Word>,
    #[serde(default)]
    pub token: Option<Word>,
    #[serde(default)]
    pub user: Option<Word>,
    #[serde(default)]
    pub channel: Option<Word>,
    #[serde(default)]
    pub thread: Option<Word>,
    #[serde(default)]
    pub silent: bool,
    #[serde(default)]
    pub command: Vec<String>,
    #[serde(default)]
    pub themes: Option<Vec<Word>>,
    #[serde(default)]
    pub rule: Option<Word>,
    #[serde(default)]
    pub max_age: Option<Word>,
    #[serde(default)]
    pub burst: Option<Spanned<Value>>,
    #[serde(default)]
    pub text: DeliveryText,
    #[serde(default)]
    pub show: Option<Spanned<Vec<Word>>>,
    #[serde(default)]
    pub template: Option<Word>,
    #[serde(default)]
    pub edit: Option<bool>,
    #[serde(default)]
    pub pace: Option<Word>,
    #[serde(default)]
    pub digest: Option<Word>,
    #[serde(default)]
    pub quiet: Option<Word>,
    #[serde(default)]
    pub timezone: Option<Word>,
    #[serde(default)]
    pub language: Option<Word>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EditorsChoice {
    pub tags: Vec<Word>,
    pub include: Vec<Word>,
    pub pins: Vec<Word>,
}

/// The keys of a table, as its type has them.
pub(super) fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // The type is asked for its fields, and never made.
    let _ = T::deserialize(Keys(&mut keys));
    keys
}

/// Takes down the fields that a type asks for, and gives it nothing.
struct Keys<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unread> {
        Err(Unread::custom("no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
