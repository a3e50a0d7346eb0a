//! What the tenant holds, as the demo shows it and judges it.
//!
//! A `check` that fails only warns, and Terraform's exit is 0 all the same: so the demo looks for itself.

use std::fmt;

use crate::{
    cli::{screen::Screen, table::Table},
    emulator::{Device, Group, Policy, Snapshot},
    knowledge::device_status,
};

/// What a scenario leaves in the tenant.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) devices: usize,
    /// The profile that every device has.
    pub(super) profile: &'static str,
    pub(super) status_page: &'static str,
    /// The group that both are assigned to.
    pub(super) assigned_to: &'static str,
    /// How many members each group has.
    pub(super) groups: &'static [(&'static str, usize)],
    /// How many devices have a user.
    pub(super) users: usize,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expected { devices, profile, .. } = self;
        write!(f, "{devices} devices, and the profile {profile:?} is assigned to each.")
    }
}

/// Shows what the tenant holds.
pub(super) fn show(screen: Screen, held: &Snapshot) {
    screen.table(&devices(&held.devices));
    screen.table(&groups(&held.groups));
    screen.table(&profiles(&held.profiles));
    screen.table(&pages(&held.enrollment_status_pages));
}

fn devices(held: &[Device]) -> Table<7> {
    let mut table = Table::new([
        "SERIAL NUMBER",
        "MODEL",
        "GROUP TAG",
        "ASSIGNED USER",
        "PROFILE STATUS",
        "DATE ASSIGNED",
        "PROFILE",
    ]);
    for device in held {
        table.row([
            device.serial_number.clone(),
            device.model.clone(),
            device.group_tag.clone(),
            device.user.clone(),
            status(device).to_owned(),
            device.assigned_at.as_deref().map(to_the_minute).unwrap_or_default(),
            device.profile.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn groups(held: &[Group]) -> Table<3> {
    let mut table = Table::new(["GROUP", "MEMBERS", "RULE"]);
    for group in held {
        table.row([group.name.clone(), group.members.to_string(), group.rule.clone().unwrap_or_default()]);
    }
    table
}

fn profiles(held: &[Policy]) -> Table<3> {
    let mut table = Table::new(["DEPLOYMENT PROFILE", "DEVICES", "ASSIGNED TO"]);
    for profile in held {
        table.row([profile.name.clone(), profile.devices.to_string(), profile.assigned_to.join(", ")]);
    }
    table
}

fn pages(held: &[Policy]) -> Table<3> {
    let mut table = Table::new(["ENROLLMENT STATUS PAGE", "PRIORITY", "ASSIGNED TO"]);
    for (page, priority) in held.iter().zip(1..) {
        table.row([page.name.clone(), priority.to_string(), page.assigned_to.join(", ")]);
    }
    table
}

/// The profile status in the admin center's words.
fn status(device: &Device) -> &'static str {
    device_status::profile_status(&device.status, "")
}

/// `2026-11-21 08:44` of `2026-11-21T08:44:27Z`.
fn to_the_minute(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}

/// What is not as it should be; nothing when all is well.
pub(super) fn wrong(held: &Snapshot, expected: &Expected) -> Vec<String> {
    let mut wrong = Vec::new();
    if held.devices.len() != expected.devices {
        wrong.push(format!("There are {} devices instead of {}.", held.devices.len(), expected.devices));
    }
    for device in &held.devices {
        let serial_number = &device.serial_number;
        let status = status(device);
        if status != device_status::ASSIGNED {
            wrong.push(format!("The profile status of {serial_number} is {status:?} instead of \"Assigned\"."));
        } else if device.assigned_at.is_none() {
            wrong.push(format!("{serial_number} is assigned, but without a date."));
        }
        if device.profile.as_deref() != Some(expected.profile) {
            let profile = device.profile.as_deref().unwrap_or("none");
            wrong.push(format!("The profile of {serial_number} is {profile} instead of {}.", expected.profile));
        }
    }
    let users = held.devices.iter().filter(|device| !device.user.is_empty()).count();
    if users != expected.users {
        wrong.push(format!("{users} devices have a user instead of {}.", expected.users));
    }
    for (name, members) in expected.groups {
        match held.groups.iter().find(|group| group.name == *name) {
            Some(group) if group.members == *members => {}
            Some(group) => wrong.push(format!("The group {name} has {} members instead of {members}.", group.members)),
            None => wrong.push(format!("There is no group {name}.")),
        }
    }
    for (kind, name, policies) in [
        ("deployment profile", expected.profile, &held.profiles),
        ("enrollment status page", expected.status_page, &held.enrollment_status_pages),
    ] {
        match policies.iter().find(|policy| policy.name == name) {
            Some(policy) if policy.assigned_to == [expected.assigned_to] => {}
            Some(policy) => {
                let targets = match policy.assigned_to.join(", ") {
                    none if none.is_empty() => "nobody".to_owned(),
                    targets => targets,
                };
                let wanted = expected.assigned_to;
                wrong.push(format!("The {kind} {name} is assigned to {targets} instead of {wanted}."));
            }
            None => wrong.push(format!("There is no {kind} {name}.")),
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected =
        Expected { devices: 1, profile: "P", status_page: "S", assigned_to: "G", groups: &[("G", 1)], users: 1 };

    fn as_expected() -> Snapshot {
        let policy =
            |name: &str| Policy { id: name.into(), name: name.into(), assigned_to: vec!["G".into()], devices: 1 };
        Snapshot {
            devices: vec![Device {
                id: "1".into(),
                serial_number: "A1".into(),
                manufacturer: "Contoso".into(),
                model: "Book".into(),
                group_tag: String::new(),
                user: "adele.vance@contoso.com".into(),
                status: "assignedUnkownSyncState".into(),
                assigned_at: Some("2026-11-21T08:44:27Z".into()),
                profile: Some("P".into()),
                ..Device::default()
            }],
            groups: vec![Group { id: "2".into(), name: "G".into(), rule: None, members: 1 }],
            profiles: vec![policy("P")],
            enrollment_status_pages: vec![policy("S")],
            ..Snapshot::default()
        }
    }

    /// What is said when one thing is otherwise.
    fn said(change: impl FnOnce(&mut Snapshot)) -> Vec<String> {
        let mut held = as_expected();
        change(&mut held);
        wrong(&held, &EXPECTED)
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
        assert_eq!(said(|held| held.devices[0].profile = None), ["The profile of A1 is none instead of P."]);
        assert_eq!(said(|held| held.devices[0].user.clear()), ["0 devices have a user instead of 1."]);
        assert_eq!(said(|held| held.groups[0].members = 0), ["The group G has 0 members instead of 1."]);
        assert_eq!(said(|held| held.groups.clear()), ["There is no group G."]);
        assert_eq!(said(|held| held.profiles.clear()), ["There is no deployment profile P."]);
        let unassigned = said(|held| held.enrollment_status_pages[0].assigned_to.clear());
        assert_eq!(unassigned, ["The enrollment status page S is assigned to nobody instead of G."]);
    }

    #[test]
    fn the_tables_are_in_words_of_the_admin_center() {
        let held = as_expected();
        let row = ["A1", "Book", "", "adele.vance@contoso.com", "Assigned", "2026-11-21 08:44", "P"];
        assert_eq!(devices(&held.devices).last(), Some(&row.map(str::to_owned)));
        assert_eq!(groups(&held.groups).last(), Some(&["G", "1", ""].map(str::to_owned)));
        assert_eq!(profiles(&held.profiles).last(), Some(&["P", "1", "G"].map(str::to_owned)));
        assert_eq!(pages(&held.enrollment_status_pages).last(), Some(&["S", "1", "G"].map(str::to_owned)));
    }
}
