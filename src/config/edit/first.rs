//! The first `feeds.toml` of a folder.

use super::file::create;
use super::sources::{NewSource, add};
use super::{Error, wrong};
use crate::config::Config;
use std::path::Path;
use toml_edit::Value;

/// Writes the first file, with a source if one is known. A file that is there stays: then it says false.
pub fn begin(path: &Path, title: &str, source: Option<&NewSource>) -> Result<bool, Error> {
    let mut text = first_file(title);
    if let Some(source) = source {
        text = add(&text, std::slice::from_ref(source), &[]).map_err(Error::Refused)?;
    }
    Config::parse_draft(path, &text).map_err(|error| wrong(path, error))?;
    create(path, &text)
}

/// A file with comments and one theme that takes everything, but without a source.
pub fn first_file(title: &str) -> String {
    // Comments stand above a key: behind the last one they would be moved by the next table.
    format!(
        r#"# feeds.toml: what feedmill reads and what it publishes.
#
#   feedmill add https://example.org/     finds the feed of a site and adds it here
#   feedmill import subscriptions.opml    adds the feeds of another reader
#   feedmill check                        says what is wrong here, and what a run would do
#   feedmill run                          fetches what is due and writes the folder output/
#
# Paths are relative to the folder of this file. All keys are in docs/CONFIGURATION.md of feedmill.

[site]
# Where the folder output/ will be served, ending in a slash. Feeds contain it as their own address.
# base_url = "https://news.example.org/"
title ={title}

[fetch]
# Part of the User-Agent of each request, so that publishers can reach you.
# contact = "https://example.org/me"
gap = "1 s" # between two requests to one host

# Themes: what is published, one feed each. Without a rule a theme takes everything.
[themes.all]
# include = ["Europe", "European Union"]
# exclude = ["football"]
title = "All"
"#,
        title = Value::from(title).decorated(" ", ""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_needs_nothing_but_a_source() {
        let text = first_file("A \"new\" one");
        let file = Path::new("feeds.toml");
        assert_eq!(
            Config::parse_draft(file, &text).unwrap().site.title,
            "A \"new\" one"
        );
        let error = Config::parse(file, &text).unwrap_err().to_string();
        assert!(error.contains("no source; write `feedmill add"), "{error}");
    }
}
