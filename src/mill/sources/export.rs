//! All sources -> what another program needs to subscribe to them.

use crate::config::Config;
use crate::mill::Error;
use crate::mill::gather::opml_lists;
use crate::model::{Source, SourceKind};
use crate::publish::opml::Exported;
use crate::store::{Holding, Store};
use crate::url::comparison_key;
use std::collections::{HashMap, HashSet};

/// The sources as a list of feeds.
#[derive(Debug, Default)]
pub struct Export {
    /// The feeds in the order of `feeds.toml`, those of lists behind them, each address once.
    pub feeds: Vec<Exported>,
    /// Names of the sources that another program could not read by their address: HTML pages, files that have none,
    /// those whose address is secret.
    pub left_out: Vec<String>,
}

/// The sources, with what their feeds say of themselves, if there is a store. The lists themselves are left out.
pub async fn export(config: &Config, store: Option<&Store>) -> Result<Export, Error> {
    let own = config.sources.iter().filter(|source| !is_list(source));
    let mut sources: Vec<_> = own.cloned().collect();
    let mut holdings = HashMap::new();
    if let Some(store) = store {
        holdings = store.holdings().await?;
        sources.extend(opml_lists::listed(config, store).await?);
    }
    let mut export = Export::default();
    let mut known = HashSet::new();
    for source in &sources {
        match exported(source, holdings.remove(&source.id)) {
            None => export.left_out.push(source.id.to_string()),
            Some((key, feed)) => {
                if known.insert(key) {
                    export.feeds.push(feed);
                }
            }
        }
    }
    Ok(export)
}

fn is_list(source: &Source) -> bool {
    matches!(source.kind, SourceKind::List)
}

/// One source, with what is equal for one address.
fn exported(source: &Source, holding: Option<Holding>) -> Option<(String, Exported)> {
    let is_feed = matches!(source.kind, SourceKind::Feed);
    let url = source.public_url.as_ref().filter(|_| is_feed)?;
    let holding = holding.unwrap_or_default();
    let title = source.title.clone().or(holding.title);
    let mut known = HashSet::new();
    let others = source
        .tags
        .iter()
        .filter(|tag| !source.folder.contains(tag));
    let feed = Exported {
        title: title.unwrap_or_else(|| source.id.to_string()),
        xml_url: url.to_string(),
        html_url: source.home_page_url.clone().or(holding.home_page_url),
        folder: source.folder.clone(),
        categories: others.filter(|tag| known.insert(*tag)).cloned().collect(),
    };
    Some((comparison_key(url), feed))
}
