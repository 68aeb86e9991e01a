//! What a mended `feeds.toml` does: the source is asked in the next pass, not when its wait is over.

use crate::common::server::Server;
use crate::common::{House, rss};
use feedmill::mill::Options;

const BEFORE: &str = "[site]\nbase_url = \"https://news.example/\"\n[themes.all]\n\
    [fetch]\ngap = \"0 s\"\n";

/// How many sources two passes ask, a minute apart: the second after `feeds.toml` was edited.
async fn asked(before: &str, after: &str) -> [usize; 2] {
    let server = Server::start().await;
    server.serves("/feed", "\"1\"", &rss("a", &[]));
    let opml = format!(
        "<opml><body><outline xmlUrl='{}/feed'/></body></opml>",
        server.address
    );
    server.serves("/list", "\"1\"", &opml);
    server.serves("/page", "\"1\"", "<ul><li><a href='/1'>Ferry</a></li></ul>");
    let text = |keys: &str| BEFORE.to_owned() + &keys.replace("SITE", &server.address);
    let house = House::new(&text(before));
    house.write("token", "Bearer x");
    let first = house.pass().await;
    house.write("feeds.toml", &text(after));
    let later = "2024-06-15T12:01:00Z";
    let second = house.pass_at(later, &Options::default()).await;
    [first.asked, second.asked]
}

#[tokio::test]
async fn a_key_that_matters_to_a_source_makes_it_due() {
    const ALLOW: &str = "allow = [\"127.0.0.0/8\"]\n[sources.s]\n";
    for (before, after) in [
        // Refused because it is private, until that is allowed.
        (
            "[sources.s]\nurl = \"SITE/feed\"",
            "allow = [\"127.0.0.0/8\"]\n[sources.s]\nurl = \"SITE/feed\"",
        ),
        (
            "timeout = \"1 s\"\n[sources.s]\nurl = \"SITE/feed\"",
            "timeout = \"2 s\"\n[sources.s]\nurl = \"SITE/feed\"",
        ),
        (
            &format!("{ALLOW}url = \"SITE/feed\""),
            &format!("{ALLOW}url = \"SITE/page\""),
        ),
        (
            &format!("{ALLOW}url = \"SITE/feed\""),
            &format!("{ALLOW}url = \"SITE/feed\"\nheaders = {{ Authorization = \"file:token\" }}"),
        ),
        (
            &format!("{ALLOW}url = \"SITE/feed\""),
            &format!("{ALLOW}url = \"SITE/feed\"\nevery = \"5 min\""),
        ),
        (
            &format!("{ALLOW}url = \"SITE/page\""),
            &format!("{ALLOW}url = \"SITE/page\"\npage = {{ item = \"li\" }}"),
        ),
    ] {
        assert_eq!(asked(before, after).await, [1, 1], "{after}");
        assert_eq!(asked(after, after).await, [1, 0], "{after}");
    }
    // The list, and the feed that it names.
    let list = format!("{ALLOW}url = \"SITE/list\"");
    let mended = format!("{list}\nopml = true");
    assert_eq!(asked(&list, &mended).await, [1, 2]);
    assert_eq!(asked(&mended, &mended).await, [2, 0]);
}

#[tokio::test]
async fn a_key_that_does_not_matter_to_a_visit_causes_none() {
    const SOURCE: &str = "allow = [\"127.0.0.0/8\"]\n[sources.s]\nurl = \"SITE/feed\"\n";
    for after in ["rank = 5", "merge = false", "[themes.more]"] {
        assert_eq!(
            asked(SOURCE, &format!("{SOURCE}{after}")).await,
            [1, 0],
            "{after}"
        );
    }
}
