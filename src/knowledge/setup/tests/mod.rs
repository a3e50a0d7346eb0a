//! Each finding with the words that a user sees, and that it is not made where it does not hold.

mod apps;
mod devices;
mod groups;
mod hybrid;
mod preparation;
mod profiles;

use super::*;
use crate::knowledge::effective::{Assigned, Target, Who};

/// All there is of a kind.
fn all<T, const N: usize>(items: [T; N]) -> Part<T> {
    Part { items: items.into(), extent: Extent::All }
}

fn kiosk_rule() -> String {
    "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))".to_owned()
}

fn all_devices_rule() -> String {
    "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))".to_owned()
}

/// The group `kiosks`, of devices with the group tag Kiosk.
fn kiosks() -> Group {
    group("kiosks", &kiosk_rule())
}

/// The group `everything`, of every registered device.
fn everything() -> Group {
    group("everything", &all_devices_rule())
}

/// A group whose id is its name in small letters.
fn group(name: &str, rule: &str) -> Group {
    Group {
        name: name.to_owned(),
        id: Some(name.to_lowercase()),
        rule: Some(rule.to_owned()),
        is_paused: Some(false),
        ..Group::default()
    }
}

fn device(serial_number: &str, group_tag: &str) -> Device {
    Device { serial_number: Some(serial_number.to_owned()), group_tag: Some(group_tag.to_owned()), ..Device::default() }
}

/// A user-driven profile for Entra join.
fn profile(name: &str, targets: Vec<Target>) -> Profile {
    Profile {
        name: name.to_owned(),
        is_hybrid: Some(false),
        is_self_deploying: Some(false),
        allows_preprovisioning: Some(false),
        name_template: Some(String::new()),
        assigned: assigned(targets),
        ..Profile::default()
    }
}

fn page(name: &str, targets: Vec<Target>) -> Page {
    Page { name: name.to_owned(), shows_progress: Some(true), assigned: assigned(targets), ..Page::default() }
}

fn assigned(targets: Vec<Target>) -> Assigned {
    Assigned { targets, is_whole: true }
}

fn to(who: Who) -> Target {
    Target { who, excluded: false, filter: None, intent: None }
}

fn to_group(name: &str) -> Target {
    to(Who::Group(name.to_owned()))
}

fn but(name: &str) -> Target {
    Target { excluded: true, ..to_group(name) }
}

/// What is told: severity and subject, problem, remedy.
fn told(setup: &Setup) -> Vec<[String; 3]> {
    let told = |finding: Finding| {
        [format!("{}: {}", finding.severity.word(), finding.subject), finding.problem, finding.remedy]
    };
    problems(setup).into_iter().map(told).collect()
}

/// Holds that this is told and nothing else.
#[track_caller]
fn assert_told(setup: &Setup, expected: &[[&str; 3]]) {
    let told = told(setup);
    assert_eq!(told.iter().map(|told| told.each_ref().map(String::as_str)).collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_not_given_is_not_judged() {
    assert_told(&Setup::default(), &[]);
    assert_told(&Setup { devices: all([device("A1", "Kiosk")]), ..Setup::default() }, &[]);
}

#[test]
fn a_setup_that_fits_has_no_problems() {
    let setup = Setup {
        devices: all([device("A1", "Kiosk"), device("B2", "")]),
        groups: all([kiosks(), everything()]),
        profiles: all([profile("User driven", vec![to_group("everything")])]),
        pages: all([page("Standard", vec![to_group("everything")])]),
        ..Setup::default()
    };
    assert_told(&setup, &[]);
}

#[test]
fn the_worst_is_told_first() {
    let setup = Setup {
        devices: all([device("A1", "Laptop")]),
        groups: all([kiosks()]),
        profiles: all([profile("Kiosk", vec![to_group("kiosks")])]),
        ..Setup::default()
    };
    let told = told(&setup);
    let severities: Vec<_> = told.iter().map(|[subject, ..]| subject.split(':').next().unwrap()).collect();
    assert_eq!(severities, ["error", "warning", "warning"]);
}
