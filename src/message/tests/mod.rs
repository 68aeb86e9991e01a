//! Messages of whole stories, as each kind shows them.

use super::*;
use crate::model::{AlsoIn, Image, ItemSource, SourceId};
use crate::text::html::sanitize;
use chrono::{DateTime, Utc};
use std::sync::Arc;

fn source(title: &str) -> Arc<ItemSource> {
    Arc::new(ItemSource {
        id: SourceId::new("source"),
        title: title.to_owned(),
        ..ItemSource::default()
    })
}

fn at(rfc3339: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(rfc3339).unwrap().to_utc()
}

fn also(title: &str) -> AlsoIn {
    AlsoIn {
        source: source(title),
        title: None,
        url: None,
        why: "same text".to_owned(),
    }
}

/// A story with a value in each field that a message shows.
fn story() -> ShownStory {
    ShownStory {
        url: Some("https://post.example/ferries?a=1&b=2".to_owned()),
        title: "Ferries & <trains> late".to_owned(),
        summary: Some("Storm over *Esbjerg*.\nNo ferries.\n\nTrains run.".to_owned()),
        content: Some(sanitize(
            "<h2>Storm</h2><p>No <b>ferries</b> and <i>few</i> trains, says \
             <a href='https://port.example/'>the port</a>.<br>Call <code>*100#</code>.</p>\
             <ul><li>Esbjerg<li>Ribe</ul><blockquote><p>Stay at home</p></blockquote>\
             <pre>a = b\n  c</pre>",
            None,
        )),
        image: Some(Image {
            url: "https://post.example/p.jpg".to_owned(),
            caption: Some("The port".to_owned()),
            ..Image::default()
        }),
        tags: vec!["storm".to_owned(), "R&D".to_owned()],
        also: vec![also("Mail"), also("Courier"), also("Mail")],
        ..ShownStory::new(
            "tag:post.example,2024:1",
            source("Post"),
            at("2024-06-14T09:30:00Z"),
        )
    }
}

#[test]
fn a_list_has_a_line_a_story() {
    let line = |kind, date| {
        let mut form = Form::of(kind);
        form.layout.extent = Extent::Line;
        form.layout.date = date;
        compose(&story(), &form).remove(0).text
    };
    assert_eq!(
        line(Kind::Plain, Some(crate::date::Tz::UTC)),
        "2024-06-14 09:30  Ferries & <trains> late (Post, also in Courier, Mail)  \
         https://post.example/ferries?a=1&b=2"
    );
    assert_eq!(
        line(Kind::Markdown, None),
        r"- [Ferries & \<trains\> late](https://post.example/ferries?a=1&b=2) (Post, also in Courier, Mail)"
    );
}

#[test]
fn a_message_has_headline_sources_and_summary() {
    let shown = |kind| compose(&story(), &Form::of(kind)).remove(0).text;
    assert_eq!(
        shown(Kind::Plain),
        "Ferries & <trains> late\nPost, also in Courier, Mail\n\nStorm over *Esbjerg*.\nNo ferries.\n\n\
         Trains run.\n\nhttps://post.example/ferries?a=1&b=2"
    );
    assert_eq!(
        shown(Kind::Line),
        "Ferries & <trains> late (Post, also in Courier, Mail) – Storm over *Esbjerg*. No ferries. – \
         Trains run.  https://post.example/ferries?a=1&b=2"
    );
    assert_eq!(
        shown(Kind::Markdown),
        "**[Ferries & \\<trains\\> late](https://post.example/ferries?a=1&b=2)**\n\
         Post, also in Courier, Mail\n\nStorm over \\*Esbjerg\\*.\\\nNo ferries.\n\nTrains run."
    );
    assert_eq!(
        shown(Kind::Slack),
        "*<https://post.example/ferries?a=1&amp;b=2|Ferries &amp; &lt;trains&gt; late>*\n\
         Post, also in Courier, Mail\n\nStorm over ∗Esbjerg∗.\nNo ferries.\n\nTrains run."
    );
    assert_eq!(
        shown(Kind::Telegram),
        "<b><a href=\"https://post.example/ferries?a=1&amp;b=2\">Ferries &amp; &lt;trains&gt; late</a></b>\n\
         Post, also in Courier, Mail\n\nStorm over *Esbjerg*.\nNo ferries.\n\nTrains run."
    );
    assert_eq!(
        shown(Kind::Html),
        "<p><strong><a href=\"https://post.example/ferries?a=1&amp;b=2\">Ferries &amp; &lt;trains&gt; \
         late</a></strong><br>Post, also in Courier, Mail</p><p>Storm over *Esbjerg*.<br>No ferries.</p>\
         <p>Trains run.</p>"
    );
}

/// The full text of the story with all parts.
fn full(kind: Kind) -> Message {
    let mut form = Form::of(kind);
    form.layout = Layout {
        extent: Extent::Full,
        date: Some(crate::date::Tz::known("Europe/Copenhagen")),
        tags: true,
        picture: true,
        ..Layout::default()
    };
    compose(&story(), &form).remove(0)
}

#[test]
fn a_full_text_keeps_its_form() {
    let head = "**[Ferries & \\<trains\\> late](https://post.example/ferries?a=1&b=2)**\n\
                2024-06-14 11:30 · Post, also in Courier, Mail\n\n";
    let body = "**Storm**\n\nNo **ferries** and _few_ trains, says [the port](https://port.example/).\n\
                Call `*100#`.\n\n- Esbjerg\n- Ribe\n\n> Stay at home\n\n```\na = b\n  c\n```\n\n\
                [The port](https://post.example/p.jpg)\n\nstorm, R&D";
    assert_eq!(full(Kind::Discord).text, [head, body].concat());
    assert_eq!(full(Kind::Mattermost).text, [head, body].concat());
    let telegram = full(Kind::Telegram).text;
    for part in [
        "\n<b>Storm</b>\n\nNo <b>ferries</b> and <i>few</i> trains, says <a href=\"https://port.example/\">the port</a>.\n",
        "\nCall <code>*100#</code>.\n\n• Esbjerg\n• Ribe\n\n<blockquote>Stay at home</blockquote>\n\n<pre>a = b\n  c</pre>\n\n",
    ] {
        assert!(telegram.contains(part), "{telegram}");
    }
    let html = full(Kind::Html).text;
    for part in [
        "<p>No <strong>ferries</strong> and <em>few</em> trains, says <a href=\"https://port.example/\">the port</a>.<br>Call",
        "<ul><li>Esbjerg</li><li>Ribe</li></ul><blockquote><p>Stay at home</p></blockquote><pre><code>a = b\n  c</code></pre>",
    ] {
        assert!(html.contains(part), "{html}");
    }
}

#[test]
fn bluesky_gets_its_links_by_bytes() {
    let mut form = Form::of(Kind::Bluesky);
    form.limit = Limit::NONE;
    form.layout.extent = Extent::Full;
    let mut story = story();
    story.title = "Fähren spät".to_owned();
    let message = compose(&story, &form).remove(0);
    let shown = |link: &TextLink| {
        (
            message.text[link.start..link.end].to_owned(),
            link.url.clone(),
        )
    };
    let links: Vec<_> = message.links.iter().map(shown).collect();
    let expected = [
        ("Fähren spät", "https://post.example/ferries?a=1&b=2"),
        ("the port", "https://port.example/"),
    ];
    assert_eq!(
        links,
        expected.map(|(text, url)| (text.to_owned(), url.to_owned()))
    );
}

#[test]
fn matrix_gets_a_body_without_markup() {
    let message = compose(&story(), &Form::of(Kind::Matrix)).remove(0);
    let body = message.plain.unwrap();
    assert!(
        body.starts_with("Ferries & <trains> late <https://post.example/ferries?a=1&b=2>\n"),
        "{body}"
    );
}

#[test]
fn a_summary_is_as_short_as_a_preview_and_ends_between_words() {
    let mut story = story();
    story.summary = Some("Twelve ferries stay in port. ".repeat(100));
    let text = compose(&story, &Form::of(Kind::Plain)).remove(0).text;
    let summary = text.split("\n\n").nth(1).unwrap();
    let kept = summary.strip_suffix('…').unwrap();
    let rest = story.summary.as_ref().unwrap().strip_prefix(kept).unwrap();
    assert!(rest.starts_with([' ', '.']), "{summary}");
    assert!((380..=401).contains(&summary.chars().count()), "{summary}");
}

#[test]
fn what_is_needed_least_goes_first() {
    let fitted = |max| {
        let mut form = Form::of(Kind::Plain);
        form.limit = Limit::chars(max);
        compose(&story(), &form).remove(0).text
    };
    let url = "https://post.example/ferries?a=1&b=2";
    assert_eq!(
        fitted(110),
        format!("Ferries & <trains> late\nPost, also in Courier, Mail\n\nStorm over…\n\n{url}")
    );
    assert_eq!(
        fitted(95),
        format!("Ferries & <trains> late\nPost, also in Courier, Mail\n\n{url}")
    );
    assert_eq!(
        fitted(80),
        format!("Ferries & <trains> late\n\nStorm over…\n\n{url}")
    );
    assert_eq!(fitted(65), format!("Ferries & <trains> late\n\n{url}"));
    assert_eq!(fitted(50), format!("Ferries…\n\n{url}"));
    assert_eq!(fitted(30), "Ferries & <trains> late");
    assert_eq!(fitted(10), "Ferries…");
}

#[test]
fn an_address_is_never_cut() {
    let mut story = story();
    story.summary =
        Some("More at https://port.example/ferries/2024/06/14/late.html today".to_owned());
    for max in 60..150 {
        let mut form = Form::of(Kind::Plain);
        form.limit = Limit::chars(max);
        let text = compose(&story, &form).remove(0).text;
        for word in text.split_whitespace().filter(|word| word.contains("://")) {
            assert!(
                word.ends_with("b=2") || word.ends_with("late.html"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_full_text_is_split_between_paragraphs_or_sentences() {
    let mut story = story();
    let sentence = "Ferries stay in port, says the port. ";
    let paragraph = format!("<p>{}</p>", sentence.repeat(4));
    story.content = Some(sanitize(&paragraph.repeat(6), None));
    let mut form = Form::of(Kind::Telegram);
    form.limit.max = 400;
    form.layout.extent = Extent::Full;
    form.layout.messages = 9;
    let messages = compose(&story, &form);
    assert!((3..6).contains(&messages.len()), "{messages:?}");
    for message in &messages {
        assert!(message.text.ends_with("port."), "{messages:?}");
        assert!(form.limit.allows(&message.text));
    }
    form.layout.messages = 2;
    let cut = compose(&story, &form);
    assert_eq!(cut.len(), 2);
    assert!(cut[1].text.ends_with('…'), "{cut:?}");
}

#[test]
fn an_address_that_is_longer_than_a_message_does_not_stop_the_text() {
    let mut story = story();
    let address = format!("https://port.example/{}", "x".repeat(500));
    story.content = Some(sanitize(&format!("<p>Before {address} after.</p>"), None));
    let mut form = Form::of(Kind::Plain);
    form.limit = Limit::chars(200);
    form.layout.extent = Extent::Full;
    form.layout.messages = 5;
    let texts: Vec<_> = compose(&story, &form)
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert!(texts[0].ends_with("\n\nBefore…"), "{texts:?}");
    assert_eq!(texts[1..], ["after."]);
}

#[test]
fn a_large_hostile_text_takes_no_time() {
    for piece in [
        "&",
        "&amp;",
        "* ",
        "a@b ",
        "]( ",
        "https://a.example/ ",
        "_a",
        "<b>x</b>",
        "\u{1100}",
    ] {
        let mut story = story();
        story.content = Some(sanitize(&piece.repeat(20_000 / piece.len()), None));
        for kind in Kind::ALL {
            let mut form = Form::of(kind);
            form.layout.extent = Extent::Full;
            form.layout.messages = 3;
            // A quadratic one takes minutes here.
            let messages = compose(&story, &form);
            assert!((1..=3).contains(&messages.len()), "{piece}");
        }
    }
}

#[test]
fn a_notice_is_escaped_and_cut() {
    let mut form = Form::of(Kind::Telegram);
    assert_eq!(
        notice("and 12 <more>", &form).unwrap().text,
        "and 12 &lt;more&gt;"
    );
    form.limit.max = 8;
    assert_eq!(notice("and 12 <more>", &form).unwrap().text, "and 12…");
    assert_eq!(notice(" \u{200b} ", &form), None);
}

#[test]
fn a_digest_has_a_line_a_story_and_splits_between_lines() {
    let stories = [story(), story(), story()];
    let line = "• <https://post.example/ferries?a=1&amp;b=2|Ferries &amp; &lt;trains&gt; late> (Post, also in Courier, Mail)";
    let mut form = Form::of(Kind::Slack);
    let lists = |form: &Form| -> Vec<String> {
        let listings = digest(("3 <stories>", "and 2 > 1"), &stories, form);
        let told: usize = listings.iter().map(|listing| listing.stories).sum();
        assert_eq!(told, 3, "each story is in one of them");
        listings.into_iter().map(|l| l.message.text).collect()
    };
    let heading = "*3 &lt;stories&gt;*";
    let last = "\nand 2 &gt; 1";
    assert_eq!(lists(&form), [[heading, line, line, line, last].join("\n")]);
    form.limit.max = 2 * line.len() + 1;
    assert_eq!(
        lists(&form),
        [
            [heading, line].join("\n"),
            [line, line].join("\n"),
            last.trim().to_owned()
        ]
    );
    form.limit.max = line.len() - 20;
    let cut = lists(&form);
    assert_eq!(cut.len(), 4, "three lines, and the last");
    assert!(cut.iter().all(|text| form.limit.allows(text)), "{cut:?}");
    form.limit = Limit::NONE;
    assert_eq!(
        digest(("", ""), &stories, &form)[0].message.text,
        [line, line, line].join("\n")
    );
    assert_eq!(digest(("", ""), &[], &form), []);
}

mod hostile;
mod templates;
