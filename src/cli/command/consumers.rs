//! `feedmill consumers`: who was told how much.

use super::items;
use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::Config;
use crate::mill;
use crate::model::{Theme, ThemeId};
use crate::store::{Consumer, Store};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

/// List the consumers of `items --consumer`: what they follow, and how much they have not acknowledged
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill consumers\n  \
    feedmill consumers --json | jq -r '.[] | select(.waiting > 100) | .name'\n  \
    feedmill consumers --forget bot")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Print as JSON
    #[arg(long, conflicts_with = "forget")]
    json: bool,
    /// Forget this consumer
    #[arg(long, value_name = "NAME")]
    forget: Option<String>,
}

/// A consumer, as it is printed.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    /// Null: all themes.
    themes: Option<Vec<ThemeId>>,
    /// Stories that it has not acknowledged.
    waiting: usize,
    last_seen: DateTime<Utc>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    block_on(async {
        let store = store::store_beside(&config)?;
        if let Some(name) = &arguments.forget {
            if store.forget_consumer(name).await? {
                return Ok(Exit::Success);
            }
            let text =
                format!("no consumer {name}; `feedmill consumers` lists those that there are");
            return Err(Failure::new(Exit::Usage, text));
        }
        let mut listed = Vec::new();
        for consumer in store.consumers().await? {
            listed.push(Listed {
                waiting: waiting(&store, &consumer, &config).await?,
                name: consumer.name,
                themes: consumer.themes,
                last_seen: consumer.used,
            });
        }
        print(&listed, arguments.json)?;
        Ok(Exit::Success)
    })
}

async fn waiting(store: &Store, consumer: &Consumer, config: &Config) -> Result<usize, Failure> {
    let is_followed = |theme: &&Arc<Theme>| match &consumer.themes {
        None => true,
        Some(ids) => ids.contains(&theme.id),
    };
    let themes = config.themes.iter().filter(is_followed).cloned().collect();
    Ok(mill::waiting(store, &consumer.following(themes)).await?)
}

fn print(listed: &[Listed], as_json: bool) -> Result<(), Failure> {
    let mut out = border::stdout();
    if as_json {
        let json = serde_json::to_string_pretty(listed)
            .map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
        return Ok(writeln!(out, "{json}")?);
    }
    if listed.is_empty() {
        writeln!(
            out,
            "no consumers; `feedmill items --consumer NAME` makes one"
        )?;
    }
    for consumer in listed {
        writeln!(
            out,
            "{}: {} waiting, last seen {}, follows {}",
            consumer.name,
            consumer.waiting,
            consumer
                .last_seen
                .to_rfc3339_opts(SecondsFormat::Secs, true),
            items::shown(consumer.themes.as_deref()),
        )?;
    }
    Ok(())
}
