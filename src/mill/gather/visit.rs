//! One source, fetched and read: what the visit brought for the store, and what it means for the report.

use super::document;
use super::journal::Pen;
use super::next_pages::follow;
use super::opml_lists;
use super::waiting::NotNow;
use crate::date::Precision;
use crate::digest::Digest;
use crate::fetch::{self, Fetched, Outcome, Visit};
use crate::mill::advice;
use crate::mill::recall::{add_max_items, add_titles};
use crate::mill::report::Weight;
use crate::mill::{Failure, Report, log};
use crate::model::{
    FailureKind, FetchState, Item, Location, Robots, Secrecy, Source, SourceKind, Subscription,
};
use crate::net::Client;
use crate::normalize::{self, Context};
use crate::parse::{self, opml};
use crate::schedule::{
    self, Change, DocumentFacts, Event, Validators, VisitFailure, VisitOutcome, VisitSummary,
};
use crate::store::{Arrival, KnownItem, NewItem, Store};
use chrono::{DateTime, SecondsFormat, Utc};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of what reads documents.
const READER_VERSIONS: [u32; 2] = [parse::VERSION, normalize::VERSION];

/// A source after its visit.
pub(super) struct Visited {
    pub source: Arc<Source>,
    state: FetchState,
    brought: Brought,
    /// No whole document of it was known.
    is_backlog: bool,
    event: Event,
    /// The network here was at fault.
    is_excused: bool,
    warnings: Vec<String>,
    /// Held until its items are saved.
    turn: Option<Turn>,
}

/// The turn of a large document.
pub(super) type Turn = OwnedSemaphorePermit;

/// What a visit brought for the store.
enum Brought {
    /// The items of a document; all that it lists, or less.
    Items(Vec<NewItem>, bool),
    List(Vec<Subscription>),
    Nothing,
}

/// A document that was read: what it says of its source, and what it brought.
type Reading = Result<(DocumentFacts, Brought), VisitFailure>;

pub(super) async fn visit(
    source: Arc<Source>,
    state: FetchState,
    store: Store,
    (client, max_body, now, pen): (Option<Client>, usize, DateTime<Utc>, Pen),
    large: Arc<Semaphore>,
) -> Result<Visited, NotNow> {
    let mut turn = None;
    let state = schedule::before_visit(state, reader(&source, READER_VERSIONS));
    // It is new, is read in another way now, or was cut off whenever it was read.
    let is_backlog = state.body_hash.is_none();
    let is_first = state.last_good.is_none();
    let Visit {
        outcome,
        moved_to,
        fresh_for,
        robots,
        took: _,
    } = fetch::visit_watched(&source, &state, client.as_ref(), max_body, now, &|hop| {
        log::request(&source, hop);
    })
    .await;
    if let Outcome::Failed(fetch::Error::Net(error)) = &outcome
        && let Some(not_now) = NotNow::of(error)
    {
        return Err(not_now);
    }
    let mut brought = Brought::Nothing;
    let mut outcome = match outcome {
        Outcome::NotModified => VisitOutcome::NotModified,
        Outcome::Gone => VisitOutcome::Failed(gone()),
        Outcome::Failed(error) => VisitOutcome::Failed(unfetched(&error)),
        Outcome::Modified(fetched) => {
            if fetched.body.is_large() {
                turn = large.acquire_owned().await.ok();
            }
            if state.body_hash == Some(fetched.body.hash()) && fetched.cut.is_none() {
                VisitOutcome::SameBytes(validators(&fetched))
            } else {
                let reading = if opml_lists::is_list(&source) {
                    pen.noting(&source.id, fetched.body.len(), || read_list(&fetched))
                } else {
                    let known = if is_first {
                        HashSet::new()
                    } else {
                        // A store that cannot be read says so when it is written to.
                        let known = store.listed_items(&source.id).await;
                        known.unwrap_or_default()
                    };
                    let fetching = (client.as_ref(), max_body, now, &pen);
                    // Boxed: most visits bring nothing, and need not keep room for it.
                    Box::pin(read_feed(&source, &robots, &known, &fetched, fetching)).await
                };
                match reading {
                    Ok((facts, read)) => {
                        brought = read;
                        VisitOutcome::Read(facts)
                    }
                    Err(failure) => VisitOutcome::Failed(failure),
                }
            }
        }
    };
    let secrecy = Secrecy::of(&source);
    hide_secrets(&secrecy, &mut outcome);
    let mut warnings = match &outcome {
        VisitOutcome::Read(facts) => facts.oddities.clone(),
        _ => Vec::new(),
    };
    let summary = VisitSummary {
        outcome,
        moved_to: moved_to.map(String::from),
        fresh_for,
        robots,
    };
    let (state, event) = schedule::after_visit(&source, state, summary, now);
    if let Some(to) = &event.moved_to {
        warnings.push(if source.has_secret_address() {
            "it has moved for good; its new address is not shown, because it is as secret as the old one"
                .to_owned()
        } else {
            secrecy.message(format!(
                "it has moved for good; write url = \"{to}\" in feeds.toml"
            ))
        });
    }
    Ok(Visited {
        source,
        state,
        brought,
        is_backlog,
        event,
        is_excused: false,
        warnings,
        turn,
    })
}

/// What a visit says of a source goes to the store, and from there to people.
fn hide_secrets(secrecy: &Secrecy, outcome: &mut VisitOutcome) {
    let said = match outcome {
        VisitOutcome::Read(facts) => facts.oddities.as_mut_slice(),
        VisitOutcome::Failed(failure) => std::slice::from_mut(&mut failure.error),
        VisitOutcome::NotModified | VisitOutcome::SameBytes(_) => return,
    };
    for text in said {
        *text = secrecy.message(std::mem::take(text));
    }
}

/// A body -> items, with those of the pages that follow.
async fn read_feed(
    source: &Source,
    robots: &[Robots],
    known: &HashSet<KnownItem>,
    fetched: &Fetched,
    (client, max_body, now, pen): (Option<&Client>, usize, DateTime<Utc>, &Pen),
) -> Reading {
    let document_url = document::url(source, fetched);
    let parse = || document::parse(source, fetched, document_url);
    let mut feed =
        pen.noting(&source.id, fetched.body.len(), parse)
            .map_err(|error| match &fetched.cut {
                Some(why) => unusable(
                    FailureKind::Cut,
                    format!("the answer cannot be used: {why}"),
                ),
                None => unusable(error.kind(), document::no_feed(&error)),
            })?;
    if let SourceKind::Page(rule) = &source.kind
        && feed.items.is_empty()
    {
        // A site with a new layout would otherwise be silent for ever.
        return Err(unusable(
            FailureKind::SelectorFindsNothing,
            format!(
                "the selector \"{}\" finds nothing on the page: it has changed, or is not the page that was meant; edit [sources.{}.page]",
                rule.item.0, source.id
            ),
        ));
    }
    feed.cut |= fetched.cut.is_some();
    let fetching = (client, max_body, now, pen);
    follow(source, robots, fetched, &mut feed, fetching).await;
    let mut facts = DocumentFacts {
        validators: (!feed.cut).then(|| validators(fetched)),
        freshness: std::mem::take(&mut feed.freshness),
        oddities: feed.warnings.iter().map(ToString::to_string).collect(),
        dates: Vec::new(),
    };
    if let Some(why) = &fetched.cut {
        facts.oddities.push(format!(
            "the document may be incomplete: {why}; its whole items are kept"
        ));
    }
    let is_whole = !feed.cut;
    let context = Context {
        source,
        document_url,
        now,
        ids_as_given: false,
    };
    let normalize = || normalize::normalize(feed, &context);
    let (mut items, odd) = pen.noting(&source.id, fetched.body.len(), normalize);
    facts.oddities.extend(odd.iter().map(ToString::to_string));
    facts.dates = dates(&items);
    // What has nothing to show or to open is not news.
    let all = items.len();
    items.retain(|item| !item.is_bare());
    if items.len() < all {
        let bare = all - items.len();
        facts
            .oddities
            .push(format!("{bare} of {all} items have nothing to show"));
    }
    if let Some(most) = source.max_items {
        let all = items.len();
        keep_newest(&mut items, most as usize);
        if items.len() < all {
            facts.oddities.push(format!(
                "only the newest {most} of its {all} items are taken; write a larger max_items, or \"all\", if the others matter"
            ));
        }
    }
    let shared = shared_addresses(&items);
    let prepare = |item: Item| {
        let is_shared = item.url.as_ref().is_some_and(|url| shared.contains(url));
        NewItem::of(item, is_shared, known)
    };
    let prepare_all = || items.into_iter().map(prepare).collect();
    let items = pen.noting(&source.id, fetched.body.len(), prepare_all);
    Ok((facts, Brought::Items(items, is_whole)))
}

/// A body -> the feeds that a list names. Half a list is not used: the feeds of the other half would
/// seem to have been taken off it.
fn read_list(fetched: &Fetched) -> Reading {
    let list = opml::parse(&fetched.body.bytes())
        .map_err(|error| unusable(error.kind(), format!("{error}; check its URL or path")))?;
    if list.cut || fetched.cut.is_some() {
        return Err(unusable(
            FailureKind::Cut,
            "the list is cut off or too long; the one that was known stays".to_owned(),
        ));
    }
    let facts = DocumentFacts {
        validators: Some(validators(fetched)),
        oddities: opml_lists::oddities(&list.subscriptions)
            .into_iter()
            .collect(),
        ..DocumentFacts::default()
    };
    Ok((facts, Brought::List(list.subscriptions)))
}

/// 410 from the source's own address.
fn gone() -> VisitFailure {
    unusable(
        FailureKind::Gone,
        "it is gone for good (410); remove it, edit its URL in feeds.toml, or try once more with `feedmill retry`".to_owned(),
    )
}

/// No document.
fn unfetched(error: &fetch::Error) -> VisitFailure {
    VisitFailure {
        kind: error.kind(),
        error: advice::on_visit(error),
        retry_after: error.retry_after(),
    }
}

/// An answer, but nothing that can be used.
fn unusable(kind: FailureKind, error: String) -> VisitFailure {
    VisitFailure {
        kind,
        error,
        retry_after: None,
    }
}

/// What the next request says of this document.
pub(in crate::mill) fn validators(fetched: &Fetched) -> Validators {
    Validators {
        url: fetched.url.as_ref().map(ToString::to_string),
        etag: fetched.etag.clone(),
        last_modified: fetched.last_modified.clone(),
        body_hash: fetched.body.hash(),
    }
}

/// Dates that the items' source gave them.
pub(in crate::mill) fn dates(items: &[Item]) -> Vec<DateTime<Utc>> {
    items
        .iter()
        .filter(|item| item.date_precision != Precision::Unknown)
        .map(|item| item.date_published)
        .collect()
}

/// Of all that decides how a source's documents are read.
fn reader(source: &Source, versions: [u32; 2]) -> u64 {
    let Source {
        // Under another id or at another place, nothing is remembered of it (`schedule::recall`).
        id: _,
        location,
        title,
        kind,
        pages,
        max_items,
        // Of the pages of items, not of the document.
        full_text: _,
        // Which member speaks for a story is decided when it is filed.
        rank: _,
        language,
        as_of,
        // When to ask, whether one may, and with what.
        every: _,
        robots: _,
        headers: _,
        proxy: _,
        timezone,
        date_order,
        tags,
        // What other programs are told of it.
        folder: _,
        home_page_url: _,
        // What becomes of items is decided when they are merged and matched.
        merge: _,
        enabled: _,
        rule: _,
        titles,
        // It is given what is stored.
        filter: _,
        public_url,
    } = source;
    let mut digest = Digest::new("reader", 1);
    digest
        .add(versions.as_slice())
        // What relative links and made ids begin with.
        .add(&location.url())
        .add(public_url)
        .add(title)
        .add(kind)
        .add(pages)
        .add(language)
        .add(as_of)
        .add(timezone)
        .add(date_order)
        .add(tags);
    add_max_items(*max_items, &mut digest);
    add_titles(titles, &mut digest);
    digest.finish()
}

/// Leaves the newest items, in the order in which the document has them. Where it gives no date or the same
/// one, those that it names first are the newest: so feeds are written.
fn keep_newest(items: &mut Vec<Item>, most: usize) {
    if items.len() <= most {
        return;
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    // Stable: of equal dates the first stays first.
    order.sort_by_key(|&n| Reverse(items[n].date_published));
    let mut is_kept = vec![false; items.len()];
    for &n in order.iter().take(most) {
        is_kept[n] = true;
    }
    let mut is_kept = is_kept.into_iter();
    items.retain(|_| is_kept.next().unwrap_or(true));
}

/// The addresses that a document gives to several items with different titles: a page that lists them
/// all. Such an address is that of none of them.
fn shared_addresses(items: &[Item]) -> HashSet<String> {
    let mut titles: HashMap<&str, Option<&str>> = HashMap::with_capacity(items.len());
    let mut shared = HashSet::new();
    for item in items {
        let (Some(url), title) = (&item.url, item.title.as_deref()) else {
            continue;
        };
        if *titles.entry(url).or_insert(title) != title {
            shared.insert(url.clone());
        }
    }
    shared
}

impl Visited {
    /// Whether anybody could be connected to; none if nobody was to be.
    pub(super) fn has_reached_somebody(&self) -> Option<bool> {
        match (&self.source.location, self.event.change) {
            (Location::File { .. }, _)
            | (
                _,
                Change::Failed(
                    FailureKind::BlockedAddress
                    | FailureKind::Configuration
                    | FailureKind::Internal,
                ),
            ) => None,
            (_, Change::Failed(FailureKind::Dns | FailureKind::Connect)) => Some(false),
            _ => Some(true),
        }
    }

    /// Whether it failed, and the visit before did not.
    pub(super) fn is_first_failure(&self) -> bool {
        self.state.failures == 1
    }

    fn weight(&self) -> Weight {
        if self.event.is_news && !self.is_excused {
            Weight::News
        } else if self.is_first_failure() && self.state.last_good.is_some() {
            Weight::Passing
        } else {
            Weight::Known
        }
    }

    /// Its failure, for which the network here is to blame.
    pub(super) fn excuse(mut self) -> Self {
        self.is_excused = true;
        self
    }

    /// Adds this visit to the report.
    pub(super) fn tell(&self, report: &mut Report) {
        let id = &self.source.id;
        match self.event.change {
            Change::Modified => report.modified += 1,
            Change::Unchanged => report.unchanged += 1,
            Change::Failed(kind) => {
                let next = self.state.next_due.filter(|_| !self.state.gone);
                let next = next.filter(|_| !self.is_excused);
                let excused = u32::from(self.is_excused);
                report.failed.push(Failure {
                    source: id.clone(),
                    kind,
                    error: self.state.last_error.clone().unwrap_or_default(),
                    failures: self.state.failures.saturating_sub(excused),
                    next_try: next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
                    unreached: kind.is_unreached(),
                    gone: self.state.gone,
                    weight: self.weight(),
                });
            }
        }
        report
            .odd
            .extend(self.warnings.iter().map(|text| (id.clone(), text.clone())));
        if self.event.recovered {
            report.recovered.push(id.clone());
        }
    }

    /// What the store is to keep of it, and the turn to give back then.
    pub(super) fn into_arrival(self) -> (Arrival, Option<Turn>) {
        let (items, is_whole, list) = match self.brought {
            Brought::Items(items, is_whole) => (items, is_whole, None),
            Brought::List(list) => (Vec::new(), false, Some(list)),
            Brought::Nothing => (Vec::new(), false, None),
        };
        let arrival = Arrival {
            source: self.source.id.clone(),
            state: self.state,
            items,
            is_whole,
            is_backlog: self.is_backlog,
            list,
        };
        (arrival, self.turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::source;
    use crate::model::{DateOrder, PageRule, Selector, SourceId};
    use url::Url;

    fn url(text: &str) -> Arc<Url> {
        Arc::new(Url::parse(text).unwrap())
    }

    #[test]
    fn the_hash_of_a_reader_lasts() {
        let hash = reader(&source(), [2, 2]);
        assert_eq!(format!("{hash:016x}"), "d3ec597ded6808e8");
    }

    #[test]
    fn whatever_decides_how_a_document_is_read_changes_the_hash_of_its_reader() {
        let edits: [fn(&mut Source); 13] = [
            |source| {
                source.location = Location::File {
                    path: "/a.xml".into(),
                    url: Some(url("https://b.example/")),
                }
            },
            |source| source.public_url = None,
            |source| source.title = None,
            |source| source.kind = SourceKind::Feed,
            |source| {
                source.kind = SourceKind::Page(Box::new(PageRule {
                    item: Selector("article".to_owned()),
                    next: Some(Selector("a.next".to_owned())),
                    ..PageRule::default()
                }));
            },
            |source| source.pages += 1,
            |source| source.max_items = Some(5),
            |source| source.language = None,
            |source| source.as_of = None,
            |source| source.timezone = crate::date::Tz::UTC,
            |source| source.date_order = DateOrder::DayFirst,
            |source| source.tags.clear(),
            |source| source.tags.push("more".to_owned()),
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let mut edited = source();
            edit(&mut edited);
            assert_ne!(reader(&edited, [2, 2]), reader(&source(), [2, 2]), "{n}");
        }
        assert_ne!(reader(&source(), [3, 2]), reader(&source(), [2, 2]));
        assert_ne!(reader(&source(), [2, 3]), reader(&source(), [2, 2]));
    }

    #[test]
    fn what_does_not_change_the_reading_keeps_the_hash_of_the_reader() {
        let mut same = source();
        same.id = SourceId::new("b");
        same.rank += 1;
        same.every = None;
        same.robots = !same.robots;
        same.merge = !same.merge;
        same.headers.clear();
        assert_eq!(reader(&same, [2, 2]), reader(&source(), [2, 2]));
    }
}
