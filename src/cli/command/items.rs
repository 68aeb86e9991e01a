//! `feedmill items`: prints stories for other programs.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_theme;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::date;
use crate::mill;
use crate::model::{Merging, ShownStory, ThemeId};
use crate::publish::json_feed::JsonFeedItem;
use crate::store::{Since, Store};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};

/// Print stories, in order of arrival, each with all its sources
///
/// ndjson: a JSON Feed item per line, with `_feedmill` (also, sources, themes, seq, rev). text: title,
/// sources and address. markdown: a list with links.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill items --since 24h --format text\n  \
    feedmill items --theme defence --since 2024-06-01 --format markdown\n  \
    feedmill items --since 1h | jq -r .title")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Only stories of this theme
    #[arg(short, long)]
    theme: Option<String>,
    /// Only stories that arrived since: an age (90min, 24h, 7d, 2w), a date or an RFC 3339 time
    #[arg(short, long, value_name = "WHEN")]
    since: Option<String>,
    /// Only stories that arrived after the one with this `_feedmill.seq`
    #[arg(short, long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Ndjson,
    Text,
    Markdown,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let theme = arguments
        .theme
        .as_ref()
        .map(|id| named_theme::find(&config, id).map(|theme| theme.id.clone()))
        .transpose()?;
    let moment = match &arguments.since {
        None => DateTime::UNIX_EPOCH,
        Some(text) => read_moment(text, Utc::now()).ok_or_else(|| {
            let usage = "write an age (90min, 24h, 7d, 2w), a date (2024-06-01) or a time (2024-06-01T12:00:00Z)";
            Failure::new(Exit::Usage, format!("--since \"{text}\" is not valid; {usage}"))
        })?,
    };
    let theme_of = |id: &ThemeId| config.themes.iter().find(|theme| theme.id == *id);
    let merging = theme.as_ref().and_then(theme_of).map(|theme| theme.merge);
    let query = Since {
        theme,
        events_once: merging == Some(Merging::Coverage),
        moment,
        after: arguments.after,
    };
    let mut out = BufWriter::new(border::stdout());
    block_on(async {
        let store = store::store(&config)?;
        check_after(&store, arguments.after).await?;
        mill::since(&store, &query, |story, themes| {
            let line = match arguments.format {
                Format::Ndjson => ndjson(&story, &themes)?,
                Format::Text => text(&story),
                Format::Markdown => markdown(&story),
            };
            Ok::<_, Failure>(writeln!(out, "{line}")?)
        })
        .await
    })?;
    out.flush()?;
    Ok(Exit::Success)
}

/// Refuses a number that no story has yet: the command would print nothing until one has it.
async fn check_after(store: &Store, after: u64) -> Result<(), Failure> {
    let newest = store.next_story().await?.saturating_sub(1);
    if after <= newest {
        return Ok(());
    }
    let text = format!(
        "--after {after}, but the newest story is {newest}: the number is from another store, \
         or this store was created again; to get what arrives from now on, write --after {newest}"
    );
    Err(Failure::new(Exit::Usage, text))
}

/// Reads an age, a date or a time.
fn read_moment(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Ok(age) = date::duration(text) {
        return now.checked_sub_signed(TimeDelta::from_std(age).ok()?);
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

fn ndjson(story: &ShownStory, themes: &[ThemeId]) -> Result<String, Failure> {
    serde_json::to_string(&JsonFeedItem::from_story(story, themes))
        .map_err(|e| Failure::new(Exit::Failed, e.to_string()))
}

/// `2024-06-14 09:30  Title (Source, also in Other)  https://...`
fn text(story: &ShownStory) -> String {
    let mut line = story.date_published.format("%Y-%m-%d %H:%M  ").to_string();
    let _ = write!(line, "{} ({})", story.title, sources(story));
    if let Some(url) = &story.url {
        let _ = write!(line, "  {url}");
    }
    line
}

/// `- [Title](https://...) (Source, also in Other)`
fn markdown(story: &ShownStory) -> String {
    let title = escape(&story.title);
    let sources = escape(&sources(story));
    match &story.url {
        Some(url) => format!("- [{title}](<{}>) ({sources})", url.replace(['<', '>'], "")),
        None => format!("- {title} ({sources})"),
    }
}

fn sources(story: &ShownStory) -> String {
    let mut others: Vec<&str> = story
        .also
        .iter()
        .map(|also| also.source.title.as_str())
        .collect();
    others.retain(|title| *title != story.source.title);
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        story.source.title.clone()
    } else {
        format!("{}, also in {}", story.source.title, others.join(", "))
    }
}

/// Puts a backslash before each character that Markdown could read as markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#|~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_days_and_moments_are_read() {
        let now = DateTime::parse_from_rfc3339("2024-06-15T12:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let read = |text| read_moment(text, now).map(|at| at.to_rfc3339());
        assert_eq!(read("24h").as_deref(), Some("2024-06-14T12:00:00+00:00"));
        assert_eq!(read("90 min").as_deref(), Some("2024-06-15T10:30:00+00:00"));
        assert_eq!(
            read("2 weeks").as_deref(),
            Some("2024-06-01T12:00:00+00:00")
        );
        assert_eq!(read("800 d").as_deref(), Some("2022-04-07T12:00:00+00:00"));
        assert_eq!(
            read("2024-06-01").as_deref(),
            Some("2024-06-01T00:00:00+00:00")
        );
        assert_eq!(
            read("2024-06-01T12:00:00+02:00").as_deref(),
            Some("2024-06-01T10:00:00+00:00")
        );
        assert_eq!(read("soon"), None);
        assert_eq!(read("5"), None);
        assert_eq!(read("18446744073709551615 ms"), None);
    }

    #[test]
    fn markup_in_a_title_stays_text() {
        assert_eq!(escape("a [b](c) *d*"), "a \\[b\\](c) \\*d\\*");
    }
}
