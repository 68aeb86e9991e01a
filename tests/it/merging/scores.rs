//! Labelled news -> precision and recall of the two levels.
//!
//! The data is not part of the project. `FEEDMILL_DEDUP` names a folder with, for each track,
//! `TRACK.items.jsonl` (JSON Feed items, oldest first), `TRACK.gold.jsonl` (`id`, `story`) and for
//! near-duplicates `TRACK.pairs.jsonl` (`a`, `b`, `label`). Without it the tests are skipped.

#![expect(clippy::cast_precision_loss, reason = "counts of pairs become shares")]

use chrono::{DateTime, Utc};
use feedmill::dedupe::{Filter, coverages};
use feedmill::model::{Item, ItemSource, RawHtml};
use serde_json::Value;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::Path;

#[test]
fn near_duplicates_of_a_wire_service_are_found() {
    let Some(score) = identical("dev.nd-reuters") else {
        return;
    };
    assert!(
        score.precision >= 0.99 && score.recall >= 0.90 && score.tempted <= 3,
        "{score:?}"
    );
}

#[test]
fn near_duplicates_as_feeds_make_them_are_found() {
    let Some(score) = identical("dev.nd-derived") else {
        return;
    };
    assert!(
        score.precision >= 0.99 && score.recall >= 0.98 && score.tempted <= 2,
        "{score:?}"
    );
}

#[test]
fn texts_about_one_event_are_one_coverage() {
    let Some(score) = coverage("dev.ss-ecb") else {
        return;
    };
    assert!(score.b_cubed >= 0.86 && score.f1() >= 0.82, "{score:?}");
}

#[test]
fn headlines_about_one_event_are_one_coverage() {
    let Some(score) = coverage("dev.ss-uci") else {
        return;
    };
    assert!(score.b_cubed >= 0.82 && score.f1() >= 0.87, "{score:?}");
}

fn identical(track: &str) -> Option<Score> {
    let items = items(track)?;
    let mut filter = Filter::new();
    let placed = items
        .iter()
        .map(|item| (item.id.as_str().to_owned(), filter.place(item).story))
        .collect();
    Some(Score::of(track, &placed))
}

fn coverage(track: &str) -> Option<Score> {
    let items = items(track)?;
    let placed = items
        .iter()
        .map(|item| item.id.as_str().to_owned())
        .zip(coverages(&items))
        .collect();
    Some(Score::of(track, &placed))
}

#[derive(Debug)]
struct Score {
    precision: f64,
    recall: f64,
    b_cubed: f64,
    /// Tempting pairs of different items that were joined.
    tempted: usize,
}

impl Score {
    fn of(track: &str, placed: &HashMap<String, u64>) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let gold: HashMap<String, String> = lines(&format!("{track}.gold.jsonl"))
            .iter()
            .map(|l| (text(l, "id"), text(l, "story")))
            .collect();
        let both: Vec<(&String, &u64)> = gold
            .iter()
            .map(|(id, story)| (story, &placed[id]))
            .collect();
        let true_sizes = count(both.iter().map(|b| b.0));
        let our_sizes = count(both.iter().map(|b| b.1));
        let common = count(both.iter().copied());
        let pairs =
            |sizes: &mut dyn Iterator<Item = usize>| sizes.map(|n| n * (n - 1) / 2).sum::<usize>();
        let mut hits = pairs(&mut common.values().copied());
        let mut ours = pairs(&mut our_sizes.values().copied());
        let mut wanted = pairs(&mut true_sizes.values().copied());
        let mut tempted = 0;
        for pair in lines(&format!("{track}.pairs.jsonl")) {
            let (a, b) = (text(&pair, "a"), text(&pair, "b"));
            let (joined, same) = (placed[&a] == placed[&b], gold[&a] == gold[&b]);
            match pair["label"].as_str() {
                Some("ignore") => {
                    hits -= usize::from(joined && same);
                    ours -= usize::from(joined);
                    wanted -= usize::from(same);
                }
                Some("different") if !same => tempted += usize::from(joined),
                _ => {}
            }
        }
        let share = |size: &dyn Fn(&(&String, &u64)) -> usize| {
            common
                .iter()
                .map(|(key, &n)| (n * n) as f64 / size(key) as f64)
                .sum::<f64>()
                / gold.len() as f64
        };
        let (p, r) = (
            share(&|key| our_sizes[key.1]),
            share(&|key| true_sizes[key.0]),
        );
        let score = Self {
            precision: hits as f64 / ours as f64,
            recall: hits as f64 / wanted as f64,
            b_cubed: 2.0 * p * r / (p + r),
            tempted,
        };
        println!("{track}: {score:?}");
        score
    }

    fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

fn count<T: Hash + Eq>(things: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    things.for_each(|thing| *counts.entry(thing).or_default() += 1);
    counts
}

fn items(track: &str) -> Option<Vec<Item>> {
    if std::env::var_os("FEEDMILL_DEDUP").is_none() {
        println!("skipped: FEEDMILL_DEDUP is not set");
        return None;
    }
    Some(
        lines(&format!("{track}.items.jsonl"))
            .iter()
            .map(item)
            .collect(),
    )
}

/// The lines of a file; none where there is no such file.
fn lines(name: &str) -> Vec<Value> {
    let folder = std::env::var_os("FEEDMILL_DEDUP").unwrap_or_default();
    let text = std::fs::read_to_string(Path::new(&folder).join(name)).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// An item, from a line of JSON Feed.
pub(super) fn item(line: &Value) -> Item {
    let text = |key: &str| {
        line[key]
            .as_str()
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    };
    let date: DateTime<Utc> = text("date_published")
        .expect("a date")
        .parse()
        .expect("RFC 3339");
    Item {
        url: text("url"),
        title: text("title"),
        content_html: text("content_html").map(|html| RawHtml { html, base: None }),
        content_text: text("content_text"),
        summary: text("summary"),
        language: text("language"),
        ..Item::new(
            text("id").expect("an id"),
            ItemSource::default().into(),
            date,
        )
    }
}
