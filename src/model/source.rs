//! Sources of items, as configured.

use super::{Expression, Filter, Secret, SourceId};
use crate::digest::{Digest, Encode};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A feed, page or OPML list: one table `[sources.ID]` of `feeds.toml`, checked.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub struct Source {
    /// Its key.
    pub id: SourceId,
    /// Its URL or path.
    pub location: Location,
    /// The title to show instead of the feed's own.
    pub title: Option<String>,
    /// How its document is read.
    pub kind: SourceKind,
    /// Documents that are read when it has something new: its first one and the following pages.
    pub pages: u32,
    /// Items that are taken of one visit, the newest ones; none: all of them.
    pub max_items: Option<u32>,
    /// Whether the pages of its items are fetched, for the texts that it leaves out. Default false.
    pub full_text: bool,
    /// Decides which member leads a story: the lowest rank. Default 100.
    pub rank: i32,
    /// Language of items that do not say theirs.
    pub language: Option<String>,
    /// The date and time at which its document was saved: relative dates count from here and undated items
    /// get it, so that samples and archives give the same output at any date.
    pub as_of: Option<DateTime<Utc>>,
    /// The shortest time between two visits, where it is given: then the source's own rhythm does
    /// not make it longer.
    pub every: Option<Duration>,
    /// Zone of dates that name none.
    pub timezone: crate::date::Tz,
    /// How to read `10/06/2003`.
    pub date_order: DateOrder,
    /// Tags given to each of its items.
    pub tags: Vec<String>,
    /// The folder that it is in, for those who subscribe to it elsewhere: names from the outermost in.
    pub folder: Vec<String>,
    /// The address of its site, instead of what the feed says of itself.
    pub home_page_url: Option<String>,
    /// Whether its items may be one story with others. Default true; false for bulletins that always
    /// say nearly the same.
    pub merge: bool,
    /// Whether it is fetched. Default true; what is stored of it stays.
    pub enabled: bool,
    /// What its items must satisfy to be taken into any theme. None: nothing.
    pub rule: Option<Expression>,
    /// Changes of the titles of its items, one after the other.
    pub titles: Vec<TitleEdit>,
    /// A program that its items pass through before they are compared with others.
    pub filter: Option<Box<Filter>>,
    /// Whether the site's robots.txt is obeyed where this is a page. Default true.
    pub robots: bool,
    /// Sent with each request to this source's own host, and to no other.
    pub headers: Vec<(String, Secret)>,
    /// A proxy for its requests, instead of that of all.
    pub proxy: Option<Secret>,
    /// Its address as it may be logged and published; none where the address itself is a secret.
    pub public_url: Option<Arc<Url>>,
}

impl Source {
    /// The shortest time between two visits, if none is configured.
    pub const EVERY: Duration = Duration::from_secs(60 * 60);

    /// The rank of a source if none is configured.
    pub const RANK: i32 = 100;

    /// Items that are taken of one visit, if nothing else is configured. Nearly all feeds have fewer than a
    /// hundred, podcasts with an episode a day for years some thousand. A document can hold fifty thousand
    /// other ones at each visit.
    pub const MAX_ITEMS: u32 = 1000;

    /// A feed with only a location and default options; its address is not treated as secret.
    pub fn new(id: SourceId, location: Location) -> Self {
        let public_url = location.url().cloned();
        Self {
            id,
            location,
            title: None,
            kind: SourceKind::Feed,
            pages: 1,
            max_items: Some(Self::MAX_ITEMS),
            full_text: false,
            rank: Self::RANK,
            language: None,
            as_of: None,
            every: None,
            timezone: crate::date::Tz::UTC,
            date_order: DateOrder::default(),
            tags: Vec::new(),
            folder: Vec::new(),
            home_page_url: None,
            merge: true,
            enabled: true,
            rule: None,
            titles: Vec::new(),
            filter: None,
            robots: true,
            headers: Vec::new(),
            proxy: None,
            public_url,
        }
    }

    /// The shortest time between two visits.
    pub fn interval(&self) -> Duration {
        self.every.unwrap_or(Self::EVERY)
    }

    /// Whether its address is a secret: then another one may be given to be shown, which is not where
    /// it is.
    pub fn has_secret_address(&self) -> bool {
        match (&self.location, &self.public_url) {
            (Location::Http(url), public) => public.as_ref() != Some(url),
            (Location::File { url: Some(url), .. }, Some(public)) => public != url,
            (Location::File { .. }, _) => false,
        }
    }

    /// Its address as people may see it.
    pub fn shown_location(&self) -> String {
        match (&self.public_url, &self.location) {
            (Some(url), Location::Http(_)) => url.to_string(),
            (None, Location::Http(_)) => "(a secret address)".to_owned(),
            (_, Location::File { path, .. }) => path.display().to_string(),
        }
    }
}

/// A part of titles that is replaced wherever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleEdit {
    /// What is looked for, exactly.
    pub find: String,
    /// What is written instead.
    pub replace: String,
}

impl Encode for TitleEdit {
    fn encode(&self, to: &mut Digest) {
        let Self { find, replace } = self;
        to.add(find).add(replace);
    }
}

/// Where a source is. The address is in an `Arc` because several values hold it: there may be ten thousand sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Fetched over HTTP.
    Http(Arc<Url>),
    /// Read from disk at every pass; the URL is where the file came from, if anywhere.
    File {
        /// Absolute path.
        path: PathBuf,
        /// What relative links in it are relative to, and what is published as its address.
        url: Option<Arc<Url>>,
    },
}

impl Location {
    /// Its address on the web, if it has one.
    pub fn url(&self) -> Option<&Arc<Url>> {
        match self {
            Self::Http(url) => Some(url),
            Self::File { url, .. } => url.as_ref(),
        }
    }
}

/// How to read what a source sends.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// A feed; its format is detected.
    Feed,
    /// An HTML page, by selectors.
    Page(Box<PageRule>),
    /// An OPML list of feeds, each of which becomes a source of its own.
    List,
}

/// CSS selectors that find items on a page: the table `[sources.ID.page]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRule {
    /// Each match is one item; the other selectors look inside it.
    pub item: Selector,
    /// Its title.
    pub title: Option<Selector>,
    /// The link whose `href` is its page. Default: the first link around or in the title.
    pub url: Option<Selector>,
    /// Its date: a `datetime` attribute, else the text.
    pub date: Option<Selector>,
    /// Its text.
    pub summary: Option<Selector>,
    /// Its picture: `src`, `data-src` or the largest of `srcset`.
    pub image: Option<Selector>,
    /// The picture's caption.
    pub caption: Option<Selector>,
    /// Its tags and badges, one a match.
    pub tags: Option<Selector>,
    /// The link to the page that follows, looked for on the whole page. Default: `rel=next`.
    pub next: Option<Selector>,
}

impl PageRule {
    /// All its selectors.
    pub fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let optional = [
            &self.title,
            &self.url,
            &self.date,
            &self.summary,
            &self.image,
            &self.caption,
            &self.tags,
            &self.next,
        ];
        std::iter::once(&self.item).chain(optional.into_iter().flatten())
    }
}

/// A CSS selector as written in `feeds.toml`; `config` has checked that it is valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Selector(pub String);

/// The order of an all-number date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 31/12/2024, as in most of the world.
    #[default]
    DayFirst,
    /// 12/31/2024, as in the United States.
    MonthFirst,
}

impl Encode for SourceKind {
    fn encode(&self, to: &mut Digest) {
        match self {
            Self::Feed => to.add("feed"),
            Self::Page(rule) => to.add("page").add(rule.as_ref()),
            Self::List => to.add("list"),
        };
    }
}

impl Encode for PageRule {
    fn encode(&self, to: &mut Digest) {
        let Self {
            item,
            title,
            url,
            date,
            summary,
            image,
            caption,
            tags,
            next,
        } = self;
        to.add(item).add(title).add(url).add(date).add(summary);
        to.add(image).add(caption).add(tags).add(next);
    }
}

impl Encode for Selector {
    fn encode(&self, to: &mut Digest) {
        to.add(&self.0);
    }
}

impl Encode for DateOrder {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        });
    }
}
