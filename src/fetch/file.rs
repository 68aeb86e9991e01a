//! Local files as sources: read whole in every pass. A hash shows whether one has changed. Of a gzip
//! file the contents are read.

use super::{Error, Fetched, Outcome, Visit, coding};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Reads a file. Blocking, but short: samples, exports and archives, not the web.
pub(super) fn read(path: &Path, url: Option<&Url>, max_body: usize) -> Visit {
    let outcome = match read_capped(path, max_body) {
        Ok(Some(bytes)) => Outcome::Modified(Fetched {
            url: url.cloned(),
            ..unpacked(bytes, max_body)
        }),
        Ok(None) => Outcome::Failed(Error::LargeFile {
            path: path.display().to_string(),
        }),
        Err(cause) => Outcome::Failed(Error::File {
            path: path.display().to_string(),
            cause,
        }),
    };
    Visit {
        outcome,
        moved_to: None,
        fresh_for: None,
        robots: Vec::new(),
        took: Duration::ZERO,
    }
}

/// The bytes of a file, or of the file within a gzip file, up to a cap.
pub fn unpacked(bytes: Vec<u8>, max_body: usize) -> Fetched {
    let decoded = coding::unpacked(bytes, max_body, &std::env::temp_dir());
    Fetched {
        body: decoded.body,
        cut: decoded.cut,
        ..Fetched::default()
    }
}

fn read_capped(path: &Path, max_body: usize) -> std::io::Result<Option<Vec<u8>>> {
    // A pipe would block, and a device never ends.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(max_body)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= max_body).then_some(bytes))
}
