//! `feedmill ack`: notes what a consumer has handled.

use super::items;
use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::model::Cursor;
use crate::store::Acknowledged;
use chrono::Utc;

/// Acknowledge what a consumer has handled, so that `items --consumer` does not print it again
///
/// Everything up to the cursor is acknowledged. It never goes back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill items --theme defence --consumer bot --backfill 1 > new.ndjson\n  \
    feedmill ack bot \"$(tail -n 1 new.ndjson | jq -r ._feedmill.cursor)\"")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// The name of the consumer
    #[arg(value_name = "NAME")]
    consumer: String,
    /// The `_feedmill.cursor` of the last story that it has handled
    cursor: Cursor,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let name = &arguments.consumer;
    block_on(async {
        let store = store::store_beside(&config)?;
        let end = store.end_of_streams().await?;
        let number = items::checked(&arguments.cursor, &end)?;
        let text = match store.acknowledge(name, number, Utc::now()).await? {
            Acknowledged::Yes => return Ok(Exit::Success),
            Acknowledged::Unknown => format!(
                "no consumer {name}: `feedmill items --consumer {name}` makes one; `feedmill consumers` lists those that there are"
            ),
            Acknowledged::Ahead(end) => {
                format!(
                    "{} is ahead of the streams, which end at {end}",
                    arguments.cursor
                )
            }
        };
        Err(Failure::new(Exit::Usage, text))
    })
}
