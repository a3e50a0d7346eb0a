//! Texts compared letter case aside, without a copy of either where both are ASCII.

use std::cmp::Ordering;

pub(crate) fn same(left: &str, right: &str) -> bool {
    match left.is_ascii() && right.is_ascii() {
        true => left.eq_ignore_ascii_case(right),
        false => left.to_lowercase() == right.to_lowercase(),
    }
}

pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    if !left.is_ascii() || !right.is_ascii() {
        return left.to_lowercase().cmp(&right.to_lowercase());
    }
    let small = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(small).cmp(right.bytes().map(small))
}

pub(crate) fn starts_with(text: &str, part: &str) -> bool {
    match text.is_ascii() && part.is_ascii() {
        true => text.get(..part.len()).is_some_and(|head| head.eq_ignore_ascii_case(part)),
        false => text.to_lowercase().starts_with(&part.to_lowercase()),
    }
}

pub(crate) fn ends_with(text: &str, part: &str) -> bool {
    match text.is_ascii() && part.is_ascii() {
        true => text.len().checked_sub(part.len()).is_some_and(|from| text[from..].eq_ignore_ascii_case(part)),
        false => text.to_lowercase().ends_with(&part.to_lowercase()),
    }
}

pub(crate) fn contains(text: &str, part: &str) -> bool {
    if !text.is_ascii() || !part.is_ascii() {
        return text.to_lowercase().contains(&part.to_lowercase());
    }
    let Some(first) = part.bytes().next() else { return true };
    let places = 0..(text.len() + 1).saturating_sub(part.len());
    let begins = |at: &usize| text.as_bytes()[*at].eq_ignore_ascii_case(&first);
    places.filter(begins).any(|at| text[at..at + part.len()].eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 9] = ["", "a", "A", "ab", "xAB", "abx", "b", "Äb", "ab\u{130}"];

    #[test]
    fn letter_case_does_not_count_in_any_script() {
        for left in TEXTS {
            for right in TEXTS {
                let (small, part) = (left.to_lowercase(), right.to_lowercase());
                assert_eq!(same(left, right), small == part, "{left} {right}");
                assert_eq!(compare(left, right), small.cmp(&part), "{left} {right}");
                assert_eq!(starts_with(left, right), small.starts_with(&part), "{left} {right}");
                assert_eq!(ends_with(left, right), small.ends_with(&part), "{left} {right}");
                assert_eq!(contains(left, right), small.contains(&part), "{left} {right}");
            }
        }
    }
}
