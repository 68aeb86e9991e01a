//! What is new in themes, in order, for somebody who acknowledges it.

use super::Arguments;
use super::printer::Printer;
use super::{exec, form};
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::{message, named_theme, store};
use crate::config::Config;
use crate::date;
use crate::mill::{self, Lock, LockError, Telling};
use crate::model::{Cursor, Theme, ThemeId};
use crate::publish::json_feed::JsonFeedItem;
use crate::store::{Consumer, Following, Store};
use chrono::Utc;
use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;

/// How often `--follow` looks whether something came.
const PAUSE: Duration = Duration::from_secs(1);
/// Letters of a name.
const MAX_NAME: usize = 64;

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let printer = Printer::new(arguments)?;
    let themes = themes(&config, &arguments.theme)?;
    let max_age = arguments.max_age.as_deref().map(read_age).transpose()?;
    if let Some(name) = &arguments.consumer {
        check_name(name)?;
    }
    let _lock = match &arguments.consumer {
        Some(name) if !arguments.exec.is_empty() => Some(lock(&config, name)?),
        _ => None,
    };
    block_on(async {
        let store = match &arguments.consumer {
            Some(_) => store::store_beside(&config)?,
            None => store::store(&config)?,
        };
        let end = store.end_of_streams().await?;
        let mut following = match &arguments.consumer {
            Some(name) => consumer(&store, name, arguments, &themes)
                .await?
                .following(themes),
            None => from_cursor(arguments.after.as_ref(), &end, themes)?,
        };
        following.changes = arguments.changes;
        following.max_age = max_age;
        let mut stream = Stream {
            arguments,
            printer,
            store,
            following,
            cursor: end,
            left: arguments.limit.map_or(usize::MAX, |limit| limit as usize),
        };
        stream.run().await
    })
}

/// Reads what there is to tell, and tells it.
struct Stream<'a> {
    arguments: &'a Arguments,
    printer: Printer,
    store: Store,
    following: Following,
    /// Of the notice that is being told.
    cursor: Cursor,
    /// How many more may be told.
    left: usize,
}

impl Stream<'_> {
    async fn run(&mut self) -> Result<Exit, Failure> {
        let mut out = BufWriter::new(border::stdout());
        loop {
            let told = self.round(&mut out).await;
            out.flush()?;
            let until = told?;
            if !self.arguments.follow || self.left == 0 {
                return Ok(self.printer.exit());
            }
            self.following.after = until;
            while self.store.end_of_streams().await?.number <= until {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Tells what there is to tell now; gives up to where that is.
    async fn round(&mut self, out: &mut impl Write) -> Result<u64, Failure> {
        let mut from = self.following.after;
        let mut has_room = self.arguments.exec.is_empty();
        let left_out = self.left_out().await?;
        let mut to_skip = left_out;
        let mut is_handled = true;
        loop {
            let limit = self.left.saturating_add(to_skip);
            let round = mill::told(&self.store, &self.following, from, limit).await?;
            if !has_room && !round.tellings.is_empty() {
                self.store.make_room().await?;
                has_room = true;
            }
            for telling in &round.tellings {
                self.cursor.number = telling.notice.number;
                if to_skip > 0 {
                    to_skip -= 1;
                    if to_skip > 0 {
                        continue;
                    }
                    self.tell_left_out(left_out, out).await?;
                } else {
                    self.tell(telling, out).await?;
                    self.left -= 1;
                }
                is_handled &= !self.arguments.exec.is_empty();
            }
            from = round.until;
            if !round.is_cut {
                break;
            }
            if self.left == 0 {
                is_handled = false;
                break;
            }
        }
        if is_handled {
            // What else came is not of these themes.
            self.acknowledge(from).await?;
        }
        Ok(from)
    }

    /// How many notices are too many, of those that there are now.
    async fn left_out(&self) -> Result<usize, Failure> {
        let Some(burst) = self.arguments.burst else {
            return Ok(0);
        };
        let waiting = mill::waiting(&self.store, &self.following).await?;
        Ok(waiting.saturating_sub(burst as usize))
    }

    async fn tell(&mut self, telling: &Telling, out: &mut impl Write) -> Result<(), Failure> {
        if self.arguments.exec.is_empty() {
            if let Some(text) = self.printer.notice(telling, &self.cursor)? {
                writeln!(out, "{text}")?;
            }
            return Ok(());
        }
        self.hand_over(&form::wire(telling, &self.cursor)).await
    }

    async fn tell_left_out(&self, count: usize, out: &mut impl Write) -> Result<(), Failure> {
        let item = form::left_out(count, &self.cursor);
        if self.arguments.exec.is_empty() {
            let line = self.printer.left_out(&item, &self.cursor)?;
            return Ok(writeln!(out, "{line}")?);
        }
        self.hand_over(&item).await
    }

    /// Runs the program, and acknowledges what it has handled.
    async fn hand_over(&self, item: &JsonFeedItem) -> Result<(), Failure> {
        let json = form::json(item)?;
        let done = exec::run(&self.arguments.exec, item, &json).await;
        done.map_err(|what| {
            let title = item.title.as_deref().unwrap_or(&item.id);
            let text = format!(
                "{what} at \"{title}\" ({}); it is tried again the next time",
                self.cursor
            );
            Failure::new(Exit::Failed, text)
        })?;
        self.acknowledge(self.cursor.number).await
    }

    async fn acknowledge(&self, number: u64) -> Result<(), Failure> {
        if let Some(name) = &self.arguments.consumer {
            self.store.acknowledge(name, number, Utc::now()).await?;
        }
        Ok(())
    }
}

/// The themes that are meant: those named, or all.
fn themes(config: &Config, names: &[String]) -> Result<Vec<Arc<Theme>>, Failure> {
    if names.is_empty() {
        return Ok(config.themes.clone());
    }
    let mut themes: Vec<Arc<Theme>> = Vec::new();
    for name in names {
        let theme = named_theme::find(config, name)?;
        if !themes.iter().any(|known| known.id == theme.id) {
            themes.push(Arc::clone(theme));
        }
    }
    themes.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(themes)
}

fn read_age(text: &str) -> Result<i64, Failure> {
    let age = date::duration(text).ok();
    let seconds = age.and_then(|age| i64::try_from(age.as_secs()).ok());
    seconds.ok_or_else(|| {
        let text = format!("--max-age \"{text}\" is not valid; write an age (12h, 2d, 1w)");
        Failure::new(Exit::Usage, text)
    })
}

/// A name is part of the name of a file.
fn check_name(name: &str) -> Result<(), Failure> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(is_good) {
        return Ok(());
    }
    let text = format!(
        "\"{name}\" is no name for a consumer; write up to {MAX_NAME} of a-z, A-Z, 0-9, - and _"
    );
    Err(Failure::new(Exit::Usage, text))
}

fn lock(config: &Config, name: &str) -> Result<Lock, Failure> {
    Lock::of_consumer(&config.state, name).map_err(|error| match error {
        LockError::Held(_) => {
            let text = format!(
                "another feedmill handles the stories of {name}; wait until it has finished"
            );
            Failure::new(Exit::Busy, text)
        }
        error => error.into(),
    })
}

/// The consumer with a name. A new one begins here.
async fn consumer(
    store: &Store,
    name: &str,
    arguments: &Arguments,
    themes: &[Arc<Theme>],
) -> Result<Consumer, Failure> {
    let asked: Option<Vec<ThemeId>> = (!arguments.theme.is_empty())
        .then(|| themes.iter().map(|theme| theme.id.clone()).collect());
    if let Some(known) = store.consumer(name).await? {
        if known.themes == asked {
            return Ok(known);
        }
        let text = format!(
            "consumer {name} follows {}; use another name for other themes, or forget it with `feedmill consumers --forget {name}`",
            shown(known.themes.as_deref())
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    let backfill = arguments.backfill;
    let new = store
        .begin_consumer(name, asked, backfill, Utc::now())
        .await?;
    if backfill == 0 {
        message::note(&format!(
            "{name} is a new consumer here: it gets what comes from now on; --backfill 5 would begin with the last 5 stories"
        ));
    }
    Ok(new)
}

/// The themes of a consumer, for people.
pub(in crate::cli) fn shown(themes: Option<&[ThemeId]>) -> String {
    match themes {
        None => "all themes".to_owned(),
        Some(ids) => ids
            .iter()
            .map(ThemeId::as_str)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// For somebody who keeps the cursor; without one, from now on.
fn from_cursor(
    after: Option<&Cursor>,
    end: &Cursor,
    themes: Vec<Arc<Theme>>,
) -> Result<Following, Failure> {
    let number = match after {
        None => end.number,
        Some(cursor) => checked(cursor, end)?,
    };
    Ok(Following {
        themes,
        after: number,
        begun: 0,
        quiet_until: 0,
        changes: false,
        max_age: None,
    })
}

/// The number of a cursor, if it is one of this store.
pub(in crate::cli) fn checked(cursor: &Cursor, end: &Cursor) -> Result<u64, Failure> {
    let text = if cursor.store != end.store {
        format!(
            "{cursor} is a cursor of another store: the state folder was deleted, or is another one; \
             the streams of this store end at {end}"
        )
    } else if cursor.number > end.number {
        format!(
            "{cursor} is ahead of the streams, which end at {end}: was the state folder put back from a backup?"
        )
    } else {
        return Ok(cursor.number);
    };
    Err(Failure::new(Exit::Usage, text))
}
