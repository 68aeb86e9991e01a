//! Themes: subjects that are published, each one table `[themes.ID]` of `feeds.toml`, checked.

use super::{Expression, Filter, Formats, SourceId, ThemeId};
use crate::date::Tz;
use crate::digest::{Digest, Encode};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What belongs to a subject and how it is shown.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its key, and the stem of its files.
    pub id: ThemeId,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: Option<String>,
    /// What belongs to it.
    pub rule: Rule,
    /// Which stories are first on its page.
    pub editors_choice: EditorsChoice,
    /// What it shows as one entry.
    pub merge: Merging,
    /// In which order its page shows the stories of a day.
    pub order: Order,
    /// Which id a story has in its feeds.
    pub ids: Ids,
    /// Whether the text of each story begins with a line that says whose it is. Default false.
    pub byline: bool,
    /// Which files it has. Default all.
    pub formats: Formats,
    /// Names that it had before: its files are published under these names too.
    pub aliases: Vec<ThemeId>,
    /// How many stories its feeds hold. Default 50.
    pub limit: u32,
    /// How many older entries its archive documents hold, in whole documents; none: all of them.
    pub archive: Option<u32>,
    /// At most so many of them are of one source. None: a source only leaves room for what others
    /// brought lately.
    pub per_source: Option<u32>,
    /// Its feeds hold no older stories.
    pub max_age: Option<Duration>,
    /// RFC 5646 tag of its feeds and page. Default `en`.
    pub language: String,
    /// The time zone of the days on its page. Default UTC.
    pub timezone: Tz,
    /// A picture for its feeds.
    pub image: Option<String>,
    /// Copyright line of its feeds.
    pub rights: Option<String>,
    /// What its items pass through before it shows them.
    pub filter: Option<Box<Filter>>,
}

/// What a theme shows as one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Merging {
    /// A story: items that are one text.
    #[default]
    Identical,
    /// An event: stories that report it in different words, shown through the first of them.
    Coverage,
    /// Each item by itself.
    Off,
}

/// In which order a page shows the stories of a day. Feeds are by date: readers sort them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The newest first.
    #[default]
    Date,
    /// Those that most sources have first, then the newest.
    Sources,
}

/// Which id a story has in feeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ids {
    /// By its own id, the same in all themes (RFC 4287 section 4.2.6).
    #[default]
    Story,
    /// By another in each theme, for readers that show an id in one feed only.
    PerTheme,
}

/// What a story must satisfy, each part of it. The lists are the short form of an expression; their words
/// are compared without case, accents and punctuation, whole words only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// At least one of these in title, summary, text or tags. Empty: everything.
    pub include: Vec<String>,
    /// None of these in title, summary or tags.
    pub exclude: Vec<String>,
    /// Only these sources. Empty: all.
    pub sources: Vec<SourceId>,
    /// At least one of these tags. Empty: any.
    pub tags: Vec<String>,
    /// The key `rule`, with the saved rules that it names put in. None: everything.
    pub expression: Option<Expression>,
    /// Items of so many sources at least.
    pub min_sources: Option<u32>,
}

/// What an editor puts first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditorsChoice {
    /// By rule: stories that carry one of these tags.
    pub tags: Vec<String>,
    /// By rule: stories with one of these words or phrases in the title.
    pub include: Vec<String>,
    /// By hand: ids or URLs of items or stories.
    pub pins: Vec<String>,
}

/// A zone by its name in the IANA database.
impl Encode for Tz {
    fn encode(&self, to: &mut Digest) {
        self.name().encode(to);
    }
}

impl Encode for Theme {
    fn encode(&self, to: &mut Digest) {
        let Self {
            id,
            title,
            description,
            rule,
            editors_choice,
            merge,
            order,
            ids,
            byline,
            formats,
            aliases,
            limit,
            // Its documents link to an archive document or not: that is what it changes.
            archive: _,
            per_source,
            max_age,
            language,
            timezone,
            image,
            rights,
            filter,
        } = self;
        to.add(id).add(title).add(description);
        to.add(rule)
            .add(editors_choice)
            .add(merge)
            .add(ids)
            .add(byline);
        to.add(aliases).add(limit).add(language).add(timezone);
        to.add(image).add(rights);
        // Only where it was set, as in the rule.
        if *order != Order::default() {
            to.add(order);
        }
        if *formats != Formats::default() {
            to.add("formats").add(formats);
        }
        to.add(per_source).add(&max_age.map(|age| age.as_secs()));
        if let Some(filter) = filter {
            to.add("filter").add(&filter.hash());
        }
    }
}

impl Encode for Merging {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::Identical => "identical",
            Self::Coverage => "coverage",
            Self::Off => "off",
        });
    }
}

impl Encode for Order {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::Date => "by date",
            Self::Sources => "by sources",
        });
    }
}

impl Encode for Ids {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::Story => "story",
            Self::PerTheme => "per-theme",
        });
    }
}

impl Encode for Rule {
    fn encode(&self, to: &mut Digest) {
        let Self {
            include,
            exclude,
            sources,
            tags,
            expression,
            min_sources,
        } = self;
        to.add(include).add(exclude).add(sources).add(tags);
        // Only where they are given: the hashes of all other rules are those of older versions, so that an
        // update neither matches every story again nor writes every file.
        if let Some(expression) = expression {
            to.add("rule").add(expression);
        }
        if let Some(number) = min_sources {
            to.add("min_sources").add(number);
        }
    }
}

impl Encode for EditorsChoice {
    fn encode(&self, to: &mut Digest) {
        let Self {
            tags,
            include,
            pins,
        } = self;
        to.add(tags).add(include).add(pins);
    }
}
