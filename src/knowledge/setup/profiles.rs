//! Deployment profiles, and what they need beside them.

use super::{
    finding::{Finding, devices, list},
    members::Members,
    parts::{App, Profile},
    view::{Got, Pages, View},
};
use crate::knowledge::{
    effective::{Assigned, Reach, Who},
    visible::quoted,
};

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let profiles = &view.setup.profiles.items;
    let mut found: Vec<_> = for_all_devices(profiles).into_iter().collect();
    found.extend(profiles.iter().filter_map(|profile| for_users(view, profile)));
    for profile in profiles.iter().filter(|profile| is_preprovisioned(profile)) {
        let gets = |got: &&Got<'_>| got.profile.is_some_and(|gets| std::ptr::eq(gets, profile));
        let those: Vec<_> = view.devices.iter().filter(gets).collect();
        found.extend(without_page_for_devices(view, profile, &those));
        found.extend(with_two_installers(view, profile, &those));
    }
    found.extend(for_nobody(view));
    found
}

fn is_preprovisioned(profile: &Profile) -> bool {
    profile.allows_preprovisioning == Some(true) && profile.is_self_deploying == Some(false)
}

fn subject(profile: &Profile) -> String {
    format!("deployment profile {}", quoted(&profile.name))
}

/// Recorded refusal: "Another Profile … is already assigned to All Devices."
fn for_all_devices(profiles: &[Profile]) -> Option<Finding> {
    let those = profiles.iter().filter(|profile| profile.assigned.is_for(&Who::AllDevices));
    let names: Vec<_> = those.map(|profile| quoted(&profile.name)).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let problem = "Each is assigned to All Devices. Intune allows that to one profile and refuses the others.";
    let remedy = "Leave All Devices to one of them, and assign the others to groups.";
    (names.len() > 1).then(|| Finding::error(format!("deployment profiles {}", list(&names)), problem, remedy))
}

/// Microsoft, "Configure Autopilot profiles": a profile is assigned to groups of devices.
fn for_users(view: &View<'_>, profile: &Profile) -> Option<Finding> {
    let of_users = |id: &&str| matches!(view.groups.members(id), Some(Members::Users));
    let names: Vec<_> = profile.assigned.included().filter(of_users).map(|id| view.group_name(id)).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let problem = format!("It is assigned to a group of users: {}. A profile reaches devices only.", list(&names));
    let remedy = "Assign it to a group of devices, such as one whose rule asks for a group tag.";
    (!names.is_empty()).then(|| Finding::error(subject(profile), problem, remedy))
}

/// Microsoft, "Pre-provisioned deployment": an enrollment status page has to target the device; one for users does not
/// show in the technician's part.
fn without_page_for_devices(view: &View<'_>, profile: &Profile, those: &[&Got<'_>]) -> Option<Finding> {
    let lacking: Vec<_> = those.iter().filter(|got| view.pages(got) != Pages::OfDevice).collect();
    let serial_numbers: Vec<_> = lacking.iter().map(|got| got.seen.name).collect();
    let of_user = lacking.iter().any(|got| view.pages(got) == Pages::OfUser);
    let why = match of_user {
        true => {
            "and the enrollment status pages are for users: the technician's part needs one that targets the device"
        }
        false => {
            "and no enrollment status page that shows progress targets the device: the technician's part needs one"
        }
    };
    let problem = format!("The profile {} allows pre-provisioning, {why}.", quoted(&profile.name));
    let remedy = "Assign an enrollment status page to the group of devices that the profile is assigned to.";
    (!serial_numbers.is_empty()).then(|| Finding::error(devices(&serial_numbers), problem, remedy))
}

/// Microsoft, "Pre-provisioned deployment": Win32 apps and line-of-business apps must not be mixed.
fn with_two_installers(view: &View<'_>, profile: &Profile, those: &[&Got<'_>]) -> Option<Finding> {
    let first = those.first()?;
    let gets = |app: &&App, kind: &str| {
        let is = app.kind.as_deref() == Some(kind);
        is && matches!(view.groups.reach(&app.assigned.required(), &first.seen), Reach::Yes(_))
    };
    let of = |kind: &str| view.setup.apps.items.iter().find(|app| gets(app, kind));
    let (win32, msi) = (of("win32LobApp")?, of("windowsMobileMSI")?);
    let problem = format!(
        "It allows pre-provisioning, and its devices get the Win32 app {} and the line-of-business app {}: their installers \
         hinder each other, and the deployment fails at times.",
        quoted(&win32.name),
        quoted(&msi.name),
    );
    let remedy = "Package the line-of-business app as a Win32 app.";
    Some(Finding::warning(subject(profile), problem, remedy))
}

/// Who is left out, and nobody who is meant.
fn for_nobody(view: &View<'_>) -> Vec<Finding> {
    let setup = view.setup;
    let profiles = setup.profiles.items.iter().map(|it| ("deployment profile", &it.name, &it.assigned));
    let pages = setup.pages.items.iter().map(|it| ("enrollment status page", &it.name, &it.assigned));
    let joins = setup.domain_join_profiles.items.iter().map(|it| ("domain join profile", &it.name, &it.assigned));
    let apps = setup.apps.items.iter().map(|it| ("app", &it.name, &it.assigned));
    let scripts = setup.scripts.items.iter().map(|it| ("script", &it.name, &it.assigned));
    let only_excludes = |assigned: &Assigned| {
        assigned.is_whole && !assigned.targets.is_empty() && assigned.targets.iter().all(|target| target.excluded)
    };
    let all = profiles.chain(pages).chain(joins).chain(apps).chain(scripts);
    let told = all.filter(|(_, _, assigned)| only_excludes(assigned)).map(|(noun, name, _)| {
        let problem = "Its assignments say only who is left out, so it reaches nobody.";
        Finding::warning(format!("{noun} {}", quoted(name)), problem, "Add whom it is for.")
    });
    told.collect()
}
