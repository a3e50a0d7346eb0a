//! Many names in one sentence.

/// The first of them with commas between, and how many more there are.
#[must_use]
pub fn some_of(names: &[impl AsRef<str>], at_most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(at_most).map(AsRef::as_ref).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_not_named_are_counted() {
        assert_eq!(some_of(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(some_of(&["a", "b"], 2), "a, b");
        assert_eq!(some_of(&[""; 0], 2), "");
    }
}
