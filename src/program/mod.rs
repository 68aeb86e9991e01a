//! Bytes -> a program of the user -> bytes. It is written to and read from at the same time: a program that writes
//! before it has read everything would otherwise wait for us, and we for it.

mod group;

use group::Group;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A program that is given one story hangs if it takes longer. Of a chat that answers slowly one is still through.
pub const LONGEST: Duration = Duration::from_secs(300);
/// Variables that every program is given: programs are found by them, and write in the user's language. Windows
/// starts few programs without the last.
const USUAL: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "SYSTEMROOT"];
/// Bytes of standard error that are kept: some screens.
const MAX_SAID: usize = 16 << 10;
/// Bytes of a variable: systems refuse a program whose environment is too large.
const MAX_VARIABLE: usize = 16 << 10;

/// Why a program gave no output.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be started.
    #[error("cannot start {program}: {cause}; check its name and that it may be executed")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It hangs.
    #[error("it did not end within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// It says itself that it failed.
    #[error("it failed ({0})")]
    Failed(ExitStatus),
    /// It writes without end.
    #[error("it wrote more than {0} bytes")]
    TooMuch(usize),
    /// Its output cannot be read.
    #[error("its output cannot be read: {0}")]
    Pipe(#[from] std::io::Error),
}

/// A program and what it is given.
#[derive(Debug)]
pub struct Run<'a> {
    /// Its name or path, and its arguments. There is no shell.
    pub command: &'a [String],
    /// Where it runs, and from where a path counts.
    pub folder: &'a Path,
    /// Variables beside the usual ones.
    pub variables: &'a [(String, OsString)],
    /// How long it may take.
    pub time: Duration,
    /// Bytes that it may write.
    pub most: usize,
}

/// Runs a program: what it wrote, and the beginning of what it said on standard error. It dies with this call, and
/// what it started dies with it.
pub async fn run(what: &Run<'_>, input: &[u8]) -> (Result<Vec<u8>, Error>, String) {
    let mut said = Vec::new();
    let result = match start(what) {
        Ok(mut child) => {
            // Dropped before the child is: until then nobody else can have its number.
            let mut group = Group::of(&child);
            let work = talk(&mut child, input, what.most, &mut said);
            let ended = timeout(what.time, work).await;
            let ended = ended.unwrap_or(Err(Error::TooSlow(what.time)));
            if matches!(ended, Ok(_) | Err(Error::Failed(_))) {
                group.has_ended();
            }
            ended
        }
        Err(error) => Err(error),
    };
    (result, String::from_utf8_lossy(&said).into_owned())
}

/// A text as a variable can hold it.
pub fn variable(mut value: String) -> String {
    value.retain(|c| c != '\0');
    let end = (0..=MAX_VARIABLE.min(value.len())).rfind(|&end| value.is_char_boundary(end));
    value.truncate(end.unwrap_or_default());
    value
}

fn start(what: &Run) -> Result<Child, Error> {
    let (program, arguments) = what.command.split_first().ok_or_else(|| Error::Start {
        program: String::new(),
        cause: std::io::ErrorKind::NotFound.into(),
    })?;
    let folder = match what.folder {
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
            .envs(what.variables.iter().map(|(name, value)| (name, value)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_text_that_systems_take() {
        assert_eq!(variable("a\0b".to_owned()), "ab");
        let long = "é".repeat(MAX_VARIABLE);
        assert_eq!(variable(long.clone()).len(), MAX_VARIABLE);
        assert_eq!(variable(format!("a{long}")).len(), MAX_VARIABLE - 1);
    }
}
