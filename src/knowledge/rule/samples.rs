//! Rules as people published them, held against what a language says of them.

use super::{Problem, Severity};

/// What a language says of a rule.
pub(in crate::knowledge) type Judge = fn(&str) -> Vec<Problem>;

pub(in crate::knowledge) fn is_refused(judge: Judge, rule: &str) -> bool {
    judge(rule).iter().any(|problem| problem.severity == Severity::Error)
}

pub(in crate::knowledge) fn is_warned_of(judge: Judge, rule: &str) -> bool {
    judge(rule).iter().any(|problem| problem.severity != Severity::Note)
}

/// Holds each rule of a text in which a line of three dashes parts them.
#[track_caller]
pub(in crate::knowledge) fn each(rules: &str, judge: Judge, holds: impl Fn(&str) -> bool) {
    for rule in rules.split("\n---\n") {
        assert!(holds(rule), "{rule}: {:#?}", judge(rule));
    }
}
