//! How much a message may hold, counted as its platform counts.

use unicode_segmentation::UnicodeSegmentation;

/// How much a message may hold: a number of something. The constants are what platforms document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted.
    pub unit: Unit,
    /// How many of them a message may have.
    pub max: usize,
}

/// What is counted in the text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values, markup included.
    Chars,
    /// UTF-16 code units, markup included.
    Utf16,
    /// UTF-16 code units of what is left when tags and character references are read (Telegram).
    Utf16Shown,
    /// Bytes of UTF-8.
    Bytes,
    /// Bytes of UTF-8 as they stand in a JSON string.
    JsonBytes,
    /// Extended grapheme clusters, and beside them bytes of UTF-8 (Bluesky).
    Graphemes {
        /// How many bytes a message may have.
        bytes: usize,
    },
    /// Unicode scalar values, each address as if it had this length (Mastodon).
    CharsAndLinks {
        /// The length that each address counts as.
        link: usize,
    },
}

impl Limit {
    /// No limit: files, pipes.
    pub const NONE: Self = Self::bytes(usize::MAX);
    /// A part of a mail: servers take 10 MB and more, and an encoded text may have three times its bytes.
    pub const MAIL: Self = Self::bytes(1 << 20);
    /// A line on IRC: 512 bytes less command, channel and the prefix that the server adds.
    pub const IRC: Self = Self::bytes(380);
    /// A Mastodon server as it is installed. Others say theirs in `configuration.statuses`.
    pub const MASTODON: Self = Self::mastodon(500, 23);
    /// The lexicon `app.bsky.feed.post`.
    pub const BLUESKY: Self = Self {
        unit: Unit::Graphemes { bytes: 3_000 },
        max: 300,
    };
    /// `content` of a Discord message.
    pub const DISCORD: Self = Self::chars(2_000);
    /// Mattermost. A database that was never migrated takes 4,000.
    pub const MATTERMOST: Self = Self::chars(16_383);
    /// Rocket.Chat as it is installed (`Message_MaxAllowedSize`): the length of a JavaScript string.
    pub const ROCKET_CHAT: Self = Self {
        unit: Unit::Utf16,
        max: 5_000,
    };
    /// Zulip, 10,000 characters; its own tools count bytes.
    pub const ZULIP: Self = Self::bytes(10_000);
    /// Either body of a Matrix message: an event has 65,536 bytes, signatures included.
    pub const MATRIX: Self = Self::json_bytes(29_000);
    /// `text` of a Slack message, that which an edit takes as well.
    pub const SLACK: Self = Self::chars(4_000);
    /// The text of a section block of Slack.
    pub const SLACK_SECTION: Self = Self::chars(3_000);
    /// `sendMessage` of Telegram.
    pub const TELEGRAM: Self = Self {
        unit: Unit::Utf16Shown,
        max: 4_096,
    };
    /// The caption of a picture on Telegram.
    pub const TELEGRAM_CAPTION: Self = Self {
        unit: Unit::Utf16Shown,
        max: 1_024,
    };
    /// Google Chat: 32,000 bytes of JSON, with room for what is around the text.
    pub const GOOGLE_CHAT: Self = Self::json_bytes(28_000);
    /// Workflows of Microsoft Teams: 28 KB documented, 21 KB measured, for the whole card.
    pub const TEAMS: Self = Self::json_bytes(18_000);
    /// A message of ntfy: 4,096 bytes become a file, and so does more. Counted in JSON, of which a request may
    /// have twice as much.
    pub const NTFY: Self = Self::json_bytes(4_095);
    /// The body of a Signal message; longer ones become files.
    pub const SIGNAL: Self = Self::bytes(2_000);

    /// So many Unicode scalar values.
    pub const fn chars(max: usize) -> Self {
        Self {
            unit: Unit::Chars,
            max,
        }
    }

    /// So many bytes.
    pub const fn bytes(max: usize) -> Self {
        Self {
            unit: Unit::Bytes,
            max,
        }
    }

    /// So many bytes in a JSON string.
    pub const fn json_bytes(max: usize) -> Self {
        Self {
            unit: Unit::JsonBytes,
            max,
        }
    }

    /// What a Mastodon server says: `max_characters` and `characters_reserved_per_url`.
    pub const fn mastodon(max: usize, link: usize) -> Self {
        Self {
            unit: Unit::CharsAndLinks { link },
            max,
        }
    }

    /// How many units a text has.
    pub fn measure(&self, text: &str) -> usize {
        match self.unit {
            Unit::Chars => text.chars().count(),
            Unit::Utf16 => text.encode_utf16().count(),
            Unit::Utf16Shown => utf16_shown(text),
            Unit::Bytes => text.len(),
            Unit::JsonBytes => text.chars().map(json_bytes).sum(),
            Unit::Graphemes { .. } => text.graphemes(true).count(),
            Unit::CharsAndLinks { link } => chars_and_links(text, link),
        }
    }

    /// Whether a text is short enough.
    pub fn allows(&self, text: &str) -> bool {
        let bytes = match self.unit {
            Unit::Graphemes { bytes } => bytes,
            _ => usize::MAX,
        };
        text.len() <= bytes && (self.max == usize::MAX || self.measure(text) <= self.max)
    }
}

/// Markup is ours, so each `<` begins a tag and each `&` a reference.
fn utf16_shown(text: &str) -> usize {
    let mut units = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '<' => {
                chars.find(|&c| c == '>');
            }
            '&' => {
                // The references that are written are of characters of one unit.
                chars.find(|&c| c == ';');
                units += 1;
            }
            _ => units += c.len_utf16(),
        }
    }
    units
}

fn json_bytes(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

/// Where the server may find less of an address than is there, both are counted: its length as an
/// address and its characters.
fn chars_and_links(text: &str, link: usize) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        count += rest[..at].chars().count();
        rest = &rest[at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || "<>\"".contains(c))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let chars = word.chars().count();
        count += match word.split_once("://") {
            Some(("http" | "https", address)) if is_surely_found(address) => link,
            Some(_) => chars + link,
            None => chars,
        };
        rest = after;
    }
    count + rest.chars().count()
}

/// Whether an address without its scheme is one from end to end for every program: a name with a dot,
/// and after it no sign at which one may end.
fn is_surely_found(address: &str) -> bool {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let top = host.rsplit('.').next().unwrap_or_default();
    let is_name = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    let is_path = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_/.?=&%~+".contains(&b));
    let is_end = path.is_empty() || path.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    host.contains('.')
        && is_name
        && is_path
        && is_end
        && top.len() > 1
        && top.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_counts_as_its_platform_does() {
        let text = "a😀é\u{301}\"\n";
        let of = |unit| Limit { unit, max: 0 }.measure(text);
        assert_eq!(of(Unit::Chars), 6);
        assert_eq!(of(Unit::Bytes), 11);
        assert_eq!(of(Unit::JsonBytes), 13);
        assert_eq!(of(Unit::Graphemes { bytes: 0 }), 5);
        assert_eq!(of(Unit::Utf16), 7);
        assert_eq!(of(Unit::Utf16Shown), 7);
    }

    #[test]
    fn telegram_counts_what_is_shown() {
        let html = "<b><a href=\"https://a.example/?a=1&amp;b=2\">R&amp;D</a></b> 😀&lt;";
        assert_eq!(
            Limit::TELEGRAM.measure(html),
            "R&D 😀<".encode_utf16().count()
        );
    }

    #[test]
    fn mastodon_counts_each_address_as_its_server_says() {
        let long = format!("a https://a.example/{}", "x".repeat(90));
        for (text, count) in [
            (long.as_str(), 2 + 23),
            ("http://a.example/ b", 23 + 2),
            ("http and https", 14),
            // It may end before the bracket or the port.
            ("https://a.example/)", 19 + 23),
            ("https://localhost/a", 19 + 23),
        ] {
            assert_eq!(Limit::MASTODON.measure(text), count, "{text}");
        }
    }

    #[test]
    fn a_bluesky_post_has_two_limits() {
        assert!(Limit::BLUESKY.allows(&"a".repeat(300)));
        assert!(!Limit::BLUESKY.allows(&"a".repeat(301)));
        let family = "👨‍👩‍👧‍👦";
        assert!(Limit::BLUESKY.allows(&family.repeat(3_000 / family.len())));
        assert!(!Limit::BLUESKY.allows(&family.repeat(3_000 / family.len() + 1)));
    }
}
