//! `add` and `remove`.

use super::Home;
use crate::common::server::{Act, Server, says};
use crate::common::{item, rss};

const CONFIG: &str =
    "# mine\n[fetch]\nallow = ['127.0.0.1']\ngap = '0 s'\n\n[themes.all]\ntitle = 'All'\n";

/// Serves pages with some feeds, and runs commands in a home.
async fn with_site(test: impl FnOnce(Home, String) + Send + 'static) {
    let server = Server::start().await;
    let feed = |title| rss(title, &[item("Ferry late", "https://a.example/1")]);
    server.serves("/a.xml", "\"1\"", &feed("Harbour News"));
    server.serves("/b.xml", "\"1\"", &feed("Harbour Notes"));
    let link = |name: &str| format!("<link rel=alternate type=application/rss+xml href=/{name}>");
    let page =
        |links: &str| format!("<html><head><title>Harbour</title>{links}</head><p>Welcome.</html>");
    let html = |path: &str, text: &str| {
        server.does(
            path,
            vec![says("200 OK\r\nContent-Type: text/html", text.as_bytes())],
        );
    };
    html("/one", &page(&link("a.xml")));
    let five: String = ["a.xml", "b.xml", "c", "d", "e"].map(link).concat();
    html("/five", &page(&five));
    html("/lies", &page(&link("one")));
    html("/none", &page(""));
    let news = |n| {
        format!(
            "<div class='entry'><h3><a href=/n/{n}>The council met on matter number {n}</a></h3></div>"
        )
    };
    html("/news", &page(&(0..4).map(news).collect::<String>()));
    server.does("/dead", vec![Act::Reset]);
    let address = server.address.clone();
    tokio::task::spawn_blocking(move || test(Home::new(), address))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_only_feed_of_a_page_is_added_and_a_run_publishes_it() {
    with_site(|home, site| {
        home.write("feeds.toml", CONFIG);
        let said = home.run(&["add", &format!("{site}/one")]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            said.err.contains("added [sources.harbour-news]"),
            "{}",
            said.err
        );
        let expected = format!("{CONFIG}\n[sources.harbour-news]\nurl = \"{site}/a.xml\"\n");
        assert_eq!(home.read("feeds.toml"), expected);
        assert_eq!(home.run(&["run"]).code, Some(0));
        assert!(
            std::fs::read_to_string(home.path("output/all.rss"))
                .unwrap()
                .contains("Ferry late")
        );
        // Once more changes nothing.
        let said = home.run(&["add", &format!("{site}/one")]);
        assert!(said.err.contains("nothing to change"), "{}", said.err);
        let said = home.run(&["add", &format!("{site}/a.xml"), "--theme", "sea"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            home.read("feeds.toml")
                .contains("[themes.sea]\ntitle = \"Sea\"\nsources = [\"harbour-news\"]\n")
        );
    })
    .await;
}

#[tokio::test]
async fn of_five_feeds_none_is_taken_without_a_word() {
    with_site(|home, site| {
        home.write("feeds.toml", CONFIG);
        let said = home.run(&["add", &format!("{site}/five")]);
        assert_eq!((said.code, said.out.lines().count()), (Some(2), 5));
        assert!(
            said.err.contains("5 feeds; nothing was written"),
            "{}",
            said.err
        );
        assert_eq!(home.read("feeds.toml"), CONFIG);
        let said = home.run(&[
            "add",
            &format!("{site}/b.xml"),
            "--id",
            "notes",
            "--dry-run",
        ]);
        assert!(said.out.contains("+[sources.notes]"), "{}", said.out);
        assert_eq!(home.read("feeds.toml"), CONFIG);
    })
    .await;
}

#[tokio::test]
async fn a_page_without_a_feed_is_read_by_selectors_if_it_lists_news() {
    with_site(|home, site| {
        home.write("feeds.toml", CONFIG);
        let said = home.run(&["add", &format!("{site}/news"), "--id", "council"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            said.err.contains("\"div.entry\" finds 4 items"),
            "{}",
            said.err
        );
        let text = home.read("feeds.toml");
        assert!(
            text.ends_with("[sources.council.page]\nitem = \"div.entry\"\n"),
            "{text}"
        );
        for path in ["none", "lies"] {
            let said = home.run(&["add", &format!("{site}/{path}")]);
            assert_eq!(said.code, Some(65), "{path}: {}", said.err);
        }
        assert_eq!(home.read("feeds.toml"), text);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_reached_is_not_added() {
    with_site(|home, site| {
        // Private addresses are refused, as in a run, unless feeds.toml allows them.
        let said = home.run(&["add", &format!("{site}/one")]);
        assert!(
            said.code == Some(1) && said.err.contains("add it to allow in [fetch]"),
            "{}",
            said.err
        );
        assert!(!home.path("feeds.toml").exists());
        home.write("feeds.toml", CONFIG);
        for (address, told) in [
            (format!("{site}/dead"), "connection"),
            ("http://192.168.7.7/".to_owned(), "private address"),
            (
                "http://me:pw@127.0.0.1/".to_owned(),
                "a password must not stand in feeds.toml",
            ),
            ("gopher://a.example/".to_owned(), "only http and https"),
        ] {
            let said = home.run(&["add", &address]);
            assert!(
                said.code != Some(0) && said.err.contains(told),
                "{address}: {}",
                said.err
            );
        }
        let said = home.run(&["add", &format!("{site}/a.xml"), "--id", "No Name"]);
        assert!(
            said.code == Some(78) && said.err.contains("cannot be a name"),
            "{}",
            said.err
        );
        assert_eq!(home.read("feeds.toml"), CONFIG);
    })
    .await;
}

#[test]
fn a_source_is_removed_by_any_of_its_names() {
    let text = "[sources.a]\nurl = 'https://a.example/'\n\n# b\n[sources.b]\nurl = 'https://b.example/'\n\n[themes.t]\nsources = ['a', 'b']\n";
    let expected = "[sources.a]\nurl = 'https://a.example/'\n\n[themes.t]\nsources = ['a']\n";
    for name in ["b", "https://b.example/"] {
        let home = Home::new();
        home.write("feeds.toml", text);
        let said = home.run(&["remove", name]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(home.read("feeds.toml"), expected);
        // A file without a source would be wrong.
        let said = home.run(&["remove", "a"]);
        assert!(
            said.code == Some(1) && said.err.contains("takes no other source"),
            "{}",
            said.err
        );
        assert_eq!(home.run(&["remove", "x"]).code, Some(2));
        assert_eq!(home.read("feeds.toml"), expected);
        home.write(
            "feeds.toml",
            "[sources.a]\nurl = 'https://a.example/'\n[themes.t]\n",
        );
        let said = home.run(&["remove", "a"]);
        assert!(
            said.code == Some(78) && said.err.contains("no source; write `feedmill add"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_file_that_is_read_only_is_left_alone() {
    let home = Home::new();
    let text = "[sources.a]\nurl = 'https://a.example/'\n[sources.b]\nurl = 'https://b.example/'\n[themes.t]\n";
    home.write("feeds.toml", text);
    let mut permissions = std::fs::metadata(home.path("feeds.toml"))
        .unwrap()
        .permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(home.path("feeds.toml"), permissions).unwrap();
    let said = home.run(&["remove", "b"]);
    assert!(
        said.code == Some(1) && said.err.contains("cannot write feeds.toml"),
        "{}",
        said.err
    );
    assert_eq!(home.read("feeds.toml"), text);
}
