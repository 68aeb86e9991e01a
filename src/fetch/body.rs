//! The bytes of a body: in memory if they are few, in a temporary file without a name if they are many. So
//! a hundred endless documents at the same time cost no memory, and each can be read in its turn.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Bytes of a body that are kept in memory. Nineteen of twenty feeds are smaller.
const IN_MEMORY: usize = 256 << 10;

/// The decoded bytes of an answer or a file.
#[derive(Debug, Default)]
pub struct Body {
    /// All of them, or none if they are in the file.
    bytes: Vec<u8>,
    file: Option<File>,
    len: usize,
    hash: u64,
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            len: bytes.len(),
            hash: xxh3_64(&bytes),
            file: None,
            bytes,
        }
    }
}

impl Body {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether reading it takes so much memory that it should not be done beside another such.
    pub fn is_large(&self) -> bool {
        self.len > IN_MEMORY
    }

    /// A hash that shows whether a body has changed.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// All of them. What cannot be read back from the disk is missing.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        let Some(mut file) = self.file.as_ref() else {
            return Cow::Borrowed(&self.bytes);
        };
        let mut bytes = Vec::with_capacity(self.len);
        let read = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
        if read.is_err() {
            bytes.clear();
        }
        Cow::Owned(bytes)
    }

    pub(super) fn begins_with(&self, start: &[u8]) -> bool {
        let Some(mut file) = self.file.as_ref() else {
            return self.bytes.starts_with(start);
        };
        let mut found = vec![0; start.len()];
        let read = file.rewind().and_then(|()| file.read_exact(&mut found));
        read.is_ok() && found == start
    }

    /// Hands them out, some at a time, until nobody wants more.
    pub(super) fn each_part(self, mut take: impl FnMut(&[u8]) -> bool) {
        let Some(mut file) = self.file else {
            take(&self.bytes);
            return;
        };
        let mut part = vec![0; 64 << 10];
        let mut goes_on = file.rewind().is_ok();
        while goes_on {
            goes_on = match file.read(&mut part) {
                Ok(0) | Err(_) => false,
                Ok(read) => take(&part[..read]),
            };
        }
    }
}

/// A body that is arriving.
pub(super) struct Arriving {
    body: Body,
    hash: Xxh3Default,
    /// Where large ones are kept.
    scratch: PathBuf,
}

impl Arriving {
    pub(super) fn new(scratch: PathBuf) -> Self {
        Self {
            body: Body::default(),
            hash: Xxh3Default::new(),
            scratch,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.body.len
    }

    pub(super) fn extend(&mut self, more: &[u8]) -> io::Result<()> {
        self.hash.update(more);
        self.body.len += more.len();
        if let Some(file) = &mut self.body.file {
            return file.write_all(more);
        }
        self.body.bytes.extend_from_slice(more);
        if self.body.is_large() {
            let mut file = tempfile::tempfile_in(&self.scratch)?;
            file.write_all(&std::mem::take(&mut self.body.bytes))?;
            self.body.file = Some(file);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Body {
        self.body.hash = self.hash.digest();
        self.body
    }
}

impl fmt::Debug for Arriving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_bytes_come_back_as_they_were() {
        for len in [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY + 7] {
            let bytes: Vec<u8> = (0..=250).cycle().take(len).collect();
            let mut arriving = Arriving::new(std::env::temp_dir());
            for part in bytes.chunks(9_999) {
                arriving.extend(part).unwrap();
            }
            let body = arriving.finish();
            assert_eq!(body.file.is_some(), len > IN_MEMORY);
            assert_eq!(body.hash(), xxh3_64(&bytes));
            assert!(body.bytes() == bytes && body.bytes() == bytes, "{len}");
            let mut parts = Vec::new();
            body.each_part(|part| {
                parts.extend_from_slice(part);
                true
            });
            assert!(parts == bytes, "{len}");
        }
    }
}
