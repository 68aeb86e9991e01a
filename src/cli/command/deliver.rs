//! `feedmill deliver`: posts what is new to the destinations of feeds.toml.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{message, store, summary, terminal};
use crate::config::Config;
use crate::mill::{self, Delivered, Deliveries, Lock, LockError};
use crate::model::Delivery;
use crate::store::Store;
use chrono::Utc;
use std::io::Write;

/// Post what is new to the destinations of feeds.toml ([deliver.NAME])
///
/// `feedmill run` does this after each pass. This command goes on until nothing waits.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill deliver --test team             send one message, to see whether it arrives\n  \
    feedmill deliver team --dry-run          show the exact requests, and send nothing\n  \
    feedmill deliver team --backfill 3       begin a new destination with the last three stories\n  \
    feedmill deliver --failed                what was refused, and why\n  \
    feedmill deliver --retry                 try again what was refused, and destinations that were stopped")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Only to these destinations
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Show what would be sent; send and note nothing
    #[arg(long, conflicts_with_all = ["test", "failed", "retry", "backfill"])]
    dry_run: bool,
    /// Send one message that says that it is a test
    #[arg(long, value_name = "NAME", conflicts_with_all = ["names", "failed", "retry", "backfill"])]
    test: Option<String>,
    /// List what was set aside, because a platform refused it
    #[arg(long, conflicts_with_all = ["retry", "backfill"])]
    failed: bool,
    /// Try again now what was set aside, and destinations that were stopped or that wait
    #[arg(long)]
    retry: bool,
    /// Begin a destination that is new so many stories before the end
    #[arg(long, value_name = "STORIES", default_value_t = 0)]
    backfill: u32,
}

/// Requests that a dry run shows of a destination.
const SHOWN: usize = 100;

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    if config.deliveries.is_empty() {
        let text = format!(
            "{} has no table [deliver.NAME]; docs/DELIVER.md shows how to write one",
            config.file.display()
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    for name in arguments.names.iter().chain(&arguments.test) {
        named(&config, name)?;
    }
    if let Some(name) = &arguments.test {
        let delivery = named(&config, name)?;
        let sent =
            block_on(async { Ok(mill::test_delivery(&config, delivery, Utc::now()).await?) })?;
        return match sent {
            Ok(()) => {
                message::note(&format!(
                    "{name}: a message was sent; look whether it is there"
                ));
                Ok(Exit::Success)
            }
            Err(why) => Err(Failure::new(Exit::Failed, format!("{name}: {why}"))),
        };
    }
    if arguments.dry_run || arguments.failed {
        return block_on(show(&config, arguments));
    }
    let _lock = lock(&config)?;
    let done = block_on(async {
        let store = store::store_beside(&config)?;
        let wanted = Deliveries {
            only: arguments.names.clone(),
            backfill: arguments.backfill,
            retry: arguments.retry,
            within: None,
        };
        Ok(mill::deliver(&config, &store, &wanted, Utc::now()).await?)
    })?;
    for delivered in &done {
        if delivered.error.is_some() {
            message::warning(&summary::delivered(delivered));
        } else if terminal::on_terminal() {
            message::note(&summary::delivered(delivered));
        }
    }
    let failed = done.iter().any(|delivered| delivered.error.is_some());
    Ok(if failed { Exit::Failed } else { Exit::Success })
}

/// No two processes post at the same time.
pub(in crate::cli) fn lock(config: &Config) -> Result<Lock, Failure> {
    Lock::of_consumer(&config.state, "deliveries").map_err(|error| match error {
        LockError::Held(_) => {
            let text = "another feedmill posts to the destinations; wait until it has finished";
            Failure::new(Exit::Busy, text.to_owned())
        }
        error => error.into(),
    })
}

async fn show(config: &Config, arguments: &Arguments) -> Result<Exit, Failure> {
    let store = store::store(config)?;
    let mut out = border::stdout();
    let is_meant = |d: &&Delivery| arguments.names.is_empty() || arguments.names.contains(&d.name);
    for delivery in config.deliveries.iter().filter(is_meant) {
        if arguments.dry_run {
            let requests = mill::preview(config, &store, delivery, Utc::now(), SHOWN).await?;
            for request in requests {
                writeln!(out, "{}: {request}", delivery.name)?;
            }
        } else {
            list_failed(&store, delivery, &mut out).await?;
        }
    }
    Ok(Exit::Success)
}

async fn list_failed(
    store: &Store,
    delivery: &Delivery,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for posting in store.set_aside(&delivery.name).await? {
        let story = store.stories(vec![posting.story]).await?.pop();
        let title = story.and_then(|story| story.members.into_iter().next()?.item.title);
        writeln!(
            out,
            "{}: story {} ({}): {}",
            delivery.name,
            posting.story,
            title.unwrap_or_default(),
            posting.failed.unwrap_or_default()
        )?;
    }
    Ok(())
}

fn named<'a>(config: &'a Config, name: &str) -> Result<&'a Delivery, Failure> {
    let mut deliveries = config.deliveries.iter();
    deliveries
        .find(|delivery| delivery.name == name)
        .ok_or_else(|| {
            let known: Vec<_> = config.deliveries.iter().map(|d| d.name.as_str()).collect();
            let text = format!(
                "no destination \"{name}\" in {}; there are {}",
                config.file.display(),
                known.join(", ")
            );
            Failure::new(Exit::Usage, text)
        })
}

/// What is printed of destinations after a pass.
pub(in crate::cli) fn print(done: &[Delivered], print_all: bool) {
    for delivered in done {
        let text = summary::delivered(delivered);
        if delivered.is_news {
            message::warning(&text);
        } else if print_all && (delivered.posted > 0 || delivered.error.is_some()) {
            message::note(&text);
        }
    }
}
