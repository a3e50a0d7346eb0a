use super::problems;
use crate::knowledge::rule::samples;

fn is_refused(rule: &str) -> bool {
    samples::is_refused(problems, rule)
}

fn is_warned_of(rule: &str) -> bool {
    samples::is_warned_of(problems, rule)
}

#[test]
fn rules_that_intune_takes_are_taken() {
    samples::each(include_str!("tests/taken.txt"), problems, |rule| !is_refused(rule));
}

#[test]
fn rules_that_cannot_be_read_are_refused() {
    samples::each(include_str!("tests/unreadable.txt"), problems, is_refused);
}

#[test]
fn rules_that_ask_for_what_is_not_there_are_told() {
    samples::each(include_str!("tests/meaningless.txt"), problems, is_warned_of);
}

#[test]
fn what_was_seen_refused_is_an_error_with_what_to_do() {
    let told = |rule: &str| problems(rule)[0].shown(rule).to_string();
    assert_eq!(
        told("(device.osVersion -gt 10.0.22000)"),
        "Column 19: `osVersion` cannot be compared by `-gt`.\n\n  (device.osVersion -gt 10.0.22000)\n                    ^^^\n\n\
         `operatingSystemVersion` can: its numbers are compared."
    );
    assert!(told("device.deviceModel -eq \"X\"").contains("Did you mean `device.model`?"));
    assert!(is_refused("(device.operatingSystemVersion -startsWith \"10.0\")"));
    assert!(is_refused("(device.deviceName -startsWith \"\")"));
    assert!(is_refused("(device.deviceName -eq 'X')"));
    assert!(is_refused("-not (device.deviceName -eq \"X\")"));
}

#[test]
fn the_words_of_membership_rules_never_hold_in_filters() {
    for rule in ["device.deviceOwnership -eq \"Company\"", "device.deviceTrustType -eq \"AzureAD\""] {
        assert!(is_warned_of(rule), "{rule}");
    }
}

#[test]
fn two_single_quotation_marks_are_two_in_a_filter() {
    assert!(super::is_same("device.model -eq \"A''B\"", "device.model -eq \"A''B\""));
    assert!(!super::is_same("device.model -eq \"A''B\"", "device.model -eq \"A'B\""));
    assert!(super::is_same("device.model eq \"A\"", "(device.model -eq \"A\")"));
}

#[test]
fn of_other_platforms_a_rule_is_only_read() {
    for rule in ["(device.isRooted -eq \"True\")", "(device.userPrincipalName -eq \"a@contoso.com\")"] {
        assert!(is_warned_of(rule), "{rule}");
        assert_eq!(super::unreadable(rule), [], "{rule}");
    }
    assert!(samples::is_refused(super::unreadable, "(device.model -eq"));
    assert!(samples::is_refused(super::unreadable, &format!("device.model -eq \"{}\"", "x".repeat(3072))));
}
