//! The form that a noun has after a number, by the rules of Unicode's CLDR for whole numbers.

/// A number before its noun.
pub(super) fn noun(count: usize, noun: &str) -> String {
    format!("{count} {noun}")
}

/// One, and all others: English, German, Spanish, Italian, Dutch, Greek.
pub(super) fn one_other(count: usize, [one, other]: [&'static str; 2]) -> &'static str {
    if count == 1 { one } else { other }
}

/// Nought and one, and all others: French, Portuguese.
pub(super) fn up_to_one(count: usize, [one, other]: [&'static str; 2]) -> &'static str {
    if count <= 1 { one } else { other }
}

/// Russian and Ukrainian: 1, 21, 31; 2 to 4, 22 to 24; all others, 11 to 14 too.
pub(super) fn east_slavic(count: usize, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

/// Polish: 1; 2 to 4, 22 to 24; all others, 12 to 14 and 21 too.
pub(super) fn polish(count: usize, [one, few, many]: [&'static str; 3]) -> &'static str {
    match (count, count % 10, count % 100) {
        (1, ..) => one,
        (_, _, 12..=14) => many,
        (_, 2..=4, _) => few,
        _ => many,
    }
}

/// Arabic: 3 to 10, 11 to 99, and full hundreds with 1 and 2 behind them. The words for none, one and
/// two say the number themselves.
pub(super) fn arabic(count: usize, words: &[&'static str; 6]) -> String {
    let [zero, one, two, few, many, other] = words;
    match (count, count % 100) {
        (0, _) => (*zero).to_owned(),
        (1, _) => (*one).to_owned(),
        (2, _) => (*two).to_owned(),
        (_, 3..=10) => format!("{count} {few}"),
        (_, 11..=99) => format!("{count} {many}"),
        _ => format!("{count} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_have_the_form_that_their_number_asks_for() {
        let east = |n| east_slavic(n, ["1", "2", "5"]);
        let west = |n| polish(n, ["1", "2", "5"]);
        let of = |form: &dyn Fn(usize) -> &'static str, numbers: &[usize]| -> String {
            numbers.iter().map(|&n| form(n)).collect()
        };
        let numbers = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112, 122];
        assert_eq!(of(&east, &numbers), "512255551251552");
        assert_eq!(of(&west, &numbers), "512255555255552");
    }

    #[test]
    fn arabic_has_six_forms() {
        let words = ["none", "one", "two", "few", "many", "other"];
        let forms = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111];
        let told: Vec<_> = forms.map(|n| arabic(n, &words)).into();
        assert_eq!(
            told,
            [
                "none",
                "one",
                "two",
                "3 few",
                "10 few",
                "11 many",
                "99 many",
                "100 other",
                "102 other",
                "103 few",
                "111 many"
            ]
        );
    }
}
