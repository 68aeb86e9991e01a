//! `feedmill pin`, `feedmill unpin`: stories that a theme's page shows first.

use crate::cli::editing::Editing;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_item::{self, NamedItem};
use crate::cli::named_theme;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::config::edit::stories;
use crate::model::{Member, Theme};
use std::sync::Arc;

/// Pin a story: it is first on the page of its theme
///
/// It writes `pins` of `[themes.NAME.editors_choice]` in feeds.toml. In feeds, which readers sort by date, a pin is a
/// category.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    feedmill pin https://hq.example.org/news/2020/poland-rau-visit --theme defence\n  \
    feedmill pin 1 --theme defence --dry-run         (1: _feedmill.seq of `items`)")]
pub(in crate::cli) struct Pin {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// A story or one of its items: its id, its address, or the number of the story
    #[arg(value_name = "ITEM")]
    item: String,
    /// The theme, if the story is in several
    #[arg(short, long)]
    theme: Option<String>,
}

/// Take a pin out again, of one theme or of all
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  feedmill unpin https://council.example.org/record/2024/06/defence-ministers"
)]
pub(in crate::cli) struct Unpin {
    #[command(flatten)]
    pub(in crate::cli) editing: Editing,
    /// A story or one of its items: its id, its address, or the number of the story
    #[arg(value_name = "ITEM")]
    item: String,
    /// Only in this theme
    #[arg(short, long)]
    theme: Option<String>,
}

pub(in crate::cli) fn pin(arguments: &Pin) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    if let Some(theme) = &arguments.theme {
        named_theme::find(&config, theme)?;
    }
    let (item, name, theme) = block_on(async {
        let store = store::store(&config)?;
        let item = named_item::find(&store, &arguments.item).await?;
        let story = item.story()?;
        let in_themes = store.themes_of(vec![story.seq]).await?;
        let in_themes = in_themes.into_values().flatten();
        let in_themes: Vec<String> = in_themes.map(|theme| theme.to_string()).collect();
        let theme = theme_of(&item, &in_themes, arguments.theme.as_deref())?;
        // A theme's page compares pins as they are written.
        let is_of = |member: &Member| {
            member.item.id.as_str() == item.name || member.item.url.as_ref() == Some(&item.name)
        };
        let is_plain = story.id.as_str() == item.name || item.members(story).any(is_of);
        let name = if is_plain {
            item.name.clone()
        } else {
            story.id.to_string()
        };
        Ok((item, name, theme))
    })?;
    arguments.editing.target()?.change(
        |_, text| stories::pin(text, std::slice::from_ref(&theme), &name),
        |_| {
            let shown = item.shown();
            format!("pinned {shown}; the next run puts it first on the page of {theme}")
        },
    )?;
    Ok(Exit::Success)
}

/// The theme in which a story is to be pinned.
fn theme_of(
    item: &NamedItem,
    in_themes: &[String],
    wanted: Option<&str>,
) -> Result<String, Failure> {
    let text = match (wanted, in_themes) {
        (Some(wanted), _) if in_themes.iter().any(|theme| theme == wanted) => {
            return Ok(wanted.to_owned());
        }
        (None, [only]) => return Ok(only.clone()),
        (_, []) => format!("{} is in no theme", item.shown()),
        (Some(wanted), _) => {
            format!(
                "{} is not in {wanted}, but in {}",
                item.shown(),
                in_themes.join(", ")
            )
        }
        (None, _) => format!(
            "{} is in {}; choose one with --theme",
            item.shown(),
            in_themes.join(", ")
        ),
    };
    Err(Failure::new(Exit::Usage, text))
}

pub(in crate::cli) fn unpin(arguments: &Unpin) -> Result<Exit, Failure> {
    let config = arguments.editing.config.load()?;
    if let Some(theme) = &arguments.theme {
        named_theme::find(&config, theme)?;
    }
    let is_meant = |theme: &&Arc<Theme>| {
        let wanted = arguments.theme.as_deref();
        wanted.is_none_or(|wanted| theme.id.as_str() == wanted)
    };
    let themes: Vec<_> = config.themes.iter().filter(is_meant).collect();
    let (item, pinned) = block_on(async {
        let store = store::store(&config)?;
        let item = named_item::find(&store, &arguments.item).await?;
        let mut pinned = Vec::new();
        for theme in themes {
            let pins = &theme.editors_choice.pins;
            let pins = named_item::same(&store, pins, &item).await?;
            if !pins.is_empty() {
                pinned.push((theme.id.to_string(), pins));
            }
        }
        Ok((item, pinned))
    })?;
    if pinned.is_empty() {
        let text = format!("{} is not pinned", item.shown());
        return Err(Failure::new(Exit::Usage, text));
    }
    let (themes, pins): (Vec<String>, Vec<Vec<String>>) = pinned.into_iter().unzip();
    let pins = pins.concat();
    arguments.editing.target()?.change(
        |_, text| stories::unpin(text, &themes, &pins),
        |_| {
            format!(
                "{} is no longer pinned in {}",
                item.shown(),
                themes.join(", ")
            )
        },
    )?;
    Ok(Exit::Success)
}
