//! The values of the feed itself, in any order -> [`Feed`].

use super::elements::Field;
use super::item::{MAX_AUTHORS, reference};
use super::link::{self, Related};
use super::person;
use super::ranked::{Ranked, RankedList};
use super::text;
use super::text::value;
use crate::model::{Author, Feed, Text};
use crate::parse::xml::element::Element;
use crate::parse::xml::scope::Scopes;
use crate::parse::xml::tokens::Tag;
use std::borrow::Cow;

/// Hubs, hours or days kept of a feed.
const MAX_LISTED: usize = 32;

/// A feed being read.
#[derive(Debug, Default)]
pub(super) struct ChannelDraft {
    /// The values of which there is only one.
    pub(super) feed: Feed,
    home_page: Ranked<String>,
    title: Ranked<Text>,
    description: Ranked<Text>,
    updated: Ranked<String>,
    icon: Ranked<String>,
    authors: RankedList<Author>,
    next_page: Ranked<String>,
    update_period: Option<u64>,
    update_frequency: Option<u64>,
}

impl ChannelDraft {
    /// Reads the start tag of a `channel`: `rdf:about`, CDF's `href` and `lastmod`.
    pub(in crate::parse) fn open(&mut self, tag: Tag, scopes: &Scopes) {
        if tag.attributes.is_empty() {
            return;
        }
        let [about, href, date] = tag.values(["about", "href", "lastmod"]);
        if let Some(id) = about {
            self.feed.id.get_or_insert(id.trim().to_owned());
        }
        let href = href.and_then(|href| scopes.resolve(&href));
        self.home_page.offer(9, href);
        self.updated.offer(3, date.map(Cow::into_owned));
        if self.feed.language.is_none() {
            self.feed.language = scopes.language().map(str::to_owned);
        }
    }

    /// Sets one value.
    pub(in crate::parse) fn set(&mut self, field: Field, element: Element, scopes: &Scopes) {
        let freshness = &mut self.feed.freshness;
        match field {
            Field::Title(rank) => self.title.offer(rank, text::read(element, scopes)),
            Field::Description(rank) => {
                let text = text::read(element, scopes);
                self.description.offer(rank, text);
            }
            Field::Link => {
                if let Some(link) = link::read(element, scopes) {
                    self.set_link(link, scopes.language());
                }
            }
            Field::Id => self.feed.id = value(element).or(self.feed.id.take()),
            Field::Language => self.feed.language = value(element).or(self.feed.language.take()),
            Field::Rights => {
                let rights = text::read(element, scopes).map(|text| text.value);
                self.feed.rights = self.feed.rights.take().or(rights);
            }
            Field::Modified(rank) => self.updated.offer(rank, value(element)),
            Field::Author(rank) => {
                let author = value(element).and_then(|line| person::from_line(&line));
                self.add_author(rank, author);
            }
            Field::Icon(rank) => self.icon.offer(rank, reference(element, scopes)),
            Field::Ttl => freshness.ttl_minutes = number(element),
            Field::SkipHour => {
                if let Some(hour) = number::<u8>(element)
                    && hour <= 24
                    && freshness.skip_hours.len() < MAX_LISTED
                {
                    // Netscape's RSS 0.91 counted from 1 to 24.
                    freshness.skip_hours.push(hour % 24);
                }
            }
            Field::SkipDay => {
                if let Some(day) = value(element)
                    && freshness.skip_days.len() < MAX_LISTED
                {
                    freshness.skip_days.push(day);
                }
            }
            Field::UpdatePeriod => self.update_period = value(element).as_deref().and_then(period),
            Field::UpdateFrequency => self.update_frequency = number(element),
            _ => {}
        }
    }

    /// Adds an author; `rank` is 0 for the format's own element.
    pub(super) fn add_author(&mut self, rank: u8, author: Option<Author>) {
        self.authors.offer(rank, author, MAX_AUTHORS);
    }

    /// Adds a picture of the feed.
    pub(super) fn add_picture(&mut self, url: String) {
        self.icon.offer(1, Some(url));
    }

    /// The feed, after all its values were set.
    pub(super) fn finish(self) -> Feed {
        let mut feed = self.feed;
        feed.title = self.title.take();
        feed.description = self.description.take();
        feed.home_page_url = self.home_page.take();
        feed.updated = self.updated.take();
        feed.icon = self.icon.take();
        feed.authors = self.authors.take();
        feed.next_page = self.next_page.take();
        if self.update_period.is_some() || self.update_frequency.is_some() {
            // RSS 1.0's syndication module: once a day is the default.
            let period = self.update_period.unwrap_or(DAY);
            let frequency = self.update_frequency.unwrap_or(1).max(1);
            feed.freshness.update_period_seconds = Some(period / frequency);
        }
        feed
    }

    fn set_link(&mut self, link: Related, language: Option<&str>) {
        let rank = link.page_rank(language);
        match &*link.rel {
            "alternate" => self.home_page.offer(rank, Some(link.url)),
            "self" => {
                self.feed.feed_url.get_or_insert(link.url);
            }
            "hub" if self.feed.hubs.len() < MAX_LISTED && !self.feed.hubs.contains(&link.url) => {
                self.feed.hubs.push(link.url);
            }
            // RFC 5005, 3 and 4.
            "next" => self.next_page.offer(0, Some(link.url)),
            "prev-archive" => self.next_page.offer(1, Some(link.url)),
            _ => {}
        }
    }
}

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Seconds of an `sy:updatePeriod`.
fn period(name: &str) -> Option<u64> {
    Some(match name.to_ascii_lowercase().as_str() {
        "hourly" => 3_600,
        "daily" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 30 * DAY,
        "yearly" => 365 * DAY,
        _ => return None,
    })
}

fn number<T: std::str::FromStr>(element: Element) -> Option<T> {
    value(element)?.parse().ok()
}
