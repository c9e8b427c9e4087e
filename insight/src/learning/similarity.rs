//! Whether two patterns, or two values, are alike: at least 85 % by Levenshtein's distance over the longer one's length.
//!
//! Levenshtein and not Jaro: it counts the characters that a person would have to change, so 85 % has one plain
//! meaning, three of twenty; Jaro rates short texts with the same letters in another order as alike, and a position or
//! an expression with its parts swapped is another one. Whole numbers only: exactly 85 % counts on every machine.

/// Least similarity of what counts as the same, in percent (domain, section 5).
pub const SIMILARITY_PERCENT_MIN: usize = 85;

/// Whether two texts are alike. Characters are compared, not bytes; two empty texts are.
#[must_use]
pub fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let length = a.len().max(b.len());
    let enough = |distance: usize| (length - distance) * 100 >= SIMILARITY_PERCENT_MIN * length;
    // The distance is at least the difference of the lengths, and mostly that decides.
    enough(a.len().abs_diff(b.len())) && enough(distance(&a, &b))
}

/// The least number of characters to insert, delete or replace (Levenshtein 1966), by one row of the table.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn distances_are_those_of_the_literature() {
        // Wagner and Fischer's and Levenshtein's usual examples.
        for (a, b, expected) in
            [("kitten", "sitting", 3), ("saturday", "sunday", 3), ("", "abc", 3), ("flaw", "lawn", 2)]
        {
            assert_eq!(distance(&chars(a), &chars(b)), expected);
        }
    }

    #[test]
    fn exactly_85_percent_counts_and_less_does_not() {
        // Three of twenty characters differ: 85 %. Two of thirteen: 84.6 %.
        assert!(alike("abcdefghijklmnopqrst", "abcdefghijklmnopqXYZ"));
        assert!(!alike("abcdefghijklmnopqrst", "abcdefghijklmnopWXYZ"));
        assert!(!alike("abcdefghijklm", "abcdefghijkXY"));
        assert!(alike("", ""));
        assert!(!alike("", "a"));
    }

    #[test]
    fn characters_count_and_not_bytes() {
        // One of seven characters, three of 21 bytes.
        assert!(alike("洋山港深水碼頭", "洋山港深水码頭"));
        assert!(!alike("洋山港深水碼", "洋山港深水码"));
    }

    proptest! {
        #[test]
        fn distance_is_a_metric(a in "[ab1]{0,9}", b in "[ab1]{0,9}", c in "[ab1]{0,9}") {
            let (a, b, c) = (chars(&a), chars(&b), chars(&c));
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert!(distance(&a, &c) <= distance(&a, &b) + distance(&b, &c));
        }
    }
}
