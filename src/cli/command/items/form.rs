//! A story or a notice -> one line.

use crate::cli::exit::{Exit, Failure};
use crate::mill::Telling;
use crate::model::{Cursor, NoticeKind, ShownStory, ThemeId};
use crate::publish::json_feed::JsonFeedItem;
use std::fmt::Write as _;

/// How stories are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Ndjson,
    Tsv,
    Text,
    Markdown,
}

/// A story, as a line.
pub(super) fn of_story(
    format: Format,
    story: &ShownStory,
    themes: &[ThemeId],
) -> Result<String, Failure> {
    match format {
        Format::Ndjson => json(&JsonFeedItem::from_story(story, themes)),
        Format::Tsv => Ok(tsv(&story.seq.to_string(), "", story)),
        Format::Text => Ok(text(story)),
        Format::Markdown => Ok(markdown(story)),
    }
}

/// A notice, as a line. Where people read, the cursor stands before it, with a tab.
pub(super) fn of_notice(
    format: Format,
    telling: &Telling,
    cursor: &Cursor,
) -> Result<String, Failure> {
    let kind = telling.notice.kind;
    let story = telling.story.as_ref();
    let line = match (format, story) {
        (Format::Ndjson, _) => return json(&wire(telling, cursor)),
        (Format::Tsv, Some(story)) => return Ok(tsv(&cursor.to_string(), kind.as_str(), story)),
        (Format::Tsv, None) => {
            return Ok(format!("{cursor}\t{kind}\t\t\t\t\t{}", telling.notice.id));
        }
        (Format::Text, Some(story)) => text(story),
        (Format::Markdown, Some(story)) => markdown(story),
        (_, None) => telling.notice.id.to_string(),
    };
    Ok(match kind {
        NoticeKind::Entered => format!("{cursor}\t{line}"),
        kind => format!("{cursor}\t{kind}: {line}"),
    })
}

/// A notice as JSON.
pub(super) fn wire(telling: &Telling, cursor: &Cursor) -> JsonFeedItem {
    let story = telling.story.as_ref();
    JsonFeedItem::from_notice(&telling.notice, cursor, story, &telling.themes)
}

/// That stories were left out, because there were too many.
pub(super) fn left_out(count: usize, cursor: &Cursor) -> JsonFeedItem {
    let mut item = JsonFeedItem {
        id: format!("urn:feedmill:left-out:{cursor}"),
        title: Some(match count {
            1 => "1 earlier story is left out".to_owned(),
            count => format!("{count} earlier stories are left out"),
        }),
        ..JsonFeedItem::default()
    };
    item.feedmill.left_out = Some(count);
    item.feedmill.cursor = Some(cursor.to_string());
    item
}

/// The same as a line.
pub(super) fn of_left_out(
    format: Format,
    item: &JsonFeedItem,
    cursor: &Cursor,
) -> Result<String, Failure> {
    let title = item.title.as_deref().unwrap_or_default();
    match format {
        Format::Ndjson => json(item),
        Format::Tsv => Ok(format!("{cursor}\tleft-out\t\t{title}\t\t\t{}", item.id)),
        Format::Text | Format::Markdown => Ok(format!("{cursor}\t{title}")),
    }
}

pub(super) fn json(item: &JsonFeedItem) -> Result<String, Failure> {
    serde_json::to_string(item).map_err(|e| Failure::new(Exit::Failed, e.to_string()))
}

/// `cursor or seq, notice, date, title, sources, address, id`, with tabs.
fn tsv(number: &str, notice: &str, story: &ShownStory) -> String {
    let date = story
        .date_published
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let fields = [
        number,
        notice,
        &date,
        &story.title,
        &sources(story),
        story.url.as_deref().unwrap_or_default(),
        story.id.as_str(),
    ];
    fields
        .map(|field| field.replace(['\t', '\n', '\r'], " "))
        .join("\t")
}

/// `2024-06-14 09:30  Title (Source, also in Other)  https://...`
fn text(story: &ShownStory) -> String {
    let mut line = story.date_published.format("%Y-%m-%d %H:%M  ").to_string();
    let _ = write!(line, "{} ({})", story.title, sources(story));
    if let Some(url) = &story.url {
        let _ = write!(line, "  {url}");
    }
    line
}

/// `- [Title](https://...) (Source, also in Other)`
fn markdown(story: &ShownStory) -> String {
    let title = escape(&story.title);
    let sources = escape(&sources(story));
    match &story.url {
        Some(url) => format!("- [{title}](<{}>) ({sources})", url.replace(['<', '>'], "")),
        None => format!("- {title} ({sources})"),
    }
}

fn sources(story: &ShownStory) -> String {
    let mut others: Vec<&str> = story
        .also
        .iter()
        .map(|also| also.source.title.as_str())
        .collect();
    others.retain(|title| *title != story.source.title);
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        story.source.title.clone()
    } else {
        format!("{}, also in {}", story.source.title, others.join(", "))
    }
}

/// Puts a backslash before each character that Markdown could read as markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#|~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_title_stays_text() {
        assert_eq!(escape("a [b](c) *d*"), "a \\[b\\](c) \\*d\\*");
    }
}
