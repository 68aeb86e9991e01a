//! `feedmill explain`: why items were merged into one story and are in their themes, or why not.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::duration::format_duration;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_item;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::Config;
use crate::dedupe::Comparison;
use crate::mill;
use crate::model::{Decisions, Item, Member, Reason as MergeReason, Story, ThemeId, Why};
use crate::store::Store;
use crate::theme::Matcher;
use crate::theme::rule::{Reason, ThemeReasons, Verdict};
use chrono::Utc;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::rc::Rc;

/// Explain why items were merged and which terms put them into themes, or why two were not merged
///
/// With one item: its story, for each theme the terms that put it in or keep it out, and the reason for each merged item, as stored and as it would be decided
/// now. With two: how they compare, and whether these two alone would be merged. A pass knows more:
/// which titles a source repeats, and which text it puts below all its items.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill explain https://example.org/news/1\n  \
    feedmill explain https://example.org/news/1 https://other.example/9\n  \
    feedmill explain 17 23")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// An item or a story: its id, its address, or its number in `feedmill items`
    #[arg(value_name = "ITEM")]
    item: String,
    /// A second item, to compare with the first: the same
    #[arg(value_name = "OTHER")]
    other: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let text = block_on(async {
        let store = store::store(&config)?;
        let found = find(&store, &arguments.item).await?;
        match &arguments.other {
            None => explain_stories(&config, &store, &found).await,
            Some(other) => {
                let others = find(&store, other).await?;
                let Some((one, other)) = two_of(&found, &others) else {
                    let same = found[0].member().item.id.as_str();
                    return Err(failed(other, &format!("this is the same item, {same}")));
                };
                explain_pair(&config, &store, one, other).await
            }
        }
    })?;
    border::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Success)
}

/// A story, and the index of an item that the command line names.
struct Found {
    story: Rc<Story>,
    member: usize,
}

impl Found {
    fn member(&self) -> &Member {
        &self.story.members[self.member]
    }
}

fn failed(name: &str, text: &str) -> Failure {
    Failure::new(Exit::Failed, format!("{name}: {text}"))
}

/// The items with a name, one at least: several may have one address.
async fn find(store: &Store, name: &str) -> Result<Vec<Found>, Failure> {
    let named = named_item::find(store, name).await?;
    if named.stories.is_empty() {
        return Err(named.hidden());
    }
    let mut found = Vec::new();
    for story in named.stories {
        let is_named = |m: &Member| named.numbers.contains(&m.number);
        let story = Rc::new(story);
        let members = 0..story.members.len();
        let members = members.filter(|&member| is_named(&story.members[member]));
        found.extend(members.map(|member| Found {
            story: Rc::clone(&story),
            member,
        }));
    }
    Ok(found)
}

/// An item with each name; two different ones if there are such.
fn two_of<'a>(ones: &'a [Found], others: &'a [Found]) -> Option<(&'a Found, &'a Found)> {
    let number = |found: &Found| found.member().number;
    ones.iter().find_map(|one| {
        let other = others.iter().find(|other| number(other) != number(one))?;
        Some((one, other))
    })
}

async fn explain_stories(
    config: &Config,
    store: &Store,
    found: &[Found],
) -> Result<String, Failure> {
    let mut text = String::new();
    let same_story = |a: &Found, b: &Found| a.story.seq == b.story.seq;
    let stories: Vec<_> = found.chunk_by(same_story).collect();
    if stories.len() > 1 {
        let (items, stories) = (found.len(), stories.len());
        let _ = writeln!(
            text,
            "{items} items in {stories} stories have this address\n"
        );
    }
    for (n, of_story) in stories.into_iter().enumerate() {
        text.push_str(if n == 0 { "" } else { "\n" });
        text += &explain_story(config, store, &of_story[0].story).await?;
    }
    Ok(text)
}

async fn explain_story(config: &Config, store: &Store, story: &Story) -> Result<String, Failure> {
    let themes = store.themes_of(vec![story.seq]).await?;
    let stored: Vec<ThemeId> = themes.into_values().flatten().collect();
    let themes: Vec<String> = stored.iter().map(ToString::to_string).collect();
    let dropped = store.dropped_by_themes(story.seq).await?;
    let mut text = format!("{}\n", title(&story.members[0].item));
    let arrived = story.first_seen.format("%Y-%m-%d %H:%M");
    let _ = writeln!(
        text,
        "  story   {} (number {}, arrived {arrived})",
        story.id, story.seq
    );
    let themes = match themes.as_slice() {
        [] => "none".to_owned(),
        some => some.join(", "),
    };
    let _ = writeln!(text, "  themes  {themes}");
    for reasons in matcher(config)?
        .explain(story, Utc::now())
        .map_err(mill::Error::from)?
    {
        let place = if stored.contains(&reasons.theme) {
            Place::In
        } else if dropped.contains(&reasons.theme) {
            Place::Dropped
        } else {
            Place::Out
        };
        let _ = writeln!(text, "    {}", decision(story, &reasons, place));
    }
    let _ = writeln!(text, "  items");
    for member in &story.members {
        let why = (member.why.as_ref()).map_or("first item".to_owned(), ToString::to_string);
        let _ = writeln!(text, "    {}\n      {why}", line(&member.item));
        if let Some(now) = other_now(config, story, member) {
            let _ = writeln!(text, "      now: {now}");
        }
    }
    let others = store.related(None, story.seq).await?;
    let others = others.iter().map(|other| other.story).collect();
    let others = store.stories(others).await?;
    if !others.is_empty() {
        let _ = writeln!(text, "  other stories about the same event");
    }
    for other in &others {
        let _ = writeln!(text, "    {}", line(&other.members[0].item));
    }
    Ok(text)
}

fn matcher(config: &Config) -> Result<Matcher, Failure> {
    let matcher = Matcher::new(&config.themes, &config.sources);
    Ok(matcher.map_err(mill::Error::from)?)
}

/// What is stored of a story in a theme.
#[derive(Clone, Copy)]
enum Place {
    In,
    /// The filter of the theme dropped it.
    Dropped,
    Out,
}

/// `defence: in, by nato (title), no sport`
fn decision(story: &Story, reasons: &ThemeReasons, place: Place) -> String {
    /// Of a list of a hundred words, nobody reads all.
    const MOST_TERMS: usize = 8;
    let terms: Vec<_> = reasons
        .reasons
        .iter()
        .map(|reason| {
            let Reason {
                term,
                holds,
                places,
            } = reason;
            match (holds, places.as_slice()) {
                (false, _) => format!("no {term}"),
                (true, []) => term.clone(),
                (true, places) => format!("{term} ({})", places.join(", ")),
            }
        })
        .collect();
    let mut by = terms
        .iter()
        .take(MOST_TERMS)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if terms.len() > MOST_TERMS {
        let _ = write!(by, " and {} more", terms.len() - MOST_TERMS);
    }
    let (is_in, text) = match &reasons.verdict {
        Verdict::In(member) => {
            let member = story.members.iter().find(|m| m.number == *member);
            let source = member.map_or("", |m| m.item.source.title.as_str());
            let by = if by.is_empty() {
                "it takes everything"
            } else {
                &by
            };
            let through = if story.members.len() > 1 {
                format!(" through {source}")
            } else {
                String::new()
            };
            (true, format!("in{through}: {by}"))
        }
        Verdict::Out => (false, format!("out: {by}")),
        Verdict::Kept => (
            false,
            "out: the rules of its sources keep it out of all themes".to_owned(),
        ),
    };
    let theme = &reasons.theme;
    match (is_in, place) {
        (true, Place::Out) => format!("{theme}: {text} (from the next run on)"),
        (true, Place::Dropped) => format!("{theme}: {text}; dropped by the filter of the theme"),
        (false, Place::In) => format!("{theme}: {text} (from the next run on; now it is in)"),
        _ => format!("{theme}: {text}"),
    }
}

/// What would be decided now of an item that joined its story, where that is not what is stored: it is
/// compared with each other member by itself.
fn other_now(config: &Config, story: &Story, member: &Member) -> Option<String> {
    /// More tell nothing else, and each takes a millisecond.
    const MOST_COMPARED: usize = 50;
    let stored = member.why.as_ref()?;
    if stored.reason == MergeReason::ByHand {
        return None;
    }
    let others = story.members.iter().filter(|m| m.number != member.number);
    let mut unlike = None;
    let mut best: Option<Why> = None;
    for other in others.take(MOST_COMPARED) {
        let compared = Comparison::of(&member.item, &other.item, false);
        match verdict(config, &member.item, &other.item, &compared) {
            Ok(why) if best.as_ref().is_none_or(|best| why.score > best.score) => best = Some(why),
            Ok(_) => {}
            Err(why) => unlike = unlike.or(Some(why)),
        }
    }
    match best {
        Some(best) if best.reason == stored.reason => None,
        Some(best) => Some(best.to_string()),
        None => Some(format!("a story of its own: {}", unlike?)),
    }
}

/// Whether two items by themselves would be one now: why, or why not.
fn verdict(config: &Config, a: &Item, b: &Item, compared: &Comparison) -> Result<Why, String> {
    let takes_no_part = |item: &Item| {
        let table = item.source.id.table();
        let mut sources = config.sources.iter();
        sources.any(|source| source.id.as_str() == table && !source.merge)
    };
    if let Some(item) = [a, b].into_iter().find(|item| takes_no_part(item)) {
        let table = item.source.id.table();
        return Err(format!("[sources.{table}] has merge = false"));
    }
    match &compared.verdict {
        Ok((reason, score)) => Ok(Why {
            reason: *reason,
            score: *score,
        }),
        Err(unlike) => Err(unlike.to_string()),
    }
}

async fn explain_pair(
    config: &Config,
    store: &Store,
    one: &Found,
    other: &Found,
) -> Result<String, Failure> {
    let (a, b) = (&one.member().item, &other.member().item);
    let listed = store.are_listed([one.member().number, other.member().number]);
    let compared = Comparison::of(a, b, listed.await?);
    let mut text = format!("{}\n{}\n", line(a), line(b));
    let mut row = |label: &str, value: String| {
        let _ = writeln!(text, "  {label:<10}{value}");
    };
    let agree = |same: bool| if same { "the same" } else { "different" };
    row(
        "published",
        format!("{} apart", format_duration(compared.gap)),
    );
    row("source", agree(compared.one_source).to_owned());
    row(
        "id",
        if compared.same_id {
            "the same".to_owned()
        } else {
            format!("different: {} and {}", a.id, b.id)
        },
    );
    row("address", agree(compared.same_address).to_owned());
    let [first, second] = compared.unshared_words;
    row(
        "titles",
        match compared.same_title {
            None => "one is missing".to_owned(),
            Some(true) => "the same".to_owned(),
            Some(false) => format!(
                "{:.2} alike; {:.2} of one title is in the other's text; words only in one: {first} and {second}",
                compared.title_similarity, compared.title_in_text
            ),
        },
    );
    let [first, second] = compared.words;
    row(
        "texts",
        format!(
            "{first} and {second} words; {:.2} of the shorter text is in the longer",
            compared.contained
        ),
    );
    let [fewer, differ] = compared.numbers;
    row("numbers", format!("{differ} of {fewer} are different"));
    let now = verdict(config, a, b, &compared);
    row(
        "verdict",
        match &now {
            Ok(why) => format!("one item: {why}"),
            Err(unlike) => format!("two items: {unlike}"),
        },
    );
    let are_one = one.story.seq == other.story.seq;
    row("stored as", stored_as(one, other));
    if are_one != now.is_ok() {
        let why = why_differs(config, store, one, other).await?;
        row("differs", why.to_owned());
    }
    Ok(text)
}

/// What is stored of two items.
fn stored_as(one: &Found, other: &Found) -> String {
    let stored = if one.story.seq == other.story.seq {
        let whys: Vec<_> = [one, other]
            .iter()
            .filter_map(|f| f.member().why.clone())
            .collect();
        let whys: Vec<_> = whys.iter().map(ToString::to_string).collect();
        format!(
            "one story, {} ({}); `apart` separates them",
            one.story.id,
            whys.join("; ")
        )
    } else {
        format!(
            "two stories, {} and {}; `merge` merges them",
            one.story.id, other.story.id
        )
    };
    format!("{stored} ([stories] in feeds.toml)")
}

/// Why two items are stored otherwise than these two alone would be now.
async fn why_differs(
    config: &Config,
    store: &Store,
    one: &Found,
    other: &Found,
) -> Result<&'static str, Failure> {
    let Decisions { merge, apart, .. } = &config.decisions;
    let are_one = one.story.seq == other.story.seq;
    for group in if are_one { merge } else { apart } {
        let mut named = HashSet::new();
        for name in group {
            let items = mill::find_items(store, name).await?;
            named.extend(items.into_iter().map(|item| item.number));
        }
        if [one, other]
            .iter()
            .all(|f| named.contains(&f.member().number))
        {
            return Ok(if are_one {
                "`merge` in [stories] of feeds.toml says so"
            } else {
                "`apart` in [stories] of feeds.toml says so"
            });
        }
    }
    Ok(if are_one {
        "these two alone would stay apart now: they are one through another item, or by an earlier decision"
    } else {
        "these two alone would be one now: a pass knew more of their sources, or had decided before"
    })
}

/// `2024-06-14 09:30  Title (Source)  https://...`
fn line(item: &Item) -> String {
    let date = item.date_published.format("%Y-%m-%d %H:%M");
    let address = item.url.as_deref().unwrap_or(item.id.as_str());
    format!("{date}  {} ({})  {address}", title(item), item.source.title)
}

fn title(item: &Item) -> &str {
    item.title.as_deref().unwrap_or("(untitled)")
}
