//! OPML in and out.

use super::Home;
use crate::common::server::Server;
use std::fmt::Write as _;

const LIST: &str = r#"<?xml version="1.0"?><opml version="2.0"><head><title>Mine &amp; yours</title></head><body>
<outline type="rss" text="Loose" xmlUrl="https://loose.example/feed"/>
<outline text="Sea &amp; shore"><outline type="rss" text="Bücher, &quot;new&quot;" xmlUrl="https://a.example/f?x=1&amp;y=2" htmlUrl="https://a.example/" category="books"/>
 <outline text="TV/Film"><outline type="rss" text="Deep" xmlUrl="https://deep.example/x"/></outline></outline>
<outline text="Land"><outline type="rss" text="Hill" xmlUrl="https://hill.example/x"/>
 <outline type="rss" text="Loose again" xmlUrl="http://www.loose.example/feed/"/></outline></body></opml>"#;

#[test]
fn an_export_that_is_imported_is_exported_as_the_same_bytes() {
    for options in [
        &["import", "list.opml"][..],
        &["import", "list.opml", "--themes"],
    ] {
        let home = Home::new();
        home.write("list.opml", LIST);
        let said = home.run(options);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let first = home.run(&["export"]).out;
        for part in [
            "<title>Mine &amp; yours</title>",
            r#"<outline text="TV/Film" title="TV/Film">"#,
            r#"text="Bücher, &quot;new&quot;""#,
            r#"htmlUrl="https://a.example/" category="books""#,
            r#"xmlUrl="https://loose.example/feed" category="Land""#,
        ] {
            assert!(first.contains(part), "{part}: {first}");
        }
        home.write("again/list.opml", &first);
        std::fs::rename(home.path("feeds.toml"), home.path("old.toml")).unwrap();
        assert_eq!(home.run_in("again", options).code, Some(0));
        assert_eq!(home.run_in("again", &["export"]).out, first);
    }
}

#[test]
fn folders_become_themes_and_what_is_known_is_not_added_again() {
    let home = Home::new();
    home.write("list.opml", LIST);
    let shown = home.run(&["import", "list.opml", "--themes", "--dry-run"]);
    assert!(shown.out.contains("+[themes.sea-shore]"), "{}", shown.out);
    assert!(!home.path("feeds.toml").exists());
    let said = home.run(&["import", "list.opml", "--themes"]);
    assert!(
        said.err.contains("added 4 sources and 3 themes")
            && said.err.contains("1 was in the list before"),
        "{}",
        said.err
    );
    let text = home.read("feeds.toml");
    let theme =
        "[themes.sea-shore]\ntitle = \"Sea & shore\"\nsources = [\"bucher-new\", \"deep\"]\n";
    assert!(text.contains(theme), "{text}");
    assert!(
        text.contains("[themes.land]\ntitle = \"Land\"\nsources = [\"hill\", \"loose\"]\n"),
        "{text}"
    );
    assert_eq!(home.run(&["check"]).code, Some(0));
    let said = home.run(&["import", "list.opml", "--themes"]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.err.contains("nothing to change") && said.err.contains("4 were there already"),
        "{}",
        said.err
    );
    assert_eq!(home.read("feeds.toml"), text);
}

#[test]
fn comments_of_the_file_stay_when_a_list_is_imported() {
    let home = Home::new();
    home.write("list.opml", LIST);
    let mine = "# mine\r\n[sources.hill] # good\r\nurl = 'https://hill.example/x'\r\n\r\n# all of it\r\n[themes.t]\r\n";
    home.write("feeds.toml", mine);
    assert_eq!(home.run(&["import", "list.opml"]).code, Some(0));
    let text = home.read("feeds.toml");
    for line in mine.lines() {
        assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
    }
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches("hill.example").count(), 1);
}

#[test]
fn of_a_broken_list_what_can_be_read_is_imported_and_the_rest_is_named() {
    let home = Home::new();
    let (half, _) = LIST.split_at(LIST.find("<outline text=\"Land\"").unwrap() + 30);
    home.write("half.opml", half);
    let said = home.run(&["import", "half.opml"]);
    assert!(
        said.code == Some(0) && said.err.contains("added 3 sources"),
        "{}",
        said.err
    );
    assert!(said.err.contains("the list breaks off"), "{}", said.err);
    home.write(
        "odd.opml",
        "<opml><body><outline type='rss' text='No address'/><outline xmlUrl='ftp://x.example/' text='FTP'/>\
         <outline xmlUrl='https://me:pw@x.example/'/><outline type='include' url='https://x.example/more.opml'/>\
         <outline xmlUrl='https://no-title.example/f'/></body></opml>",
    );
    let said = home.run(&["import", "odd.opml"]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.err.contains(
            "3 entries without a usable http(s) address: No address, FTP, one without a title"
        ),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("includes other lists") && said.err.contains("more.opml"),
        "{}",
        said.err
    );
    assert!(
        home.read("feeds.toml")
            .contains("[sources.no-title-example]")
    );
    assert!(!home.read("feeds.toml").contains("pw@"));
}

#[test]
fn what_is_no_list_changes_nothing() {
    let home = Home::new();
    home.write("feed.xml", "<rss><channel/></rss>");
    home.write(
        "empty.opml",
        "<opml><body><outline text='x'/></body></opml>",
    );
    for file in ["feed.xml", "empty.opml"] {
        assert_eq!(home.run(&["import", file]).code, Some(65));
    }
    assert_eq!(home.run(&["import", "none.opml"]).code, Some(1));
    assert!(!home.path("feeds.toml").exists());
    home.write("feeds.toml", "[themes.t]\nlimt = 3\n");
    home.write("list.opml", LIST);
    let said = home.run(&["import", "list.opml"]);
    assert!(
        said.code == Some(78) && said.err.contains("did you mean \"limit\""),
        "{}",
        said.err
    );
    assert_eq!(home.read("feeds.toml"), "[themes.t]\nlimt = 3\n");
}

#[test]
fn ten_thousand_feeds_are_imported_and_none_twice() {
    let home = Home::new();
    let mut list = "<opml><body>".to_owned();
    for n in 0..10_000 {
        let folder = n % 50;
        let _ = write!(
            list,
            "<outline text='F{folder}'><outline text='Blog' xmlUrl='https://h{n}.example/'/></outline>"
        );
    }
    home.write("list.opml", &(list + "</body></opml>"));
    let said = home.run(&["import", "list.opml", "--themes"]);
    assert!(
        said.err.contains("added 10000 sources and 50 themes"),
        "{}",
        said.err
    );
    let text = home.read("feeds.toml");
    assert!(text.contains("[sources.blog]") && text.contains("[sources.blog-10000]"));
}

#[tokio::test]
async fn a_list_is_fetched_and_does_not_import_itself() {
    let server = Server::start().await;
    let list = format!(
        "<opml><body><outline text='Me' xmlUrl='{0}/list.opml'/><outline xmlUrl='{0}/good'/>\
         <outline xmlUrl='{0}/dead'/></body></opml>",
        server.address
    );
    server.serves("/list.opml", "\"1\"", &list);
    server.serves("/good", "\"1\"", &crate::common::rss("Good news", &[]));
    let address = server.address.clone();
    tokio::task::spawn_blocking(move || {
        let home = Home::new();
        home.write(
            "feeds.toml",
            "[fetch]\nallow = ['127.0.0.1']\ngap = '0 s'\n",
        );
        let said = home.run(&["import", &format!("{address}/list.opml"), "--check"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            said.err.contains("added 2 sources") && said.err.contains("1 entry without"),
            "{}",
            said.err
        );
        assert!(
            said.err.contains("1 feed cannot be read now") && said.err.contains("/dead"),
            "{}",
            said.err
        );
        let text = home.read("feeds.toml");
        assert!(text.contains("title = \"Good news\""), "{text}");
    })
    .await
    .unwrap();
}

#[test]
fn pages_are_left_out_of_an_export() {
    let home = Home::new();
    home.write(
        "feeds.toml",
        "[sources.p]\nurl = 'https://p.example/'\n[sources.p.page]\nitem = 'li'\n\
         [sources.a]\nurl = 'https://a.example/f'\n[sources.b]\nurl = 'http://a.example/f'\n[themes.t]\n",
    );
    let said = home.run(&["export"]);
    assert!(
        said.err.contains("left out") && said.err.contains(": p ("),
        "{}",
        said.err
    );
    assert_eq!(said.out.matches("xmlUrl").count(), 1, "{}", said.out);
}
