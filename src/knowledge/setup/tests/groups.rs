use super::*;

fn tagged(tag: &str, rules: &[&str]) -> Setup {
    let rules = rules.iter().enumerate().map(|(at, rule)| group(&format!("group {at}"), rule));
    let groups = Part { items: rules.collect(), extent: Extent::All };
    Setup { devices: all([device("A1", tag)]), groups, ..Setup::default() }
}

#[test]
fn a_group_tag_that_no_rule_asks_for() {
    let expected = [
        "warning: device A1",
        "The group tag \"Enginering\" is asked for by no rule of a group, so it has no effect.",
        "Add a group with the rule (device.devicePhysicalIds -any (_ -eq \"[OrderID]:Enginering\")), or correct the tag.",
    ];
    let all_devices = all_devices_rule();
    assert_told(&tagged("Enginering", &[&all_devices, ""]), &[expected]);
    for rule in [
        "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:enginering\"))",
        "(device.devicePhysicalIds -any (_ -startsWith \"[OrderID]:Eng\"))",
        "(device.devicePhysicalIds -any (_ -startsWith \"[OrderID]\"))",
        "(device.devicePhysicalIds -any (_ -contains \"ngin\"))",
        "(device.devicePhysicalIds -any (_ -in [\"[OrderID]:Enginering\"]))",
        "(device.devicePhysicalIds -any (_ -match \"^\\[OrderID\\]:Eng\"))",
        "(device.devicePhysicalIds -all (_ -ne \"[OrderID]:Enginering\"))",
    ] {
        assert!(told(&tagged("Enginering", &[&all_devices, rule])).is_empty(), "{rule}");
    }
    // A rule that is not known may ask for it.
    let mut setup = tagged("Enginering", &[&all_devices, ""]);
    setup.groups.items[1].rule = None;
    assert_told(&setup, &[]);
}

#[test]
fn a_rule_that_asks_for_a_tag_that_no_device_has() {
    let expected = [
        "warning: group \"group 0\"",
        "Its rule asks for the group tag \"Kiosks\", and no device has it.",
        "Correct the rule, or the group tags of the devices.",
    ];
    let rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosks\"))";
    assert_told(&tagged("", &[rule]), &[expected]);
    assert_told(&tagged("kiosks", &[rule]), &[]);
    assert_told(&Setup { devices: all([]), ..tagged("", &[rule]) }, &[]);
    let mut unknown = tagged("", &[rule]);
    unknown.devices.items[0].group_tag = None;
    assert_told(&unknown, &[]);
}

#[test]
fn a_rule_that_asks_for_a_profile_by_a_name_that_none_has() {
    let rule = "(device.enrollmentProfileName -eq \"Sales laptops\")";
    let setup = |name: &str| Setup {
        groups: all([group("By profile", rule)]),
        profiles: all([profile(name, vec![])]),
        ..Setup::default()
    };
    let expected = [
        "warning: group \"By profile\"",
        "Its rule asks for the enrollmentProfileName \"Sales laptops\", and no deployment profile or device preparation policy \
         has that name.",
        "Write the name as it is now. A profile that was renamed is known to rules by its new name.",
    ];
    assert_told(&setup("Laptops of Sales"), &[expected]);
    assert_told(&setup("sales laptops"), &[]);
    let policy = PreparationPolicy { name: "Sales laptops".into(), ..PreparationPolicy::default() };
    assert_told(&Setup { preparation_policies: all([policy]), ..setup("Laptops of Sales") }, &[]);
    let unknown = Part { items: vec![], extent: Extent::Some };
    assert_told(&Setup { preparation_policies: unknown, ..setup("Laptops of Sales") }, &[]);
}

#[test]
fn a_rule_that_is_paused() {
    let paused = Group { is_paused: Some(true), ..kiosks() };
    let expected = [
        "warning: group \"kiosks\"",
        "The processing of its rule is paused: its members stay as they are, and no new device becomes one.",
        "Set membership_rule_processing = \"on\".",
    ];
    assert_told(&Setup { groups: all([paused]), ..Setup::default() }, &[expected]);
}
