//! The feeds of a list, as people meet them: by title and address, not by a made name.

use crate::common::server::Server;
use crate::common::{House, item, rss};
use feedmill::config::Config;
use feedmill::mill::{self, Options, named};
use feedmill::model::SourceId;
use feedmill::publish::opml;
use feedmill::store::Store;

/// A list of two feeds that stands beside one source of its own.
fn house(server: &Server) -> House {
    for name in ["boats", "tides"] {
        let link = format!("https://{name}.example/1");
        server.serves(
            &format!("/{name}"),
            "\"1\"",
            &rss(name, &[item(name, &link)]),
        );
    }
    let house = House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n[fetch]\nallow = [\"127.0.0.0/8\"]\ngap = \"0 s\"\n\
        [sources.friends]\npath = \"list.opml\"\nopml = true\ntags = [\"friends\"]\n\
        [sources.own]\nurl = \"{0}/boats?own\"\n[themes.all]\n",
        server.address
    ));
    house.write(
        "list.opml",
        &format!(
            "<opml><body><outline text='Sea'>\
            <outline text='Boats &amp; more' xmlUrl='{0}/boats' htmlUrl='https://boats.example/'/>\
            <outline text='Tides' xmlUrl='{0}/tides'/></outline></body></opml>",
            server.address
        ),
    );
    house
}

#[tokio::test]
async fn a_feed_of_a_list_is_named_by_title_or_address() {
    let server = Server::start().await;
    let house = house(&server);
    house.pass().await;
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open(&config.store).unwrap();
    let listed = mill::listed(&config, &store).await.unwrap();
    let tides = named(&listed, "tides").unwrap().id.clone();
    assert_eq!(
        named(&listed, &format!("{}/tides", server.address))
            .unwrap()
            .id,
        tides
    );
    drop(store);

    let only = Options {
        only: vec![tides.clone()],
        ..Options::default()
    };
    let before = server.asked().len();
    assert_eq!(house.pass_at("2024-06-15T12:01:00Z", &only).await.asked, 1);
    assert!(
        server.asked()[before..]
            .iter()
            .all(|request| request.starts_with("GET /tides"))
    );
    // The list by its own name is all of it.
    let list = Options {
        only: vec![SourceId::new("friends")],
        ..Options::default()
    };
    assert_eq!(house.pass_at("2024-06-15T12:02:00Z", &list).await.asked, 3);
}

#[tokio::test]
async fn folders_titles_and_sites_are_exported() {
    let server = Server::start().await;
    let house = house(&server);
    house.pass().await;
    let config = Config::load(&house.path("feeds.toml")).unwrap();
    let store = Store::open_to_read(&config.store).unwrap();
    let rows = mill::export(&config, Some(&store)).await.unwrap();
    let text = opml::export("Mine", &rows.feeds)
        .unwrap()
        .replace(&server.address, "SITE");
    for part in [
        r#"<outline text="Sea" title="Sea">"#,
        r#"text="Boats &amp; more" title="Boats &amp; more" xmlUrl="SITE/boats" htmlUrl="https://boats.example/" category="friends""#,
        r#"text="Tides" title="Tides" xmlUrl="SITE/tides" htmlUrl="https://tides.example/" category="friends""#,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("list.opml"), "{text}");
}
