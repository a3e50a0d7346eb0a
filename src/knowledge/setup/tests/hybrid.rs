use super::*;

fn hybrid(targets: Vec<Target>) -> Profile {
    Profile { is_hybrid: Some(true), ..profile("Hybrid", targets) }
}

fn join(targets: Vec<Target>) -> DomainJoinProfile {
    DomainJoinProfile { name: "Contoso".into(), assigned: assigned(targets) }
}

fn setup<const N: usize>(profile: Profile, joins: [DomainJoinProfile; N]) -> Setup {
    let groups = all([kiosks(), everything()]);
    Setup { groups, profiles: all([profile]), domain_join_profiles: all(joins), ..Setup::default() }
}

#[test]
fn a_hybrid_profile_without_any_domain_join_profile() {
    let expected = [
        "error: deployment profile \"Hybrid\"",
        "It is for hybrid join, and there is no domain join profile: the device does not learn which domain to join, and the \
         deployment fails.",
        "Add a domain join profile, assigned to the same groups.",
    ];
    assert_told(&setup(hybrid(vec![to_group("kiosks")]), []), &[expected]);
    assert_told(&setup(profile("Entra", vec![to_group("kiosks")]), []), &[]);
}

#[test]
fn a_domain_join_profile_for_other_groups_than_the_hybrid_profile() {
    let setup = setup(hybrid(vec![to_group("everything")]), [join(vec![to_group("kiosks")])]);
    let lacks = [
        "error: deployment profile \"Hybrid\"",
        "It is for hybrid join, and no domain join profile is assigned to the group \"everything\": its devices do not learn \
         which domain to join, and the deployment fails.",
        "Assign a domain join profile to the same groups.",
    ];
    let idle = [
        "warning: domain join profile \"Contoso\"",
        "It is assigned to the group \"kiosks\", and no deployment profile for hybrid join is: there it does nothing.",
        "Assign both to the same groups.",
    ];
    assert_told(&setup, &[lacks, idle]);
}

#[test]
fn a_domain_join_profile_for_the_same_groups_or_all_devices() {
    assert_told(&setup(hybrid(vec![to_group("kiosks")]), [join(vec![to_group("kiosks")])]), &[]);
    let everyone = || vec![to(Who::AllDevices)];
    assert_told(&setup(hybrid(everyone()), [join(everyone())]), &[]);
    let mut unknown = join(vec![]);
    unknown.assigned.is_whole = false;
    assert_told(&setup(hybrid(vec![to_group("kiosks")]), [unknown]), &[]);
}
