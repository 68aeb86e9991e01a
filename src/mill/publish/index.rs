//! All themes -> what lists them: the index page, the list of feeds (OPML), and the style sheet that
//! all pages share. The search page as well.

use super::record::{EditionRecord, Records};
use super::writer::{Writer, Written};
use crate::config::Config;
use crate::digest::Digest;
use crate::mill::Error;
use crate::model::{ListedTheme, Site, ThemeId};
use crate::publish::html::{SEARCH_SCRIPT, Templates};
use crate::publish::{self, opml};

/// The row under which these files are kept; no theme can have this name.
pub(in crate::mill) const ROW: &str = "index";

pub(super) async fn write(
    config: &Config,
    templates: &Templates,
    (listed, titles): (&[ListedTheme], &[String]),
    records: &Records<'_>,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    let site = &config.site;
    let look = (templates.fingerprint(), [templates.style(), SEARCH_SCRIPT]);
    let fingerprint = fingerprint(&[publish::FORMAT_VERSION], (listed, titles), site, look);
    let row = ThemeId::new(ROW);
    if let Some(record) = records.unchanged(&row, fingerprint) {
        writer.unchanged(record.files.len());
        return Ok(());
    }
    let mut files = vec![
        (publish::INDEX, templates.index(listed, site)?),
        (publish::FEEDS_OPML, opml::write(listed, site)?),
        (publish::STYLE, templates.style().to_owned()),
    ];
    if site.search {
        files.push((publish::SEARCH, templates.search(titles, site)?));
        files.push((publish::SEARCH_SCRIPT, SEARCH_SCRIPT.to_owned()));
    }
    let files = files.into_iter();
    let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let note = Written::Edition {
        theme: row,
        rule_hash: 0,
        fingerprint,
        record: EditionRecord {
            files: records.files_before(&ThemeId::new(ROW)),
            ..EditionRecord::default()
        },
    };
    writer.add(files.collect(), note).await
}

/// Of everything that shapes these files.
fn fingerprint(
    versions: &[u32],
    (listed, titles): (&[ListedTheme], &[String]),
    site: &Site,
    (templates, copied): (u64, [&str; 2]),
) -> u64 {
    let mut digest = Digest::new("index", 1);
    digest.add(versions);
    digest.add(&templates);
    for text in copied {
        digest.add(text);
    }
    digest.add(listed).add(titles).add(site);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};
    use crate::model::{EditionLinks, Headline};
    use chrono::DateTime;
    use std::sync::Arc;

    #[test]
    fn the_fingerprint_of_the_index_lasts() {
        let listed = ListedTheme {
            theme: Arc::new(theme()),
            links: EditionLinks::of(&theme()),
            updated: DateTime::UNIX_EPOCH,
            stories: 1,
            headlines: vec![Headline {
                title: "Council agrees".to_owned(),
                url: Some("https://a.example/1".to_owned()),
                path: None,
            }],
        };
        let hash = fingerprint(&[3], (&[listed], &[]), &site(), (5, ["body {}", ""]));
        assert_eq!(format!("{hash:016x}"), "523b520f4c74275e");
    }
}
