//! Lists of feeds -> OPML 2.0: the themes, for those who subscribe to them, and the sources, for those who
//! import them into another reader.

use super::rss::rfc822;
use super::{Error, INDEX, address, checked};
use crate::model::{ListedTheme, Site};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::HashMap;
use std::io;

/// A source, for another program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// What it is called.
    pub title: String,
    /// The address of the feed.
    pub xml_url: String,
    /// The address of the site.
    pub html_url: Option<String>,
    /// The folder that it is in: names from the outermost in; none for a feed in no folder.
    pub folder: Vec<String>,
    /// What it is tagged with.
    pub categories: Vec<String>,
}

/// Writes `feeds.opml`: every theme that has a feed once, as RSS or what else it has, since a reader that imports the
/// list subscribes to everything in it. Addresses in OPML are absolute: without a `base_url` the list is empty.
pub fn write(themes: &[ListedTheme], site: &Site) -> Result<String, Error> {
    let address = |file: &str| Some(site.base_url.as_ref()?.join(file).ok()?.to_string());
    let modified = themes.iter().map(|listed| listed.updated).max().map(rfc822);
    let feeds = themes.iter().filter_map(|listed| {
        Some(Exported {
            title: listed.theme.title.clone(),
            xml_url: address(&listed.links.feed(*listed.theme.formats.feeds.first()?))?,
            html_url: address(listed.links.html.as_deref().unwrap_or(INDEX)),
            ..Exported::default()
        })
    });
    document(&site.title, modified.as_deref(), &feeds.collect::<Vec<_>>())
}

/// Writes a list of sources. Those without a folder come first, then each folder with its own and with the
/// folders in it. A list that is read in this order, and written again, is the same.
pub fn export(title: &str, feeds: &[Exported]) -> Result<String, Error> {
    document(title, None, feeds)
}

fn document(title: &str, modified: Option<&str>, feeds: &[Exported]) -> Result<String, Error> {
    let write = || -> io::Result<Vec<u8>> {
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
        Folder::of(feeds).write(&mut writer)?;
        writer.write_event(Event::End(BytesEnd::new("body")))?;
        writer.write_event(Event::End(BytesEnd::new("opml")))?;
        Ok(writer.into_inner())
    };
    let bytes = write().map_err(|error| Error::write("OPML", error))?;
    let xml = String::from_utf8(bytes).map_err(|error| Error::write("OPML", error))?;
    Ok(xml + "\n")
}

/// A folder: its feeds in their order, then the folders in it in the order of their first feeds.
#[derive(Default)]
struct Folder<'a> {
    feeds: Vec<&'a Exported>,
    folders: Vec<(String, Folder<'a>)>,
    places: HashMap<String, usize>,
}

impl<'a> Folder<'a> {
    /// More are none that a person made, and each is a step of recursion.
    const MAX_DEPTH: usize = 16;

    /// All feeds in their folders.
    fn of(feeds: &'a [Exported]) -> Self {
        let mut root = Self::default();
        for feed in feeds {
            let names = feed.folder.iter().map(|name| checked::line(name));
            let names = names.filter(|name| !name.is_empty());
            let mut folder = &mut root;
            for name in names.take(Self::MAX_DEPTH) {
                folder = folder.inner(name);
            }
            folder.feeds.push(feed);
        }
        root
    }

    fn inner(&mut self, name: String) -> &mut Self {
        let place = *self.places.entry(name.clone()).or_insert_with(|| {
            self.folders.push((name, Self::default()));
            self.folders.len() - 1
        });
        &mut self.folders[place].1
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        for feed in &self.feeds {
            subscription(writer, feed)?;
        }
        for (name, folder) in &self.folders {
            let mut outline = BytesStart::new("outline");
            outline.push_attribute(("text", name.as_str()));
            outline.push_attribute(("title", name.as_str()));
            writer.write_event(Event::Start(outline))?;
            folder.write(writer)?;
            writer.write_event(Event::End(BytesEnd::new("outline")))?;
        }
        Ok(())
    }
}

/// Categories as OPML 2.0 has them: with commas between them, in which none can stand, and slashes only
/// where one is in another.
fn categories(names: &[String]) -> String {
    let names = names
        .iter()
        .map(|name| checked::line(name).replace([',', '/'], " "));
    let names: Vec<_> = names.filter(|name| !name.trim().is_empty()).collect();
    names.join(",")
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// A feed whose address is none that may be published is left out.
fn subscription(writer: &mut Writer<Vec<u8>>, feed: &Exported) -> io::Result<()> {
    let Some(xml_url) = address::checked(&feed.xml_url) else {
        return Ok(());
    };
    let title = checked::line(&feed.title);
    let title = if title.is_empty() { &xml_url } else { &title };
    let mut outline = BytesStart::new("outline");
    outline.push_attribute(("type", "rss"));
    outline.push_attribute(("text", title.as_str()));
    outline.push_attribute(("title", title.as_str()));
    outline.push_attribute(("xmlUrl", xml_url.as_str()));
    if let Some(html_url) = feed.html_url.as_deref().and_then(address::checked) {
        outline.push_attribute(("htmlUrl", html_url.as_str()));
    }
    let categories = categories(&feed.categories);
    if !categories.is_empty() {
        outline.push_attribute(("category", categories.as_str()));
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

    fn exported(title: &str, xml_url: &str) -> Exported {
        Exported {
            title: title.to_owned(),
            xml_url: xml_url.to_owned(),
            ..Exported::default()
        }
    }

    #[test]
    fn exported_sources_have_absolute_addresses_and_names() {
        let feeds = [
            exported("", "https://a.example/feed?x=1&y=2"),
            exported("Secret", "env:SECRET"),
        ];
        let opml = export("Mine", &feeds).unwrap();
        assert!(
            opml.contains(r#"text="https://a.example/feed?x=1&amp;y=2""#),
            "{opml}"
        );
        assert_eq!(opml.matches("<outline").count(), 1);
    }

    #[test]
    fn folders_categories_and_sites_are_exported() {
        let mut boats = exported("Boats", "https://a.example/feed");
        boats.folder = vec!["Sea & shore".to_owned()];
        boats.html_url = Some("https://a.example/".to_owned());
        boats.categories = vec!["Far, far".to_owned(), "friends".to_owned()];
        let loose = exported("Loose", "https://b.example/feed");
        let opml = export("Mine", &[boats, loose]).unwrap();
        let [loose, boats] = [
            r#"<outline type="rss" text="Loose" title="Loose" xmlUrl="https://b.example/feed"/>"#,
            r#"<outline type="rss" text="Boats" title="Boats" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/" category="Far  far,friends"/>"#,
        ];
        let body = format!(
            "  {loose}\n  <outline text=\"Sea &amp; shore\" title=\"Sea &amp; shore\">\n   {boats}\n  </outline>\n"
        );
        assert!(opml.contains(&body), "{opml}");
    }
}
