//! All sources -> what another program needs to subscribe to them.

use crate::config::Config;
use crate::mill::Error;
use crate::mill::gather::opml_lists;
use crate::model::{Source, SourceKind};
use crate::publish::opml::Exported;
use crate::store::{Holding, Store};
use std::collections::{HashMap, HashSet};

/// The sources in the order of `feeds.toml`, those of lists behind them; with what their feeds say of
/// themselves, if there is a store. Sources with a secret address, and the lists themselves, are left out.
pub async fn export(config: &Config, store: Option<&Store>) -> Result<Vec<Exported>, Error> {
    let own = config.sources.iter().filter(|source| !is_list(source));
    let Some(store) = store else {
        return Ok(own
            .filter_map(|source| exported(source, &[], None, None))
            .collect());
    };
    let mut holdings = store.holdings().await?;
    let mut rows: Vec<_> = own
        .filter_map(|source| exported(source, &[], None, holdings.remove(&source.id)))
        .collect();
    let mut outlines = HashMap::new();
    for outline in store.lists().await?.into_values().flatten() {
        if let Some(url) = opml_lists::address(&outline) {
            outlines.entry(url).or_insert(outline);
        }
    }
    for source in opml_lists::listed(config, store).await? {
        let outline = source
            .location
            .url()
            .and_then(|url| outlines.remove(&**url));
        let outline = outline.unwrap_or_default();
        let holding = holdings.remove(&source.id);
        rows.extend(exported(
            &source,
            &outline.folders,
            outline.home_page_url,
            holding,
        ));
    }
    Ok(rows)
}

fn is_list(source: &Source) -> bool {
    matches!(source.kind, SourceKind::List)
}

/// One source, in the first of its folders. None if its address is secret.
fn exported(
    source: &Source,
    folders: &[String],
    home_page: Option<String>,
    holding: Option<Holding>,
) -> Option<Exported> {
    let holding = holding.unwrap_or_default();
    let title = source.title.clone().or(holding.title);
    let folder = folders.first();
    let mut known = HashSet::new();
    let others = source.tags.iter().filter(|tag| Some(*tag) != folder);
    Some(Exported {
        title: title.unwrap_or_else(|| source.id.to_string()),
        xml_url: source.public_url.as_ref()?.to_string(),
        html_url: home_page.or(holding.home_page_url),
        folder: folder.cloned(),
        categories: others.filter(|tag| known.insert(*tag)).cloned().collect(),
    })
}
