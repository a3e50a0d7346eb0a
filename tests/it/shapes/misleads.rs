//! What a plan tells of configurations that would fail late, or work and hurt: one row each, with the message.
//!
//! Others stand where their subject does: who holds All Devices (`made`), ids of nothing (`referred`), adopted devices
//! that stay and rows that vanish (`device_import::leaving`), names, hashes and CSVs on their lines (`terraform::bad_input`).

use autopilot::knowledge::hardware_hash::{HardwareHash, Origin, Version, encode};

use super::*;

const INVALID: &str = "Invalid Attribute Value";
const IMPORT: &str = "autopilot_device_import";
const IDENTIFIERS: &str = "autopilot_corporate_identifiers";

/// The attributes of a configuration.
type Set = Vec<(&'static str, Value)>;

/// A configuration, and all that is said of it: how bad each is, its title, and a part of its text.
struct Row {
    what: &'static str,
    resource: &'static str,
    set: Set,
    told: &'static [(Severity, &'static str, &'static str)],
}

fn named<const N: usize>(set: [(&'static str, Value); N]) -> Set {
    [("display_name", "X".into())].into_iter().chain(set).collect()
}

fn device(world: &World, set: &[(&str, Value)]) -> Value {
    let row = world.resource(IMPORT).spec.attributes.iter().find(|attribute| attribute.name == "devices");
    let Some(autopilot::schema::Attribute { kind: autopilot::schema::Kind::Nested(_, row), .. }) = row else {
        panic!()
    };
    let mut device = null_object(row);
    set.iter().for_each(|(name, value)| device.insert(name, value.clone()));
    device
}

/// The hash of a device that tells of this TPM.
fn hash(tpm: Option<&str>) -> Value {
    let version = Version { major: 10, minor: 0, build: 26100, revision: 1 };
    let origin = Some(Origin { tool: version, windows: version, time: [0; 5], os_type: 1, architecture: 9, form: 0 });
    let [serial_number, manufacturer, model] = ["A1", "Contoso", "Model 1"].map(|text| Some(text.to_owned()));
    let tpm_version = tpm.map(str::to_owned);
    encode(&HardwareHash { serial_number, manufacturer, model, origin, tpm_version, ..HardwareHash::default() })
        .as_str()
        .into()
}

async fn hold(world: &World, rows: Vec<Row>) {
    for Row { what, resource, set, told: expected } in rows {
        let mut config = world.config(resource, []);
        set.into_iter().for_each(|(name, value)| config.insert(name, value));
        let told = world.told(resource, &config, &State::default()).await;
        assert_eq!(told.len(), expected.len(), "{what}: {told:#?}");
        for (told, (severity, summary, part)) in told.iter().zip(expected) {
            assert_eq!((told.severity, told.summary.as_str()), (*severity, *summary), "{what}: {told:#?}");
            assert!(told.detail.contains(part) && told.path.is_some(), "{what}: {told:#?}");
        }
    }
}

#[tokio::test]
async fn m1_to_m6_what_the_service_refuses_is_an_error_on_the_attribute() {
    use Severity::{Error, Warning};
    let world = World::new().await;
    let null_row = Value::Map([("X".to_owned(), Value::Null)].into_iter().collect());
    hold(
        &world,
        vec![
            Row {
                what: "M1: the name of a profile",
                resource: PROFILE,
                set: vec![("display_name", "User-driven Entra join".into())],
                told: &[(
                    Error,
                    INVALID,
                    "cannot hold -, got: \"User-driven Entra join\". Intune refuses each of ! # % ^ *",
                )],
            },
            Row {
                what: "M1: its description",
                resource: PROFILE,
                set: named([("description", "50% of all".into())]),
                told: &[(Error, INVALID, "Attribute description cannot hold %")],
            },
            Row {
                what: "M3: null for a required attribute",
                resource: GROUP,
                set: vec![],
                told: &[(
                    Error,
                    "Missing Attribute Value",
                    "Attribute display_name is required, and null is no value for it.",
                )],
            },
            Row {
                what: "M3: no devices",
                resource: IMPORT,
                set: vec![],
                told: &[(
                    Error,
                    "Missing Attribute Value",
                    "Attribute devices is required, and null is no value for it.",
                )],
            },
            Row {
                what: "M3: a row that is null",
                resource: IMPORT,
                set: vec![("devices", null_row)],
                told: &[(
                    Error,
                    INVALID,
                    "Attribute devices[\"X\"] cannot be null. Give it a value, or leave the element out.",
                )],
            },
            Row {
                what: "M4: a name where an id belongs",
                resource: PAGE,
                set: named([("blocking_app_ids", Value::set(vec!["Company Portal".into()]))]),
                told: &[(Error, INVALID, "Attribute blocking_app_ids must be a GUID such as")],
            },
            Row {
                what: "M4: a filter without its mode",
                resource: PAGE,
                set: named([(
                    "assignments",
                    Value::set(vec![facets::target(&[
                        ("all_devices", true.into()),
                        ("filter_id", "0f8fad5b-d9cb-469f-a165-70867728950e".into()),
                    ])]),
                )]),
                told: &[(Error, INVALID, "has a `filter_id` without a `filter_mode` in the element for all devices")],
            },
            Row {
                what: "M5: a device that is nobody's in a domain",
                resource: PROFILE,
                set: named([("join_type", "hybrid".into()), ("deployment_mode", "self_deploying".into())]),
                told: &[(Error, INVALID, "cannot be \"self_deploying\" on a hybrid profile")],
            },
            Row {
                what: "M5: a technician for a device that is nobody's",
                resource: PROFILE,
                set: named([("deployment_mode", "self_deploying".into()), ("preprovisioning_allowed", true.into())]),
                told: &[(Warning, "No Pre-Provisioning", "A self-deploying device has no user")],
            },
            Row {
                what: "M5: a user of a HoloLens",
                resource: PROFILE,
                set: named([("device_type", "hololens".into())]),
                told: &[(Warning, "HoloLens Is Self-Deploying", "set `deployment_mode = \"self_deploying\"`")],
            },
            Row {
                what: "M6: a rule that is empty",
                resource: GROUP,
                set: named([("membership_rule", "".into())]),
                told: &[(Error, "Invalid Rule", "The rule is empty.")],
            },
            Row {
                what: "M6: a rule without its parenthesis",
                resource: GROUP,
                set: named([("membership_rule", "(device.displayName -startsWith \"KIOSK\"".into())]),
                told: &[(Error, "Invalid Rule", "Column 1: This parenthesis is not closed.\n\n  (device.displayName")],
            },
            Row {
                what: "M6: a nickname with a blank",
                resource: GROUP,
                set: named([("mail_nickname", "has space".into())]),
                told: &[(Error, INVALID, "Attribute mail_nickname cannot contain a blank, got: \"has space\"")],
            },
            Row {
                what: "M6: a nickname that is an address",
                resource: GROUP,
                set: named([("mail_nickname", "sales@contoso.com".into())]),
                told: &[(
                    Error,
                    INVALID,
                    "cannot contain '@', got: \"sales@contoso.com\". Microsoft Graph takes characters of ASCII",
                )],
            },
        ],
    )
    .await;
}

#[tokio::test]
async fn what_works_and_hurts_is_a_warning() {
    use Severity::Warning;
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "G".into())]).await;
    let excluded = facets::target(&[("group_id", id(&group).into()), ("excluded", true.into())]);
    let devices = |set: &[(&str, Value)]| Value::Map([("A1".to_owned(), device(&world, set))].into_iter().collect());
    let identifier = ("Contoso,Model 1,A1".to_owned(), Value::object([("description", Value::Null)]));
    hold(
        &world,
        vec![
            Row {
                what: "targeted devices are converted",
                resource: PROFILE,
                set: named([("convert_targeted_devices", true.into())]),
                told: &[(Warning, "Targeted Devices Become Registered", "Neither a destroy nor taking this back deregisters it.")],
            },
            Row {
                what: "only exclusions",
                resource: PROFILE,
                set: named([("assignments", Value::set(vec![excluded]))]),
                told: &[(Warning, "Assigned to Nobody", "it reaches nobody. Add whom it is for.")],
            },
            Row {
                what: "M14: nobody knows the device",
                resource: IMPORT,
                set: vec![("devices", devices(&[("group_tag", "Sales".into())]))],
                told: &[(
                    Warning,
                    "Devices Not Registered",
                    "1 device is not registered with Windows Autopilot, and there is no hardware_hash to register it by: A1.",
                )],
            },
            Row {
                what: "a device without a TPM",
                resource: IMPORT,
                set: vec![("devices", devices(&[("hardware_hash", hash(None))]))],
                told: &[(Warning, "Devices Without TPM 2.0", "self-deploying and pre-provisioned deployments fail without one")],
            },
            Row {
                what: "a device with an old TPM",
                resource: IMPORT,
                set: vec![("devices", devices(&[("hardware_hash", hash(Some("TPM-Version:1.2")))]))],
                told: &[(Warning, "Devices Without TPM 2.0", "1 device tells of no TPM 2.0 by the hardware hash: A1.")],
            },
            Row {
                what: "a device with a TPM 2.0",
                resource: IMPORT,
                set: vec![("devices", devices(&[("hardware_hash", hash(Some("TPM-Version:2.0")))]))],
                told: &[],
            },
            Row {
                what: "the first corporate identifier",
                resource: IDENTIFIERS,
                set: vec![("identifiers", Value::Map([identifier].into_iter().collect()))],
                told: &[(Warning, "Other Windows Devices Become Personal", "that has none enrols as a personal device")],
            },
        ],
    )
    .await;
}

#[tokio::test]
async fn the_first_corporate_identifier_is_warned_of_and_the_second_is_not() {
    let world = World::new().await;
    let row = |serial: &str| (format!("Contoso,Model 1,{serial}"), Value::object([("description", Value::Null)]));
    let config = |rows: Vec<(String, Value)>| {
        world.config(IDENTIFIERS, [("identifiers", Value::Map(rows.into_iter().collect()))])
    };
    let first = world.apply(IDENTIFIERS, &config(vec![row("1")]), &State::default()).await.state;
    assert_eq!(world.told(IDENTIFIERS, &config(vec![row("1"), row("2")]), &first).await, []);
    assert_eq!(world.told(IDENTIFIERS, &config(vec![row("3")]), &State::default()).await, []);
}

#[tokio::test]
async fn a_profile_that_is_replaced_becomes_the_youngest_and_one_that_is_renamed_is_not_known_to_rules() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "G".into()), ("provisioning_client_owner", true.into())]).await;
    let to = |group: &State| Value::set(vec![facets::target(&[("group_id", id(group).into())])]);
    let profile = |name: &str, mode: &str| {
        let set = [("display_name", name.into()), ("deployment_mode", mode.into()), ("assignments", to(&group))];
        world.config(PROFILE, set)
    };
    let made = world.apply(PROFILE, &profile("Old", "user_driven"), &State::default()).await.quietly();
    let told = world.told(PROFILE, &profile("Old", "self_deploying"), &made).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].summary, "Replaced Profile Is the Youngest");
    assert!(told[0].detail.ends_with("a device that another profile reaches too gets that one."), "{told:#?}");
    // By `-replace` it is planned with its prior state, and then once more without.
    let config = profile("Old", "user_driven");
    let first = world.plan(PROFILE, &config, &made).await;
    assert_eq!(first.diagnostics.0, []);
    let again = State { value: Value::Null, private: first.private };
    let told = world.told(PROFILE, &config, &again).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].detail.starts_with("Another profile is made in its place. Of the profiles that"), "{told:#?}");
    let policy =
        |name: &str| world.config(POLICY, [("display_name", name.into()), ("device_group_id", id(&group).into())]);
    let policy_made = world.apply(POLICY, &policy("Old"), &State::default()).await.quietly();
    for (told, noun) in [
        (world.told(PROFILE, &profile("New", "user_driven"), &made).await, "deployment profile"),
        (world.told(POLICY, &policy("New"), &policy_made).await, "device preparation policy"),
    ] {
        assert_eq!(told.len(), 1, "{told:#?}");
        assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Warning, "Rules Know the Old Name"));
        assert!(told[0].detail.starts_with(&format!("The {noun} \"Old\" becomes \"New\".")), "{told:#?}");
    }
}

#[tokio::test]
async fn m7_what_is_there_already_is_adopted_and_refused_for_nothing() {
    let world = World::new().await;
    let body = serde_json::json!({
        "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
        "displayName": "Portal", "deviceNameTemplate": "%rand:5%-A",
    });
    let made = world.graph.post("/beta/deviceManagement/windowsAutopilotDeploymentProfiles", &body).await;
    let made = made.expect("it is made").expect("an answer");
    let state = world.import(PROFILE, made["id"].as_str().expect("an id")).await;
    let (config, left_out) = engine::generate(world.resource(PROFILE), &state.value);
    assert_eq!(left_out.0, [], "what was generated is whole");
    assert_eq!(config.get("device_name_template").as_str(), Some("%rand:5%-A"));
    let told = world.told(PROFILE, &config, &state).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Warning, "Refused If Made Anew"));

    let mut changed = config.clone();
    changed.insert("device_name_template", "%rand:4%-A".into());
    let told = world.plan(PROFILE, &changed, &state).await.diagnostics.0;
    assert_eq!((told.len(), told[0].severity), (1, Severity::Error), "{told:#?}");
    assert!(told[0].detail.contains("cannot be \"%rand:4%-A\""), "{told:#?}");
}

/// Entra stores a rule that it cannot read while its processing is paused.
#[tokio::test]
async fn m7_a_rule_that_is_there_already_is_a_warning_and_another_one_an_error() {
    let world = World::new().await;
    let body = serde_json::json!({
        "displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRuleProcessingState": "Paused",
        "membershipRule": "(device.devicePhysicalIds -any (_ -eqq \"x\"))",
    });
    let made = world.graph.post("/v1.0/groups", &body).await.expect("it is made").expect("an answer");
    let state = world.import(GROUP, made["id"].as_str().expect("an id")).await;
    let (config, _) = engine::generate(world.resource(GROUP), &state.value);
    let told = world.told(GROUP, &config, &state).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Warning, "Refused If Made Anew"));
    assert!(told[0].detail.contains("`-eqq` is no operator"), "{told:#?}");

    let mut changed = config;
    changed.insert("membership_rule", "(device.devicePhysicalIds -any (_ -eqqq \"x\"))".into());
    let told = world.told(GROUP, &changed, &state).await;
    assert_eq!((told.len(), told[0].severity), (1, Severity::Error), "{told:#?}");
}
