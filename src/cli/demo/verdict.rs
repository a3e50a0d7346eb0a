//! Whether what the tenant holds is as it should be.
//!
//! A `check` that fails only warns, and Terraform's exit is 0 all the same: so the demo looks for itself.

use std::collections::BTreeSet;

use super::holdings::status;
use crate::{emulator::Snapshot, knowledge::device_status};

/// What is not as it should be; nothing when all is well.
pub(super) fn wrong(held: &[(String, Snapshot)]) -> Vec<String> {
    if held.is_empty() {
        return vec!["There is nothing in it.".to_owned()];
    }
    held.iter().flat_map(|(_, held)| wrong_in(held)).collect()
}

fn wrong_in(held: &Snapshot) -> Vec<String> {
    let mut wrong = Vec::new();
    for device in &held.devices {
        let serial_number = &device.serial_number;
        let status = status(device);
        if status != device_status::ASSIGNED {
            wrong.push(format!("The profile status of {serial_number} is {status:?} instead of \"Assigned\"."));
        } else if device.assigned_at.is_none() {
            wrong.push(format!("{serial_number} is assigned, but without a date."));
        } else if device.profile.is_none() {
            wrong.push(format!("{serial_number} is assigned, but has no profile."));
        }
    }
    for (kind, policies) in
        [("deployment profile", &held.profiles), ("enrollment status page", &held.enrollment_status_pages)]
    {
        let unassigned = policies.iter().filter(|policy| policy.assigned_to.is_empty());
        wrong.extend(unassigned.map(|policy| format!("The {kind} {} is assigned to nobody.", policy.name)));
    }
    wrong
}

/// What can be said where nothing is wrong; nothing where there are no devices.
pub(super) fn ready(held: &[(String, Snapshot)]) -> Option<String> {
    if held.len() > 1 {
        return Some(format!("{} tenants have what they are to have.", held.len()));
    }
    let devices: Vec<_> = held.iter().flat_map(|(_, held)| &held.devices).collect();
    let names: BTreeSet<_> = devices.iter().filter_map(|device| device.profile.as_deref()).collect();
    match names.into_iter().collect::<Vec<_>>().as_slice() {
        [] => None,
        [profile] => Some(format!("{} devices, and the profile {profile:?} is assigned to each.", devices.len())),
        several => {
            Some(format!("{} devices, and one of {} profiles is assigned to each.", devices.len(), several.len()))
        }
    }
}

/// The deployments that failed.
pub(super) fn failed(held: &Snapshot) -> Vec<String> {
    let failed = held.deployments.iter().filter(|deployed| !deployed.succeeded);
    failed.map(|deployed| format!("The deployment of {} failed.", deployed.serial_number)).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::holdings::tests::as_expected, *};
    use crate::emulator::{Deployed, Device};

    /// What is said when one thing is otherwise.
    fn said(change: impl FnOnce(&mut Snapshot)) -> Vec<String> {
        let mut held = as_expected();
        change(&mut held);
        wrong(&[("Contoso".to_owned(), held)])
    }

    #[test]
    fn nothing_is_wrong_when_all_is_as_expected() {
        assert_eq!(said(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn each_thing_that_is_wrong_is_said() {
        let status = said(|held| held.devices[0].status = "pending".into());
        assert_eq!(status, [r#"The profile status of A1 is "Assigning" instead of "Assigned"."#]);
        assert_eq!(said(|held| held.devices[0].assigned_at = None), ["A1 is assigned, but without a date."]);
        assert_eq!(said(|held| held.devices[0].profile = None), ["A1 is assigned, but has no profile."]);
        let unassigned = said(|held| held.enrollment_status_pages[0].assigned_to.clear());
        assert_eq!(unassigned, ["The enrollment status page S is assigned to nobody."]);
        assert_eq!(wrong(&[]), ["There is nothing in it."]);
    }

    #[test]
    fn what_is_ready_is_said_by_its_profiles() {
        let one = |held: &Snapshot| [("Contoso".to_owned(), held.clone())];
        let mut held = as_expected();
        assert_eq!(ready(&one(&held)).as_deref(), Some("1 devices, and the profile \"P\" is assigned to each."));
        held.devices.push(Device { profile: Some("Q".into()), ..Device::default() });
        assert_eq!(ready(&one(&held)).as_deref(), Some("2 devices, and one of 2 profiles is assigned to each."));
        assert_eq!(ready(&one(&Snapshot::default())), None);
        let two = [one(&held), one(&held)].concat();
        assert_eq!(ready(&two).as_deref(), Some("2 tenants have what they are to have."));
    }

    #[test]
    fn a_deployment_that_failed_is_said() {
        let deployed = |serial_number: &str, succeeded| Deployed {
            serial_number: serial_number.into(),
            succeeded,
            ..Deployed::default()
        };
        let held = Snapshot { deployments: vec![deployed("A1", true), deployed("A2", false)], ..Snapshot::default() };
        assert_eq!(failed(&held), ["The deployment of A2 failed."]);
    }
}
