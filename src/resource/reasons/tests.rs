use super::*;
use crate::schema::{id, scope_tag_ids, set_of, string};

#[test]
fn what_is_named_by_an_id_is_found_wherever_it_stands() {
    let table = [
        id(),
        scope_tag_ids(),
        string("device_group_id", "A group.").refers_to("group"),
        set_of("assignments", "Who.").of(vec![string("group_id", "A group.").refers_to("group")]),
    ];
    let target = |id: &str| Value::object([("group_id", id.into())]);
    let value = Value::object([
        ("id", "own".into()),
        ("role_scope_tag_ids", Value::set(vec!["0".into(), "7".into()])),
        ("device_group_id", Value::Null),
        ("assignments", Value::set(vec![target("g1"), target("g2"), Value::object([("group_id", Value::Null)])])),
    ]);
    let found: Vec<_> = mentioned::of(&table, &value)
        .into_iter()
        .map(|mention| format!("{} {} {}", mention.kind.noun, mention.attribute, mention.id))
        .collect();
    let expected = [
        "group assignments.group_id g1",
        "group assignments.group_id g2",
        "scope tag role_scope_tag_ids 0",
        "scope tag role_scope_tag_ids 7",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_wrong_is_told_before_what_is_not_known_and_what_is_good_only_alone() {
    let lines = |line: &str| vec![line.to_owned()];
    let findings = Findings { wrong: lines("wrong."), good: lines("good."), unknown: lines("unknown.") };
    assert_eq!(
        told(&findings),
        "Intune does not say why. This is likely, and was looked up just now:\n  - wrong.\n\nThis could not be looked up:\n  - \
         unknown."
    );
    let findings = Findings { good: lines("good."), ..Findings::default() };
    assert_eq!(told(&findings), "Intune does not say why. What a read can tell is no reason for it:\n  - good.");
}
