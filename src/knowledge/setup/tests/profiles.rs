use super::*;

#[test]
fn two_profiles_for_all_devices() {
    let everyone = |name: &str| profile(name, vec![to(Who::AllDevices)]);
    let setup = Setup { profiles: all([everyone("A"), profile("B", vec![]), everyone("C")]), ..Setup::default() };
    let expected = [
        "error: deployment profiles \"A\" and \"C\"",
        "Each is assigned to All Devices. Intune allows that to one profile and refuses the others.",
        "Leave All Devices to one of them, and assign the others to groups.",
    ];
    assert_told(&setup, &[expected]);
}

#[test]
fn a_profile_for_a_group_of_users() {
    let users = group("Sales", "(user.department -eq \"Sales\")");
    let profiles = all([profile("User driven", vec![to_group("sales")])]);
    let setup = Setup { groups: all([users]), profiles, ..Setup::default() };
    let expected = [
        "error: deployment profile \"User driven\"",
        "It is assigned to a group of users: \"Sales\". A profile reaches devices only.",
        "Assign it to a group of devices, such as one whose rule asks for a group tag.",
    ];
    assert_told(&setup, &[expected]);
}

#[test]
fn a_policy_that_says_only_who_is_left_out() {
    let nobody = || vec![but("kiosks")];
    let setup = Setup {
        profiles: all([profile("P", nobody())]),
        pages: all([page("E", nobody())]),
        domain_join_profiles: all([DomainJoinProfile { name: "J".into(), assigned: assigned(nobody()) }]),
        apps: all([App { name: "A".into(), assigned: assigned(nobody()), ..App::default() }]),
        scripts: all([Script { name: "S".into(), assigned: assigned(nobody()), ..Script::default() }]),
        ..Setup::default()
    };
    let told = told(&setup);
    let subjects: Vec<_> = told.iter().map(|[subject, ..]| subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "warning: deployment profile \"P\"",
            "warning: enrollment status page \"E\"",
            "warning: domain join profile \"J\"",
            "warning: app \"A\"",
            "warning: script \"S\""
        ]
    );
    let said = "Its assignments say only who is left out, so it reaches nobody.";
    assert!(told.iter().all(|[_, problem, remedy]| problem == said && remedy == "Add whom it is for."), "{told:?}");
}

/// A device that is pre-provisioned, with these pages.
fn prepared(pages: Part<Page>) -> Setup {
    let prepared = Profile { allows_preprovisioning: Some(true), ..profile("Laptops", vec![to(Who::AllDevices)]) };
    Setup {
        devices: all([device("A1", "Kiosk")]),
        groups: all([kiosks(), group("Users", "(user.accountEnabled -eq true)")]),
        profiles: all([prepared]),
        pages,
        ..Setup::default()
    }
}

const REMEDY: &str = "Assign an enrollment status page to the group of devices that the profile is assigned to.";

#[test]
fn pre_provisioning_with_pages_for_users_only() {
    let problem = "The profile \"Laptops\" allows pre-provisioning, and the enrollment status pages are for users: the \
                   technician's part needs one that targets the device.";
    for target in [to(Who::AllUsers), to_group("users")] {
        assert_told(&prepared(all([page("Users", vec![target])])), &[["error: device A1", problem, REMEDY]]);
    }
}

#[test]
fn pre_provisioning_without_a_page() {
    let told = told(&prepared(all([])));
    let problem = "The profile \"Laptops\" allows pre-provisioning, and no enrollment status page that shows progress targets \
                   the device: the technician's part needs one.";
    assert_eq!(told[0], ["error: device A1", problem, REMEDY]);
    let hidden = Page { shows_progress: Some(false), ..page("Kiosk", vec![to_group("kiosks")]) };
    assert_eq!(super::told(&prepared(all([hidden])))[0][1], problem);
}

#[test]
fn pre_provisioning_with_a_page_for_the_device() {
    assert_told(&prepared(all([page("Kiosk", vec![to_group("kiosks")])])), &[]);
    assert_told(&prepared(all([Page { is_default: true, shows_progress: Some(true), ..Page::default() }])), &[]);
    assert_told(&prepared(Part::default()), &[]);
}

#[test]
fn pre_provisioning_that_mixes_win32_and_line_of_business_apps() {
    let app = |name: &str, kind: &str, intent: &str| App {
        name: name.into(),
        kind: Some(kind.into()),
        assigned: assigned(vec![Target { intent: Some(intent.into()), ..to_group("kiosks") }]),
        ..App::default()
    };
    let with = |apps| Setup { apps, ..prepared(Part::default()) };
    let expected = [
        "warning: deployment profile \"Laptops\"",
        "It allows pre-provisioning, and its devices get the Win32 app \"VPN\" and the line-of-business app \"ERP\": their \
         installers hinder each other, and the deployment fails at times.",
        "Package the line-of-business app as a Win32 app.",
    ];
    let vpn = || app("VPN", "win32LobApp", "required");
    assert_told(&with(all([vpn(), app("ERP", "windowsMobileMSI", "required")])), &[expected]);
    assert_told(&with(all([vpn(), app("ERP", "windowsMobileMSI", "available")])), &[]);
}
