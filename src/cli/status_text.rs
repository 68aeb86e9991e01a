//! The state of each source, for people: a table, or a block for each source where a table is too wide.
//! What is wrong comes last, where a terminal still shows it.

use super::destination_text;
use super::duration::{Unit, format_duration};
use super::fold::fold;
use super::line::{plain, width_of};
use super::style::Style;
use super::terminal::count;
use crate::mill::{Health, SourceStatus, Status};
use crate::model::{SourceId, WaitReason};
use chrono::{DateTime, TimeDelta, Utc};

const HEADS: [&str; 6] = [
    "SOURCE",
    "HEALTH",
    "LAST GOOD",
    "NEXT FETCH",
    "ITEMS",
    "NEWEST",
];
/// Between two columns.
const GAP: &str = "  ";
/// The narrowest column of names in a table.
const NARROWEST: usize = 12;
/// Before a note.
const INDENT: &str = "    ";

/// How the text is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The columns of the terminal; none where lines may have any length.
    pub width: Option<usize>,
    pub colour: bool,
}

/// One source, as text.
struct Row {
    cells: [String; 6],
    health: Health,
    notes: Vec<String>,
}

/// The table, the sums and the last pass.
pub(super) fn text(status: &Status, now: DateTime<Utc>, look: Look) -> String {
    let rows = rows(status, now);
    let mut widths = HEADS.map(width_of);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(width_of(cell));
        }
    }
    let others: usize = widths[1..].iter().map(|width| width + GAP.len()).sum();
    let room = look.width.map(|width| width.saturating_sub(others));
    let mut lines = Vec::new();
    if room.is_none_or(|room| room >= NARROWEST.min(widths[0])) {
        widths[0] = room.map_or(widths[0], |room| room.min(widths[0]));
        lines.push(line(&HEADS.map(str::to_owned), widths, None, look));
        for row in &rows {
            lines.push(line(&row.cells, widths, Some(row.health), look));
            lines.extend(notes(row, look));
        }
    } else {
        for row in &rows {
            lines.extend(block(row, look));
            lines.extend(notes(row, look));
        }
    }
    lines.push(String::new());
    let mut sentences = destination_text::sentences(&status.destinations, now);
    sentences.extend([totals(status), last_pass(status, now)]);
    sentences.extend(status.overdue.then(|| advice(status)));
    sentences.extend(failed_run(status));
    sentences.extend(network(status));
    for sentence in sentences {
        lines.extend(folded(&sentence, "", look));
    }
    lines.join("\n") + "\n"
}

/// The sources, the worst last. Ages of one column have one unit, so that they can be compared.
fn rows(status: &Status, now: DateTime<Utc>) -> Vec<Row> {
    let sources = || status.sources.iter();
    let good = Unit::of(sources().filter_map(|s| Some(now - s.last_good?)));
    let newest = Unit::of(sources().filter_map(|s| Some(now - s.newest?)));
    let next = Unit::of(sources().filter_map(|s| Some(s.next_visit? - now)));
    let ago = |at: Option<DateTime<Utc>>, unit: Unit| {
        at.map_or_else(
            || "-".to_owned(),
            |at| format!("{} ago", unit.format((now - at).max(TimeDelta::zero()))),
        )
    };
    let row = |source: &SourceStatus| Row {
        cells: [
            plain(source.source.as_str()),
            word(source.health).to_owned(),
            ago(source.last_good, good),
            next_fetch(source, next, now),
            source.items.to_string(),
            ago(source.newest, newest),
        ],
        health: source.health,
        notes: what_to_know(source),
    };
    // `status.sources` has the worst first; among equals the order of feeds.toml stays.
    let mut sources: Vec<_> = sources().collect();
    sources.sort_by_key(|source| std::cmp::Reverse(source.health));
    sources.into_iter().map(row).collect()
}

const fn word(health: Health) -> &'static str {
    match health {
        Health::Gone => "gone",
        Health::Failing => "failing",
        Health::Stale => "stale",
        Health::New => "new",
        Health::Fine => "fine",
        Health::Disabled => "disabled",
    }
}

fn painted(health: Health, text: &str, colour: bool) -> String {
    let style = match health {
        Health::Gone | Health::Failing => Style::Red,
        Health::Stale => Style::Yellow,
        Health::New | Health::Disabled => Style::Blue,
        Health::Fine => Style::Green,
    };
    style.paint(text, colour)
}

/// A row of the table. A name that is longer than its column has a line of its own.
fn line(cells: &[String; 6], widths: [usize; 6], health: Option<Health>, look: Look) -> String {
    let name = &cells[0];
    let is_long = width_of(name) > widths[0];
    let mut text = if is_long { String::new() } else { name.clone() };
    let mut end = if is_long { 0 } else { width_of(name) };
    let mut start = widths[0];
    for (number, (cell, width)) in cells.iter().zip(widths).enumerate().skip(1) {
        start += GAP.len();
        text.push_str(&" ".repeat(start - end));
        match health.filter(|_| number == 1) {
            Some(health) => text.push_str(&painted(health, cell, look.colour)),
            None => text.push_str(cell),
        }
        end = start + width_of(cell);
        start += width;
    }
    if is_long {
        format!("{name}\n{}", text.trim_end())
    } else {
        text.trim_end().to_owned()
    }
}

/// A source on a terminal that is too narrow for the table.
fn block(row: &Row, look: Look) -> Vec<String> {
    let [name, health, good, next, items, newest] = &row.cells;
    let health = painted(row.health, health, look.colour);
    let facts = [
        ("last good", good),
        ("next fetch", next),
        ("items", items),
        ("newest", newest),
    ];
    let facts = facts
        .map(|(head, cell)| format!("{head}: {cell}"))
        .join("; ");
    let mut lines = vec![format!("{name}{GAP}{health}")];
    if look
        .width
        .is_some_and(|width| width_of(name) + GAP.len() + 7 > width)
    {
        lines = vec![name.clone(), format!("{INDENT}{health}")];
    }
    lines.extend(folded(&facts, INDENT, look));
    lines
}

fn notes(row: &Row, look: Look) -> Vec<String> {
    let notes = row.notes.iter();
    notes.flat_map(|note| folded(note, INDENT, look)).collect()
}

fn folded(text: &str, indent: &str, look: Look) -> Vec<String> {
    let room = look.width.map(|width| width.saturating_sub(indent.len()));
    let lines = fold(&plain(text), room).into_iter();
    lines.map(|line| format!("{indent}{line}")).collect()
}

/// What it is, if a list names it; error, staleness and new address.
fn what_to_know(source: &SourceStatus) -> Vec<String> {
    let mut notes = Vec::new();
    if is_listed(&source.source) {
        let title = source.title.as_deref().map(|title| format!("{title}: "));
        notes.push(format!("{}{}", title.unwrap_or_default(), source.url));
    }
    if let Some(error) = &source.error {
        let times = match source.failures {
            0 | 1 => String::new(),
            failures => format!(" ({failures} failures in a row)"),
        };
        notes.push(format!("{error}{times}"));
    }
    if let Some(since) = source.stale_since {
        let day = since.format("%Y-%m-%d");
        notes.push(format!(
            "answers, but new items were expected by {day}; check whether it has moved"
        ));
    }
    if let Some(to) = &source.moved_to {
        notes.push(format!("has moved permanently; write url = \"{to}\""));
    }
    notes
}

/// A name that says nothing: `friends/a-example-1a2b3c4d`.
fn is_listed(id: &SourceId) -> bool {
    id.as_str() != id.table()
}

fn next_fetch(source: &SourceStatus, unit: Unit, now: DateTime<Utc>) -> String {
    match (source.next_visit, source.health) {
        (_, Health::Gone | Health::Disabled) => "never".to_owned(),
        (Some(at), _) if at > now => {
            let why = source.next_why.and_then(reason);
            let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
            format!("in {}{why}", unit.format(at - now))
        }
        _ => "next run".to_owned(),
    }
}

/// Why a source waits; none if that is its `every`.
pub(super) const fn reason(why: WaitReason) -> Option<&'static str> {
    match why {
        WaitReason::Every => None,
        WaitReason::Rhythm => Some("updates rarely"),
        WaitReason::Server => Some("Cache-Control"),
        WaitReason::Feed => Some("ttl"),
        WaitReason::Skipped => Some("skipHours, skipDays"),
        WaitReason::Failures => Some("after failure"),
        WaitReason::RetryAfter => Some("Retry-After"),
    }
}

/// `12 sources: 9 fine, 2 failing, 1 gone; 2034 items`
fn totals(status: &Status) -> String {
    let worst_last = [
        Health::Disabled,
        Health::Fine,
        Health::New,
        Health::Stale,
        Health::Failing,
        Health::Gone,
    ];
    let parts: Vec<_> = worst_last
        .into_iter()
        .filter_map(|health| {
            let those = status.sources.iter().filter(|s| s.health == health);
            match those.count() {
                0 => None,
                number => Some(format!("{number} {}", word(health))),
            }
        })
        .collect();
    let items: u64 = status.sources.iter().map(|source| source.items).sum();
    format!(
        "{}: {}; {items} {}.",
        count(status.sources.len(), "source", "sources"),
        parts.join(", "),
        if items == 1 { "item" } else { "items" }
    )
}

fn last_pass(status: &Status, now: DateTime<Utc>) -> String {
    match status.last_pass {
        Some(at) => {
            let age = format_duration((now - at).max(TimeDelta::zero()));
            format!("The last pass was {age} ago.")
        }
        None => "No pass has finished yet.".to_owned(),
    }
}

/// Why the last run failed. The reason is missing where the disk was full.
fn failed_run(status: &Status) -> Option<String> {
    let reason = status.failed_run.as_deref()?;
    Some(match reason {
        "" => "The last run failed, and had no room to note why: the disk may be full. `feedmill run -v` says it.".to_owned(),
        reason => format!("The last run failed: {reason}"),
    })
}

fn network(status: &Status) -> Option<String> {
    let faults = status.network_faults;
    (faults > 0).then(|| {
        let runs = count(faults as usize, "run", "runs");
        format!("No source could be reached in the last {runs}.")
    })
}

fn advice(status: &Status) -> String {
    match status.last_pass {
        Some(_) => "Check that cron still runs feedmill.".to_owned(),
        None => "Run `feedmill run` and read its messages.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_409_600, 0).unwrap()
    }

    fn source(id: &str, health: Health, minutes: i64) -> SourceStatus {
        let before = |minutes| Some(now() - TimeDelta::minutes(minutes));
        SourceStatus {
            source: SourceId::new(id),
            title: None,
            url: "https://a.example/feed".to_owned(),
            is_secret: false,
            health,
            last_good: before(minutes),
            next_visit: before(-60),
            next_why: Some(WaitReason::Server),
            failures: 0,
            is_reported: false,
            failing_since: None,
            kind: None,
            error: None,
            moved_to: None,
            items: 7,
            newest: before(minutes * 10),
            rhythm_seconds: None,
            stale_since: None,
            odd: Vec::new(),
        }
    }

    fn status() -> Status {
        let mut failing = source("council", Health::Failing, 60 * 24 * 40);
        failing.kind = Some(FailureKind::Timeout);
        failing.error = Some("no complete answer within the time allowed; raise timeout in [fetch] if the server is merely slow".to_owned());
        failing.failures = 9;
        let mut listed = source("friends/blog-example-org-1a2b3c4d", Health::Fine, 30);
        listed.title = Some("東京 Blog".to_owned());
        Status {
            last_pass: Some(now() - TimeDelta::minutes(12)),
            sources: vec![failing, source("bbc", Health::Fine, 12), listed],
            ..Status::default()
        }
    }

    fn lines(width: Option<usize>) -> Vec<String> {
        let look = Look {
            width,
            colour: false,
        };
        let text = text(&status(), now(), look);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_is_wrong_comes_last_and_then_the_sums() {
        assert_eq!(
            lines(None),
            [
                "SOURCE                             HEALTH   LAST GOOD   NEXT FETCH                 ITEMS  NEWEST",
                "bbc                                fine     <0.1 d ago  in 60 min (Cache-Control)  7      <0.1 d ago",
                "friends/blog-example-org-1a2b3c4d  fine     <0.1 d ago  in 60 min (Cache-Control)  7      0.2 d ago",
                "    東京 Blog: https://a.example/feed",
                "council                            failing  40 d ago    in 60 min (Cache-Control)  7      400 d ago",
                "    no complete answer within the time allowed; raise timeout in [fetch] if the server is merely slow (9 failures in a row)",
                "",
                "3 sources: 2 fine, 1 failing; 21 items.",
                "The last pass was 12 min ago.",
            ]
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [40, 60, 80, 100, 200] {
            let lines = lines(Some(width));
            let widest = lines.iter().map(|line| width_of(line)).max();
            assert!(widest <= Some(width), "{width}: {lines:#?}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_for_the_table_has_its_own_line() {
        let lines = lines(Some(90));
        let at = lines
            .iter()
            .position(|line| line.starts_with("friends/"))
            .unwrap();
        assert_eq!(lines[at], "friends/blog-example-org-1a2b3c4d");
        assert!(lines[at + 1].trim_start().starts_with("fine"), "{lines:#?}");
    }

    #[test]
    fn health_is_coloured_where_colours_are_wanted() {
        let look = Look {
            width: Some(60),
            colour: true,
        };
        let text = text(&status(), now(), look);
        assert!(
            text.contains("council  \u{1b}[31mfailing\u{1b}[0m"),
            "{text}"
        );
    }
}
