//! Items of sources with `full_text` -> their articles, from the pages of the items. A page is requested
//! once, and once more a day later where that may help; what came of it is noted in any case. It is
//! requested as anybody would: without headers or a login of the source.

use super::waiting::NotNow;
use super::{Fetcher, Pen, Round};
use crate::fetch::{self, Error as FetchError, Fetched, Outcome, Visit};
use crate::mill::{Error, Report, log};
use crate::model::{FetchState, Item, Location, Robots, Source, SourceKind};
use crate::net::{self, Client};
use crate::parse::{self, Document};
use crate::store::{FullText, Store, Unread};
use crate::text::html;
use crate::url::without_userinfo;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// Pages of one source in one pass, the newest items first: with a second between requests they take a
/// host some twenty seconds. The others follow in the next passes.
const MAX_PAGES: u32 = 20;
/// Sources whose pages are read at the same time: each may hold one body in memory.
const MAX_SOURCES: usize = 8;
/// Bytes of a page; articles have 50-500 kB. A longer page is no article.
const MAX_PAGE: usize = 4 << 20;
/// Until a page that failed is requested once more.
const TRY_AGAIN: TimeDelta = TimeDelta::days(1);

/// What is needed to read pages.
#[derive(Clone)]
struct Reader {
    client: Client,
    store: Store,
    now: DateTime<Utc>,
    pen: Pen,
    max_body: usize,
}

/// What a page gave.
#[derive(Debug, PartialEq, Eq)]
enum Page {
    /// An article that is longer than what the feed gave.
    Article(String),
    /// Nothing, and another request would not help.
    Nothing,
    /// It failed; it may succeed later, not before a moment.
    Failed(Option<DateTime<Utc>>),
    /// No request was sent: the host asked to be left alone.
    Held,
    /// No request was sent: the time for requests is over.
    Closed,
}

impl Fetcher<'_> {
    /// Reads the pages of items that have arrived, some for each source.
    pub(super) async fn full_texts(
        &self,
        sources: Vec<Arc<Source>>,
        pen: &Pen,
        round: &mut Round,
        report: &mut Report,
    ) -> Result<(), Error> {
        let mut running = FuturesUnordered::new();
        let mut waiting = self.selected(sources).into_iter();
        loop {
            while running.len() < MAX_SOURCES
                && let Some(source) = waiting.next()
            {
                let id = source.id.clone();
                let unread = self.store.unread(id, self.now, MAX_PAGES).await?;
                if !unread.is_empty() {
                    let reader = Reader {
                        client: self.client(round)?.clone(),
                        store: self.store.clone(),
                        now: self.now,
                        pen: pen.clone(),
                        max_body: self.config.fetch.max_body.min(MAX_PAGE),
                    };
                    running.push(reader.read_all(source, unread));
                }
            }
            let Some(read) = running.next().await else {
                break;
            };
            let (source, Counts { tried, given }) = read?;
            if given < tried {
                let none = tried - given;
                report.odd.push((
                    source.id.clone(),
                    format!(
                        "{none} of {tried} pages gave no full text; what the feed says is shown"
                    ),
                ));
            }
        }
        if let Some(client) = self.client.get() {
            for (host, until) in client.newly_held() {
                round.hold(&host, until);
            }
        }
        Ok(())
    }
}

/// Pages that were requested, and those that gave a text.
#[derive(Default)]
struct Counts {
    tried: usize,
    given: usize,
}

impl Reader {
    /// One page after the other.
    async fn read_all(
        self,
        source: Arc<Source>,
        unread: Vec<Unread>,
    ) -> Result<(Arc<Source>, Counts), Error> {
        let mut counts = Counts::default();
        let mut robots: HashMap<String, Robots> = HashMap::new();
        for Unread {
            number,
            item,
            tries,
        } in unread
        {
            let Some(page) = page_of(&source, &item) else {
                continue;
            };
            let known = robots.get(&site(&page)).cloned();
            // A task of its own: what panics on a page ends no pass.
            let read = tokio::spawn(self.clone().read(page, item, known)).await;
            let (read, asked) = read.unwrap_or((Page::Nothing, None));
            if let Some(asked) = asked {
                robots.insert(asked.site.clone(), asked);
            }
            let tries = tries.saturating_add(1);
            let found = match read {
                Page::Held => continue,
                Page::Closed => break,
                Page::Article(html) => FullText {
                    html: Some(html),
                    tries,
                    try_at: None,
                },
                Page::Nothing => FullText {
                    html: None,
                    tries,
                    try_at: None,
                },
                Page::Failed(not_before) => {
                    let later = (self.now + TRY_AGAIN).max(not_before.unwrap_or(self.now));
                    FullText {
                        html: None,
                        tries,
                        try_at: (tries == 1).then_some(later),
                    }
                }
            };
            counts.tried += 1;
            counts.given += usize::from(found.html.is_some());
            self.store.keep_full_text(number, found).await?;
        }
        Ok((source, counts))
    }

    /// One page; with the robots.txt of its site, where it had to be asked.
    async fn read(
        self,
        page: Source,
        item: Item,
        robots: Option<Robots>,
    ) -> (Page, Option<Robots>) {
        let state = FetchState {
            robots,
            ..FetchState::default()
        };
        let Visit {
            outcome, robots, ..
        } = fetch::visit_watched(
            &page,
            &state,
            Some(&self.client),
            self.max_body,
            self.now,
            &|hop| log::request(&page, hop),
        )
        .await;
        let read = match outcome {
            Outcome::Failed(error) => failed(&error),
            Outcome::Gone | Outcome::NotModified => Page::Nothing,
            Outcome::Modified(fetched) if fetched.cut.is_some() => Page::Failed(None),
            Outcome::Modified(fetched) => self.pen.noting(&page.id, fetched.body.len(), || {
                article(&fetched, &item).map_or(Page::Nothing, Page::Article)
            }),
        };
        (read, robots)
    }
}

/// The page of an item as a source: none of the headers of its own goes with a request.
fn page_of(source: &Source, item: &Item) -> Option<Source> {
    let mut url = Url::parse(item.url.as_deref()?).ok()?;
    without_userinfo(&mut url);
    Some(Source {
        location: Location::Http(Arc::new(url)),
        // So that robots.txt is obeyed.
        kind: SourceKind::Page(Box::default()),
        headers: Vec::new(),
        ..source.clone()
    })
}

fn site(page: &Source) -> String {
    let url = page.location.url();
    url.map(|url| url.origin().ascii_serialization())
        .unwrap_or_default()
}

/// Whether another request may help. What wants a login or turns us away is left alone.
fn failed(error: &FetchError) -> Page {
    if let FetchError::Net(error) = error {
        match NotNow::of(error) {
            Some(NotNow::Held { .. }) => return Page::Held,
            Some(NotNow::Closed) => return Page::Closed,
            None => {}
        }
    }
    match error {
        FetchError::Robots
        | FetchError::Redirect(_)
        | FetchError::Status {
            status: 401..=404 | 410 | 451,
            ..
        }
        | FetchError::Net(net::Error::Private { .. } | net::Error::Scheme(_)) => Page::Nothing,
        _ => Page::Failed(error.retry_after()),
    }
}

/// The article of a page, if it says more than the feed.
fn article(fetched: &Fetched, item: &Item) -> Option<String> {
    let found = parse::article(&Document {
        bytes: &fetched.body.bytes(),
        url: fetched.url.as_ref(),
        content_type: fetched.content_type.as_deref(),
        page: None,
    })?;
    let found = found.as_str();
    (html::to_text(found).len() > length_in_feed(item)).then(|| found.to_owned())
}

/// Bytes of the longest text that the feed gave.
fn length_in_feed(item: &Item) -> usize {
    let html = item.content_html.as_ref();
    let html = html.map_or(0, |raw| html::to_text(&raw.html).len());
    let texts = [&item.content_text, &item.summary];
    let plain = texts.map(|text| text.as_ref().map_or(0, String::len));
    plain.into_iter().fold(html, usize::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::source;
    use crate::model::{ItemSource, RawHtml};

    fn item() -> Item {
        let item = Item::new("1", ItemSource::default().into(), DateTime::UNIX_EPOCH);
        Item {
            url: Some("https://me:word@b.example/1".to_owned()),
            ..item
        }
    }

    #[test]
    fn a_page_is_requested_without_the_login_of_its_source() {
        let page = page_of(&source(), &item()).unwrap();
        assert!(!source().headers.is_empty() && page.headers.is_empty());
        assert_eq!(page.location.url().unwrap().as_str(), "https://b.example/1");
        assert!(page.robots && matches!(page.kind, SourceKind::Page(_)));
    }

    #[test]
    fn what_turns_us_away_is_left_alone_and_what_is_broken_is_tried_again() {
        let status = |status| FetchError::Status {
            status,
            retry_after: None,
        };
        for refused in [401, 402, 403, 404, 410, 451] {
            assert_eq!(failed(&status(refused)), Page::Nothing, "{refused}");
        }
        assert_eq!(failed(&FetchError::Robots), Page::Nothing);
        for broken in [429, 500, 503] {
            assert_eq!(failed(&status(broken)), Page::Failed(None), "{broken}");
        }
        assert_eq!(failed(&net::Error::Closed.into()), Page::Closed);
        assert_eq!(failed(&net::Error::TimedOut.into()), Page::Failed(None));
    }

    #[test]
    fn an_article_that_says_less_than_the_feed_is_not_taken() {
        let words = "The ferry to the northern islands waits until the storm is over, says the harbour, and nobody knows when. ";
        let page = format!("<html><body><article><p>{}</p></article>", words.repeat(8));
        let fetched = Fetched {
            body: page.into_bytes().into(),
            url: Some(Url::parse("https://a.example/1").unwrap()),
            ..Fetched::default()
        };
        assert!(
            article(&fetched, &item())
                .unwrap()
                .contains("northern islands")
        );
        let longer = Item {
            content_html: Some(RawHtml {
                html: format!("<p>{}", words.repeat(9)),
                base: None,
            }),
            ..item()
        };
        assert_eq!(article(&fetched, &longer), None);
    }
}
