//! Whether two texts are one rule.

use super::parse;

/// Whether two rules read the same, but for the case of keywords, dashes, blanks, kinds of quotation marks and
/// parentheses that change nothing. What would come to the same by logic is another rule. Rules that cannot be read are
/// the same only letter by letter.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || matches!((parse(one), parse(other)), (Ok(one), Ok(other)) if one == other)
}
