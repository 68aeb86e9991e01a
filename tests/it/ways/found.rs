//! Where feeds.toml is found, and what is said where it is not.

use super::Home;

const CONFIG: &str =
    "[site]\nbase_url = 'https://n.example/'\n[sources.a]\npath = 'a.xml'\n[themes.t]\n";

#[test]
fn in_an_empty_folder_it_says_what_to_type() {
    let home = Home::new();
    let said = home.run(&[]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    for command in [
        "feedmill init",
        "feedmill add",
        "feedmill import",
        "feedmill run",
    ] {
        assert!(said.err.contains(command), "{}", said.err);
    }
    let said = home.run(&["run"]);
    assert_eq!(said.code, Some(78));
    assert!(
        said.err
            .starts_with("error: there is no feeds.toml in this folder or above it, nor ")
    );
    assert!(
        said.err.contains(".config/feedmill/feeds.toml"),
        "{}",
        said.err
    );
    assert!(said.err.contains("feedmill init"), "{}", said.err);
    home.write("feeds.toml", CONFIG);
    assert!(home.run(&[]).err.contains("Usage:"));
}

#[test]
fn it_is_looked_for_in_the_folders_above_and_in_the_users_configuration() {
    let home = Home::new();
    home.write(
        "news/a.xml",
        &crate::common::rss("a", &[crate::common::item("One", "https://a.example/1")]),
    );
    home.write("news/feeds.toml", CONFIG);
    home.write("news/deep/er/x", "");
    home.write("elsewhere/x", "");
    assert_eq!(home.run_in("elsewhere", &["run"]).code, Some(78));
    assert_eq!(home.run_in("news/deep/er", &["run"]).code, Some(0));
    // What is relative in it is relative to the file.
    assert!(home.path("news/output/t.rss").exists() && home.path("news/state").exists());
    std::fs::rename(home.path("news"), home.path("moved")).unwrap();
    std::fs::create_dir_all(home.path(".config")).unwrap();
    std::fs::rename(home.path("moved"), home.path(".config/feedmill")).unwrap();
    let said = home.run_in("elsewhere", &["check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains(".config/feedmill/output"), "{}", said.out);
    let mut xdg = home.command(&home.path("elsewhere"), &["check"]);
    let xdg = xdg
        .env("XDG_CONFIG_HOME", home.path("none"))
        .output()
        .unwrap();
    assert_eq!(xdg.status.code(), Some(78));
}

#[test]
fn above_the_home_folder_nothing_is_read() {
    let outer = Home::new();
    outer.write("feeds.toml", CONFIG);
    outer.write("home/sub/x", "");
    let mut command = outer.command(&outer.path("home/sub"), &["check"]);
    let output = command.env("HOME", outer.path("home")).output().unwrap();
    assert_eq!(output.status.code(), Some(78));
}

#[cfg(unix)]
#[test]
fn a_file_that_another_user_put_above_is_not_read() {
    let home = Home::new();
    home.write("feeds.toml", CONFIG);
    home.write("sub/x", "");
    // Only the administrator can give it away.
    if std::os::unix::fs::chown(home.path("feeds.toml"), Some(12_345), None).is_ok() {
        let said = home.run_in("sub", &["check"]);
        assert_eq!(said.code, Some(78));
        assert!(said.err.contains("belongs to another user"), "{}", said.err);
    }
}

#[test]
fn init_writes_a_first_file_and_never_overwrites_one() {
    let home = Home::new();
    let said = home.run(&["init"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let first = home.read("feeds.toml");
    let said = home.run(&["init", "--title", "Other"]);
    assert!(
        said.code == Some(1) && said.err.contains("is there already"),
        "{}",
        said.err
    );
    assert_eq!(home.read("feeds.toml"), first);
    let said = home.run(&[
        "init",
        "sub/news",
        "--title",
        "Mine",
        "--url",
        "a.example/feed.xml",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(home.run_in("sub/news", &["check"]).code, Some(0));
    assert!(
        home.read("sub/news/feeds.toml")
            .contains("title = \"Mine\"")
    );
    let said = home.run(&["init", "bad", "--url", "ftp://a.example/"]);
    assert_eq!(said.code, Some(2));
    assert!(!home.path("bad").exists());
}
