use super::*;
use crate::knowledge::hardware_hash::{HardwareHash, Origin, Version, encode};

/// Two devices, of which one has the group tag Kiosk, and the groups that take them.
fn two(profiles: Part<Profile>) -> Setup {
    let devices = all([device("A1", "Kiosk"), device("B2", "")]);
    Setup { devices, groups: all([kiosks(), everything()]), profiles, ..Setup::default() }
}

#[test]
fn a_device_that_no_profile_reaches() {
    let setup = two(all([profile("Kiosk", vec![to_group("kiosks")])]));
    let expected = [
        "error: device B2",
        "No deployment profile reaches it, so Windows Autopilot does not set it up.",
        "Assign a profile to a group whose rule matches, or give the device a group tag that a rule asks for.",
    ];
    assert_told(&setup, &[expected]);
}

#[test]
fn a_device_that_is_left_out_has_no_profile() {
    let setup = two(all([profile("All", vec![to_group("everything"), but("kiosks")])]));
    assert_eq!(told(&setup)[0][0], "error: device A1");
}

#[test]
fn a_device_without_a_profile_gets_no_policy_of_device_preparation_either() {
    let setup = Setup {
        preparation_policies: all([PreparationPolicy { name: "Prepared".into(), ..PreparationPolicy::default() }]),
        ..two(all([]))
    };
    assert_eq!(
        told(&setup)[0][1],
        "No deployment profile reaches them, so Windows Autopilot does not set them up. Device preparation does not \
         either: a registered device never gets one of its policies."
    );
}

#[test]
fn nobody_can_be_told_to_have_no_profile_while_anything_is_not_known() {
    let mut unknown_target = profile("All", vec![]);
    unknown_target.assigned.is_whole = false;
    assert_told(&two(all([unknown_target])), &[]);
    assert_told(&two(Part { items: vec![], extent: Extent::Some }), &[]);
    assert_told(&two(all([profile("Elsewhere", vec![to_group("a group that is not given")])])), &[]);
    let unknown_id = Group { id: None, ..everything() };
    assert_told(
        &Setup { groups: all([unknown_id, kiosks()]), ..two(all([profile("All", vec![to_group("everything")])])) },
        &[],
    );
}

#[test]
fn a_rule_on_what_only_an_enrolled_device_tells_decides_nothing() {
    let company = group("company", "(device.deviceOwnership -eq \"Company\")");
    let model = group("model", "(device.deviceModel -startsWith \"Surface\")");
    let to_both = profile("All", vec![to_group("company"), to_group("model")]);
    let setup = Setup { groups: all([company, model, kiosks()]), ..two(all([to_both])) };
    assert_told(&setup, &[]);
}

#[test]
fn a_model_that_is_known_decides() {
    let model = || group("model", "(device.deviceModel -startsWith \"Surface\")");
    let of = |model_name: &str| {
        let device = Device { model: Some(model_name.to_owned()), ..device("A1", "") };
        let profiles = all([profile("Surface", vec![to_group("model")])]);
        Setup { devices: all([device]), groups: all([model()]), profiles, ..Setup::default() }
    };
    assert_told(&of("Surface Laptop 5"), &[]);
    assert_eq!(told(&of("EliteBook"))[0][0], "error: device A1");
}

#[test]
fn the_oldest_of_two_profiles_wins() {
    let of = |created: Option<&str>| {
        let old = Profile { created: created.map(str::to_owned), ..profile("Old", vec![to_group("everything")]) };
        let young =
            Profile { created: Some("2026-11-02T08:00:00Z".into()), ..profile("Young", vec![to_group("kiosks")]) };
        two(all([young, old]))
    };
    let remedy = "Exclude the group of one from the other, or narrow a rule, so that one profile reaches the device.";
    let known = "2 deployment profiles reach it by its groups: \"Young\" and \"Old\". The oldest wins: \"Old\".";
    assert_told(&of(Some("2026-11-01T08:00:00.5Z")), &[["warning: device A1", known, remedy]]);
    let unknown = "2 deployment profiles reach it by its groups: \"Young\" and \"Old\". The oldest wins, and which one that is \
                   cannot be told here.";
    assert_told(&of(None), &[["warning: device A1", unknown, remedy]]);
}

#[test]
fn a_profile_for_all_devices_gives_way_in_silence() {
    let setup = two(all([profile("All", vec![to(Who::AllDevices)]), profile("Kiosk", vec![to_group("kiosks")])]));
    assert_told(&setup, &[]);
}

#[test]
fn a_profile_without_an_enrollment_status_page() {
    let profiles = || all([profile("All", vec![to(Who::AllDevices)])]);
    let only_kiosks = Setup { pages: all([page("Kiosk", vec![to_group("kiosks")])]), ..two(profiles()) };
    let expected = [
        "warning: device B2",
        "A deployment profile is there and no enrollment status page that shows progress: the user can work before the apps \
         and policies are installed.",
        "Assign an enrollment status page to the group of the profile, or let the default page show progress.",
    ];
    assert_told(&only_kiosks, &[expected]);
    let default = |shows| Page { is_default: true, shows_progress: Some(shows), ..Page::default() };
    assert_told(&Setup { pages: all([default(true)]), ..two(profiles()) }, &[]);
    assert_eq!(told(&Setup { pages: all([default(false)]), ..two(profiles()) })[0][0], "warning: devices A1 and B2");
    // A page for users may reach the user.
    assert_told(&Setup { pages: all([page("Users", vec![to(Who::AllUsers)])]), ..two(profiles()) }, &[]);
}

#[test]
fn a_self_deploying_device_greets_nobody() {
    let kiosk = Profile { is_self_deploying: Some(true), ..profile("Kiosk", vec![to(Who::AllDevices)]) };
    let owned = Device { assigned_user: Some("ada@contoso.com".into()), ..device("A1", "Kiosk") };
    let devices = all([owned, device("B2", "")]);
    let expected = [
        "warning: device A1",
        "A user is assigned, and the profile \"Kiosk\" is self-deploying: nobody signs in, and the device belongs to no one.",
        "Unassign the user, or give the device a user-driven profile.",
    ];
    assert_told(&Setup { devices, ..two(all([kiosk])) }, &[expected]);
}

/// A hash of a device, as the tool writes it, with this version of its TPM.
fn hash(tpm: &str) -> String {
    let version = Version { major: 10, minor: 0, build: 26100, revision: 1 };
    let origin = Origin { tool: version, windows: version, time: [0; 5], os_type: 2, architecture: 9, form: 3 };
    let tpm_version = Some(tpm.to_owned());
    encode(&HardwareHash { origin: Some(origin), tpm_version, ..HardwareHash::default() })
}

#[test]
fn a_device_without_tpm_2_cannot_attest_itself() {
    let setup = |profile: Profile, tpm: &str| {
        let device = Device { hardware_hash: Some(hash(tpm)), ..device("A1", "Kiosk") };
        Setup { devices: all([device]), groups: all([kiosks()]), profiles: all([profile]), ..Setup::default() }
    };
    let plain = || profile("Kiosk", vec![to(Who::AllDevices)]);
    let alone = || Profile { is_self_deploying: Some(true), ..plain() };
    let remedy = "Use a user-driven profile, or a device with a TPM 2.0.";
    let fails =
        "The hardware hash tells of no TPM 2.0, and the profile \"Kiosk\" is self-deploying: that fails without one.";
    assert_told(&setup(alone(), "1.2"), &[["error: device A1", fails, remedy]]);
    let prepared = || Profile { allows_preprovisioning: Some(true), ..plain() };
    let fails = "The hardware hash tells of no TPM 2.0, and the profile \"Kiosk\" allows pre-provisioning: the technician's part \
                 fails without one.";
    assert_told(&setup(prepared(), "1.2"), &[["warning: device A1", fails, remedy]]);
    for fits in [setup(alone(), "2.0"), setup(prepared(), "2.0"), setup(plain(), "1.2")] {
        assert_told(&fits, &[]);
    }
}

#[test]
fn two_devices_of_one_name() {
    let named = |template: &str| {
        let profile = Profile { name_template: Some(template.into()), ..profile("Laptops", vec![to(Who::AllDevices)]) };
        let devices = all([device("1A-12345678", ""), device("2A-12345678", ""), device("3B-12345678", "")]);
        Setup { devices, profiles: all([profile]), ..Setup::default() }
    };
    let expected = [
        "error: devices 1A-12345678 and 2A-12345678",
        "The name template \"LAP-%SERIAL%X\" of the profile \"Laptops\" names each of them LAP-A-12345678X.",
        "Shorten the text of the template, so that more of the serial number fits, or add %RAND:4%.",
    ];
    assert_told(&named("LAP-%SERIAL%X"), &[expected]);
    assert_told(&named("L-%SERIAL%"), &[]);
    assert_told(&named("PC-%RAND:5%"), &[]);
}

#[test]
fn a_serial_number_that_gives_no_name() {
    let profile = Profile { name_template: Some("%SERIAL%".into()), ..profile("Laptops", vec![to(Who::AllDevices)]) };
    let setup = Setup {
        devices: all([device("041592640153", ""), device("5CG1", "")]),
        profiles: all([profile]),
        ..Setup::default()
    };
    let expected = [
        "error: device 041592640153",
        "The name template \"%SERIAL%\" of the profile \"Laptops\" makes no valid name of its serial number.",
        "A name has letters, digits and hyphens, and not only digits: put a text before %SERIAL%, or use %RAND:4%.",
    ];
    assert_told(&setup, &[expected]);
}

#[test]
fn a_serial_number_that_is_there_twice() {
    let setup = Setup { devices: all([device("pf3a", ""), device("PF3A ", ""), device("B2", "")]), ..Setup::default() };
    let problem = "The serial number is there 2 times. A device is registered once.";
    assert_told(&setup, &[["error: device pf3a", problem, "Remove the others."]]);
}
