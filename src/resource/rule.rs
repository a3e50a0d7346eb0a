//! What a rule's writer is told.

use crate::{
    diagnostic::Diagnostic,
    knowledge::rule::{Problem, Severity},
};

/// Errors and warnings about a rule, each with the part of it that it is about. Notes are for whoever asks for them.
pub fn told(rule: &str, problems: &[Problem]) -> Vec<Diagnostic> {
    let told = |problem: &Problem| {
        let detail = problem.shown(rule).to_string();
        match problem.severity {
            Severity::Error => Some(Diagnostic::error("Invalid Rule", detail)),
            Severity::Warning => Some(Diagnostic::warning("Rule May Not Do What It Says", detail)),
            Severity::Note => None,
        }
    };
    problems.iter().filter_map(told).collect()
}
