//! The time that is left for an answer. Redirects share it: a chain of them, each answered at the last
//! moment, would otherwise take many times as long as one answer may.

use std::time::Duration;

/// The time that is left.
#[derive(Debug)]
pub struct Patience {
    all: Duration,
    left: Duration,
}

impl Patience {
    pub(super) fn new(all: Duration) -> Self {
        Self { all, left: all }
    }

    /// As much for so many answers together.
    #[must_use]
    pub fn times(self, answers: u32) -> Self {
        Self::new(self.all.saturating_mul(answers))
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.left
    }

    /// What has been spent.
    pub fn spent(&self) -> Duration {
        self.all - self.left
    }

    /// Takes away what a request has taken.
    pub fn spend(&mut self, took: Duration) {
        self.left = self.left.saturating_sub(took);
    }
}
