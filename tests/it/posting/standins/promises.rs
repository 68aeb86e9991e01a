//! What holds at each platform: stories arrive whole or in parts, call nobody and lead where they say, whatever a source
//! writes; nothing is lost at a limit or while the platform is busy; what is wrong is said.

use super::{Chat, Place, SECRET, Shown, WAIT};
use chrono::{DateTime, Utc};
use std::fmt::Write as _;

/// The promises, for each of these.
macro_rules! hold_at {
    ($($chat:ident),+ $(,)?) => {$(
        mod $chat {
            use super::super::$chat::Stand;

            #[test]
            fn hostile_stories_arrive_call_nobody_and_lead_where_they_say() {
                super::hostile_stories_arrive::<Stand>();
            }

            #[test]
            fn hostile_texts_in_all_kinds_of_markup_call_nobody() {
                super::hostile_texts_call_nobody::<Stand>();
            }

            #[test]
            fn a_story_at_the_edge_of_the_limit_arrives_whole() {
                super::a_story_at_the_edge_arrives::<Stand>();
            }

            #[test]
            fn a_busy_platform_is_left_alone_as_long_as_it_says() {
                super::a_busy_platform_is_left_alone::<Stand>();
            }

            #[test]
            fn a_wrong_secret_stops_and_is_named() {
                super::a_wrong_secret_stops::<Stand>();
            }

            #[test]
            fn a_place_that_is_gone_stops() {
                super::a_place_that_is_gone_stops::<Stand>();
            }

            #[test]
            fn a_change_and_a_story_that_is_hidden_are_seen_where_that_can_be() {
                super::a_change_is_seen::<Stand>();
            }
        }
    )+};
}

hold_at!(
    bluesky,
    discord,
    google_chat,
    gotify,
    mastodon,
    mattermost,
    ntfy,
    rocket_chat,
    slack,
    slack_webhook,
    teams,
    telegram,
    webhook,
    zulip,
);

/// What breaks messages, forges others, calls people, hides links or turns the direction of writing.
const HOSTILE: [&str; 52] = [
    "@everyone",
    "@here",
    "@channel",
    "@all",
    "@room",
    "@**all**",
    "@_**Ann**",
    "@ann",
    "@annabel",
    "<@U012AB3CD>",
    "<!channel>",
    "<!here|here>",
    "<!subteam^S1>",
    "<users/all>",
    "<at>Ann</at>",
    "#random",
    "#**general**",
    "<#C024BE7LR>",
    "<https://evil.example|https://bank.example>",
    "[bank](https://evil.example)",
    "](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<a href=\"https://evil.example\">b</a>",
    "<a href=\"tg://user?id=1\">b</a>",
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

/// Text as it stands in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A word that no other story has.
fn word(story: usize, at: usize) -> String {
    let letter = |n: usize| char::from(b"abcdefghijklmnopqrst"[n % 20]);
    let digits = [story / 20, story, at / 400, at / 20, at];
    digits.into_iter().map(letter).collect()
}

fn address(name: &str) -> String {
    format!("https://a.example/{name}")
}

/// What is true of every message.
fn is_harmless(shown: &Shown) {
    assert!(shown.pings.is_empty(), "{shown:?}");
    assert!(shown.forged.is_empty(), "{shown:?}");
    let is_ours = |link: &String| link.starts_with("https://a.example/");
    assert!(shown.links.iter().all(is_ours), "{shown:?}");
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\0' | '\u{1b}');
    assert!(!shown.text.contains(turns), "{shown:?}");
}

fn hostile_stories_arrive<C: Chat>() {
    let place = Place::at::<C>("burst = \"all\"\n");
    let stories = HOSTILE.iter().zip(1..).map(|(hostile, n)| {
        let hostile = escaped(hostile);
        let words: Vec<_> = (0..12).map(|at| word(n, at)).collect();
        let title = format!("{hostile} and {hostile}{}", words[0]);
        (
            format!("{n:02}"),
            title,
            format!("{hostile} {} {hostile}", words.join(" ")),
        )
    });
    let stories: Vec<_> = stories.collect();
    let listed = stories.iter();
    let listed: Vec<_> = listed
        .map(|(name, title, text)| (name.as_str(), title.as_str(), text.as_str()))
        .collect();
    place.mill.write_texts(&listed);
    let (code, said) = place.mill.feedmill(&["run"]);
    let room = place.room();
    assert_eq!((code, said.as_str()), (Some(0), ""), "{:?}", room.refused);
    assert!(room.refused.is_empty(), "{:?}", room.refused);
    assert_eq!(room.shown.len(), HOSTILE.len());
    for (shown, n) in room.shown.iter().zip(1..) {
        is_harmless(shown);
        for at in 0..12 {
            assert!(shown.text.contains(&word(n, at)), "{n}: {shown:?}");
        }
        let address = address(&format!("{n:02}"));
        let leads = shown.links.contains(&address) || shown.text.contains(&address);
        assert!(leads, "{shown:?}");
    }
}

/// The same in bold, in code and in lines as they are, as full texts have it.
fn hostile_texts_call_nobody<C: Chat>() {
    let place = Place::at::<C>("burst = \"all\"\ntext = \"full\"\n");
    let stories = HOSTILE.iter().zip(1..).map(|(hostile, n)| {
        let hostile = escaped(hostile);
        let words: Vec<_> = (0..12).map(|at| word(n, at)).collect();
        let words = words.join(" ");
        let html = format!(
            "<p>{hostile} {words} <b>{hostile}</b> <code>{hostile}</code> {hostile}</p><pre>{hostile}\n{hostile}</pre>"
        );
        (format!("{n:02}"), words, escaped(&html))
    });
    let stories: Vec<_> = stories.collect();
    let listed = stories.iter();
    let listed: Vec<_> = listed
        .map(|(name, title, text)| (name.as_str(), title.as_str(), text.as_str()))
        .collect();
    place.mill.write_texts(&listed);
    let (code, said) = place.mill.feedmill(&["run"]);
    let room = place.room();
    assert_eq!((code, said.as_str()), (Some(0), ""), "{:?}", room.refused);
    assert!(room.refused.is_empty(), "{:?}", room.refused);
    for shown in &room.shown {
        assert!(shown.pings.is_empty(), "{shown:?}");
        let is_ours = |link: &String| link.starts_with("https://a.example/");
        assert!(shown.links.iter().all(is_ours), "{shown:?}");
    }
    let whole: String = room.shown.iter().map(|shown| shown.text.as_str()).collect();
    for n in 1..=HOSTILE.len() {
        assert!((0..12).all(|at| whole.contains(&word(n, at))), "{n}");
    }
}

/// A text of `words` words of many units, and then `rest` letters.
fn long_text(story: usize, words: usize, rest: usize, filler: &str) -> String {
    let mut text = String::new();
    for at in 0..words {
        let _ = write!(text, "{}{}z ", word(story, at), filler.repeat(4));
    }
    text + &"x".repeat(rest)
}

fn a_story_at_the_edge_arrives<C: Chat>() {
    if C::MAX == 0 {
        return;
    }
    let place = Place::at::<C>("text = \"full\"\n");
    // What is around a text, from a message with one letter of it.
    place.mill.write_texts(&[("0", "Edge 0", "x")]);
    place.mill.feedmill(&["run"]);
    place.mill.write_texts(&[("1", "Edge 1", "x")]);
    place.mill.feedmill(&["run"]);
    let around = place.room().shown.last().unwrap().size - 1;
    let of_word = 7 + 4 * C::FILLER.2;
    for (story, over) in [(2, -1_isize), (3, 0), (4, 1)] {
        let wanted = (C::MAX - around).checked_add_signed(over).unwrap();
        // At least one letter, so that the text does not end with a space.
        let words = (wanted - 1) / of_word;
        let rest = wanted - words * of_word;
        let before = place.room().shown.len();
        let (name, title) = (story.to_string(), format!("Edge {story}"));
        let text = long_text(story, words, rest, C::FILLER.0);
        place.mill.write_texts(&[(&name, &title, &text)]);
        let (code, said) = place.mill.feedmill(&["run"]);
        let room = place.room();
        assert_eq!((code, said.as_str()), (Some(0), ""), "{:?}", room.refused);
        assert!(room.refused.is_empty(), "{:?}", room.refused);
        let parts = &room.shown[before..];
        let sizes: Vec<_> = parts.iter().map(|part| part.size).collect();
        assert!(sizes.iter().all(|size| *size <= C::MAX), "{sizes:?}");
        if over <= 0 {
            assert_eq!(sizes, [C::MAX.checked_add_signed(over).unwrap()]);
        } else {
            assert!(sizes.len() > 1, "{sizes:?}");
        }
        let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
        for at in 0..words {
            let word = word(story, at) + &C::FILLER.1.repeat(4);
            assert!(whole.contains(&word), "{at} of {words}: {word}");
        }
        assert!(whole.contains(&"x".repeat(rest)));
    }
}

fn a_busy_platform_is_left_alone<C: Chat>() {
    let place = Place::at::<C>("");
    place
        .mill
        .write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    place.room().is_busy = true;
    let now = Utc::now();
    let (code, said) = place.mill.feedmill(&["run"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), ""),
        "a busy server is no news"
    );
    let until = place.mill.state()["held_until"].clone();
    let until: DateTime<Utc> = serde_json::from_value(until).unwrap();
    let wait = if C::SAYS_WHEN { WAIT } else { 60 };
    let waits = (until - now).num_seconds();
    assert!((wait - 2..wait + 60).contains(&waits), "{waits}");
    place.room().is_busy = false;
    let asked = place.room().asked;
    let (code, said) = place.mill.feedmill(&["deliver"]);
    assert!(code == Some(1) && said.contains("2 waiting"), "{said}");
    assert_eq!(place.room().asked, asked, "it rests");
    place.mill.wake();
    let (code, said) = place.mill.feedmill(&["deliver"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let texts = place.texts();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("Ferry late") && texts[1].contains("Harbour closed"));
}

/// It stopped, and says so once.
fn has_stopped(place: &Place, more: &str) {
    let (code, said) = place.mill.feedmill(&["run"]);
    assert_eq!(code, Some(0), "what is published is published");
    for part in ["team", "deliver team --retry", more] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("s3cret"), "{said}");
    let asked = place.room().asked;
    assert_eq!(place.mill.feedmill(&["run"]), (Some(0), String::new()));
    assert_eq!(place.room().asked, asked, "nothing is tried");
    let failed = place.mill.feedmill(&["deliver", "--failed"]).1;
    assert_eq!(failed, "", "no message is at fault");
}

fn a_wrong_secret_stops<C: Chat>() {
    let mut place = Place::at::<C>("");
    place
        .mill
        .write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    place.mill.secret = C::secret(&place.address, "wr0ng-s3cret");
    has_stopped(&place, "check env:TEAM_SECRET");
    // Another secret begins anew by itself.
    place.mill.secret = C::secret(&place.address, SECRET);
    assert_eq!(place.mill.feedmill(&["run"]), (Some(0), String::new()));
    assert_eq!(place.texts().len(), 2);
}

fn a_place_that_is_gone_stops<C: Chat>() {
    let place = Place::at::<C>("");
    place
        .mill
        .write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    place.room().is_gone = true;
    has_stopped(&place, "");
    place.room().is_gone = false;
    let retried = place.mill.feedmill(&["deliver", "--retry"]);
    assert_eq!(retried, (Some(0), String::new()));
    assert_eq!(place.texts().len(), 2);
}

fn a_change_is_seen<C: Chat>() {
    let place = Place::at::<C>("");
    let run = || assert_eq!(place.mill.feedmill(&["run"]), (Some(0), String::new()));
    place
        .mill
        .write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    run();
    place
        .mill
        .write(&[("1", "Ferry late by @everyone"), ("2", "Harbour closed")]);
    run();
    run();
    let texts = place.texts();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[0].contains("late by"), C::CORRECTS.0, "{texts:?}");
    place.room().shown.iter().for_each(is_harmless);
    place.mill.feedmill(&["hide", "https://a.example/1"]);
    run();
    run();
    let texts = place.texts();
    assert_eq!(texts.len(), if C::CORRECTS.1 { 1 } else { 2 }, "{texts:?}");
    assert!(texts.last().unwrap().contains("Harbour closed"));
    assert!(
        place.room().refused.is_empty(),
        "{:?}",
        place.room().refused
    );
}
