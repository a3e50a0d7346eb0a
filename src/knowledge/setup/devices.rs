//! What devices get, or do not.

use std::collections::BTreeMap;

use super::{
    finding::{Finding, devices, list, verb},
    parts::Profile,
    view::{Got, Pages, View},
};
use crate::knowledge::{device_name, effective::Winner, serial_number::Key, visible::quoted};

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let mut found = twice(view);
    found.extend(without_profile(view));
    found.extend(with_several_profiles(view));
    found.extend(without_page(view));
    for profile in &view.setup.profiles.items {
        let gets = |got: &Got<'_>| got.profile.is_some_and(|gets| std::ptr::eq(gets, profile));
        let those: Vec<_> = view.devices.iter().filter(|got| gets(got)).collect();
        found.extend(greeted_in_vain(profile, &those));
        found.extend(without_tpm(profile, &those));
        found.extend(names(profile, &those));
    }
    found
}

fn twice(view: &View<'_>) -> Vec<Finding> {
    let mut by_key: BTreeMap<Key, Vec<&str>> = BTreeMap::new();
    for got in &view.devices {
        by_key.entry(Key::of(got.seen.name)).or_default().push(got.seen.name);
    }
    let several = by_key.into_values().filter(|names| names.len() > 1);
    let told = several.map(|names| {
        let problem = format!("The serial number is there {} times. A device is registered once.", names.len());
        Finding::error(devices(&names[..1]), problem, "Remove the others.")
    });
    told.collect()
}

fn without_profile(view: &View<'_>) -> Option<Finding> {
    let serial_numbers = view.named(|got| got.winner == Winner::Nobody);
    let it = verb(serial_numbers.len(), "it", "them");
    let mut problem = format!("No deployment profile reaches {it}, so Windows Autopilot does not set {it} up.");
    if !view.setup.preparation_policies.items.is_empty() {
        problem.push_str(" Device preparation does not either: a registered device never gets one of its policies.");
    }
    let remedy = "Assign a profile to a group whose rule matches, or give the device a group tag that a rule asks for.";
    (!serial_numbers.is_empty()).then(|| Finding::error(devices(&serial_numbers), problem, remedy))
}

/// Microsoft, "Configure Autopilot profiles": the oldest wins.
fn with_several_profiles(view: &View<'_>) -> Vec<Finding> {
    let mut by_profiles: BTreeMap<(Vec<usize>, Option<&str>), Vec<&str>> = BTreeMap::new();
    for got in &view.devices {
        let profiles = got.by_group();
        if profiles.len() > 1 {
            let wins = got.profile.map(|profile| profile.name.as_str());
            by_profiles.entry((profiles, wins)).or_default().push(got.seen.name);
        }
    }
    let told = by_profiles.into_iter().map(|((profiles, wins), serial_numbers)| {
        let names: Vec<_> = profiles.iter().filter_map(|at| view.setup.profiles.items.get(*at)).collect();
        let names: Vec<_> = names.iter().map(|profile| quoted(&profile.name)).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let which = match wins {
            Some(name) => format!("The oldest wins: {}.", quoted(name)),
            None => "The oldest wins, and which one that is cannot be told here.".to_owned(),
        };
        let them = verb(serial_numbers.len(), "it by its groups", "them by their groups");
        let problem = format!("{} deployment profiles reach {them}: {}. {which}", names.len(), list(&names));
        let remedy =
            "Exclude the group of one from the other, or narrow a rule, so that one profile reaches the device.";
        Finding::warning(devices(&serial_numbers), problem, remedy)
    });
    told.collect()
}

fn without_page(view: &View<'_>) -> Option<Finding> {
    let has_profile = |got: &Got<'_>| got.profile.is_some() || !got.by_group().is_empty();
    let serial_numbers = view.named(|got| has_profile(got) && view.pages(got) == Pages::None);
    let problem = "A deployment profile is there and no enrollment status page that shows progress: the user can work before \
                   the apps and policies are installed.";
    let remedy = "Assign an enrollment status page to the group of the profile, or let the default page show progress.";
    (!serial_numbers.is_empty()).then(|| Finding::warning(devices(&serial_numbers), problem, remedy))
}

/// Microsoft, "Windows Autopilot self-deploying mode": no user signs in, and the device belongs to nobody.
fn greeted_in_vain(profile: &Profile, those: &[&Got<'_>]) -> Option<Finding> {
    if profile.is_self_deploying != Some(true) {
        return None;
    }
    let has_user = |got: &&&Got<'_>| got.seen.device.assigned_user.as_deref().is_some_and(|user| !user.is_empty());
    let serial_numbers: Vec<_> = those.iter().filter(has_user).map(|got| got.seen.name).collect();
    let problem = format!(
        "A user is assigned, and the profile {} is self-deploying: nobody signs in, and the device belongs to no one.",
        quoted(&profile.name)
    );
    let remedy = "Unassign the user, or give the device a user-driven profile.";
    (!serial_numbers.is_empty()).then(|| Finding::warning(devices(&serial_numbers), problem, remedy))
}

/// Microsoft, "Windows Autopilot self-deploying mode", "Pre-provisioned deployment": the device attests itself by a TPM 2.0.
fn without_tpm(profile: &Profile, those: &[&Got<'_>]) -> Option<Finding> {
    let is_self_deploying = profile.is_self_deploying == Some(true);
    if !is_self_deploying && profile.allows_preprovisioning != Some(true) {
        return None;
    }
    let serial_numbers: Vec<_> = those.iter().filter(|got| got.seen.lacks_tpm()).map(|got| got.seen.name).collect();
    if serial_numbers.is_empty() {
        return None;
    }
    let subject = devices(&serial_numbers);
    let name = quoted(&profile.name);
    let hash = verb(serial_numbers.len(), "The hardware hash tells", "The hardware hashes tell");
    let remedy = "Use a user-driven profile, or a device with a TPM 2.0.";
    Some(match is_self_deploying {
        true => {
            let problem =
                format!("{hash} of no TPM 2.0, and the profile {name} is self-deploying: that fails without one.");
            Finding::error(subject, problem, remedy)
        }
        false => {
            let problem = format!(
                "{hash} of no TPM 2.0, and the profile {name} allows pre-provisioning: the technician's part fails without one."
            );
            Finding::warning(subject, problem, remedy)
        }
    })
}

/// The Accounts CSP cuts the serial number from its beginning, so two may give one name.
fn names(profile: &Profile, those: &[&Got<'_>]) -> Vec<Finding> {
    let Some(template) = profile.name_template.as_deref().filter(|template| device_name::check(template).is_empty())
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut by_name: BTreeMap<String, BTreeMap<Key, &str>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for got in those {
        match device_name::name_of(template, got.seen.name) {
            // A random digit makes two names of one template differ.
            Ok(name) if name.contains('#') => {}
            Ok(name) => {
                by_name.entry(name.to_uppercase()).or_default().insert(Key::of(got.seen.name), got.seen.name);
            }
            Err(_) => nameless.push(got.seen.name),
        }
    }
    let template = quoted(template);
    let profile = quoted(&profile.name);
    for (name, serial_numbers) in by_name.into_iter().filter(|(_, devices)| devices.len() > 1) {
        let serial_numbers: Vec<_> = serial_numbers.into_values().collect();
        let problem = format!("The name template {template} of the profile {profile} names each of them {name}.");
        let remedy = "Shorten the text of the template, so that more of the serial number fits, or add %RAND:4%.";
        found.push(Finding::error(devices(&serial_numbers), problem, remedy));
    }
    if !nameless.is_empty() {
        let of = verb(nameless.len(), "its serial number", "their serial numbers");
        let problem = format!("The name template {template} of the profile {profile} makes no valid name of {of}.");
        let remedy =
            "A name has letters, digits and hyphens, and not only digits: put a text before %SERIAL%, or use %RAND:4%.";
        found.push(Finding::error(devices(&nameless), problem, remedy));
    }
    found
}
