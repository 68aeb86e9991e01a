//! One source -> each step of fetching and reading it, reported: what a pass does silently.

use crate::date::Precision;
use crate::fetch::{self, Fetched, Hop, Outcome, Visit};
use crate::mill::advice;
use crate::mill::gather::{document, visit};
use crate::model::{
    Feed, FetchState, Format, Item, Location, Secrecy, Source, SourceKind, WaitReason,
};
use crate::net::{self, Client, Limits};
use crate::normalize::{self, Context};
use crate::parse;
use crate::schedule::{self, DocumentFacts, VisitOutcome, VisitSummary};
use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderMap, HeaderName};
use url::Url;

/// Headers of an answer that are shown, because they decide something.
const SHOWN_HEADERS: [HeaderName; 13] = [
    header::LOCATION,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CACHE_CONTROL,
    header::EXPIRES,
    header::AGE,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    header::SERVER,
    HeaderName::from_static("im"),
];
/// Warnings that are shown.
const MAX_WARNINGS: usize = 10;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It can be read.
    Readable,
    /// It answers, but not with items.
    NoFeed,
    /// It does not answer as it should.
    Unreachable,
}

/// Called for each line of the report: the step (empty if the same as before), and the text.
pub type OnStep<'a> = dyn Fn(&str, &str) + Sync + 'a;

/// Fetches a source once, and a second time to see whether it answers 304.
pub async fn doctor(
    source: &Source,
    limits: &Limits,
    now: DateTime<Utc>,
    on_step: &OnStep<'_>,
) -> Result<Finding, net::Error> {
    let client = Client::new(limits)?;
    let secrecy = Secrecy::of(source);
    let on_step = &|step: &str, text: &str| on_step(step, &secrecy.message(text.to_owned()));
    let check = Check {
        source,
        client: &client,
        max_body: limits.max_body,
        now,
        on_step,
    };
    if let Location::Http(url) = &source.location {
        on_step("user-agent", &limits.user_agent());
        if limits.contact.is_none() {
            on_step(
                "",
                "no contact: some servers deny access to such programs; set contact in [fetch]",
            );
        }
        check.addresses(url, limits).await;
    }
    let Visit {
        outcome,
        moved_to,
        fresh_for,
        robots,
        took: _,
    } = check.visit(&FetchState::default()).await;
    for robots in robots {
        let rules = robots.rules.len();
        on_step(
            "robots.txt",
            &format!("{rules} rules that apply to feedmill"),
        );
    }
    if let Some(to) = moved_to {
        on_step("moved", &format!("for good, to {to}; write that as url"));
    }
    let fetched = match outcome {
        Outcome::Modified(fetched) => fetched,
        Outcome::Gone => {
            return Ok(
                check.unreachable("410: gone for good; remove it, or look for its new address")
            );
        }
        Outcome::NotModified => {
            return Ok(
                check.unreachable("304 to a request without conditions: the server is broken")
            );
        }
        Outcome::Failed(error) => return Ok(check.unreachable(&advice::on_visit(&error))),
    };
    let (finding, facts) = check.read(&fetched);
    if finding == Finding::Readable && matches!(source.location, Location::Http(_)) {
        let summary = VisitSummary {
            outcome: VisitOutcome::Read(facts),
            moved_to: None,
            fresh_for,
            robots: Vec::new(),
        };
        let (state, _) = schedule::after_visit(source, FetchState::default(), summary, now);
        check.fetch_again(&fetched, &state).await;
        if let (Some(at), Some(why)) = (state.next_due, state.next_why) {
            let minutes = (at - now).num_minutes();
            on_step(
                "next visit",
                &format!("after {minutes} min: {}", reason(why)),
            );
        }
    }
    Ok(finding)
}

/// The source that is checked, and what checking needs.
struct Check<'a> {
    source: &'a Source,
    client: &'a Client,
    max_body: usize,
    now: DateTime<Utc>,
    on_step: &'a OnStep<'a>,
}

impl Check<'_> {
    fn line(&self, step: &str, text: &str) {
        (self.on_step)(step, text);
    }

    fn unreachable(&self, why: &str) -> Finding {
        self.line("failed", why);
        Finding::Unreachable
    }

    async fn addresses(&self, url: &Url, limits: &Limits) {
        if limits.proxy.is_some() || self.source.proxy.is_some() {
            self.line(
                "address",
                "looked up by the proxy: a name of a private network is not detected",
            );
            return;
        }
        match self.client.addresses(url).await {
            Ok(found) => {
                let found: Vec<_> = found.iter().map(ToString::to_string).collect();
                self.line("address", &found.join(", "));
            }
            Err(error) => self.line("address", &advice::on_request(&error)),
        }
    }

    async fn visit(&self, state: &FetchState) -> Visit {
        let hop = |hop: &Hop<'_>| {
            self.line("request", &format!("GET {}", hop.url));
            for (name, value) in hop.sent {
                if *name != header::ACCEPT {
                    let value = if value.is_sensitive() {
                        "***".to_owned()
                    } else {
                        String::from_utf8_lossy(value.as_bytes()).into_owned()
                    };
                    self.line("", &format!("{name}: {value}"));
                }
            }
            let (status, version) = (hop.response.status(), hop.response.version());
            self.line(
                "answer",
                &format!("{status}, {version:?}, after {} ms", hop.took.as_millis()),
            );
            self.headers(hop.response.headers());
        };
        fetch::visit_watched(
            self.source,
            state,
            Some(self.client),
            self.max_body,
            self.now,
            &hop,
        )
        .await
    }

    fn headers(&self, headers: &HeaderMap) {
        let is_secret =
            |name: &HeaderName| *name == header::LOCATION && self.source.has_secret_address();
        for name in SHOWN_HEADERS.iter().filter(|name| !is_secret(name)) {
            if let Some(value) = headers.get(name) {
                let value = String::from_utf8_lossy(value.as_bytes());
                self.line("", &format!("{name}: {value}"));
            }
        }
    }

    /// Reads a document: what was found, and what decides when it would be fetched again.
    fn read(&self, fetched: &Fetched) -> (Finding, DocumentFacts) {
        let mut facts = DocumentFacts {
            // Of a document that is cut, too: whether the server knows them is what is tried.
            validators: Some(visit::validators(fetched)),
            ..DocumentFacts::default()
        };
        let bytes = fetched.body.len();
        let extent = match &fetched.cut {
            Some(why) => {
                format!(
                    "cut: {why}; complete items are kept, and the next visit fetches it in full"
                )
            }
            None => "complete".to_owned(),
        };
        self.line("body", &format!("{bytes} bytes after unpacking, {extent}"));
        if matches!(self.source.kind, SourceKind::List) {
            return (self.read_list(fetched), facts);
        }
        let document_url = document::url(self.source, fetched);
        let feed = match document::parse(self.source, fetched, document_url) {
            Ok(feed) => feed,
            Err(error) => {
                self.line("document", &document::no_feed(&error));
                return (Finding::NoFeed, facts);
            }
        };
        self.line("document", &described(&feed));
        let mut odd: Vec<_> = feed.warnings.iter().map(ToString::to_string).collect();
        facts.freshness = feed.freshness.clone();
        let context = Context {
            source: self.source,
            document_url,
            now: self.now,
            ids_as_given: false,
        };
        let (items, warnings) = normalize::normalize(feed, &context);
        odd.extend(warnings.iter().map(ToString::to_string));
        facts.dates = visit::dates(&items);
        self.line("items", &counted(&items));
        for oddity in odd.iter().take(MAX_WARNINGS) {
            self.line("odd", oddity);
        }
        if odd.len() > MAX_WARNINGS {
            self.line("odd", &format!("and {} more", odd.len() - MAX_WARNINGS));
        }
        let finding = if items.is_empty() {
            Finding::NoFeed
        } else {
            Finding::Readable
        };
        (finding, facts)
    }

    fn read_list(&self, fetched: &Fetched) -> Finding {
        match parse::opml::parse(&fetched.body.bytes()) {
            Ok(list) => {
                self.line(
                    "document",
                    &format!("an OPML list of {} feeds", list.subscriptions.len()),
                );
                Finding::Readable
            }
            Err(error) => {
                self.line("document", &error.to_string());
                Finding::NoFeed
            }
        }
    }

    /// Whether the server can say that nothing has changed.
    async fn fetch_again(&self, fetched: &Fetched, state: &FetchState) {
        if state.etag.is_none() && state.last_modified.is_none() {
            self.line(
                "again",
                "no ETag and no Last-Modified: the server sends the whole document at each visit",
            );
            return;
        }
        self.line("again", "with the validators of that answer");
        let result = match self.visit(state).await.outcome {
            Outcome::NotModified => "304: an unchanged document is not sent again",
            Outcome::Modified(again) if again.body.hash() == fetched.body.hash() => {
                "the same document again: the server sends validators but does not compare them"
            }
            Outcome::Modified(_) => "another document already",
            Outcome::Gone | Outcome::Failed(_) => {
                "refused: the server may not accept two requests in a row"
            }
        };
        self.line("so", result);
    }
}

fn described(feed: &Feed) -> String {
    let format = match feed.format {
        Format::Rss => "RSS",
        Format::Rdf => "RSS 1.0 (RDF)",
        Format::Atom => "Atom",
        Format::JsonFeed => "JSON Feed",
        Format::Page => "an HTML page that lists items",
    };
    let title = feed.title.clone().and_then(normalize::plain);
    match title {
        Some(title) => format!("{format}: {title}"),
        None => format!("{format}, without a title"),
    }
}

fn counted(items: &[Item]) -> String {
    let dated = items
        .iter()
        .filter(|item| item.date_precision != Precision::Unknown)
        .map(|item| item.date_published);
    let (oldest, newest) = (dated.clone().min(), dated.clone().max());
    let dates = match (oldest, newest) {
        (Some(oldest), Some(newest)) => format!(
            ", {} dated, from {} to {}",
            dated.count(),
            oldest.format("%Y-%m-%d"),
            newest.format("%Y-%m-%d")
        ),
        _ => ", none dated".to_owned(),
    };
    format!("{}{dates}", items.len())
}

fn reason(why: WaitReason) -> &'static str {
    match why {
        WaitReason::Every => "every, or the default",
        WaitReason::Rhythm => "it updates rarely",
        WaitReason::Server => "Cache-Control or Expires",
        WaitReason::Feed => "ttl or update period of the feed",
        WaitReason::Skipped => "the feed has hours or days to skip",
        WaitReason::Failures => "it has failed",
        WaitReason::RetryAfter => "Retry-After",
    }
}
