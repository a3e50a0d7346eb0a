//! What is wrong with the rule of a filter.

use crate::{
    diagnostic::Diagnostic,
    knowledge::filter_rule,
    path::Path,
    resource::{Change, rule},
    schema::of_what_is_there,
    value::Value,
};

/// What is told of the rule of a planned filter: of one that is there, as a warning.
pub(super) fn judge(change: &Change) -> Vec<Diagnostic> {
    let Some(rule) = change.planned.get("rule").as_str() else { return Vec::new() };
    let told = told(change.planned.get("platform"), rule).into_iter();
    match change.prior.get("rule") == change.planned.get("rule") {
        true => told.map(of_what_is_there).collect(),
        false => told.collect(),
    }
}

/// What is wrong with a rule. What it may ask for is known of Windows only.
fn told(platform: &Value, text: &str) -> Vec<Diagnostic> {
    let problems = match platform.as_str() {
        Some("windows") => filter_rule::problems(text),
        _ => filter_rule::unreadable(text),
    };
    rule::told(text, &problems).into_iter().map(|told| told.at(Path::of("rule"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(platform: &Value, rule: &str) -> usize {
        told(platform, rule).len()
    }

    #[test]
    fn a_filter_of_another_platform_is_not_judged_as_one_of_windows() {
        for rule in ["(device.isRooted -eq \"True\")", "(device.userPrincipalName -eq \"a@contoso.com\")"] {
            assert_eq!(count(&"windows".into(), rule), 1, "{rule}");
            for other in ["ios".into(), "macos".into(), Value::Unknown] {
                assert_eq!(count(&other, rule), 0, "{rule}");
            }
        }
        assert_eq!(count(&"ios".into(), "(device.model -eq"), 1);
        assert_eq!(count(&Value::Unknown, "(device.model -eq"), 1);
    }
}
