//! A story or a notice -> one line.

use crate::cli::exit::{Exit, Failure};
use crate::message::{self, Extent, Form, Kind};
use crate::mill::Telling;
use crate::model::{Cursor, NoticeKind, ShownStory, ThemeId};
use crate::publish::json_feed::JsonFeedItem;

/// How stories are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Ndjson,
    Tsv,
    Text,
    Markdown,
    Html,
    Slack,
    Telegram,
    Discord,
    Matrix,
}

impl Format {
    /// The markup of a format for people; none of one for programs.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            Self::Ndjson | Self::Tsv => None,
            Self::Text => Some(Kind::Plain),
            Self::Markdown => Some(Kind::Markdown),
            Self::Html => Some(Kind::Html),
            Self::Slack => Some(Kind::Slack),
            Self::Telegram => Some(Kind::Telegram),
            Self::Discord => Some(Kind::Discord),
            Self::Matrix => Some(Kind::Matrix),
        }
    }

    /// A story as people read it, in one line.
    fn line(self, story: &ShownStory) -> Option<String> {
        let mut form = Form::of(self.kind()?);
        form.layout.extent = Extent::Line;
        form.layout.date = (self == Self::Text).then_some(crate::date::Tz::UTC);
        let message = message::compose(story, &form).into_iter().next()?;
        Some(message.text.replace('\n', " "))
    }
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
        format => Ok(format.line(story).unwrap_or_default()),
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
        (format, Some(story)) => format.line(story).unwrap_or_default(),
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
        _ => Ok(format!("{cursor}\t{title}")),
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

/// The sources of a story: `Post, also in Mail`.
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
