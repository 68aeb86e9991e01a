//! An `img` -> its picture, unless it is a tracking pixel. A player -> the address of what it
//! plays.

use super::tokens::Tag;
use crate::url::{host, is_web, resolve};
use ::url::Url;

/// A picture with the values of its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Absolute, http or https.
    pub(crate) url: Url,
    /// Pixels.
    pub(crate) width: Option<u32>,
    /// Pixels.
    pub(crate) height: Option<u32>,
}

impl Picture {
    /// A picture of which only the address is known.
    pub(super) fn of(url: Url) -> Self {
        Self {
            url,
            width: None,
            height: None,
        }
    }
}

/// Attributes in which lazy-loading scripts keep the address.
const LAZY: [&str; 4] = [
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig-file",
];

/// Elements that may hold a player.
const PLAYERS: [&str; 6] = ["iframe", "embed", "object", "video", "audio", "source"];

/// The start of host and path of pictures that only count readers.
const TRACKING_PIXELS: [&str; 8] = [
    "feeds.feedburner.com/~r/",
    "feeds.feedburner.com/~ff/",
    "feedads.g.doubleclick.net/",
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "pixel.quantserve.com/",
    "b.scorecardresearch.com/",
    "rss.nytimes.com/c/",
];

/// The picture of an `img`; none for tracking pixels and pictures without a usable address.
pub(crate) fn image(tag: &Tag, base: Option<&Url>) -> Option<Picture> {
    let width = pixels(tag, "width");
    let height = pixels(tag, "height");
    if width.is_some_and(|w| w <= 1) || height.is_some_and(|h| h <= 1) || is_hidden(tag) {
        return None;
    }
    let address = |name: &str| resolve(base, &tag.attribute(name)?).filter(is_web);
    let url = LAZY
        .into_iter()
        .chain(["src"])
        .find_map(address)
        .or_else(|| {
            largest(
                &tag.attribute("srcset")
                    .or_else(|| tag.attribute("data-srcset"))?,
                base,
            )
        })?;
    let address = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    if TRACKING_PIXELS
        .iter()
        .any(|start| address.starts_with(start))
    {
        return None;
    }
    Some(Picture { url, width, height })
}

/// The largest picture of a `srcset`: `a.jpg 320w, b.jpg 2x`. Addresses may hold commas, and end
/// with one where no size follows (HTML, 4.8.4.2.1).
pub(crate) fn largest(srcset: &str, base: Option<&Url>) -> Option<Url> {
    let mut best: Option<(f64, Url)> = None;
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace());
        let (address, after) = rest.split_at(end.unwrap_or(rest.len()));
        let (size, after) = if address.ends_with(',') {
            ("", after)
        } else {
            after.split_at(after.find(',').unwrap_or(after.len()))
        };
        rest = after;
        let Some(url) = resolve(base, address.trim_end_matches(',')).filter(is_web) else {
            continue;
        };
        let size = size.trim().trim_end_matches(['w', 'x', 'h']);
        let size = size.parse().unwrap_or(1.0);
        if best.as_ref().is_none_or(|(most, _)| size > *most) {
            best = Some((size, url));
        }
    }
    best.map(|(_, url)| url)
}

/// The address, for people, of what an embedded player plays; none for anything else.
pub(super) fn played(tag: &Tag, base: Option<&Url>) -> Option<Url> {
    let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
    if !PLAYERS.into_iter().any(is) {
        return None;
    }
    let sources: &[&str] = if is("object") {
        &["data"]
    } else {
        &["src", "data-src"]
    };
    let address = sources
        .iter()
        .find_map(|name| resolve(base, &tag.attribute(name)?))
        .filter(is_web)?;
    // These play files; the others are pages.
    if is("video") || is("audio") || is("source") {
        return Some(address);
    }
    page_of_player(&address)
}

/// `youtube.com/embed/ID` -> `youtube.com/watch?v=ID`, and so on.
fn page_of_player(player: &Url) -> Option<Url> {
    let segments: Vec<&str> = player.path_segments()?.filter(|s| !s.is_empty()).collect();
    let page = match (host(player)?, segments.as_slice()) {
        (
            "youtube.com" | "youtube-nocookie.com" | "m.youtube.com",
            ["embed" | "v" | "shorts", id, ..],
        ) => match (*id, player.query_pairs().find(|(name, _)| name == "list")) {
            ("videoseries", Some((_, list))) => {
                format!("https://www.youtube.com/playlist?list={list}")
            }
            _ => format!("https://www.youtube.com/watch?v={}", id.split('&').next()?),
        },
        ("youtu.be", [id]) => format!("https://www.youtube.com/watch?v={id}"),
        ("player.vimeo.com", ["video", id, ..]) => format!("https://vimeo.com/{id}"),
        ("dailymotion.com", ["embed", "video", id, ..]) => {
            format!("https://www.dailymotion.com/video/{id}")
        }
        ("geo.dailymotion.com", _) => {
            let (_, id) = player.query_pairs().find(|(name, _)| name == "video")?;
            format!("https://www.dailymotion.com/video/{id}")
        }
        ("w.soundcloud.com", _) => player
            .query_pairs()
            .find(|(name, _)| name == "url")?
            .1
            .into_owned(),
        ("open.spotify.com", ["embed", kind, id, ..]) => {
            format!("https://open.spotify.com/{kind}/{id}")
        }
        ("archive.org", ["embed", id, ..]) => format!("https://archive.org/details/{id}"),
        ("embed.ted.com", ["talks", ..]) => format!("https://www.ted.com{}", player.path()),
        // PeerTube is on many hosts.
        (_, ["videos", "embed", id]) => format!(
            "{}/videos/watch/{id}",
            player.origin().ascii_serialization()
        ),
        _ => return None,
    };
    resolve(None, &page).filter(is_web)
}

/// `640`, `640px`; not `100%`.
fn pixels(tag: &Tag, name: &str) -> Option<u32> {
    let value = tag.attribute(name)?;
    let value = value.trim();
    value
        .strip_suffix("px")
        .unwrap_or(value)
        .trim_end()
        .parse()
        .ok()
}

fn is_hidden(tag: &Tag) -> bool {
    tag.attribute("style").is_some_and(|style| {
        let style: String = style
            .to_ascii_lowercase()
            .split_ascii_whitespace()
            .collect();
        let has = |declaration: &str| style.split(';').any(|d| d == declaration);
        has("display:none")
            || (has("width:1px") || has("width:0")) && (has("height:1px") || has("height:0"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(player: &str) -> Option<String> {
        page_of_player(&Url::parse(player).unwrap()).map(String::from)
    }

    #[test]
    fn players_lead_to_pages() {
        assert_eq!(
            page("https://www.youtube.com/embed/abc_D-1?rel=0").as_deref(),
            Some("https://www.youtube.com/watch?v=abc_D-1")
        );
        assert_eq!(
            page("https://www.youtube-nocookie.com/embed/abc").as_deref(),
            Some("https://www.youtube.com/watch?v=abc")
        );
        assert_eq!(
            page("http://www.youtube.com/v/abc&hl=en").as_deref(),
            Some("https://www.youtube.com/watch?v=abc")
        );
        assert_eq!(
            page("https://player.vimeo.com/video/12345").as_deref(),
            Some("https://vimeo.com/12345")
        );
        assert_eq!(
            page("https://www.dailymotion.com/embed/video/x8").as_deref(),
            Some("https://www.dailymotion.com/video/x8")
        );
        assert_eq!(
            page("https://tube.example/videos/embed/0-1-2").as_deref(),
            Some("https://tube.example/videos/watch/0-1-2")
        );
        assert_eq!(page("https://ads.example/frame"), None);
    }

    #[test]
    fn the_largest_of_a_srcset_is_taken() {
        let base = Url::parse("https://a.example/").unwrap();
        let best = |srcset| largest(srcset, Some(&base)).map(String::from);
        assert_eq!(
            best("a.jpg 320w, b.jpg 1024w,c.jpg 640w").as_deref(),
            Some("https://a.example/b.jpg")
        );
        assert_eq!(
            best("https://c.example/w_2,h_1/a.jpg 200w, https://c.example/w_4,h_2/a.jpg 400w")
                .as_deref(),
            Some("https://c.example/w_4,h_2/a.jpg")
        );
        assert_eq!(best("data:text/plain;base64,SGVs 2x"), None);
        assert_eq!(
            best("a.jpg, b.jpg 2x").as_deref(),
            Some("https://a.example/b.jpg")
        );
        assert_eq!(best(""), None);
    }
}
