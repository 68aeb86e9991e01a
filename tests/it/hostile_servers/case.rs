//! One row of the table: what a server does to us, and what must become of it.

use crate::common::server::{Act, says};
use feedmill::model::FailureKind;
use std::time::Duration;

/// A scenario. The server first served [`OLD`] with validators; then, two hours later, it does this.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What it does when asked, by path; the source's own is `/f`.
    pub(crate) does: Vec<(&'static str, Vec<Act>)>,
    /// It has served nothing before.
    pub(crate) is_first_visit: bool,
    /// The time allowed for one answer.
    pub(crate) timeout: Duration,
    /// Bytes of a body that are read.
    pub(crate) max_body: usize,
    /// What the report says.
    pub(crate) told: Told,
    /// Items that are published afterwards, sorted.
    pub(crate) kept: &'static [&'static str],
    /// Requests made in this pass.
    pub(crate) requests: usize,
    /// When the source is asked again.
    pub(crate) again: Again,
    /// The validators that the next request carries.
    pub(crate) sent: Sent,
}

/// What a pass says of a source.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Told {
    /// Nothing: it brought something new.
    News,
    /// Nothing: it brought nothing new.
    Unchanged,
    /// It was read, but this was odd.
    Odd(&'static str),
    /// It failed: the kind, and a part of the message.
    Failed(FailureKind, &'static str),
}

/// When a source is asked again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Again {
    /// After its own interval.
    InAnHour,
    /// After its own interval and up to a tenth more: the first of its failures.
    InAboutAnHour,
    /// After so many minutes, and not before even if all are asked.
    NotBefore(i64),
    /// Not until its URL is edited.
    Never,
}

/// The validators of the next request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sent {
    /// Those of the document that was served before.
    Old,
    /// This `ETag`, one character a byte.
    New(&'static str),
    /// None: the whole document is wanted.
    Nothing,
}

/// What is published before.
pub(crate) const OLD: &[&str] = &["Bridge opens", "Ferry late"];
/// What is published when [`feed`] was read whole.
pub(crate) const ALL: &[&str] = &["Bridge opens", "Ferry late", "Tunnel begun"];

/// A document with an old item and a new one.
pub(crate) fn feed() -> Vec<u8> {
    document(&["Ferry late", "Tunnel begun"]).into_bytes()
}

/// The beginning of it: an item whole, the other cut off.
pub(crate) fn half() -> Vec<u8> {
    let mut feed = document(&["Tunnel begun", "Cut off"]);
    feed.truncate(feed.find("<title>Cut").unwrap());
    feed.into_bytes()
}

/// A document with these items.
pub(crate) fn document(titles: &[&str]) -> String {
    let links: Vec<_> = titles
        .iter()
        .map(|title| format!("https://a.example/{}", title.replace(' ', "-")))
        .collect();
    let items: Vec<_> = titles
        .iter()
        .zip(&links)
        .map(|(title, link)| {
            let date = "Fri, 14 Jun 2024 09:00:00 +0000";
            (*title, link.as_str(), date, *title)
        })
        .collect();
    crate::common::rss("a", &items)
}

/// A scenario in which all is well unless the rest of the row says otherwise: the answer is read
/// whole, and its validators, if any, are kept.
pub(crate) fn case(name: &'static str, acts: Vec<Act>) -> Case {
    Case {
        name,
        does: vec![("/f", acts)],
        is_first_visit: false,
        // Longer than any answer takes, on a busy machine too.
        timeout: Duration::from_secs(120),
        max_body: 1 << 20,
        told: Told::News,
        kept: ALL,
        requests: 1,
        again: Again::InAnHour,
        sent: Sent::Nothing,
    }
}

/// A scenario that is an answer: status and headers, then the body.
pub(crate) fn answer(name: &'static str, head: &str, body: &[u8]) -> Case {
    case(name, vec![says(head, body)])
}

/// A scenario that is a document sent with `ETag: "new"` and these headers.
pub(crate) fn sent(name: &'static str, headers: &str, body: &[u8]) -> Case {
    let head = format!("200 OK\r\nETag: \"new\"\r\n{headers}");
    answer(name, head.trim_end(), body).sends(Sent::New("\"new\""))
}

impl Case {
    /// It fails, and this is told; what was there stays, and is asked for with its validators.
    pub(crate) fn fails(self, kind: FailureKind, told: &'static str) -> Self {
        Self {
            told: Told::Failed(kind, told),
            kept: OLD,
            again: Again::InAboutAnHour,
            sent: Sent::Old,
            ..self
        }
    }

    /// It is read, but this is told.
    pub(crate) fn odd(self, told: &'static str) -> Self {
        Self {
            told: Told::Odd(told),
            ..self
        }
    }

    /// Bytes are missing: this is told, and all is asked for again.
    pub(crate) fn cut(self, told: &'static str) -> Self {
        self.odd(told).sends(Sent::Nothing)
    }

    pub(crate) fn unchanged(self) -> Self {
        Self {
            told: Told::Unchanged,
            kept: OLD,
            sent: Sent::Old,
            ..self
        }
    }

    pub(crate) fn keeps(self, kept: &'static [&'static str]) -> Self {
        Self { kept, ..self }
    }

    pub(crate) fn sends(self, sent: Sent) -> Self {
        Self { sent, ..self }
    }

    pub(crate) fn again(self, again: Again) -> Self {
        Self { again, ..self }
    }

    pub(crate) fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// What else the server does, on another path.
    pub(crate) fn and(mut self, path: &'static str, acts: Vec<Act>) -> Self {
        self.does.push((path, acts));
        self
    }

    /// Nothing was served before.
    pub(crate) fn at_first(self) -> Self {
        Self {
            is_first_visit: true,
            ..self
        }
    }

    /// Patience is short, because it will be needed.
    pub(crate) fn impatient(self) -> Self {
        Self {
            timeout: Duration::from_millis(400),
            ..self
        }
    }

    pub(crate) fn reads_only(self, max_body: usize) -> Self {
        Self { max_body, ..self }
    }
}
