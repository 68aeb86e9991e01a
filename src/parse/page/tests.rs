use super::*;

/// A list as public institutions print it: a badge, a heading twice, a date beside a file name.
const LIST: &str = r#"<!doctype html><html lang="en"><head><title>News
 and more</title><base href="https://example.org/en/"><link rel="alternate" type="application/rss+xml" href="feed.xml" title="News">
<link rel=next href="list?page=2"><meta name=description content="What is new"></head><body>
<p>2 Entries</p><ul>
<li class="entry"><span class="badge">Editor's choice</span><span class="badge">News</span>
 <a href="news_1.html?utm_source=list"><h3>Ministers &amp; guests meet</h3></a><h3>Ministers &amp; guests meet</h3>
 <figure><img data-src="/img/1.jpg" src="data:image/gif;base64,x" width="640" alt="x"></figure>
 <div class="meta">14 Jun. 2024 240614d-009.jpg - Press conference - Brussels, 100.97KB</div>
 <div class="text"><p>They met on Friday.</p><p>They discussed much.</p></div></li>
<li class="entry"><h3><a href="/news_2.html">Exercise gets underway</a></h3><div class="meta">1 month 3 weeks ago</div></li>
<li class="entry"><div class="meta">26 minutes 41 seconds ago</div></li>
</ul></body></html>"#;

fn rule() -> PageRule {
    let selector = |text: &str| Some(crate::model::Selector(text.to_owned()));
    PageRule {
        item: crate::model::Selector("li.entry".to_owned()),
        title: selector("h3"),
        url: None,
        date: selector(".meta"),
        summary: selector(".text"),
        image: selector("figure"),
        caption: selector(".meta"),
        tags: selector(".badge"),
        next: None,
    }
}

fn found() -> Url {
    Url::parse("https://example.org/list").unwrap()
}

#[test]
fn items_are_found_by_selectors() {
    let feed = parse(LIST, Some(&found()), Some(&rule()));
    assert_eq!(feed.items.len(), 2);
    let first = &feed.items[0];
    assert_eq!(
        first.title.as_ref().unwrap().value,
        "Ministers & guests meet"
    );
    assert_eq!(
        first.url.as_deref(),
        Some("https://example.org/en/news_1.html?utm_source=list")
    );
    assert_eq!(first.date_published.as_deref(), Some("14 Jun. 2024"));
    assert_eq!(
        first.summary.as_ref().unwrap().value,
        "They met on Friday.\nThey discussed much."
    );
    assert_eq!(first.tags, ["Editor's choice", "News"]);
    let image = first.image.as_ref().unwrap();
    assert_eq!(image.url, "https://example.org/img/1.jpg");
    assert_eq!(
        image.caption.as_deref(),
        Some("Press conference - Brussels")
    );
    assert_eq!(image.width, Some(640));
    assert_eq!(
        feed.items[1].url.as_deref(),
        Some("https://example.org/news_2.html")
    );
    assert_eq!(
        feed.items[1].date_published.as_deref(),
        Some("1 month 3 weeks ago")
    );
}

#[test]
fn the_page_says_what_it_is() {
    let feed = parse(LIST, Some(&found()), Some(&rule()));
    assert_eq!(feed.title.unwrap().value, "News and more");
    assert_eq!(feed.language.as_deref(), Some("en"));
    assert_eq!(feed.description.unwrap().value, "What is new");
    assert_eq!(
        feed.next_page.as_deref(),
        Some("https://example.org/en/list?page=2")
    );
    assert_eq!(feed.announced[0].url, "https://example.org/en/feed.xml");
    assert_eq!(feed.announced[0].title.as_deref(), Some("News"));
}

#[test]
fn a_rule_that_finds_nothing_is_worth_a_warning() {
    let feed = parse("<p>We moved</p>", None, Some(&rule()));
    assert!(feed.items.is_empty());
    assert_eq!(
        feed.warnings[0].to_string(),
        "page.item: the selector `li.entry` finds nothing"
    );
}

#[test]
fn an_item_may_be_a_link_itself() {
    let rule = PageRule {
        item: crate::model::Selector("a.card".to_owned()),
        ..PageRule::default()
    };
    let page = "<a class=card href=/1><h2>One</h2><time datetime=2024-06-14>yesterday</time></a>\
        <a class=card href=javascript:x><h2>Two</h2></a>";
    let feed = parse(page, Some(&found()), Some(&rule));
    assert_eq!(feed.items[0].url.as_deref(), Some("https://example.org/1"));
    assert_eq!(feed.items[0].date_published.as_deref(), Some("2024-06-14"));
    assert_eq!(feed.items[1].url, None);
}

#[test]
fn json_ld_describes_articles_and_lists() {
    let page = r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x"},
        {"@type":["NewsArticle"],"headline":"One &amp; two","url":"/1","datePublished":"2024-06-14T10:00:00Z",
         "author":[{"@type":"Person","name":"Jane"}],"image":{"url":"/1.jpg"},"keywords":"a, b"},
        {"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"url":"/2","name":"Two"},
         {"@type":"ListItem","item":{"@type":"Article","name":"Three","url":"/3"}}]}]}</script>
        <script type="application/ld+json">{broken</script>"#;
    let feed = parse(page, Some(&found()), None);
    let titles: Vec<_> = feed
        .items
        .iter()
        .map(|i| i.title.as_ref().unwrap().value.as_str())
        .collect();
    assert_eq!(titles, ["One &amp; two", "Two", "Three"]);
    assert_eq!(feed.items[0].url.as_deref(), Some("https://example.org/1"));
    assert_eq!(feed.items[0].authors[0].name.as_deref(), Some("Jane"));
    assert_eq!(feed.items[0].tags, ["a", "b"]);
}

#[test]
fn microformats_describe_entries() {
    let page = r#"<div class=h-feed><article class=h-entry><h2 class=p-name><a class=u-url href=/1>One</a></h2>
        <time class=dt-published datetime="2024-06-14T10:00:00Z">Friday</time><div class=e-content><p>Text</p></div>
        <a class=p-category>tag</a></article></div>"#;
    let feed = parse(page, Some(&found()), None);
    assert_eq!(feed.items.len(), 1);
    assert_eq!(feed.items[0].url.as_deref(), Some("https://example.org/1"));
    assert_eq!(
        feed.items[0].date_published.as_deref(),
        Some("2024-06-14T10:00:00Z")
    );
    assert_eq!(feed.items[0].content.as_ref().unwrap().value, "<p>Text</p>");
}

#[test]
fn a_hostile_page_ends() {
    for piece in [
        "<div>",
        "<p><b>x</p>",
        "<b><table><td></b></table>",
        "<a class=h-entry>",
    ] {
        let _ = parse(&piece.repeat(3_000), None, None);
    }
}

/// Items inside one another, a title in each, and many texts in the innermost.
fn nested(items: usize, texts: usize) -> String {
    format!(
        "{}{}",
        "<div class=i><h2>t</h2><a href=/x>x</a>".repeat(items),
        "<p>word</p>".repeat(texts)
    )
}

fn nested_rule(summary: &str) -> PageRule {
    let selector = |text: &str| crate::model::Selector(text.to_owned());
    PageRule {
        item: selector(".i"),
        title: Some(selector("h2")),
        summary: Some(selector(summary)),
        ..PageRule::default()
    }
}

#[test]
fn what_stands_in_an_item_inside_another_belongs_to_the_inner_one() {
    let feed = parse(&nested(100, 3_000), None, Some(&nested_rule("p")));
    assert_eq!(feed.items.len(), 100);
    let summaries = feed.items.iter().filter_map(|item| item.summary.as_ref());
    let read: usize = summaries.map(|summary| summary.value.len()).sum();
    assert_eq!(read, 3_000 * "word\n".len() - 1);
    assert!(feed.items[99].summary.is_some());
}

#[test]
fn no_more_of_a_page_is_read_than_its_limit_and_one_element() {
    const LEFT: usize = 10_000;
    let html = nested(100, 3_000);
    let page = Page::read(&html, None);
    page.budget.set(LEFT);
    let mut feed = Feed::default();
    selectors::read(&page, &nested_rule(".i"), &mut feed);
    let texts = feed.items.iter().flat_map(|i| [&i.title, &i.summary]);
    let read: usize = texts.flatten().map(|text| text.value.len()).sum();
    assert_eq!(page.budget.get(), 0);
    assert!(read < LEFT + html.len(), "{read} bytes");
}

#[test]
fn a_page_has_a_thousand_items_at_most() {
    let page = "<a class=card href=/1><h2>One</h2></a>".repeat(MAX_ITEMS + 1);
    let rule = PageRule {
        item: crate::model::Selector("a.card".to_owned()),
        ..PageRule::default()
    };
    assert_eq!(parse(&page, None, Some(&rule)).items.len(), MAX_ITEMS);
}
