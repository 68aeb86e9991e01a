//! How fast stories are told apart: generated items about as long as a news agency's.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "random numbers become words"
)]

mod common;

use chrono::{DateTime, TimeDelta};
use common::processor_time;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use feedmill::dedupe::{
    Candidate, Filter, Fingerprint, Gist, Member, Merger, Placement, coverages,
};
use feedmill::model::{Item, ItemSource};
use gaoya::minhash::{IdContainer, MinHashIndex, MinHasher, MinHasher32, SmallVecContainer};
use gaoya::text::whitespace_split;
use std::hint::black_box;
use std::time::Duration;

/// Items that one measured run reads.
const ITEMS: usize = 10_000;
/// Bytes of a text.
const BODY: usize = 830;
/// How gaoya's documentation divides its hashes to find texts that are half the same.
const BANDS: usize = 42;
const BAND_WIDTH: usize = 3;
/// Words in a shingle.
const SHINGLE: usize = 4;

fn dedupe(c: &mut Criterion) {
    let texts = items(ITEMS, BODY);
    let headlines = items(ITEMS, 0);
    let mut group = c.benchmark_group("dedupe");
    group
        .throughput(Throughput::Elements(ITEMS as u64))
        .sample_size(10);
    group.bench_function("fingerprint", |b| {
        b.iter(|| {
            texts
                .iter()
                .map(|i| Fingerprint::of(i).exact_keys().len())
                .sum::<usize>()
        });
    });
    // These compare: by the processor's time, whoever else is busy.
    group.bench_function("identical, all in one", |b| {
        b.iter_custom(|times| {
            processor_time_of(times, Filter::new, |filter| {
                texts
                    .iter()
                    .map(|item| filter.place(item).story)
                    .sum::<u64>()
            })
        });
    });
    group.bench_function("gaoya, as documented", |b| {
        b.iter_custom(|times| {
            processor_time_of(
                times,
                || MinHashIndex::new(BANDS, BAND_WIDTH, 0.5),
                |index| by_minhash(&texts, index),
            )
        });
    });
    // Takes no memory of its own for a lone item, but must search when an item is forgotten.
    group.bench_function("gaoya, at its fastest", |b| {
        b.iter_custom(|times| {
            processor_time_of(
                times,
                || MinHashIndex::<_, _, SmallVecContainer<_, 1>>::new_index(BANDS, BAND_WIDTH, 0.5),
                |index| by_minhash(&texts, index),
            )
        });
    });
    for window in [10_000, 100_000] {
        let (merger, candidates) = window_of(window, &texts);
        let place_all = || {
            candidates
                .iter()
                .filter(|c| merger.place(c) == Placement::New)
                .count()
        };
        group.bench_function(format!("identical, placing beside {window}"), |b| {
            b.iter(place_all);
        });
    }
    group.bench_function("gist", |b| {
        b.iter(|| {
            texts
                .iter()
                .map(|item| Gist::of(item, 0))
                .filter(|gist| *gist == Gist::default())
                .count()
        });
    });
    group.bench_function("coverage of texts", |b| b.iter(|| coverages(&texts)));
    group.bench_function("coverage of headlines", |b| {
        b.iter(|| coverages(&headlines));
    });
    group.finish();
}

/// How long so many runs take, each beginning with an empty index.
fn processor_time_of<I, T>(
    times: u64,
    empty: impl Fn() -> I,
    run: impl Fn(&mut I) -> T,
) -> Duration {
    (0..times)
        .map(|_| {
            let mut index = empty();
            let begun = processor_time();
            black_box(run(&mut index));
            processor_time().saturating_sub(begun)
        })
        .sum()
}

/// The peer: what its documentation shows, with shingles as long as ours. An item is asked for and
/// then put in, so that it meets the earlier ones only.
fn by_minhash<C: IdContainer<usize>>(
    items: &[Item],
    index: &mut MinHashIndex<u32, usize, C>,
) -> usize {
    let hasher = MinHasher32::new(BANDS * BAND_WIDTH);
    let mut found = 0;
    for (number, item) in items.iter().enumerate() {
        let title = item.title.as_deref().unwrap_or_default();
        let body = item.content_text.as_deref().unwrap_or_default();
        let text = format!("{title} {body}").to_lowercase();
        let words: Vec<&str> = whitespace_split(&text).collect();
        let signature = hasher.create_signature(words.windows(SHINGLE));
        found += usize::from(index.query_one(&signature).is_some());
        index.insert(number, signature);
    }
    found
}

/// A window that holds so many items, and the ones to place beside them.
fn window_of(size: usize, texts: &[Item]) -> (Merger, Vec<Candidate>) {
    let mut merger = Merger::new();
    for (number, item) in (0..).zip(&items(size + ITEMS, BODY)[ITEMS..]) {
        let member = Member {
            story: number,
            is_first: true,
            first_published: item.date_published,
            steps: 0,
        };
        merger.remember(&candidate(number, item), member);
    }
    let candidates = (size as u64..)
        .zip(texts)
        .map(|(number, item)| candidate(number, item))
        .collect();
    (merger, candidates)
}

fn candidate(number: u64, item: &Item) -> Candidate {
    Candidate {
        number,
        source: 0,
        listed: false,
        published: item.date_published,
        fingerprint: Fingerprint::of(item),
    }
}

/// Items of words as frequent as those of a language, within one window.
fn items(count: usize, body: usize) -> Vec<Item> {
    let mut random = 88_172_645_463_325_252_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let words: Vec<String> = (0..30_000)
        .map(|_| {
            (0..2 + next() % 4 + next() % 5)
                .map(|_| char::from(b'a' + (next() % 26) as u8))
                .collect()
        })
        .collect();
    let mut text = move |bytes: usize| {
        let mut text = String::with_capacity(bytes + 10);
        while text.len() < bytes {
            let unit = (next() >> 11) as f64 / (1_u64 << 53) as f64;
            text.push_str(&words[(30_000_f64.powf(unit) - 1.0) as usize]);
            text.push(' ');
        }
        text
    };
    let start = DateTime::from_timestamp(1_700_000_000, 0).expect("a moment");
    (0..count)
        .map(|number| Item {
            url: Some(format!("https://site{}.example/a/{number}", number % 500)),
            title: Some(text(60)),
            content_text: (body > 0).then(|| text(body)),
            ..Item::new(
                format!("n{number}"),
                ItemSource::default().into(),
                start + TimeDelta::milliseconds(1000 * number as i64),
            )
        })
        .collect()
}

criterion_group!(benches, dedupe);
criterion_main!(benches);
