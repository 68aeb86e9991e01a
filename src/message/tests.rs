//! Messages of whole stories, as each kind shows them.

use super::*;
use crate::model::{AlsoIn, Image, ItemSource, SourceId};
use crate::text::html::sanitize;
use chrono::{DateTime, Utc};
use std::sync::Arc;

fn source(title: &str) -> Arc<ItemSource> {
    Arc::new(ItemSource {
        id: SourceId::new("source"),
        title: title.to_owned(),
        ..ItemSource::default()
    })
}

fn at(rfc3339: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(rfc3339).unwrap().to_utc()
}

fn also(title: &str) -> AlsoIn {
    AlsoIn {
        source: source(title),
        title: None,
        url: None,
        why: "same text".to_owned(),
    }
}

/// A story with a value in each field that a message shows.
fn story() -> ShownStory {
    ShownStory {
        url: Some("https://post.example/ferries?a=1&b=2".to_owned()),
        title: "Ferries & <trains> late".to_owned(),
        summary: Some("Storm over *Esbjerg*.\nNo ferries.\n\nTrains run.".to_owned()),
        content: Some(sanitize(
            "<h2>Storm</h2><p>No <b>ferries</b> and <i>few</i> trains, says \
             <a href='https://port.example/'>the port</a>.<br>Call <code>*100#</code>.</p>\
             <ul><li>Esbjerg<li>Ribe</ul><blockquote><p>Stay at home</p></blockquote>\
             <pre>a = b\n  c</pre>",
            None,
        )),
        image: Some(Image {
            url: "https://post.example/p.jpg".to_owned(),
            caption: Some("The port".to_owned()),
            ..Image::default()
        }),
        tags: vec!["storm".to_owned(), "R&D".to_owned()],
        also: vec![also("Mail"), also("Courier"), also("Mail")],
        ..ShownStory::new(
            "tag:post.example,2024:1",
            source("Post"),
            at("2024-06-14T09:30:00Z"),
        )
    }
}

#[test]
fn a_list_has_a_line_a_story() {
    let line = |kind, date| {
        let mut form = Form::of(kind);
        form.layout.extent = Extent::Line;
        form.layout.date = date;
        compose(&story(), &form).remove(0).text
    };
    assert_eq!(
        line(Kind::Plain, Some(chrono_tz::UTC)),
        "2024-06-14 09:30  Ferries & <trains> late (Post, also in Courier, Mail)  \
         https://post.example/ferries?a=1&b=2"
    );
    assert_eq!(
        line(Kind::Markdown, None),
        r"- [Ferries & \<trains\> late](https://post.example/ferries?a=1&b=2) (Post, also in Courier, Mail)"
    );
}
