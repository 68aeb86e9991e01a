//! robots.txt (RFC 9309) -> whether a page may be fetched. It is obeyed for pages only: a feed is published
//! for programs, a page is not.

use super::coding::Incoming;
use super::{Error, request};
use crate::model::{Robots, Source};
use crate::net::{self, Client};
use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::percent_encode_byte;
use std::time::Duration;
use url::Url;

/// The product token of this program in a robots.txt.
const PRODUCT: &str = "feedmill";
/// Bytes that are read. The RFC requires at least this many.
const MAX_BYTES: usize = 500 << 10;
/// How long a robots.txt stays valid (RFC 9309, 2.4).
const HOLDS_FOR: TimeDelta = TimeDelta::hours(24);
/// Redirects that are followed (RFC 9309, 2.3.1.2).
const MAX_HOPS: usize = 5;
/// Rules that are kept.
const MAX_RULES: usize = 2_000;

/// Whether a page may be fetched. Fetches the robots.txt of its site, unless a valid one is `read` already
/// or known, and adds it to those that are `read`. The source's own address is `asked`.
pub(super) async fn obey(
    client: &Client,
    (source, asked, known): (&Source, &Url, &[Robots]),
    page: &Url,
    read: &mut Vec<Robots>,
    left: &mut Duration,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let site = page.origin().ascii_serialization();
    if !read.iter().any(|read| read.site == site) {
        let known = known.iter().find(|known| known.site == site);
        let holds = |known: &&Robots| known.at <= now && now - known.at < HOLDS_FOR;
        let robots = match known.filter(holds) {
            Some(known) => known.clone(),
            None => match (
                rules_of(client, source, asked, page, left, now).await,
                known,
            ) {
                (Ok(rules), _) => Robots {
                    site: site.clone(),
                    at: now,
                    rules,
                },
                // The known rules stay valid until there are new ones (RFC 9309, 2.4).
                (Err(_), Some(known)) => known.clone(),
                (Err(error), None) => return Err(error),
            },
        };
        read.push(robots);
    }
    let robots = read.iter().find(|read| read.site == site);
    if robots.is_none_or(|robots| allows(&robots.rules, page)) {
        Ok(())
    } else {
        Err(Error::Robots)
    }
}

/// The rules for this program; none if there is no robots.txt.
async fn rules_of(
    client: &Client,
    source: &Source,
    asked: &Url,
    page: &Url,
    left: &mut Duration,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Error> {
    let mut at = page.clone();
    at.set_path("/robots.txt");
    at.set_query(None);
    at.set_fragment(None);
    for _ in 0..=MAX_HOPS {
        let headers = request::own(source, asked, &at)?;
        let mut answer = client.get(&at, headers, *left).await?;
        *left = left.saturating_sub(answer.took);
        let status = answer.response.status();
        if request::is_redirect(status) {
            match request::target(&at, answer.response.headers()) {
                Some(target) => at = target,
                None => return Ok(Vec::new()),
            }
            continue;
        }
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(Error::NoRobots {
                status: status.as_u16(),
                retry_after: request::hold(client, &at, &answer, now),
            });
        }
        if !status.is_success() {
            return Ok(Vec::new());
        }
        let mut body = Incoming::new(answer.response.headers(), MAX_BYTES, &answer.scratch);
        while let Some(chunk) = answer.response.chunk().await.map_err(net::Error::from)? {
            if !body.push(&chunk) {
                break;
            }
        }
        let body = body.finish(None).body;
        return Ok(rules(&String::from_utf8_lossy(&body.bytes())));
    }
    // More redirects count as no robots.txt.
    Ok(Vec::new())
}

/// The rules of the groups for this program, else of those for all: `+` or `-` and a pattern.
fn rules(text: &str) -> Vec<String> {
    let (mut own, mut everybodys) = (None, Vec::new());
    let (mut is_own, mut is_everybodys, mut in_rules) = (false, false, true);
    for line in text.trim_start_matches('\u{FEFF}').split(['\r', '\n']) {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        let sign = match key.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                if std::mem::take(&mut in_rules) {
                    (is_own, is_everybodys) = (false, false);
                }
                is_everybodys |= value == "*";
                if names_us(value) {
                    is_own = true;
                    own.get_or_insert_default();
                }
                continue;
            }
            "allow" => '+',
            "disallow" => '-',
            _ => continue,
        };
        in_rules = true;
        if value.is_empty() {
            continue;
        }
        let rule = || format!("{sign}{}", normal(value));
        let own: Option<&mut Vec<String>> = own.as_mut();
        if let Some(own) = own.filter(|own| is_own && own.len() < MAX_RULES) {
            own.push(rule());
        }
        if is_everybodys && everybodys.len() < MAX_RULES {
            everybodys.push(rule());
        }
    }
    own.unwrap_or(everybodys)
}

/// Whether a `user-agent` line names this program: its product token, without a version.
fn names_us(value: &str) -> bool {
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'));
    value[..end.unwrap_or(value.len())].eq_ignore_ascii_case(PRODUCT)
}

/// The longest pattern that matches decides; of two as long, the one that allows.
fn allows(rules: &[String], page: &Url) -> bool {
    let mut path = page.path().to_owned();
    if let Some(query) = page.query() {
        path = format!("{path}?{query}");
    }
    let path = normal(&path);
    let matching = rules.iter().filter_map(|rule| {
        let (sign, pattern) = rule.split_at_checked(1)?;
        matches(pattern, &path).then_some((pattern.len(), sign == "+"))
    });
    matching.max().is_none_or(|(_, allowed)| allowed)
}

/// One spelling for each path: what is not ASCII as `%XX`, with hexadecimal digits in capitals.
fn normal(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut digits_to_come = 0;
    for byte in path.bytes() {
        let is_digit = digits_to_come > 0 && byte.is_ascii_hexdigit();
        digits_to_come = match byte {
            b'%' => 2,
            _ if is_digit => digits_to_come - 1,
            _ => 0,
        };
        if is_digit {
            normal.push(char::from(byte.to_ascii_uppercase()));
        } else if byte.is_ascii() {
            normal.push(char::from(byte));
        } else {
            normal.push_str(percent_encode_byte(byte));
        }
    }
    normal
}

/// A pattern matches a beginning; `*` stands for anything, `$` at its end for the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        last = Some((rest, part));
        rest = &rest[at + part.len()..];
    }
    match last {
        _ if !to_the_end => true,
        None => rest.is_empty(),
        // The last part may occur again at the very end.
        Some((before, part)) => before.ends_with(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(robots: &str, path: &str) -> bool {
        let page = Url::parse("https://a.example/")
            .unwrap()
            .join(path)
            .unwrap();
        allows(&rules(robots), &page)
    }

    #[test]
    fn our_own_group_stands_before_everybodys() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-Agent: FeedMill/1.0 # we\nuser-agent: other\nDisallow: /private\n";
        assert!(may(robots, "/news"));
        assert!(!may(robots, "/private/x"));
        assert!(!may("User-agent: *\nDisallow: /\n", "/news"));
        assert!(may("User-agent: other\nDisallow: /\n", "/news"));
        assert!(may("User-agent: feedmiller\nDisallow: /\n", "/news"));
        assert!(may("User-agent: *\nDisallow:\n", "/news"));
        assert!(may("<html>User-agent</html>", "/news"));
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for end in ["\n", "\r\n", "\r"] {
            let robots = ["User-agent: *", "Disallow: /a", "", "Disallow: /b"].join(end);
            assert!(!may(&robots, "/a") && !may(&robots, "/b") && may(&robots, "/c"));
        }
    }

    #[test]
    fn groups_for_us_are_one_and_lines_between_do_not_part_them() {
        let robots = "User-agent: feedmill\nSitemap: https://a.example/s\nDisallow: /a\nUser-agent: feedmill\nDisallow: /b";
        assert!(!may(robots, "/a") && !may(robots, "/b") && may(robots, "/c"));
    }

    #[test]
    fn the_longest_rule_decides_and_allows_when_in_doubt() {
        let robots =
            "User-agent: *\nDisallow: /news\nAllow: /news/public\nAllow: /page\nDisallow: /page";
        assert!(!may(robots, "/news/1") && may(robots, "/news/public/1") && may(robots, "/page"));
    }

    #[test]
    fn stars_and_ends_are_understood() {
        let robots = "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b*c\nDisallow: /x?y";
        assert!(!may(robots, "/index.php") && !may(robots, "/a.php/b.php"));
        assert!(may(robots, "/index.php5") && may(robots, "/index.php?x"));
        assert!(!may(robots, "/a--b--cd") && may(robots, "/a--c--b"));
        assert!(!may(robots, "/x?y=1") && may(robots, "/x"));
    }

    #[test]
    fn escapes_in_any_spelling_are_the_same() {
        let robots = "User-agent: *\nDisallow: /häfen\nDisallow: /%c3%a4";
        assert!(!may(robots, "/h%C3%A4fen") && !may(robots, "/ä"));
    }
}
