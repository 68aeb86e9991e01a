//! A folder of the user's HTML templates -> templates, each rendered once as a test.

use crate::config::Config;
use crate::mill::Error;
use crate::publish::html::Templates;
use crate::publish::{self, STYLE};
use std::path::Path;

/// Larger than any page of markup that somebody wrote.
const MAX_BYTES: u64 = 1 << 20;

/// The built-in templates, with those of `[site] templates` instead where that folder has them.
pub fn read(config: &Config) -> Result<Templates, Error> {
    let Some(folder) = &config.templates else {
        return Ok(Templates::new(&[])?);
    };
    let pages = Templates::new(&overrides(folder)?).and_then(|pages| {
        pages.try_out()?;
        Ok(pages)
    });
    pages.map_err(|error| Error::Publish(in_folder(folder, error)))
}

fn in_folder(folder: &Path, error: publish::Error) -> publish::Error {
    match error {
        publish::Error::Template { place, reason } => publish::Error::Template {
            place: folder.join(place).display().to_string(),
            reason,
        },
        other @ publish::Error::Write { .. } => other,
    }
}

/// The `*.html` files of a folder and its style sheet, by name.
fn overrides(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| Error::Templates {
            path,
            reason: match error.kind() {
                std::io::ErrorKind::PermissionDenied => {
                    format!("{error}; make it readable for this user")
                }
                _ => error.to_string(),
            },
        }
    };
    let mut overrides = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let is_page = path.extension().is_some_and(|kind| kind == "html");
        if name.starts_with('.') || !(is_page || name == STYLE) {
            continue;
        }
        let there = std::fs::metadata(&path).map_err(failed(&path))?;
        // A pipe would block, and a device never ends.
        if !there.is_file() {
            return Err(failed(&path)(std::io::Error::other("not a regular file")));
        }
        if there.len() > MAX_BYTES {
            return Err(failed(&path)(std::io::Error::other("larger than 1 MiB")));
        }
        let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
        overrides.push((name.to_owned(), text));
    }
    // A folder lists its files in any order.
    overrides.sort();
    Ok(overrides)
}
