//! A list of another program (OPML) -> what of it is new in `feeds.toml`.

use crate::config::Config;
use crate::config::edit::sources::{NewSource, Place};
use crate::config::edit::{Names, from_title};
use crate::mill::gather::opml_lists;
use crate::model::{Subscription, Theme, ThemeId};
use crate::parse::opml::List;
use crate::url::{comparison_key, host};
use std::cell::Cell;
use std::collections::HashMap;
use url::Url;

/// What would be added, and what would not.
#[derive(Debug, Default)]
pub struct Import {
    /// Feeds that are new.
    pub sources: Vec<NewSource>,
    /// What the folders become, if they are to be themes.
    pub places: Vec<Place>,
    /// How many entries are in `feeds.toml` already.
    pub known: usize,
    /// How many entries name a feed that the list has named before.
    pub repeated: usize,
    /// Names of entries without a usable address.
    pub unusable: Vec<String>,
}

/// Compares a list with a configuration. `own` is the list's own address: a list that names itself names no feed.
/// Names of new sources and themes come from titles and hosts.
pub fn import(config: &Config, list: &List, own: Option<&Url>, as_themes: bool) -> Import {
    let mut import = Import {
        unusable: list.without_address.clone(),
        ..Import::default()
    };
    let mut known: HashMap<String, Mention> = HashMap::new();
    for source in &config.sources {
        if let Some(url) = source.location.url() {
            let mention = Mention::Old(source.id.to_string(), Cell::new(false));
            known.entry(comparison_key(url)).or_insert(mention);
        }
    }
    let mut names = Names::new(config.sources.iter().map(|source| source.id.as_str()));
    let mut folders = Folders::new(config);
    let own = own.map(comparison_key);
    for subscription in &list.subscriptions {
        let url = opml_lists::address(subscription);
        let Some(url) = url.filter(|url| Some(comparison_key(url)) != own) else {
            import.unusable.push(name_of(subscription));
            continue;
        };
        let depth = subscription.depth.unwrap_or(subscription.folders.len());
        let (path, categories) = subscription.folders.split_at(depth);
        let id = match known.get(&comparison_key(&url)) {
            Some(Mention::Old(id, is_counted)) => {
                let counter = if is_counted.replace(true) {
                    &mut import.repeated
                } else {
                    &mut import.known
                };
                *counter += 1;
                id.clone()
            }
            Some(Mention::New(at)) => {
                import.repeated += 1;
                let source = &mut import.sources[*at];
                mention_again(source, subscription);
                source.id.clone()
            }
            None => {
                let id = names.give(&name_for(subscription.title.as_deref(), &url));
                known.insert(comparison_key(&url), Mention::New(import.sources.len()));
                import.sources.push(NewSource {
                    id: id.clone(),
                    url: url.into(),
                    title: subscription.title.clone(),
                    home_page_url: home_page(subscription),
                    folder: path.to_vec(),
                    tags: categories.to_vec(),
                    page: None,
                });
                id
            }
        };
        if as_themes {
            folders.put(path, &id);
        }
    }
    import.places = folders.places;
    import
}

/// The name of a new source: that of its title, else of its host.
pub fn name_for(title: Option<&str>, url: &Url) -> String {
    let from_host = || {
        let host = host(url).unwrap_or_default();
        let parts = host.split_once('.').filter(|(first, rest)| {
            matches!(*first, "feeds" | "feed" | "rss" | "blog" | "www") && rest.contains('.')
        });
        from_title(parts.map_or(host, |(_, rest)| rest))
    };
    let name = title.and_then(from_title).or_else(from_host);
    name.unwrap_or_else(|| "source".to_owned())
}

/// A feed that is known.
enum Mention {
    /// By `feeds.toml`, under this name; whether the list has named it already.
    Old(String, Cell<bool>),
    /// By the list: its place among those that are new.
    New(usize),
}

/// A feed is in one folder; the others that name it are tags.
fn mention_again(source: &mut NewSource, subscription: &Subscription) {
    source.title = source.title.take().or_else(|| subscription.title.clone());
    source.home_page_url = source
        .home_page_url
        .take()
        .or_else(|| home_page(subscription));
    for name in &subscription.folders {
        if !source.folder.contains(name) && !source.tags.contains(name) {
            source.tags.push(name.clone());
        }
    }
}

fn home_page(subscription: &Subscription) -> Option<Url> {
    let url = Url::parse(subscription.home_page_url.as_deref()?).ok()?;
    let is_open = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && is_open).then_some(url)
}

/// What to call an entry whose address cannot be used. Not the address: it may hold a password.
fn name_of(subscription: &Subscription) -> String {
    let title = subscription.title.clone();
    title.unwrap_or_else(|| "one without a title".to_owned())
}

/// Folders as themes: each has the feeds that are in it, also those in folders of it.
struct Folders<'a> {
    config: &'a Config,
    names: Names,
    places: Vec<Place>,
    known: HashMap<Vec<String>, usize>,
}

impl<'a> Folders<'a> {
    /// Names of files that are no theme's.
    const RESERVED: [&'static str; 4] = ["index", "feeds", "sources", "story"];

    fn new(config: &'a Config) -> Self {
        let themes = config.themes.iter();
        let taken = themes.flat_map(|theme| theme.aliases.iter().chain([&theme.id]));
        let taken = taken.map(ThemeId::as_str).chain(Self::RESERVED);
        Self {
            config,
            names: Names::new(taken),
            places: Vec::new(),
            known: HashMap::new(),
        }
    }

    fn put(&mut self, path: &[String], id: &str) {
        for depth in 1..=path.len() {
            let at = self.place(&path[..depth]);
            let sources = &mut self.places[at].sources;
            if sources.last().is_none_or(|last| last != id) {
                sources.push(id.to_owned());
            }
        }
    }

    fn place(&mut self, path: &[String]) -> usize {
        if let Some(at) = self.known.get(path) {
            return *at;
        }
        let name = path.last().map(String::as_str).unwrap_or_default();
        let is_named = |place: &Place| place.title == name;
        // Two folders of one name in two others are two.
        let title = if self.places.iter().any(is_named) {
            path.join(" / ")
        } else {
            name.to_owned()
        };
        let theme = match self.theme(&title) {
            Some(theme) => theme.id.to_string(),
            None => self
                .names
                .give(&from_title(&title).unwrap_or_else(|| "folder".to_owned())),
        };
        self.places.push(Place {
            theme,
            title,
            sources: Vec::new(),
        });
        self.known.insert(path.to_vec(), self.places.len() - 1);
        self.places.len() - 1
    }

    /// The theme that an earlier import made of a folder: one of that title that names its sources.
    fn theme(&self, title: &str) -> Option<&Theme> {
        let is_it =
            |theme: &&std::sync::Arc<Theme>| theme.title == title && !theme.rule.sources.is_empty();
        self.config.themes.iter().find(is_it).map(|theme| &**theme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::opml;
    use std::path::Path;

    fn of(config: &str, list: &str, own: Option<&str>) -> Import {
        let config = Config::parse_draft(Path::new("feeds.toml"), config).unwrap();
        let list = opml::parse(list.as_bytes()).unwrap();
        let own = own.map(|own| Url::parse(own).unwrap());
        import(&config, &list, own.as_ref(), true)
    }

    fn ids(import: &Import) -> Vec<&str> {
        import
            .sources
            .iter()
            .map(|source| source.id.as_str())
            .collect()
    }

    #[test]
    fn names_come_from_titles_and_hosts_and_each_is_one() {
        let list =
            "<opml><body><outline xmlUrl='https://feeds.a.example/x' text='Äpfel &amp; Birnen'/>
            <outline xmlUrl='https://www.b.example/rss'/><outline xmlUrl='https://b.example/2'/>
            <outline xmlUrl='https://c.example/' text='Новости'/></body></opml>";
        let import = of(
            "[sources.apfel-birnen]\nurl = 'https://d.example/'",
            list,
            None,
        );
        assert_eq!(
            ids(&import),
            ["apfel-birnen-2", "b-example", "b-example-2", "c-example"]
        );
        assert_eq!(import.sources[0].title.as_deref(), Some("Äpfel & Birnen"));
    }

    #[test]
    fn folders_become_themes_and_their_own_folders_too() {
        let list = "<opml><body><outline text='Sea'><outline xmlUrl='https://a.example/' text='A'/>
            <outline text='Local'><outline xmlUrl='https://b.example/' text='B'/></outline></outline>
            <outline text='Land'><outline text='Local'><outline xmlUrl='https://a.example/'/></outline></outline>
            <outline text='Feeds'><outline xmlUrl='https://old.example/feed/'/></outline></body></opml>";
        let config = "[sources.old]\nurl = 'http://www.old.example/feed'\n\
            [themes.ocean]\ntitle = 'Sea'\nsources = ['old']\n[themes.land]\ntitle = 'Land'";
        let import = of(config, list, None);
        let places: Vec<_> = import
            .places
            .iter()
            .map(|place| {
                format!(
                    "{} {}: {}",
                    place.theme,
                    place.title,
                    place.sources.join(" ")
                )
            })
            .collect();
        assert_eq!(
            places,
            [
                "ocean Sea: a b",
                "local Local: b",
                // A theme that takes everything is none that was made of a folder.
                "land-2 Land: a",
                "land-local Land / Local: a",
                "feeds-2 Feeds: old"
            ]
        );
        assert_eq!((import.known, import.repeated), (1, 1));
        let a = &import.sources[0];
        assert_eq!(
            (a.folder.join("/"), a.tags.join("/")),
            ("Sea".into(), "Land/Local".into())
        );
        assert_eq!(import.sources[1].folder, ["Sea", "Local"]);
    }

    #[test]
    fn what_is_no_feed_is_named_and_not_added() {
        let list = "<opml><body><outline type='rss' text='No address'/>
            <outline xmlUrl='ftp://a.example/' text='FTP'/><outline xmlUrl='https://u:p@a.example/'/>
            <outline xmlUrl='https://a.example/me.opml' text='Me'/>
            <outline xmlUrl='feed://b.example/x' htmlUrl='javascript:x' text='B'/></body></opml>";
        let import = of("", list, Some("https://a.example/me.opml"));
        assert_eq!(ids(&import), ["b"]);
        assert_eq!(import.sources[0].url, "http://b.example/x");
        assert_eq!(import.sources[0].home_page_url, None);
        assert_eq!(
            import.unusable,
            ["No address", "FTP", "one without a title", "Me"]
        );
    }
}
