//! What was published, as it was left, and what has to be published again.

mod as_published;
mod editions;
pub(super) mod feed_archive;
mod files;
mod html_pages;
mod listed;
mod websub;

pub use as_published::AsPublished;
pub use editions::StoredEdition;
pub use feed_archive::{ArchiveDocument, ArchiveEntry};
pub use files::Abandoned;
pub use html_pages::{DueStory, HtmlFolder, HtmlPage, Unaddressed};
