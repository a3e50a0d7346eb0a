//! Assignment filters (beta): which of the devices that an assignment reaches it is for.
//!
//! Facts: Graph's `deviceAndAppManagementAssignmentFilter` and Microsoft's page on filters: 200 for a tenant, rules of
//! up to 3,072 characters, a platform that stays, no deletion while an assignment uses it. The scope tags are called
//! `roleScopeTags` here. Two platforms are answered 500.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Collection, PLAIN};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, writable};
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

const TYPE: &str = "deviceAndAppManagementAssignmentFilter";

pub(crate) static FILTERS: Collection = Collection {
    name: item::FILTERS,
    kind: TYPE,
    required: &["displayName", "platform", "rule"],
    most: 200,
    check,
    release,
    ..PLAIN
};

/// What a rule may ask of a Windows device.
const PROPERTIES: &[&str] = &[
    "deviceName",
    "manufacturer",
    "model",
    "deviceCategory",
    "osVersion",
    "operatingSystemVersion",
    "deviceOwnership",
    "enrollmentProfileName",
    "deviceTrustType",
    "operatingSystemSKU",
    "cpuArchitecture",
    "isRooted",
];

const OPERATORS: &[&str] =
    &["eq", "ne", "contains", "notContains", "in", "notIn", "startsWith", "notStartsWith", "gt", "ge", "lt", "le"];

fn check(_: &Tenant, before: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    if matches!(text("platform"), "androidWorkProfile" | "unknown") {
        return Err(Failure::intune(500, "InternalServerError", "An internal server error has occurred"));
    }
    let moved = before.is_some_and(|before| before.text("platform") != text("platform"));
    if moved || text("displayName").trim().is_empty() || !rule_is_valid(text("rule")) {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

/// A filter that an assignment uses stays.
fn release(tenant: &Tenant, filter: &Item) -> Result<(), Failure> {
    let mut assigned = tenant.all_items().flat_map(|item| &item.assignments);
    let used = assigned.any(|each| each.assignment.filter.as_ref().is_some_and(|(id, _)| *id == filter.id));
    if used { Err(Failure::intune_refuses()) } else { Ok(()) }
}

/// `validateFilter`: whether the rule of a filter can be read.
pub(crate) fn validate(_: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let filter = body.get(TYPE).and_then(Value::as_object).filter(|_| body.len() == 1);
    let filter = filter.ok_or_else(|| Failure::from(Misfit::Missing { property: TYPE.into() }))?;
    let filter = writable(kind(TYPE), filter, call.version)?;
    let valid = filter.get("rule").and_then(Value::as_str).is_some_and(rule_is_valid);
    Ok(Answer::json(200, json!({"@odata.context": call.context(false), "isValidRule": valid})))
}

#[derive(Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    /// A text, or a list of them.
    Value,
}

fn tokens(rule: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = rule.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                tokens.push(if first == '(' { Token::Open } else { Token::Close });
                1
            }
            '"' => {
                tokens.push(Token::Value);
                rest.get(1..)?.find('"')? + 2
            }
            '[' => {
                tokens.push(Token::Value);
                rest.find(']')? + 1
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"[".contains(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..end)?.to_owned()));
                end
            }
        };
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

/// `(device.osVersion -startsWith "10.0") and (device.model -in ["A","B"])`; hyphens before words are optional.
pub(crate) fn rule_is_valid(rule: &str) -> bool {
    let Some(tokens) = tokens(rule) else { return false };
    let mut expects_value = true;
    let mut open = 0_i32;
    let mut left = tokens.iter();
    while let Some(token) = left.next() {
        let word = match token {
            Token::Word(word) => word.trim_start_matches('-'),
            _ => "",
        };
        match (expects_value, token) {
            (true, Token::Open) => open += 1,
            (false, Token::Close) if open > 0 => open -= 1,
            (true, Token::Word(_)) if word.eq_ignore_ascii_case("not") => {}
            (false, Token::Word(_)) if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") => {
                expects_value = true;
            }
            (true, Token::Word(_)) => {
                let known = |name: &str| PROPERTIES.iter().any(|each| each.eq_ignore_ascii_case(name));
                let property = word.strip_prefix("device.").is_some_and(known);
                let operator = match left.next() {
                    Some(Token::Word(text)) => text.trim_start_matches('-'),
                    _ => return false,
                };
                let operator = OPERATORS.iter().any(|each| each.eq_ignore_ascii_case(operator));
                let value = matches!(left.next(), Some(Token::Value | Token::Word(_)));
                if !(property && operator && value) {
                    return false;
                }
                expects_value = false;
            }
            _ => return false,
        }
    }
    !expects_value && open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_compares_properties_of_devices() {
        for good in [
            r#"(device.osVersion -startsWith "10.0") and (device.model -startsWith "Surface")"#,
            r#"device.model -in ["A", "B"]"#,
            r#"(device.enrollmentProfileName -eq "x") or not (device.deviceOwnership -eq "Personal")"#,
            r#"(device.model -ne "")"#,
        ] {
            assert!(rule_is_valid(good), "{good}");
        }
        for bad in [
            "",
            "Rule value",
            r#"device.color -eq "red""#,
            r#"(device.model -eq "x""#,
            r#"device.model -like "x""#,
            r#"user.city -eq "x""#,
            r#"device.model -eq "x" and"#,
            r#"device.model -eq "x"#,
            "ä(",
        ] {
            assert!(!rule_is_valid(bad), "{bad}");
        }
    }
}
