//! What a person calls a theme -> the theme.

use super::exit::{Exit, Failure};
use crate::config::Config;
use crate::model::Theme;
use std::sync::Arc;

/// The theme with this name in feeds.toml.
pub(super) fn find<'a>(config: &'a Config, id: &str) -> Result<&'a Arc<Theme>, Failure> {
    let mut themes = config.themes.iter();
    themes.find(|theme| theme.id.as_str() == id).ok_or_else(|| {
        let known = config.themes.iter().map(|theme| theme.id.as_str());
        let text = format!(
            "no theme \"{id}\" in {}; there are {}",
            config.file.display(),
            known.collect::<Vec<_>>().join(", ")
        );
        Failure::new(Exit::Usage, text)
    })
}
