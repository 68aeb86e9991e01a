//! What there is to tell of the stories of a theme.

use super::{StoryId, ThemeId};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// What happened to a story in a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// It is new there.
    Entered,
    /// It says something else.
    Changed,
    /// It is there no more: the rule does not take it any longer.
    Left,
    /// It is shown nowhere any more, because a person or a filter hid it.
    Hidden,
}

impl NoticeKind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Changed => "changed",
            Self::Left => "left",
            Self::Hidden => "hidden",
        }
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its place in the order of all notices.
    pub number: u64,
    /// Where it happened.
    pub theme: ThemeId,
    /// The number of the story.
    pub story: u64,
    /// The id of the story.
    pub id: StoryId,
    /// What happened.
    pub kind: NoticeKind,
}

/// Up to where somebody was told. It names the store, because another store has other numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The id of the store.
    pub store: String,
    /// The last notice.
    pub number: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.store, self.number)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (store, number) = text.split_once('-').ok_or(NotACursor)?;
        let is_id = !store.is_empty() && store.bytes().all(|b| b.is_ascii_alphanumeric());
        let number = number.parse().map_err(|_| NotACursor)?;
        let store = store.to_owned();
        is_id.then_some(Self { store, number }).ok_or(NotACursor)
    }
}

/// The text is no cursor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is written as `items` prints it, for example 1f0c9a3e-42")]
pub struct NotACursor;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let cursor = Cursor {
            store: "1f0c9a3e".to_owned(),
            number: 42,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in [
            "",
            "42",
            "-42",
            "1f0c9a3e-",
            "1f0c9a3e-x",
            "1f 0c-1",
            "a-b-1",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }
}
