//! How fast documents become items, in MB/s, beside feed-rs and the rss crate in the same run, and
//! beside quick-xml alone, which is the floor: namespaces resolved, texts and attributes unescaped,
//! nothing made of them.
//!
//! `FEEDMILL_CORPUS=DIR cargo bench --bench parse` measures every file under a directory as one
//! batch as well. Charset detection is part of it on all sides but the floor's, which refuses what is
//! not UTF-8; what a reader refuses still counts as read.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feedmill::model::{Location, Source, SourceId};
use feedmill::normalize::{Context, normalize};
use feedmill::parse::{Document, parse};
use quick_xml::events::Event;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

/// Items of a generated feed.
const ITEMS: usize = 200;

fn documents(criterion: &mut Criterion) {
    compare(
        criterion,
        "rss with full texts in CDATA",
        &[rss(true).into_bytes()],
    );
    compare(
        criterion,
        "rss with escaped texts",
        &[rss(false).into_bytes()],
    );
    compare(criterion, "atom with xhtml", &[atom().into_bytes()]);
    compare(criterion, "json feed", &[json().into_bytes()]);
    if let Some(corpus) = env::var_os("FEEDMILL_CORPUS") {
        let mut files = Vec::new();
        collect(Path::new(&corpus), &mut files);
        compare(criterion, "corpus", &files);
    }
}

fn compare(criterion: &mut Criterion, name: &str, documents: &[Vec<u8>]) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    group.throughput(Throughput::Bytes(total(documents)));
    group.bench_function("feedmill, to items", |bencher| {
        bencher.iter(|| documents.iter().for_each(|bytes| to_items(bytes)));
    });
    group.bench_function("feedmill, to a feed", |bencher| {
        bencher.iter(|| documents.iter().for_each(|bytes| to_feed(bytes)));
    });
    group.bench_function("feed-rs", |bencher| {
        bencher.iter(|| {
            for document in documents {
                let _ = black_box(feed_rs::parser::parse(document.as_slice()));
            }
        });
    });
    if documents.iter().any(|document| document.starts_with(b"{")) {
        return;
    }
    group.bench_function("rss", |bencher| {
        bencher.iter(|| {
            for document in documents {
                let _ = black_box(rss::Channel::read_from(document.as_slice()));
            }
        });
    });
    group.bench_function("quick-xml alone", |bencher| {
        bencher.iter(|| {
            for document in documents {
                black_box(tokens(document));
            }
        });
    });
}

fn to_feed(bytes: &[u8]) {
    let _ = black_box(parse(&Document {
        bytes,
        ..Document::default()
    }));
}

fn to_items(bytes: &[u8]) {
    let source = source();
    let feed = parse(&Document {
        bytes,
        ..Document::default()
    });
    if let Ok(feed) = feed {
        let context = Context {
            source: &source,
            document_url: None,
            now: chrono::DateTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
            ids_as_given: false,
        };
        black_box(normalize(feed, &context));
    }
}

/// Bytes of texts and values: up to where quick-xml gives up.
fn tokens(bytes: &[u8]) -> usize {
    let mut reader = quick_xml::NsReader::from_reader(bytes);
    let mut length = 0;
    loop {
        match reader.read_resolved_event() {
            Ok((_, Event::Eof)) | Err(_) => return length,
            Ok((_, Event::Text(text))) => length += text.xml10_content().len(),
            Ok((_, Event::CData(text))) => length += text.xml10_content().len(),
            Ok((_, Event::GeneralRef(name))) => length += name.len(),
            Ok((_, Event::Start(tag) | Event::Empty(tag))) => {
                for attribute in tag.attributes().flatten() {
                    length += attribute.value.len();
                }
            }
            Ok(_) => {}
        }
    }
}

fn source() -> Source {
    Source::new(
        SourceId::new("bench"),
        Location::File {
            path: "feed".into(),
            url: None,
        },
    )
}

fn total(documents: &[Vec<u8>]) -> u64 {
    documents.iter().map(|document| document.len() as u64).sum()
}

fn collect(folder: &Path, files: &mut Vec<Vec<u8>>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            files.extend(fs::read(path).ok());
        }
    }
}

const PARAGRAPH: &str = "<p>The ferry to the islands sails again from Monday, the harbour \
    office said. It had been in the yard for six weeks, <a href=\"https://site.example/yard\">longer \
    than planned</a>, after a bent shaft was found.</p>";

fn body(number: usize) -> String {
    PARAGRAPH.repeat(3 + number % 12)
}

fn escaped(html: &str) -> String {
    html.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn rss(in_cdata: bool) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Harbour</title>\
         <link>https://site.example/</link><description>Boats</description>\n",
    );
    for number in 0..ITEMS {
        let body = body(number);
        let text = if in_cdata {
            format!("<![CDATA[{body}]]>")
        } else {
            escaped(&body)
        };
        let _ = writeln!(
            out,
            "<item><title>Ferry no. {number} &amp; the tide</title><link>https://site.example/{number}</link>\
             <guid isPermaLink=\"false\">ferry-{number}</guid><dc:creator>Ines Alm</dc:creator>\
             <pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate><category>Sea</category>\
             <description>Short word on ferry {number}</description><content:encoded>{text}</content:encoded></item>",
        );
    }
    out + "</channel></rss>\n"
}

fn atom() -> String {
    let mut out = String::from(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Harbour</title><id>urn:harbour</id>\n",
    );
    for number in 0..ITEMS {
        let _ = writeln!(
            out,
            "<entry><id>urn:ferry:{number}</id><title>Ferry no. {number}</title><link href=\"https://site.example/{number}\"/>\
             <updated>2026-11-02T08:00:00Z</updated><author><name>Ines Alm</name></author><content type=\"xhtml\">\
             <div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div></content></entry>",
            body(number),
        );
    }
    out + "</feed>\n"
}

fn json() -> String {
    let items: Vec<_> = (0..ITEMS)
        .map(|number| {
            serde_json::json!({
                "id": number.to_string(),
                "url": format!("https://site.example/{number}"),
                "title": format!("Ferry no. {number}"),
                "content_html": body(number),
                "date_published": "2026-11-02T08:00:00Z",
            })
        })
        .collect();
    serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour",
        "items": items,
    })
    .to_string()
}

criterion_group!(benches, documents);
criterion_main!(benches);
