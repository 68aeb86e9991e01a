//! Whose the state and the output folder are. Two configurations that share one of them would undo
//! each other's work in every pass, so the second is refused before it writes anything.
//!
//! The lock file of a state says which `feeds.toml` it was last used by. The output folder is public,
//! so it holds a number only: it depends on the way from the folder to `feeds.toml`, so that both can
//! be moved together, and a lost state still finds its folder.

use super::Lock;
use crate::config::Config;
use crate::digest::Digest;
use crate::output;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file in the output folder. No theme can have this name: its files end otherwise.
const MARK: &str = "feedmill.owner";

/// Bytes of a note that are read; longer ones are not ours.
const MAX_NOTE: u64 = 16 << 10;

/// Why a configuration may not use a folder.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// Another configuration keeps its state there.
    #[error("the state folder {} belongs to {}; give this feeds.toml a `state` of its own, or remove the other file if this one replaces it", state.display(), other.display())]
    State {
        /// The folder.
        state: PathBuf,
        /// The other configuration.
        other: PathBuf,
    },
    /// Another configuration publishes there.
    #[error("the output folder {} belongs to another feeds.toml with another state; give this one an `output` of its own, or remove {} if the other does not publish there any more", output.display(), mark.display())]
    Output {
        /// The folder.
        output: PathBuf,
        /// What says so.
        mark: PathBuf,
    },
}

/// Refuses a configuration whose folders belong to another one. Changes nothing.
pub fn check_owner(config: &Config) -> Result<(), OwnerError> {
    let Ok(file) = config.file.canonicalize() else {
        return Ok(());
    };
    let last = Last::read(&config.state);
    if last.file != file
        && let Ok(other) = Config::load(&last.file)
    {
        if is_same(&other.state, &config.state) {
            return Err(OwnerError::State {
                state: config.state.clone(),
                other: last.file,
            });
        }
        // A copy of a state, beside the one that it was copied from.
        if is_same(&other.output, &config.output) {
            return Err(refused(&config.output));
        }
    }
    match mark_in(&config.output) {
        Some(mark) if mark != mark_of(&file, &config.output) && mark != last.mark => {
            Err(refused(&config.output))
        }
        _ => Ok(()),
    }
}

/// Whether the output folder says that it is this configuration's.
pub(super) fn has_mark_of(config: &Config) -> bool {
    let file = config.file.canonicalize();
    let mark = mark_in(&config.output);
    file.is_ok_and(|file| mark.is_some_and(|mark| mark == mark_of(&file, &config.output)))
}

/// Notes that the folders belong to a configuration. A folder that cannot be written to is left to
/// the pass, which says so.
pub fn note_owner(config: &Config, lock: &Lock) -> Result<(), OwnerError> {
    let Ok(file) = config.file.canonicalize() else {
        return Ok(());
    };
    let output = &config.output;
    if output::make_root(output).is_err() {
        return Ok(());
    }
    let mark = mark_of(&file, output);
    let note = |options: &mut fs::OpenOptions| {
        let mut file = options.write(true).open(output.join(MARK))?;
        writeln!(file, "{mark}")
    };
    match mark_in(output) {
        Some(there) if there == mark => {}
        Some(_) => drop(note(fs::File::options().truncate(true))),
        None => {
            let made = note(fs::File::options().create_new(true));
            // Another pass, with another state, was quicker.
            let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
            if made.as_ref().is_err_and(is_taken) && mark_in(output).is_none_or(|m| m != mark) {
                return Err(refused(output));
            }
        }
    }
    let note = format!("{}\n{mark}\n", file.display());
    // Nearly always it is there: a file that is written again costs the disk a block.
    if note_in(&Lock::path(&config.state)).as_ref() != Some(&note) {
        lock.note(&note);
    }
    Ok(())
}

/// What a state was last used by.
#[derive(Default)]
struct Last {
    file: PathBuf,
    mark: String,
}

impl Last {
    fn read(state: &Path) -> Self {
        let note = note_in(&Lock::path(state)).unwrap_or_default();
        let mut lines = note.lines();
        let mut next = || lines.next().unwrap_or_default();
        Self {
            file: next().into(),
            mark: next().to_owned(),
        }
    }
}

fn refused(output: &Path) -> OwnerError {
    OwnerError::Output {
        output: output.to_owned(),
        mark: output.join(MARK),
    }
}

fn mark_in(output: &Path) -> Option<String> {
    Some(note_in(&output.join(MARK))?.trim().to_owned())
}

fn note_in(path: &Path) -> Option<String> {
    let there = fs::metadata(path).ok()?;
    // A pipe would block.
    let is_ours = there.is_file() && there.len() <= MAX_NOTE;
    is_ours.then(|| fs::read_to_string(path).ok())?
}

/// A number for the way from an output folder to a `feeds.toml`.
fn mark_of(file: &Path, output: &Path) -> String {
    let output = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let shared = file
        .components()
        .zip(output.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = output.components().count() - shared;
    let down: PathBuf = file.components().skip(shared).collect();
    let mut digest = Digest::new("owner of an output folder", 1);
    digest.add(&(up as u64)).add(&*down.to_string_lossy());
    format!("{:016x}", digest.finish())
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_lasts_where_both_are_moved_and_differs_for_each_file() {
        let mark = |file: &str, output: &str| mark_of(Path::new(file), Path::new(output));
        let here = mark("/none/a/feeds.toml", "/none/a/output");
        assert_eq!(here, mark("/none/b/c/feeds.toml", "/none/b/c/output"));
        assert_eq!(here.len(), 16);
        for (file, output) in [
            ("/none/a/b.toml", "/none/a/output"),
            ("/none/a/feeds.toml", "/none/a/www/output"),
            ("/none/feeds.toml", "/none/a/output"),
        ] {
            assert_ne!(mark(file, output), here, "{file} {output}");
        }
    }
}
