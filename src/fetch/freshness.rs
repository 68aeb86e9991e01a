//! Response headers -> how long the answer is fresh (RFC 9111, section 4.2): until then there is no need
//! to fetch it again.

use crate::net::http_date;
use chrono::{DateTime, Utc};
use reqwest::header::{self, HeaderMap, HeaderName};
use std::time::Duration;

/// `Cache-Control: max-age`, less the time that a cache has kept it already, or else `Expires`,
/// counted from the server's own `Date`.
pub(super) fn fresh_for(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    if let Some(value) = text(headers, &header::CACHE_CONTROL) {
        let directives = value
            .split(',')
            .map(|part| part.trim().to_ascii_lowercase());
        let mut age = None;
        for directive in directives {
            match directive.split_once('=') {
                None if directive == "no-cache" || directive == "no-store" => return None,
                Some(("max-age", seconds)) => age = seconds.trim_matches('"').parse::<u64>().ok(),
                _ => {}
            }
        }
        if let Some(max) = age {
            let kept = text(headers, &header::AGE).and_then(|age| age.trim().parse().ok());
            return Some(Duration::from_secs(max.saturating_sub(kept.unwrap_or(0))));
        }
    }
    let expires = moment(headers, &header::EXPIRES)?;
    let begun = moment(headers, &header::DATE).unwrap_or(now);
    (expires - begun).to_std().ok()
}

fn moment(headers: &HeaderMap, name: &HeaderName) -> Option<DateTime<Utc>> {
    http_date(text(headers, name)?)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(headers: &[(&'static str, &str)]) -> Option<u64> {
        let now = DateTime::from_timestamp(1_718_409_600, 0).unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        fresh_for(&headers, now).map(|fresh| fresh.as_secs())
    }

    #[test]
    fn max_age_counts_before_expires_and_less_what_a_cache_kept() {
        let expires = ("expires", "Sat, 15 Jun 2024 02:00:00 GMT");
        assert_eq!(
            seconds(&[("cache-control", "public, max-age=300"), expires]),
            Some(300)
        );
        assert_eq!(
            seconds(&[("cache-control", "max-age=\"300\""), ("age", "100")]),
            Some(200)
        );
        assert_eq!(
            seconds(&[("cache-control", "max-age=60"), ("age", "100")]),
            Some(0)
        );
        assert_eq!(
            seconds(&[("cache-control", "no-cache, max-age=300"), expires]),
            None
        );
    }

    #[test]
    fn expires_counts_from_the_servers_own_clock() {
        let expires = ("expires", "Sat, 15 Jun 2024 02:00:00 GMT");
        assert_eq!(seconds(&[expires]), Some(7200));
        assert_eq!(
            seconds(&[expires, ("date", "Sat, 15 Jun 2024 01:00:00 GMT")]),
            Some(3600)
        );
        assert_eq!(seconds(&[("expires", "0")]), None);
        assert_eq!(
            seconds(&[("expires", "Fri, 14 Jun 2024 02:00:00 GMT")]),
            None
        );
        assert_eq!(seconds(&[]), None);
    }
}
