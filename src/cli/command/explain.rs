//! `feedmill explain`: why items were merged into one story, or why not.

use crate::cli::ConfigFile;
use crate::cli::duration::format_duration;
use crate::cli::exit::{Exit, Failure};
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::Config;
use crate::dedupe::Comparison;
use crate::mill;
use crate::model::{Item, Member, Story, Why};
use crate::store::Store;
use std::fmt::Write as _;
use std::io::Write as _;

/// Explain why items were merged into one story, or why two were not
///
/// With one item: its story, and the reason for each merged item. With two: how they compare, and
/// whether these two alone would be merged. A pass knows more: which titles a source repeats, and which
/// text it puts below all its items.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill explain https://example.org/news/1\n  \
    feedmill explain https://example.org/news/1 https://other.example/9")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// An item or a story: its id, or its address
    #[arg(value_name = "ID|URL")]
    item: String,
    /// A second item, to compare with the first
    #[arg(value_name = "OTHER")]
    other: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(&arguments.config.config)?;
    let text = block_on(async {
        let store = store::store(&config)?;
        let one = find(&store, &arguments.item).await?;
        match &arguments.other {
            None => explain_story(&store, &one).await,
            Some(other) => Ok(explain_pair(&one, &find(&store, other).await?)),
        }
    })?;
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Success)
}

/// A story, and the index of the item that the command line names.
struct Found {
    story: Story,
    member: usize,
}

impl Found {
    fn member(&self) -> &Member {
        &self.story.members[self.member]
    }
}

async fn find(store: &Store, name: &str) -> Result<Found, Failure> {
    let failed = |text: &str| Failure::new(Exit::Failed, format!("feedmill: {name}: {text}"));
    let named = mill::find_items(store, name).await?;
    let Some(first) = named.first() else {
        return Err(failed(
            "no item has this id or address; `feedmill items` prints all stories",
        ));
    };
    for story in store.stories(vec![first.story]).await? {
        if let Some(member) = (story.members.iter()).position(|m| m.number == first.number) {
            return Ok(Found { story, member });
        }
    }
    Err(failed("it is hidden ([stories] hide in feeds.toml)"))
}

async fn explain_story(store: &Store, found: &Found) -> Result<String, Failure> {
    let story = &found.story;
    let themes = store.themes_of(vec![story.seq]).await?;
    let themes: Vec<String> = (themes.into_values().flatten())
        .map(|theme| theme.to_string())
        .collect();
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
    let _ = writeln!(text, "  items");
    for Member { item, why, .. } in &story.members {
        let why = why
            .as_ref()
            .map_or("first item".to_owned(), ToString::to_string);
        let _ = writeln!(text, "    {}\n      {why}", line(item));
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

fn explain_pair(one: &Found, other: &Found) -> String {
    let (a, b) = (&one.member().item, &other.member().item);
    let compared = Comparison::of(a, b);
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
    row("id", agree(compared.same_id).to_owned());
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
    row(
        "verdict",
        match compared.verdict {
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
    row("stored as", format!("{stored} ([stories] in feeds.toml)"));
    text
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
