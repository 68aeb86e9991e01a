//! Pages as templates write them.

use super::*;
use crate::model::{Attachment, Edition, ShownStory, StoryPages};
use crate::publish::samples::{edition, full_story, listed, site, story};
use minijinja::value::ValueKind;
use std::collections::BTreeSet;
use std::sync::Arc;

fn page(edition: &Edition) -> String {
    Templates::new(&[])
        .unwrap()
        .theme(&CheckedEdition::of(edition), &[], &site())
        .unwrap()
}

fn at(published: &str) -> ShownStory {
    story(published, &format!("At {published}"), published)
}

#[test]
fn all_built_in_templates_are_good_under_both_their_names() {
    let templates = Templates::new(&[]).unwrap();
    for (name, text) in TEMPLATES {
        for name in [name.to_owned(), format!("feedmill/{name}")] {
            let template = templates.environment.get_template(&name);
            assert_eq!(template.unwrap().source(), text, "{name}");
        }
    }
    assert!(templates.environment.get_template("other.html").is_err());
    templates.try_out().unwrap();
}

#[test]
fn days_are_cut_in_the_themes_time_zone() {
    let mut edition = edition(vec![at("2024-06-14T01:30:00Z"), at("2024-06-13T23:30:00Z")]);
    assert_eq!(page(&edition).matches(r#"<section class="day""#).count(), 2);
    Arc::make_mut(&mut edition.theme).timezone = crate::date::Tz::known("Europe/Brussels");
    let page = page(&edition);
    assert_eq!(page.matches(r#"<section class="day""#).count(), 1);
    assert!(page.contains(r#"<time datetime="2024-06-14">Friday, 14 June 2024</time>"#));
    assert!(page.contains(r#"<time datetime="2024-06-14T01:30:00+02:00">01:30</time>"#));
}

#[test]
fn a_date_without_a_time_shows_none() {
    let page = page(&edition(vec![at("2024-06-14T00:00:05Z")]));
    assert!(!page.contains("00:00<"), "{page}");
}

#[test]
fn the_editors_choice_stands_first_and_once() {
    let page = page(&edition(vec![at("2024-06-15T09:00:00Z"), full_story()]));
    let choice = page.find("Ministers agree").unwrap();
    assert!(choice < page.find("At 2024-06-15").unwrap());
    assert_eq!(page.matches("Ministers agree").count(), 1);
}

#[test]
fn a_story_shows_its_picture_summary_and_sources() {
    let page = page(&edition(vec![full_story()]));
    for part in [
        r#"<img src="https://nato.example/p.jpg?w=1&amp;h=2" alt="" loading="lazy""#,
        r#"<p class="summary">Ministers met &amp; agreed.</p>"#,
        r#"<bdi><a href="https://nato.example/15" rel="noopener">NATO</a></bdi>"#,
        "<b>2 sources</b>",
        r#"<a href="https://reuters.example/1?a=1&amp;b=2" rel="noopener">Their &lt;title&gt;</a></bdi> <span class="source"><bdi>Reuters &amp; Co</bdi>"#,
        r#"<div class="what" lang="de" dir="ltr">"#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn the_page_of_a_story_shows_all_its_pictures_and_lists_them_nowhere() {
    let mut story = full_story();
    story.attachments.push(Attachment {
        url: "https://nato.example/q.jpg".to_owned(),
        mime_type: "image/jpeg".to_owned(),
        title: Some("The \"chairs\"".to_owned()),
        ..Attachment::default()
    });
    let themes = [edition(Vec::new()).theme];
    let templates = Templates::new(&[]).unwrap();
    let page = templates.story(&story, "story/x.html", &themes, &site());
    let page = page.unwrap();
    for part in [
        r#"<img src="https://nato.example/p.jpg?w=1&amp;h=2" alt="The table" "#,
        r#"<img src="https://nato.example/q.jpg" alt="The &quot;chairs&quot;" "#,
        r#"href="https://nato.example/b.pdf""#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains(r#"href="https://nato.example/q.jpg""#));
}

#[test]
fn other_sources_are_named_once_and_the_storys_own_not_again() {
    let mut story = full_story();
    let mut second = story.also[0].clone();
    second.url = Some("https://reuters.example/2".to_owned());
    let mut own = second.clone();
    own.source = Arc::clone(&story.source);
    story.also.extend([second, own]);
    let page = page(&edition(vec![story]));
    assert_eq!(page.matches("reuters.example").count(), 1);
    assert_eq!(page.matches(">NATO<").count(), 1);
}

#[test]
fn a_tag_that_says_editors_choice_is_not_shown_below_that_heading() {
    let mut story = full_story();
    story.tags.insert(0, "EDITOR’s Choice".to_owned());
    assert!(!page(&edition(vec![story])).contains("EDITOR"));
}

#[test]
fn pages_speak_the_themes_language_in_its_direction() {
    let mut edition = edition(vec![full_story()]);
    Arc::make_mut(&mut edition.theme).language = "fr-BE".to_owned();
    let french = page(&edition);
    assert!(french.contains("Le choix de la rédaction") && french.contains("14/06/2024, 09:30"));
    Arc::make_mut(&mut edition.theme).language = "he".to_owned();
    assert!(page(&edition).contains(r#"<html lang="he" dir="rtl">"#));
}

#[test]
fn our_own_files_are_linked_relative_to_the_page() {
    let mut edition = edition(Vec::new());
    edition.links.html = Some("2024/06/defence.html".to_owned());
    let page = page(&edition);
    for link in ["../../defence.rss", "../../index.html", "../../feeds.opml"] {
        assert!(
            page.contains(&format!(r#"href="{link}""#)),
            "{link} in {page}"
        );
    }
}

#[test]
fn search_engines_are_asked_to_stay_away_unless_told_otherwise() {
    let pages = Templates::new(&[]).unwrap();
    let robots = r#"<meta name="robots" content="noindex">"#;
    let open = Site {
        noindex: false,
        ..site()
    };
    assert!(pages.index(&[], &site()).unwrap().contains(robots));
    assert!(!pages.index(&[], &open).unwrap().contains(robots));
}

#[test]
fn the_index_lists_themes_with_their_headlines_and_feeds() {
    let theme = listed(&edition(vec![full_story()]));
    let index = Templates::new(&[])
        .unwrap()
        .index(&[theme], &site())
        .unwrap();
    for part in [
        r#"<a href="defence.html">Defence</a>"#,
        r#"<a href="https://nato.example/15" rel="noopener">Ministers agree</a>"#,
        "1 story · Updated <time datetime=\"2024-06-14T11:00:00Z\">14 Jun 2024, 11:00</time>",
        r#"href="defence.atom""#,
    ] {
        assert!(index.contains(part), "{part} in {index}");
    }
}

#[test]
fn a_headline_leads_to_our_page_and_the_name_of_the_source_to_the_source() {
    for story_pages in [StoryPages::Excerpt, StoryPages::Full] {
        let site = Site {
            story_pages,
            ..site()
        };
        let mut told = at("2024-06-14T09:30:00Z");
        told.path = Some("story/2024/06/x.html".to_owned());
        let pages = Templates::new(&[]).unwrap();
        let edition = edition(vec![told]);
        let index = pages.index(&[listed(&edition)], &site).unwrap();
        let link = r#"<a href="story/2024/06/x.html" rel="noopener">At 2024"#;
        assert!(index.contains(link), "{index}");
        let page = pages
            .theme(&CheckedEdition::of(&edition), &[], &site)
            .unwrap();
        assert!(page.contains(&format!("<h3>{link}")), "{page}");
        let source = r#"<a href="https://nato.example/23" rel="noopener">NATO</a>"#;
        assert!(page.contains(source), "{page}");
    }
}

#[test]
fn the_pages_of_themes_lead_to_all_themes() {
    let mut other = crate::publish::samples::theme();
    other.id = crate::model::ThemeId::new("economy");
    other.title = "Economy & <b>".to_owned();
    let edition = edition(vec![full_story()]);
    let themes = [Arc::clone(&edition.theme), Arc::new(other)];
    let pages = Templates::new(&[]).unwrap();
    let page = pages
        .theme(&CheckedEdition::of(&edition), &themes, &site())
        .unwrap();
    assert!(
        page.contains(r#"<a href="defence.html" aria-current="true">Defence</a>"#)
            && page.contains(r#"<a href="economy.html">Economy &amp; &lt;b&gt;</a>"#),
        "{page}"
    );
    let months = BTreeMap::from([(Month(2024 * 12 + 5), 1), (Month(2024 * 12 + 8), 3)]);
    let page = pages.archive(&edition.theme, &months, &themes, &site());
    let page = page.unwrap();
    assert!(page.contains(r#"<a href="../economy.html">"#), "{page}");
    assert!(page.find("September").unwrap() < page.find("June").unwrap());
}

#[test]
fn the_end_of_a_theme_leads_to_its_older_stories() {
    let page = page(&edition(vec![full_story()]));
    let link = r#"<a class="on" href="defence/index.html">Older stories</a>"#;
    assert!(page.contains(link), "{page}");
}

#[test]
fn the_editors_choice_is_bounded_in_number_and_age() {
    let chosen = |day: u32| ShownStory {
        editors_choice: true,
        ..at(&format!("2024-06-{day:02}T09:00:00Z"))
    };
    // Six of one week, and one of the week before.
    let days = [14, 13, 12, 11, 10, 9, 2];
    let page = page(&edition(days.map(chosen).into()));
    assert_eq!(page.matches(r#"<article class="card"#).count(), 4);
    assert_eq!(page.matches(r#"<article class="row"#).count(), 3);
    assert_eq!(page.matches(r#"<span class="chosen">"#).count(), 3);
    let old = [at("2024-06-14T09:00:00Z"), chosen(6)];
    let page = self::page(&edition(old.into()));
    assert!(!page.contains(r#"<article class="card"#), "{page}");
}

#[test]
fn what_is_pinned_stands_first_however_old_it_is() {
    let pinned = ShownStory {
        url: Some("https://nato.example/pinned".to_owned()),
        editors_choice: true,
        ..at("2023-01-02T09:00:00Z")
    };
    let mut edition = edition(vec![at("2024-06-14T09:00:00Z"), pinned]);
    let mut theme = (*edition.theme).clone();
    theme.editors_choice.pins = vec!["https://nato.example/pinned".to_owned()];
    edition.theme = Arc::new(theme);
    let page = page(&edition);
    assert_eq!(page.matches(r#"<article class="card"#).count(), 1);
    assert_eq!(page.matches(r#"<article class="row"#).count(), 1);
}

#[test]
fn subscribing_is_explained_with_addresses_to_copy() {
    let page = page(&edition(Vec::new()));
    for part in [
        "Copy one of these addresses into a feed reader",
        r#"<code dir="ltr">https://feeds.example/defence.rss</code>"#,
        r#"<code dir="ltr">https://feeds.example/defence.json</code>"#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let nowhere = Site {
        base_url: None,
        ..site()
    };
    let pages = Templates::new(&[]).unwrap();
    let page = pages
        .theme(&CheckedEdition::of(&edition(Vec::new())), &[], &nowhere)
        .unwrap();
    assert!(!page.contains("<code"), "{page}");
    assert!(page.contains(r#"<a href="defence.rss""#), "{page}");
}

#[test]
fn a_chat_that_shows_a_link_finds_title_text_and_picture() {
    let mut told = full_story();
    told.summary = Some("Ministers \"met\" & agreed.".to_owned());
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let page = pages.story(&told, "story/x.html", &themes, &site());
    let page = page.unwrap();
    for part in [
        r#"<meta name="description" content="Ministers &quot;met&quot; &amp; agreed.">"#,
        r#"<meta property="og:type" content="article">"#,
        r#"<meta property="og:title" content="Ministers agree">"#,
        r#"<meta property="og:description" content="Ministers &quot;met&quot; &amp; agreed.">"#,
        r#"<meta property="og:url" content="https://feeds.example/story/x.html">"#,
        r#"<meta property="og:image" content="https://nato.example/p.jpg?w=1&amp;h=2">"#,
        r#"<meta property="og:site_name" content="Mill &amp; Sons">"#,
        r#"<link rel="icon" href="data:image/svg+xml,"#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let index = pages.index(&[listed(&edition(vec![told]))], &site());
    let index = index.unwrap();
    for part in [
        r#"<meta name="description" content="Defence">"#,
        r#"<meta property="og:type" content="website">"#,
        r#"<meta property="og:url" content="https://feeds.example/">"#,
    ] {
        assert!(index.contains(part), "{part} in {index}");
    }
}

#[test]
fn sound_plays_on_its_page_and_lists_say_how_long_it_is() {
    let mut told = full_story();
    told.attachments[0].duration_in_seconds = Some(3723);
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let page = pages.story(&told, "story/x.html", &themes, &site());
    let page = page.unwrap();
    let player = r#"<audio controls preload="none" src="https://nato.example/a.mp3""#;
    assert!(page.contains(player), "{page}");
    assert!(page.contains("media-src http: https:"), "{page}");
    assert!(page.contains("<bdi>a.mp3</bdi> · 1:02:03"), "{page}");
    assert_eq!(page.matches("<audio").count(), 1, "the other is a PDF");
    let list = self::page(&edition(vec![told]));
    let link = r#"href="https://nato.example/a.mp3" type="audio/mpeg" rel="noopener" aria-label="Listen, 1:02:03">1:02:03</a>"#;
    assert!(list.contains(link), "{list}");
}

#[test]
fn a_film_plays_on_its_page_and_lists_say_how_long_it_is() {
    let mut told = full_story();
    told.attachments[0].url = "https://nato.example/a.mp4".to_owned();
    told.attachments[0].mime_type = "video/mp4".to_owned();
    told.attachments[0].duration_in_seconds = Some(65);
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let page = pages.story(&told, "story/x.html", &themes, &site());
    let page = page.unwrap();
    let player = r#"<video controls preload="none" playsinline src="https://nato.example/a.mp4""#;
    assert!(page.contains(player), "{page}");
    assert!(!page.contains("<audio"), "{page}");
    let list = self::page(&edition(vec![told]));
    assert!(
        list.contains(r#"aria-label="Watch, 1:05">1:05</a>"#),
        "{list}"
    );
}

#[test]
fn the_page_of_an_event_names_all_its_sources() {
    let mut told = full_story();
    let mut same = told.also[0].clone();
    same.title = Some(told.title.clone());
    same.source = crate::publish::samples::source("afp", "AFP");
    let mut event = told.also[0].clone();
    event.title = Some("Talks end".to_owned());
    event.source = crate::publish::samples::source("dpa", "dpa");
    event.why = "same event".to_owned();
    told.also = vec![same, event];
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let page = pages.story(&told, "story/x.html", &themes, &site());
    let page = page.unwrap();
    for part in [
        r##"<a href="#also">3 sources</a>"##,
        r#"<h2 id="also">3 sources</h2>"#,
        r#"<p class="same">Same text: <bdi><a href="https://reuters.example/1?a=1&amp;b=2" rel="noopener">AFP</a></bdi></p>"#,
        r#"rel="noopener">Talks end</a></bdi>"#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn the_index_has_one_zone_which_it_names_once() {
    let brussels = |id: &str| {
        let mut edition = edition(vec![at("2024-06-14T09:30:00Z")]);
        let theme = Arc::make_mut(&mut edition.theme);
        theme.id = crate::model::ThemeId::new(id);
        theme.timezone = crate::date::Tz::known("Europe/Brussels");
        listed(&edition)
    };
    let utc = listed(&edition(vec![at("2024-06-14T09:30:00Z")]));
    let pages = Templates::new(&[]).unwrap();
    let themes = [brussels("a"), brussels("b")];
    let alike = pages.index(&themes, &site()).unwrap();
    assert_eq!(alike.matches("14 Jun 2024, 11:30").count(), 2);
    assert_eq!(alike.matches("Europe/Brussels").count(), 1);
    let [first, _] = themes;
    let mixed = pages.index(&[first, utc], &site()).unwrap();
    assert_eq!(mixed.matches("14 Jun 2024, 09:30").count(), 2);
    assert_eq!(mixed.matches("Times: UTC").count(), 1);
}

#[test]
fn a_source_leads_to_its_line_on_the_page_of_the_sources() {
    let healthy = Site {
        health: true,
        ..site()
    };
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let story = full_story();
    let page = pages.source(
        &story.source.id,
        std::slice::from_ref(&story),
        &themes,
        &healthy,
    );
    let link = r#"<a href="../sources.html#source-nato""#;
    assert!(page.unwrap().contains(link));
    let mut line = SampleData::new(true).sources.remove(0);
    line.name = "nato".to_owned();
    let now = DateTime::UNIX_EPOCH;
    let page = pages.sources(&[line], now, &healthy).unwrap();
    assert!(page.contains(r#"id="source-nato""#), "{page}");
}

#[test]
fn sources_and_tags_of_a_story_lead_to_lists() {
    let story = full_story();
    let themes = [edition(Vec::new()).theme];
    let pages = Templates::new(&[]).unwrap();
    let page = pages.story(&story, "story/2024/06/x.html", &themes, &site());
    let page = page.unwrap();
    for link in [
        r#"<a href="../../../sources/nato.html" rel="noopener">NATO</a>"#,
        r#"<a href="../../../defence/tags.html#tag-defence">defence</a>"#,
        r#"<a href="../../../defence/tags.html#tag-r~26d">R&amp;D</a>"#,
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
    let edition = edition(vec![story.clone()]);
    let tags = pages
        .tags(&CheckedEdition::of(&edition), &themes, &site())
        .unwrap();
    assert!(tags.contains(r#"<h2 id="tag-r~26d">"#), "{tags}");
    let theme = pages
        .theme(&CheckedEdition::of(&edition), &themes, &site())
        .unwrap();
    assert!(theme.contains(r#"href="defence/tags.html""#), "{theme}");
    let source = pages.source(
        &story.source.id,
        std::slice::from_ref(&story),
        &themes,
        &site(),
    );
    let source = source.unwrap();
    for part in [
        "<h1><bdi>NATO</bdi></h1>",
        r#"<a href="https://nato.example/" rel="noopener">Website</a>"#,
        "Ministers agree",
    ] {
        assert!(source.contains(part), "{part} in {source}");
    }
}

#[test]
fn only_the_search_page_may_run_a_script_and_none_is_inline() {
    let site = Site {
        search: true,
        ..site()
    };
    let pages = Templates::new(&[]).unwrap();
    let index = pages.index(&[], &site).unwrap();
    assert!(index.contains("script-src 'none'; connect-src 'none'"));
    assert!(index.contains(r#"<a href="search.html">"#), "{index}");
    let titles = ["search/2024-06-2.json", "search/2024-06.json"].map(str::to_owned);
    let page = pages.search(&titles, &site).unwrap();
    assert!(page.contains("script-src 'self'; connect-src 'self'; font-src 'none'"));
    assert!(page.contains(r#"<script src="search.js" defer></script>"#));
    assert_eq!(page.matches("<script").count(), 1);
    let files = r#"data-titles="search/2024-06-2.json search/2024-06.json""#;
    assert!(page.contains(files), "{page}");
    assert!(page.contains("This page needs JavaScript"), "{page}");
}

#[test]
fn a_summary_does_not_repeat_its_headline() {
    let mut told = at("2024-06-14T09:30:00Z");
    told.title = "Dam opens".to_owned();
    told.summary = Some("Dam opens – Water flows.".to_owned());
    let page = page(&edition(vec![told.clone()]));
    assert!(page.contains(r#"<p class="summary">Water flows.</p>"#));
    told.summary = Some("Dam openside farms are dry.".to_owned());
    let page = self::page(&edition(vec![told]));
    assert!(page.contains(r#"<p class="summary">Dam openside"#));
}

#[test]
fn a_short_text_keeps_its_lines_on_its_page() {
    let mut short = story("tag:a,2024:1", "Boats", "2024-06-14T09:30:00Z");
    (short.content, short.summary) = (None, Some("One <3\ntwo\n\nthree".to_owned()));
    let themes = [edition(vec![]).theme];
    let path = "story/2024/06/boats.html";
    for story_pages in [StoryPages::Excerpt, StoryPages::Full] {
        let site = Site {
            story_pages,
            ..site()
        };
        let pages = Templates::new(&[]).unwrap();
        let page = pages.story(&short, path, &themes, &site).unwrap();
        assert!(
            page.contains("<p>One &lt;3<br>two</p><p>three</p>"),
            "{page}"
        );
    }
}

#[test]
fn a_template_can_be_replaced_and_is_still_escaped() {
    let own = (
        "theme.html".to_owned(),
        "{{ title }}: {{ days[0].stories[0].title }}".to_owned(),
    );
    let pages = Templates::new(&[own]).unwrap();
    let stories = vec![story("tag:a,2024:1", "<b>&", "2024-06-14T09:30:00Z")];
    assert_eq!(
        pages
            .theme(&CheckedEdition::of(&edition(stories)), &[], &site())
            .unwrap(),
        "Defence: &lt;b&gt;&amp;"
    );
}

/// All names of fields below a value, but for those of the phrases. None may be undefined: some
/// views list their fields in one place and make them in another.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value.kind() {
        ValueKind::Map => {
            for name in value.try_iter().unwrap() {
                let value = value.get_item(&name).unwrap();
                assert!(!value.is_undefined(), "{name}");
                found.insert(name.to_string());
                if name.as_str() != Some("phrases") {
                    names(&value, found);
                }
            }
        }
        ValueKind::Seq | ValueKind::Iterable => {
            for value in value.try_iter().unwrap() {
                names(&value, found);
            }
        }
        ValueKind::Invalid => panic!("{value:?}"),
        _ => {}
    }
}

#[test]
fn the_documentation_names_every_value_that_a_template_is_given() {
    let docs = include_str!("../../../docs/TEMPLATES.md");
    let all = SampleData::new(true);
    let (theme, site) = (&all.edition.theme, &all.site);
    let checked = CheckedEdition::of(&all.edition);
    let edition = checked.edition();
    let path = "story/x.html";
    let themes = [Arc::clone(theme)];
    let pages = [
        Value::from(Serde(ThemePage::new(edition, &themes, site))),
        Value::from(Serde(IndexPage::new(&all.themes, site))),
        Value::from(Serde(StoryPage::new(&all.story, path, &themes, site))),
        Value::from(Serde(GonePage::new(path, None, site))),
        Value::from(Serde(MonthsPage::new(theme, &all.months, &themes, site))),
        Value::from(Serde(MonthPage::new(
            theme,
            &all.part,
            &all.edition.stories,
            site,
        ))),
        Value::from(Serde(TagsPage::new(edition, &themes, site))),
        Value::from(Serde(SourcePage::new(
            &all.story.source.id,
            &all.edition.stories,
            &themes,
            site,
        ))),
        Value::from(Serde(SourceIndexPage::new(
            &[(all.story.source.id.clone(), "Source".to_owned())],
            site,
        ))),
        Value::from(Serde(SearchPage::new(&all.titles, site))),
        Value::from(Serde(SourcesPage::new(
            &all.sources,
            all.edition.updated,
            site,
        ))),
    ];
    let mut given = BTreeSet::new();
    for page in &pages {
        names(page, &mut given);
    }
    assert!(given.len() > 40, "{given:?}");
    for name in given {
        let told = [format!("`{name}`"), format!("`{name}?`")];
        assert!(told.iter().any(|told| docs.contains(told)), "{name}");
    }
    for (template, _) in TEMPLATES {
        assert!(docs.contains(&format!("`{template}`")), "{template}");
    }
}

#[test]
fn the_macros_that_the_documentation_promises_are_there() {
    let docs = include_str!("../../../docs/TEMPLATES.md");
    let (_, promised) = docs.split_once("| macro | writes |").unwrap();
    let names = promised.lines().filter_map(|line| line.split('|').nth(1));
    let calls = names.flat_map(|names| names.split('`'));
    let calls: Vec<_> = calls.filter_map(|call| call.strip_suffix(')')).collect();
    assert!(calls.len() > 15, "{calls:?}");
    let macros = TEMPLATES.iter().find(|(name, _)| *name == "macros.html");
    let (_, macros) = macros.unwrap();
    for call in calls {
        let is_there = |end| macros.contains(&format!("{{% macro {call}{end}"));
        assert!([")", ", "].into_iter().any(is_there), "{call}");
    }
}

#[test]
fn a_wrong_template_is_named_with_its_line() {
    let broken = ("theme.html".to_owned(), "\n{% if %}".to_owned());
    let error = Templates::new(&[broken]).unwrap_err().to_string();
    assert!(
        error.starts_with("template theme.html, line 2: "),
        "{error}"
    );
    let misspelt = ("index.html".to_owned(), "\n\n{{ titel }}".to_owned());
    let pages = Templates::new(&[misspelt]).unwrap();
    let error = pages.index(&[], &site()).unwrap_err().to_string();
    assert!(
        error.starts_with("template index.html, line 3: "),
        "{error}"
    );
}
