//! `feedmill explain`: why items are one story, or why not.

use crate::cli::ConfigFile;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::wait_for;
use crate::cli::span::span;
use crate::cli::store;
use crate::config::Config;
use crate::dedupe::Comparison;
use crate::mill;
use crate::model::{Item, Member, Story, Why};
use crate::store::Store;
use std::fmt::Write as _;
use std::io::Write as _;

/// Say why items are one story, or why two are not
///
/// With one item: its story, and why each member belongs to it. With two: all that speaks for and
/// against their being one, as the merger sees the two by themselves; a pass also knows which titles
/// of a source are a serial and what stands below all its texts.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill explain https://example.org/news/1\n  \
    feedmill explain https://example.org/news/1 https://other.example/9")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// An item or a story: its id, or the address of its page
    #[arg(value_name = "ID|URL")]
    item: String,
    /// Another one, to compare it with
    #[arg(value_name = "OTHER")]
    other: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let told = wait_for(async {
        let store = store::store(&config)?;
        let one = find(&store, &arguments.item).await?;
        match &arguments.other {
            None => story(&store, &one).await,
            Some(other) => Ok(comparison(&one, &find(&store, other).await?)),
        }
    })?;
    std::io::stdout().lock().write_all(told.as_bytes())?;
    Ok(Exit::Fine)
}

/// What somebody asked for: a story, and the place of the item in it that was meant.
struct Found {
    story: Story,
    place: usize,
}

impl Found {
    fn member(&self) -> &Member {
        &self.story.members[self.place]
    }
}

async fn find(store: &Store, name: &str) -> Result<Found, Failure> {
    let failed = |text: &str| Failure::new(Exit::Failed, format!("feedmill: {name}: {text}"));
    let named = mill::find_items(store, name).await?;
    let Some(first) = named.first() else {
        return Err(failed(
            "no item has this id or address; `feedmill items` prints those that are known",
        ));
    };
    for story in store.stories(vec![first.story]).await? {
        if let Some(place) = (story.members.iter()).position(|m| m.number == first.number) {
            return Ok(Found { story, place });
        }
    }
    Err(failed("it is hidden ([stories] hide in feeds.toml)"))
}

async fn story(store: &Store, found: &Found) -> Result<String, Failure> {
    let story = &found.story;
    let themes = store.themes_of(vec![story.seq]).await?;
    let themes: Vec<String> = (themes.into_values().flatten())
        .map(|theme| theme.to_string())
        .collect();
    let mut told = format!("{}\n", title(&story.members[0].item));
    let arrived = story.first_seen.format("%Y-%m-%d %H:%M");
    let _ = writeln!(
        told,
        "  story   {} (number {}, arrived {arrived})",
        story.id, story.seq
    );
    let themes = match themes.as_slice() {
        [] => "none".to_owned(),
        some => some.join(", "),
    };
    let _ = writeln!(told, "  themes  {themes}");
    let _ = writeln!(told, "  items");
    for Member { item, why, .. } in &story.members {
        let why = why
            .as_ref()
            .map_or("begins it".to_owned(), ToString::to_string);
        let _ = writeln!(told, "    {}\n      {why}", line(item));
    }
    let others = store.related(None, story.seq).await?;
    let others = others.iter().map(|other| other.story).collect();
    let others = store.stories(others).await?;
    if !others.is_empty() {
        let _ = writeln!(told, "  the same event is told by");
    }
    for other in &others {
        let _ = writeln!(told, "    {}", line(&other.members[0].item));
    }
    Ok(told)
}

fn comparison(one: &Found, other: &Found) -> String {
    let (a, b) = (&one.member().item, &other.member().item);
    let seen = Comparison::of(a, b);
    let mut told = format!("{}\n{}\n", line(a), line(b));
    let mut say = |what: &str, text: String| {
        let _ = writeln!(told, "  {what:<10}{text}");
    };
    let agree = |same: bool| if same { "the same" } else { "different" };
    say("published", format!("{} apart", span(seen.gap)));
    say("source", agree(seen.one_source).to_owned());
    say("id", agree(seen.same_id).to_owned());
    say("address", agree(seen.same_address).to_owned());
    let [mine, yours] = seen.unshared_words;
    say(
        "titles",
        match seen.same_title {
            None => "one is missing".to_owned(),
            Some(true) => "the same".to_owned(),
            Some(false) => format!(
                "{:.2} alike; {:.2} of one told in the other's text; {mine} and {yours} words that the other item has nowhere",
                seen.title_similarity, seen.title_in_text
            ),
        },
    );
    let [mine, yours] = seen.words;
    say(
        "texts",
        format!(
            "{mine} and {yours} words; {:.2} of the shorter stands in the longer",
            seen.contained
        ),
    );
    let [fewer, differ] = seen.numbers;
    say("numbers", format!("{differ} of {fewer} differ"));
    say(
        "alone",
        match seen.verdict {
            Ok((reason, score)) => format!("one item: {}", Why { reason, score }),
            Err(unlike) => format!("two items: {unlike}"),
        },
    );
    let stored = if one.story.seq == other.story.seq {
        let whys: Vec<_> = [one, other]
            .iter()
            .filter_map(|f| f.member().why.clone())
            .collect();
        let whys: Vec<_> = whys.iter().map(ToString::to_string).collect();
        format!(
            "one story, {} ({}); `apart` parts them",
            one.story.id,
            whys.join("; ")
        )
    } else {
        format!(
            "two stories, {} and {}; `merge` makes them one",
            one.story.id, other.story.id
        )
    };
    say("stored as", format!("{stored} ([stories] in feeds.toml)"));
    told
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
