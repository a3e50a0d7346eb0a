//! Rows: one map, added in calls that are halved where they are refused.

use super::*;

const NAME: &str = "autopilot_corporate_identifiers";
const IDENTIFIERS: &str = "/beta/deviceManagement/importedDeviceIdentities";
const IMPORT: &str = "POST /beta/deviceManagement/importedDeviceIdentities/importDeviceIdentityList";

fn key(number: usize) -> String {
    format!("Contoso,Laptop 1,SN{number}")
}

fn config(world: &World, keys: &[String]) -> Value {
    let row = || {
        Value::object([
            ("description", "Ours".into()),
            ("enrollment_state", Value::Null),
            ("id", Value::Null),
            ("origin", Value::Null),
        ])
    };
    let rows = keys.iter().map(|key| (key.clone(), row())).collect();
    world.config(NAME, [("identifiers", Value::Map(rows))])
}

fn origin<'a>(state: &'a State, key: &str) -> Option<&'a str> {
    state.value.get("identifiers").get(key).get("origin").as_str()
}

#[tokio::test]
async fn rows_are_added_in_few_calls_and_deleted_in_batches() {
    let world = World::new().await;
    let keys: Vec<_> = (0..1200).map(key).collect();
    let config = config(&world, &keys);
    let state = world.apply(NAME, &config, &State::default()).await.quietly();
    assert_eq!(world.writes()[IMPORT], 3, "500 in one call");
    assert_eq!(world.list(IDENTIFIERS).await.len(), 1200);
    world.assert_no_change(NAME, &config, &state).await;
    world.emulator.forget_requests();
    world.destroy(NAME, &state).await.quietly();
    assert_eq!(world.list(IDENTIFIERS).await.len(), 0);
    assert_eq!(world.writes()["POST /beta/$batch"], 60);
}

/// The service refuses a whole call for one row (recorded: "Invalid Device Identifier parameter found for 1 import
/// records!").
#[tokio::test]
async fn a_call_that_is_refused_is_halved_until_the_row_at_fault_is_found() {
    let world = World::new().await;
    let keys: Vec<_> = (0..8).map(key).collect();
    let config = config(&world, &keys);
    // Refused as a whole, then as a half, then as a quarter, then as one row; the rest is taken.
    let fault = serde_json::json!({"method": "POST", "path": format!("{IDENTIFIERS}/importDeviceIdentityList"), "status": 400, "times": 4});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let made = world.apply(NAME, &config, &State::default()).await;
    assert_eq!(made.told(Severity::Error), [""; 0], "an error would taint all rows");
    assert!(made.told(Severity::Warning)[0].contains("SN0"), "{:?}", made.told);
    assert_eq!(world.writes()[IMPORT], 7, "1 of eight, 1 of four, 1 of two, 1 of one, and those that follow");
    assert_eq!(world.list(IDENTIFIERS).await.len(), 7);
    let state = world.refresh(NAME, &made.state).await;
    let plan = world.plan(NAME, &config, &state).await;
    assert_eq!(plan.replace, [], "the next plan is an update in place");
    assert_eq!(plan.planned.get("identifiers").get(&keys[0]).get("id"), &Value::Unknown);
    let state = world.apply(NAME, &config, &state).await.quietly();
    world.assert_no_change(NAME, &config, &state).await;
}

#[tokio::test]
async fn a_create_of_which_nothing_was_taken_is_an_error_and_makes_nothing() {
    let world = World::new().await;
    let fault = serde_json::json!({"method": "POST", "path": format!("{IDENTIFIERS}/importDeviceIdentityList"), "status": 400, "times": 9});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let made = world.apply(NAME, &config(&world, &[key(1), key(2)]), &State::default()).await;
    assert_eq!((made.told(Severity::Error).len(), made.state.value.is_null()), (1, true), "{:?}", made.told);
}

#[tokio::test]
async fn what_was_there_is_adopted_and_stays_at_destroy() {
    let world = World::new().await;
    let body = serde_json::json!({"importedDeviceIdentityType": "manufacturerModelSerial", "importedDeviceIdentifier": key(1)});
    world.graph.post(IDENTIFIERS, &body).await.expect("it is made");
    let config = config(&world, &[key(1), key(2)]);
    let state = world.apply(NAME, &config, &State::default()).await.quietly();
    assert_eq!((origin(&state, &key(1)), origin(&state, &key(2))), (Some("adopted"), Some("imported")));
    world.assert_no_change(NAME, &config, &state).await;
    world.destroy(NAME, &state).await.quietly();
    let left = world.list(IDENTIFIERS).await;
    assert_eq!((left.len(), &left[0]["importedDeviceIdentifier"]), (1, &key(1).into()));
}

#[tokio::test]
async fn one_row_more_or_less_leaves_the_others() {
    let world = World::new().await;
    let state = world.apply(NAME, &config(&world, &[key(1), key(2)]), &State::default()).await.quietly();
    world.emulator.forget_requests();
    let now = config(&world, &[key(2), key(3)]);
    let state = world.apply(NAME, &now, &state).await.quietly();
    world.assert_no_change(NAME, &now, &state).await;
    let mut there: Vec<_> =
        world.list(IDENTIFIERS).await.iter().map(|row| row["importedDeviceIdentifier"].clone()).collect();
    there.sort_by_key(ToString::to_string);
    assert_eq!(there, [key(2), key(3)]);
    assert_eq!(world.import(NAME, "all").await.value.get("identifiers").as_map().map(|rows| rows.len()), Some(2));
}

/// `create_before_destroy`: the new resource has the rows before the old one lets them go.
#[tokio::test]
async fn a_row_that_another_resource_wants_by_now_is_not_deleted() {
    let world = World::new().await;
    let rows = config(&world, &[key(1), key(2)]);
    let old = world.apply(NAME, &rows, &State::default()).await.quietly();
    let new = world.apply(NAME, &rows, &State::default()).await.state;
    world.destroy(NAME, &old).await.quietly();
    assert_eq!(world.list(IDENTIFIERS).await.len(), 2);
    world.assert_no_change(NAME, &rows, &new).await;
}

/// A run that was interrupted while rows moved: the next one changes the old resource only, in a process that has read
/// nothing.
#[tokio::test]
async fn a_row_in_two_states_is_let_go_and_not_deleted() {
    let world = World::new().await;
    let rows = config(&world, &[key(1), key(2)]);
    let old = world.apply(NAME, &rows, &State::default()).await.quietly();
    let new = world.apply(NAME, &rows, &State::default()).await.state;
    let world = world.again();
    let (old, new) = tokio::join!(world.refresh(NAME, &old), world.refresh(NAME, &new));
    let world = world.again();
    world.apply(NAME, &config(&world, &[key(1)]), &old).await.quietly();
    assert_eq!(world.list(IDENTIFIERS).await.len(), 2);
    world.assert_no_change(NAME, &rows, &new).await;
}

#[tokio::test]
async fn a_key_in_another_case_is_the_same_row_and_nothing_is_sent() {
    let world = World::new().await;
    let state = world.apply(NAME, &config(&world, &[key(1)]), &State::default()).await.quietly();
    let before = state.value.get("identifiers").get(&key(1)).clone();
    world.emulator.forget_requests();
    let renamed = config(&world, &[key(1).to_uppercase()]);
    let state = world.apply(NAME, &renamed, &state).await.quietly();
    assert_eq!(world.writes(), BTreeMap::new());
    assert_eq!(state.value.get("identifiers").get(&key(1).to_uppercase()), &before);
    world.assert_no_change(NAME, &renamed, &state).await;
}

#[test]
fn two_keys_that_differ_in_case_are_refused() {
    let registry = autopilot::provider::registry();
    let registered = registry.resource(NAME).expect("there is such a resource");
    let mut config = null_object(&registered.spec.attributes);
    let rows = [("A,B,C".to_owned(), Value::Null), ("a,b,c".to_owned(), Value::Null)];
    config.insert("identifiers", Value::Map(rows.into_iter().collect()));
    let told = engine::validate(registered, &config, true);
    assert!(told.0.iter().any(|told| told.detail.contains("differ in case only")), "{told:?}");
}

/// The words of an import are its id; what tells it from another one of the same words is in private state.
#[tokio::test]
async fn two_imports_of_all_are_told_from_each_other() {
    let world = World::new().await;
    world.apply(NAME, &config(&world, &[key(1)]), &State::default()).await.quietly();
    let world = world.again();
    let (one, other) = (world.import(NAME, "all").await, world.import(NAME, "all").await);
    assert_eq!((id(&one), &one.value), ("all", &other.value));
    let read = async |state: State| {
        let State { value, private } = state;
        engine::read(world.resource(NAME), &world.scope(), value, &Value::Null, &private).await.diagnostics.0
    };
    let (one, other) = tokio::join!(read(one), read(other));
    let told: Vec<&str> = one.iter().chain(&other).map(|told| told.summary.as_ref()).collect();
    assert!(!told.is_empty() && told.iter().all(|told| *told == "In Two Resources"), "{told:?}");
}
