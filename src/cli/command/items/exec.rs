//! A story -> a program of the user.

use crate::cli::border;
use crate::program::{LONGEST, variable};
use crate::publish::json_feed::JsonFeedItem;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// Runs a program once. What it prints goes where ours goes.
pub(super) async fn run(command: &[String], item: &JsonFeedItem, json: &str) -> Result<(), String> {
    let [program, arguments @ ..] = command else {
        return Err("no program is named".to_owned());
    };
    let fields = item.fields().into_iter();
    let variables = fields.map(|(name, value)| (name, variable(border::shown(&value).into())));
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables)
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|cause| format!("cannot start {program}: {cause}"))?;
    let input = format!("{}\n", border::shown(json));
    let work = async {
        if let Some(mut stdin) = child.stdin.take() {
            // It need not read it.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        child.wait().await
    };
    match timeout(LONGEST, work).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("{program} failed ({status})")),
        Ok(Err(cause)) => Err(format!("cannot wait for {program}: {cause}")),
        Err(_) => Err(format!(
            "{program} did not end within {} s",
            LONGEST.as_secs()
        )),
    }
}
