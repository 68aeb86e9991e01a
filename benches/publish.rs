//! What publishing costs in processor time: `cargo bench --bench publish`.
//!
//! First RSS and Atom of 200 themes of 50 stories whose texts are safe already, beside what the `rss`
//! and `atom_syndication` crates take to write the same stories and elements when they are handed everything
//! ready (three times that is the limit). Then a whole pass over such themes when nothing has changed (50 ms
//! is the limit).

mod common;

use chrono::{DateTime, Utc};
use common::processor_time;
use feedmill::config::Config;
use feedmill::mill::{self, Options};
use feedmill::model::{Author, Edition, Image, ItemSource, ShownStory, SourceId, ThemeId};
use feedmill::publish::{self, FeedEdition};
use feedmill::store::Store;
use feedmill::text::html::sanitize;
use feedmill::theme;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const THEMES: usize = 200;
const STORIES: usize = 50;
/// Passes with nothing new that are measured together.
const PASSES: u32 = 20;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = house(folder.path());
    let editions: Vec<_> = (0..THEMES).map(|n| edition(&config, n)).collect();
    let bytes: usize = editions.iter().map(|edition| ours(edition).len()).sum();
    let own = time(&editions, ours);
    let bare = time(&editions, bare);
    println!(
        "RSS and Atom of {THEMES} themes x {STORIES} stories, {:.0} MB: {own:.0?}; by the crates alone: {bare:.0?}; {:.2} times",
        bytes as f64 / 1e6,
        own.as_secs_f64() / bare.as_secs_f64()
    );

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let begun = of_all_threads();
    runtime.block_on(pass(&config));
    let first = of_all_threads().saturating_sub(begun);
    println!("a pass that publishes {THEMES} themes for the first time: {first:.1?}");
    let begun = of_all_threads();
    (0..PASSES).for_each(|_| runtime.block_on(pass(&config)));
    let unchanged = of_all_threads().saturating_sub(begun) / PASSES;
    println!("a pass with nothing new: {unchanged:.1?}");
}

/// The least of five rounds.
fn time(editions: &[Edition], write: impl Fn(&Edition) -> String) -> Duration {
    let round = |_| {
        let begun = processor_time();
        for edition in editions {
            black_box(write(edition));
        }
        processor_time().saturating_sub(begun)
    };
    (0..5).map(round).min().unwrap_or_default()
}

fn ours(edition: &Edition) -> String {
    let documents =
        publish::size_limit::documents(&FeedEdition::of(edition)).expect("RSS, Atom, JSON Feed");
    documents.into_iter().map(|(_, text)| text).collect()
}

/// The same stories and the same elements, handed to the crates as they are.
fn bare(edition: &Edition) -> String {
    let channel = rss::Channel {
        title: edition.theme.title.clone(),
        items: edition.stories.iter().map(rss_item).collect(),
        ..rss::Channel::default()
    };
    let rss = channel.pretty_write_to(Vec::new(), b' ', 1).expect("RSS");
    let feed = atom_syndication::Feed {
        entries: edition.stories.iter().map(atom_entry).collect(),
        ..Default::default()
    };
    let config = atom_syndication::WriteConfig {
        write_document_declaration: true,
        indent_size: Some(1),
    };
    let atom = feed.write_with_config(Vec::new(), config).expect("Atom");
    String::from_utf8([rss, atom].concat()).expect("UTF-8")
}

fn rss_item(story: &ShownStory) -> rss::Item {
    let media = |name: &str| rss::extension::Extension {
        name: format!("media:{name}"),
        attrs: picture(story),
        ..Default::default()
    };
    let media = ["content", "thumbnail"].map(|name| (name.to_owned(), vec![media(name)]));
    let category = |tag: &String| rss::Category {
        name: tag.clone(),
        domain: None,
    };
    rss::Item {
        title: Some(story.title.clone()),
        link: story.url.clone(),
        description: story.summary.clone(),
        content: story.content.as_ref().map(|html| html.as_str().to_owned()),
        guid: Some(rss::Guid {
            value: story.id.to_string(),
            permalink: true,
        }),
        pub_date: Some(story.date_published.to_rfc2822()),
        categories: story.tags.iter().map(category).collect(),
        source: Some(rss::Source {
            url: story.source.feed_url.clone().unwrap_or_default(),
            title: Some(story.source.title.clone()),
        }),
        dublin_core_ext: Some(rss::extension::dublincore::DublinCoreExtension {
            creators: names(story),
            ..Default::default()
        }),
        extensions: [("media".to_owned(), media.into())].into(),
        ..rss::Item::default()
    }
}

fn atom_entry(story: &ShownStory) -> atom_syndication::Entry {
    let published = story.date_published.fixed_offset();
    let link = |rel: &str, url: &String| atom_syndication::Link {
        href: url.clone(),
        rel: rel.to_owned(),
        ..Default::default()
    };
    let source = &story.source;
    let source_links = [
        ("self", &source.feed_url),
        ("alternate", &source.home_page_url),
    ];
    let source_links = source_links
        .into_iter()
        .filter_map(|(rel, url)| Some(link(rel, url.as_ref()?)));
    let thumbnail = atom_syndication::extension::Extension {
        name: "media:thumbnail".to_owned(),
        attrs: picture(story),
        ..Default::default()
    };
    let media = [("thumbnail".to_owned(), vec![thumbnail])].into();
    atom_syndication::Entry {
        title: story.title.as_str().into(),
        id: story.id.to_string(),
        updated: published,
        published: Some(published),
        authors: names(story)
            .into_iter()
            .map(|name| atom_syndication::Person {
                name,
                ..Default::default()
            })
            .collect(),
        categories: story
            .tags
            .iter()
            .map(|tag| atom_syndication::Category {
                term: tag.clone(),
                ..Default::default()
            })
            .collect(),
        links: story.url.iter().map(|url| link("alternate", url)).collect(),
        source: Some(atom_syndication::Source {
            title: source.title.as_str().into(),
            id: source.feed_id.clone(),
            updated: published,
            links: source_links.collect(),
            ..Default::default()
        }),
        summary: story.summary.as_deref().map(Into::into),
        content: Some(atom_syndication::Content {
            value: story.content.as_ref().map(|html| html.as_str().to_owned()),
            content_type: Some("html".to_owned()),
            ..Default::default()
        }),
        extensions: [("media".to_owned(), media)].into(),
        ..Default::default()
    }
}

/// The attribute of a picture's element.
fn picture(story: &ShownStory) -> BTreeMap<String, String> {
    let url = story.image.as_ref().map(|image| image.url.clone());
    BTreeMap::from([("url".to_owned(), url.unwrap_or_default())])
}

fn names(story: &ShownStory) -> Vec<String> {
    let names = story.authors.iter().map(|author| author.name.clone());
    names.flatten().collect()
}

fn edition(config: &Config, theme: usize) -> Edition {
    let stories = (0..STORIES).map(|n| story(theme * STORIES + n)).collect();
    theme::edition(&config.themes[theme], &config.site, stories)
}

/// A story like many: three paragraphs with a link, a picture, an author, two tags.
fn story(n: usize) -> ShownStory {
    let url = format!("https://site{}.example/news/{n}", n % 40);
    let published = moment(n);
    let paragraphs = (0..3).map(|k| {
        format!(
            "<p>{} <a href=\"https://ref.example/{n}?a=1&amp;b={k}\">more</a></p>",
            words(3 * n + k, 60)
        )
    });
    ShownStory {
        url: Some(url.clone()),
        title: words(n, 9),
        content: Some(sanitize(&paragraphs.collect::<String>(), None)),
        summary: Some(words(n, 30)),
        image: Some(Image {
            url: format!("https://img.example/{n}.jpg"),
            caption: None,
            width: None,
            height: None,
        }),
        authors: vec![Author {
            name: Some(words(n, 2)),
            url: None,
            avatar: None,
        }],
        tags: vec![words(n, 1), words(n + 1, 1)],
        seq: n as u64,
        ..ShownStory::new(
            url,
            Arc::new(ItemSource {
                id: SourceId::new(format!("s{}", n % 40)),
                title: format!("Site {}", n % 40),
                feed_id: format!("https://site{}.example/feed", n % 40),
                feed_url: Some(format!("https://site{}.example/feed", n % 40)),
                home_page_url: Some(format!("https://site{}.example/", n % 40)),
                updated: Some(published),
                rights: None,
            }),
            published,
        )
    }
}

/// Words that depend on a number and on nothing else.
fn words(n: usize, count: usize) -> String {
    let word = |k: usize| {
        let mixed = (n * 1000 + k + 1).wrapping_mul(0x9E37_79B9);
        format!("word{:x}", mixed % 5003)
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

fn moment(n: usize) -> DateTime<Utc> {
    let minutes = i64::try_from(n).unwrap_or_default();
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(19_800) + chrono::TimeDelta::minutes(minutes)
}

/// As many sources as themes, each with as many items as a theme shows.
fn house(folder: &Path) -> Config {
    let mut toml =
        "[site]\nbase_url = \"https://news.example/\"\nstory_pages = \"off\"\n".to_owned();
    for n in 0..THEMES {
        let mut items = String::new();
        for story in (0..STORIES).map(|k| story(n * STORIES + k)) {
            let text = story.content.as_ref().map_or("", |html| html.as_str());
            let _ = write!(
                items,
                "<item><title>{}</title><link>{1}</link><guid>{1}</guid><pubDate>{2}</pubDate><description><![CDATA[{text}]]></description></item>",
                story.title,
                story.id,
                story.date_published.to_rfc2822()
            );
        }
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>s{n}</title><link>https://s{n}.example/</link>{items}</channel></rss>"
        );
        fs::write(folder.join(format!("s{n}.xml")), feed).expect("a source");
        let id = ThemeId::new(format!("t{n}"));
        let _ = write!(
            toml,
            "[sources.s{n}]\npath = \"s{n}.xml\"\nmerge = false\n[themes.{id}]\nsources = [\"s{n}\"]\n"
        );
    }
    Config::parse(&folder.join("feeds.toml"), &toml).expect("a configuration")
}

/// A pass that asks nobody but for the first.
async fn pass(config: &Config) {
    let options = Options {
        offline: config.store.exists(),
        ..Options::default()
    };
    let store = Store::open(&config.store).expect("a store");
    let report = mill::pass(config, &store, &options, moment(100_000), &|_| ())
        .await
        .expect("a pass");
    assert!(
        !options.offline || report.written.is_empty(),
        "{:?}",
        report.written
    );
}

/// What all threads took, also those that have ended: the store has one of its own, which
/// [`processor_time`] does not count. It moves every ten milliseconds.
fn of_all_threads() -> Duration {
    let told = fs::read_to_string("/proc/self/stat").expect("Linux tells the time of a process");
    let behind_name = told.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}
