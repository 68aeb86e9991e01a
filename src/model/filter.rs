//! A program of the user that items pass through.

use crate::digest::Digest;
use std::path::PathBuf;
use std::time::Duration;

/// The keys `filter` and `filter_...` of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The program and its arguments; never empty.
    pub command: Vec<String>,
    /// Variables of the environment that it is given beside the usual ones.
    pub environment: Vec<String>,
    /// The folder of `feeds.toml`: its working folder.
    pub folder: PathBuf,
    /// How long it may take for the items that it is given at once.
    pub timeout: Duration,
    /// How many items it is given at once.
    pub batch: usize,
}

impl Filter {
    /// Two minutes are enough to translate a batch sentence by sentence.
    pub const TIMEOUT: Duration = Duration::from_secs(120);
    /// A page of a feed.
    pub const BATCH: usize = 50;

    /// A hash of what it does, never 0: another one is run again. Not of its folder, which may be moved, nor of how
    /// it is run.
    pub fn hash(&self) -> u64 {
        let mut digest = Digest::new("filter", 1);
        digest
            .add_all(self.command.iter())
            .add_all(self.environment.iter());
        digest.finish().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_filter_lasts() {
        let filter = Filter {
            command: vec!["./translate.sh".to_owned(), "en".to_owned()],
            environment: vec!["KEY".to_owned()],
            folder: PathBuf::from("/news"),
            timeout: Filter::TIMEOUT,
            batch: Filter::BATCH,
        };
        assert_eq!(format!("{:016x}", filter.hash()), "4a74ec56fe841ee3");
    }
}
