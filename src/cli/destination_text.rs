//! How each destination is, in one sentence for people.

use super::duration::format_duration;
use super::terminal::count;
use crate::mill::{DestinationHealth, DestinationStatus, MOST_COUNTED};
use chrono::{DateTime, TimeDelta, Utc};

/// One sentence each, those with problems last.
pub(super) fn sentences(all: &[DestinationStatus], now: DateTime<Utc>) -> Vec<String> {
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|one| one.wants_attention());
    all.into_iter().map(|one| sentence(one, now)).collect()
}

/// `team (slack): stopped: 404 no_service; check env:HOOK; then run ...; 12 stories wait; last posted 3 d ago`
fn sentence(one: &DestinationStatus, now: DateTime<Utc>) -> String {
    let name = &one.name;
    let error = one.error.as_deref().unwrap_or("it failed");
    let state = match (one.health, one.held_until) {
        (DestinationHealth::Stopped, _) => {
            format!("stopped: {error}; then run `feedmill deliver {name} --retry`")
        }
        (DestinationHealth::Resting, Some(until)) => {
            let until = until.format("%Y-%m-%d %H:%M UTC");
            let tries = match one.tries {
                0 | 1 => String::new(),
                tries => format!(" ({tries} failures in a row)"),
            };
            format!("rests until {until}: {error}{tries}")
        }
        (DestinationHealth::New, _) => "new; it begins with the next run".to_owned(),
        _ => "fine".to_owned(),
    };
    let mut parts = vec![format!("{name} ({}): {state}", one.platform)];
    if one.waiting > 0 {
        let waits = if one.waiting == 1 { "waits" } else { "wait" };
        parts.push(format!("{} {waits}", stories(one.waiting)));
    }
    if let Some(at) = one.last_posted {
        let age = format_duration((now - at).max(TimeDelta::zero()));
        parts.push(format!("last posted {age} ago"));
    }
    if one.set_aside > 0 {
        parts.push(format!(
            "{} set aside, which `feedmill deliver {name} --failed` lists",
            stories(one.set_aside)
        ));
    }
    format!("{}.", parts.join("; "))
}

fn stories(number: u32) -> String {
    if number >= MOST_COUNTED {
        return format!("{MOST_COUNTED} stories or more");
    }
    count(number as usize, "story", "stories")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_718_409_600, 0).unwrap()
    }

    fn fine(name: &str) -> DestinationStatus {
        DestinationStatus {
            name: name.to_owned(),
            platform: "slack",
            health: DestinationHealth::Fine,
            waiting: 0,
            last_posted: Some(now() - TimeDelta::minutes(12)),
            held_until: None,
            tries: 0,
            error: None,
            set_aside: 0,
        }
    }

    #[test]
    fn each_destination_is_a_sentence_and_problems_come_last() {
        let stopped = DestinationStatus {
            health: DestinationHealth::Stopped,
            waiting: 1,
            error: Some("404 no_service; check env:HOOK".to_owned()),
            ..fine("team")
        };
        let resting = DestinationStatus {
            health: DestinationHealth::Resting,
            waiting: MOST_COUNTED,
            held_until: Some(now() + TimeDelta::minutes(30)),
            tries: 2,
            error: Some("503".to_owned()),
            set_aside: 2,
            last_posted: None,
            ..fine("chat")
        };
        assert_eq!(
            sentences(&[stopped, resting, fine("phone")], now()),
            [
                "chat (slack): rests until 2024-06-15 00:30 UTC: 503 (2 failures in a row); 1000 stories or more wait; \
                 2 stories set aside, which `feedmill deliver chat --failed` lists.",
                "phone (slack): fine; last posted 12 min ago.",
                "team (slack): stopped: 404 no_service; check env:HOOK; then run `feedmill deliver team --retry`; \
                 1 story waits; last posted 12 min ago.",
            ]
        );
    }
}
