//! Items -> those that a filter is given at once.

/// Bytes of items that a filter is given at once, unless one has more.
const MAX_BYTES: usize = 1 << 20;

/// Batches of at most so many items.
pub(super) fn batches<T>(due: &[T], most: usize, bytes_of: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (n, item) in due.iter().enumerate() {
        let own = bytes_of(item);
        if n > start && (n - start == most || bytes + own > MAX_BYTES) {
            batches.push(&due[start..n]);
            (start, bytes) = (n, 0);
        }
        bytes += own;
    }
    if start < due.len() {
        batches.push(&due[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let sizes = |sizes: &[usize]| {
            let batches = batches(sizes, 50, |size| *size);
            batches.iter().map(|b| b.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&[9; 120]), [50, 50, 20]);
        assert_eq!(sizes(&[MAX_BYTES / 2; 5]), [2, 2, 1]);
        assert_eq!(sizes(&[MAX_BYTES * 3, 1, MAX_BYTES * 2]), [1, 1, 1]);
    }
}
