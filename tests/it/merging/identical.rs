//! What becomes one story and what does not, by example.

use chrono::{DateTime, TimeDelta, Utc};
use feedmill::dedupe::{
    Candidate, Filter, Fingerprint, Member, Merger, Placed, Placement, coverages,
};
use feedmill::model::{Item, ItemSource, Reason};
use std::collections::HashMap;
use std::path::Path;

const STORM: &str = "A storm that nobody had forecast tore the roof off the old harbour hall in Esbjerg on Monday \
    night and left two thousand homes without power. The mayor, Lise Holm, said the hall could not be saved and \
    that the fish market would move to the ferry terminal for at least six weeks. Insurers put the damage at \
    forty million kroner, most of it to boats that had broken loose and struck the quay. Schools will stay closed \
    until Thursday while engineers check their windows, and the railway expects its first train on Wednesday noon.";

const DAM: &str = "Engineers began to empty the reservoir above Linz after divers found a crack eleven metres long \
    in the foot of the dam. The operator said there was no danger to the villages below, which had nevertheless \
    been asked to keep their cellars empty. Filling it again will take until spring, and the turbines, which give \
    light to half of the valley, will stand still all winter.";

fn item(number: usize, title: &str, body: &str) -> Item {
    Item {
        url: Some(format!("https://site{number}.example/a/{number}")),
        title: Some(title.to_owned()).filter(|t| !t.is_empty()),
        content_text: Some(body.to_owned()).filter(|b| !b.is_empty()),
        ..Item::new(
            format!("n{number}"),
            ItemSource::default().into(),
            start() + TimeDelta::minutes(10 * i64::try_from(number).unwrap_or(0)),
        )
    }
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a moment")
}

fn place(items: &[Item]) -> Vec<Placed> {
    let mut filter = Filter::new();
    items.iter().map(|item| filter.place(item)).collect()
}

fn stories(items: &[Item]) -> Vec<u64> {
    place(items).iter().map(|placed| placed.story).collect()
}

fn are_one(a: (&str, &str), b: (&str, &str)) -> bool {
    stories(&[item(0, a.0, a.1), item(1, b.0, b.1)]) == [0, 0]
}

#[test]
fn a_repeated_item_becomes_one_story() {
    let placed = place(&[
        item(0, "Storm in Esbjerg", STORM),
        item(1, "STORM IN ESBJERG", STORM),
    ]);
    assert!(matches!(
        placed[1].placement,
        Placement::Joins {
            story: 0,
            with: 0,
            reason: Reason::SameText,
            ..
        }
    ));
}

#[test]
fn a_copy_cut_in_the_middle_of_a_word_joins() {
    let cut = format!("{}…", STORM.split_at(151).0);
    assert!(are_one(
        ("Harbour hall loses its roof", STORM),
        ("Harbour hall loses its roof - The Daily", &cut)
    ));
}

#[test]
fn an_abridged_copy_under_another_title_joins() {
    let abridged = STORM.split_once(" Schools").expect("two parts").0;
    assert!(are_one(
        ("Storm tore roof off harbour hall", STORM),
        ("Esbjerg harbour hall could not be saved", abridged)
    ));
}

#[test]
fn an_update_with_a_corrected_number_joins() {
    let corrected = STORM.replace("two thousand", "three thousand");
    assert!(are_one(
        ("Storm in Esbjerg", STORM),
        ("UPDATE 1-Storm in Esbjerg", &corrected)
    ));
}

#[test]
fn a_dateline_credits_and_an_invitation_do_not_matter() {
    let wire = format!("ESBJERG, Nov 3 (Agency) - {STORM} (Reporting by A. Writer) Read more");
    let placed = place(&[
        item(0, "Storm in Esbjerg", STORM),
        item(1, "Storm in Esbjerg", &wire),
    ]);
    assert!(matches!(
        placed[1].placement,
        Placement::Joins {
            reason: Reason::SameText,
            ..
        }
    ));
}

#[test]
fn a_title_repeated_in_the_text_does_not_matter() {
    let repeated = format!("Storm in Esbjerg\n\n{STORM}");
    let placed = place(&[
        item(0, "Storm in Esbjerg", STORM),
        item(1, "Storm in Esbjerg", &repeated),
    ]);
    assert!(matches!(
        placed[1].placement,
        Placement::Joins {
            reason: Reason::SameText,
            ..
        }
    ));
}

#[test]
fn headlines_without_texts_join_with_and_without_a_publisher() {
    let headline = "Divers find crack in the foot of Linz dam";
    assert!(are_one(
        (headline, ""),
        (
            "Divers find crack in the foot of Linz dam | Alpine Post",
            ""
        )
    ));
    assert!(are_one(
        (headline, ""),
        ("Divers find crack in the foot of ...", "")
    ));
    assert!(!are_one(
        (headline, ""),
        ("Divers find nothing in the foot of Linz dam", "")
    ));
}

#[test]
fn two_issues_of_a_serial_stay_apart() {
    for (a, b) in [
        ("Harbour Talk Episode 41", "Harbour Talk Episode 42"),
        ("Briefing 12 March", "Briefing 13 March"),
    ] {
        assert!(!are_one((a, STORM), (b, STORM)), "{a}");
    }
    let rate = |rate: &str| {
        format!(
            "The central bank bought bills for the market at {rate} per cent on the day, its dealers said, and did nothing else."
        )
    };
    assert!(!are_one(
        ("Bank adds reserves to market", &rate("6-3/16")),
        ("Bank adds reserves to market", &rate("6-1/4"))
    ));
}

#[test]
fn an_update_with_other_numbers_throughout_is_another_issue() {
    let bulletin = |first: usize| {
        let row = |row: usize| {
            let said: String = (0..5).map(|part| words(5 * row + part)).collect();
            format!("{said}{} ", first + row)
        };
        (0..12).map(row).collect::<String>()
    };
    let title = "Prices of the evening in all markets";
    let update = format!("UPDATE 1-{title}");
    assert!(!are_one(
        (title, &bulletin(2000)),
        (&update, &bulletin(3000))
    ));
}

#[test]
fn two_tables_with_one_number_again_and_again_stay_apart() {
    let text: String = (0..40).map(words).collect();
    for repeated in 0..60 {
        let table = |first: usize| {
            let rows = (first..first + 60).map(|own| format!("{repeated} {own} "));
            format!("{text} {}", rows.collect::<String>())
        };
        let title = "Results of the evening in all leagues";
        assert!(
            !are_one((title, &table(2000)), (title, &table(3000))),
            "{repeated}"
        );
    }
}

#[test]
fn one_template_about_two_places_stays_apart() {
    let visit = |place: &str, name: &str| {
        format!(
            "The Secretary General met {name} on Monday and thanked {place} for its long support. They spoke about the \
                 year to come, the common budget and the new headquarters, and agreed to meet again before the summit."
        )
    };
    assert!(!are_one(
        (
            "In Oslo, Secretary General praises Norway's support",
            &visit("Norway", "Kari Berg")
        ),
        (
            "In Tirana, Secretary General praises Albania's support",
            &visit("Albania", "Arben Hoxha")
        ),
    ));
}

#[test]
fn one_paywall_under_many_titles_stays_apart() {
    let wall = "Continue with your free account. You have read all free texts of this month; sign in or subscribe to go on, \
                and get our letters every morning. By signing up you accept our terms and may leave at any time you like.";
    let titles = [
        "Storm in Esbjerg",
        "Crack in Linz dam",
        "Elections in Peru",
        "Whale seen off Cork",
        "New bridge for Riga",
    ];
    let items: Vec<Item> = (0..200)
        .map(|n| item(n, &format!("{} {}", titles[n % 5], words(n)), wall))
        .collect();
    assert_eq!(largest(&stories(&items)), 1);
}

#[test]
fn one_rubric_over_different_texts_stays_apart() {
    assert!(!are_one(
        ("Pictures of the day", STORM),
        ("Pictures of the day", DAM)
    ));
    assert!(!are_one(
        ("The seven best pictures of the day", STORM),
        ("The seven best pictures of the day", "")
    ));
}

#[test]
fn one_title_without_texts_gives_no_giant_story() {
    let items: Vec<Item> = (0..300)
        .map(|n| item(n, "The seven best pictures of the day", ""))
        .collect();
    assert!(largest(&stories(&items)) <= 16);
}

#[test]
fn one_address_for_all_items_gives_no_giant_story() {
    let items: Vec<Item> = (0..50)
        .map(|n| Item {
            url: Some("https://site.example/news?all".into()),
            ..item(n, &words(n), &words(n + 100).repeat(9))
        })
        .collect();
    assert_eq!(largest(&stories(&items)), 1);
}

#[test]
fn items_with_nothing_in_them_stay_apart() {
    let items: Vec<Item> = (0..50).map(|n| item(n, "", "")).collect();
    assert_eq!(largest(&stories(&items)), 1);
}

#[test]
fn a_megabyte_of_text_is_read_by_its_beginning() {
    let long = DAM.repeat(3000);
    assert!(are_one(
        ("Crack in Linz dam", &long),
        ("Crack in Linz dam", &format!("{long} and more"))
    ));
    assert!(Fingerprint::of(&item(0, &long, &long)).to_bytes().len() < 1000);
}

#[test]
fn scripts_without_spaces_are_compared_too() {
    let text = "日本政府は月曜日、沿岸の三つの港を改修し、大型船が入れるようにする計画を発表した。費用は約四百億円で、工事は来年の春に始まり、\
                五年後に終わる見込みである。地元の漁業者は騒音と水質への影響を心配しているが、知事は雇用が増えると述べた。";
    let cut: String = text.chars().take(70).chain("…".chars()).collect();
    assert!(are_one(
        ("政府、三つの港の改修計画を発表", text),
        ("政府、三つの港の改修計画を発表", &cut)
    ));
    assert!(!are_one(
        ("今日の為替 3月12日", text),
        ("今日の為替 3月13日", text)
    ));
}

#[test]
fn what_is_far_apart_in_time_is_not_the_same_news() {
    let mut later = item(
        1,
        "Storm in Esbjerg",
        &STORM.replace("Lise Holm", "Lise Maria Holm"),
    );
    later.date_published = start() + TimeDelta::hours(80);
    assert_eq!(
        stories(&[item(0, "Storm in Esbjerg", STORM), later.clone()]),
        [0, 1]
    );
    later.content_text = Some(STORM.into());
    assert_eq!(
        stories(&[item(0, "Storm in Esbjerg", STORM), later.clone()]),
        [0, 0]
    );
    later.date_published = start() + TimeDelta::days(8);
    assert_eq!(
        stories(&[item(0, "Storm in Esbjerg", STORM), later]),
        [0, 1]
    );
}

#[test]
fn one_date_in_the_future_makes_nothing_forgotten() {
    let mut items: Vec<Item> = (0..30)
        .map(|n| item(n, &words(n), &words(n).repeat(15)))
        .collect();
    items.push(Item {
        date_published: start() + TimeDelta::days(27_000),
        ..item(30, "Crack in Linz dam", DAM)
    });
    items.extend((31..60).map(|n| item(n, &words(n - 31), &words(n - 31).repeat(15))));
    let expected: Vec<u64> = (0..31).chain(0..29).collect();
    assert_eq!(stories(&items), expected);
}

#[test]
fn two_stories_never_fuse() {
    let (first, second) = STORM.split_once(" Insurers").expect("two parts");
    let items = [
        item(0, "Harbour hall loses roof", first),
        item(1, "Forty million lost in storm", second),
        item(2, "Harbour hall loses roof", STORM),
    ];
    assert_eq!(stories(&items), [0, 1, 0]);
}

#[test]
fn the_numbers_of_items_and_stories_do_not_matter() {
    let wall =
        "Continue with your free account, or sign in to read on; our letters come every morning.";
    let items: Vec<Item> = (0..120)
        .map(|n| match n % 3 {
            0 => item(n, &format!("{} | The Daily", words(n)), wall),
            1 => item(n, "The seven best pictures of the day", ""),
            _ => item(
                n,
                &words(n / 8),
                &format!("{} {wall}", words(n / 8).repeat(8)),
            ),
        })
        .map(|item| Item {
            url: Some(format!("https://daily.example/a/{}", item.id.as_str())),
            ..item
        })
        .collect();
    let mut merger = Merger::new();
    let mut firsts = Vec::new();
    let mut found = Vec::new();
    for (at, item) in (0..).zip(&items) {
        let candidate = Candidate {
            number: 5000 + at * 7 % 120,
            source: 9,
            listed: false,
            published: item.date_published,
            fingerprint: Fingerprint::of(item),
        };
        let (story, is_first, first_published, steps) = match merger.place(&candidate) {
            Placement::New => {
                firsts.push(at);
                (5000 + firsts.len() as u64, true, item.date_published, 0)
            }
            Placement::Joins {
                story,
                first_published,
                steps,
                ..
            } => (story, false, first_published, steps),
        };
        found.push(firsts[usize::try_from(story).expect("small") - 5001]);
        merger.remember(
            &candidate,
            Member {
                story,
                is_first,
                first_published,
                steps,
            },
        );
    }
    assert_eq!(found, stories(&items));
    assert!(firsts.len() > 60 && firsts.len() < 120, "{}", firsts.len());
}

/// Posts of one source, a day apart: one title, some words of their own, one footer.
fn daily_posts(own_words: usize, own_first: bool, seed: usize) -> Vec<Item> {
    let footer = "Thank you for reading what our newsroom has gathered for you this morning. Write to us if we missed \
        something that you think others should know about. You can change how often these letters come, or stop them \
        altogether, from the page of your account; the address of our office stands \
        there too.";
    (0..25)
        .map(|n| {
            let text: String = (0..own_words)
                .map(|w| words(seed * 25_000 + n * 1000 + w))
                .collect();
            let own: Vec<&str> = text.split_whitespace().take(own_words).collect();
            let own = own.join(" ");
            let text = if own_first {
                format!("{own}. {footer}")
            } else {
                format!("{footer} {own}")
            };
            Item {
                url: Some(format!("https://news.example/daily/{n}")),
                date_published: start() + TimeDelta::days(i64::try_from(n).unwrap_or(0)),
                ..item(n, "The daily briefing from our newsroom", &text)
            }
        })
        .collect()
}

#[test]
fn daily_posts_of_one_source_with_one_footer_stay_apart() {
    for own_words in [12, 25, 40] {
        for (seed, own_first) in (0..).zip([true, false, true, false]) {
            let mut posts = daily_posts(own_words, own_first, seed);
            assert_eq!(largest(&stories(&posts)), 1, "{own_words} {own_first}");
            posts.reverse();
            let newest_first = largest(&stories(&posts));
            assert_eq!(newest_first, 1, "{own_words} {own_first}");
        }
    }
}

#[test]
fn daily_posts_of_one_source_without_texts_stay_apart() {
    let posts: Vec<Item> = daily_posts(12, true, 5)
        .into_iter()
        .map(|post| Item {
            content_text: None,
            ..post
        })
        .collect();
    assert_eq!(largest(&stories(&posts)), 1);
}

#[test]
fn hourly_posts_of_one_source_with_one_footer_stay_apart() {
    for own_words in [12, 25, 40] {
        let mut posts = daily_posts(own_words, true, 4);
        for (hour, post) in (0..).zip(&mut posts) {
            post.date_published = start() + TimeDelta::hours(hour);
        }
        assert_eq!(largest(&stories(&posts)), 1, "{own_words}");
    }
}

#[test]
fn a_story_does_not_outlast_its_window_by_a_chain() {
    let items: Vec<Item> = (0..10)
        .map(|n| Item {
            date_published: start() + TimeDelta::days(i64::try_from(n).unwrap_or(0)),
            ..item(n, "Storm in Esbjerg", &STORM.replace("Lise", &words(n)))
        })
        .collect();
    assert_eq!(stories(&items), [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]);
}

#[test]
fn one_source_may_shorten_and_correct_what_it_said() {
    let posts = |other: Item| {
        let first = item(0, "Storm in Esbjerg", STORM);
        stories(&[
            first.clone(),
            Item {
                url: Some("https://site0.example/b".into()),
                date_published: start() + TimeDelta::days(1),
                ..other
            },
        ])
    };
    let abridged = STORM.split_once(" Schools").expect("two parts").0;
    assert_eq!(posts(item(1, "Storm in Esbjerg", abridged)), [0, 0]);
    let rewritten = format!(
        "{abridged} Nobody was hurt, but the ferry to Fano lost its ramp, and the island its bread."
    );
    assert_eq!(
        posts(item(1, "UPDATE 1-Storm in Esbjerg", &rewritten)),
        [0, 0]
    );
    assert_eq!(posts(item(1, "Storm in Esbjerg", &rewritten)), [0, 1]);
}

#[test]
fn a_damaged_fingerprint_is_refused() {
    let bytes = Fingerprint::of(&item(0, "Storm in Esbjerg", STORM)).to_bytes();
    assert!(bytes.len() < 450, "{}", bytes.len());
    assert_eq!(
        Fingerprint::from_bytes(&bytes),
        Some(Fingerprint::of(&item(0, "Storm in Esbjerg", STORM)))
    );
    assert!((0..bytes.len()).all(|cut| Fingerprint::from_bytes(&bytes[..cut]).is_none()));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        if let Some(print) = Fingerprint::from_bytes(&damaged) {
            assert!(print.to_bytes().len() < 1000);
        }
    }
}

#[test]
fn headlines_on_one_event_are_one_coverage_and_not_one_story() {
    let headlines = [
        "Harbour hall in Esbjerg loses roof in storm",
        "Crack eleven metres long found in Linz dam",
        "Esbjerg storm: fish market leaves harbour hall",
        "Linz dam emptied after divers find crack",
        "Homes near Esbjerg harbour without power after storm",
    ];
    let items: Vec<Item> = (0..)
        .zip(headlines)
        .map(|(n, title)| item(n, title, ""))
        .collect();
    assert_eq!(coverages(&items), [0, 1, 0, 1, 0]);
    assert_eq!(stories(&items), [0, 1, 2, 3, 4]);
}

#[test]
fn coverages_do_not_depend_on_the_order_in_which_items_are_given() {
    let events = [
        "storm harbour Esbjerg roof",
        "dam crack Linz divers",
        "bridge Riga opens river",
    ];
    let items: Vec<Item> = (0..60)
        .map(|n| item(n, &format!("{} {}", events[n % 3], words(n)), ""))
        .collect();
    let sets = |order: &[usize]| {
        let given: Vec<Item> = order.iter().map(|&n| items[n].clone()).collect();
        let mut found: HashMap<u64, Vec<usize>> = HashMap::new();
        for (&n, story) in order.iter().zip(coverages(&given)) {
            found.entry(story).or_default().push(n);
        }
        let mut sets: Vec<Vec<usize>> = found.into_values().collect();
        for set in &mut sets {
            set.sort_unstable();
        }
        sets.sort_unstable();
        sets
    };
    let forwards: Vec<usize> = (0..60).collect();
    let otherwise: Vec<usize> = (0..60).map(|n| n * 37 % 60).collect();
    assert_eq!(sets(&forwards), sets(&otherwise));
    assert!(sets(&forwards).len() < 20);
}

#[test]
fn a_coverage_ends_with_its_window() {
    let first = item(0, "Harbour hall in Esbjerg loses roof in storm", "");
    let mut later = item(1, "Esbjerg harbour hall gets new roof after storm", "");
    assert_eq!(coverages(&[first.clone(), later.clone()]), [0, 0]);
    later.date_published = start() + TimeDelta::days(5);
    assert_eq!(coverages(&[first, later]), [0, 1]);
}

#[test]
fn items_with_nothing_in_them_are_no_coverage() {
    let items: Vec<Item> = (0..20).map(|n| item(n, "", "")).collect();
    assert_eq!(coverages(&items), (0..20).collect::<Vec<_>>());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_and_kept_unchanged(title in "\\PC{0,80}", body in "(\\PC|[ .,'-…\n0-9]){0,300}") {
        let print = Fingerprint::of(&item(0, &title, &body));
        proptest::prop_assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
        let twice = coverages(&[item(0, &title, &body), item(1, &title, &body)]);
        proptest::prop_assert!(twice == [0, 0] || twice == [0, 1]);
    }
}

/// A few words that only this number gives.
fn words(number: usize) -> String {
    let word = |salt: usize| -> String {
        let mut rest = (number + 1)
            .wrapping_mul(0x9E37_79B9)
            .wrapping_add(salt * 0x85EB_CA6B)
            % 11_881_376;
        (0..5)
            .map(|_| {
                let c = char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0));
                rest /= 26;
                c
            })
            .collect()
    };
    format!("{} {} {} ", word(1), word(2), word(3))
}

fn largest(stories: &[u64]) -> usize {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for &story in stories {
        *sizes.entry(story).or_default() += 1;
    }
    sizes.into_values().max().unwrap_or(0)
}

/// Text as an organisation's pages print it; research data that is not part of the project.
fn seed(name: &str) -> Option<Vec<String>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()?
        .join("shared/seeds");
    let entry = std::fs::read_dir(shared)
        .ok()?
        .flatten()
        .find(|e| e.file_name().to_string_lossy().starts_with(name))?;
    Some(
        std::fs::read_to_string(entry.path())
            .ok()?
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

#[test]
fn pages_of_an_organisation_are_told_apart() {
    let seeds: Option<Vec<_>> = ["000", "001", "002", "003", "004"]
        .iter()
        .map(|name| seed(name))
        .collect();
    let Some(seeds) = seeds else {
        println!("skipped: the pages are not here");
        return;
    };
    let line = |file: usize, number: usize| seeds[file][number - 1].as_str();
    let apart = [
        ((line(0, 9), line(0, 13)), (line(0, 16), line(0, 20))),
        ((line(2, 16), line(2, 19)), (line(2, 26), line(2, 29))),
        ((line(4, 5), line(4, 7)), (line(4, 15), line(4, 17))),
        ((line(4, 15), line(4, 17)), (line(4, 50), line(4, 52))),
        ((line(4, 5), line(4, 7)), (line(4, 50), line(4, 52))),
        ((line(4, 25), line(4, 27)), (line(4, 30), line(4, 32))),
        (("", line(1, 5)), ("", line(3, 13))),
        (("", line(3, 16)), (line(4, 45), line(4, 47))),
        (("", line(1, 32)), ("", line(1, 26))),
        ((line(1, 31), line(1, 32)), (line(1, 25), line(1, 26))),
    ];
    for (a, b) in apart {
        assert!(!are_one(a, b), "{a:?}\n{b:?}");
    }
    assert!(are_one(
        (line(1, 4), line(1, 5)),
        (line(1, 25), line(1, 26))
    ));
    assert!(are_one(("", line(1, 5)), ("", line(1, 26))));
    assert!(are_one((line(0, 9), ""), (line(0, 11), line(0, 13))));
    assert!(are_one(
        (line(0, 16), line(0, 20)),
        (line(0, 18), &format!("{}\n{}", line(0, 18), line(0, 20)))
    ));
    let teaser = line(3, 3);
    assert!(are_one(("", teaser), ("", &format!("{teaser}\n{teaser}"))));
}
