//! `feedmill check`: reads feeds.toml, reports its errors, shows what a run would do.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::duration::format_duration;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::store::store_if_any;
use crate::cli::{message, terminal};
use crate::mill;
use crate::model::{Delivery, Expression, Location, Source, SourceKind, Theme};
use crate::text::words;
use chrono::TimeDelta;
use std::io::Write;

/// Check feeds.toml and show what would be fetched and published; fetches and writes nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  feedmill check\n  feedmill check -c /home/me/feeds.toml && feedmill run -c /home/me/feeds.toml"
)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    config.warnings.iter().for_each(message::doubt);
    mill::check_owner(&config)?;
    // A store of an older version knows, and only a pass can read it.
    if let Ok(store) = store_if_any(&config) {
        block_on(async { Ok(mill::check_output(&config, store.as_ref()).await?) })?;
    }
    mill::templates(&config)?;
    let mut out = border::stdout();
    writeln!(
        out,
        "{}",
        terminal::count(config.sources.len(), "source", "sources")
    )?;
    for source in &config.sources {
        writeln!(out, "  {:<20} {}", source.id, describe(source))?;
    }
    let themes = terminal::count(config.themes.len(), "theme", "themes");
    writeln!(out, "{themes}, published in {}", config.output.display())?;
    for theme in &config.themes {
        let id = &theme.id;
        writeln!(
            out,
            "  {id:<20} {id}.rss {id}.atom {id}.json {id}.html {id}/: {}",
            contents(theme)
        )?;
    }
    if !config.deliveries.is_empty() {
        let number = config.deliveries.len();
        let destinations = terminal::count(number, "destination", "destinations");
        writeln!(out, "{destinations}, posted to after each run")?;
    }
    for delivery in &config.deliveries {
        writeln!(out, "  {:<20} {}", delivery.name, posted(delivery))?;
    }
    writeln!(
        out,
        "index.html and feeds.opml list the themes; the store is in {}",
        config.state.display()
    )?;
    if terminal::on_terminal() && !config.store.exists() {
        message::note("`feedmill run` makes the first pass");
    }
    Ok(Exit::Success)
}

fn describe(source: &Source) -> String {
    let how = match source.kind {
        SourceKind::Feed => "feed",
        SourceKind::Page(_) => "page",
        SourceKind::List => "list of feeds (OPML)",
    };
    let when = match source.location {
        Location::File { .. } => "at each run".to_owned(),
        Location::Http(_) => {
            let interval = TimeDelta::from_std(source.interval()).unwrap_or(TimeDelta::MAX);
            format!("at most every {}", format_duration(interval))
        }
    };
    let when = if source.enabled {
        when
    } else {
        "disabled".to_owned()
    };
    format!("{how}, {when}: {}", source.shown_location())
}

/// What is posted to a destination. Who knows its room or address may post there, so only the names of secrets are shown.
fn posted(delivery: &Delivery) -> String {
    let mut parts = vec![match &delivery.themes {
        None => "all themes".to_owned(),
        Some(themes) => {
            let themes: Vec<_> = themes.iter().map(ToString::to_string).collect();
            themes.join(", ")
        }
    }];
    parts.extend(delivery.rule.as_ref().map(by_rule));
    let secrets = &delivery.destination.secrets;
    if !secrets.is_empty() {
        parts.push(format!("with {}", secrets.join(" and ")));
    }
    let platform = delivery.destination.platform.name();
    format!("{platform}: {}", parts.join(", "))
}

fn by_rule(rule: &Expression) -> String {
    /// Characters of a rule.
    const MOST_OF_RULE: usize = 200;
    let rule = words::first_words(&rule.to_string(), MOST_OF_RULE);
    format!("by the rule {rule}")
}

fn contents(theme: &Theme) -> String {
    let rule = &theme.rule;
    let mut parts = Vec::new();
    if !rule.include.is_empty() {
        parts.push(format!("with {}", rule.include.join(" or ")));
    }
    if !rule.exclude.is_empty() {
        parts.push(format!("without {}", rule.exclude.join(", ")));
    }
    if !rule.tags.is_empty() {
        parts.push(format!("tagged {}", rule.tags.join(" or ")));
    }
    if !rule.sources.is_empty() {
        let sources: Vec<_> = rule.sources.iter().map(ToString::to_string).collect();
        parts.push(format!("from {}", sources.join(", ")));
    }
    if let Some(number) = rule.min_sources {
        parts.push(format!("of {number} sources at least"));
    }
    parts.extend(rule.expression.as_ref().map(by_rule));
    if parts.is_empty() {
        parts.push("everything".to_owned());
    }
    format!("the last {} stories, {}", theme.limit, parts.join(", "))
}
