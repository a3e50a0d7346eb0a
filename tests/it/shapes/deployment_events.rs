//! How deployments went: events of Windows Autopilot, and the exported report of device preparation.

use autopilot::emulator::Fault;
use serde_json::json;

use super::*;

const EVENTS: &str = "autopilot_deployment_events";
const ADELE: &str = "adele.vance@contoso.com";

async fn read<const N: usize>(world: &World, set: [(&str, Value); N]) -> Vec<Value> {
    let read = world.look_up(EVENTS, set).await;
    assert_eq!(read.diagnostics.0, []);
    read.state.get("events").elements().to_vec()
}

async fn enroll(world: &World, body: Json) {
    world.graph.query("/_emulator/enroll", &body).await.expect("it is switched on");
}

fn text<'a>(event: &'a Value, name: &str) -> &'a str {
    event.get(name).as_str().unwrap_or_default()
}

#[tokio::test]
async fn events_are_told_in_words_the_latest_first() {
    let world = World::new().await;
    world.emulator.plant(br#"{"devices": [{"serialNumber": "A1"}, {"serialNumber": "B2"}]}"#).expect("they are there");
    enroll(&world, json!({"serial_number": "A1", "user": ADELE})).await;
    let failure = json!({"phase": "device_setup", "details": "App failed to install"});
    enroll(&world, json!({"serial_number": "B2", "user": ADELE, "failure": failure})).await;
    let events = read(&world, []).await;
    let told: Vec<_> = events.iter().map(|event| [text(event, "serial_number"), text(event, "state")]).collect();
    assert_eq!(told, [["B2", "Failure"], ["A1", "Success"]]);
    assert_eq!(text(&events[0], "failure"), "App failed to install");
    assert_eq!(text(&events[0], "account_setup_state"), "Not attempted");
    assert_eq!((text(&events[1], "duration"), events[1].get("duration_minutes")), ("12 min", &12.into()));
    let chosen = read(&world, [("serial_numbers", Value::set(vec!["a1".into()]))]).await;
    assert_eq!(chosen.iter().map(|event| text(event, "serial_number")).collect::<Vec<_>>(), ["A1"]);
    assert_eq!(read(&world, [("since", "2999-01-01T00:00:00Z".into())]).await, []);
    assert_eq!(read(&world, [("since", text(&events[1], "started").into())]).await.len(), 2);
}

/// The job's `completed` may come before its address, and the CSV begins with a byte order mark.
#[tokio::test]
async fn the_report_of_device_preparation_is_ordered_waited_for_and_read() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "P".into()), ("provisioning_client_owner", true.into())]).await;
    let everyone = Value::set(vec![facets::target(&[("all_users", true.into())])]);
    let set = [("display_name", "P".into()), ("device_group_id", id(&group).into()), ("assignments", everyone)];
    world.made(POLICY, set).await;
    enroll(&world, json!({"serial_number": "X1", "user": ADELE})).await;
    let events = read(&world, [("kind", "device_preparation".into())]).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!([text(event, "serial_number"), text(event, "state"), text(event, "user")], ["X1", "Success", ADELE]);
    assert!(event.get("duration_minutes").as_i64().is_some_and(|minutes| minutes > 0), "{event:?}");
    assert_eq!(event.get("failure"), &Value::Null);
    let since = [("kind", "device_preparation".into()), ("since", text(event, "started").into())];
    assert_eq!(read(&world, since).await.len(), 1);
}

#[tokio::test]
async fn ordering_a_report_needs_a_permission_to_write_and_its_error_says_so() {
    let world = World::new().await;
    let refused = json!({"method": "POST", "path": "/beta/deviceManagement/reports/exportJobs", "status": 403});
    world.emulator.fail(vec![serde_json::from_value::<Fault>(refused).expect("a fault")]);
    let read = world.look_up(EVENTS, [("kind", "device_preparation".into())]).await;
    let told: Vec<_> = read.diagnostics.0.iter().map(|told| told.detail.as_str()).collect();
    assert!(told[0].contains("DeviceManagementManagedDevices.ReadWrite.All"), "{told:?}");
}

#[tokio::test]
async fn a_time_that_is_none_is_refused() {
    let world = World::new().await;
    let data = world.registry.data_source(EVENTS).expect("there is such a data source");
    let mut config = null_object(&data.spec.attributes);
    config.insert("since", "yesterday".into());
    let told = engine::validate_data(data, &config);
    assert_eq!(
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>(),
        ["Attribute since must be a time in RFC 3339 form such as \"2026-11-01T00:00:00Z\", got: \"yesterday\"."]
    );
}
