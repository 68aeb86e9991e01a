//! The committed configuration over the committed samples, story by story: what is one, what is not,
//! when it was and where it stands.

use chrono::DateTime;
use feedmill::config::Config;
use feedmill::mill::{self, Options, Report};
use feedmill::model::{ShownStory, ThemeId};
use feedmill::store::Since;
use feedmill::store::Store;
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// Items of all samples together.
const ITEMS: usize = 70;

/// One pass over the samples, into a folder of its own.
struct Trial {
    report: Report,
    stories: Vec<(ShownStory, Vec<ThemeId>)>,
    output: TempDir,
}

impl Trial {
    async fn at(moment: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml");
        let output = tempfile::tempdir().unwrap();
        let config = Config {
            output: output.path().to_owned(),
            ..Config::load(&file).unwrap()
        };
        let store = Store::in_memory().unwrap();
        let now = DateTime::parse_from_rfc3339(moment).unwrap().to_utc();
        let report = mill::pass(&config, &store, &Options::default(), now, &|_| ())
            .await
            .unwrap();
        let mut stories = Vec::new();
        mill::since(&store, &Since::default(), |story, themes| {
            stories.push((story, themes));
            Ok::<_, mill::Error>(())
        })
        .await
        .unwrap();
        Self {
            report,
            stories,
            output,
        }
    }

    async fn now() -> Self {
        Self::at("2026-01-01T00:00:00Z").await
    }

    /// The one story with this in its title.
    fn story(&self, part: &str) -> &ShownStory {
        let found: Vec<_> = self
            .stories
            .iter()
            .map(|(story, _)| story)
            .filter(|story| story.title.contains(part))
            .collect();
        assert_eq!(found.len(), 1, "stories with \"{part}\" in the title");
        found[0]
    }

    fn themes_of(&self, part: &str) -> Vec<&str> {
        let id = &self.story(part).id;
        let (_, themes) = self
            .stories
            .iter()
            .find(|(story, _)| story.id == *id)
            .unwrap();
        themes.iter().map(ThemeId::as_str).collect()
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        crate::common::files_in(self.output.path())
            .into_iter()
            .collect()
    }
}

/// The sources that carry a story, the one that speaks for it first.
fn sources(story: &ShownStory) -> Vec<&str> {
    std::iter::once(&story.source)
        .chain(story.also.iter().map(|also| &also.source))
        .map(|source| source.id.as_str())
        .collect()
}

#[tokio::test]
async fn every_sample_is_read_to_its_last_item() {
    let trial = Trial::now().await;
    assert!(trial.report.failed.is_empty(), "{:?}", trial.report.failed);
    assert_eq!((trial.report.asked, trial.report.new_items), (9, ITEMS));
}

#[tokio::test]
async fn a_story_that_stands_three_times_is_told_once_with_both_sources() {
    let trial = Trial::now().await;
    let story = trial.story("helm for one more year");
    assert_eq!(sources(story), ["summit-digest", "continental-courier"]);
    assert_eq!(
        story.title,
        "Allied leaders keep Stoltenberg at NATO's helm for one more year"
    );
    let url = story.also.last().unwrap().url.as_deref();
    assert_eq!(
        url,
        Some("https://courier.example.net/world/stoltenberg-one-more-year")
    );
}

#[tokio::test]
async fn one_address_is_one_story_whatever_tracks_it() {
    let trial = Trial::now().await;
    let story = trial.story("A message to Beijing");
    assert_eq!(sources(story), ["summit-digest", "continental-courier"]);
}

#[tokio::test]
async fn a_text_that_a_neighbour_took_over_is_told_once() {
    let trial = Trial::now().await;
    let story = trial.story("The canal bridge opens");
    assert_eq!(sources(story), ["saddle-and-spoke", "ring-road-radio"]);
}

#[tokio::test]
async fn nothing_else_is_merged() {
    let trial = Trial::now().await;
    assert_eq!(trial.report.merged_items, 4);
    assert_eq!(trial.stories.len(), ITEMS - 4);
}

#[tokio::test]
async fn what_only_looks_alike_stays_apart() {
    let trial = Trial::now().await;
    for part in [
        "In Yerevan, Stoltenberg calls",
        "In Tbilisi, Stoltenberg calls",
        "Spanish Prime Minister",
        "Polish Foreign Minister",
        "Prime Minister of Montenegro",
        "Prime Minister of Slovakia",
        "Steadfast Noon 2022",
        "Steadfast Noon 2023",
        "Defence ministers settle who coordinates",
        "deterrence and defence, and about help",
        "deterrence and defence, missions and",
        "Continuity over change",
        "Again one more year?",
    ] {
        assert_eq!(sources(trial.story(part)).len(), 1, "{part}");
    }
}

#[tokio::test]
async fn dates_are_read_as_each_source_writes_them() {
    let trial = Trial::now().await;
    for (part, day) in [
        ("Defence ministers settle", "2024-06-14 00:00"),
        ("Fuel, rail", "2024-05-23 00:00"),
        ("OTAN serre les rangs", "2022-03-24 21:10"),
        ("Madrid invites Helsinki", "2022-06-29 17:00"),
        ("Ankara votes", "2024-01-23 18:29"),
        ("Committee rooms on a screen", "2020-11-22 09:33"),
    ] {
        let date = trial.story(part).date_published;
        assert_eq!(date.format("%Y-%m-%d %H:%M").to_string(), day, "{part}");
    }
    let age = trial.story("Spanish Prime Minister").date_published;
    assert_eq!(age.format("%Y-%m").to_string(), "2020-09");
    // Undated: it gets the moment that its source is a picture of.
    let undated = trial.story("Correction: number").date_published;
    assert_eq!(undated.format("%Y-%m-%d").to_string(), "2022-03-26");
}

#[tokio::test]
async fn stories_stand_where_the_rules_put_them() {
    let trial = Trial::now().await;
    let both = ["defence", "secretary-general"];
    assert_eq!(trial.themes_of("In Yerevan"), both);
    assert_eq!(trial.themes_of("Thirty ships off Brittany"), ["defence"]);
    assert_eq!(trial.themes_of("The canal bridge opens"), ["cycling"]);
    // It says "defence" in its title, but its source is tagged "cycling", which defence excludes.
    assert_eq!(
        trial.themes_of("ministry of defence of potholes"),
        ["cycling"]
    );
    // A windows-1252 text in which only the deputy is spoken of.
    assert_eq!(trial.themes_of("NATO’s door; Deputy"), ["defence"]);
}

#[tokio::test]
async fn the_output_is_the_same_on_any_day() {
    let one = Trial::at("2025-02-03T04:05:06Z").await.files();
    let other = Trial::at("2031-10-09T08:07:06Z").await.files();
    assert_eq!(one.len(), other.len());
    assert!(one.contains_key("defence.atom"));
    for (name, bytes) in &one {
        assert!(other.get(name) == Some(bytes), "{name} differs");
    }
}
