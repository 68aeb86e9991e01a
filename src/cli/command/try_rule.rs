//! `feedmill try`: what a rule takes of what is stored.

use crate::cli::ConfigFile;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::message;
use crate::cli::named_theme;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::cli::terminal::{self, Counter};
use crate::mill::{self, TriedStory};
use crate::model::Theme;
use chrono::Utc;
use std::io::Write as _;
use std::sync::Arc;

/// List what a rule takes of the stored stories, the last arrival first
///
/// Nothing is changed, and a run may be in progress. With --theme, + is what would be new in the theme if this
/// were its only rule, and - is what would leave it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill try 'nato (defence OR defense) -sport'\n  \
    feedmill try 'title:summit sources:>=2 age:<7d'\n  \
    feedmill try 'nato OR eu*' --theme defence | grep '^[+-]'\n\n\
    docs/RULES.md explains rules.")]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFile,
    /// A rule, as in `rule` of a theme
    #[arg(value_name = "RULE", allow_hyphen_values = true)]
    rule: String,
    /// Compare with what is in this theme
    #[arg(short, long)]
    theme: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let rule = config.rules.read(&arguments.rule).map_err(|error| {
        message::rule_error(&arguments.rule, &error);
        Failure::silent(Exit::Usage)
    })?;
    let theme = arguments
        .theme
        .as_deref()
        .map(|id| named_theme::find(&config, id))
        .transpose()?;
    let mut counts = Counts::default();
    block_on(async {
        let store = store::store(&config)?;
        let counter = Counter::new(mill::count_stories(&store).await?);
        let tried = mill::try_rule(
            &config,
            &store,
            (rule, theme),
            Utc::now(),
            |stories, seen| {
                counts.seen += seen;
                counter.add(seen);
                let lines = stories
                    .iter()
                    .map(|tried| counts.line(tried, theme.is_some()));
                let lines: String = lines.collect();
                counter.aside(|| border::stdout().write_all(lines.as_bytes()))?;
                Ok::<_, Failure>(())
            },
        );
        let tried = tried.await;
        counter.clear();
        tried
    })?;
    message::note(&counts.summary(theme));
    Ok(Exit::Success)
}

#[derive(Default)]
struct Counts {
    seen: usize,
    taken: usize,
    entering: usize,
    leaving: usize,
}

impl Counts {
    /// `+ 2024-06-14 09:30  Title (Source)  https://...`
    fn line(&mut self, tried: &TriedStory, is_compared: bool) -> String {
        self.taken += usize::from(tried.is_taken);
        let mark = match (tried.is_taken, tried.was_in) {
            _ if !is_compared => "",
            (true, false) => {
                self.entering += 1;
                "+ "
            }
            (false, true) => {
                self.leaving += 1;
                "- "
            }
            _ => "  ",
        };
        let item = &tried.story.members[tried.member].item;
        let date = tried.story.date_published.format("%Y-%m-%d %H:%M");
        let title = item.title.as_deref().unwrap_or("(untitled)");
        let address = item.url.as_deref().unwrap_or(item.id.as_str());
        format!("{mark}{date}  {title} ({})  {address}\n", item.source.title)
    }

    fn summary(&self, theme: Option<&Arc<Theme>>) -> String {
        let Self {
            seen,
            taken,
            entering,
            leaving,
        } = self;
        let stories = terminal::count(*seen, "story", "stories");
        let text = format!("{taken} of {stories} match");
        match theme {
            Some(theme) => format!(
                "{text}; {entering} would be new in {}, {leaving} would leave it",
                theme.id
            ),
            None => text,
        }
    }
}
