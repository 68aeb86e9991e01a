//! Whatever sources put into their fields: what is published is well-formed, can be read, holds nothing
//! that runs, and lies in the output folder.

use crate::common::{House, names_in};
use proptest::prelude::*;
use quick_xml::events::Event;
use scraper::Html;
use std::fmt::Write as _;
use std::path::Path;

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><style>*{}</style>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<a href=\"jAvAsCrIpT:alert(1)\">x</a>",
    "<a href=\" java\u{9}script:alert(1)\">x</a>",
    "<form action=https://evil.example/><input autofocus onfocus=alert(1)>",
    "<object data=x></object><embed src=x><base href=https://evil.example/>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "../../etc/passwd",
    "..\\..\\windows",
    "https://[::1/%zz\"><script>",
    "https://a.example/?q=<script>&x='\"`",
    "]]>",
    "<![CDATA[",
    "<!--",
    "--><b>",
    "</title></item></channel></rss>",
    "</script></style></textarea>",
    "&bogus; &#0; &#xD800; &#x110000; &amp;lt;script&amp;gt;",
    "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{9f}\u{fffe}\u{ffff}",
    "\u{202e}\u{2066}\u{200f}שלום\u{202c}",
    "👩‍🚀🇩🇪e\u{301}\u{1F1E6}",
    "{{ 7 * 7 }}{% include 'x' %}",
    "\u{2028}\u{2029}\u{feff}",
    "+00:00</updated>",
];

/// A few of these in a row, among words, or ten thousand characters of one.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(HOSTILE).prop_map(str::to_owned),
        2 => "[a-z ]{1,12}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop_oneof![
        9 => prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat()),
        1 => prop::sample::select(HOSTILE).prop_map(|piece| piece.repeat(10_000 / piece.len())),
    ]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// An RSS document that says these texts in every field: escaped, bare and in a CDATA section.
fn rss(texts: &[String]) -> String {
    let mut fields = texts.iter().cycle();
    let mut next = || fields.next().map(String::as_str).unwrap_or_default();
    let mut items = String::new();
    for (n, form) in ["escaped", "bare", "section"].into_iter().enumerate() {
        let mut say = || match form {
            "escaped" => escaped(next()),
            "bare" => next().to_owned(),
            _ => format!("<![CDATA[{}]]>", next()),
        };
        let (title, link, guid, text, author) = (say(), say(), say(), say(), say());
        let (tag, file, kind, source) = (say(), escaped(next()), escaped(next()), escaped(next()));
        let _ = write!(
            items,
            "<item><title>{title}</title><link>{link}</link><guid>{guid}{n}</guid><description>{text}</description>\
             <content:encoded>{text}</content:encoded><dc:creator>{author}</dc:creator><category>{tag}</category>\
             <enclosure url=\"{file}\" type=\"{kind}\" length=\"-1\"/><media:thumbnail url=\"{source}\"/>\
             <source url=\"{file}\">{author}</source><pubDate>Fri, 14 Jun 2024 09:00:0{n} +0000</pubDate></item>"
        );
    }
    format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>{0}</title><link>{1}</link><language>{2}</language>\
         <copyright>{0}</copyright>{items}</channel></rss>",
        escaped(next()),
        escaped(next()),
        escaped(next())
    )
}

/// The same as a JSON Feed, with half a character in its title.
fn json(texts: &[String]) -> String {
    let mut fields = texts.iter().cycle();
    let mut next = || fields.next().cloned().unwrap_or_default();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": next(), "home_page_url": next(), "language": next(),
        "items": [{
            "id": next(), "url": next(), "external_url": next(), "title": format!("HALF{}", next()), "content_html": next(),
            "summary": next(), "image": next(), "tags": [next(), next()], "language": next(),
            "authors": [
                {"name": next(), "url": next(), "avatar": next()},
                {"name": " ", "avatar": "https://a.example/face.png"},
            ],
            "attachments": [{"url": next(), "mime_type": next(), "title": next()}],
        }],
    });
    feed.to_string().replace("HALF", "\\ud800 half \\udc00")
}

fn assert_well_formed(name: &str, document: &str) {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(document.chars().all(allowed), "{name}");
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|e| panic!("{name}: {e}"))
        {
            Event::Eof => return,
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute.unwrap_or_else(|e| panic!("{name}: {e}"));
                }
            }
            Event::GeneralRef(reference) => {
                let entity = String::from_utf8_lossy(reference.as_bytes()).into_owned();
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*entity);
                assert!(known || entity.starts_with('#'), "{name}: &{entity};");
            }
            _ => {}
        }
    }
}

/// Nothing in it runs, loads documents or leaves the page by itself.
fn assert_tame(name: &str, html: &Html) {
    const WILD: &[&str] = &[
        "script", "iframe", "object", "embed", "base", "form", "input", "style", "svg", "math",
    ];
    for element in html
        .root_element()
        .descendants()
        .filter_map(scraper::ElementRef::wrap)
    {
        let tag = element.value().name();
        assert!(!WILD.contains(&tag), "{name}: <{tag}>");
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "{name}: {attribute}={value}");
            if matches!(attribute, "href" | "src" | "poster" | "action" | "cite") {
                let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
                let is_fine = ["", "http", "https", "mailto"].contains(&scheme);
                // Our own icon, the same on all pages.
                let is_icon = tag == "link" && value.starts_with("data:image/svg+xml,");
                assert!(is_fine || is_icon, "{name}: {attribute}={value}");
            }
        }
    }
}

fn assert_fit(name: &str, bytes: Vec<u8>) {
    let text = String::from_utf8(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    match Path::new(name).extension().and_then(|end| end.to_str()) {
        Some("rss" | "atom" | "opml") => assert_well_formed(name, &text),
        Some("json") => {
            let feed: serde_json::Value = serde_json::from_str(&text).unwrap();
            for item in feed["items"].as_array().unwrap() {
                for key in ["url", "external_url", "image"] {
                    let address = item[key].as_str().unwrap_or("https://");
                    assert!(address.starts_with("http"), "{name}: {key} {address}");
                }
                let content = item["content_html"].as_str().unwrap_or_default();
                assert_tame(name, &Html::parse_fragment(content));
            }
        }
        Some("html") => assert_tame(name, &Html::parse_document(&text)),
        Some("css") => {}
        _ => panic!("{name} is no file of ours"),
    }
}

proptest! {
    // Each round is a whole pass: 16 of them, and more if `PROPTEST_CASES` says so.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_published_is_fit_whatever_sources_say(texts in prop::collection::vec(hostile(), 1..20), title in hostile()) {
        let title = toml::Value::String(title.replace(|c: char| c.is_control(), " ")).to_string();
        let house = House::new(&format!(
            "[site]\nbase_url = \"https://news.example/\"\nstory_pages = \"full\"\n\
             [sources.a]\npath = \"a.xml\"\nurl = \"https://a.example/feed\"\n[sources.b]\npath = \"b.json\"\n\
             [themes.all]\ntitle = \"x\"\ndescription = {title}\nrights = {title}\nlimit = 1\n\
             [themes.other]\nmerge = \"off\"\nids = \"per-theme\"\n"
        ));
        house.write("a.xml", &rss(&texts));
        house.write("b.json", &json(&texts));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let report = runtime.block_on(house.pass());
        prop_assert!(report.new_items > 0, "{:?}", report);
        for (name, bytes) in house.published() {
            assert_fit(&name, bytes);
        }
        let mut beside = names_in(&house.path(""));
        beside.retain(|name| !name.starts_with("output/") && !name.starts_with("state/"));
        prop_assert_eq!(beside, ["a.xml", "b.json", "feeds.toml"]);
    }
}

#[test]
fn the_checks_see_what_they_are_for() {
    let refused =
        |check: &dyn Fn()| std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_err();
    for wild in [
        "<b onclick=x>",
        "<a href=javascript:x>",
        "<script>",
        "<img src=data:x>",
    ] {
        let html = Html::parse_fragment(wild);
        assert!(refused(&|| assert_tame("x", &html)), "{wild}");
    }
    for broken in ["<a>\u{1}</a>", "<a><b></a>", "<a>&nbsp;</a>", "<a b=c/>"] {
        assert!(refused(&|| assert_well_formed("x", broken)), "{broken}");
    }
    assert!(refused(&|| assert_fit("../x.txt", Vec::new())));
}
