//! Lists of feeds -> OPML 2.0: the themes, for those who subscribe to them, and the sources, for those who
//! import them into another reader.

use super::rss::rfc822;
use super::{Error, checked};
use crate::model::{FeedFormat, ListedTheme, Site};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// One subscription.
struct Feed<'a> {
    title: &'a str,
    xml_url: String,
    html_url: Option<String>,
}

/// Writes `feeds.opml`: every theme once, as RSS, since a reader that imports the list subscribes to
/// everything in it. Addresses in OPML are absolute: without a `base_url` the list is empty.
pub fn write(themes: &[ListedTheme], site: &Site) -> Result<String, Error> {
    let address = |file: &str| Some(site.base_url.as_ref()?.join(file).ok()?.to_string());
    let modified = themes.iter().map(|listed| listed.updated).max().map(rfc822);
    let feeds = themes.iter().filter_map(|listed| {
        Some(Feed {
            title: &listed.theme.title,
            xml_url: address(&listed.links.feed(FeedFormat::Rss))?,
            html_url: address(&listed.links.html),
        })
    });
    document(&site.title, modified.as_deref(), feeds)
}

/// Writes a list of sources: title, address of the feed, address of the site.
pub fn export(title: &str, feeds: &[(String, String, Option<String>)]) -> Result<String, Error> {
    let feeds = feeds.iter().map(|(title, xml_url, html_url)| Feed {
        title,
        xml_url: xml_url.clone(),
        html_url: html_url.clone(),
    });
    document(title, None, feeds)
}

fn document<'a>(
    title: &str,
    modified: Option<&str>,
    mut feeds: impl Iterator<Item = Feed<'a>>,
) -> Result<String, Error> {
    let mut write = || -> io::Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut opml = BytesStart::new("opml");
        opml.push_attribute(("version", "2.0"));
        writer.write_event(Event::Start(opml))?;
        writer.write_event(Event::Start(BytesStart::new("head")))?;
        text(&mut writer, "title", &checked::line(title))?;
        if let Some(modified) = modified {
            text(&mut writer, "dateModified", modified)?;
        }
        writer.write_event(Event::End(BytesEnd::new("head")))?;
        writer.write_event(Event::Start(BytesStart::new("body")))?;
        feeds.try_for_each(|feed| subscription(&mut writer, &feed))?;
        writer.write_event(Event::End(BytesEnd::new("body")))?;
        writer.write_event(Event::End(BytesEnd::new("opml")))?;
        Ok(writer.into_inner())
    };
    let bytes = write().map_err(|error| Error::write("OPML", error))?;
    let xml = String::from_utf8(bytes).map_err(|error| Error::write("OPML", error))?;
    Ok(xml + "\n")
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// A feed whose address is none that may be published is left out.
fn subscription(writer: &mut Writer<Vec<u8>>, feed: &Feed<'_>) -> io::Result<()> {
    let Some(xml_url) = checked::address(&feed.xml_url) else {
        return Ok(());
    };
    let title = checked::line(feed.title);
    let title = if title.is_empty() { &xml_url } else { &title };
    let mut outline = BytesStart::new("outline");
    outline.push_attribute(("type", "rss"));
    outline.push_attribute(("text", title.as_str()));
    outline.push_attribute(("title", title.as_str()));
    outline.push_attribute(("xmlUrl", xml_url.as_str()));
    if let Some(html_url) = feed.html_url.as_deref().and_then(checked::address) {
        outline.push_attribute(("htmlUrl", html_url.as_str()));
    }
    writer.write_event(Event::Empty(outline))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{edition, listed, site};

    #[test]
    fn every_theme_is_there_once() {
        let opml = write(&[listed(&edition(Vec::new()))], &site()).unwrap();
        assert!(opml.contains("<title>Mill &amp; Sons</title>"));
        let outline = r#"<outline type="rss" text="Defence" title="Defence" xmlUrl="https://feeds.example/defence.rss" htmlUrl="https://feeds.example/defence.html"/>"#;
        assert!(opml.contains(outline), "{opml}");
        assert_eq!(opml.matches("<outline").count(), 1);
    }

    #[test]
    fn without_an_address_no_feed_is_listed() {
        let site = Site {
            base_url: None,
            ..site()
        };
        assert!(
            !write(&[listed(&edition(Vec::new()))], &site)
                .unwrap()
                .contains("xmlUrl")
        );
    }

    #[test]
    fn exported_sources_have_absolute_addresses_and_names() {
        let feeds = [
            (
                String::new(),
                "https://a.example/feed?x=1&y=2".to_owned(),
                None,
            ),
            ("Secret".to_owned(), "env:SECRET".to_owned(), None),
        ];
        let opml = export("Mine", &feeds).unwrap();
        assert!(
            opml.contains(r#"text="https://a.example/feed?x=1&amp;y=2""#),
            "{opml}"
        );
        assert_eq!(opml.matches("<outline").count(), 1);
    }
}
