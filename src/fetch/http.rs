//! One conditional GET (RFC 9110, section 13), redirects followed hop by hop.

use super::{Error, Fetched, Outcome, Visit, freshness, request, robots};
use crate::model::{Seen, Source, SourceKind};
use crate::net::{self, Answer, Client};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName};
use url::Url;

/// More hops than this are a loop.
const MAX_HOPS: usize = 10;

pub(super) async fn get(
    client: &Client,
    source: &Source,
    url: &Url,
    seen: &Seen,
    max_body: usize,
    now: DateTime<Utc>,
) -> Visit {
    let moved = remembered(seen);
    let mut trail = Trail {
        at: moved.clone().unwrap_or_else(|| url.clone()),
        moved,
        permanent: true,
        hops: 0,
    };
    let robots = match source.kind {
        SourceKind::Page(_) if source.robots => {
            let (robots, verdict) =
                robots::obey(client, source, &trail.at, seen.robots.as_ref(), now).await;
            if let Err(error) = verdict {
                return Visit {
                    robots,
                    ..Visit::failed(error)
                };
            }
            robots
        }
        _ => None,
    };
    let mut fresh_for = None;
    let outcome = loop {
        let answer = match request::headers(source, url, &trail.at, seen) {
            Ok(headers) => client.get(&trail.at, headers).await,
            Err(error) => break Outcome::Failed(error),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => break Outcome::Failed(error.into()),
        };
        fresh_for = freshness::fresh_for(answer.response.headers(), now);
        let status = answer.response.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            match trail.follow(status, answer.response.headers()) {
                Ok(()) => continue,
                Err(error) => break Outcome::Failed(error),
            }
        }
        break read(answer, &trail.at, max_body, now).await;
    };
    Visit {
        outcome,
        moved_to: trail.moved,
        fresh_for,
        robots,
    }
}

/// Where it has moved to for good, once that is believed.
fn remembered(seen: &Seen) -> Option<Url> {
    let redirect = seen.redirect.as_ref().filter(|r| r.is_believed())?;
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

async fn read(answer: Answer, url: &Url, max_body: usize, now: DateTime<Utc>) -> Outcome {
    let status = answer.response.status();
    match status {
        StatusCode::NOT_MODIFIED => Outcome::NotModified,
        StatusCode::GONE => Outcome::Gone,
        _ if status.is_success() => match body(answer, url, max_body).await {
            Ok(fetched) => Outcome::Modified(fetched),
            Err(error) => Outcome::Failed(error.into()),
        },
        _ => {
            let retry_after = text(answer.response.headers(), &header::RETRY_AFTER)
                .and_then(|v| net::retry_after(&v, now));
            Outcome::Failed(Error::Status {
                status: status.as_u16(),
                retry_after,
            })
        }
    }
}

/// Reads a body up to the cap. What has arrived before an error is kept: half a feed has whole items.
async fn body(mut answer: Answer, url: &Url, max_body: usize) -> Result<Fetched, net::Error> {
    let headers = answer.response.headers();
    let mut fetched = Fetched {
        url: Some(url.clone()),
        content_type: text(headers, &header::CONTENT_TYPE),
        etag: text(headers, &header::ETAG),
        last_modified: text(headers, &header::LAST_MODIFIED),
        ..Fetched::default()
    };
    loop {
        match answer.response.chunk().await {
            Ok(Some(chunk)) => {
                let room = max_body - fetched.bytes.len();
                fetched
                    .bytes
                    .extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    fetched.cut = Some(format!("larger than max_body ({max_body} bytes)"));
                    return Ok(fetched);
                }
            }
            Ok(None) => return Ok(fetched),
            Err(error) if fetched.bytes.is_empty() => return Err(error.into()),
            Err(error) => {
                fetched.cut = Some(net::Error::from(error).to_string());
                return Ok(fetched);
            }
        }
    }
}

/// A header as text. Validators go back byte for byte, so anything that is not text is no validator.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
