use super::*;
use crate::date::Precision;
use crate::model::{Author, Image, Link, Location, SourceId, Text, TextKind};

fn source() -> Source {
    Source {
        public_url: Some(Url::parse("https://www.example.org/feed").unwrap().into()),
        ..Source::new(
            SourceId::new("example"),
            Location::Http(
                Url::parse("https://me:secret@www.example.org/feed")
                    .unwrap()
                    .into(),
            ),
        )
    }
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn context(source: &Source) -> Context<'_> {
    Context {
        source,
        document_url: None,
        now: moment("2024-06-14T12:00:00Z"),
        ids_as_given: false,
    }
}

fn read_from(source: &Source, feed: Feed) -> (Vec<Item>, Vec<Warning>) {
    normalize(feed, &context(source))
}

fn items(given: Vec<FeedItem>) -> Vec<Item> {
    read_from(
        &source(),
        Feed {
            items: given,
            ..Feed::default()
        },
    )
    .0
}

fn only(given: FeedItem) -> Item {
    let mut items = items(vec![given]);
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[expect(clippy::unnecessary_wraps, reason = "fields are optional")]
fn text(value: &str, kind: TextKind) -> Option<Text> {
    Some(Text {
        value: value.to_owned(),
        kind,
        base: None,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "fields are optional")]
fn some(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn titled(title: &str) -> FeedItem {
    FeedItem {
        title: text(title, TextKind::Plain),
        ..FeedItem::default()
    }
}

fn with_id(id: &str) -> FeedItem {
    FeedItem {
        id: some(id),
        ..titled(id)
    }
}

#[test]
fn an_item_that_says_nothing_is_none() {
    let blank = FeedItem {
        title: text(" ", TextKind::Plain),
        content: text("<p></p>", TextKind::Html),
        ..FeedItem::default()
    };
    let id_only = FeedItem {
        id: some("7"),
        ..FeedItem::default()
    };
    let file_only = FeedItem {
        attachments: vec![Link {
            url: "a.mp3".to_owned(),
            ..Link::default()
        }],
        ..FeedItem::default()
    };
    let feed = Feed {
        items: vec![
            blank,
            FeedItem::default(),
            id_only,
            titled("One"),
            file_only,
        ],
        ..Feed::default()
    };
    let (items, warnings) = read_from(&source(), feed);
    let bare: Vec<_> = items.iter().map(Item::is_bare).collect();
    assert_eq!(bare, [true, false, false]);
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].to_string(), "item: an item is empty and 1 more");
}

mod ids {
    use super::*;

    #[test]
    fn a_uri_of_the_item_is_its_id() {
        for id in [
            "https://example.org/1",
            "http://example.org/?p=1",
            "tag:example.org,2024-06-14:/1",
            "tag:jane@example.org,2024:1",
            "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        ] {
            assert_eq!(only(with_id(id)).id.as_str(), id);
        }
    }

    #[test]
    fn equals_told_apart_by_their_place_are_not_taken_for_a_text_that_begins_with_a_number() {
        let said = |title: &str, body: Option<&str>| FeedItem {
            content: body.and_then(|body| text(body, TextKind::Plain)),
            ..titled(title)
        };
        let items = items(vec![
            said(">1", None),
            said("1", None),
            said(">1", Some(">1")),
        ]);
        let ids: std::collections::HashSet<_> = items.iter().map(|item| &item.id).collect();
        assert_eq!((items.len(), ids.len()), (3, 3));
    }

    #[test]
    fn a_document_shown_by_itself_keeps_its_ids() {
        let feed = Feed {
            items: vec![with_id("d70"), with_id("d71")],
            ..Feed::default()
        };
        let source = source();
        let context = Context {
            ids_as_given: true,
            ..context(&source)
        };
        let ids: Vec<_> = normalize(feed, &context)
            .0
            .into_iter()
            .map(|item| item.id)
            .collect();
        assert_eq!(ids, ["d70", "d71"].map(ItemId::new));
    }

    #[test]
    fn anything_else_becomes_a_uuid_of_it_and_the_host() {
        for id in [
            "12345",
            "1 at https://example.org",
            "https://",
            "tag:nonsense",
            "urn:uuid:1",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "https://me:pw@example.org/1",
            "https://example.org/a b",
        ] {
            let item = only(with_id(id));
            assert!(item.id.as_str().starts_with("urn:uuid:"), "{id}");
            assert_eq!(only(with_id(id)).id, item.id);
        }
        // The scheme is versioned: this very id must never change.
        assert_eq!(
            only(with_id("12345")).id.as_str(),
            "urn:uuid:65d87400-a99c-5182-8414-89f7ea59bac1"
        );
    }

    #[test]
    fn neither_our_key_nor_the_day_nor_www_makes_the_id() {
        let before = only(with_id("12345")).id;
        let mut renamed = source();
        renamed.id = SourceId::new("renamed");
        renamed.location = Location::Http(Url::parse("https://example.org/other").unwrap().into());
        let feed = Feed {
            items: vec![with_id("12345")],
            ..Feed::default()
        };
        assert_eq!(read_from(&renamed, feed).0[0].id, before);
    }

    #[test]
    fn an_item_without_id_is_known_by_its_page_then_its_title_then_its_text() {
        let page = FeedItem {
            url: some("/1?utm_source=x"),
            ..titled("One")
        };
        let same_page = FeedItem {
            url: some("/1"),
            ..titled("One, edited")
        };
        assert_eq!(only(page).id, only(same_page).id);

        let day = FeedItem {
            date_published: some("14 Jun 2024"),
            ..titled("One")
        };
        let edited = FeedItem {
            content: text("more", TextKind::Html),
            ..day.clone()
        };
        assert_eq!(only(day).id, only(edited).id);

        let untitled = |value| FeedItem {
            content: text(value, TextKind::Html),
            ..FeedItem::default()
        };
        assert_ne!(only(untitled("a")).id, only(untitled("b")).id);
    }

    #[test]
    fn an_age_that_changes_daily_is_no_part_of_an_id() {
        let aged = |age: &str| FeedItem {
            date_published: some(age),
            ..titled("One")
        };
        assert_eq!(only(aged("2 days ago")).id, only(aged("3 days ago")).id);
    }

    #[test]
    fn one_id_on_different_items_is_no_id() {
        let item = |n: u32| FeedItem {
            id: some("https://example.org/"),
            url: Some(format!("https://example.org/{n}")),
            ..titled(&format!("Item {n}"))
        };
        let feed = Feed {
            items: vec![item(1), item(2)],
            ..Feed::default()
        };
        let (items, warnings) = read_from(&source(), feed);
        assert_ne!(items[0].id, items[1].id);
        assert_ne!(items[0].id.as_str(), "https://example.org/");
        assert_eq!(
            warnings[0].to_string(),
            "item/id: one id on several items: \"https://example.org/\""
        );
        let without_id = FeedItem {
            id: None,
            ..item(1)
        };
        assert_eq!(only(without_id).id, items[0].id);
    }

    #[test]
    fn items_that_all_link_to_the_home_page_stay_apart() {
        let item = |title: &str| FeedItem {
            url: some("https://www.example.org/feed"),
            ..titled(title)
        };
        let items = items(vec![item("One"), item("Two")]);
        assert_ne!(items[0].id, items[1].id);
        assert_eq!(only(item("One")).id, items[0].id);
    }

    #[test]
    fn a_repeated_item_is_one_item() {
        let newer = FeedItem {
            date_modified: some("2024-06-14T10:00:00Z"),
            ..with_id("1")
        };
        let older = FeedItem {
            date_modified: some("2024-06-13T10:00:00Z"),
            ..with_id("1")
        };
        let items = items(vec![older, newer, with_id("2")]);
        assert_eq!(items.len(), 2);
        assert_eq!(
            items[0].date_modified.or(Some(items[0].date_published)),
            Some(moment("2024-06-14T10:00:00Z"))
        );
    }

    #[test]
    fn one_id_on_several_days_is_an_item_a_day() {
        let on = |date: &str| FeedItem {
            date_published: some(date),
            ..with_id("https://example.org/yoga")
        };
        let dates = ["2024-06-07T18:00:00Z", "2024-05-31T18:00:00Z"];
        let given = dates.map(on).to_vec();
        let (all, warnings) = read_from(
            &source(),
            Feed {
                items: given.clone(),
                ..Feed::default()
            },
        );
        assert_eq!((all.len(), warnings.len()), (2, 1));
        assert_ne!(all[0].id, all[1].id);
        // In another order, too.
        let other = items(given.into_iter().rev().collect());
        assert_eq!([&all[0].id, &all[1].id], [&other[1].id, &other[0].id]);
    }

    #[test]
    fn ids_are_unique_whatever_the_feed_says() {
        let mut given: Vec<FeedItem> = (0..20).map(|n| with_id(["a", "b"][n % 2])).collect();
        for (n, item) in given.iter_mut().enumerate() {
            item.url = Some(format!("/{}", n % 3));
            item.content = text(&format!("text {}", n % 5), TextKind::Plain);
        }
        let items = items(given);
        let unique: std::collections::HashSet<_> = items.iter().map(|i| i.id.clone()).collect();
        assert_eq!(unique.len(), items.len());
    }
}

mod dates {
    use super::*;

    fn dated(date: &str) -> FeedItem {
        FeedItem {
            date_published: some(date),
            ..titled(date)
        }
    }

    #[test]
    fn an_undated_item_gets_the_moment_of_the_visit() {
        let item = only(titled("One"));
        assert_eq!(item.date_published, moment("2024-06-14T12:00:00Z"));
        assert_eq!(item.date_precision, Precision::Unknown);
    }

    #[test]
    fn a_picture_of_a_day_goes_by_that_day() {
        let mut source = source();
        source.as_of = Some(moment("2020-11-20T00:00:00Z"));
        let feed = Feed {
            items: vec![titled("One"), dated("2 days ago")],
            ..Feed::default()
        };
        let (items, _) = read_from(&source, feed);
        assert_eq!(items[0].date_published, moment("2020-11-20T00:00:00Z"));
        assert_eq!(items[1].date_published, moment("2020-11-18T00:00:00Z"));
    }

    #[test]
    fn the_future_is_no_date() {
        let (items, warnings) = read_from(
            &source(),
            Feed {
                items: vec![dated("2030-01-01"), dated("tomorrow")],
                ..Feed::default()
            },
        );
        assert_eq!(items[0].date_precision, Precision::Unknown);
        assert_eq!(items[1].date_precision, Precision::Unknown);
        assert_eq!(
            warnings[0].to_string(),
            "item/date_published: a date is in the future: \"2030-01-01\""
        );
        assert_eq!(
            warnings[1].to_string(),
            "item/date_published: a date cannot be read: \"tomorrow\""
        );
    }

    #[test]
    fn a_date_before_1970_is_no_date() {
        let items = vec![
            dated("Mon, 14 Jul 1969 08:00:00 +0000"),
            dated("1970-01-02"),
        ];
        let feed = Feed {
            items,
            ..Feed::default()
        };
        let (items, warnings) = read_from(&source(), feed);
        assert_eq!(items[0].date_precision, Precision::Unknown);
        assert_eq!(items[1].date_precision, Precision::Day);
        assert!(warnings[0].to_string().contains("a date is before 1970"));
    }

    #[test]
    fn a_date_in_markup_is_read() {
        for markup in [
            r#"<time datetime="2024-06-13T08:20:30Z" class="x">Thursday</time>"#,
            r#"<time datetime="2024-06-13T08:20:30Z"/>"#,
            "&lt;time datetime=\"2024-06-13T08:20:30Z\"&gt;3 weeks ago&lt;/time&gt;",
            r#"<span content="2024-06-13T10:20:30+02:00">13/06/24</span>"#,
            r#"<p><abbr title="2024-06-13T08:20:30Z">yesterday</abbr></p>"#,
            r#"<time datetime="P2D">Thu, 13 Jun 2024 <b>08:20:30</b> GMT</time>"#,
        ] {
            let item = only(dated(markup));
            assert_eq!(
                (item.date_published, item.date_precision),
                (moment("2024-06-13T08:20:30Z"), Precision::Exact),
                "{markup}"
            );
        }
    }

    #[test]
    fn a_change_dates_an_item_that_says_no_more() {
        let changed = FeedItem {
            date_modified: some("2024-06-13T10:00:00Z"),
            ..titled("One")
        };
        let item = only(changed);
        assert_eq!(
            (item.date_published, item.date_modified),
            (moment("2024-06-13T10:00:00Z"), None)
        );
        let both = FeedItem {
            date_modified: some("2024-06-13T10:00:00Z"),
            ..dated("2024-06-12")
        };
        assert_eq!(
            only(both).date_modified,
            Some(moment("2024-06-13T10:00:00Z"))
        );
    }

    #[test]
    fn coarse_dates_keep_the_order_of_the_source() {
        let given = [
            "2024-06-13",
            "2024-06-13",
            "2 months ago",
            "2 months ago",
            "x",
            "x",
            "2024-06-13",
        ];
        let items = items(
            given
                .into_iter()
                .enumerate()
                .map(|(n, d)| FeedItem {
                    date_published: some(d),
                    ..titled(&n.to_string())
                })
                .collect(),
        );
        let times: Vec<String> = items
            .iter()
            .map(|i| i.date_published.to_rfc3339())
            .collect();
        assert_eq!(
            times,
            [
                "2024-06-13T00:00:02+00:00",
                "2024-06-13T00:00:01+00:00",
                "2024-04-14T12:00:01+00:00",
                "2024-04-14T12:00:00+00:00",
                "2024-06-14T12:00:00+00:00",
                "2024-06-14T11:59:59+00:00",
                "2024-06-13T00:00:00+00:00",
            ]
        );
    }

    #[test]
    fn no_item_leaves_its_day_or_passes_the_present() {
        let mut early = source();
        early.as_of = Some(moment("2024-06-14T00:00:01Z"));
        let feed = Feed {
            items: (0..4)
                .map(|n| FeedItem {
                    date_published: some("2024-06-14"),
                    ..titled(&n.to_string())
                })
                .collect(),
            ..Feed::default()
        };
        let (items, _) = read_from(&early, feed);
        let seconds: Vec<i64> = items
            .iter()
            .map(|i| (i.date_published - moment("2024-06-14T00:00:00Z")).num_seconds())
            .collect();
        assert_eq!(seconds, [1, 0, 0, 0]);
    }
}

mod texts {
    use super::*;

    fn title(value: &str, kind: TextKind) -> Option<String> {
        only(FeedItem {
            title: text(value, kind),
            summary: text("a line", TextKind::Plain),
            ..FeedItem::default()
        })
        .title
    }

    #[test]
    fn titles_are_plain() {
        assert_eq!(
            title("<b>One</b> &amp;\n two", TextKind::Html).as_deref(),
            Some("One & two")
        );
        assert_eq!(
            title("<b>One</b> &amp;amp; two", TextKind::Unsure).as_deref(),
            Some("One &amp; two")
        );
        assert_eq!(
            title("a < b & c", TextKind::Unsure).as_deref(),
            Some("a < b & c")
        );
        assert_eq!(
            title("if a <b> c", TextKind::Plain).as_deref(),
            Some("if a <b> c")
        );
        assert_eq!(title(" \u{0} ", TextKind::Plain), None);
    }

    #[test]
    fn an_element_that_is_named_stays_in_a_title_and_in_a_tag() {
        for kind in [TextKind::Html, TextKind::Unsure, TextKind::Plain] {
            for named in ["How <iframe> works", "<script> & <details>", "A <canvas>"] {
                assert_eq!(title(named, kind).as_deref(), Some(named), "{kind:?}");
            }
        }
        let tagged = only(FeedItem {
            tags: vec!["<iframe>".to_owned()],
            ..with_id("1")
        });
        assert_eq!(tagged.tags, ["<iframe>"]);
    }

    #[test]
    fn what_turns_the_direction_of_writing_ends_with_its_text() {
        let turned = "\u{202e}a";
        let balanced = "\u{202e}a\u{202c}";
        let item = only(FeedItem {
            title: text(turned, TextKind::Unsure),
            summary: text(turned, TextKind::Plain),
            tags: vec![turned.to_owned()],
            authors: vec![Author {
                name: some(turned),
                ..Author::default()
            }],
            ..with_id("1")
        });
        assert_eq!(item.title.as_deref(), Some(balanced));
        assert_eq!(item.summary.as_deref(), Some(balanced));
        assert_eq!(item.tags, [balanced]);
        assert_eq!(item.authors[0].name.as_deref(), Some(balanced));
        // A long title is cut between the two ends.
        let long = format!("\u{202e}{}\u{202c}", "word ".repeat(200));
        let cut = title(&long, TextKind::Plain).unwrap();
        assert!(cut.ends_with("…\u{202c}"), "{cut}");
    }

    fn body(
        content: Option<Text>,
        summary: Option<Text>,
    ) -> (Option<String>, Option<String>, Option<String>) {
        let item = only(FeedItem {
            content,
            summary,
            ..with_id("1")
        });
        (
            item.content_html.map(|raw| raw.html),
            item.content_text,
            item.summary,
        )
    }

    #[test]
    fn a_lone_description_is_content_where_it_is_html_or_long() {
        let long = "word ".repeat(100);
        assert_eq!(
            body(text("<p>a</p>", TextKind::Unsure), None),
            (some("<p>a</p>"), None, None)
        );
        assert_eq!(
            body(text("a line", TextKind::Unsure), None),
            (None, None, some("a line"))
        );
        assert_eq!(
            body(text(&long, TextKind::Unsure), None),
            (None, some(long.trim()), None)
        );
        assert_eq!(
            body(None, text("a line", TextKind::Plain)),
            (None, None, some("a line"))
        );
        assert_eq!(
            body(text("a line", TextKind::Plain), None),
            (None, some("a line"), None)
        );
    }

    #[test]
    fn a_text_with_references_and_without_tags_keeps_its_lines() {
        assert_eq!(
            body(text("Fish &amp; chips\n\n&lt;3", TextKind::Unsure), None),
            (None, None, some("Fish & chips\n\n<3"))
        );
        assert_eq!(
            body(text("Fish &amp; chips", TextKind::Unsure), None),
            (some("Fish &amp; chips"), None, None)
        );
        assert_eq!(
            body(text("<b>Fish</b>\n&amp; chips", TextKind::Unsure), None),
            (some("<b>Fish</b>\n&amp; chips"), None, None)
        );
    }

    #[test]
    fn the_fullest_text_is_the_content() {
        assert_eq!(
            body(
                text("<p>Full text</p>", TextKind::Html),
                text("Full", TextKind::Unsure)
            ),
            (some("<p>Full text</p>"), None, some("Full"))
        );
        assert_eq!(
            body(
                text("Full", TextKind::Html),
                text("<p>Full text</p>", TextKind::Html)
            ),
            (some("<p>Full text</p>"), None, some("Full"))
        );
        assert_eq!(
            body(
                text("<p>Same</p>", TextKind::Html),
                text("Same", TextKind::Plain)
            ),
            (some("<p>Same</p>"), None, None)
        );
        assert_eq!(
            body(text("<br>", TextKind::Html), text(" ", TextKind::Plain)),
            (None, None, None)
        );
        assert_eq!(
            body(text("<img src=a.png>", TextKind::Html), None),
            (some("<img src=a.png>"), None, None)
        );
    }

    #[test]
    fn bodies_know_what_their_links_are_relative_to() {
        let given = FeedItem {
            url: some("/a/1?utm_medium=x"),
            content: text("<a href=b>c</a>", TextKind::Html),
            ..titled("One")
        };
        assert_eq!(
            only(given.clone()).content_html.unwrap().base.as_deref(),
            Some("https://www.example.org/a/1")
        );
        let based = Text {
            base: Some("https://cdn.example.org/".into()),
            ..text("<a href=b>c</a>", TextKind::Html).unwrap()
        };
        let given = FeedItem {
            content: Some(based),
            ..given
        };
        assert_eq!(
            only(given).content_html.unwrap().base.as_deref(),
            Some("https://cdn.example.org/")
        );
    }
}

mod places_and_people {
    use super::*;

    #[test]
    fn addresses_are_absolute_and_without_tracking_or_secrets() {
        let given = FeedItem {
            url: some(" /a b?utm_source=rss&id=1 "),
            external_url: some("https://other.example/?fbclid=1"),
            ..titled("One")
        };
        let item = only(given);
        assert_eq!(
            item.url.as_deref(),
            Some("https://www.example.org/a%20b?id=1")
        );
        assert_eq!(item.external_url.as_deref(), Some("https://other.example/"));
        let dangerous = FeedItem {
            url: some("javascript:alert(1)"),
            ..titled("One")
        };
        assert_eq!(only(dangerous).url, None);
    }

    #[test]
    fn a_permalink_is_the_page_where_no_link_is_given() {
        let given = FeedItem {
            id: some("https://example.org/1?utm_source=x"),
            id_is_permalink: true,
            ..titled("One")
        };
        let item = only(given);
        assert_eq!(item.url.as_deref(), Some("https://example.org/1"));
        assert_eq!(item.id.as_str(), "https://example.org/1?utm_source=x");
    }

    #[test]
    fn a_permalink_that_is_no_address_is_no_page() {
        for id in ["d70", "/d70", "example.org/d70", "tag:x,2024:1"] {
            let given = FeedItem {
                id: some(id),
                id_is_permalink: true,
                ..titled("One")
            };
            assert_eq!(only(given).url, None, "{id}");
        }
    }

    #[test]
    fn the_source_is_remembered_without_its_password() {
        let feed = Feed {
            title: text("<i>Example</i> News", TextKind::Unsure),
            id: some("tag:example.org,2024:feed"),
            home_page_url: some("/"),
            updated: some("2030-01-01"),
            items: vec![titled("One")],
            ..Feed::default()
        };
        let (items, _) = read_from(&source(), feed);
        let remembered = &items[0].source;
        assert_eq!(remembered.title, "Example News");
        assert_eq!(remembered.feed_id, "tag:example.org,2024:feed");
        assert_eq!(
            remembered.feed_url.as_deref(),
            Some("https://www.example.org/feed")
        );
        assert_eq!(
            remembered.home_page_url.as_deref(),
            Some("https://www.example.org/")
        );
        assert_eq!(remembered.updated, None);
        let nameless = only(titled("One"));
        assert_eq!(
            (
                nameless.source.title.as_str(),
                nameless.source.feed_id.as_str()
            ),
            ("example.org", "https://www.example.org/feed")
        );
    }

    #[test]
    fn a_secret_address_shows_nowhere() {
        let mut secret = source();
        secret.location = Location::Http(
            Url::parse("https://example.org/s3cret/feed")
                .unwrap()
                .into(),
        );
        secret.public_url = None;
        let item = FeedItem {
            url: some("a.html"),
            content: text("<a href=b>c</a>", TextKind::Html),
            ..with_id("12345")
        };
        let feed = || Feed {
            feed_url: some("https://example.org/s3cret/feed"),
            items: vec![item.clone()],
            ..Feed::default()
        };
        let hidden = read_from(&secret, feed()).0.remove(0);
        assert!(!serde_json::to_string(&hidden).unwrap().contains("s3cret"));
        assert_eq!(
            (hidden.source.feed_url.as_deref(), &hidden.id),
            (None, &only(with_id("12345")).id)
        );
        secret.public_url = Some(Url::parse("https://example.org/public/").unwrap().into());
        let shown = read_from(&secret, feed()).0.remove(0);
        assert_eq!(
            shown.url.as_deref(),
            Some("https://example.org/public/a.html")
        );
        assert_eq!(
            shown.source.feed_url.as_deref(),
            Some("https://example.org/public/")
        );
    }

    #[test]
    fn no_form_of_a_secret_address_is_published() {
        let mut secret = source();
        let address = "https://example.org/s3cret/feed?key=t0ken";
        secret.location = Location::Http(Url::parse(address).unwrap().into());
        let said = |address: &str| {
            let link = Link {
                url: address.to_owned(),
                ..Link::default()
            };
            let body = Text {
                base: Some(address.into()),
                ..text("<a href=b>c</a>", TextKind::Html).unwrap()
            };
            Feed {
                id: some(address),
                feed_url: some(address),
                home_page_url: some(address),
                items: vec![FeedItem {
                    id: some(address),
                    id_is_permalink: true,
                    url: some(address),
                    external_url: some(address),
                    content: Some(body),
                    attachments: vec![link],
                    ..titled("One")
                }],
                ..Feed::default()
            }
        };
        for public in [None, Url::parse("https://example.org/news").ok()] {
            secret.public_url = public.map(Into::into);
            for form in [
                address,
                "https://example.org/s3cret/feed/?key=t0ken",
                "http://www.example.org/s3cret/feed?key=t0ken&utm_source=x",
                "https://example.org/s3cret/",
                "https://example.org/s3cret/1.html",
                "https://example.org/?key=t0ken#1",
            ] {
                let (items, warnings) = read_from(&secret, said(form));
                let shown = serde_json::to_string(&items).unwrap() + &format!("{warnings:?}");
                assert!(
                    !shown.contains("s3cret") && !shown.contains("t0ken"),
                    "{shown}"
                );
                assert_eq!(items.len(), 1);
            }
        }
        // Without anything that looks like a key, the address as a whole is the secret.
        secret.location = Location::Http(Url::parse("https://example.org/hidden").unwrap().into());
        secret.public_url = None;
        for form in [
            "https://example.org/hidden/",
            "https://example.org/hidden?x#1",
        ] {
            let shown = serde_json::to_string(&read_from(&secret, said(form)).0).unwrap();
            assert!(!shown.contains("hidden"), "{shown}");
        }
        let open = read_from(&secret, said("https://example.org/news/1"))
            .0
            .remove(0);
        assert_eq!(open.url.as_deref(), Some("https://example.org/news/1"));
    }

    #[test]
    fn a_file_from_nowhere_is_known_by_its_site_or_its_key() {
        let mut file = source();
        file.location = Location::File {
            path: "/x.xml".into(),
            url: None,
        };
        file.public_url = None;
        let id_of = |home: Option<String>| {
            let feed = Feed {
                home_page_url: home,
                items: vec![with_id("12345")],
                ..Feed::default()
            };
            read_from(&file, feed).0[0].clone()
        };
        assert_eq!(
            id_of(some("http://example.org/")).id,
            only(with_id("12345")).id
        );
        let nowhere = id_of(None);
        assert_eq!(nowhere.source.title, "example");
        assert!(nowhere.source.feed_id.starts_with("urn:uuid:"));
    }

    #[test]
    fn authors_of_the_feed_speak_for_items_without_any() {
        let author = |name: &str| Author {
            name: some(name),
            ..Author::default()
        };
        let feed = Feed {
            authors: vec![author("Desk")],
            items: vec![
                titled("One"),
                FeedItem {
                    authors: vec![author(" Jane  Doe"), author("Jane Doe"), author(" ")],
                    ..titled("Two")
                },
            ],
            ..Feed::default()
        };
        let (items, _) = read_from(&source(), feed);
        assert_eq!(items[0].authors, [author("Desk")]);
        assert_eq!(items[1].authors, [author("Jane Doe")]);
    }

    #[test]
    fn tags_are_not_repeated_in_another_case() {
        let mut tagged = source();
        tagged.tags = vec!["Defence".to_owned(), "new".to_owned()];
        let item = FeedItem {
            tags: vec!["defence".to_owned(), " R&amp;D ".to_owned(), String::new()],
            ..titled("One")
        };
        let (items, _) = read_from(
            &tagged,
            Feed {
                items: vec![item],
                ..Feed::default()
            },
        );
        assert_eq!(items[0].tags, ["defence", "R&D", "new"]);
    }

    #[test]
    fn the_language_is_the_nearest_that_is_one() {
        let feed = Feed {
            language: some("en_GB"),
            items: vec![
                FeedItem {
                    language: some("english"),
                    ..titled("One")
                },
                FeedItem {
                    language: some("fr"),
                    ..titled("Deux")
                },
            ],
            ..Feed::default()
        };
        let (items, _) = read_from(&source(), feed);
        assert_eq!(items[0].language.as_deref(), Some("en-GB"));
        assert_eq!(items[1].language.as_deref(), Some("fr"));
    }

    #[test]
    fn the_first_picture_among_the_files_is_the_picture() {
        let link = |url: &str, mime: Option<&str>| Link {
            url: url.to_owned(),
            mime_type: mime.map(str::to_owned),
            length: Some(0),
            ..Link::default()
        };
        let given = FeedItem {
            attachments: vec![
                link("a.mp3", Some("audio")),
                link("b.JPG", None),
                link("a.mp3", None),
                link("javascript:x", None),
            ],
            ..titled("One")
        };
        let item = only(given);
        assert_eq!(item.image.unwrap().url, "https://www.example.org/b.JPG");
        let types: Vec<_> = item
            .attachments
            .iter()
            .map(|a| a.mime_type.as_str())
            .collect();
        assert_eq!(types, ["audio/mpeg", "image/jpeg"]);
        assert_eq!(item.attachments[0].size_in_bytes, None);
        let pixel = FeedItem {
            image: Some(Image {
                url: "p.gif".to_owned(),
                width: Some(1),
                height: Some(1),
                caption: None,
            }),
            ..titled("One")
        };
        assert_eq!(only(pixel).image, None);
    }

    #[test]
    fn a_link_through_a_redirect_that_names_its_target_is_the_target() {
        let page = |url: &str, id: &str| {
            let item = FeedItem {
                url: some(url),
                ..with_id(id)
            };
            only(item).url.unwrap()
        };
        let table = [
            (
                "https://www.google.com/url?rct=j&url=https://pier.example/a%3Fid%3D1%26utm_source%3Dx&ct=ga",
                "https://pier.example/a?id=1",
            ),
            (
                "http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fpier.example%2fa&c=2",
                "https://pier.example/a",
            ),
            (
                "https://web.archive.org/web/2025/https://pier.example/a",
                "https://pier.example/a",
            ),
            (
                "https://pier.example/url?url=https://other.example/",
                "https://pier.example/url?url=https://other.example/",
            ),
        ];
        for (given, expected) in table {
            assert_eq!(page(given, "7"), expected);
        }
        // The number of a counting service names nothing, but the id may.
        let counted = "http://feedproxy.google.com/~r/Pier/~3/x1y2/crane";
        assert_eq!(
            page(counted, "https://pier.example/?p=7"),
            "https://pier.example/?p=7"
        );
        assert_eq!(page(counted, "tag:pier.example,2025:7"), counted);
    }

    #[test]
    fn a_redirect_does_not_give_a_secret_away() {
        let mut secret = source();
        secret.location = Location::Http(
            Url::parse("https://www.example.org/feed?key=s3cretkey99")
                .unwrap()
                .into(),
        );
        let given = FeedItem {
            url: some(
                "https://www.google.com/url?url=https%3A%2F%2Fwww.example.org%2Ffeed%3Fkey%3Ds3cretkey99",
            ),
            ..titled("One")
        };
        let feed = Feed {
            items: vec![given],
            ..Feed::default()
        };
        assert_eq!(read_from(&secret, feed).0[0].url, None);
    }

    #[test]
    fn what_only_a_dead_player_played_is_no_file() {
        let link = |url: &str, mime: Option<&str>| Link {
            url: url.to_owned(),
            mime_type: mime.map(str::to_owned),
            ..Link::default()
        };
        let given = FeedItem {
            attachments: vec![
                link(
                    "https://play.example/v/1",
                    Some("Application/X-Shockwave-Flash"),
                ),
                link("https://play.example/player.SWF?file=a.mp4", None),
                link("https://play.example/embed.swf", Some("text/html")),
                link("https://play.example/a.mp4", Some("video/mp4")),
                link("https://play.example/swf", None),
            ],
            ..titled("One")
        };
        let item = only(given);
        let files: Vec<_> = item.attachments.iter().map(|a| a.url.as_str()).collect();
        assert_eq!(
            files,
            ["https://play.example/a.mp4", "https://play.example/swf"]
        );
    }
}
