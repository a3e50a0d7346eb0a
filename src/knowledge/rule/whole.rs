//! All that is to be told of a rule, whichever language it is in.

use super::lex::is_passed_over;
use super::parse::parse;
use super::problem::Problem;
use super::syntax::Expr;

/// The most characters that the body of a rule may have, in either language.
const MAX_LENGTH: usize = 3072;

/// What was read of a rule, if it can be read, and all that is to be told of it: the one thing that stands in the way of
/// reading it, or else what its language has against it; and whether it is too long. In the order of the text. `whose`
/// begins the sentence on the length.
pub(in crate::knowledge) fn read(
    rule: &str,
    whose: &str,
    against: impl FnOnce(&str, &Expr) -> Vec<Problem>,
) -> (Option<Expr>, Vec<Problem>) {
    let (parsed, mut problems) = match parse(rule) {
        Ok(parsed) => {
            let problems = against(rule, &parsed);
            (Some(parsed), problems)
        }
        Err(problem) => (None, vec![problem]),
    };
    for (at, character) in rule.char_indices().filter(|(_, character)| is_passed_over(*character)) {
        let text = format!("A character that cannot be seen stands here (U+{:04X}).", u32::from(character));
        let help = "It came along from where the rule was copied, and is no blank to the service. Remove it.";
        problems.push(Problem::warning(at..at + character.len_utf8(), text).help(help));
    }
    let length = rule.chars().count();
    if length > MAX_LENGTH {
        let begins = rule.char_indices().nth(MAX_LENGTH).map_or(rule.len(), |(at, _)| at);
        let text = format!(
            "The rule has {length} characters. {whose} may have at most 3,072: it is {} too long.",
            length - MAX_LENGTH
        );
        problems.push(Problem::error(begins..rule.len(), text));
    }
    problems.sort_by_key(|problem| problem.at.start);
    (parsed, problems)
}
