use super::*;

fn call(setup: Value) -> Result<Value, FunctionError> {
    SetupProblems.call(&[setup])
}

fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::List(elements.into())
}

fn group(id: Value) -> Value {
    Value::object([
        ("id", id),
        ("display_name", "Kiosks".into()),
        ("membership_rule", "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))".into()),
        ("membership_rule_processing", "on".into()),
    ])
}

fn profile(group_id: Value) -> Value {
    let target = Value::object([("group_id", group_id), ("all_devices", Value::Null), ("excluded", Value::Null)]);
    Value::object([("display_name", "Kiosk".into()), ("assignments", Value::set(vec![target]))])
}

fn row(tag: &str) -> Value {
    Value::object([("group_tag", tag.into()), ("assigned_user", Value::Null), ("hardware_hash", Value::Null)])
}

/// Two rows of an import, of which the second has another tag.
fn rows() -> Value {
    Value::object([("A1", row("Kiosk")), ("B2", row("Other"))])
}

fn subjects(found: &Value) -> Vec<&str> {
    found.elements().iter().map(|finding| finding.get("subject").as_str().unwrap()).collect()
}

#[test]
fn a_finding_says_how_bad_it_is_what_it_is_about_and_what_to_do() {
    let found = call(Value::object([("devices", rows()), ("profiles", list([]))])).unwrap();
    let expected = Value::object([
        ("severity", "error".into()),
        ("subject", "devices A1 and B2".into()),
        ("problem", "No deployment profile reaches them, so Windows Autopilot does not set them up.".into()),
        (
            "remedy",
            "Assign a profile to a group whose rule matches, or give the device a group tag that a rule asks for."
                .into(),
        ),
    ]);
    assert_eq!(found, list([expected]));
}

#[test]
fn rows_imports_lists_maps_and_single_things_are_taken() {
    let of = |devices: Value, profiles: Value, groups: Value| {
        call(Value::object([("devices", devices), ("profiles", profiles), ("groups", groups)])).unwrap()
    };
    let (profile, group) = (|| profile("G1".into()), || group("g1".into()));
    let import = || Value::object([("id", "x".into()), ("devices", rows()), ("deregister_many", Value::Null)]);
    let device = |serial_number: &str, tag: &str| {
        Value::object([("serial_number", serial_number.into()), ("group_tag", tag.into())])
    };
    let devices = Value::object([("laptop", device("B2", "Other")), ("kiosk", device("A1", "Kiosk"))]);
    for (devices, profiles, groups) in [
        (rows(), list([profile()]), list([group()])),
        (import(), profile(), group()),
        (list([import()]), Value::object([("one", profile())]), Value::object([("one", group())])),
        (devices, list([profile()]), list([group()])),
    ] {
        assert_eq!(subjects(&of(devices.clone(), profiles, groups)), ["device B2", "device B2"], "{devices:?}");
    }
}

#[test]
fn with_anything_unknown_and_nothing_found_the_answer_is_unknown() {
    let setup = |id: Value| {
        let devices = Value::object([("A1", row("Kiosk"))]);
        Value::object([("devices", devices), ("profiles", list([profile(id.clone())])), ("groups", list([group(id)]))])
    };
    assert_eq!(call(setup("g1".into())), Ok(list([])));
    assert_eq!(call(setup(Value::Unknown)), Ok(Value::Unknown));
    assert_eq!(call(Value::Unknown), Ok(Value::Unknown));
    assert_eq!(call(Value::object([("devices", Value::Unknown)])), Ok(Value::Unknown));
}

#[test]
fn what_is_found_is_told_while_the_rest_is_unknown() {
    let setup = Value::object([
        ("devices", list([Value::Unknown, row_of("A1"), row_of("a1")])),
        ("groups", list([group(Value::Unknown)])),
        ("profiles", Value::Unknown),
    ]);
    assert_eq!(subjects(&call(setup).unwrap()), ["device A1"]);
}

fn row_of(serial_number: &str) -> Value {
    Value::object([("serial_number", serial_number.into()), ("group_tag", Value::Unknown)])
}

#[test]
fn corporate_identifiers_are_taken_from_the_resource_its_map_and_a_list() {
    let (one, same) = ("Contoso,Model 1,A1", "contoso,model 1,a1");
    let map = || Value::object([(one, Value::object([("description", Value::Null)])), (same, Value::object([]))]);
    for identifiers in
        [Value::object([("id", "x".into()), ("identifiers", map())]), map(), list([one.into(), same.into()])]
    {
        let found = call(Value::object([("corporate_identifiers", identifiers)])).unwrap();
        assert_eq!(subjects(&found), ["corporate identifier \"Contoso,Model 1,A1\""]);
    }
}

#[test]
fn the_default_page_is_one_without_a_name() {
    let setup = |shows: bool| {
        let page = Value::object([("id", "x".into()), ("show_progress", shows.into())]);
        let profile = Value::object([
            ("display_name", "All".into()),
            ("assignments", Value::set(vec![Value::object([("all_devices", true.into())])])),
        ]);
        let devices = Value::object([("A1", row(""))]);
        let parts = [("devices", devices), ("profiles", profile), ("enrollment_status_pages", list([page]))];
        call(Value::object(parts)).unwrap()
    };
    assert_eq!(subjects(&setup(true)), [""; 0]);
    assert_eq!(subjects(&setup(false)), ["device A1"]);
}

#[test]
fn a_part_that_is_not_known_is_refused() {
    let text = |setup: Value| call(setup).unwrap_err().text;
    assert_eq!(
        text(Value::object([("profile", list([]))])),
        "The setup has no part \"profile\". It has any of apps, corporate_identifiers, devices, domain_join_profiles, \
         enrollment_status_pages, groups, preparation_policies, profiles, scripts."
    );
    assert!(text("devices".into()).starts_with("The setup has to be an object."));
    assert_eq!(
        text(Value::object([("groups", list(["kiosks".into()]))])),
        "Each of `groups` has to be an object, as the resource gives it."
    );
}
