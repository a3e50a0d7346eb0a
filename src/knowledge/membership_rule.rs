//! Membership rules of dynamic groups.
//!
//! Facts: Microsoft's page on rules for dynamic membership groups in Entra ID (`groups-dynamic-membership`).

use thiserror::Error;

/// The most characters that the body of a rule may have.
pub const MAX_LENGTH: usize = 3072;

/// The rule has more characters than Entra ID takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The rule has {length} characters. A membership rule may have at most 3,072: it is {} too long.", .length - MAX_LENGTH)]
pub struct TooLong {
    /// The length of the rule in characters.
    pub length: usize,
}

/// Checks that the rule is not longer than [`MAX_LENGTH`] characters.
pub fn check_length(rule: &str) -> Result<(), TooLong> {
    let length = rule.chars().count();
    if length > MAX_LENGTH { Err(TooLong { length }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_exactly_3072_characters_is_taken_and_one_more_is_not() {
        assert_eq!(check_length(&"a".repeat(3072)), Ok(()));
        let error = check_length(&"a".repeat(3073)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The rule has 3073 characters. A membership rule may have at most 3,072: it is 1 too long."
        );
    }

    #[test]
    fn characters_count_not_bytes() {
        assert_eq!(check_length(&"ä".repeat(3072)), Ok(()));
    }
}
