//! What the tenant holds, as the demo shows it.

use std::collections::BTreeMap;

use crate::{
    cli::{screen::Screen, table::Table},
    emulator::{Deployed, Device, Group, Policy, Snapshot},
    knowledge::device_status,
};

/// So many devices or tenants have a row each, and fit a screen beside what else there is.
const MOST: usize = 8;

/// Room enough for a row of devices.
const WIDE: usize = 160;

/// Shows what the tenants hold: of one all, of several how much. Many devices are counted.
pub(super) fn show(screen: Screen, held: &[(String, Snapshot)]) {
    match held {
        [(_, only)] => show_all(screen, only),
        several => screen.table(&tenants(several, MOST)),
    }
}

fn show_all(screen: Screen, held: &Snapshot) {
    if held.devices.len() > MOST {
        screen.table(&counted(&held.devices));
    } else {
        screen.table(&devices(&held.devices));
    }
    screen.table(&groups(&held.groups));
    screen.table(&profiles(&held.profiles));
    screen.table(&pages(&held.enrollment_status_pages));
    screen.table(&others(&held.made));
}

/// The same as lines, with every device and every tenant.
pub(super) fn whole(held: &[(String, Snapshot)]) -> Vec<String> {
    let mut whole = lines(&tenants(held, usize::MAX));
    for (name, held) in held {
        whole.push(format!("{name}:\n"));
        whole.extend(lines(&devices(&held.devices)));
        whole.extend(lines(&groups(&held.groups)));
        whole.extend(lines(&profiles(&held.profiles)));
        whole.extend(lines(&pages(&held.enrollment_status_pages)));
        whole.extend(lines(&others(&held.made)));
    }
    whole
}

fn lines<const N: usize>(table: &Table<N>) -> Vec<String> {
    let set = table.set(WIDE);
    if set.lines.is_empty() { Vec::new() } else { [set.lines, set.note, vec![String::new()]].concat() }
}

/// Shows how the last laptop was deployed.
pub(super) fn show_last_deployment(screen: Screen, held: &Snapshot) {
    if let Some(last) = held.deployments.last() {
        screen.table(&deployment(last));
    }
}

/// A row for each of as many, and one for the others.
fn tenants(held: &[(String, Snapshot)], most: usize) -> Table<5> {
    let mut table = Table::new(["TENANT", "DEVICES", "GROUPS", "PROFILES", "PAGES"]);
    let mut row = |name: &str, of: &[(String, Snapshot)]| {
        let sum = |count: fn(&Snapshot) -> usize| of.iter().map(|(_, held)| count(held)).sum::<usize>().to_string();
        let (devices, groups) = (sum(|held| held.devices.len()), sum(|held| held.groups.len()));
        let (profiles, pages) = (sum(|held| held.profiles.len()), sum(|held| held.enrollment_status_pages.len()));
        table.row([name.to_owned(), devices, groups, profiles, pages]);
    };
    let (shown, others) = held.split_at(most.min(held.len()));
    shown.iter().for_each(|tenant| row(&tenant.0, std::slice::from_ref(tenant)));
    if !others.is_empty() {
        row(&format!("{} more", others.len()), others);
    }
    table
}

/// Devices that differ in nothing of this are one row.
fn counted(held: &[Device]) -> Table<5> {
    let mut counts = BTreeMap::new();
    for device in held {
        let profile = device.profile.clone().unwrap_or_default();
        *counts
            .entry([device.group_tag.clone(), device.user.clone(), status(device).to_owned(), profile])
            .or_insert(0) += 1;
    }
    let mut table = Table::new(["DEVICES", "GROUP TAG", "ASSIGNED USER", "PROFILE STATUS", "PROFILE"]);
    for ([tag, user, status, profile], count) in counts {
        table.row([usize::to_string(&count), tag, user, status, profile]);
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

fn deployment(deployed: &Deployed) -> Table<5> {
    let mut table = Table::new(["SERIAL NUMBER", "SIGNED IN", "DEVICE SETUP", "ACCOUNT SETUP", "TOOK"]);
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
pub(super) fn status(device: &Device) -> &'static str {
    device_status::profile_status(&device.status, "")
}

/// `2026-11-21 08:44` of `2026-11-21T08:44:27Z`.
fn to_the_minute(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::cli::demo) fn as_expected() -> Snapshot {
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

    #[test]
    fn of_several_tenants_some_have_a_row_and_the_others_their_sum() {
        let two = [("Contoso".to_owned(), as_expected()), ("Fabrikam".to_owned(), as_expected())];
        assert_eq!(tenants(&two, 2).last(), Some(&["Fabrikam", "1", "1", "1", "1"].map(str::to_owned)));
        assert_eq!(tenants(&two, 0).last(), Some(&["2 more", "2", "2", "2", "2"].map(str::to_owned)));
    }

    #[test]
    fn many_devices_are_counted_and_each_stands_in_what_is_kept() {
        let mut held = as_expected();
        held.devices = vec![held.devices[0].clone(); 9];
        held.devices[0].user = String::new();
        let row = ["8", "", "adele.vance@contoso.com", "Assigned", "P"];
        assert_eq!(counted(&held.devices).last(), Some(&row.map(str::to_owned)));
        let whole = whole(&[("Contoso".to_owned(), held)]);
        assert_eq!(whole.iter().filter(|line| line.starts_with("A1 ")).count(), 9, "{whole:?}");
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
