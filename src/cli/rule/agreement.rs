//! The provider and the emulator read rules with code of their own. Here, where both may be seen, they are held against
//! each other: over rules at random, and over objects at random.

use std::{borrow::Cow, collections::BTreeMap};

use proptest::{collection::vec, prelude::*, sample::select};
use time::OffsetDateTime;

use crate::{
    emulator::rule::{self as theirs, Facts},
    knowledge::{
        membership_rule::{self as ours, Member},
        rule::{Expr, Name, Node, Operand, Operator, Quantifier, Severity, arbitrary, parse},
    },
};

/// 2026-01-15.
const NOW: i64 = 1_768_435_200;

/// Few and short, so that many rules match.
const TEXTS: [&str; 14] =
    ["", "a", "A", "ab", "aB", "b", "ba", "Straße", "STRASSE", "null", "true", "o'n", "say \"a\"", "[OrderID]:a"];
const VERSIONS: [&str; 5] = ["10.0.9", "10.0.22621", "10.0.22621.1", "10", "x"];
const DATES: [&str; 5] = ["2026-01-14", "2026-01-15T00:00:00Z", "2026-01-16T08:00:00+02:00", "2025-12-16", "soon"];
const PATTERNS: [&str; 8] = ["a", "^A", "b$", "[ab]+", "\\[orderid\\]:.", "^$", "\\D\\d?", "(?=a)"];
const GROUPS: [&str; 3] = ["0f8fad5b-d9cb-469f-a165-70867728950e", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "g"];

/// The properties, by what they hold.
const DEVICE: [&str; 4] = ["displayName", "deviceModel", "extensionAttribute15", "enrollmentProfileName"];
const USER: [&str; 4] = ["city", "department", "mail", "extension_0a1b_Room"];

fn node<T>(is: T) -> Node<T> {
    Node::new(is, 0..0)
}

fn property(object: &str, name: &str) -> Name {
    Name::Property(object.to_owned(), name.to_owned())
}

fn text(texts: &'static [&'static str]) -> BoxedStrategy<Operand> {
    select(texts).prop_map(|text| Operand::Text(text.to_owned())).boxed()
}

fn compare(left: Name, operators: &'static [Operator], right: BoxedStrategy<Operand>) -> BoxedStrategy<Expr> {
    let compare = move |(operator, right)| Expr::Compare {
        left: node(left.clone()),
        operator: node(operator),
        right: node(right),
    };
    (select(operators), right).prop_map(compare).boxed()
}

const EQUALITY: &[Operator] = &[Operator::Eq, Operator::Ne];
const ORDER: &[Operator] = &[Operator::Ge, Operator::Le];
const LISTS: &[Operator] = &[Operator::In, Operator::NotIn];
const MATCHES: &[Operator] = &[Operator::Match, Operator::NotMatch];
const PARTS: &[Operator] = &[
    Operator::Eq,
    Operator::Ne,
    Operator::StartsWith,
    Operator::NotStartsWith,
    Operator::EndsWith,
    Operator::NotEndsWith,
    Operator::Contains,
    Operator::NotContains,
];

/// Comparisons of what holds texts.
fn of_text(left: Name, texts: &'static [&'static str]) -> BoxedStrategy<Expr> {
    let list = vec(text(texts).prop_map(node), 1..4).prop_map(Operand::List).boxed();
    prop_oneof![
        6 => compare(left.clone(), PARTS, text(texts)),
        1 => compare(left.clone(), LISTS, list),
        1 => compare(left.clone(), MATCHES, text(&PATTERNS)),
        1 => compare(left, EQUALITY, Just(Operand::Null).boxed()),
    ]
    .boxed()
}

/// Some of these joined, or turned round.
fn joined(leaf: BoxedStrategy<Expr>, depth: u32) -> BoxedStrategy<Expr> {
    let inner = leaf.prop_recursive(depth, 8, 2, |inner| {
        let pair = (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            pair.clone().prop_map(|(left, right)| Expr::And(left, right)),
            pair.prop_map(|(left, right)| Expr::Or(left, right)),
            inner.prop_map(|inner| Expr::Not(node(()), Box::new(inner))),
        ]
    });
    inner.boxed()
}

fn each(collection: Name, holds: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let quantifier = prop_oneof![Just(Quantifier::Any), Just(Quantifier::All)];
    let each = move |(quantifier, holds)| Expr::Each {
        collection: node(collection.clone()),
        quantifier: node(quantifier),
        holds: Box::new(holds),
    };
    (quantifier, joined(holds, 2)).prop_map(each).boxed()
}

fn of_device() -> BoxedStrategy<Expr> {
    let version = property("device", "deviceOSVersion");
    let ids = property("device", "devicePhysicalIds");
    prop_oneof![
        4 => select(&DEVICE).prop_flat_map(|name| of_text(property("device", name), &TEXTS)),
        1 => of_text(version.clone(), &VERSIONS),
        1 => compare(version, ORDER, text(&VERSIONS)),
        1 => of_bool(property("device", "isRooted")),
        2 => each(ids.clone(), of_text(Name::Item, &TEXTS)),
        1 => of_text(ids, &TEXTS),
    ]
    .boxed()
}

fn of_bool(left: Name) -> BoxedStrategy<Expr> {
    compare(left, EQUALITY, prop_oneof![any::<bool>().prop_map(Operand::Bool), Just(Operand::Null)].boxed())
}

fn of_user() -> BoxedStrategy<Expr> {
    let date = property("user", "employeeHireDate");
    let dated = text(&DATES);
    let now = prop_oneof![
        Just(Operand::Now(None)),
        (any::<bool>(), select(vec!["P1D", "p30d"])).prop_map(|(minus, days)| Operand::Now(Some((minus, days.into())))),
    ];
    let mails = property("user", "otherMails");
    let part = |name: &'static str, texts| of_text(property("assignedPlan", name), texts);
    prop_oneof![
        4 => select(&USER).prop_flat_map(|name| of_text(property("user", name), &TEXTS)),
        1 => compare(date, ORDER, prop_oneof![dated, now].boxed()),
        1 => of_bool(property("user", "accountEnabled")),
        1 => each(mails.clone(), of_text(Name::Item, &TEXTS)),
        1 => of_text(mails, &TEXTS),
        1 => each(
            property("user", "assignedPlans"),
            prop_oneof![part("servicePlanId", &TEXTS), part("capabilityStatus", &TEXTS)].boxed(),
        ),
    ]
    .boxed()
}

fn of_groups() -> BoxedStrategy<Expr> {
    let member_of = |(object, groups): (&'static str, Vec<Node<Operand>>)| Expr::Each {
        collection: node(property(object, "memberOf")),
        quantifier: node(Quantifier::Any),
        holds: Box::new(Expr::Compare {
            left: node(property("group", "objectId")),
            operator: node(Operator::In),
            right: node(Operand::List(groups)),
        }),
    };
    (select(vec!["user", "device"]), vec(text(&GROUPS).prop_map(node), 1..3)).prop_map(member_of).boxed()
}

/// A rule that can be used.
fn rule() -> impl Strategy<Value = Expr> {
    prop_oneof![8 => joined(of_device(), 3), 8 => joined(of_user(), 3), 1 => of_groups()]
}

/// An object that has some of the properties.
fn member() -> impl Strategy<Value = Member> {
    let one = |texts: &'static [&'static str]| vec(select(texts), 0..=1).boxed();
    let several = vec(select(&TEXTS[..]), 0..4).boxed();
    let of_names = DEVICE.iter().chain(&USER).map(|name| (*name, one(&TEXTS)));
    let others = [
        ("deviceOSVersion", one(&VERSIONS)),
        ("employeeHireDate", one(&DATES)),
        ("isRooted", one(&["true", "false"])),
        ("accountEnabled", one(&["True", "false"])),
        ("devicePhysicalIds", several.clone()),
        ("otherMails", several),
    ];
    let (names, values): (Vec<_>, Vec<_>) = of_names.chain(others).unzip();
    let plan = (select(&TEXTS[..]), vec(select(&TEXTS[..]), 0..=1)).prop_map(|(id, status)| {
        let status = status.into_iter().map(|status| ("capabilityStatus".to_owned(), status.to_owned()));
        status.chain([("servicePlanId".to_owned(), id.to_owned())]).collect::<BTreeMap<_, _>>()
    });
    let group = select(&GROUPS[..]).prop_map(|id| BTreeMap::from([("objectId".to_owned(), id.to_owned())]));
    (values, vec(plan, 0..3), vec(group, 0..2)).prop_map(move |(values, plans, groups)| {
        let texts = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
        Member {
            properties: names.iter().zip(values).map(|(name, values)| ((*name).to_owned(), texts(values))).collect(),
            items: BTreeMap::from([("assignedPlans".to_owned(), plans), ("memberOf".to_owned(), groups)]),
        }
    })
}

/// The same object for the emulator.
struct Seen<'a>(&'a Member);

impl Facts for Seen<'_> {
    fn texts(&self, property: &str) -> Vec<Cow<'_, str>> {
        let found = self.0.properties.iter().filter(|(name, _)| name.eq_ignore_ascii_case(property));
        found.flat_map(|(_, texts)| texts).map(|text| text.as_str().into()).collect()
    }

    fn items(&self, property: &str) -> Vec<BTreeMap<String, String>> {
        let found = self.0.items.iter().filter(|(name, _)| name.eq_ignore_ascii_case(property));
        let lower = |item: &BTreeMap<String, String>| {
            item.iter().map(|(name, text)| (name.to_lowercase(), text.clone())).collect()
        };
        found.flat_map(|(_, items)| items).map(lower).collect()
    }

    fn is_in(&self, group: &str) -> bool {
        self.items("memberOf").iter().any(|item| item["objectid"].eq_ignore_ascii_case(group))
    }

    fn reports_to(&self, _: &str) -> bool {
        false
    }

    fn now(&self) -> i64 {
        NOW
    }
}

fn cases(few: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(few),
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// What neither can tell without .NET is left out.
    #[test]
    fn the_provider_and_the_emulator_say_the_same_of_who_matches(rule in rule(), member in member()) {
        let text = rule.to_string();
        let read = theirs::parse(&text);
        prop_assert!(read.is_ok(), "{text}: {read:?}");
        let now = OffsetDateTime::from_unix_timestamp(NOW).ok();
        if let Ok(matches) = ours::matches(&parse(&text).expect("it is read"), &member, now) {
            prop_assert_eq!(matches, theirs::holds(&read.expect("it is read").test, &Seen(&member)), "{}", text);
        }
    }

    /// The emulator refuses what the provider calls an error, and what it refuses the provider has at least warned of.
    #[test]
    fn the_provider_and_the_emulator_refuse_the_same_rules(rule in arbitrary::expr()) {
        let text = rule.to_string();
        let (told, read) = (ours::problems(&text), theirs::parse(&text));
        let worst = told.iter().map(|problem| problem.severity).min();
        match read {
            Ok(_) => prop_assert_ne!(worst, Some(Severity::Error), "{}: {:?}", text, told),
            Err(refusal) => {
                prop_assert!(matches!(worst, Some(Severity::Error | Severity::Warning)), "{text}: {refusal} {told:?}");
            }
        }
    }
}
