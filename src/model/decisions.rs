//! What a person said of items: it stands above all that is found out about them.

/// Items are named by their id or by the address of their page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Groups of items that are one story each.
    pub merge: Vec<Vec<String>>,
    /// Groups of items of which no two are one story.
    pub apart: Vec<Vec<String>>,
    /// What nobody is to see: items, stories, or all of a source by its key.
    pub hide: Vec<String>,
}
