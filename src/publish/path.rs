//! Story, theme or month -> the path of its page in the output folder. The path of a story depends only
//! on what its source says of it, so that it is the same after a lost store, at another `base_url` and on
//! another day.

use super::KEYS;
use crate::model::{SourceId, StoryId, ThemeId};
use crate::text::words;
use chrono::{DateTime, Datelike, Utc};
use percent_encoding::percent_decode_str;
use std::fmt::Write as _;
use url::Url;
use uuid::Uuid;

/// The folder of the pages of stories.
pub const STORIES: &str = "story";

/// The folder of the pages that list the newest stories of one source each.
pub const SOURCES: &str = "sources";

/// The folder of the titles that can be searched.
pub const TITLES: &str = "search";

/// Characters of the words in a file's name.
const SLUG_CHARS: usize = 60;

/// Digits of the id's hash: enough that two stories of a month with the same words do not collide.
const HASH_DIGITS: usize = 10;

/// A path for the page of a story: `story/2024/06/defence-ministers-1f0a9c7b2e.html`. `published` is
/// none if the source gives no date. Of several paths for one story (`round` 0, 1, ...)
/// the first that is free is taken.
pub fn of_story(
    id: &StoryId,
    url: Option<&str>,
    published: Option<DateTime<Utc>>,
    round: u32,
) -> String {
    let mut path = format!("{STORIES}/");
    if let Some(at) = published {
        let _ = write!(path, "{:04}/{:02}/", at.year(), at.month()); // writing to a String does not fail
    }
    let slug = url.and_then(slug).or_else(|| slug(id.as_str()));
    if let Some(slug) = slug {
        path.push_str(&slug);
        path.push('-');
    }
    let key = if round == 0 {
        id.to_string()
    } else {
        format!("{id} {round}")
    };
    let hash = Uuid::new_v5(&KEYS, key.as_bytes()).simple().to_string();
    path.push_str(&hash[..HASH_DIGITS]);
    path.push_str(".html");
    path
}

/// The page that lists the months of a theme's archive.
pub fn of_months(theme: &ThemeId) -> String {
    format!("{theme}/index.html")
}

/// A page of a month: `defence/2024-06.html`, `defence/2024-06-2.html`.
pub(super) fn of_month(theme: &ThemeId, year: i32, month: u32, page: usize) -> String {
    let stem = format!("{theme}/{year:04}-{month:02}");
    if page == 1 {
        format!("{stem}.html")
    } else {
        format!("{stem}-{page}.html")
    }
}

/// The page of the tags of a theme's newest stories.
pub fn of_tags(theme: &ThemeId) -> String {
    format!("{theme}/tags.html")
}

/// The page with the newest stories of a source: `sources/northern-gazette.html`. A key with other characters than
/// these is valid in a file's name by its hash, on any system.
pub fn of_source(id: &SourceId) -> String {
    let id = id.as_str();
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_free = !id.is_empty() && id != "index";
    if is_free && id.len() <= SLUG_CHARS && id.bytes().all(is_plain) {
        return format!("{SOURCES}/{id}.html");
    }
    let mut path = format!("{SOURCES}/");
    for b in id.bytes().take(SLUG_CHARS) {
        let b = b.to_ascii_lowercase();
        path.push(if is_plain(b) { char::from(b) } else { '-' });
    }
    let hash = Uuid::new_v5(&KEYS, id.as_bytes()).simple().to_string();
    // A plain name has no underline, so it is never another's.
    let _ = write!(path, "_{}.html", &hash[..HASH_DIGITS]); // writing to a String does not fail
    path
}

/// The page that lists the sources.
pub fn of_sources() -> String {
    format!("{SOURCES}/index.html")
}

/// A file of titles of a month: `search/2024-06-01.json`. By name, the files are in the order of time.
pub(super) fn of_titles(year: i32, month: u32, part: usize) -> String {
    format!("{TITLES}/{year:04}-{month:02}-{part:02}.json")
}

/// The words at the end of an address or of an id, valid in a file's name on any system.
fn slug(address: &str) -> Option<String> {
    let end = match Url::parse(address) {
        Ok(url) if url.has_host() => {
            let parts = url.path_segments()?;
            percent_decode_str(parts.rev().find(|part| !part.is_empty())?)
                .decode_utf8_lossy()
                .into_owned()
        }
        Ok(url) if url.scheme() == "tag" => address.rsplit([':', '/']).next()?.to_owned(),
        _ => return None,
    };
    let end = match end.rsplit_once('.') {
        Some((name, kind)) if is_extension(kind) => name,
        _ => &end,
    };
    let mut slug = String::new();
    for word in words::fold(end).split_whitespace() {
        let plain = word.bytes().all(|b| b.is_ascii_alphanumeric());
        if !plain || slug.len() + word.len() >= SLUG_CHARS {
            continue;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    (!slug.is_empty()).then_some(slug)
}

fn is_extension(text: &str) -> bool {
    ["html", "htm", "php", "asp", "aspx", "shtml", "xhtml", "jsp"]
        .iter()
        .any(|known| text.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::at;

    fn path(id: &str, url: Option<&str>, published: Option<&str>) -> String {
        of_story(&StoryId::new(id), url, published.map(at), 0)
    }

    /// People have bookmarks of these addresses: a change here breaks them.
    #[test]
    fn paths_never_change() {
        let june = Some("2024-06-14T09:30:00Z");
        let table = [
            (
                path(
                    "tag:digest.example.com,2022-03-24:one-more-year",
                    None,
                    june,
                ),
                "story/2024/06/one-more-year-7624575397.html",
            ),
            (
                path(
                    "https://a.example/2024/Défense_policy.html?x=1",
                    Some("https://a.example/2024/D%C3%A9fense_policy.html"),
                    june,
                ),
                "story/2024/06/defense-policy-1daa9d1f86.html",
            ),
            (
                path(
                    "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                    Some("https://a.example/?p=7"),
                    None,
                ),
                "story/64adcb62bb.html",
            ),
        ];
        for (made, expected) in table {
            assert_eq!(made, expected);
        }
    }

    #[test]
    fn pages_of_sources_have_names_of_their_own_on_any_system() {
        let of = |id: &str| of_source(&SourceId::new(id));
        assert_eq!(of("northern-gazette"), "sources/northern-gazette.html");
        let odd = [
            "Northern-Gazette",
            "northern gazette",
            "../x",
            "list/host-1f",
            "日本",
            "",
            "con.",
            "index",
            &"a".repeat(300),
        ];
        let mut names: Vec<_> = odd.iter().map(|id| of(id)).collect();
        for name in &names {
            let file = name.strip_prefix("sources/").unwrap();
            let is_safe =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
            assert!(file.bytes().all(is_safe) && file.len() < 90, "{name}");
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), odd.len());
    }

    #[test]
    fn whatever_the_id_the_file_stays_in_its_folder() {
        for id in [
            "../../etc/passwd",
            "https://a.example/../..%2f..%2fetc",
            "tag:a,2024:../../x",
            "C:\\x",
            "",
            "\0",
            "https://a.example/con",
            "https://a.example/%00%0a",
            "日本語",
        ] {
            let path = path(id, Some(id), None);
            let file = path.strip_prefix("story/").unwrap();
            let stem = file.strip_suffix(".html").unwrap();
            assert!(
                stem.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{path}"
            );
            assert!(stem.len() <= SLUG_CHARS + HASH_DIGITS + 1, "{path}");
        }
    }

    #[test]
    fn two_stories_have_two_paths_though_their_pages_are_called_the_same() {
        let one = path("https://a.example/x", None, None);
        let other = path("https://b.example/x", None, None);
        assert_ne!(one, other);
        let id = StoryId::new("https://a.example/x");
        assert_ne!(one, of_story(&id, None, None, 1));
    }
}
