//! The user's decisions about stories. They overrule everything that feedmill finds out by itself.

/// Items are named by their id or by the address of their page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Groups of items that are one story each.
    pub merge: Vec<Vec<String>>,
    /// Groups of items of which no two are one story.
    pub apart: Vec<Vec<String>>,
    /// What is not published: items, stories, or all items of a source by its key.
    pub hide: Vec<String>,
}
