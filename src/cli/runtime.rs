//! Waiting for work that is not done at once.

use super::exit::{Exit, Failure};

/// Runs it to its end on this thread.
pub(super) fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Exit::Failed, format!("feedmill: cannot start: {e}")))?
        .block_on(work)
}
