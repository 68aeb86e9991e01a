//! OPML -> the feeds it lists (OPML 2.0, 'Subscription lists'). Other readers export such lists.

use super::Error;
use super::binary;
use super::encoding;
use super::not_a_feed;
use super::xml::entities::expand_declared;
use super::xml::tokens::{Tag, Token, Tokens, local_name};
use crate::model::Subscription;
use crate::text::entities;
use crate::text::html::fold_space;
use std::borrow::Cow;

/// Subscriptions read from one list.
const MAX_SUBSCRIPTIONS: usize = 20_000;

/// Depth of folders.
const MAX_DEPTH: usize = 64;

/// A list of feeds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    /// What it is called.
    pub title: Option<String>,
    /// Its feeds, in order; repeated ones stay repeated.
    pub subscriptions: Vec<Subscription>,
    /// Other lists that it includes (`type="include"`), by address; they are not read.
    pub includes: Vec<String>,
    /// Names of entries that are called a feed and have no address.
    pub without_address: Vec<String>,
    /// The document ended before its root element did, or held more subscriptions than are read.
    pub cut: bool,
}

/// Reads a list. Fails when the document is not OPML.
pub fn parse(bytes: &[u8]) -> Result<List, Error> {
    if let Some(what) = binary::kind(bytes) {
        return Err(not_a_feed::no_list_but(what));
    }
    let decoded = encoding::decode(bytes, None);
    let text = expand_declared(&decoded.text);
    let mut tokens = Tokens::new(&text);
    let mut root = None;
    let mut list = List {
        cut: true,
        ..List::default()
    };
    // The open outlines: the name of a folder, `None` for a feed.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut in_title = false;
    loop {
        match tokens.next(None) {
            Token::Open(tag) => {
                let root = *root.get_or_insert(tag.name);
                if !root.eq_ignore_ascii_case("opml") {
                    return Err(not_a_feed::no_list(root));
                }
                in_title = local_name(tag.name).eq_ignore_ascii_case("title");
                if !local_name(tag.name).eq_ignore_ascii_case("outline") {
                    continue;
                }
                let outline = Outline::read(tag);
                if let Some(found) = outline.subscription(&open) {
                    if list.subscriptions.len() == MAX_SUBSCRIPTIONS {
                        break;
                    }
                    list.subscriptions.push(found);
                } else {
                    outline.note_oddity(&mut list);
                }
                if !tag.empty && open.len() < MAX_DEPTH {
                    let is_folder = outline.url.is_none();
                    open.push(outline.name.filter(|_| is_folder));
                }
            }
            Token::Close(name) if local_name(name).eq_ignore_ascii_case("outline") => {
                open.pop();
            }
            Token::Close(name) if name.eq_ignore_ascii_case("opml") => list.cut = false,
            Token::Text(text) if in_title && list.title.is_none() => {
                let title = fold_space(&entities::decode(text)).into_owned();
                list.title = Some(title).filter(|title| !title.is_empty());
            }
            Token::End => break,
            _ => {}
        }
    }
    match root {
        Some(_) => Ok(list),
        None => Err(not_a_feed::no_list("")),
    }
}

/// The attributes of one `outline`.
struct Outline {
    url: Option<String>,
    name: Option<String>,
    home_page_url: Option<String>,
    categories: Option<String>,
    kind: Option<String>,
    link: Option<String>,
}

impl Outline {
    fn read(tag: Tag) -> Self {
        let given = |value: Option<Cow<str>>| {
            value
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        // Names are shown in lists, one line each.
        let line = |name: String| fold_space(&name).into_owned();
        let names = [
            "xmlUrl", "title", "text", "htmlUrl", "category", "type", "url",
        ];
        let [url, title, text, home_page, categories, kind, link] = tag.values(names);
        Self {
            url: given(url),
            name: given(title).or_else(|| given(text)).map(line),
            home_page_url: given(home_page),
            categories: given(categories).map(line),
            kind: given(kind),
            link: given(link),
        }
    }

    /// Notes what it is, if it is neither a feed nor a folder.
    fn note_oddity(&self, list: &mut List) {
        let kind = self
            .kind
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match (kind.as_str(), &self.link) {
            ("include", Some(link)) if list.includes.len() < MAX_SUBSCRIPTIONS => {
                list.includes.push(link.clone());
            }
            ("rss" | "atom" | "rdf" | "feed", _)
                if list.without_address.len() < MAX_SUBSCRIPTIONS =>
            {
                let name = self.name.clone();
                list.without_address
                    .push(name.unwrap_or_else(|| "one without a title".to_owned()));
            }
            _ => {}
        }
    }

    /// The feed that it is, inside the open folders; none for a folder.
    fn subscription(&self, open: &[Option<String>]) -> Option<Subscription> {
        let categories = self.categories.iter().flat_map(|names| names.split(','));
        let categories = categories
            .flat_map(|path| path.split('/'))
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let mut folders: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !folders.iter().any(|known| known == name) {
                folders.push(name.to_owned());
            }
            folders.len()
        };
        let depth = open.iter().flatten().map(|name| add(name)).last();
        categories.for_each(|name| {
            add(name);
        });
        Some(Subscription {
            url: self.url.clone()?,
            title: self.name.clone(),
            home_page_url: self.home_page_url.clone(),
            folders,
            depth: Some(depth.unwrap_or(0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_kept_and_names_decoded() {
        let list = parse(
            br#"<opml version="1.0"><head><title>Mine</title></head><body>
            <outline text="Sea"><outline text="Boats &amp; tides" title="" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
            <outline text="Far"><outline xmlurl=" https://b.example/feed "/></outline></outline>
            <outline text="Loose" type="rss" xmlUrl="https://c.example/feed" category="/Land,Air"/></body></opml>"#,
        )
        .expect("a list")
        .subscriptions;
        let read: Vec<_> = list
            .iter()
            .map(|feed| {
                (
                    feed.url.as_str(),
                    feed.title.as_deref(),
                    feed.folders.join("/"),
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                (
                    "https://a.example/feed",
                    Some("Boats & tides"),
                    "Sea".to_owned()
                ),
                ("https://b.example/feed", None, "Sea/Far".to_owned()),
                (
                    "https://c.example/feed",
                    Some("Loose"),
                    "Land/Air".to_owned()
                ),
            ]
        );
        assert_eq!(list[0].home_page_url.as_deref(), Some("https://a.example/"));
    }

    #[test]
    fn categories_are_paths_between_commas() {
        let table = [
            ("/A/B,C", vec!["A", "B", "C"]),
            (" /A/B , /A/D/ ", vec!["A", "B", "D"]),
            ("Sea air", vec!["Sea air"]),
            (",/,", vec![]),
        ];
        for (category, expected) in table {
            let list = format!(
                "<opml><body><outline category='{category}' xmlUrl='https://a.example/'/></body></opml>"
            );
            let list = parse(list.as_bytes()).expect("a list");
            assert_eq!(list.subscriptions[0].folders, expected, "{category}");
        }
    }

    #[test]
    fn a_picture_is_no_list() {
        let error = parse(b"GIF89a\x01\0<opml/>").expect_err("a picture");
        assert_eq!(error.to_string(), "not an OPML list: a picture (GIF)");
    }

    #[test]
    fn a_feed_is_no_list() {
        let error = parse(b"<rss><channel/></rss>").expect_err("a feed");
        assert_eq!(error.to_string(), "not an OPML list: a feed");
    }

    #[test]
    fn references_are_resolved_and_what_is_no_feed_is_noted() {
        let list = parse(
            b"<!DOCTYPE opml [<!ENTITY me 'Me &amp; mine'>]><opml><head><title>It&#8217;s &me;</title></head><body>
            <outline text='Caf&eacute; &me;' xmlUrl='https://a.example/?a=1&amp;b=2'/>
            <outline type='include' text='More' url='https://a.example/more.opml'/>
            <outline type='RSS' text='No address'/><outline type='link' url='https://a.example/'/>
            <outline text='Empty folder'/></body></opml>",
        )
        .expect("a list");
        assert_eq!(list.title.as_deref(), Some("It’s Me & mine"));
        let feed = &list.subscriptions[0];
        assert_eq!(feed.title.as_deref(), Some("Café Me & mine"));
        assert_eq!(feed.url, "https://a.example/?a=1&b=2");
        assert_eq!(list.includes, ["https://a.example/more.opml"]);
        assert_eq!(list.without_address, ["No address"]);
        assert_eq!((list.subscriptions.len(), list.cut), (1, false));
    }

    #[test]
    fn a_cut_list_keeps_what_was_there() {
        let list = parse(b"<opml><body><outline xmlUrl='https://a.example/feed'/><outline xmlU");
        let list = list.expect("a list");
        assert_eq!(list.subscriptions.len(), 1);
        assert!(list.cut);
    }
}
