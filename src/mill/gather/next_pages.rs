//! A document and its following pages (`rel=next`) -> one feed. Sites split lists of news into pages,
//! so a first visit that reads only the first page would miss the items of the second.

use super::document;
use super::journal::Pen;
use crate::fetch::{self, Fetched, Outcome};
use crate::mill::advice;
use crate::model::{Feed, FetchState, Location, Robots, Source, Warning};
use crate::net::Client;
use crate::parse;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use url::Url;

/// The following pages of a document together may take as long as so many answers: twenty pages of a
/// slow site, but not twenty that are each sent at the last moment.
const PATIENCE: u32 = 4;

/// Adds the items of the following pages, `source.pages` pages in all. Fetches no page twice and none
/// of another site. If a page cannot be read, the feed counts as cut, so that it is fetched again.
pub(super) async fn follow(
    source: &Source,
    robots: &[Robots],
    first: &Fetched,
    feed: &mut Feed,
    (client, max_body, now, pen): (Option<&Client>, usize, DateTime<Utc>, &Pen),
) {
    let (Location::Http(configured), Some(site)) = (&source.location, &first.url) else {
        return;
    };
    let mut patience = client.map(|client| client.timeout() * PATIENCE);
    let mut known = HashSet::from([site.to_string()]);
    for _ in 1..source.pages {
        let Some(next) = feed.next_page.take() else {
            return;
        };
        let url = match Url::parse(&next) {
            Ok(url) if url.origin() == site.origin() => url,
            _ => {
                warn(
                    feed,
                    format!("the following page is not of this site, left alone: {next}"),
                );
                return;
            }
        };
        if !known.insert(url.to_string()) {
            return;
        }
        if patience.is_some_and(|left| left.is_zero()) {
            warn(
                feed,
                format!("the pages take too long, left alone from {url} on"),
            );
            feed.cut = true;
            return;
        }
        let mut page = Source {
            location: Location::Http(Arc::new(url.clone())),
            ..source.clone()
        };
        if configured.origin() != url.origin() {
            page.headers.clear();
        }
        let state = FetchState {
            robots: robots.to_vec(),
            ..FetchState::default()
        };
        let visit = fetch::visit(&page, &state, client, max_body, now).await;
        if let Some(patience) = &mut patience {
            *patience = patience.saturating_sub(visit.took);
        }
        let read = match &visit.outcome {
            Outcome::Modified(fetched) => pen
                .noting(&source.id, fetched.body.len(), || {
                    document::parse(source, fetched, document::url(source, fetched))
                })
                .map(|feed| (feed, fetched.cut.is_some()))
                .map_err(|error: parse::Error| error.to_string()),
            Outcome::Failed(error) => Err(advice::on_visit(error)),
            Outcome::Gone | Outcome::NotModified => Err("nothing is there".to_owned()),
        };
        match read {
            Ok((further, cut)) => {
                feed.items.extend(further.items);
                feed.warnings.extend(further.warnings);
                feed.next_page = further.next_page;
                feed.cut |= further.cut || cut;
            }
            Err(error) => {
                warn(
                    feed,
                    format!("the following page {url} cannot be read: {error}"),
                );
                feed.cut = true;
                return;
            }
        }
    }
}

fn warn(feed: &mut Feed, text: String) {
    feed.warnings.push(Warning {
        line: None,
        element: None,
        text,
    });
}
