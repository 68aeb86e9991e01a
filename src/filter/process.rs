//! Bytes -> a process -> bytes. It is written to and read from at the same time: a program that writes before
//! it has read everything would otherwise wait for us, and we for it.

use super::group::Group;
use super::{Error, MAX_OUTPUT};
use crate::model::{Filter, Redaction};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Variables that every filter is given: programs are found by them, and write in the user's language. Windows
/// starts few programs without the last.
const USUAL: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "SYSTEMROOT"];
/// Bytes of standard error that are kept: some screens.
const MAX_SAID: usize = 16 << 10;
/// Values that are shorter are no secrets, and stand in many a word.
const MIN_SECRET: usize = 8;

/// Runs a filter: what it wrote, and what it said on standard error. It dies with this call, and what it started
/// dies with it.
pub(super) async fn run(filter: &Filter, input: Vec<u8>) -> (Result<Vec<u8>, Error>, String) {
    let named = filter.environment.iter().map(String::as_str);
    let variable = |name: &str| Some((name.to_owned(), std::env::var_os(name)?));
    let own: Vec<(String, OsString)> = named.filter_map(variable).collect();
    let mut said = Vec::new();
    let result = match start(filter, &own) {
        Ok(mut child) => {
            // Dropped before the child is: until then nobody else can have its number.
            let mut group = Group::of(&child);
            let work = talk(&mut child, &input, MAX_OUTPUT, &mut said);
            let ended = timeout(filter.timeout, work).await;
            let ended = ended.unwrap_or(Err(Error::TooSlow(filter.timeout)));
            if matches!(ended, Ok(_) | Err(Error::Failed(_))) {
                group.has_ended();
            }
            ended
        }
        Err(error) => Err(error),
    };
    let values = own.iter().filter_map(|(_, value)| value.to_str());
    let secrets = Redaction::new(values.filter(|value| value.len() >= MIN_SECRET));
    let said = String::from_utf8_lossy(&said);
    (result, secrets.hide(said.trim()).into_owned())
}

fn start(filter: &Filter, own: &[(String, OsString)]) -> Result<Child, Error> {
    let (program, arguments) = filter.command.split_first().ok_or_else(|| Error::Start {
        program: String::new(),
        cause: std::io::ErrorKind::NotFound.into(),
    })?;
    let folder = match filter.folder.as_path() {
        empty if empty.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let usual = USUAL.into_iter();
    let usual = usual.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let start = |program: PathBuf| {
        let mut command = Command::new(program);
        Group::begin(&mut command);
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(usual)
            .envs(own.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    };
    place(program, folder)
        .and_then(start)
        .map_err(|cause| Error::Start {
            program: program.clone(),
            cause,
        })
}

/// A path counts from the folder of `feeds.toml`; a bare name is looked for in `PATH`.
fn place(program: &str, folder: &Path) -> std::io::Result<PathBuf> {
    if Path::new(program).components().count() > 1 || program.starts_with('.') {
        std::path::absolute(folder.join(program))
    } else {
        Ok(PathBuf::from(program))
    }
}

async fn talk(
    child: &mut Child,
    input: &[u8],
    most: usize,
    said: &mut Vec<u8>,
) -> Result<Vec<u8>, Error> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // It need not read everything: how it ends says whether it has failed.
            let _ = stdin.write_all(input).await;
        }
        Ok(())
    };
    let read = read_all(stdout, most);
    let ((), output, ()) = tokio::try_join!(write, read, keep_beginning(stderr, said))?;
    let status = child.wait().await?;
    if status.success() {
        Ok(output)
    } else {
        Err(Error::Failed(status))
    }
}

async fn read_all(from: Option<impl AsyncRead + Unpin>, most: usize) -> Result<Vec<u8>, Error> {
    let mut output = Vec::new();
    if let Some(from) = from {
        let bound = most as u64 + 1;
        from.take(bound).read_to_end(&mut output).await?;
    }
    if output.len() > most {
        return Err(Error::TooMuch(most));
    }
    Ok(output)
}

/// Reads everything, so that the program does not wait, and keeps the beginning.
async fn keep_beginning(
    from: Option<impl AsyncRead + Unpin>,
    kept: &mut Vec<u8>,
) -> Result<(), Error> {
    let Some(mut from) = from else {
        return Ok(());
    };
    let mut piece = [0; 4096];
    loop {
        let read = from.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        let room = MAX_SAID.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(&piece[..room]);
    }
}
