//! Titles and bodies as sources write them -> the words that are the item's own.
//!
//! This removes only what moves words to the front or cuts the end: a dateline shifts the beginning
//! that truncated copies share, `UPDATE 2-` and a publisher's name hide an equal title, an ellipsis
//! leaves half a word. Everything else stays, because the comparison needs only a part of a text to
//! agree.

use crate::text::words::clip;
use memchr::memchr;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Bytes of a body that are read. A longer body is compared by its beginning.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Bytes of a title that are read.
const MAX_TITLE_BYTES: usize = 2 * 1024;
/// Bytes in which a dateline ends.
const DATELINE_BYTES: usize = 80;
/// Bytes in which a publisher's name before a title ends.
const LEAD_BYTES: usize = 32;
/// Bytes that may be credits.
const CREDITS_BYTES: usize = 600;
/// Bytes at the end in which `The post ... appeared first on ...` begins.
const APPEARED_BYTES: usize = 600;

/// Bytes at the end in which ` appeared first on SITE.` begins.
const SITE_BYTES: usize = 120;

/// Separators between a title and the name of its publisher.
const SEPARATORS: [&str; 7] = [" - ", " – ", " — ", " | ", " :: ", " • ", " » "];

/// Signs between a title and a word of [`LIVE`], beside ` - `.
const LIVE_SIGNS: [char; 4] = [':', '|', '–', '—'];

/// Words of an attribution behind a comma: the first (`says Iran`) or the last (`Iran says`).
const ATTRIBUTIONS: [&str; 15] = [
    "says",
    "said",
    "say",
    "finds",
    "find",
    "shows",
    "show",
    "suggests",
    "reports",
    "according",
    "sagt",
    "laut",
    "selon",
    "según",
    "secondo",
];
/// Words of an attribution behind a comma, and behind a colon (`: Palace`, `: PM Anwar`).
const ATTRIBUTED: [usize; 2] = [5, 3];
/// Words before an attribution, at least: `Kenya: Seven killed` has none.
const BEFORE_ATTRIBUTION: usize = 5;

/// Words that mark a newer version of an item.
const UPDATES: [&str; 12] = [
    "update",
    "updated",
    "rpt",
    "refile",
    "corrected",
    "correction",
    "wrapup",
    "breaking",
    "breaking news",
    "recast",
    "recasts",
    "clarification",
];

/// Words before a title that say how it is told, not what.
const LABELS: [&str; 10] = [
    "urgent",
    "flash",
    "exclusive",
    "alert",
    "developing",
    "just in",
    "opinion",
    "insight",
    "analysis",
    "comment",
];

/// Words of a page that grows all day, before or behind its title.
const LIVE: [&str; 14] = [
    "live",
    "liveblog",
    "highlights",
    "as it happened",
    "live updates",
    "latest updates",
    "liveticker",
    "ticker",
    "en direct",
    "direct",
    "en directo",
    "en vivo",
    "diretta",
    "онлайн",
];

/// Words that begin the line with the author's name.
const BYLINES: [&str; 6] = ["by ", "von ", "par ", "por ", "di ", "door "];
/// Bytes of such a line.
const BYLINE_BYTES: usize = 80;

/// Invitations that end a shortened body.
const INVITATIONS: [&str; 14] = [
    "read more",
    "continue reading",
    "read the full story",
    "read full article",
    "read the rest",
    "full story",
    "learn more",
    "weiterlesen",
    "lire la suite",
    "leer más",
    "leggi tutto",
    "lees meer",
    "читать далее",
    "читати далі",
];

/// Credits in brackets that end an agency's text.
const CREDITS: [&str; 6] = [
    "(reporting by",
    "(editing by",
    "(writing by",
    "(additional reporting",
    "(writes through",
    "(compiled by",
];

/// A title in parts. A missing part is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::dedupe) struct Title<'a> {
    /// Before a colon near the beginning: perhaps the publisher.
    pub(in crate::dedupe) lead: &'a str,
    /// The title itself.
    pub(in crate::dedupe) main: &'a str,
    /// After the last separator: perhaps the publisher.
    pub(in crate::dedupe) tail: &'a str,
    /// It ended in an ellipsis.
    pub(in crate::dedupe) cut: bool,
    /// It said that it was an update or a correction.
    pub(in crate::dedupe) update: bool,
    /// It said that it is that of a page that grows all day.
    pub(in crate::dedupe) live: bool,
}

/// Divides a title into its parts.
pub(in crate::dedupe) fn title(raw: &str) -> Title<'_> {
    let (rest, update) = without_update_marks(clip(raw, MAX_TITLE_BYTES).trim());
    let (rest, cut) = without_ellipsis(rest);
    let live = is_live(rest);
    let (rest, tail) = separators(rest)
        .next_back()
        .or_else(|| attributed(rest))
        .unwrap_or((rest, ""));
    let (lead, main) = parted(clip(rest, LEAD_BYTES), ':')
        .next()
        .map_or(("", rest), |(lead, _)| (lead, &rest[lead.len() + 2..]));
    Title {
        lead,
        main,
        tail,
        cut,
        update,
        live,
    }
}

/// Whether the part of a title before its first or behind its last separator says that it is live.
fn is_live(title: &str) -> bool {
    if !may_be_separated(title) || !title.contains(LIVE_SIGNS) && !title.contains(" - ") {
        return false;
    }
    let title = title.replace(" - ", "|");
    let mut parts = title.split(LIVE_SIGNS);
    let ends = [parts.next(), parts.next_back()].into_iter().flatten();
    ends.map(str::trim).any(|part| {
        let part = clip(part, LEAD_BYTES + 1).to_lowercase();
        let is_end = |word: &&str| part.starts_with(word) || part.ends_with(word);
        part.len() <= LEAD_BYTES && LIVE.iter().any(is_end)
    })
}

/// The part of a body that is the item's own.
pub(in crate::dedupe) fn body(raw: &str) -> &str {
    let mut rest = without_dateline(without_byline(clip(raw, MAX_BODY_BYTES).trim()));
    loop {
        let before = rest.len();
        rest = without_ellipsis(without_credits(without_appeared(without_invitation(rest)))).0;
        if rest.len() == before {
            return rest;
        }
    }
}

/// Where the last bytes begin, whole characters.
fn foot(text: &str, bytes: usize) -> usize {
    let start = text.len().saturating_sub(bytes);
    (start..text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(text.len())
}

/// Whether a text has one of these bytes; each separator has one ([`SEPARATORS`], [`LIVE_SIGNS`]). Most
/// texts have none, and need not be searched for each separator.
fn may_be_separated(text: &str) -> bool {
    text.bytes()
        .any(|byte| matches!(byte, b'-' | b'|' | b':' | 0xC2 | 0xE2))
}

/// What is before and after each separator.
fn separators(text: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    let searched = if may_be_separated(text) { text } else { "" };
    searched
        .match_indices(' ')
        .filter_map(|(at, _)| separated(text, at))
}

/// What is before and after each sign that a space follows.
fn parted(text: &str, sign: char) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    text.match_indices(sign).filter_map(|(at, sign)| {
        let after = text[at + sign.len()..].strip_prefix(' ')?;
        Some((&text[..at], after))
    })
}

/// What is before and after the separator that begins here, if there is one.
fn separated(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, after) = text.split_at(at);
    // Nearly always a word begins here.
    if after.as_bytes().get(1)?.is_ascii_alphanumeric() {
        return None;
    }
    SEPARATORS
        .iter()
        .find_map(|s| after.strip_prefix(s))
        .map(|after| (before, after))
}

/// A title, and who says so behind it: `, says Iran`, `, poll finds`, `: Palace`.
fn attributed(title: &str) -> Option<(&str, &str)> {
    let has_words = |text: &str, range: std::ops::RangeInclusive<usize>| {
        let most = *range.end();
        let words = text.split_whitespace().take(most.saturating_add(1)).count();
        range.contains(&words)
    };
    let is_attribution = |part: &str| {
        let mut words = part.split(' ');
        let ends = [words.next(), words.next_back()].into_iter().flatten();
        let mut ends = ends.map(|word| word.trim_end_matches(':'));
        ends.any(|end| {
            ATTRIBUTIONS
                .iter()
                .any(|says| says.eq_ignore_ascii_case(end))
        })
    };
    let [behind_comma, behind_colon] = ATTRIBUTED;
    let by_comma = parted(title, ',')
        .next_back()
        .filter(|(_, part)| has_words(part, 1..=behind_comma) && is_attribution(part));
    let by_colon = || {
        parted(title, ':')
            .next_back()
            .filter(|(_, part)| has_words(part, 1..=behind_colon))
    };
    let parts = by_comma.or_else(by_colon)?;
    has_words(parts.0, BEFORE_ATTRIBUTION..=usize::MAX).then_some(parts)
}

/// `UPDATE 2-`, `RPT-UPDATE 1-`, `BREAKING:`.
fn without_update_marks(mut rest: &str) -> (&str, bool) {
    let mut found = false;
    let is_end = |byte| matches!(byte, b'-' | b':' | b')' | b']' | b'|');
    while let Some(at) = clip(rest, LEAD_BYTES).bytes().position(is_end) {
        let mark = rest[..at].trim_matches(|c: char| !c.is_alphabetic());
        let is_one_of = |marks: &[&str]| marks.iter().any(|m| m.eq_ignore_ascii_case(mark));
        let is_update = is_one_of(&UPDATES);
        if !is_update && !is_one_of(&LABELS) {
            break;
        }
        rest = rest[at + 1..].trim_start_matches([' ', '-', ':', '|']);
        found |= is_update;
    }
    (rest, found)
}

/// Drops an ellipsis at the end and the word it cut, unless there is a space between them.
fn without_ellipsis(text: &str) -> (&str, bool) {
    let rest = text.trim_end();
    let bracketed = rest
        .strip_suffix(']')
        .or_else(|| rest.strip_suffix(')'))
        .unwrap_or(rest);
    let Some(before) = bracketed
        .strip_suffix('…')
        .or_else(|| bracketed.strip_suffix("..."))
    else {
        return (text, false);
    };
    let before = before.trim_end_matches(['.', '…']);
    let before = before.strip_suffix(['[', '(']).unwrap_or(before);
    let whole = before.trim_end();
    if whole.len() < before.len() {
        return (whole, true);
    }
    (
        whole
            .rfind(char::is_whitespace)
            .map_or(whole, |at| whole[..at].trim_end()),
        true,
    )
}

/// `By Ann Writer`, on a line of its own.
fn without_byline(text: &str) -> &str {
    let start = &text.as_bytes()[..text.len().min(BYLINE_BYTES + 1)];
    let Some(end) = memchr(b'\n', start) else {
        return text;
    };
    let line = &text[..end];
    let is_byline = BYLINES.iter().any(|word| {
        let start = line.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    });
    if is_byline && !line.trim_end().ends_with(['.', '!', '?', ':']) {
        text[end..].trim_start()
    } else {
        text
    }
}

/// `LONDON, March 24 (Reuters) - `, `WASHINGTON — `.
fn without_dateline(text: &str) -> &str {
    let start = clip(text, DATELINE_BYTES);
    let Some((dateline, _)) = separators(start).next() else {
        return text;
    };
    let place = dateline.split([' ', ',']).next().unwrap_or_default();
    let shouted = place.chars().count() > 2 && place.chars().all(|c| c.is_uppercase() || c == '.');
    if !shouted && !dateline.ends_with(')') {
        return text;
    }
    separated(text, dateline.len()).map_or(text, |(_, rest)| rest)
}

/// `Read more`, `Continue reading →`.
fn without_invitation(text: &str) -> &str {
    let rest = text
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '»' | '›' | '→' | '>' | ':'));
    let last = rest.chars().flat_map(char::to_lowercase).next_back();
    let ends_with = |invitation: &&str| -> Option<usize> {
        let at = rest.len().checked_sub(invitation.len())?;
        let end = rest.get(at..)?;
        end.chars()
            .flat_map(char::to_lowercase)
            .eq(invitation.chars())
            .then_some(at)
    };
    INVITATIONS
        .iter()
        .filter(|invitation| invitation.chars().next_back() == last)
        .find_map(ends_with)
        .map_or(text, |at| rest[..at].trim_end())
}

/// `The post TITLE appeared first on SITE.`
fn without_appeared(text: &str) -> &str {
    static APPEARED: LazyLock<Finder> = LazyLock::new(|| Finder::new("appeared first on"));
    let end = &text[foot(text, SITE_BYTES)..];
    if APPEARED.find(end.as_bytes()).is_none() {
        return text;
    }
    let foot = foot(text, APPEARED_BYTES);
    text[foot..]
        .rfind("The post ")
        .map_or(text, |at| text[..foot + at].trim_end())
}

/// `(Reporting by A; Editing by B)`.
fn without_credits(text: &str) -> &str {
    if !text.ends_with(')') {
        return text;
    }
    // This is called as long as something is removed: it must not read the whole text each time.
    let foot = foot(text, CREDITS_BYTES);
    let Some(open) = text[foot..].rfind('(').map(|at| foot + at) else {
        return text;
    };
    let credit = text[open..].to_lowercase();
    if CREDITS.iter().any(|c| credit.starts_with(c)) {
        text[..open].trim_end()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_endings_is_read_once() {
        // With each ending read from its beginning this would take minutes.
        let endings = format!("a({}", " ...)".repeat(400_000));
        assert!(body(&endings).len() <= endings.len());
        assert_eq!(body("a b c (Reporting by A; Editing by B)"), "a b c");
    }

    #[test]
    fn no_separator_is_missed() {
        for separator in SEPARATORS {
            let text = format!("a{separator}b");
            assert_eq!(separators(&text).next(), Some(("a", "b")), "{separator:?}");
        }
        for sign in LIVE_SIGNS
            .map(String::from)
            .iter()
            .chain([&" - ".to_owned()])
        {
            assert!(is_live(&format!("live{sign}a")), "{sign:?}");
        }
    }

    #[test]
    fn update_marks_are_taken_off() {
        for raw in [
            "UPDATE 2-Oil falls",
            "RPT-UPDATE 1-Oil falls",
            "Breaking: Oil falls",
            "(CORRECTED) - Oil falls",
        ] {
            assert_eq!(
                (title(raw).main, title(raw).update),
                ("Oil falls", true),
                "{raw}"
            );
        }
        assert_eq!(title("Anti-war march").main, "Anti-war march");
    }

    #[test]
    fn labels_are_taken_off_and_say_nothing() {
        for raw in [
            "Urgent: Oil falls",
            "Opinion | Oil falls",
            "EXCLUSIVE - Oil falls",
        ] {
            assert_eq!(
                (title(raw).main, title(raw).update),
                ("Oil falls", false),
                "{raw}"
            );
        }
    }

    #[test]
    fn a_live_page_is_known_by_its_title() {
        for raw in [
            "Live: Oil falls",
            "Oil war highlights: Oil falls",
            "Oil falls - live updates",
            "Oil falls – as it happened",
        ] {
            assert!(title(raw).live, "{raw}");
        }
        for raw in [
            "Where they lived: Oil falls",
            "Live music is back",
            "Oil falls",
        ] {
            assert!(!title(raw).live, "{raw}");
        }
    }

    #[test]
    fn a_title_is_parted_from_its_publisher() {
        assert_eq!(title("Oil falls - and rises - CNN").tail, "CNN");
        assert_eq!(
            (
                title("Yahoo News: Oil falls").lead,
                title("Yahoo News: Oil falls").main
            ),
            ("Yahoo News", "Oil falls")
        );
    }

    #[test]
    fn a_title_is_parted_from_who_says_so() {
        for (raw, tail) in [
            ("Oil falls to its lowest price, says Iran", "says Iran"),
            ("Oil falls to its lowest price, poll finds", "poll finds"),
            ("Oil falls to its lowest price: Bank", "Bank"),
            ("Oil falls to its lowest price, and gas rises", ""),
            ("Oil falls to its lowest price: what to know now", ""),
            ("Kenya: Oil falls", ""),
        ] {
            assert_eq!(title(raw).tail, tail, "{raw}");
        }
    }

    #[test]
    fn an_ellipsis_takes_the_word_it_cut() {
        assert_eq!(body("Oil fell on Mon…"), "Oil fell on");
        assert_eq!(body("Oil fell on Monday [...]"), "Oil fell on Monday");
        assert_eq!(body("Oil fell on Monday."), "Oil fell on Monday.");
    }

    #[test]
    fn what_surrounds_a_body_is_taken_off() {
        for raw in [
            "LONDON, March 24 (Reuters) - Oil fell. (Reporting by A. Writer; Editing by B. Editor)",
            "WASHINGTON — Oil fell.",
            "By Ann Writer, The Paper\n\nOil fell.",
            "Oil fell. Read more »",
            "Oil fell. ЧИТАТЬ ДАЛЕЕ",
            "Oil fell.\n\nThe post Oil falls appeared first on Site.",
        ] {
            assert_eq!(body(raw), "Oil fell.", "{raw}");
        }
        assert_eq!(body("He fell - and rose"), "He fell - and rose");
    }

    #[test]
    fn cutting_keeps_characters_whole() {
        let long = "é".repeat(MAX_BODY_BYTES);
        assert!(body(&long).len() <= MAX_BODY_BYTES);
        assert_eq!(body("İİ Read more"), "İİ");
    }
}
