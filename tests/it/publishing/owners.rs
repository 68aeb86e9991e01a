//! Folders that two configurations name, and files that are none: refused before anything is written.

use crate::common::{House, ONE_SOURCE, files_in, item, rss};
use std::process::{Command, Output};

/// A house with one more configuration, with keys of its own at the top.
fn two(keys: &str) -> House {
    let house = House::new(ONE_SOURCE);
    house.write(
        "a.xml",
        &rss("a", &[item("Tunnel put off", "https://a.example/1")]),
    );
    house.write(
        "b.xml",
        &rss("b", &[item("Ferry is late", "https://b.example/1")]),
    );
    house.write(
        "other.toml",
        &format!("{keys}\n{}", ONE_SOURCE.replace("a.xml", "b.xml")),
    );
    house
}

fn run(house: &House, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command.args(arguments).current_dir(house.path(""));
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn is_refused(house: &House, arguments: &[&str], code: i32, why: &str) {
    let before = files_in(&house.path("output"));
    let refused = run(house, arguments);
    assert_eq!(refused.status.code(), Some(code), "{}", told(&refused));
    assert!(told(&refused).contains(why), "{}", told(&refused));
    assert!(
        files_in(&house.path("output")) == before,
        "output has changed"
    );
}

#[test]
fn two_configurations_with_one_output_folder_are_refused() {
    let house = two("state = \"other-state\"");
    assert!(run(&house, &["run"]).status.success());
    let other = ["-c", "other.toml"];
    for command in [&["run"][..], &["run", "--dry-run"], &["check"]] {
        is_refused(
            &house,
            &[command, &other].concat(),
            78,
            "belongs to another feeds.toml",
        );
    }
    assert!(run(&house, &["run"]).status.success());
    assert_eq!(house.titles("all"), ["Tunnel put off"]);
    // The advice helps.
    std::fs::remove_file(house.path("output/feedmill.owner")).unwrap();
    assert!(run(&house, &["run", "-c", "other.toml"]).status.success());
    is_refused(&house, &["run"], 78, "belongs to another feeds.toml");
}

#[test]
fn two_configurations_with_one_state_folder_are_refused() {
    let house = two("output = \"other-output\"");
    assert!(run(&house, &["run"]).status.success());
    is_refused(
        &house,
        &["run", "-c", "other.toml"],
        78,
        "feeds.toml; give this",
    );
    assert!(!house.path("other-output").exists());
    // One that replaces the other is welcome.
    std::fs::remove_file(house.path("feeds.toml")).unwrap();
    assert!(run(&house, &["run", "-c", "other.toml"]).status.success());
}

#[test]
fn what_was_moved_renamed_or_lost_is_still_its_owners() {
    let house = two("");
    assert!(run(&house, &["run"]).status.success());
    std::fs::remove_dir_all(house.path("state")).unwrap();
    assert!(run(&house, &["run"]).status.success(), "a lost state");
    std::fs::rename(house.path("feeds.toml"), house.path("news.toml")).unwrap();
    let news = ["run", "-c", "news.toml"];
    assert!(run(&house, &news).status.success(), "another name");
    std::fs::create_dir(house.path("inside")).unwrap();
    for name in ["news.toml", "a.xml", "state", "output"] {
        std::fs::rename(house.path(name), house.path("inside").join(name)).unwrap();
    }
    let moved = run(&house, &["run", "-c", "inside/news.toml"]);
    assert!(moved.status.success(), "{}", told(&moved));
    std::fs::remove_dir_all(house.path("inside/state")).unwrap();
    let moved = run(&house, &["run", "-c", "inside/news.toml"]);
    assert!(moved.status.success(), "{}", told(&moved));
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_and_do_not_block() {
    let pipe = |house: &House, name: &str| {
        let made = Command::new("mkfifo").arg(house.path(name)).status();
        assert!(made.unwrap().success());
    };
    let house = two("");
    std::fs::create_dir(house.path("state")).unwrap();
    pipe(&house, "state/lock");
    is_refused(
        &house,
        &["run"],
        1,
        "lock: it is not a regular file; move it away",
    );
    std::fs::remove_file(house.path("state/lock")).unwrap();

    pipe(&house, "pipe.toml");
    for file in ["pipe.toml", "/dev/zero"] {
        is_refused(
            &house,
            &["run", "-c", file],
            78,
            "it is a pipe or a device, not a file",
        );
    }
    std::fs::remove_file(house.path("a.xml")).unwrap();
    pipe(&house, "a.xml");
    let read = run(&house, &["run", "-v"]);
    assert!(
        told(&read).contains("a.xml: it is not a regular file"),
        "{}",
        told(&read)
    );
    pipe(&house, "secret");
    house.write(
        "feeds.toml",
        &format!("{ONE_SOURCE}[sources.b]\nurl = \"file:secret\"\n"),
    );
    is_refused(
        &house,
        &["check"],
        78,
        "it is a pipe or a device, not a file",
    );
    // What is left where notes of a pass belong does not block either.
    house.write("feeds.toml", ONE_SOURCE);
    for name in ["state/reading", "output/feedmill.owner"] {
        let _ = std::fs::remove_file(house.path(name));
        pipe(&house, name);
    }
    assert!(!told(&run(&house, &["run"])).contains("panic"));
}

#[test]
fn a_configuration_of_many_megabytes_is_refused_unread() {
    let house = two("");
    let file = std::fs::File::create(house.path("huge.toml")).unwrap();
    file.set_len(84 << 20).unwrap();
    is_refused(
        &house,
        &["check", "-c", "huge.toml"],
        78,
        "it is larger than 16 MiB",
    );
}
