//! What each hop of a visit has in common: the headers that are sent, where a redirect leads, and the demand to wait.

use super::{Error, coding};
use crate::model::{FetchState, Source};
use crate::net::{self, Answer, Client};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

/// The formats that can be read, best first.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.6, */*;q=0.1";
/// "What is new is enough" (RFC 3229): a server that keeps its entries apart leaves out those that
/// the `ETag` stands for.
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// The headers for a source whose address is `asked`, at the hop `at`. Validators are sent only to the
/// address they came from.
pub(super) fn headers(
    source: &Source,
    asked: &Url,
    at: &Url,
    state: &FetchState,
) -> Result<HeaderMap, Error> {
    let mut headers = own(source, asked, at)?;
    headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static(coding::ACCEPTED),
    );
    let [etag, date] = conditions(at, state);
    if let Some(etag) = etag {
        headers.insert(header::IF_NONE_MATCH, etag);
        headers.insert(A_IM, HeaderValue::from_static("feed"));
    }
    if let Some(date) = date {
        headers.insert(header::IF_MODIFIED_SINCE, date);
    }
    Ok(headers)
}

/// Whether a request at this hop sends validators, so that the answer may be 304.
pub(super) fn is_conditional(at: &Url, state: &FetchState) -> bool {
    conditions(at, state).iter().any(Option::is_some)
}

/// `ETag` and `Last-Modified` as they are sent back, if they are of this hop.
fn conditions(at: &Url, state: &FetchState) -> [Option<HeaderValue>; 2] {
    let is_theirs = state.url.as_deref() == Some(at.as_str());
    [&state.etag, &state.last_modified].map(|validator| {
        let validator = validator.as_deref().filter(|_| is_theirs)?;
        // As nearly all are; each character is its byte.
        if validator.is_ascii() {
            return HeaderValue::from_bytes(validator.as_bytes()).ok();
        }
        // Each of its bytes was stored as one character.
        let bytes: Result<Vec<u8>, _> = validator.chars().map(u8::try_from).collect();
        HeaderValue::from_bytes(&bytes.ok()?).ok()
    })
}

/// The headers of a source in `feeds.toml`. They are never sent to another host.
pub(super) fn own(source: &Source, asked: &Url, at: &Url) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if asked.origin() != at.origin() {
        return Ok(headers);
    }
    for (name, secret) in &source.headers {
        let unusable = || Error::Header(name.clone());
        let mut value = HeaderValue::from_str(secret.reveal()).map_err(|_| unusable())?;
        value.set_sensitive(true);
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// Whether an answer leads to another address. 304 does not, and 305 names a proxy, which no answer may
/// choose (RFC 9110, section 15.4.6).
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 300..=303 | 307 | 308)
}

/// Where a redirect leads. A user name and a password in it are those of somebody else, unless it is
/// relative to an address that has them.
pub(super) fn target(at: &Url, headers: &HeaderMap) -> Option<Url> {
    let value = headers.get(header::LOCATION)?;
    let mut target = at.join(std::str::from_utf8(value.as_bytes()).ok()?).ok()?;
    let is_ours = |url: &Url| {
        (url.origin(), url.username(), url.password())
            == (at.origin(), at.username(), at.password())
    };
    if !is_ours(&target) {
        crate::url::without_userinfo(&mut target);
    }
    Some(target)
}

/// What a server that refuses says of when to come back. One that is overloaded (429, 503) means all
/// its addresses, so its host is left alone until then.
pub(super) fn hold(
    client: &Client,
    at: &Url,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let value = answer.response.headers().get(header::RETRY_AFTER)?;
    let value = String::from_utf8_lossy(value.as_bytes());
    let until = net::retry_after(&value, now)?;
    let is_overloaded = matches!(
        answer.response.status(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if let Some(host) = at.host_str().filter(|_| is_overloaded && until > now) {
        client.hold(host, until);
    }
    Some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_on_without_its_credentials() {
        let at = Url::parse("https://a.example/feed").unwrap();
        for (location, target_wanted) in [
            ("/new", Some("https://a.example/new")),
            ("https://user:word@b.example/x", Some("https://b.example/x")),
            ("//b.example/x", Some("https://b.example/x")),
            ("https://", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, HeaderValue::from_static(location));
            let target = target(&at, &headers);
            assert_eq!(target.as_ref().map(Url::as_str), target_wanted);
        }
        assert_eq!(target(&at, &HeaderMap::new()), None);
    }

    #[test]
    fn a_login_of_our_own_stays_at_its_origin() {
        let at = Url::parse("https://me:word@a.example/feed").unwrap();
        for (location, wanted) in [
            ("/new", "https://me:word@a.example/new"),
            ("https://other:word@a.example/new", "https://a.example/new"),
            ("https://me:word@b.example/new", "https://b.example/new"),
            ("http://me:word@a.example/new", "http://a.example/new"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, HeaderValue::from_static(location));
            assert_eq!(target(&at, &headers).unwrap().as_str(), wanted);
        }
    }

    #[test]
    fn a_proxy_is_not_chosen_by_an_answer() {
        let followed =
            (300..400).filter(|&status| is_redirect(StatusCode::from_u16(status).unwrap()));
        assert_eq!(followed.collect::<Vec<_>>(), [300, 301, 302, 303, 307, 308]);
    }
}
