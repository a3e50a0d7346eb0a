//! Every resource, from the first apply to the destroy, against the emulator and before core's rules.

use std::{cell::Cell, collections::BTreeSet};

use autopilot::{
    emulator::{Emulator, Options},
    knowledge::hardware_hash::{HardwareHash, encode},
    path::Step,
    resource::{Registered, engine},
    schema::{Attribute, Kind, Role},
    value::Value,
};

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use super::{
    model::{Attributes, of_table},
    notation,
    outcome::Action::{self, Create, Delete, Nothing, Replace, Update},
    process::{Import, Instance},
    random::{self, config},
    session::Core,
};

/// The life of one resource: what is configured, and what core calls the change.
struct Story {
    name: &'static str,
    steps: &'static [(&'static str, Action)],
    /// Ids to import the last step by; `$ID` is the resource's own.
    imports: &'static [&'static str],
}

/// In a configuration `$SALES` and `$LAB` are ids of groups, `$FILTER` is one of an assignment filter, `$HASH1` and `$HASH2` are hardware hashes.
const STORIES: &[Story] = &[
    Story {
        name: "autopilot_group",
        steps: &[
            ("{display_name: 'Sales laptops'}", Create),
            ("{display_name: 'Sales laptops'}", Nothing),
            (
                "{display_name: 'Sales devices', description: 'All of them', mail_nickname: 'sales',
                  membership_rule: '(device.devicePhysicalIds -any (_ -contains \"[ZTDID]\"))',
                  membership_rule_processing: 'paused', timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}",
                Update,
            ),
            (
                "{display_name: 'Sales devices', description: '', mail_nickname: 'sales',
                  membership_rule: '(device.devicePhysicalIds -any (_ -contains \"[ZTDID]\"))'}",
                Update,
            ),
            ("{display_name: 'Sales laptops'}", Update),
        ],
        imports: &["$ID", "display_name=Sales laptops"],
    },
    Story {
        name: "autopilot_deployment_profile",
        steps: &[
            ("{display_name: 'Plain'}", Create),
            (
                "{display_name: 'Full', description: 'Everything', join_type: 'entra', deployment_mode: 'user_driven',
                  device_type: 'windows_pc', preprovisioning_allowed: true, convert_targeted_devices: true,
                  locale: 'user-select', device_name_template: 'PC-%SERIAL%', role_scope_tag_ids: ['0'],
                  management_service_app_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
                  out_of_box_experience: {license_terms_hidden: false, privacy_settings_hidden: false,
                    change_account_options_hidden: true, user_account_type: 'administrator',
                    keyboard_configured_automatically: false},
                  assignments: [{group_id: '$SALES'}, {group_id: '$LAB', excluded: true}],
                  timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}",
                Update,
            ),
            (
                "{display_name: 'Full', description: '', preprovisioning_allowed: true, locale: 'en-US',
                  out_of_box_experience: {user_account_type: 'standard'}, assignments: [{all_devices: true}]}",
                Update,
            ),
            ("{display_name: 'Full', locale: 'user-select', skip_ad_connectivity_check: false, assignments: []}", Update),
            ("{display_name: 'Hybrid', join_type: 'hybrid', skip_ad_connectivity_check: true}", Replace),
            (
                "{display_name: 'Kiosk', deployment_mode: 'self_deploying', skip_ad_connectivity_check: false,
                  assignments: [{group_id: '$LAB'}]}",
                Replace,
            ),
        ],
        imports: &["$ID", "display_name=Kiosk"],
    },
    Story {
        name: "autopilot_enrollment_status_page",
        steps: &[
            ("{display_name: 'Plain'}", Create),
            (
                "{display_name: 'Full', description: 'Everything', show_progress: true, timeout_minutes: 90,
                  custom_error_message: 'Call us.', allow_log_collection: false, only_oobe_devices: false,
                  first_user_only: false, install_quality_updates: true, block_device_use: true, allow_reset: true,
                  allow_use_on_failure: true, only_blocking_apps_fail_technician_phase: false,
                  role_scope_tag_ids: ['0'],
                  assignments: [{group_id: '$SALES', filter_id: '$FILTER', filter_mode: 'include'},
                    {all_users: true}],
                  timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}",
                Update,
            ),
            ("{display_name: 'Full', description: '', block_device_use: false, assignments: [{all_devices: true}]}", Update),
            ("{display_name: 'Full', timeout_minutes: 1440, blocking_app_ids: [], assignments: []}", Update),
            ("{display_name: 'Plain', assignments: [{group_id: '$LAB'}]}", Update),
        ],
        imports: &["$ID", "display_name=Plain"],
    },
    Story {
        name: "autopilot_device_preparation_policy",
        steps: &[
            ("{display_name: 'Plain', device_group_id: '$OWNED'}", Create),
            (
                "{display_name: 'Full', description: 'Everything', role_scope_tag_ids: ['0'], deployment_mode: 'enhanced',
                  account_type: 'administrator', timeout_minutes: 90, custom_error_message: 'Call us.', allow_skip: true,
                  allow_diagnostics: true, script_ids: ['0f8fad5b-d9cb-469f-a165-70867728950e'],
                  device_group_id: '$OWNED', assignments: [{group_id: '$SALES'}],
                  timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}",
                Update,
            ),
            ("{display_name: 'Plain', timeout_minutes: 15, device_group_id: '$OWNED', assignments: [{all_users: true}]}", Update),
        ],
        imports: &["$ID", "display_name=Plain"],
    },
    Story {
        name: "autopilot_scope_tag",
        steps: &[
            ("{display_name: 'Berlin'}", Create),
            ("{display_name: 'Munich', description: 'Bavaria', timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}", Update),
            ("{display_name: 'Munich', description: ''}", Update),
            ("{display_name: 'Bavaria'}", Update),
        ],
        imports: &["$ID", "display_name=Bavaria"],
    },
    Story {
        name: "autopilot_assignment_filter",
        steps: &[
            ("{display_name: 'Surface', rule: '(device.model -startsWith \"Surface\")'}", Create),
            (
                "{display_name: 'Surfaces', description: 'All', platform: 'windows', role_scope_tag_ids: ['0'],
                  rule: '(device.model -contains \"Surface\")',
                  timeouts: {create: '5m', read: '1m', update: '5m', delete: '5m'}}",
                Update,
            ),
            ("{display_name: 'Macs', platform: 'macos', rule: '(device.model -startsWith \"Mac\")'}", Replace),
        ],
        imports: &["$ID", "display_name=Macs"],
    },
    Story {
        name: "autopilot_device_import",
        steps: &[
            ("{devices: {PF1: {hardware_hash: '$HASH1'}}}", Create),
            (
                "{devices: {PF1: {hardware_hash: '$HASH1', group_tag: 'Sales', display_name: 'FRONT-DESK',
                            assigned_user: 'adele.vance@contoso.com'},
                            PF2: {hardware_hash: '$HASH2', group_tag: 'Lab'}},
                  deregister_enrolled: true, timeouts: {create: '30m', read: '5m', update: '30m', delete: '30m'}}",
                Update,
            ),
            ("{devices: {PF1: {group_tag: '', assigned_user: ''}, PF2: {hardware_hash: '$HASH2'}}}", Update),
            ("{devices: {PF1: {}}}", Update),
        ],
        imports: &["serial_numbers=PF1"],
    },
];

/// Configurations of each data source.
const DATA: &[(&str, &[&str])] = &[("autopilot_devices", &["{}", "{group_tag: 'Sales', timeouts: {read: '1m'}}"])];

/// What the configurations speak of.
struct Known {
    sales: String,
    lab: String,
    filter: String,
    owned: String,
}

impl Known {
    fn config(&self, text: &str, attributes: &Attributes) -> Value {
        let text = text
            .replace("$SALES", &self.sales)
            .replace("$LAB", &self.lab)
            .replace("$FILTER", &self.filter)
            .replace("$OWNED", &self.owned)
            .replace("$HASH1", &hash("PF1"))
            .replace("$HASH2", &hash("PF2"));
        notation::value(&text, attributes)
    }
}

fn hash(serial_number: &str) -> String {
    encode(&HardwareHash {
        serial_number: Some(serial_number.to_owned()),
        manufacturer: Some("Contoso Hardware".to_owned()),
        model: Some("Model 1".to_owned()),
        ..HardwareHash::default()
    })
}

/// A tenant whose minute is a tenth of a second.
async fn tenant() -> Emulator {
    Emulator::start(Options { speed: 600.0, ..Options::default() }).await.expect("the emulator starts")
}

async fn group(core: &mut Core, display_name: &str) -> Instance {
    let attributes = core.phase().await.kinds()["autopilot_group"].attributes.clone();
    let config = notation::value(&format!("{{display_name: '{display_name}'}}"), &attributes);
    let applied = core.apply("autopilot_group", &config, None).await.expect("it is planned");
    assert_eq!(applied.errors, Vec::<String>::new());
    applied.instance.expect("it is there")
}

async fn id(core: &mut Core, name: &str, instance: &Instance) -> String {
    let state = core.phase().await.upgrade(name, instance).await.expect("it is readable");
    state.get("id").as_str().expect("it has an id").to_owned()
}

/// An assignment filter that a page may use.
async fn filter(emulator: &Emulator) -> String {
    let body = serde_json::json!({
        "displayName": "Windows 11", "platform": "windows10AndLater", "rule": "(device.osVersion -startsWith \"10.0.2\")",
    });
    let made = crate::graph::client(emulator).post("/beta/deviceManagement/assignmentFilters", &body).await;
    let made = made.expect("it is made").expect("it is answered");
    made["id"].as_str().expect("it has an id").to_owned()
}

/// A group that the Intune Provisioning Client owns.
async fn owned(emulator: &Emulator) -> String {
    let graph = crate::graph::client(emulator);
    let app = serde_json::json!({"appId": "f1346770-5b25-470b-88bd-d5744ab7952c"});
    let principal = graph.post("/v1.0/servicePrincipals", &app).await.expect("it is made").expect("it is answered");
    let group = serde_json::json!({"displayName": "Owned", "mailEnabled": false, "mailNickname": "owned", "securityEnabled": true});
    let group = graph.post("/v1.0/groups", &group).await.expect("it is made").expect("it is answered");
    let id = group["id"].as_str().expect("it has an id").to_owned();
    let owner =
        format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", principal["id"].as_str().expect("an id"));
    let body = serde_json::json!({"@odata.id": owner});
    graph.post(&format!("/v1.0/groups/{id}/owners/$ref"), &body).await.expect("it is owned");
    id
}

#[tokio::test]
async fn every_resource_lives_by_cores_rules() {
    let emulator = tenant().await;
    let mut core = Core::new(emulator.environment());
    let (sales, lab) = (group(&mut core, "Sales").await, group(&mut core, "Lab").await);
    let known = Known {
        sales: id(&mut core, "autopilot_group", &sales).await,
        lab: id(&mut core, "autopilot_group", &lab).await,
        filter: filter(&emulator).await,
        owned: owned(&emulator).await,
    };
    let names: BTreeSet<_> = core.phase().await.kinds().keys().cloned().collect();
    let told: BTreeSet<_> = STORIES.iter().map(|story| story.name.to_owned()).collect();
    assert_eq!(told, names, "every resource has a story");
    let before = emulator.snapshot();

    for story in STORIES {
        live(&mut core, &known, story).await;
    }
    assert_eq!(format!("{:?}", emulator.snapshot()), format!("{before:?}"), "what was made is destroyed");
    core.end().await;
}

async fn live(core: &mut Core, known: &Known, story: &Story) {
    let name = story.name;
    let attributes = core.phase().await.kinds()[name].attributes.clone();
    let mut instance = None;
    let mut config = Value::Null;
    for (text, expected) in story.steps {
        config = known.config(text, &attributes);
        let applied =
            core.apply(name, &config, instance).await.unwrap_or_else(|told| panic!("{name} {text}: {told:?}"));
        assert_eq!(applied.errors, Vec::<String>::new(), "{name} {text}");
        assert_eq!(applied.action, *expected, "{name} {text}");
        let there = applied.instance.expect("it is there");
        core.assert_no_change(name, &config, &there).await;
        instance = Some(there);
    }
    let made = instance.expect("a story has steps");
    let mut imports = Vec::new();
    for text in story.imports {
        imports.push(Import::Id(text.replace("$ID", &id(core, name, &made).await)));
    }
    imports.extend((!made.identity.is_null()).then(|| Import::Identity(made.identity.clone())));
    for wanted in imports {
        let imported = core.import(name, &wanted).await.unwrap_or_else(|told| panic!("{name} {wanted:?}: {told:?}"));
        core.assert_no_change(name, &config, &imported).await;
        let process = core.phase().await;
        let state = process.upgrade(name, &imported).await.expect("it is readable");
        let generated = process.generate(name, &state).await.unwrap_or_else(|told| panic!("{name}: {told:?}"));
        process.validate(name, &generated).await.unwrap_or_else(|told| panic!("{name}: {told:?}"));
        core.assert_no_change(name, &generated, &imported).await;
    }
    let destroyed = core.apply(name, &Value::Null, Some(made.clone())).await.expect("it is planned");
    assert_eq!((destroyed.action, destroyed.errors), (Delete, Vec::new()), "{name}");
    assert!(destroyed.instance.is_none(), "{name} is gone");
    let gone = core.phase().await.refresh(name, &made).await.expect("it is read");
    assert!(gone.is_none() || name == "autopilot_device_import", "{name} is gone for a read too");
}

#[tokio::test]
async fn the_server_tells_the_tables_as_they_are() {
    let emulator = tenant().await;
    let mut core = Core::new(emulator.environment());
    let process = core.phase().await;
    for registered in autopilot::provider::registry().resources {
        let told = &process.kinds()[&registered.type_name];
        assert_eq!(told.attributes, of_table(&registered.spec.attributes), "{}", registered.type_name);
        assert_eq!(told.ty, registered.ty);
    }
    core.end().await;
}

#[tokio::test]
async fn every_data_source_is_read_by_cores_rules() {
    let emulator = tenant().await;
    let mut core = Core::new(emulator.environment());
    let process = core.phase().await;
    let names: Vec<_> = process.data().keys().cloned().collect();
    let told: Vec<_> = DATA.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(told, names, "every data source has a configuration");
    for (name, texts) in DATA {
        let attributes = process.data()[*name].attributes.clone();
        for text in *texts {
            let config = notation::value(text, &attributes);
            let [once, again] = [process.read_data(name, &config).await, process.read_data(name, &config).await];
            assert_eq!(once, again, "{name} {text}");
            assert!(once.is_ok(), "{name} {text}: {once:?}");
        }
    }
    core.end().await;
}

/// A configuration that sets whatever can be set has a place in a story.
#[test]
fn every_attribute_is_configured_in_a_story() {
    for registered in autopilot::provider::registry().resources {
        let story = STORIES.iter().find(|story| story.name == registered.type_name).expect("it has a story");
        let texts: Vec<_> = story.steps.iter().map(|(text, _)| *text).collect();
        let missing = unconfigured(&registered.spec.attributes, &texts.join(" "));
        assert_eq!(missing, Vec::<&str>::new(), "{}", registered.type_name);
    }
}

fn unconfigured(table: &[Attribute], text: &str) -> Vec<&'static str> {
    let settable = table.iter().filter(|attribute| attribute.role != Role::Computed);
    let unset = |attribute: &Attribute| match &attribute.kind {
        Kind::Nested(_, nested) => unconfigured(nested, text),
        Kind::Plain(_) if text.contains(&format!("{}:", attribute.name)) => Vec::new(),
        Kind::Plain(_) => vec![attribute.name],
    };
    settable.flat_map(unset).collect()
}

/// Whatever is configured at random, one after the other. The tenant may refuse it; what it takes is settled.
#[test]
fn random_configurations_are_applied_by_cores_rules() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    for registered in autopilot::provider::registry().resources {
        // Rows at random are of devices that nobody has.
        if registered.type_name == "autopilot_device_import" {
            continue;
        }
        let cases = if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 6 };
        let settings = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
        let configs = vec(config(&registered.spec.attributes), 4);
        let (taken, refused) = (Cell::new(0), Cell::new(0));
        let broken = TestRunner::new(settings).run(&configs, |configs| {
            let errors = runtime.block_on(apply_one_after_the_other(&registered, &configs));
            taken.set(taken.get() + configs.len() - errors);
            refused.set(refused.get() + errors);
            Ok(())
        });
        if let Err(error) = broken {
            panic!("{}: {error}", registered.type_name);
        }
        assert!(taken.get() > refused.get(), "{}: {refused:?} were refused", registered.type_name);
    }
}

/// Gives how many were refused.
async fn apply_one_after_the_other(registered: &Registered, configs: &[Value]) -> usize {
    let name = registered.type_name.as_str();
    let emulator = tenant().await;
    let mut core = Core::in_one_process(emulator.environment());
    let (sales, lab) = (group(&mut core, "Sales").await, group(&mut core, "Lab").await);
    let groups = [id(&mut core, "autopilot_group", &sales).await, id(&mut core, "autopilot_group", &lab).await];
    let before = format!("{:?}", emulator.snapshot());
    let mut instance = None;
    let mut refused = 0;
    for config in configs {
        let config = acceptable(registered, of_groups(config, &groups));
        let applied = core.apply(name, &config, instance).await.expect("it is planned");
        instance = applied.instance;
        match &instance {
            Some(there) if applied.errors.is_empty() => core.assert_no_change(name, &config, there).await,
            _ => refused += 1,
        }
    }
    let destroyed = core.apply(name, &Value::Null, instance).await.expect("it is planned");
    assert_eq!(destroyed.errors, Vec::<String>::new());
    assert_eq!(format!("{:?}", emulator.snapshot()), before, "what was made is destroyed");
    core.end().await;
    refused
}

/// The configuration without what the provider refuses before anything is done, and with words that a tenant takes.
fn acceptable(registered: &Registered, mut config: Value) -> Value {
    for (name, word) in [
        ("membership_rule", "(device.devicePhysicalIds -any (_ -contains \"[ZTDID]\"))"),
        ("mail_nickname", "sales"),
        ("rule", "(device.model -startsWith \"Surface\")"),
    ] {
        if config.get(name).as_str().is_some() {
            config.insert(name, word.into());
        }
    }
    if config.get("membership_rule").is_null() && config.as_map().is_some_and(|map| map.contains_key("membership_rule"))
    {
        config.insert("membership_rule_processing", Value::Null);
    }
    loop {
        let refused = engine::validate(registered, &config, true);
        let Some(path) = refused.into_iter().find_map(|told| told.path) else { return config };
        let Some(Step::Attribute(name)) = path.0.first() else { panic!("{path} is no attribute") };
        config.insert(name, Value::Null);
    }
}

/// The random ids of groups as ids of groups that are there.
fn of_groups(value: &Value, groups: &[String; 2]) -> Value {
    match value {
        Value::String(text) => match random::GUIDS.iter().position(|guid| guid == text) {
            Some(which) => groups[which].as_str().into(),
            None => value.clone(),
        },
        Value::Set(elements) => Value::set(elements.iter().map(|element| of_groups(element, groups)).collect()),
        Value::List(elements) => Value::List(elements.iter().map(|element| of_groups(element, groups)).collect()),
        Value::Map(map) => {
            Value::Map(map.iter().map(|(name, value)| (name.clone(), of_groups(value, groups))).collect())
        }
        known => known.clone(),
    }
}
