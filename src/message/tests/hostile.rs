//! What sources may write into any field, and what a message of any kind is in spite of it.

use super::{also, at, source};
use crate::message::{
    Extent, Form, Kind, Layout, Limit, Message, Occasion, Template, Unit, compose,
};
use crate::model::{Image, ShownStory};
use crate::text::html::sanitize;
use proptest::prelude::*;

const URL: &str = "https://post.example/a";
const PICTURE: &str = "https://post.example/p.jpg";

/// What breaks messages, forges others, pings, hides links or turns the direction of writing.
const HOSTILE: [&str; 48] = [
    "@everyone",
    "@here",
    "@channel",
    "@all",
    "@room",
    "@**all**",
    "@_**Ann**",
    "@ann",
    "<@U012AB3CD>",
    "<!channel>",
    "<!subteam^S1>",
    "<users/all>",
    "#random",
    "#**general**",
    "<#C024BE7LR>",
    "<https://evil.example|https://bank.example>",
    "[bank](https://evil.example)",
    "](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<a href=\"https://evil.example\">b</a>",
    "</b></a>",
    "<script>alert(1)</script>",
    "&lt;b&gt;",
    "&#64;everyone",
    "&amp;lt;",
    "*",
    "**",
    "_",
    "`",
    "```",
    "~~~",
    "||",
    "\\",
    "\n\n# Breaking",
    "\r\nPRIVMSG #x :y",
    "\n- item",
    "\n> quote",
    "\n1. one",
    "\n===",
    "\0",
    "\u{1b}[31m",
    "\u{202e}gnp.exe",
    "\u{2066}",
    "ev\u{200b}il\u{feff}",
    "\u{2028}line",
    "$$x$$",
    "/stop",
    "|>",
];

fn hostile_story(text: &str) -> ShownStory {
    let html = text.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<p>{html} <b>{html}</b><a href='{URL}'>{html}</a><code>{html}</code></p><ul><li>{html}</ul><blockquote>{html}</blockquote><pre>{html}</pre>"
    );
    let mut also = also(text);
    also.title = Some(text.to_owned());
    ShownStory {
        url: Some(URL.to_owned()),
        title: text.to_owned(),
        summary: Some(format!("{text} and {text}")),
        content: Some(sanitize(&html, None)),
        image: Some(Image {
            url: PICTURE.to_owned(),
            caption: Some(text.to_owned()),
            ..Image::default()
        }),
        tags: vec![text.to_owned(), "b".to_owned()],
        also: vec![also],
        ..ShownStory::new("tag:a,2024:1", source(text), at("2024-06-14T09:30:00Z"))
    }
}

fn form(kind: Kind, extent: Extent) -> Form {
    Form {
        layout: Layout {
            extent,
            date: Some(crate::date::Tz::UTC),
            sources: true,
            tags: true,
            picture: true,
            messages: 3,
        },
        ..Form::of(kind)
    }
}

const EXTENTS: [Extent; 4] = [
    Extent::Line,
    Extent::Headline,
    Extent::Summary,
    Extent::Full,
];

#[test]
fn no_field_breaks_a_message_of_any_kind() {
    for kind in Kind::ALL {
        for extent in EXTENTS {
            for text in HOSTILE {
                for message in compose(&hostile_story(text), &form(kind, extent)) {
                    check(kind, &message).unwrap_or_else(|fault| {
                        panic!(
                            "{} {extent:?} {text:?}: {fault}\n{}",
                            kind.name(),
                            message.text
                        )
                    });
                }
            }
        }
    }
}

#[test]
fn a_line_stays_one_line() {
    for kind in [
        Kind::Plain,
        Kind::Line,
        Kind::Mastodon,
        Kind::Markdown,
        Kind::Slack,
        Kind::Telegram,
    ] {
        for text in HOSTILE {
            let mut form = form(kind, Extent::Line);
            form.layout.date = None;
            let message = compose(&hostile_story(text), &form).remove(0);
            assert!(!message.text.contains('\n'), "{} {text:?}", kind.name());
        }
    }
}

#[test]
fn a_link_shows_the_host_that_its_text_denies() {
    for (kind, expected) in [
        (
            Kind::Markdown,
            "[bank.example](https://post.example/a) (post.example)",
        ),
        (
            Kind::Discord,
            "[bank.example](https://post.example/a) (post.example)",
        ),
        (
            Kind::Zulip,
            "[bank.example](https://post.example/a) (post.example)",
        ),
        (
            Kind::Slack,
            "<https://post.example/a|bank.example>* (post.example)",
        ),
        (Kind::Telegram, "bank.example</a></b> (post.example)"),
        (Kind::Html, "bank.example</a> (post.example)"),
        (Kind::Bluesky, "bank.example (post.example)"),
        (Kind::Plain, "bank.example\n"),
    ] {
        let message = compose(
            &hostile_story("bank.example"),
            &form(kind, Extent::Headline),
        )
        .remove(0);
        assert!(
            message.text.contains(expected),
            "{} {}",
            kind.name(),
            message.text
        );
    }
}

#[test]
fn a_program_between_us_and_a_chat_sees_no_command() {
    for kind in [Kind::Line, Kind::Mastodon, Kind::Zulip] {
        let mut form = form(kind, Extent::Headline);
        form.layout.date = None;
        let message = compose(&hostile_story("/quit"), &form).remove(0);
        assert!(!message.text.starts_with('/'), "{}", message.text);
        let by_template = |source: &str| {
            let template = Template::new(source, Form::of(kind)).unwrap();
            let message = template.compose(&hostile_story("/quit"), &Occasion::default());
            message.unwrap().text
        };
        assert!(!by_template("{{ title }}").starts_with('/'));
        assert!(by_template("/me says {{ title }}").starts_with("/me"));
    }
}

#[test]
fn no_field_breaks_a_message_of_a_template() {
    let source = "{{ title }} {{ url }}\n{{ headline }} ({{ sources }})\n{{ summary }}\n\n{{ text }}\n\
                  {{ caption }} {{ picture }}\n{% for other in also %}{{ other.source }}: {{ other.title }}\n\
                  {% endfor %}{{ tags | join(', ') }}{{ source }}{{ title }}";
    for kind in Kind::ALL {
        let template = Template::new(source, Form::of(kind)).unwrap();
        for text in HOSTILE {
            let message = template.compose(&hostile_story(text), &Occasion::default());
            let message = message.unwrap();
            check(kind, &message).unwrap_or_else(|fault| {
                panic!("{} {text:?}: {fault}\n{}", kind.name(), message.text)
            });
        }
    }
}

#[test]
fn an_address_that_is_none_is_no_link() {
    for url in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "not an address",
        "",
    ] {
        for kind in Kind::ALL {
            let mut story = hostile_story("Title");
            story.url = Some(url.to_owned());
            story.content = Some(sanitize(&format!("<p><a href=\"{url}\">x</a></p>"), None));
            story.image = None;
            for message in compose(&story, &form(kind, Extent::Full)) {
                for sign in ["](", "href", "|", "javascript", "file:", "mailto"] {
                    assert!(
                        !message.text.contains(sign),
                        "{} {url} {}",
                        kind.name(),
                        message.text
                    );
                }
                assert_eq!(message.links, []);
            }
        }
    }
}

/// What holds of every message of a kind.
fn check(kind: Kind, message: &Message) -> Result<(), String> {
    let text = message.text.as_str();
    let seen = |text: &str| {
        let unseen = |c: char| {
            c.is_control() && c != '\n'
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        text.chars().find(|&c| unseen(c))
    };
    for text in [Some(text), message.plain.as_deref()].into_iter().flatten() {
        if let Some(c) = seen(text) {
            return Err(format!("{c:?}"));
        }
        if text.trim().is_empty() {
            return Err("empty".to_owned());
        }
    }
    match kind {
        Kind::Plain | Kind::Bluesky => {}
        Kind::Line => none_of(text, &["\n"])?,
        Kind::Mastodon => none_of(
            text,
            &[
                "@e", "@a", "@h", "@c", "@r", "@_", "@*", "#r", "#*", "<!", "<@", "<u",
            ],
        )?,
        Kind::Markdown => links_are_ours(text)?,
        Kind::Discord | Kind::Mattermost => {
            none_of(text, &["@everyone", "@here", "@channel", "@all", "@room"])?;
            links_are_ours(text)?;
        }
        Kind::Zulip => {
            none_of(text, &["@everyone", "@all", "@here", "@channel"])?;
            let outside = outside_of_code(text);
            none_of(&outside, &["@*", "@_*", "#*", "$$"])?;
            links_are_ours(text)?;
        }
        Kind::Html | Kind::Mail => tags(text, HTML)?,
        Kind::Matrix => {
            tags(text, HTML)?;
            none_of(text, &["@room"])?;
            none_of(message.plain.as_deref().ok_or("no body")?, &["@room"])?;
        }
        Kind::Slack => slack(text)?,
        Kind::Telegram => {
            tags(text, TELEGRAM)?;
            none_of(text, &["@everyone", "@all"])?;
            // Nobody is called in code.
            let parts = text.split("<code>").flat_map(|part| part.split("<pre>"));
            let outside = parts.map(|part| part.rsplit("</code>").next().unwrap_or_default());
            let outside: String = outside
                .map(|part| part.rsplit("</pre>").next().unwrap_or_default())
                .collect();
            none_of(
                &outside,
                &["@ann", "@*", "@_", "\n/stop", " /stop", ">/stop"],
            )?;
        }
    }
    Ok(())
}

fn none_of(text: &str, signs: &[&str]) -> Result<(), String> {
    match signs.iter().find(|sign| text.contains(**sign)) {
        Some(sign) => Err(format!("{sign:?} is in it")),
        None => Ok(()),
    }
}

/// The text without what stands between backticks.
fn outside_of_code(text: &str) -> String {
    let blocks: String = text.split("```").step_by(2).collect();
    blocks.split('`').step_by(2).collect()
}

/// In Markdown: all links and pictures lead to our addresses.
fn links_are_ours(text: &str) -> Result<(), String> {
    let outside = outside_of_code(text);
    for (at, _) in outside.match_indices("](") {
        let is_escaped = outside[..at]
            .chars()
            .rev()
            .take_while(|c| *c == '\\')
            .count()
            % 2
            == 1;
        let target = &outside[at + 2..];
        let is_ours = [URL, PICTURE]
            .iter()
            .any(|url| target.starts_with(&format!("{url})")));
        if !is_escaped && !is_ours {
            return Err(format!("a link to {target}"));
        }
    }
    Ok(())
}

const HTML: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
];
const TELEGRAM: &[&str] = &["a", "b", "blockquote", "code", "i", "pre", "s"];

/// Tags are of the list, nested, and closed; references are of the four names; links lead to our addresses.
fn tags(html: &str, names: &[&str]) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let sign = &rest[at..];
        if sign.starts_with('>') {
            return Err("a bare >".to_owned());
        }
        if let Some(after) = sign.strip_prefix('&') {
            let known = ["&lt;", "&gt;", "&amp;", "&quot;"];
            if !known.iter().any(|known| sign.starts_with(known)) {
                return Err(format!("a bare & in {sign}"));
            }
            rest = after;
            continue;
        }
        let end = sign.find('>').ok_or("no end of a tag")?;
        let tag = &sign[1..end];
        rest = &sign[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes another"));
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if !names.contains(&name) {
            return Err(format!("<{tag}>"));
        }
        let is_link = [URL, PICTURE]
            .iter()
            .any(|url| attributes == format!("href=\"{url}\""));
        if (name == "a") != is_link || (name != "a" && !attributes.is_empty()) {
            return Err(format!("<{tag}>"));
        }
        if name != "br" {
            open.push(name);
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("{open:?} stay open"))
    }
}

/// In mrkdwn: a `<` begins a link of ours, an `&` one of three references; signs that mark are ours.
fn slack(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('<') {
        let link = text[at + 1..].split('>').next().unwrap_or_default();
        let (url, shown) = link.split_once('|').unwrap_or((link, ""));
        if ![URL, PICTURE].contains(&url) || shown.contains('|') {
            return Err(format!("<{link}>"));
        }
    }
    for (at, _) in text.match_indices('&') {
        if !["&lt;", "&gt;", "&amp;"]
            .iter()
            .any(|known| text[at..].starts_with(known))
        {
            return Err("a bare &".to_owned());
        }
    }
    none_of(text, &["@everyone", "@here", "@channel"])?;
    let outside: String = text.split("```").step_by(2).collect();
    if outside.matches('`').count() % 2 == 1 {
        return Err("code stays open".to_owned());
    }
    Ok(())
}

/// Hostile pieces, letters of many scripts, and long words, in any order.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
        "[a-zA-Z0-9 .,!?]{1,12}",
        "\\PC{0,4}",
        prop::sample::select(vec![
            " ",
            "👩‍👩‍👧‍👦",
            "e\u{301}\u{302}",
            "春夏秋冬",
            "กำ",
            "शक्ति",
            "🇩🇰",
            "\u{301}",
            "https://evil.example/x",
        ])
        .prop_map(str::to_owned),
        "[a-z]{90}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn limits() -> impl Strategy<Value = Limit> {
    let units = vec![
        Unit::Chars,
        Unit::Utf16,
        Unit::Utf16Shown,
        Unit::Bytes,
        Unit::JsonBytes,
        Unit::Graphemes { bytes: 300 },
        Unit::CharsAndLinks { link: 23 },
    ];
    (prop::sample::select(units), 100..300_usize).prop_map(|(unit, max)| Limit { unit, max })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_message_is_whole_and_within_its_limit(
        text in texts(),
        limit in limits(),
        extent in prop::sample::select(EXTENTS.to_vec()),
        kind in prop::sample::select(Kind::ALL.to_vec()),
    ) {
        let story = hostile_story(&text);
        let form = Form { limit, ..form(kind, extent) };
        let messages = compose(&story, &form);
        prop_assert_eq!(&messages, &compose(&story, &form));
        prop_assert!(!messages.is_empty() && messages.len() <= 3);
        for message in &messages {
            prop_assert!(limit.allows(&message.text), "{} > {}\n{}", limit.measure(&message.text), limit.max, message.text);
            prop_assert!(message.plain.as_deref().is_none_or(|plain| limit.allows(plain)));
            if let Err(fault) = check(kind, message) {
                prop_assert!(false, "{}: {}", fault, message.text);
            }
        }
        // The link stays, in the first message.
        let is_linked = messages[0].text.contains(URL) || messages[0].links.iter().any(|link| link.url == URL);
        prop_assert!(is_linked, "{}", messages[0].text);
    }

    #[test]
    fn even_the_smallest_limit_is_kept(
        text in texts(),
        max in 0..100_usize,
        kind in prop::sample::select(Kind::ALL.to_vec()),
    ) {
        let form = Form { limit: Limit::bytes(max), ..form(kind, Extent::Full) };
        for message in compose(&hostile_story(&text), &form) {
            prop_assert!(message.text.len() <= max, "{}", message.text);
        }
    }

    #[test]
    fn no_grapheme_is_split_and_no_word_lost(text in texts()) {
        // An address that is longer than a message is in none.
        let mut story = hostile_story(&text.replace("://", " "));
        story.title = "Title".to_owned();
        story.tags.clear();
        story.image = None;
        let form = |max| {
            let mut form = form(Kind::Plain, Extent::Full);
            form.limit = Limit::chars(max);
            form.layout.messages = 1_000;
            form.layout.sources = false;
            form
        };
        let squeezed = |messages: Vec<Message>| {
            let text: String = messages.into_iter().map(|message| message.text).collect();
            // A link that is cut is one in both messages.
            let text = text.replace(URL, "");
            text.split(|c: char| c.is_whitespace() || "…•>".contains(c)).collect::<String>()
        };
        let whole = compose(&story, &form(usize::MAX));
        let parts = compose(&story, &form(400));
        let trim = |text: String| text.replace(|c: char| ".,;:-–—([{“„«‘'\"/&*_~`#@$<|\\+=".contains(c), "");
        // What dangles before an ellipsis is left out.
        prop_assert_eq!(trim(squeezed(parts)), trim(squeezed(whole)));
    }
}
