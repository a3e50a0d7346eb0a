//! Whether a rule holds for an object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::syntax::{Operand, Operator, OperatorKind, Test};

/// What a rule may ask about an object.
pub(crate) trait Facts {
    /// The texts of a property, by its name in lower case; none when it is null. Booleans are `true` and `false`.
    fn texts(&self, property: &str) -> Vec<Cow<'_, str>>;
    /// The items of a property whose items have parts, names in lower case.
    fn items(&self, property: &str) -> Vec<BTreeMap<String, String>>;
    /// Whether the object is in the group.
    fn is_in(&self, group: &str) -> bool;
    /// Whether the object reports to the manager.
    fn reports_to(&self, manager: &str) -> bool;
    /// The time, in seconds since 1970.
    fn now(&self) -> i64;
}

/// Whether the condition holds.
pub(crate) fn holds(test: &Test, facts: &dyn Facts) -> bool {
    match test {
        Test::And(left, right) => holds(left, facts) && holds(right, facts),
        Test::Or(left, right) => holds(left, facts) || holds(right, facts),
        Test::Not(inner) => !holds(inner, facts),
        Test::MemberOf(groups) => groups.iter().any(|group| facts.is_in(group)),
        Test::DirectReports(manager) => facts.reports_to(manager),
        Test::Compare(property, operator, operand) => {
            let texts = facts.texts(property);
            compare(texts.first().map(AsRef::as_ref), *operator, operand, facts.now())
        }
        Test::Items(property, all, inner) => {
            if property == "assignedplans" {
                let items = facts.items(property);
                let fits = |item: &BTreeMap<String, String>| item_holds(inner, item, facts.now());
                return if *all { items.iter().all(fits) } else { items.iter().any(fits) };
            }
            let texts = facts.texts(property);
            let fits = |text: &Cow<'_, str>| text_holds(inner, text, facts.now());
            if *all { texts.iter().all(fits) } else { texts.iter().any(fits) }
        }
    }
}

/// The condition on one text of a collection.
fn text_holds(test: &Test, text: &str, now: i64) -> bool {
    part_holds(test, &|_| Some(text), now)
}

fn item_holds(test: &Test, item: &BTreeMap<String, String>, now: i64) -> bool {
    part_holds(test, &|part| item.get(part).map(String::as_str), now)
}

fn part_holds<'a>(test: &Test, part: &dyn Fn(&str) -> Option<&'a str>, now: i64) -> bool {
    match test {
        Test::And(left, right) => part_holds(left, part, now) && part_holds(right, part, now),
        Test::Or(left, right) => part_holds(left, part, now) || part_holds(right, part, now),
        Test::Not(inner) => !part_holds(inner, part, now),
        Test::Compare(name, operator, operand) => compare(part(name), *operator, operand, now),
        // The parser makes no other condition inside an item.
        _ => false,
    }
}

fn compare(value: Option<&str>, operator: Operator, operand: &Operand, now: i64) -> bool {
    let holds = match (value, operand) {
        (None, Operand::Null) => true,
        (Some(_), Operand::Null) | (None, _) => false,
        (Some(value), Operand::Bool(expected)) => value.eq_ignore_ascii_case(if *expected { "true" } else { "false" }),
        (Some(value), Operand::Pattern(pattern)) => pattern.as_ref().is_some_and(|pattern| pattern.is_match(value)),
        (Some(value), Operand::List(list)) => {
            let value = value.to_lowercase();
            list.contains(&value)
        }
        (Some(value), Operand::Now(offset)) => {
            date(value).is_some_and(|value| ordered(value.cmp(&(now + offset)), operator.kind))
        }
        (Some(value), Operand::Text(expected)) => {
            let value = value.to_lowercase();
            match operator.kind {
                OperatorKind::StartsWith => value.starts_with(expected.as_str()),
                OperatorKind::EndsWith => value.ends_with(expected.as_str()),
                OperatorKind::Contains => value.contains(expected.as_str()),
                OperatorKind::GreaterOrEqual | OperatorKind::LessOrEqual => {
                    let order = match (date(&value), date(expected)) {
                        (Some(value), Some(expected)) => value.cmp(&expected),
                        _ => version(&value).cmp(&version(expected)),
                    };
                    ordered(order, operator.kind)
                }
                _ => value == *expected,
            }
        }
    };
    holds != operator.negated
}

fn ordered(order: std::cmp::Ordering, kind: OperatorKind) -> bool {
    match kind {
        OperatorKind::GreaterOrEqual => order.is_ge(),
        OperatorKind::LessOrEqual => order.is_le(),
        _ => order.is_eq(),
    }
}

/// Seconds since 1970 of a timestamp or a bare date.
fn date(text: &str) -> Option<i64> {
    use time::format_description::well_known::Rfc3339;
    let text = text.to_uppercase();
    let full = if text.contains('T') { text } else { format!("{text}T00:00:00Z") };
    time::OffsetDateTime::parse(&full, &Rfc3339).ok().map(time::OffsetDateTime::unix_timestamp)
}

fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    struct Laptop;

    impl Facts for Laptop {
        fn texts(&self, property: &str) -> Vec<Cow<'_, str>> {
            match property {
                "devicephysicalids" => {
                    vec!["[ZTDID]:7".into(), "[OrderID]:Kiosk".into(), "[PurchaseOrderId]:76".into()]
                }
                "devicemodel" => vec!["Surface Laptop 5".into()],
                "displayname" => vec!["O'Neil \"the\" laptop".into()],
                "accountenabled" => vec!["true".into()],
                "deviceosversion" => vec!["10.0.26100.1".into()],
                _ => Vec::new(),
            }
        }
        fn items(&self, _: &str) -> Vec<BTreeMap<String, String>> {
            Vec::new()
        }
        fn is_in(&self, group: &str) -> bool {
            group == "g1"
        }
        fn reports_to(&self, _: &str) -> bool {
            false
        }
        fn now(&self) -> i64 {
            0
        }
    }

    fn laptop(rule: &str) -> bool {
        holds(&parse(rule).unwrap().test, &Laptop)
    }

    #[test]
    fn autopilot_tokens_match_in_any_letter_case() {
        assert!(laptop(r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDId]"))"#));
        assert!(laptop(r#"device.devicePhysicalIds -any _ -eq "[orderid]:KIOSK""#));
        assert!(laptop(r#"device.devicephysicalids -any (_ -startsWith "[PurchaseOrderId]:7")"#));
        assert!(!laptop(r#"device.devicePhysicalIds -any (_ -eq "[OrderID]:Office")"#));
    }

    #[test]
    fn every_operator_compares() {
        for (rule, expected) in [
            (r#"device.deviceModel -eq "surface laptop 5""#, true),
            (r#"device.deviceModel -ne "surface laptop 5""#, false),
            (r#"device.deviceModel -startsWith "Surface""#, true),
            (r#"device.deviceModel -notStartsWith "Surface""#, false),
            (r#"device.deviceModel -endsWith "5""#, true),
            (r#"device.deviceModel -notEndsWith "5""#, false),
            (r#"device.deviceModel -contains "LAPTOP""#, true),
            (r#"device.deviceModel -notContains "desk""#, true),
            (r#"device.deviceModel -match "laptop \d""#, true),
            (r#"device.deviceModel -notMatch "^laptop""#, true),
            (r#"device.deviceModel -in ["a","Surface Laptop 5"]"#, true),
            (r#"device.deviceModel -notIn ["a"]"#, true),
            ("device.deviceModel -ne null", true),
            ("device.deviceCategory -eq null", true),
            (r#"device.deviceCategory -eq "null""#, false),
            (r#"device.deviceCategory -ne "x""#, true),
            ("device.accountEnabled -eq true", true),
            (r#"device.deviceOSVersion -ge "10.0.9999""#, true),
            (r#"device.devicePhysicalIds -all (_ -startsWith "[")"#, true),
            (r#"device.devicePhysicalIds -all (_ -contains "ztd")"#, false),
            (r#"device.devicePhysicalIds -notContains "[ZTDId]""#, false),
            (r#"device.displayName -eq "O''Neil `"the`" laptop""#, true),
            ("device.memberOf -any (group.objectId -in ['G1'])", true),
        ] {
            assert_eq!(laptop(rule), expected, "{rule}");
        }
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_tighter_than_or() {
        let yes = r#"device.deviceModel -contains "surface""#;
        let no = r#"device.deviceModel -contains "nothing""#;
        assert!(laptop(&format!("{yes} or {no} and {no}")));
        assert!(!laptop(&format!("not {yes} and {no} or {no}")));
        assert!(laptop(&format!("-not ({no} -or {no}) -and {yes}")));
    }

    #[test]
    fn a_regular_expression_of_dotnet_is_accepted_and_matches_nothing() {
        assert!(!laptop(r#"device.deviceModel -match "(?=Surface)""#));
    }
}
