//! What a device gets, and why.

use std::collections::BTreeMap;

use super::*;

fn groups<const N: usize>(names: [&str; N]) -> Option<BTreeMap<String, String>> {
    Some(names.into_iter().map(|name| (name.to_lowercase(), name.to_owned())).collect())
}

/// A registered device in the groups Kiosks and Laptops, whose user is in Sales.
fn facts<const N: usize>(policies: [Policy; N]) -> Facts {
    Facts {
        is_registered: true,
        device_groups: groups(["Kiosks", "Laptops"]),
        user_groups: groups(["Sales"]),
        policies: policies.into(),
        ..Facts::default()
    }
}

fn policy(kind: Kind, name: &str, targets: Vec<Target>) -> Policy {
    Policy {
        kind,
        id: name.to_lowercase(),
        name: name.to_owned(),
        assigned: Assigned { targets, is_whole: true },
        created: None,
        priority: None,
        is_default: false,
        is_hybrid: false,
    }
}

fn profile(name: &str, created: &str, targets: Vec<Target>) -> Policy {
    Policy { created: Some(created.to_owned()), ..policy(Kind::DeploymentProfile, name, targets) }
}

fn page(name: &str, priority: i64, targets: Vec<Target>) -> Policy {
    Policy { priority: Some(priority), ..policy(Kind::EnrollmentStatusPage, name, targets) }
}

fn preparation(name: &str, priority: i64, targets: Vec<Target>) -> Policy {
    Policy { priority: Some(priority), ..policy(Kind::DevicePreparationPolicy, name, targets) }
}

fn to(who: Who) -> Target {
    Target { who, excluded: false, filter: None, intent: None }
}

fn to_group(id: &str) -> Target {
    to(Who::Group(id.to_owned()))
}

fn but(id: &str) -> Target {
    Target { excluded: true, ..to_group(id) }
}

fn filtered(filter: &str, target: Target) -> Target {
    Target { filter: Some(Filter { id: filter.to_owned(), includes: true }), ..target }
}

const OLD: &str = "2026-01-01T00:00:00Z";
const YOUNG: &str = "2026-02-01T00:00:00Z";

#[track_caller]
fn assert_decided(facts: &Facts, expected: &[(&str, Outcome, &str)]) {
    let decided = decide(facts);
    let told: Vec<_> = decided.iter().map(|it| (it.name.as_str(), it.outcome, it.reason.as_str())).collect();
    assert_eq!(told, expected);
}

use Outcome::{Applies, Loses, NotAssigned, NotKnown};

#[test]
fn the_oldest_profile_for_a_group_of_the_device_wins() {
    let facts = facts([
        profile("Everybody", OLD, vec![to(Who::AllDevices)]),
        profile("Young", YOUNG, vec![to_group("kiosks")]),
        profile("Old", OLD, vec![to_group("laptops")]),
        profile("Left out", OLD, vec![to_group("laptops"), but("kiosks")]),
        profile("Elsewhere", OLD, vec![to_group("tablets")]),
        profile("Nobody", OLD, vec![]),
    ]);
    assert_decided(
        &facts,
        &[
            (
                "Everybody",
                Loses,
                "It is assigned to All Devices. \"Old\" comes first, which is assigned to a group of the device.",
            ),
            ("Young", Loses, "It is assigned to the group \"Kiosks\" of the device. \"Old\" is older and wins."),
            ("Old", Applies, "It is assigned to the group \"Laptops\" of the device."),
            ("Left out", NotAssigned, "The group \"Kiosks\" of the device is excluded."),
            ("Elsewhere", NotAssigned, "It is assigned to no group of the device."),
            ("Nobody", NotAssigned, "It is assigned to nobody."),
        ],
    );
}

#[test]
fn a_page_for_the_device_wins_over_one_for_its_user_and_over_the_default_one() {
    let default = Policy { is_default: true, ..page("All users and all devices", 0, vec![]) };
    let facts = facts([
        default,
        page("Users", 1, vec![to(Who::AllUsers)]),
        page("Third", 3, vec![to_group("kiosks")]),
        page("Second", 2, vec![to_group("laptops")]),
    ]);
    assert_decided(
        &facts,
        &[
            (
                "All users and all devices",
                Loses,
                "It is the default page, for whoever gets no other one. \"Second\" comes first.",
            ),
            ("Users", Loses, "It is assigned to All Users. \"Second\" comes first, which reaches the device itself."),
            (
                "Third",
                Loses,
                "It is assigned to the group \"Kiosks\" of the device. \"Second\" has the higher priority.",
            ),
            ("Second", Applies, "It is assigned to the group \"Laptops\" of the device."),
        ],
    );
}

#[test]
fn a_filter_decides_as_far_as_it_asks_for_what_is_known() {
    let rule = |name: &str, rule: &str| FilterRule { name: name.to_owned(), rule: rule.to_owned() };
    let facts = Facts {
        filters: BTreeMap::from([
            ("f1".to_owned(), rule("Surfaces", "(device.manufacturer -eq \"Microsoft Corporation\")")),
            ("f2".to_owned(), rule("Windows 11", "(device.osVersion -startsWith \"10.0.22\")")),
        ]),
        properties: BTreeMap::from([("manufacturer".to_owned(), "HP".to_owned())]),
        ..facts([
            page("Surfaces", 1, vec![filtered("f1", to(Who::AllDevices))]),
            page("Windows 11", 2, vec![filtered("f2", to(Who::AllDevices))]),
        ])
    };
    assert_decided(
        &facts,
        &[
            ("Surfaces", NotAssigned, "The filter \"Surfaces\" leaves the device out."),
            (
                "Windows 11",
                NotKnown,
                "It depends on a filter that asks for what is not known before the device enrols.",
            ),
        ],
    );
}

#[test]
fn an_association_wins_over_a_registration_and_that_over_the_policy_of_the_user() {
    let policies = || {
        [
            profile("Classic", OLD, vec![to_group("kiosks")]),
            page("Page", 1, vec![to_group("kiosks")]),
            preparation("Second", 2, vec![to(Who::AllUsers)]),
            preparation("First", 1, vec![to_group("sales")]),
            preparation("Own", 3, vec![]),
        ]
    };
    let first =
        |told: Vec<Candidate>| -> Vec<(String, Outcome)> { told.into_iter().map(|it| (it.name, it.outcome)).collect() };
    let applies = |facts: &Facts| -> Vec<String> {
        first(decide(facts)).into_iter().filter(|(_, outcome)| *outcome == Applies).map(|(name, _)| name).collect()
    };
    let registered = facts(policies());
    assert_eq!(applies(&registered), ["Classic", "Page"]);
    let own = Some(Association { policy: Some("OWN".to_owned()) });
    assert_eq!(applies(&Facts { association: own.clone(), ..facts(policies()) }), ["Own"]);
    let without_policy = Some(Association { policy: None });
    assert_eq!(applies(&Facts { association: without_policy, ..facts(policies()) }), ["First"]);
    assert_eq!(applies(&Facts { is_registered: false, ..facts(policies()) }), ["First"]);
    assert_decided(
        &Facts { association: own, ..facts(policies()) },
        &[
            (
                "Classic",
                Loses,
                "It is assigned to the group \"Kiosks\" of the device. An associated device gets a device preparation policy \
                 instead.",
            ),
            (
                "Page",
                Loses,
                "It is assigned to the group \"Kiosks\" of the device. Device preparation shows a page of its own.",
            ),
            ("Second", Loses, "It is assigned to All Users. The device is associated with \"Own\", which comes first."),
            (
                "First",
                Loses,
                "It is assigned to the group \"Sales\" of the user. The device is associated with \"Own\", which comes first.",
            ),
            ("Own", Applies, "The device is associated with it."),
        ],
    );
    let reason = |facts: &Facts, name: &str| decide(facts).into_iter().find(|it| it.name == name).map(|it| it.reason);
    assert_eq!(
        reason(&registered, "Second").as_deref(),
        Some("It is assigned to All Users. A registered device gets a deployment profile instead.")
    );
    let unregistered = Facts { is_registered: false, ..facts(policies()) };
    assert_eq!(
        reason(&unregistered, "Second").as_deref(),
        Some("It is assigned to All Users. \"First\" has the higher priority.")
    );
    assert_eq!(
        reason(&unregistered, "Classic").as_deref(),
        Some(
            "It is assigned to the group \"Kiosks\" of the device. The device is not registered with Windows Autopilot."
        )
    );
}

#[test]
fn a_domain_join_profile_is_for_a_hybrid_profile() {
    let join = |name: &str| policy(Kind::DomainJoinProfile, name, vec![to_group("kiosks")]);
    let classic = |is_hybrid| Policy { is_hybrid, ..profile("Classic", OLD, vec![to_group("kiosks")]) };
    let of = |facts: &Facts| decide(facts).into_iter().skip(1).map(|it| (it.outcome, it.reason)).collect::<Vec<_>>();
    let assigned = "It is assigned to the group \"Kiosks\" of the device.";
    assert_eq!(of(&facts([classic(true), join("A")])), [(Applies, assigned.to_owned())]);
    let entra = format!("{assigned} The deployment profile joins Microsoft Entra ID only.");
    assert_eq!(of(&facts([classic(false), join("A")])), [(Loses, entra)]);
    let conflict = format!("{assigned} Which one wins depends on what is not known.");
    assert_eq!(of(&facts([classic(true), join("A"), join("B")])), [(NotKnown, conflict.clone()), (NotKnown, conflict)]);
}

#[test]
fn apps_that_are_only_offered_are_not_what_the_device_gets() {
    let app = |name: &str, intent: &str, target: Target| {
        policy(Kind::App, name, vec![Target { intent: Some(intent.to_owned()), ..target }])
    };
    let facts = facts([
        app("VPN", "required", to_group("kiosks")),
        app("Offered", "available", to_group("kiosks")),
        app("For Sales", "required", to_group("sales")),
        policy(Kind::Script, "Debloat", vec![to(Who::AllDevices), but("laptops")]),
    ]);
    assert_decided(
        &facts,
        &[
            ("VPN", Applies, "It is assigned to the group \"Kiosks\" of the device."),
            ("For Sales", Applies, "It is assigned to the group \"Sales\" of the user."),
            ("Debloat", NotAssigned, "The group \"Laptops\" of the device is excluded."),
        ],
    );
}

#[test]
fn a_user_who_does_not_exist_is_named_and_reached_by_nothing() {
    let facts = Facts {
        user: User::Missing("nobody@contoso.com".to_owned()),
        user_groups: None,
        is_registered: false,
        device_groups: None,
        ..facts([preparation("First", 1, vec![to_group("sales")]), preparation("All", 2, vec![to(Who::AllUsers)])])
    };
    let why = "There is no user \"nobody@contoso.com\" in this tenant. Which one wins depends on what is not known.";
    assert_decided(&facts, &[("First", NotKnown, why), ("All", NotKnown, why)]);
}

#[test]
fn without_a_user_what_is_for_users_is_not_known() {
    let facts = Facts {
        user_groups: None,
        is_registered: false,
        device_groups: None,
        ..facts([preparation("First", 1, vec![to_group("sales")]), preparation("All", 2, vec![to(Who::AllUsers)])])
    };
    assert_decided(
        &facts,
        &[
            (
                "First",
                NotKnown,
                "Whether it reaches the user depends on who that is: set `user`. Which one wins depends on what is not known.",
            ),
            ("All", NotKnown, "It is assigned to All Users. Which one wins depends on what is not known."),
        ],
    );
}
