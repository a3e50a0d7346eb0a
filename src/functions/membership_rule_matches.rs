//! `membership_rule_matches`: whether a device or a user would be in a dynamic group.

use std::collections::BTreeMap;

use super::undressed::undressed;
use crate::{
    knowledge::{
        membership_rule::{self, Member},
        rule::Severity,
    },
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// What every row of an import has, and no object of the directory.
const GROUP_TAG: &str = "group_tag";

/// The function.
pub(super) struct MembershipRuleMatches;

impl Function for MembershipRuleMatches {
    fn spec(&self) -> FunctionSpec {
        FunctionSpec {
            name: "membership_rule_matches",
            summary: "Tells whether a membership rule matches a device or a user.",
            description: "Tells whether a device or a user would be a member of a dynamic group with this rule. Properties \
                          go by the names that rules have for them, such as `displayName` and `devicePhysicalIds`: texts, \
                          Booleans, lists of texts, or lists of objects. What is left out is null. A row of `devices` of \
                          `autopilot_device_import`, which has a `group_tag`, stands for that device once it is registered \
                          and before it is switched on; add its `serial_number` where a rule asks for the name. A rule that \
                          asks for what only the directory knows (`Direct Reports for`, `system.now`) is an error.",
            parameters: vec![
                Parameter::new("rule", "The membership rule.", Type::String),
                Parameter::new(
                    "member",
                    "The properties of the device or the user, as an object, or a row of an import.",
                    Type::Dynamic,
                ),
            ],
            variadic: None,
            returns: Type::Bool,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let refuse = |argument, text| FunctionError { argument: Some(argument), text };
        let (rule, problems) = membership_rule::read(text);
        let error = problems.iter().find(|problem| problem.severity == Severity::Error);
        let (Some(rule), None) = (rule, error) else {
            let shown = error.map(|problem| problem.shown(text).to_string());
            // Core ends the text of a function's error with a full stop.
            return Err(refuse(0, format!("{}\n\nThe rule would be refused", shown.unwrap_or_default())));
        };
        let member = member(arguments.get(1).unwrap_or(&Value::Null)).map_err(|text| refuse(1, text))?;
        let matches = membership_rule::matches(&rule, &member, None)
            .map_err(|why| refuse(0, format!("Cannot be told: {why}.")))?;
        Ok(matches.into())
    }
}

fn member(value: &Value) -> Result<Member, String> {
    let value = undressed(value);
    let Some(properties) = value.as_map() else { return Err("The member has to be an object.".to_owned()) };
    if let Some(group_tag) = properties.get(GROUP_TAG) {
        let text = |value: Option<&'_ Value>| value.map(undressed).and_then(Value::as_str).map(str::to_owned);
        let [serial_number, hash] = ["serial_number", "hardware_hash"].map(|name| text(properties.get(name)));
        let group_tag = text(Some(group_tag));
        return Ok(membership_rule::registered(serial_number.as_deref(), group_tag.as_deref(), hash.as_deref()));
    }
    let mut member = Member::default();
    for (name, value) in properties {
        let value = undressed(value);
        let elements = match value {
            Value::Null => continue,
            Value::List(elements) | Value::Set(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        if elements.iter().any(|element| undressed(element).as_map().is_some()) {
            let items: Vec<_> = elements.iter().filter_map(|element| item(undressed(element))).collect();
            member.items.insert(name.to_string(), items);
            continue;
        }
        let texts: Option<Vec<_>> = elements.iter().map(|element| text_of(undressed(element))).collect();
        let texts = texts.ok_or_else(|| format!("`{name}` has to be a text, a Boolean, or a list of them."))?;
        member.properties.insert(name.to_string(), texts);
    }
    Ok(member)
}

fn item(value: &Value) -> Option<BTreeMap<String, String>> {
    let parts = value.as_map()?.iter();
    Some(parts.filter_map(|(name, value)| Some((name.to_string(), text_of(undressed(value))?))).collect())
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(on) => Some(on.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(rule: &str, member: Value) -> Result<Value, FunctionError> {
        MembershipRuleMatches.call(&[rule.into(), member])
    }

    #[test]
    fn a_kiosk_is_found_by_its_group_tag() {
        let kiosk = Value::object([
            ("displayName", "PC-1".into()),
            ("accountEnabled", true.into()),
            ("devicePhysicalIds", Value::List(vec!["[ZTDID]:7".into(), "[OrderID]:Kiosk".into()])),
        ]);
        for (rule, expected) in [
            ("(device.devicePhysicalIds -any (_ -eq \"[OrderID]:kiosk\")) -and (device.accountEnabled -eq true)", true),
            ("(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Office\"))", false),
            ("(device.deviceModel -eq null)", true),
        ] {
            assert_eq!(call(rule, kiosk.clone()), Ok(expected.into()), "{rule}");
        }
    }

    #[test]
    fn a_row_of_an_import_is_the_device_that_it_registers() {
        let row = |tag: Value| {
            let (hash, user) = (Value::Null, Value::Null);
            Value::object([
                ("group_tag", tag),
                ("serial_number", "5CG1".into()),
                ("hardware_hash", hash),
                ("assigned_user", user),
            ])
        };
        let kiosk = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))";
        assert_eq!(call(kiosk, row("Kiosk".into())), Ok(true.into()));
        assert_eq!(call(kiosk, row(Value::Null)), Ok(false.into()));
        assert_eq!(call("(device.displayName -eq \"5CG1\")", row(Value::Null)), Ok(true.into()));
        assert_eq!(call("(device.objectId -ne null)", row(Value::Null)), Ok(true.into()));
    }

    #[test]
    fn an_error_stands_on_its_argument() {
        assert_eq!(call("(device.displayName -eq", Value::object([])).unwrap_err().argument, Some(0));
        assert_eq!(
            call("user.employeeHireDate -ge system.now", Value::object([("employeeHireDate", "2026-01-01".into())]))
                .unwrap_err()
                .argument,
            Some(0)
        );
        assert_eq!(call("(device.displayName -eq \"A\")", "PC-1".into()).unwrap_err().argument, Some(1));
    }
}
