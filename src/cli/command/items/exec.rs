//! A story -> a program of the user.

use crate::cli::border;
use crate::model::ThemeId;
use crate::publish::json_feed::JsonFeedItem;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// A program that takes longer hangs. Of a chat that answers slowly one is still through.
const TIME: Duration = Duration::from_secs(300);
/// Bytes of a variable: systems refuse a program whose environment is too large.
const MAX_VARIABLE: usize = 16 << 10;

/// Runs a program once. What it prints goes where ours goes.
pub(super) async fn run(command: &[String], item: &JsonFeedItem, json: &str) -> Result<(), String> {
    let [program, arguments @ ..] = command else {
        return Err("no program is named".to_owned());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables(item))
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
    match timeout(TIME, work).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("{program} failed ({status})")),
        Ok(Err(cause)) => Err(format!("cannot wait for {program}: {cause}")),
        Err(_) => Err(format!("{program} did not end within {} s", TIME.as_secs())),
    }
}

/// What a program can use without reading JSON.
fn variables(item: &JsonFeedItem) -> Vec<(&'static str, String)> {
    let more = &item.feedmill;
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let list = |names: Vec<&str>| names.join(", ");
    let fields = [
        ("FEEDMILL_ID", item.id.clone()),
        ("FEEDMILL_URL", text(item.url.as_ref())),
        ("FEEDMILL_TITLE", text(item.title.as_ref())),
        ("FEEDMILL_SUMMARY", text(item.summary.as_ref())),
        (
            "FEEDMILL_DATE",
            item.date_published
                .map(|date| date.to_rfc3339())
                .unwrap_or_default(),
        ),
        (
            "FEEDMILL_SOURCES",
            list(
                more.sources
                    .iter()
                    .map(|source| source.title.as_str())
                    .collect(),
            ),
        ),
        (
            "FEEDMILL_THEMES",
            list(more.themes.iter().map(ThemeId::as_str).collect()),
        ),
        (
            "FEEDMILL_NOTICE",
            more.notice.map(|kind| kind.to_string()).unwrap_or_default(),
        ),
        ("FEEDMILL_CURSOR", text(more.cursor.as_ref())),
    ];
    fields.map(|(name, value)| (name, fitting(&value))).to_vec()
}

/// A text as a variable can hold it.
fn fitting(value: &str) -> String {
    let mut value = border::shown(value).replace('\0', "");
    let end = (0..=MAX_VARIABLE.min(value.len())).rfind(|&end| value.is_char_boundary(end));
    value.truncate(end.unwrap_or_default());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_text_that_systems_take() {
        assert_eq!(fitting("a\0b"), "ab");
        let long = "é".repeat(MAX_VARIABLE);
        assert_eq!(fitting(&long).len(), MAX_VARIABLE);
        assert_eq!(fitting(&format!("a{long}")).len(), MAX_VARIABLE - 1);
    }
}
