//! Many tenants by the script of a scenario: each tenant is told, and at the end what failed.

use std::fs;

use super::{lab::Lab, run::Run};

const SCENARIO: &str = "scenarios/fifty-tenants";

fn lab() -> Lab {
    let lab = Lab::of_example(SCENARIO);
    let seed = fs::read(lab.folder().join("seed.json")).expect("the scenario has a seed");
    lab.emulator.plant(&seed).unwrap_or_else(|why| panic!("{why}"));
    lab
}

/// The script for three of the tenants.
fn for_three(lab: &Lab, words: &[&str]) -> Run {
    let mut script = lab.script("each-tenant.sh");
    Run::of(script.args(words).env("TENANTS", "adatum litware relecloud").env("AT_ONCE", "2"))
}

fn groups_of(lab: &Lab, tenant: &str) -> usize {
    lab.emulator.snapshot_of(tenant).expect("it is planted").groups.len()
}

#[test]
fn what_fails_in_one_tenant_is_told_at_the_end_and_done_when_it_is_run_again() {
    let lab = lab();
    let file = lab.folder().join("tenants/litware.tfvars");
    let own = fs::read_to_string(&file).expect("there is such a customer");
    fs::write(&file, own.replace("7e4a0000", "7e4affff")).expect("it can be written");

    let applied = for_three(&lab, &["apply", "-auto-approve"]).fails();
    for part in [
        "1 of 3  ",
        "3 of 3  ",
        "adatum: Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
        "litware: FAILED",
        "3 tenants: 2 worked, 1 failed.",
        "litware, see logs/litware.log:",
        "Error: Sign-In Failed",
        "AADSTS90002",
    ] {
        assert!(applied.stdout.contains(part), "{part:?} is missing in {applied}");
    }
    assert_eq!(["adatum.com", "litware.com"].map(|tenant| groups_of(&lab, tenant)), [1, 0]);

    fs::write(&file, own).expect("it can be written");
    let planned = for_three(&lab, &["plan", "-detailed-exitcode"]);
    assert_eq!(planned.code, Some(2), "{planned}");
    assert!(planned.stdout.contains("3 tenants: 3 worked, 0 failed. 1 have changes."), "{planned}");
    let applied = for_three(&lab, &["apply", "-auto-approve"]).succeeds();
    assert!(applied.stdout.contains("adatum: Apply complete! Resources: 0 added, 0 changed"), "{applied}");
    assert!(applied.stdout.contains("litware: Apply complete! Resources: 3 added"), "{applied}");
    for_three(&lab, &["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn a_file_with_the_id_of_another_tenant_changes_nothing() {
    let lab = lab();
    for_three(&lab, &["apply", "-auto-approve"]).succeeds();
    let tenants = lab.folder().join("tenants");
    fs::copy(tenants.join("adatum.tfvars"), tenants.join("litware.tfvars")).expect("a copy");
    let refused = for_three(&lab, &["apply", "-auto-approve"]).fails();
    assert!(refused.stdout.contains("Error: State of Another Tenant"), "{refused}");
    assert_eq!(["adatum.com", "litware.com"].map(|tenant| groups_of(&lab, tenant)), [1, 1]);
}
