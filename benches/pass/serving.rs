//! The server of the bench: the feeds of the corpus as they are in a moment, or files of a folder.

use crate::common::corpus::{Corpus, Moment};
use crate::common::server::{self, Document, Server};
use chrono::Utc;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Serves until it is killed; prints its address.
pub(crate) fn serve(feeds: usize, folder: Option<&Path>) {
    match folder {
        Some(folder) => serve_files(folder),
        None => serve_corpus(feeds),
    }
}

/// Serves `/FEED`. A request for `/moment/EPOCH/EPOCHS/ROUND` moves on.
fn serve_corpus(feeds: usize) {
    let corpus = Corpus::new(Utc::now());
    let first = Moment {
        epoch: 0,
        epochs: 1,
        round: 0,
    };
    let all = Mutex::new(corpus.documents(feeds, first));
    server::serve(move |path| {
        let mut all = all.lock().expect("unharmed");
        if let Some(moment) = path.strip_prefix("/moment/") {
            *all = corpus.documents(feeds, moment_of(moment));
            return document("moved", "moved");
        }
        let number: usize = path[1..].parse().unwrap_or(usize::MAX);
        all.get(number).map_or_else(
            || document("none", "nothing is here"),
            |found| Document {
                etag: found.etag.clone(),
                body: Arc::clone(&found.body),
                delay: Duration::ZERO,
            },
        )
    });
}

/// Serves the files of a folder; their `ETag` is a hash of what they hold.
fn serve_files(folder: &Path) {
    let folder = folder.to_owned();
    server::serve(move |path| {
        let bytes = fs::read(folder.join(path.trim_start_matches('/'))).unwrap_or_default();
        let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
        Document {
            etag: format!("\"{hash:x}\""),
            body: bytes.into(),
            delay: Duration::ZERO,
        }
    });
}

fn document(etag: &str, text: &str) -> Document {
    Document {
        etag: format!("\"{etag}\""),
        body: text.as_bytes().into(),
        delay: Duration::ZERO,
    }
}

/// Has the server serve another moment of the corpus.
pub(crate) fn move_to(server: &Server, moment: Moment) {
    let Moment {
        epoch,
        epochs,
        round,
    } = moment;
    server.ask(&format!("/moment/{epoch}/{epochs}/{round}"));
}

fn moment_of(text: &str) -> Moment {
    let mut numbers = text
        .split('/')
        .map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().expect("three numbers");
    Moment {
        epoch: next(),
        epochs: next(),
        round: next(),
    }
}
