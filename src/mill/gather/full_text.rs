//! Items of sources with `full_text` -> their articles, from the pages of the items. A page is requested
//! once, once more a day later where that may help, and again when the feed says something else of the item;
//! what came of it is noted in any case. It is requested as anybody would: without headers or a login of
//! the source.

use super::waiting::NotNow;
use super::{Fetcher, Pen, Round};
use crate::dedupe::OnPage;
use crate::fetch::{self, Error as FetchError, Fetched, Outcome, Visit};
use crate::mill::{Error, Report, log};
use crate::model::{FetchState, Item, Location, Robots, Source, SourceKind};
use crate::net::{self, Client};
use crate::parse::{self, Document};
use crate::store::{Article, FullText, Store, Unread};
use crate::text::html;
use crate::url::without_userinfo;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt};
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
    Article(Article),
    /// One that is not longer.
    Shorter,
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
                        client: self.client(round).clone(),
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
        let mut robots = self.store.robots(source.id.clone()).await?;
        for unread in unread {
            let Unread { number, item, .. } = unread;
            let longer = length_in_feed(&item);
            let read = match page_of(&source, &item) {
                Some(page) => {
                    // A task of its own: what panics on a page ends no pass.
                    let read = self.clone().read(page, item, robots.clone());
                    let read = tokio::spawn(read).await;
                    let (read, asked) = read.unwrap_or((Page::Nothing, Vec::new()));
                    for asked in asked {
                        if !robots.contains(&asked) {
                            self.store
                                .keep_robots(source.id.clone(), asked.clone())
                                .await?;
                            robots.retain(|known| known.site != asked.site);
                            robots.push(asked);
                        }
                    }
                    read
                }
                None => Page::Nothing,
            };
            let before = unread.article;
            let before = before.filter(|before| html::to_text(&before.html).len() > longer);
            let tries = unread.tries.saturating_add(1);
            let (article, try_at) = match read {
                Page::Held => continue,
                Page::Closed => break,
                Page::Article(article) => (Some(article), None),
                Page::Shorter => (None, None),
                Page::Nothing => (before, None),
                Page::Failed(not_before) => {
                    let later = (self.now + TRY_AGAIN).max(not_before.unwrap_or(self.now));
                    (before, (tries == 1).then_some(later))
                }
            };
            let found = FullText {
                article,
                tries,
                try_at,
            };
            let is_given = self.store.keep_full_text(number, found, self.now).await?;
            counts.tried += 1;
            counts.given += usize::from(is_given);
        }
        Ok((source, counts))
    }

    /// One page; with each robots.txt that it was asked by.
    async fn read(self, page: Source, item: Item, robots: Vec<Robots>) -> (Page, Vec<Robots>) {
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
                article(&page, &fetched, &item)
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

/// The article of a page, if it tells what the item says, and more.
fn article(page: &Source, fetched: &Fetched, item: &Item) -> Page {
    let found = parse::article(&Document {
        bytes: &fetched.body.bytes(),
        url: fetched.url.as_ref(),
        content_type: fetched.content_type.as_deref(),
        page: None,
    });
    let Some(found) = found else {
        return Page::Nothing;
    };
    let text = html::to_text(found.html.as_str());
    let on_page = OnPage::of(item, &found.title, &text);
    if !on_page.is_about || is_front_page(page, fetched) {
        // A wall, or an error that was not called one. It may be gone tomorrow.
        return Page::Failed(None);
    }
    if text.len() <= length_in_feed(item) {
        return Page::Shorter;
    }
    Page::Article(Article {
        html: found.html.as_str().to_owned(),
        words: on_page.words,
    })
}

/// Whether a site has shown its front page, which may name the item, in place of a page that it has not.
fn is_front_page(page: &Source, fetched: &Fetched) -> bool {
    let is_root =
        |url: Option<&Url>| url.is_some_and(|url| url.path() == "/" && url.query().is_none());
    is_root(fetched.url.as_ref()) && !is_root(page.location.url().map(|url| &**url))
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

    const WORDS: &str = "The ferry to the northern islands waits until the storm is over, says the harbour, and nobody knows when. ";

    /// What a page with some text gives that was found at an address.
    fn found(item: &Item, text: &str, at: &str) -> Page {
        let page =
            format!("<html><title>Ferry waits</title><body><article><p>{text}</p></article>");
        let fetched = Fetched {
            body: page.into_bytes().into(),
            url: Some(Url::parse(at).unwrap()),
            ..Fetched::default()
        };
        article(&page_of(&source(), item).unwrap(), &fetched, item)
    }

    fn titled(text: &str) -> Item {
        Item {
            title: Some("Ferry waits".to_owned()),
            content_html: Some(RawHtml {
                html: format!("<p>{text}"),
                base: None,
            }),
            ..item()
        }
    }

    #[test]
    fn an_article_that_says_less_than_the_feed_is_not_taken() {
        let at = "https://b.example/1";
        for item in [titled(""), titled(WORDS)] {
            let Page::Article(article) = found(&item, &WORDS.repeat(8), at) else {
                panic!("no article");
            };
            assert!(article.html.contains("northern islands"));
        }
        let longer = titled(&WORDS.repeat(9));
        assert_eq!(found(&longer, &WORDS.repeat(8), at), Page::Shorter);
    }

    #[test]
    fn what_says_nothing_of_the_item_is_not_taken() {
        let at = "https://b.example/1";
        let wall = "Sign in or create an account to read on. Our partners and we store cookies on your device. ";
        for item in [titled(""), titled(WORDS)] {
            assert_eq!(found(&item, &wall.repeat(8), at), Page::Failed(None));
            let front = "https://b.example/";
            assert_eq!(found(&item, &WORDS.repeat(8), front), Page::Failed(None));
        }
        let of_front = Item {
            url: Some("https://b.example/".to_owned()),
            ..titled("")
        };
        let found = found(&of_front, &WORDS.repeat(8), "https://b.example/");
        assert!(matches!(found, Page::Article(_)));
    }
}
