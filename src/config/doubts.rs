//! What is valid but probably a mistake -> warnings.

use super::check::Check;
use super::raw::{self, Word};
use super::{paths, terms};
use crate::model::{Location, Source, SourceKind};
use crate::net::{Limits, refused_host};
use crate::url::comparison_key;
use std::ops::Range;
use std::path::Path;
use url::Url;

impl Check<'_> {
    /// A source that can hardly be meant as it is written. `at` is where its address is.
    pub(super) fn doubt_source(&mut self, at: &Range<usize>, source: &Source, fetch: &Limits) {
        let key = match &source.location {
            Location::File { path, .. } => {
                if let Some(text) = unreadable(path) {
                    self.warn(at.clone(), text);
                }
                paths::cleaned(path).display().to_string()
            }
            Location::Http(url) => {
                let is_secret = source.public_url.is_none();
                self.doubt_address(at, url, is_secret, fetch);
                comparison_key(url)
            }
        };
        // Two tables may take different parts of one page.
        if matches!(source.kind, SourceKind::Page(_)) {
            return;
        }
        let id = source.id.as_str();
        if let Some(first) = self.addresses.get(&key) {
            let text = format!(
                "the address is that of [sources.{first}] as well, so it would be fetched twice; take one of them out"
            );
            self.warn(at.clone(), text);
        } else {
            self.addresses.insert(key, id.to_owned());
        }
    }

    /// An address that requests will not go to. A proxy resolves names, in a network of its own.
    pub(super) fn doubt_address(
        &mut self,
        at: &Range<usize>,
        url: &Url,
        is_secret: bool,
        fetch: &Limits,
    ) {
        let Some(host) = refused_host(url, &fetch.allow) else {
            return;
        };
        if fetch.proxy.is_some() && url.domain().is_some() {
            return;
        }
        let text = if is_secret {
            "the address is private, and is refused unless allow in [fetch] names its host"
                .to_owned()
        } else {
            format!(
                "{host} is a private address, and is refused unless it is allowed; write allow = [\"{host}\"] in [fetch]"
            )
        };
        self.warn(at.clone(), text);
    }

    /// Words that cannot be found, or are compared as others.
    pub(super) fn doubt_rule(&mut self, theme: &raw::Theme) {
        let choice = &theme.editors_choice;
        let lists = [
            &theme.include,
            &theme.exclude,
            &theme.tags,
            &choice.include,
            &choice.tags,
        ];
        for word in lists.into_iter().flatten() {
            if let Some(text) = terms::oddity(word.get_ref()) {
                self.warn(word.span(), text);
            }
        }
        for pin in choice
            .pins
            .iter()
            .filter(|pin| pin.get_ref().trim().is_empty())
        {
            self.warn(
                pin.span(),
                "this is empty; write the id or the address of a story",
            );
        }
        let is_dead = |word: &Word| terms::is_dead(word.get_ref());
        if let Some(first) = theme.include.first()
            && theme.include.iter().all(is_dead)
        {
            let text = "nothing in include can be found, so this theme stays empty; write words, or take include out";
            self.warn(first.span(), text);
        }
    }
}

/// Why a file will not be read.
fn unreadable(path: &Path) -> Option<String> {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    let shown = path.display();
    let found = std::fs::metadata(path).and_then(|found| {
        // Opened only if it is a file: to open a pipe is to wait for somebody who writes to it.
        found
            .is_file()
            .then(|| std::fs::File::open(path))
            .transpose()?;
        Ok(found)
    });
    match found {
        Ok(file) if file.is_file() => None,
        Ok(file) if file.is_dir() => Some(format!("{shown} is a folder; write the path of a file")),
        Ok(_) => Some(format!("{shown} is not a regular file")),
        Err(error) if error.kind() == NotFound => Some(format!(
            "there is no file {shown}; a path counts from the folder of feeds.toml"
        )),
        Err(error) if error.kind() == PermissionDenied => Some(format!(
            "{shown} may not be read by this user; change its permissions"
        )),
        Err(error) => Some(format!("{shown} cannot be read: {error}")),
    }
}
