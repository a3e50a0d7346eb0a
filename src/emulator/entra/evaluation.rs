//! `evaluateDynamicMembership` (beta): whether somebody fits a rule, and which part of it decides. Only people may ask.
//!
//! Facts: Graph's page on the action: by group with `memberId`, or for any rule with `memberId` and `membershipRule`.

use serde_json::{Value, json};

use super::objects::group_now;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::odata::path::key;
use crate::emulator::rule;
use crate::emulator::rule::{Facts, Subject};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::facts::{DeviceFacts, UserFacts};

pub(crate) fn evaluate_group(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let group = tenant.groups.get(&id).filter(|group| group_now(call, group).is_some());
    let group = group.ok_or_else(|| Failure::no_directory_object(&id))?;
    let rule = group.text("membershipRule").filter(|_| group.is_dynamic());
    let rule = rule.ok_or_else(|| Failure::bad_directory_request("The group has no membership rule."))?;
    answer(tenant, call, rule)
}

pub(crate) fn evaluate_rule(site: &mut Site<'_>, call: &Call) -> Outcome {
    let rule = parameter(call, "membershipRule")?;
    answer(site.tenant, call, rule)
}

fn parameter<'a>(call: &'a Call, name: &str) -> Result<&'a str, Failure> {
    let missing = || Failure::bad_directory_request(format!("The parameter '{name}' is missing."));
    call.object()?.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or_else(missing)
}

fn answer(tenant: &Tenant, call: &Call, rule: &str) -> Outcome {
    let member = key(parameter(call, "memberId")?);
    let now = call.now / 1000;
    let parsed = rule::parse(rule).map_err(|error| {
        Failure::bad_directory_request(format!(
            "Invalid value specified for property 'membershipRule' of resource 'Group'. {error}"
        ))
    })?;
    let user = tenant.users.get(&member).map(|user| UserFacts { tenant, user, now });
    let device = tenant.devices.get(&member).map(|device| DeviceFacts { tenant, device, now });
    let (facts, subject): (&dyn Facts, Subject) = match (&user, &device) {
        (Some(user), _) => (user, Subject::User),
        (_, Some(device)) => (device, Subject::Device),
        _ => return Err(Failure::no_directory_object(&member)),
    };
    let fits = parsed.subject == subject && rule::holds(&parsed.test, facts);
    let details = if parsed.subject == subject { details(rule, facts) } else { Value::Null };
    Ok(Answer::json(
        200,
        json!({
            "@odata.context": format!("{}/beta/$metadata#microsoft.graph.evaluateDynamicMembershipResult", call.root),
            "membershipRule": rule,
            "membershipRuleEvaluationResult": fits,
            "membershipRuleEvaluationDetails": details,
        }),
    ))
}

/// The tree of a rule's parts, each with its own result.
fn details(text: &str, facts: &dyn Facts) -> Value {
    let text = bare(text);
    let result = rule::parse(text).is_ok_and(|rule| rule::holds(&rule.test, facts));
    for word in ["or", "and"] {
        let parts = split(text, word);
        if parts.len() > 1 {
            let parts: Vec<Value> = parts.into_iter().map(|part| details(part, facts)).collect();
            return json!({"expression": text, "expressionResult": result, "expressionEvaluationDetails": parts});
        }
    }
    let name = text.split_whitespace().find_map(|word| word.trim_matches(['(', ')']).split_once('.'));
    let name = name.map(|(_, name)| name).unwrap_or_default();
    let value: Vec<String> = facts.texts(&name.to_lowercase()).into_iter().map(|text| text.into_owned()).collect();
    json!({
        "expression": text,
        "expressionResult": result,
        "propertyToEvaluate": {"propertyName": name, "propertyValue": value.join(",")},
    })
}

/// Without brackets that hold the whole.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    let balanced = outside_quotes(inner).all(|(_, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    if balanced { bare(inner) } else { text }
}

/// The characters that are not within double quotes, with their places.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().filter(move |(_, c)| {
        let was = quoted;
        if escaped {
            escaped = false;
        } else if *c == '"' {
            quoted = !quoted;
        } else if *c == '\\' || *c == '`' {
            escaped = quoted;
        }
        !was && *c != '"'
    })
}

/// The parts between an operator that stands outside all brackets.
fn split<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let mut depth = 0_i32;
    let mut parts = Vec::new();
    let mut begun = 0;
    let mut last = ' ';
    for (at, c) in outside_quotes(text) {
        depth += i32::from(c == '(' || c == '[') - i32::from(c == ')' || c == ']');
        let starts = depth == 0 && at >= begun && (last.is_whitespace() || last == ')') && at > 0;
        last = c;
        if !starts {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let operator = rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let after = rest.get(word.len()..).unwrap_or_default();
        if operator && after.starts_with(|c: char| c.is_whitespace() || c == '(') {
            parts.push(text.get(begun..at).unwrap_or_default());
            begun = text.len() - after.len();
        }
    }
    parts.push(text.get(begun..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_split_at_its_outermost_operators() {
        let rule = r#"(user.city -eq "A or B") -or ((user.department -eq "x") -and (user.country -eq "y"))"#;
        assert_eq!(split(rule, "or").len(), 2);
        assert_eq!(split(rule, "and").len(), 1);
        assert_eq!(bare(r#"((user.city -eq "x"))"#), r#"user.city -eq "x""#);
        assert_eq!(bare("(a) -and (b)"), "(a) -and (b)");
    }
}
