//! `feedmill try` and `feedmill explain`.

use crate::common::{House, LONG, rss};
use std::process::{Command, Output};

fn house() -> House {
    let house = House::new(
        "[sources.a]\npath = \"a.xml\"\n[themes.defence]\ninclude = [\"nato\"]\nexclude = [\"sport\"]\n[themes.all]\n",
    );
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    let item = |title: &'static str, link: &'static str| (title, link, date, LONG);
    let items = [
        item("Nato summit", "https://a.example/1"),
        item("Nato sport", "https://a.example/2"),
        item("Budget of the EU", "https://a.example/3"),
    ];
    house.write("a.xml", &rss("Wire", &items));
    assert!(feedmill(&house, &["run"]).status.success());
    house
}

fn feedmill(house: &House, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_feedmill");
    let command = Command::new(program)
        .args(arguments)
        .current_dir(house.path(""))
        .output();
    command.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn try_lists_what_a_rule_takes() {
    let house = house();
    let told = feedmill(&house, &["try", "nato -sport"]);
    let (out, err) = (text(&told.stdout), text(&told.stderr));
    assert_eq!(
        out, "2024-06-14 09:00  Nato summit (Wire)  https://a.example/1\n",
        "{err}"
    );
    assert!(err.contains("note: 1 of 3 stories match"), "{err}");
    let told = feedmill(&house, &["try", "-nato"]);
    assert!(
        text(&told.stdout).contains("Budget"),
        "{}",
        text(&told.stderr)
    );
}

#[test]
fn try_says_what_would_be_new_in_a_theme_and_what_would_leave() {
    let house = house();
    let before = house.published();
    let told = feedmill(&house, &["try", "eu OR sport", "--theme", "defence"]);
    let (out, err) = (text(&told.stdout), text(&told.stderr));
    for line in [
        "+ 2024-06-14 09:00  Nato sport",
        "+ 2024-06-14 09:00  Budget",
        "- 2024-06-14 09:00  Nato summit",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    assert!(
        err.contains("2 of 3 stories match; 2 would be new in defence, 1 would leave it"),
        "{err}"
    );
    assert!(before == house.published());
    let told = feedmill(&house, &["try", "nato", "--theme", "defense"]);
    assert_eq!(told.status.code(), Some(2));
}

#[test]
fn a_rule_that_cannot_be_read_is_shown_with_a_mark() {
    let told = feedmill(&house(), &["try", "nato titel:x"]);
    assert_eq!(told.status.code(), Some(2));
    let err = text(&told.stderr);
    assert!(err.contains("did you mean title:"), "{err}");
    assert!(err.ends_with("  nato titel:x\n       ^^^^^^\n"), "{err}");
}

#[test]
fn explain_names_the_terms_that_put_a_story_in_or_keep_it_out() {
    let house = house();
    for (item, told) in [
        (
            "https://a.example/1",
            "    defence: in: nato (title), no head:sport\n    all: in: it takes everything\n",
        ),
        (
            "https://a.example/2",
            "    defence: out: head:sport (title)\n",
        ),
        ("https://a.example/3", "    defence: out: no nato\n"),
    ] {
        let out = text(&feedmill(&house, &["explain", item]).stdout);
        assert!(out.contains(told), "{item}: {out}");
    }
}
