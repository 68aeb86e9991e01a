//! `env:NAME` and `file:PATH` -> the secret itself.

use super::file;
use crate::model::Secret;
use std::path::Path;

/// Bytes of a secret in a file; a long token has 4 KB.
const MAX_SECRET: u64 = 64 << 10;

/// Whether a value names a secret instead of being one.
pub(super) fn is_reference(value: &str) -> bool {
    value.starts_with("env:") || value.starts_with("file:")
}

/// Reads the secret that a value names; trailing line ends of a file are not part of it.
pub(super) fn resolve(value: &str, folder: &Path) -> Result<Secret, String> {
    if let Some(name) = value.strip_prefix("env:") {
        std::env::var(name).map(Secret::new).map_err(|_| {
            format!("the environment variable {name} is not set; set it, or name another")
        })
    } else if let Some(path) = value.strip_prefix("file:") {
        let path = folder.join(path);
        file::read(&path, MAX_SECRET)
            .map(|text| Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
            .map_err(|e| {
                let advice = match e.kind() {
                    std::io::ErrorKind::PermissionDenied => "make it readable for this user",
                    _ => "a path counts from the folder of feeds.toml",
                };
                format!(
                    "cannot read the secret in {}: {e}; {advice}",
                    path.display()
                )
            })
    } else {
        Err("a secret is never written here; use \"env:NAME\" or \"file:PATH\"".to_owned())
    }
}
