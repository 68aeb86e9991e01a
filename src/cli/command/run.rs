//! `feedmill run`: one pass.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::terminal::{self, Bar};
use crate::config::Config;
use crate::mill::{self, DryRun, Lock, LockError, Options, Report};
use crate::model::SourceId;
use crate::store::Store;
use chrono::Utc;
use std::io::Write;
use std::time::Duration;

/// A pass that takes longer hangs. Passes over ten thousand slow sources take an hour.
const MAX_PASS: Duration = Duration::from_secs(6 * 60 * 60);

/// Make one pass: ask the sources that are due, merge what is new, publish to the output folder
///
/// Off a terminal it says nothing, unless a source has failed three times in a row or answers again;
/// so it can stand in a crontab as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill run                       ask what is due\n  \
    feedmill run --all -v              ask everything, say everything\n  \
    feedmill run --only nato --json    one source, the report as JSON on standard output\n  \
    feedmill run --offline             publish again from what is known\n  \
    */15 * * * * feedmill run -c /home/me/feeds.toml       (crontab)")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// Print the report as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Ask nobody; publish from the store
    #[arg(long, conflicts_with_all = ["all", "only"])]
    offline: bool,
    /// Ask only this source, due or not (may be repeated)
    #[arg(long, value_name = "SOURCE")]
    only: Vec<String>,
    /// Ask sources before their time, but never against a server's own demand
    #[arg(long)]
    all: bool,
    /// Remove published files that nothing writes any more, such as those of a theme taken out of
    /// feeds.toml. Only files that feedmill wrote and nobody changed since
    #[arg(long)]
    prune: bool,
    /// Show what a run would do, and leave everything as it is: asks the sources (with --offline
    /// nobody), on copies of the store and the output folder; what it was told is forgotten
    #[arg(long)]
    dry_run: bool,
    /// Make every published file anew, closed pages of older stories too
    #[arg(long)]
    rebuild: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let options = Options {
        offline: arguments.offline,
        only: only(&config, &arguments.only)?,
        all: arguments.all,
        rebuild: arguments.rebuild,
        prune: arguments.prune,
    };
    let watched = verbose || terminal::on_terminal();
    if watched {
        config
            .warnings
            .iter()
            .for_each(|warning| terminal::say(&warning.to_string()));
    }
    let dry_run = arguments.dry_run.then(|| DryRun::new(&config));
    let dry_run = dry_run.transpose()?;
    let config = dry_run.as_ref().map_or(&config, |copy| &copy.config);
    let _lock = Lock::take(&config.state).map_err(|error| match error {
        LockError::Held(_) if !watched => Failure::silent(Exit::Busy),
        error => error.into(),
    })?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: cannot start: {e}")))?;
    let result = runtime.block_on(async {
        // An interrupted pass stops at the next step: the store commits whole transactions, files are
        // renamed into place, and what was left undone is done by the next pass.
        tokio::select! {
            result = pass(config, &options, arguments, verbose) => result,
            exit = interrupted() => Err(Failure::new(
                exit,
                "feedmill: interrupted; nothing is lost, the next run goes on".to_owned(),
            )),
            () = tokio::time::sleep(MAX_PASS) => Err(Failure::new(
                Exit::Failed,
                "feedmill: the pass has not ended after 6 hours and was given up; nothing is lost".to_owned(),
            )),
        }
    });
    // A document that is being read, or a name that is being looked up, is not waited for.
    runtime.shutdown_background();
    result
}

async fn pass(
    config: &Config,
    options: &Options,
    arguments: &Arguments,
    verbose: bool,
) -> Result<Exit, Failure> {
    let watched = verbose || terminal::on_terminal();
    let store = Store::open(&config.store)?;
    // A bar and a log would overwrite each other.
    let bar = Bar::new(!verbose);
    let report = mill::pass(config, &store, options, Utc::now(), &|progress| {
        bar.show(progress);
    })
    .await;
    bar.clear();
    let mut report = report?;
    let is_heard = !options.offline && !arguments.dry_run;
    if is_heard {
        mill::ping(config, &store, &mut report).await?;
    }
    if watched && !arguments.dry_run {
        terminal::tell_all(&report, &config.output);
    } else {
        terminal::tell_news(&report);
    }
    if arguments.dry_run && !arguments.json {
        write!(std::io::stdout(), "{}", plan(&report))?;
    }
    if arguments.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: {e}")))?;
        writeln!(std::io::stdout(), "{json}")?;
    }
    if report.nobody_reached() {
        return Ok(Exit::Failed);
    }
    if is_heard {
        sign_of_life(config, watched).await;
    }
    Ok(Exit::Fine)
}

/// Tells the heartbeat's service that all is well. That it cannot be told is no failure of the pass,
/// and the service itself will say so.
async fn sign_of_life(config: &Config, watched: bool) {
    let told = match mill::heartbeat(config).await {
        Ok(None) => return,
        Ok(Some(status)) => format!("server answered {status}"),
        Err(error) => error.to_string(),
    };
    if watched {
        terminal::say(&format!("heartbeat: {told}"));
    }
}

/// What a run would do, a line each.
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

/// The sources named with `--only`, all known.
fn only(config: &Config, names: &[String]) -> Result<Vec<SourceId>, Failure> {
    let ids: Vec<SourceId> = names.iter().map(SourceId::new).collect();
    match ids.iter().find(|id| config.source(id).is_none()) {
        None => Ok(ids),
        Some(id) => {
            let known: Vec<_> = config.sources.iter().map(|s| s.id.as_str()).collect();
            let text = format!(
                "feedmill: no source \"{id}\" in {}; there are {}",
                config.file.display(),
                known.join(", ")
            );
            Err(Failure::new(Exit::Usage, text))
        }
    }
}

/// Waits for a signal that means stop.
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
