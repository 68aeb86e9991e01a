//! What many publishers say in the same words proves nothing, and what a house puts before or behind a
//! text is not the text.

use super::documents::{are_one, count_stories, told};
use feedmill::dedupe::{Filter, Placement};
use feedmill::model::Reason;

const TEXT: &str = "Divers found the bell of the Fortuna on Monday, forty metres below the lighthouse of Utvaer, where she sank \
    in the winter of 1811. The bell has no crack, said Guro Dahl, who leads the museum of the coast, and rings as if \
    nothing had happened. It will lie in fresh water until autumn, and then hang in the hall.";

#[test]
fn a_short_title_with_a_text_of_its_own_is_one() {
    assert!(are_one(("Bell found", TEXT), ("Bell found", TEXT)));
}

#[test]
fn bylines_and_house_tails_are_not_the_text() {
    let title = "Divers find the bell of the Fortuna";
    for other in [
        format!("UTVAER, June 10 (Coastwire) - {TEXT}"),
        format!("UTVAER (CW) — {TEXT}"),
        format!("By Anne Berg and Ola Vik\n{TEXT}"),
        format!("Utvaer, June 10, 2024 (CW): {TEXT}"),
        format!("{TEXT} (Reporting by Anne Berg; Editing by Ola Vik)"),
        format!("{TEXT}\n\nThe post {title} appeared first on Coast Paper."),
        format!("{TEXT} Continue reading"),
    ] {
        assert!(are_one((title, TEXT), (title, &other)), "{other}");
        let other_title = "Museum hopes to hang a bell from 1811";
        assert!(are_one((title, TEXT), (other_title, &other)), "{other}");
    }
}

#[test]
fn a_text_is_the_same_below_the_bylines_of_two_houses() {
    let title = "Divers find the bell of the Fortuna";
    let one = format!("By Anne Berg and Ola Vik\n{TEXT}");
    let other = format!("UTVAER, June 10 (Coastwire) - {TEXT} (Reporting by Anne Berg)");
    let mut filter = Filter::new();
    filter.place(&told("one", 2, title, &one));
    let placed = filter.place(&told("other", 1, title, &other));
    let is_same = matches!(
        placed.placement,
        Placement::Joins {
            reason: Reason::SameText,
            ..
        }
    );
    assert!(is_same, "{placed:?}");
}

#[test]
fn texts_that_share_only_what_a_house_adds_stay_apart() {
    let tail = "(Reporting by Anne Berg and Ola Vik; Editing by Kari Moe) Our standards: the principles of Coastwire.";
    let bell = format!(
        "UTVAER, June 10 (Coastwire) - The bell of the Fortuna has been found by divers. {tail}"
    );
    let rope = format!(
        "UTVAER, June 10 (Coastwire) - The price of rope has doubled since the spring. {tail}"
    );
    assert!(!are_one(
        ("Divers find the bell of the Fortuna", &bell),
        ("Price of rope has doubled since the spring", &rope)
    ));
}

#[test]
fn labels_before_a_title_say_nothing() {
    let title = "Divers find the bell of the Fortuna below the lighthouse";
    for label in [
        "Urgent: ",
        "Opinion | ",
        "Exclusive: ",
        "BREAKING: ",
        "Just in - ",
        "UPDATE 2-",
    ] {
        let labelled = format!("{label}{title}");
        assert!(are_one((title, ""), (&labelled, "")), "{labelled}");
        assert!(are_one((title, TEXT), (&labelled, TEXT)), "{labelled}");
    }
    // Two with one label have only that in common.
    assert!(!are_one(
        (
            "Opinion | Bells belong into churches and not into halls",
            ""
        ),
        ("Opinion | Ropes belong onto ships and not into shops", "")
    ));
}

#[test]
fn a_live_page_is_not_the_article() {
    let title = "Divers lift the bell of the Fortuna below the lighthouse";
    for live in [
        "Live: {}",
        "{}: live updates",
        "{} | As it happened",
        "LIVE | {}",
        "{} – live",
    ] {
        let live = live.replace("{}", title);
        assert!(!are_one((title, ""), (&live, "")), "{live}");
        assert!(are_one((&live, ""), (&live, "")), "{live}");
    }
}

#[test]
fn short_titles_with_equal_short_texts_stay_apart() {
    for (title, text) in [
        (
            "Trailer",
            "Watch the first trailer now, and tell us below what you think of it.",
        ),
        (
            "Scheduled maintenance",
            "We will be doing maintenance on our machines. Some services may be slow for a while.",
        ),
        (
            "Hello world!",
            "This is the first post of this site. Change it or delete it, then begin to write.",
        ),
        (
            "Open thread",
            "This is your place to talk about all that we have not written about today.",
        ),
        ("About", ""),
    ] {
        assert!(!are_one((title, text), (title, text)), "{title}");
        let many = ["a", "b", "c", "d"].map(|publisher| told(publisher, 1, title, text));
        assert_eq!(count_stories(&many), 4, "{title}");
    }
}

#[test]
fn a_live_page_is_known_behind_a_hyphen_too() {
    let title = "Divers lift the bell of the Fortuna below the lighthouse";
    for live in ["{} - live updates", "{} - live", "Live - {}"] {
        let live = live.replace("{}", title);
        assert!(!are_one((title, ""), (&live, "")), "{live}");
    }
}
