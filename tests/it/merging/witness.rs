//! A document is a witness: what it lists side by side is two items, unless nothing differs.

use super::documents::{Entry, document};
use crate::common::{ALL, House, ONE_SOURCE, TWO_SOURCES};

/// A text that is the same below every item of a serial.
const BLURB: &str =
    "Five minutes of news from the desk of Harbour Radio, read on the hour, every hour.";

/// Numbers of a serial's items.
fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("{n:02}")).collect()
}

/// As many addresses that begin with this.
fn links(count: usize, before: &str) -> Vec<String> {
    (numbers(count).iter())
        .map(|n| format!("{before}{n}"))
        .collect()
}

/// How many stories a pass makes of one document with these items.
async fn stories_of(entries: &[Entry<'_>]) -> usize {
    let house = House::new(ONE_SOURCE);
    house.write("a.xml", &document("a", entries.iter().copied()));
    house.pass().await;
    house.items("all").len()
}

/// How many stories passes make of these items if each document lists one only, the last one first.
async fn stories_one_by_one(entries: &[Entry<'_>]) -> usize {
    let house = House::new(ONE_SOURCE);
    for entry in entries.iter().rev() {
        house.write("a.xml", &document("a", [*entry]));
        house.pass().await;
    }
    house.items("all").len()
}

#[tokio::test]
async fn hourly_bulletins_with_one_title_and_text_are_items_of_their_own() {
    let numbers = numbers(24);
    let parts: Vec<[String; 2]> = (numbers.iter())
        .map(|n| {
            let file = format!("<enclosure url=\"https://radio.example/{n}.mp3\" type=\"audio/mpeg\" length=\"9\"/>");
            [format!("https://radio.example/news/{n}"), file]
        })
        .collect();
    let bulletins: Vec<Entry> = (1..)
        .zip(numbers.iter().zip(&parts))
        .map(|(hours_ago, (id, [link, more]))| Entry {
            id,
            title: "The news on the hour",
            link,
            hours_ago,
            text: BLURB,
            more,
        })
        .collect();
    assert_eq!(stories_of(&bulletins).await, 24);
    let one_page: Vec<Entry> = (bulletins.iter())
        .map(|bulletin| Entry {
            link: "https://radio.example/news/latest",
            ..*bulletin
        })
        .collect();
    assert_eq!(stories_of(&one_page).await, 24);
}

#[tokio::test]
async fn riddles_with_one_title_and_text_differ_by_their_links() {
    let links = links(7, "https://paper.example/riddle/");
    for hours in [24, 1] {
        let riddles: Vec<Entry> = (1..)
            .zip(&links)
            .map(|(n, link)| Entry {
                id: link,
                title: "The little riddle",
                link,
                hours_ago: hours * n,
                text: "Ten questions for the breakfast table, from easy to hard. Today they are by Grebe. \
                    Answers are in the paper of tomorrow.",
                ..Entry::default()
            })
            .collect();
        assert_eq!(stories_of(&riddles).await, 7, "{hours}");
        if hours == 24 {
            assert_eq!(stories_one_by_one(&riddles).await, 7);
        }
    }
}

#[tokio::test]
async fn pictures_of_the_day_on_one_page_differ_by_their_pictures() {
    let numbers = numbers(6);
    let pictures: Vec<String> = (numbers.iter())
        .map(|n| {
            format!("<enclosure url=\"https://paper.example/p/{n}.jpg\" type=\"image/jpeg\" length=\"9\"/>")
        })
        .collect();
    for hours in [24, 1] {
        let days: Vec<Entry> = (1..)
            .zip(numbers.iter().zip(&pictures))
            .map(|(n, (id, more))| Entry {
                id,
                title: "The picture that our readers chose",
                link: "https://paper.example/picture",
                hours_ago: hours * n,
                text: "See it in full size, and read what the one who took it has to say about the light.",
                more,
            })
            .collect();
        assert_eq!(stories_of(&days).await, 6, "{hours}");
    }
}

#[tokio::test]
async fn incidents_told_in_the_words_of_a_form_are_items_of_their_own() {
    let links = links(5, "https://status.example/incident/");
    let incidents: Vec<Entry> = (1..)
        .zip(&links)
        .map(|(n, link)| Entry {
            id: link,
            title: "Slow answers from the interface",
            link,
            hours_ago: 3 * n,
            text: "Solved - the interface answers as usual again. Watching - we made a change and look at \
                what comes of it. Looking - some answers take more than a second.",
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&incidents).await, 5);
}

#[tokio::test]
async fn versions_on_one_page_with_one_text_are_items_of_their_own() {
    for hours in [200, 1] {
        let versions: Vec<Entry> = (1..)
            .zip(["Plume 2.9.0", "Plume 2.8.1", "Plume 2.8.0", "Plume 2.7.5"])
            .map(|(n, title)| Entry {
                id: title,
                title,
                link: "https://plume.example/news/",
                hours_ago: hours * n,
                text: "Small faults are gone and large files open sooner. Thanks to all who wrote to us about them.",
                ..Entry::default()
            })
            .collect();
        assert_eq!(stories_of(&versions).await, 4, "{hours}");
    }
}

#[tokio::test]
async fn an_event_on_several_days_under_one_guid_is_a_story_each_time() {
    let choir = "https://town.example/choir";
    let events: Vec<Entry> = [14, 7, 0]
        .into_iter()
        .zip([
            "Open choir in the town hall on Saturday 1 June 2024 at 11 am. Everybody may sing.",
            "Open choir in the town hall on Saturday 8 June 2024 at 11 am. Everybody may sing.",
            "Open choir in the town hall on Saturday 15 June 2024 at 11 am. Everybody may sing.",
        ])
        .map(|(days, text)| Entry {
            id: choir,
            title: "Open choir in the town hall",
            link: choir,
            hours_ago: 24 * days + 1,
            text,
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&events).await, 3);
}

#[tokio::test]
async fn episodes_with_one_title_and_text_and_other_recordings_are_items_of_their_own() {
    let numbers = numbers(10);
    let parts: Vec<[String; 2]> = (numbers.iter())
        .map(|n| {
            let file = format!(
                "<enclosure url=\"https://cast.example/{n}.mp3\" type=\"audio/mpeg\" length=\"9\"/>"
            );
            [format!("https://cast.example/show/{n}"), file]
        })
        .collect();
    for (days, same_page) in [(1, false), (1, true), (0, false), (0, true)] {
        let episodes: Vec<Entry> = (1..)
            .zip(numbers.iter().zip(&parts))
            .map(|(n, (id, [link, more]))| Entry {
                id,
                title: "Tea with the lighthouse keeper",
                link: if same_page { "https://cast.example/show" } else { link },
                hours_ago: n * (24 * days + 1),
                text: "Marit puts the kettle on and talks to whoever climbs the stairs of the lighthouse this day.",
                more,
            })
            .collect();
        assert_eq!(stories_of(&episodes).await, 10, "{days} {same_page}");
        // Each has left the document when the next one comes.
        assert_eq!(
            stories_one_by_one(&episodes).await,
            10,
            "{days} {same_page}"
        );
    }
}

#[tokio::test]
async fn letters_with_one_title_on_one_page_differ_by_fragment_and_text() {
    let texts = [
        "In this letter we plant beans, mend a wheelbarrow and wonder why the well is low in March.",
        "A reader from Gotland asks how deep a pond has to be. Three gardeners answer, and do not agree.",
        "The new greenhouse stands. Photographs of all nine days, and a list of what broke on the way.",
        "Seeds: what we ordered, what arrived, what the mice left. Also a recipe for nettle soup.",
    ];
    let links = links(4, "https://letters.example/all#");
    for hours in [720, 24, 1] {
        let letters: Vec<Entry> = (1..)
            .zip(links.iter().zip(texts))
            .map(|(n, (link, text))| Entry {
                title: "The Garden Letter",
                link,
                hours_ago: n * hours,
                text,
                ..Entry::default()
            })
            .collect();
        assert_eq!(stories_of(&letters).await, 4, "{hours}");
        assert_eq!(stories_one_by_one(&letters).await, 4, "{hours}");
    }
}

#[tokio::test]
async fn notes_without_titles_on_the_page_of_a_day_are_items_of_their_own() {
    let links = links(5, "http://notes.example/2024/06/15.html#n");
    let texts = [
        "Rain.",
        "Two blackbirds on the roof of the shed.",
        "I think the ferry is late again.",
        "Yes.",
        "A good essay on bridges, if you have an hour.",
    ];
    let notes: Vec<Entry> = (1..)
        .zip(links.iter().zip(texts))
        .map(|(hours_ago, (link, text))| Entry {
            id: link,
            link,
            hours_ago,
            text,
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&notes).await, 5);
    assert_eq!(stories_one_by_one(&notes).await, 5);
}

#[tokio::test]
async fn comments_whose_ids_differ_in_the_fragment_are_items_of_their_own() {
    let ids = links(3, "http://boats.example/?p=12#comment-");
    let links = links(3, "https://boats.example/which-boat/#comment-");
    let comments: Vec<Entry> = (1..)
        .zip(ids.iter().zip(&links))
        .zip([
            (
                "By: Ida",
                "Mine is of wood, and it has been on the lake for thirty summers.",
            ),
            (
                "By: Pelle",
                "Does anybody know who sells oars of that length in Skane?",
            ),
            (
                "By: Rut",
                "We gave ours away, because the paint never dried.",
            ),
        ])
        .map(|((days, (id, link)), (title, text))| Entry {
            id,
            title,
            link,
            hours_ago: 24 * days,
            text,
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&comments).await, 3);
    assert_eq!(stories_one_by_one(&comments).await, 3);
}

#[tokio::test]
async fn versions_whose_ids_differ_in_the_fragment_are_items_of_their_own() {
    let versions = ["3.2.118", "3.2.117", "3.1.9"];
    let links = versions.map(|v| format!("https://loom.example/changes/next#{v}"));
    let titles = versions.map(|v| format!("Loom Next {v}"));
    let entries: Vec<Entry> = (1..)
        .zip(links.iter().zip(&titles))
        .map(|(days, (link, title))| Entry {
            id: link,
            title,
            link,
            hours_ago: 24 * days,
            text: "Made from the newest Loom, with all that is mended in its menus and in its terminal.",
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&entries).await, 3);
    assert_eq!(stories_one_by_one(&entries).await, 3);
}

/// What a channel says below each of its videos. It names the programmes, and so their titles.
const STANDING: &str = "Harbour Channel shows you the town as it is. Watch Morning Quay on weekdays at 6, \
    Market Round on Mondays, Ask the Captain on Tuesdays and Thursdays, Garden Hour on Fridays and Evening \
    Bells on Sundays. Write to the studio if you want to sing, cook or complain. All programmes stay on this \
    page for a month, and those of last year are in the library next to the church.";

#[tokio::test]
async fn the_standing_text_of_a_channel_says_nothing_about_its_videos() {
    let links = links(6, "https://video.example/watch?v=");
    let titles = [
        "Morning Quay | Saturday",
        "Ask the Captain: how deep is the harbour?",
        "Evening Bells from the old church",
        "Garden Hour with a guest",
        "Market Round: fish and cheese",
        "Morning Quay | Friday",
    ];
    let videos: Vec<Entry> = (1..)
        .zip(links.iter().zip(titles))
        .map(|(n, (link, title))| Entry {
            id: link,
            title,
            link,
            hours_ago: 4 * n,
            text: STANDING,
            ..Entry::default()
        })
        .collect();
    assert_eq!(stories_of(&videos).await, 6);
    // As they come: the newest above those that are there, or alone.
    for listed in [6, 1] {
        let house = House::new(ONE_SOURCE);
        house.write("a.xml", &document("a", videos[3..].iter().copied()));
        house.pass().await;
        for newest in [2, 1, 0] {
            let document = document("a", videos[newest..].iter().take(listed).copied());
            house.write("a.xml", &document);
            house.pass().await;
        }
        assert_eq!(house.items("all").len(), 6, "{listed}");
    }
}

/// An item of a digest.
const DIGEST: Entry = Entry {
    id: "digest-1",
    title: "What the week brought to the harbour",
    link: "https://a.example/digest/24",
    hours_ago: 3,
    text: "A tug with a new engine, two seals on the slipway and the first strawberries at the market, \
        which cost more than last year and taste as they did.",
    more: "",
};

#[tokio::test]
async fn an_item_that_stands_twice_with_nothing_that_differs_is_one() {
    let again = Entry {
        id: "digest-2",
        ..DIGEST
    };
    assert_eq!(stories_of(&[DIGEST, again]).await, 1);
}

#[tokio::test]
async fn an_item_that_stands_twice_is_two_if_anything_differs() {
    let again = Entry {
        id: "digest-2",
        ..DIGEST
    };
    let other_text = DIGEST.text.replace("two seals", "three seals");
    for differs in [
        Entry {
            link: "https://a.example/digest/25",
            ..again
        },
        Entry {
            title: "What the night brought to the harbour",
            ..again
        },
        Entry {
            text: &other_text,
            ..again
        },
        Entry {
            hours_ago: 27,
            ..again
        },
    ] {
        assert_eq!(stories_of(&[DIGEST, differs]).await, 2);
    }
    for [one, other] in [
        ["1.mp3\" type=\"audio/mpeg\"", "2.mp3\" type=\"audio/mpeg\""],
        ["1.jpg\" type=\"image/jpeg\"", "2.jpg\" type=\"image/jpeg\""],
    ]
    .map(|files| {
        files.map(|file| format!("<enclosure length=\"9\" url=\"https://a.example/{file}/>"))
    }) {
        let first = Entry {
            more: &one,
            ..DIGEST
        };
        let second = Entry {
            more: &other,
            ..again
        };
        assert_eq!(stories_of(&[first, second]).await, 2, "{other}");
        let same = Entry {
            more: &one,
            ..again
        };
        assert_eq!(stories_of(&[first, same]).await, 1, "{one}");
    }
}

#[tokio::test]
async fn two_sources_with_the_same_two_items_pair_them_crosswise() {
    let title = "Prices at the fish auction of the harbour";
    let texts = ["noon", "evening"].map(|hour| {
        format!(
            "At {hour} the auction sold cod, saithe and a little halibut. Buyers came from four towns, and the \
             hall was cold. Most of the boats had been out for two days, because the wind had turned to the \
             north and the lee of the islands was full. The next auction is held when the boats are back."
        )
    });
    let links = [
        "https://a.example/1",
        "https://a.example/2",
        "https://b.example/1",
        "https://b.example/2",
    ];
    let entry = |n: usize| Entry {
        id: links[n],
        title,
        link: links[n],
        hours_ago: 6 - i64::try_from(n % 2).unwrap() * 2,
        text: &texts[n % 2],
        ..Entry::default()
    };
    let [a, b] = [[entry(0), entry(1)], [entry(2), entry(3)]];
    let pairs = [[links[0], links[2]], [links[1], links[3]]];
    let house = House::new(TWO_SOURCES);
    house.write("a.xml", &document("a", a));
    house.write("b.xml", &document("b", b));
    house.pass().await;
    assert_eq!(house.stories(), pairs);
    // One source after the other.
    let house = House::new(TWO_SOURCES);
    house.write("a.xml", &document("a", a));
    house.write("b.xml", &document("b", []));
    house.pass().await;
    house.write("b.xml", &document("b", b));
    house.pass_at("2024-06-15T13:00:00Z", &ALL).await;
    assert_eq!(house.stories(), pairs);
}

#[tokio::test]
async fn an_item_that_comes_again_under_a_new_id_and_link_is_one() {
    let again = Entry {
        id: "digest-2",
        link: "https://a.example/digest/what-the-week-brought",
        hours_ago: 1,
        ..DIGEST
    };
    assert_eq!(stories_one_by_one(&[again, DIGEST]).await, 1);
    // It is two as long as the document lists both.
    assert_eq!(stories_of(&[again, DIGEST]).await, 2);
}
