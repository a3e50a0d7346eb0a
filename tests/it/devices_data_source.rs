//! `autopilot_devices` against the emulator, with the devices of the first scenario.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use autopilot::{
    diagnostic::Severity,
    emulator::{Emulator, Options},
    graph::Client,
    knowledge::device_csv::{self, Row},
    provider,
    resource::{Tenant, engine},
    schema,
    value::Value,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::tenant_client::client;

const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
const IMPORT: &str = "/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/import";

struct World {
    emulator: Emulator,
    graph: Client,
}

impl World {
    /// A minute of the service takes 60 milliseconds.
    async fn start() -> World {
        let emulator = Emulator::start(Options { speed: 1000.0, ..Options::default() }).await.unwrap();
        let graph = client(&emulator);
        World { emulator, graph }
    }

    async fn make(&self, path: &str, body: Json) -> String {
        let made = self.graph.post(path, &body).await.unwrap().unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    async fn import(&self, rows: &[Row]) {
        let device = |row: &Row| {
            json!({
                "serialNumber": row.serial_number,
                "hardwareIdentifier": row.hardware_hash,
                "groupTag": row.group_tag.as_deref().unwrap_or_default(),
            })
        };
        let devices: Vec<Json> = rows.iter().map(device).collect();
        self.graph.post(IMPORT, &json!({"importedWindowsAutopilotDeviceIdentities": devices})).await.unwrap();
    }

    async fn profile(&self, name: &str, rule: &str) {
        let group = json!({
            "displayName": name,
            "mailEnabled": false,
            "mailNickname": name,
            "securityEnabled": true,
            "groupTypes": ["DynamicMembership"],
            "membershipRule": rule,
            "membershipRuleProcessingState": "On",
        });
        let group = self.make("/v1.0/groups", group).await;
        let odata_type = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
        let profile = self.make(PROFILES, json!({"@odata.type": odata_type, "displayName": name})).await;
        let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group});
        self.make(&format!("{PROFILES}/{profile}/assignments"), json!({"target": target})).await;
    }

    async fn change_hardware(&self, serial_number: &str, repairable: bool) {
        let change = json!({"serial_number": serial_number, "repairable": repairable});
        self.graph.post("/_emulator/hardware_change", &change).await.unwrap();
    }

    /// The devices by serial number, and the warnings.
    async fn read<const N: usize>(&self, config: [(&str, Value); N]) -> (Value, Vec<String>) {
        let registry = provider::registry();
        let registered = registry.data_source("autopilot_devices").unwrap();
        let mut whole = schema::null_object(&registered.spec.attributes);
        for (name, value) in config {
            whole.insert(name, value);
        }
        let scope = engine::Scope { tenant: Tenant::Ready(self.graph.clone()), cancel: CancellationToken::new() };
        let answer = engine::read_data(registered, &scope, whole).await;
        let is_warning = |severity| severity == Severity::Warning;
        assert!(answer.diagnostics.0.iter().all(|told| is_warning(told.severity)), "{:?}", answer.diagnostics);
        (answer.state.get("devices").clone(), answer.diagnostics.into_iter().map(|told| told.detail).collect())
    }
}

fn scenario() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scenarios/user-driven-entra-join/devices.csv");
    device_csv::parse(&fs::read(path).unwrap()).unwrap()
}

fn serial_numbers(rows: &[Row]) -> Value {
    Value::set(rows.iter().map(|row| row.serial_number.as_str().into()).collect())
}

/// The values that an attribute has among the devices.
fn values(devices: &Value, name: &str) -> BTreeSet<String> {
    let text = |device: &Value| device.get(name).as_str().unwrap_or("null").to_owned();
    devices.as_map().unwrap().values().map(text).collect()
}

fn only(text: &str) -> BTreeSet<String> {
    BTreeSet::from([text.to_owned()])
}

const ALL_DEVICES: &str = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))";
const SALES: &str = "(device.devicePhysicalIDs -any (_ -eq \"[OrderID]:Sales\"))";

#[tokio::test]
async fn just_imported_devices_are_waited_for_and_a_second_look_shows_the_same() {
    let world = World::start().await;
    let rows = scenario();
    world.profile("Office", ALL_DEVICES).await;
    world.import(&rows).await;
    let config = || [("serial_numbers", serial_numbers(&rows)), ("wait_for", "assigned".into())];
    let (devices, warnings) = world.read(config()).await;
    assert_eq!((devices.as_map().unwrap().len(), warnings), (25, Vec::new()));
    assert_eq!(values(&devices, "profile_status"), only("Assigned"));
    assert_eq!(values(&devices, "assigned_profile"), only("Office"));
    assert!(
        !values(&devices, "date_assigned").contains("null") && !values(&devices, "entra_device_id").contains("null")
    );
    assert_eq!(values(&devices, "last_contacted"), only("null"));
    assert_eq!(values(&devices, "manufacturer").len(), 4);

    world.emulator.forget_requests();
    assert_eq!(world.read(config()).await, (devices, Vec::new()));
    // The devices, the profiles, and one batch of the profile's devices.
    let requests = world.emulator.requests();
    assert_eq!(requests.iter().filter(|request| !request.in_batch).map(|request| request.count).sum::<u64>(), 3);
}

#[tokio::test]
async fn who_has_no_profile_when_the_time_is_over_is_named_in_a_warning() {
    let world = World::start().await;
    let rows = scenario();
    world.profile("Sales", SALES).await;
    world.import(&rows).await;
    let all = [("serial_numbers", serial_numbers(&rows)), ("wait_for", "assigned".into())];
    let tagged: Vec<Row> = rows.iter().filter(|row| row.group_tag.as_deref() == Some("Sales")).cloned().collect();
    let (devices, warnings) = world.read([("serial_numbers", serial_numbers(&tagged)), all[1].clone()]).await;
    assert_eq!((devices.as_map().unwrap().len(), warnings), (10, Vec::new()));

    let timeouts = Value::object([("read", "2s".into())]);
    let (devices, warnings) = world.read([all[0].clone(), all[1].clone(), ("timeouts", timeouts)]).await;
    assert_eq!(devices.as_map().unwrap().len(), 25);
    assert_eq!(values(&devices, "profile_status").into_iter().collect::<Vec<_>>(), ["Assigned", "Not assigned"]);
    assert!(warnings[0].starts_with("15 of 25 devices have no deployment profile yet: 041592640353 (Not assigned), "));
}

#[tokio::test]
async fn the_intended_profile_and_the_choice_by_group_tag() {
    let world = World::start().await;
    let rows = scenario();
    world.profile("Sales", SALES).await;
    world.import(&rows).await;
    let (_, warnings) =
        world.read([("serial_numbers", serial_numbers(&rows[..1])), ("wait_for", "assigned".into())]).await;
    assert!(warnings.is_empty());
    let sales = [("group_tag", "Sales".into()), ("include_intended_profile", true.into())];
    let (devices, _) = world.read([sales[0].clone(), sales[1].clone(), ("wait_for", "assigned".into())]).await;
    assert_eq!((devices.as_map().unwrap().len(), values(&devices, "intended_profile")), (10, only("Sales")));
    assert_eq!(values(&devices, "assigned_profile"), only("Sales"));
    let (devices, _) = world.read([("group_tag", "".into()), ("include_intended_profile", true.into())]).await;
    assert_eq!((devices.as_map().unwrap().len(), values(&devices, "intended_profile")), (10, only("null")));
}

#[tokio::test]
async fn a_hardware_change_shows_as_fix_pending_and_attention_required() {
    let world = World::start().await;
    // An hour passes by itself in under four seconds; the fix must not come in between.
    world.emulator.configure(|settings| settings.check_in_seconds = 1_000_000);
    let rows = scenario();
    world.profile("Office", ALL_DEVICES).await;
    world.import(&rows).await;
    world.read([("serial_numbers", serial_numbers(&rows)), ("wait_for", "assigned".into())]).await;
    for (row, repairable) in rows.iter().zip([true, false]) {
        world.change_hardware(&row.serial_number, repairable).await;
    }
    let status = async |row: &Row| {
        let (devices, _) = world.read([("serial_numbers", serial_numbers(std::slice::from_ref(row)))]).await;
        values(&devices, "profile_status")
    };
    assert_eq!(status(&rows[0]).await, only("Fix pending"));
    assert_eq!(status(&rows[1]).await, only("Attention required"));
    assert_eq!(status(&rows[2]).await, only("Assigned"));
    world.emulator.advance(Duration::from_secs(1_000_000));
    assert_eq!(status(&rows[0]).await, only("Assigned"));
    assert_eq!(status(&rows[1]).await, only("Attention required"));
}
