//! One conditional GET (RFC 9110, section 13), redirects followed hop by hop.

use super::coding::Incoming;
use super::{Error, Fetched, Hop, Outcome, Visit, freshness, request, robots};
use crate::model::{FetchState, Source, SourceKind};
use crate::net::{self, Answer, Client};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName};
use std::time::Instant;
use url::Url;

/// More hops than this are a loop.
const MAX_HOPS: usize = 10;

pub(super) async fn get(
    client: &Client,
    source: &Source,
    url: &Url,
    state: &FetchState,
    max_body: usize,
    now: DateTime<Utc>,
    watch: &(dyn Fn(&Hop<'_>) + Sync),
) -> Visit {
    let moved = remembered(state);
    let mut trail = Trail {
        at: moved.clone().unwrap_or_else(|| url.clone()),
        moved,
        permanent: true,
        hops: 0,
    };
    let mut robots = Vec::new();
    let is_page = matches!(source.kind, SourceKind::Page(_)) && source.robots;
    if is_page {
        let mut left = client.timeout();
        let asked = (source, url, &*state.robots);
        if let Err(error) =
            robots::obey(client, asked, &trail.at, &mut robots, &mut left, now).await
        {
            return Visit {
                robots,
                ..Visit::failed(error)
            };
        }
    }
    let mut fresh_for = None;
    // All hops together: else a chain of slow redirects takes many times as long.
    let mut left = client.timeout();
    let outcome = loop {
        let sent = match request::headers(source, url, &trail.at, state) {
            Ok(headers) => headers,
            Err(error) => break Outcome::Failed(error),
        };
        let answer = match client.get(&trail.at, sent.clone(), left).await {
            Ok(answer) => answer,
            Err(error) => break Outcome::Failed(error.into()),
        };
        left = left.saturating_sub(answer.took);
        watch(&Hop {
            url: &trail.at,
            sent: &sent,
            response: &answer.response,
            took: answer.took,
        });
        fresh_for = freshness::fresh_for(answer.response.headers(), now);
        let status = answer.response.status();
        if request::is_redirect(status) {
            if let Err(error) = trail.follow(status, answer.response.headers()) {
                break Outcome::Failed(error);
            }
            let asked = (source, url, &*state.robots);
            if is_page
                && let Err(error) =
                    robots::obey(client, asked, &trail.at, &mut robots, &mut left, now).await
            {
                break Outcome::Failed(error);
            }
            continue;
        }
        let is_conditional = request::is_conditional(&trail.at, state);
        break match status {
            StatusCode::NOT_MODIFIED if is_conditional => Outcome::NotModified,
            StatusCode::GONE if trail.permanent => Outcome::Gone,
            _ if status.is_success() => {
                let begun = Instant::now();
                let read = read(answer, &trail.at, max_body).await;
                left = left.saturating_sub(begun.elapsed());
                read
            }
            _ => Outcome::Failed(Error::Status {
                status: status.as_u16(),
                retry_after: request::hold(client, &trail.at, &answer, now),
            }),
        };
    };
    Visit {
        outcome,
        moved_to: trail.moved,
        fresh_for,
        robots,
        took: client.timeout().saturating_sub(left),
    }
}

/// The address of a permanent redirect, once it counts as permanent.
fn remembered(state: &FetchState) -> Option<Url> {
    let redirect = state.redirect.as_ref().filter(|r| r.is_believed())?;
    Url::parse(&redirect.to).ok()
}

/// Where redirects have led so far.
struct Trail {
    at: Url,
    /// Where the permanent ones before any other have led.
    moved: Option<Url>,
    permanent: bool,
    hops: usize,
}

impl Trail {
    fn follow(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<(), Error> {
        self.hops += 1;
        if self.hops > MAX_HOPS {
            return Err(Error::Redirect("more than 10 times"));
        }
        let target =
            request::target(&self.at, headers).ok_or(Error::Redirect("without saying where"))?;
        self.permanent &= matches!(
            status,
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
        );
        if self.permanent {
            self.moved = Some(target.clone());
        }
        self.at = target;
        Ok(())
    }
}

async fn read(answer: Answer, url: &Url, max_body: usize) -> Outcome {
    match body(answer, url, max_body).await {
        Ok(fetched) => Outcome::Modified(fetched),
        Err(error) => Outcome::Failed(error.into()),
    }
}

/// Reads a body up to the cap. What has arrived before an error is kept: half a feed has whole items.
async fn body(mut answer: Answer, url: &Url, max_body: usize) -> Result<Fetched, net::Error> {
    let headers = answer.response.headers();
    let mut fetched = Fetched {
        url: Some(url.clone()),
        content_type: text(headers, &header::CONTENT_TYPE),
        etag: validator(headers, &header::ETAG),
        last_modified: validator(headers, &header::LAST_MODIFIED),
        ..Fetched::default()
    };
    let mut body = Incoming::new(headers, max_body, &answer.scratch);
    if is_gzip_file(url) {
        body = body.of_gzip_file();
    }
    let broken_off = loop {
        match answer.response.chunk().await {
            Ok(Some(chunk)) if body.push(&chunk) => {}
            Ok(_) => break None,
            Err(error) if body.is_empty() => return Err(error.into()),
            Err(error) => break Some(net::Error::from(error).to_string()),
        }
    };
    let decoded = body.finish(broken_off);
    fetched.body = decoded.body;
    fetched.cut = decoded.cut;
    if answer.response.status() == StatusCode::PARTIAL_CONTENT {
        fetched
            .cut
            .get_or_insert_with(|| "the server sent only a part of it (206)".to_owned());
    }
    Ok(fetched)
}

/// Whether the name of a file says that it is a gzip file: servers call those all sorts of things.
fn is_gzip_file(url: &Url) -> bool {
    let name = url.path().to_ascii_lowercase();
    [".gz", ".gzip"].iter().any(|end| name.ends_with(end))
}

/// A header as text.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// A validator, one character a byte: it goes back byte for byte, also where it is not ASCII. One
/// that is empty, or so long that servers would refuse the next request, is ignored.
fn validator(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    const LONGEST: usize = 2_000;
    let bytes = headers.get(name)?.as_bytes();
    let is_usable = !bytes.is_empty() && bytes.len() <= LONGEST;
    is_usable.then(|| bytes.iter().copied().map(char::from).collect())
}
