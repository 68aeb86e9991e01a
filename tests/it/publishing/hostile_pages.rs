//! A source that means harm, from its document to the pages: they stay whole, harmless and in their
//! folder.

use crate::common::{House, files_in, names_in};
use scraper::{Html, Node};

const CONFIG: &str = "
[site]
title = \"<script>alert('title')</script>\"
base_url = \"https://news.example/\"
story_pages = \"full\"
health = true
[sources.a]
path = \"a.xml\"
[themes.all]
title = \"\\\"><img src=x onerror=alert('theme')>\"
description = \"</title><script>alert('description')</script>\"
rights = \"<b onmouseover=alert('rights')>\"
";

const FEED: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>&lt;script&gt;alert('source')&lt;/script&gt; "quoted" &amp;lt;b&amp;gt;</title><link>javascript:alert('home')</link>
<copyright>&lt;img src=x onerror=alert('copyright')&gt;</copyright>
<item><title>"&amp;gt;&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;</title><link>https://a.example/"onmouseover="alert(2)</link>
<guid>../../../../etc/passwd</guid><pubDate>Fri, 14 Jun 2024 09:00:00 +0000</pubDate>
<description><![CDATA[<p onclick="alert(3)" style="position:fixed">Text</p><script>alert(4)</script><a href="java&#10;script:alert(5)">x</a>
<img src=x alt='"><script>alert(6)</script>'><img alt="<img src=z onerror=alert(7)><h1>" src="https://pics.example/a.jpg">
<h1>Heading</h1><svg onload=alert(8)><style>*{display:none}</style><iframe srcdoc="<script>alert(9)</script>"></iframe>
<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/"><form action=x><input>]]></description>
<category>"&gt;&lt;script&gt;alert(10)&lt;/script&gt;</category><dc:creator>"&gt;&lt;b onmouseover=alert(11)&gt;</dc:creator>
<media:content url="javascript:alert(12)" medium="image"><media:description>"&gt;&lt;script&gt;alert(13)&lt;/script&gt;</media:description></media:content>
<enclosure url="javascript:alert(14)" type="audio/mpeg" length="1"/>
<enclosure url="https://a.example/x.mp3?&quot;&gt;&lt;script&gt;" type="&quot;&gt;&lt;script&gt;" length="1"/></item>
<item><title>{{ 7 * 7 }}{% raw %}{# x #}</title><link>javascript:alert(15)</link><guid>C:\..\..\x</guid><pubDate>Fri, 14 Jun 2024 10:00:00 +0000</pubDate>
<description>data:text/html,&lt;script&gt;alert(16)&lt;/script&gt;</description></item>
<item><title>XXXXX</title><link>https://a.example/..%2f..%2f..%2fetc%2fpasswd</link><guid>/</guid><pubDate>Sat, 15 Jun 2024 10:00:00 +0000</pubDate>
<description>&amp;#x202E;txet ]]&gt; &#xFFFE;</description></item>
</channel></rss>"#;

#[tokio::test]
async fn a_source_that_means_harm_does_none() {
    let house = House::new(CONFIG);
    house.write("a.xml", &FEED.replace("XXXXX", &"Xx".repeat(5_000)));
    house.pass().await;
    let around = names_in(&house.path(""));
    let expected = |name: &String| {
        ["output/", "state/"]
            .iter()
            .any(|folder| name.starts_with(folder))
            || ["a.xml", "feeds.toml"].contains(&name.as_str())
    };
    assert!(around.iter().all(expected), "{around:?}");

    let mut pages = 0;
    for (name, bytes) in files_in(&house.path("output")) {
        if std::path::Path::new(&name)
            .extension()
            .is_none_or(|kind| kind != "html")
        {
            continue;
        }
        pages += 1;
        let page = String::from_utf8(bytes).unwrap();
        for element in Html::parse_document(&page)
            .tree
            .values()
            .filter_map(Node::as_element)
        {
            let tag = element.name();
            let harmful = [
                "script", "style", "iframe", "svg", "base", "form", "input", "b",
            ];
            // Ours, in story.html and sources.html.
            let ours = tag == "b" && element.attrs().all(|(name, _)| name == "class");
            assert!(ours || !harmful.contains(&tag), "{name}: {tag} in {page}");
            for (attribute, value) in element.attrs() {
                assert!(
                    !attribute.starts_with("on") && attribute != "style",
                    "{name}: {attribute} in {page}"
                );
                let refreshes = attribute == "http-equiv" && value != "Content-Security-Policy";
                assert!(!refreshes, "{name}: {value}");
                let is_icon = tag == "link" && element.attr("rel") == Some("icon");
                if matches!(attribute, "href" | "src") && !is_icon {
                    let kind = value.split_once(':').map_or("https", |(kind, _)| kind);
                    assert!(matches!(kind, "http" | "https"), "{name}: {value}");
                }
            }
        }
    }
    // Index, theme and its tags, the state of the sources, their list and one of them, the months' list and month, and
    // three stories.
    assert_eq!(pages, 11);
    let wild = house.read("output/all.html");
    assert!(wild.contains("{{ 7 * 7 }}{% raw %}{# x #}"), "{wild}");
}
