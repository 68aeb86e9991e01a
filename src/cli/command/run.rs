//! `feedmill run`: one pass.

use super::deliver;
use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::duration::format_duration;
use crate::cli::exit::{Exit, Failure};
use crate::cli::terminal::{self, Bar};
use crate::cli::{line, message, store, summary};
use crate::config::{self, Config};
use crate::date;
use crate::mill::{self, Delivered, Deliveries, DryRun, Failing, Lock, LockError, Options, Report};
use crate::model::SourceId;
use crate::store::Store;
use chrono::{TimeDelta, Utc};
use std::io::Write;
use std::time::{Duration, Instant};

/// A pass that goes on for longer than this when the time of its requests is over hangs: to merge and
/// publish what a hundred thousand sources brought takes minutes.
const REST: Duration = Duration::from_secs(60 * 60);

/// Make one pass: fetch the sources that are due, merge new items, publish to the output folder
///
/// Without a terminal it prints nothing, unless a source has failed for six hours or answers again, or
/// the run itself fails: that is said once a day. So it can be used in a crontab as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill run                       fetch the sources that are due\n  \
    feedmill run --all -v              fetch all sources, print all messages\n  \
    feedmill run --only nato --json    one source, report as JSON\n  \
    feedmill run --offline             publish what is stored\n  \
    */15 * * * * feedmill run -c /home/me/feeds.toml       (crontab)")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// Print the report as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Do not fetch; publish what is stored
    #[arg(long, conflicts_with_all = ["all", "only"])]
    offline: bool,
    /// Fetch only this source, due or not (may be repeated): its name as in `feedmill status`, its
    /// address or its title
    #[arg(long, value_name = "SOURCE")]
    only: Vec<String>,
    /// Fetch all sources, due or not; Retry-After is still obeyed
    #[arg(long)]
    all: bool,
    /// Fetch for at most so long, e.g. "5 min"; what was not fetched in time comes first in the next
    /// run. Instead of `max_pass` in feeds.toml
    #[arg(long, value_name = "DURATION", value_parser = config::max_pass)]
    max_pass: Option<Duration>,
    /// Remove files that are no longer published, such as those of a theme that was removed from
    /// feeds.toml. Only files that feedmill wrote and that have not been changed since
    #[arg(long)]
    prune: bool,
    /// Show what a run would do, and change nothing. Fetches the sources (not with --offline) and works
    /// on copies of the store and the output folder
    #[arg(long)]
    dry_run: bool,
    /// If another run is in progress, wait until it has finished, at most so long
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1h", value_parser = wait)]
    wait: Option<Duration>,
    /// Write every published file again, also the archives of older stories
    #[arg(long)]
    rebuild: bool,
}

/// How long to wait for another run.
fn wait(text: &str) -> Result<Duration, String> {
    date::duration(text).map_err(|_| "write a time such as 90s, 10min or 1h".to_owned())
}

pub(in crate::cli) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let mut config = arguments.config.load()?;
    if let Some(max_pass) = arguments.max_pass {
        config.fetch.max_pass = max_pass;
    }
    let options = Options {
        offline: arguments.offline,
        only: only(&config, &arguments.only)?,
        all: arguments.all,
        rebuild: arguments.rebuild,
        prune: arguments.prune,
    };
    let print_all = verbose || terminal::on_terminal();
    if print_all {
        config.warnings.iter().for_each(message::doubt);
    }
    mill::check_owner(&config)?;
    let dry_run = arguments.dry_run.then(|| DryRun::new(&config));
    let dry_run = dry_run.transpose()?;
    let named = &config;
    let config = dry_run.as_ref().map_or(named, |copy| &copy.config);
    let lock = match arguments.wait {
        Some(within) => Lock::wait(&config.state, within)?,
        None => Lock::take(&config.state).map_err(|error| busy(error, config, print_all))?,
    };
    let result = locked(arguments, (named, config), &options, &lock, verbose);
    if arguments.dry_run {
        return result;
    }
    let failing = Failing::of(&config.state);
    match result {
        Ok(exit) => {
            failing.forget();
            Ok(exit)
        }
        Err(failure) if failure.exit == Exit::Failed => {
            let is_new = failing.note(&failure.to_string());
            Err(if is_new || print_all {
                failure
            } else {
                Failure::silent(failure.exit)
            })
        }
        Err(failure) => Err(failure),
    }
}

/// Another run is in progress. Without a terminal that is nothing to tell, unless it hangs.
fn busy(error: LockError, config: &Config, print_all: bool) -> Failure {
    let LockError::Held(_) = error else {
        return error.into();
    };
    let is_overdue = Lock::is_overdue(&config.state, config.fetch.max_pass);
    if !print_all && !is_overdue {
        return Failure::silent(Exit::Busy);
    }
    let age = Lock::held_for(&config.state).and_then(|age| TimeDelta::from_std(age).ok());
    let age = age.map(|age| format!(" for {}", format_duration(age)));
    let advice = if is_overdue {
        "that is longer than a pass takes: look what it waits for, and end it if it hangs; nothing is lost"
    } else {
        "`feedmill run --wait` waits for it"
    };
    let text = format!(
        "{error}; it has been held{}; {advice}",
        age.unwrap_or_default()
    );
    Failure::new(Exit::Busy, text)
}

/// The run, while no other one is in progress. `config` is `named`, or a copy of it for a dry run.
fn locked(
    arguments: &Arguments,
    (named, config): (&Config, &Config),
    options: &Options,
    lock: &Lock,
    verbose: bool,
) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(Exit::Failed, format!("cannot start: {e}")))?;
    let store = Store::open(&config.store)?;
    // Before the folder is marked as ours, which a lost store is to believe.
    runtime.block_on(mill::claim_output(named, &store))?;
    if !arguments.dry_run {
        mill::note_owner(config, lock)?;
    }
    let result = runtime.block_on(async {
        // A pass can be interrupted at any step: the store commits whole transactions, files are renamed
        // into place, and the next pass does the rest.
        tokio::select! {
            result = pass(config, &store, options, arguments, verbose) => result,
            exit = interrupted() => Err(Failure::new(
                exit,
                "interrupted; nothing is lost, the next run continues".to_owned(),
            )),
            () = tokio::time::sleep(config.fetch.max_pass + REST) => Err(Failure::new(
                Exit::Failed,
                "the pass went on for an hour after max_pass and was stopped; nothing is lost".to_owned(),
            )),
        }
    });
    // Do not wait for a document that is being read or a DNS lookup.
    runtime.shutdown_background();
    result
}

async fn pass(
    config: &Config,
    store: &Store,
    options: &Options,
    arguments: &Arguments,
    verbose: bool,
) -> Result<Exit, Failure> {
    let print_all = verbose || terminal::on_terminal();
    let begun = Instant::now();
    // A bar and a log would overwrite each other.
    let bar = Bar::new(!verbose);
    let report = mill::pass(config, store, options, Utc::now(), &|progress| {
        bar.show(progress);
    })
    .await;
    bar.clear();
    let mut report = report?;
    let notify = !options.offline && !arguments.dry_run;
    if notify {
        mill::ping(config, store, &mut report).await?;
        report.delivered = post(config, store).await?;
    }
    if print_all && !arguments.dry_run {
        let now = Utc::now();
        let status = mill::status(config, store, now).await?;
        let fetched = summary::fetched(&report, options, &status, now);
        let themes = summary::by_theme(&report, config);
        terminal::print_report(&report, &fetched, themes.as_deref(), &config.output);
        line::print_stderr(&summary::done(config, begun.elapsed()));
    } else {
        terminal::print_news(&report);
    }
    deliver::print(&report.delivered, print_all);
    if arguments.dry_run && !arguments.json {
        write!(border::stdout(), "{}", plan(&report))?;
    }
    if arguments.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
        writeln!(border::stdout(), "{json}")?;
    }
    if report.nobody_reached() {
        return Ok(Exit::Failed);
    }
    if notify {
        send_heartbeat(config, print_all).await;
    }
    Ok(Exit::Success)
}

/// Posts what is new. Another process that does so at this moment posts what this pass found as well.
async fn post(config: &Config, store: &Store) -> Result<Vec<Delivered>, Failure> {
    /// How long a pass may post: a cron job comes again and goes on.
    const WITHIN: Duration = Duration::from_secs(120);
    if config.deliveries.is_empty() {
        mill::forget_old(config, store).await?;
        return Ok(Vec::new());
    }
    let Ok(_lock) = deliver::lock(config) else {
        return Ok(Vec::new());
    };
    let wanted = Deliveries {
        within: Some(WITHIN),
        ..Deliveries::default()
    };
    Ok(mill::deliver(config, store, &wanted, Utc::now()).await?)
}

/// Requests the `heartbeat` address. If that fails, the pass has not failed: the service reports the
/// missing heartbeat itself.
async fn send_heartbeat(config: &Config, print_all: bool) {
    let text = match mill::heartbeat(config).await {
        Ok(None) => return,
        Ok(Some(status)) => format!("server answered {status}"),
        Err(error) => error.to_string(),
    };
    if print_all {
        message::warning(&format!("heartbeat: {text}"));
    }
}

/// What a run would do, one line per theme and file.
fn plan(report: &Report) -> String {
    let themes = report.new_by_theme.iter();
    let themes = themes.map(|(theme, stories)| {
        let stories = terminal::count(*stories, "new story", "new stories");
        format!("{theme}: {stories}\n")
    });
    let written = report.written.iter();
    let written = written.map(|file| format!("would write {file}\n"));
    let removed = report.removed.iter();
    let removed = removed.map(|file| format!("would remove {file}\n"));
    let plan: String = themes.chain(written).chain(removed).collect();
    if plan.is_empty() {
        return "nothing would change\n".to_owned();
    }
    plan
}

/// The sources of `--only`. An unknown name is an error.
fn only(config: &Config, names: &[String]) -> Result<Vec<SourceId>, Failure> {
    let names = names.iter();
    names
        .map(|name| Ok(store::known_source(config, name)?.id.clone()))
        .collect()
}

/// Waits for SIGINT or SIGTERM.
async fn interrupted() -> Exit {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            return tokio::select! {
                _ = tokio::signal::ctrl_c() => Exit::Interrupted,
                _ = terminate.recv() => Exit::Terminated,
            };
        }
    }
    let _ = tokio::signal::ctrl_c().await;
    Exit::Interrupted
}
