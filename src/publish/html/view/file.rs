//! A file that belongs to a story, as pages show it.

use crate::model::Attachment;
use crate::publish::checked;
use percent_encoding::percent_decode_str;
use serde::Serialize;

/// A file that belongs to the story.
#[derive(Serialize)]
pub(super) struct FileView {
    url: String,
    title: String,
    mime_type: String,
    /// A browser plays it.
    pub(super) is_audio: bool,
    /// A browser shows it.
    pub(super) is_video: bool,
    /// `12.3 MB`
    size: Option<String>,
    /// `1:02:03`
    duration: Option<String>,
}

impl FileView {
    /// The first file of a kind: `audio/` or `video/`.
    pub(super) fn first(files: &[Attachment], kind: &str) -> Option<Self> {
        let mut files = files.iter();
        let first = files.find(|file| file.mime_type.starts_with(kind));
        first.map(Self::new)
    }

    pub(super) fn new(file: &Attachment) -> Self {
        let name = file.url.split(['?', '#']).next().unwrap_or_default();
        let name = name.rsplit('/').find(|part| !part.is_empty());
        // As it is written on the disk of a reader: `a%20b.mp3` is `a b.mp3`.
        let name = name.map(|name| percent_decode_str(name).decode_utf8_lossy());
        Self {
            url: file.url.clone(),
            title: file
                .title
                .clone()
                .unwrap_or_else(|| checked::line(name.as_deref().unwrap_or(&file.url))),
            is_audio: file.mime_type.starts_with("audio/"),
            is_video: file.mime_type.starts_with("video/"),
            mime_type: file.mime_type.clone(),
            size: file.size_in_bytes.filter(|&bytes| bytes > 0).map(size),
            duration: file.duration_in_seconds.filter(|&s| s > 0).map(duration),
        }
    }
}

fn size(bytes: u64) -> String {
    let (kilo, mega) = (1_000.0, 1_000_000.0);
    let bytes = bytes as f64;
    if bytes < mega {
        format!("{:.0} kB", (bytes / kilo).ceil())
    } else {
        format!("{:.1} MB", bytes / mega)
    }
}

fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lengths_are_read_at_a_glance() {
        assert_eq!(
            (size(1), size(12_345_678)),
            ("1 kB".to_owned(), "12.3 MB".to_owned())
        );
        assert_eq!(
            (duration(59), duration(3723)),
            ("0:59".to_owned(), "1:02:03".to_owned())
        );
    }
}
