use super::*;

#[test]
fn what_is_wrong_is_told_before_what_is_not_known_and_what_is_good_only_alone() {
    let lines = |line: &str| vec![line.to_owned()];
    let findings = Findings { wrong: lines("wrong."), good: lines("good."), unknown: lines("unknown.") };
    assert_eq!(
        listed(&findings),
        "Intune does not say why. This is likely, and was looked up just now:\n  - wrong.\n\nThis could not be looked up:\n  - \
         unknown."
    );
    let findings = Findings { good: lines("good."), ..Findings::default() };
    assert_eq!(listed(&findings), "Intune does not say why. What a read can tell is no reason for it:\n  - good.");
}
