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

/// One source, one theme, and files of somebody else in the output folder.
fn occupied(files: &[&str]) -> House {
    let house = two("");
    for name in files {
        let path = house.path("output").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("my own {name}")).unwrap();
    }
    house
}

#[test]
fn files_of_others_stop_a_pass_before_it_writes() {
    for files in [
        &["index.html"][..],
        &["style.css"],
        &["feeds.opml"],
        &["all.html"],
        &["all.rss"],
        &["all/index.html"],
        &["all/2024-06.html"],
        &["all/archive-1.atom"],
        &["all/tags.html"],
        &["sources/a.html"],
        &[
            "index.html",
            "style.css",
            "feeds.opml",
            "all.html",
            "all/index.html",
        ],
    ] {
        let house = occupied(files);
        // Again and again: a refused pass does not make the folder ours.
        for command in [&["check"][..], &["run"], &["run"], &["run", "--dry-run"]] {
            is_refused(&house, command, 78, files.iter().min().unwrap());
            is_refused(&house, command, 78, "move them away");
        }
    }
    let house = occupied(&[
        "1.html",
        "notes/all.html",
        "all/notes.txt",
        "story/mine.html",
    ]);
    assert!(run(&house, &["check"]).status.success());
    assert!(run(&house, &["run"]).status.success());
    assert_eq!(house.read("output/all/notes.txt"), "my own all/notes.txt");
}

#[test]
fn the_advice_about_files_of_others_helps_and_many_are_counted() {
    let house = occupied(&[
        "all.rss",
        "all.atom",
        "all.json",
        "all.html",
        "index.html",
        "style.css",
    ]);
    is_refused(
        &house,
        &["run"],
        78,
        "has 6 files that feedmill did not write and would replace: all.atom, all.html, all.json, all.rss, index.html ...",
    );
    for (name, _) in files_in(&house.path("output")) {
        std::fs::remove_file(house.path("output").join(name)).unwrap();
    }
    assert!(run(&house, &["run"]).status.success());
    assert!(run(&house, &["check"]).status.success());
}

#[test]
fn a_theme_or_a_copy_that_is_new_does_not_replace_files_of_others_either() {
    let house = two("");
    assert!(run(&house, &["run"]).status.success());
    house.write("output/blog.html", "my own");
    house.write("output/sources.html", "my own");
    house.write("output/old.json.gz", "my own");
    house.write("output/search.html", "my own");
    for (edited, why) in [
        (
            ONE_SOURCE.to_owned() + "[themes.blog]\n",
            "a file that feedmill did not write and would replace: blog.html;",
        ),
        (
            ONE_SOURCE.replace("title", "aliases = [\"blog\"]\ntitle"),
            "blog.html",
        ),
        (
            ONE_SOURCE.replace("base_url", "health = true\nbase_url"),
            "sources.html",
        ),
        (
            ONE_SOURCE.replace("base_url", "search = true\nbase_url"),
            "search.html",
        ),
        (
            ONE_SOURCE.replace("base_url", "compress = [\"gzip\"]\nbase_url") + "[themes.old]\n",
            "old.json.gz",
        ),
    ] {
        house.write("feeds.toml", &edited);
        is_refused(&house, &["check"], 78, why);
        is_refused(&house, &["run"], 78, why);
    }
    house.write("feeds.toml", ONE_SOURCE);
    // What somebody made of our own file is mended, and a copy of it is replaced.
    house.write("output/all.html", "edited");
    house.write("output/all.rss.gz", "compressed by somebody");
    let compressed = ONE_SOURCE.replace("base_url", "compress = [\"gzip\"]\nbase_url");
    house.write("feeds.toml", &compressed);
    assert!(run(&house, &["run"]).status.success());
    assert!(house.read("output/all.html").contains("<html"));
}

#[test]
fn after_a_lost_store_our_own_files_are_ours() {
    let house = two("");
    assert!(run(&house, &["run"]).status.success());
    let before = files_in(&house.path("output"));
    // The mark of the folder may be lost too: git does not have it.
    for lost in [&["state"][..], &["state", "output/feedmill.owner"]] {
        for name in lost {
            let path = house.path(name);
            let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
        }
        assert!(run(&house, &["check"]).status.success(), "{lost:?}");
        assert!(run(&house, &["run"]).status.success(), "{lost:?}");
        assert!(files_in(&house.path("output")) == before, "{lost:?}");
    }
    // A store of an older version has no note of names, but of files.
    let store = rusqlite::Connection::open(house.path("state/feedmill.db")).unwrap();
    store
        .execute("DELETE FROM meta WHERE key = 'claimed'", [])
        .unwrap();
    drop(store);
    std::fs::remove_file(house.path("output/feedmill.owner")).unwrap();
    house.write("output/all.rss", "edited");
    house.write("output/all.atom", "edited");
    assert!(run(&house, &["run"]).status.success());
    assert!(files_in(&house.path("output")) == before);
}

#[cfg(unix)]
#[test]
fn whatever_the_umask_everybody_may_read_what_is_published_and_nobody_the_state() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |house: &House, name: &str| {
        let metadata = std::fs::metadata(house.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    for (umask, file, folder) in [
        ("077", 0o644, 0o755),
        ("022", 0o644, 0o755),
        ("002", 0o664, 0o775),
    ] {
        let house = two("");
        let pass = || {
            let program = env!("CARGO_BIN_EXE_feedmill");
            let mut shell = Command::new("sh");
            shell.args([
                "-c",
                &format!("umask {umask}; exec {program} run --rebuild"),
            ]);
            assert!(
                shell
                    .current_dir(house.path(""))
                    .status()
                    .unwrap()
                    .success()
            );
        };
        pass();
        for name in ["all.rss", "index.html", "all/2024-06.html"] {
            assert_eq!(
                mode(&house, &format!("output/{name}")),
                file,
                "{umask} {name}"
            );
        }
        for name in ["", "/all", "/story", "/story/2024", "/story/2024/06"] {
            assert_eq!(
                mode(&house, &format!("output{name}")),
                folder,
                "{umask} {name}"
            );
        }
        assert_eq!(mode(&house, "state"), 0o700);
        // What an older version left unreadable is mended.
        let closed = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(house.path("output/all.rss"), closed).unwrap();
        pass();
        assert_eq!(mode(&house, "output/all.rss"), file);
    }
}
