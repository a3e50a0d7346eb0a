//! What the tenant holds, as the demo shows it and judges it.
//!
//! A `check` that fails only warns, and Terraform's exit is 0 all the same: so the demo looks for itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cli::{screen::Screen, table::Table},
    emulator::{Deployed, Device, Group, Policy, Snapshot},
    knowledge::device_status,
};

/// Shows what the tenants hold: of one all, of several how much.
pub(super) fn show(screen: Screen, held: &[(String, Snapshot)]) {
    match held {
        [(_, only)] => show_all(screen, only),
        several => screen.table(&tenants(several)),
    }
}

fn show_all(screen: Screen, held: &Snapshot) {
    screen.table(&devices(&held.devices));
    screen.table(&groups(&held.groups));
    screen.table(&profiles(&held.profiles));
    screen.table(&pages(&held.enrollment_status_pages));
    screen.table(&others(&held.made));
}

/// Shows how the last laptop was deployed.
pub(super) fn show_last_deployment(screen: Screen, held: &Snapshot) {
    if let Some(last) = held.deployments.last() {
        screen.table(&deployment(last));
    }
}

fn tenants(held: &[(String, Snapshot)]) -> Table<5> {
    let mut table = Table::new(["TENANT", "DEVICES", "GROUPS", "PROFILES", "PAGES"]);
    for (name, held) in held {
        let counts = [held.devices.len(), held.groups.len(), held.profiles.len(), held.enrollment_status_pages.len()];
        let [devices, groups, profiles, pages] = counts.map(|count| count.to_string());
        table.row([name.clone(), devices, groups, profiles, pages]);
    }
    table
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

fn deployment(deployed: &Deployed) -> Table<6> {
    let mut table = Table::new(["SERIAL NUMBER", "SIGNED IN", "DEVICE SETUP", "ACCOUNT SETUP", "TOOK", "ENDED"]);
    let user = if deployed.user.is_empty() { "nobody" } else { &deployed.user };
    let device_setup = match deployed.installed {
        Some((installed, all)) => format!("{installed} of {all} installed"),
        None => setup(&deployed.device_setup),
    };
    table.row([
        deployed.serial_number.clone(),
        user.to_owned(),
        device_setup,
        setup(&deployed.account_setup),
        format!("{} min", deployed.minutes),
        if deployed.succeeded { "success" } else { "failure" }.to_owned(),
    ]);
    table
}

/// How a part of a setup ended, in the admin center's words.
fn setup(status: &str) -> String {
    if status == "notAttempted" { "not attempted".to_owned() } else { status.to_owned() }
}

/// Kinds that have a table of their own.
const SHOWN: [&str; 5] = [
    "devices",
    "deviceEnrollmentConfigurations",
    "groups",
    "windowsAutopilotDeploymentProfiles",
    "windowsAutopilotDeviceIdentities",
];

/// Of all other kinds how many there are.
fn others(made: &BTreeMap<String, usize>) -> Table<2> {
    let mut table = Table::new(["NUMBER", "OF"]);
    for (kind, number) in made.iter().filter(|(kind, _)| !SHOWN.contains(&kind.as_str())) {
        table.row([number.to_string(), in_words(kind).to_owned()]);
    }
    table
}

/// What a collection holds, in the admin center's words.
fn in_words(collection: &str) -> &str {
    match collection {
        "configurationPolicies" => "Device preparation policies",
        "deviceConfigurations" => "Domain join profiles",
        "deviceManagementScripts" => "Platform scripts",
        "importedDeviceIdentities" => "Corporate identifiers",
        "mobileApps" => "Apps",
        "tenantAssociatedDevices" => "Associated devices",
        other => other,
    }
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
    use super::*;

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
        assert_eq!(tenants(&two).last(), Some(&["Contoso", "2", "1", "1", "1"].map(str::to_owned)));
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

    #[test]
    fn the_tables_are_in_words_of_the_admin_center() {
        let held = as_expected();
        let row = ["A1", "Book", "", "adele.vance@contoso.com", "Assigned", "2026-11-21 08:44", "P"];
        assert_eq!(devices(&held.devices).last(), Some(&row.map(str::to_owned)));
        assert_eq!(groups(&held.groups).last(), Some(&["G", "1", ""].map(str::to_owned)));
        assert_eq!(profiles(&held.profiles).last(), Some(&["P", "1", "G"].map(str::to_owned)));
        assert_eq!(pages(&held.enrollment_status_pages).last(), Some(&["S", "1", "G"].map(str::to_owned)));
        let made = [("groups", 1), ("mobileApps", 2)].map(|(kind, number)| (kind.to_owned(), number));
        assert_eq!(others(&BTreeMap::from(made)).last(), Some(&["2", "Apps"].map(str::to_owned)));
    }
}
