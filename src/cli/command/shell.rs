//! `feedmill completions`, `feedmill man`, `feedmill schema`: files for the shell, for `man` and for editors.

use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::config;
use clap_complete::Shell;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill completions bash > ~/.local/share/bash-completion/completions/feedmill\n  \
    feedmill completions zsh > ~/.zfunc/_feedmill              (a folder of $fpath)\n  \
    feedmill completions fish > ~/.config/fish/completions/feedmill.fish")]
pub(in crate::cli) struct Completions {
    /// The shell
    shell: Shell,
}

/// Write manual pages: one for feedmill and one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  feedmill man ~/.local/share/man/man1 && man feedmill-run")]
pub(in crate::cli) struct Manual {
    /// The folder to write them in; it is made if it is not there
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Print the JSON Schema of feeds.toml, for editors that check and complete it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    feedmill schema > feeds.schema.json\n\n\
    Then begin feeds.toml with the line `#:schema ./feeds.schema.json` (Even Better TOML, Taplo, Zed).")]
pub(in crate::cli) struct Schema {}

pub(in crate::cli) fn completions(
    arguments: &Completions,
    mut program: clap::Command,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "feedmill", &mut script);
    border::stdout().write_all(&script)?;
    Ok(Exit::Success)
}

pub(in crate::cli) fn manual(arguments: &Manual, program: clap::Command) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let written =
        fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(program, folder));
    written.map_err(|error| {
        let text = format!("cannot write in {}: {error}", folder.display());
        Failure::new(Exit::Failed, text)
    })?;
    message::note(&format!("manual pages are in {}", folder.display()));
    Ok(Exit::Success)
}

pub(in crate::cli) fn schema() -> Result<Exit, Failure> {
    write!(border::stdout(), "{}", config::SCHEMA)?;
    Ok(Exit::Success)
}
