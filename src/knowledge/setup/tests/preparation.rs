use super::*;

const SUBJECT: &str = "error: device preparation policy \"Prepared\"";

fn policy(targets: Vec<Target>) -> PreparationPolicy {
    PreparationPolicy {
        name: "Prepared".into(),
        device_group: Some("prepared devices".into()),
        assigned: assigned(targets),
        ..PreparationPolicy::default()
    }
}

/// A policy whose device group is this one.
fn with_group(rule: &str, change: impl Fn(&mut Group)) -> Setup {
    let mut device_group = group("Prepared devices", rule);
    change(&mut device_group);
    Setup { groups: all([device_group]), preparation_policies: all([policy(vec![])]), ..Setup::default() }
}

#[test]
fn a_device_group_that_is_dynamic() {
    let expected = [
        SUBJECT,
        "Its device group \"Prepared devices\" is a dynamic group: device preparation adds devices to an assigned one only.",
        "Take the rule from the group, or choose another group.",
    ];
    assert_told(&with_group("(device.accountEnabled -eq true)", |_| ()), &[expected]);
    assert_told(&with_group("", |group| group.provisioning_client_owner = Some(true)), &[]);
}

#[test]
fn a_device_group_without_the_provisioning_client() {
    let expected = [
        SUBJECT,
        "The Intune Provisioning Client does not own its device group \"Prepared devices\", so it can add no device to it.",
        "Set provisioning_client_owner = true on the group.",
    ];
    assert_told(&with_group("", |group| group.provisioning_client_owner = Some(false)), &[expected]);
    assert_told(&with_group("", |group| group.provisioning_client_owner = None), &[]);
}

#[test]
fn a_device_group_to_which_roles_can_be_assigned() {
    let expected = [
        SUBJECT,
        "Roles can be assigned to its device group \"Prepared devices\": device preparation takes no such group.",
        "Choose a group to which no roles can be assigned.",
    ];
    assert_told(&with_group("", |group| group.is_assignable_to_roles = Some(true)), &[expected]);
}

#[test]
fn a_policy_for_a_group_of_devices() {
    let setup = Setup {
        groups: all([everything()]),
        preparation_policies: all([policy(vec![to_group("everything")])]),
        ..Setup::default()
    };
    let expected = [
        SUBJECT,
        "It is assigned to a group of devices: \"everything\". The policy reaches users only.",
        "Assign it to a group of users. Devices join its device group by themselves.",
    ];
    assert_told(&setup, &[expected]);
}

fn identifier(text: &str) -> CorporateIdentifier {
    CorporateIdentifier { text: text.to_owned() }
}

#[test]
fn a_registered_device_gets_no_policy() {
    let setup = |policies| Setup {
        devices: all([device("A1", ""), device("B2", "")]),
        corporate_identifiers: all([identifier("Contoso,Model 1,a1"), identifier("Contoso,Model 1,C3")]),
        preparation_policies: policies,
        ..Setup::default()
    };
    let expected = [
        "warning: device A1",
        "Both registered with Windows Autopilot and named by a corporate identifier. Registration comes first: no device \
         preparation policy applies.",
        "Deregister the device for device preparation, or remove the identifier.",
    ];
    assert_told(&setup(all([policy(vec![])])), &[expected]);
    assert_told(&setup(Part::default()), &[]);
}

#[test]
fn a_corporate_identifier_that_is_there_twice() {
    let identifiers =
        all([identifier("Contoso,Model 1,A1"), identifier("contoso,model 1,a1"), identifier("Contoso,Model 1,B2")]);
    let setup = Setup { corporate_identifiers: identifiers, ..Setup::default() };
    let expected = ["error: corporate identifier \"Contoso,Model 1,A1\"", "It is there 2 times.", "Remove the others."];
    assert_told(&setup, &[expected]);
}
