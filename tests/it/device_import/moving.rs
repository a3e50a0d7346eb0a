//! Devices that move between imports: none is lost, none is called registered that is not.

use super::*;
use serde_json::json;

/// So many rows with hashes.
fn fleet(numbers: std::ops::Range<u32>) -> Value {
    let names = numbers.map(|number| format!("S{number:02}"));
    config_of(names.map(|name| (name.clone(), element([("hardware_hash", hash(&name, 1).into())]))).collect())
}

fn without_hashes(mut config: Value) -> Value {
    let Value::Map(object) = &mut config else { panic!("an object") };
    let Some(Value::Map(devices)) = object.get_mut("devices") else { panic!("a map") };
    devices.iter_mut().for_each(|(_, row)| row.insert("hardware_hash", Value::Null));
    config
}

fn deregistrations(world: &World) -> u64 {
    world.asked("DELETE", &format!("{DEVICES}/{{id}}"))
        + world.asked("POST", &format!("{}/deleteDevices", DEVICES.replace("beta", "v1.0")))
}

fn origins(state: &State) -> BTreeMap<&str, usize> {
    let rows = state.value.get("devices").as_map().expect("a map");
    rows.values().fold(BTreeMap::new(), |mut origins, row| {
        *origins.entry(row.get("origin").as_str().expect("an origin")).or_default() += 1;
        origins
    })
}

/// Core removes the old name and makes the new one side by side.
#[tokio::test]
async fn a_renamed_import_keeps_its_devices() {
    let world = World::new().await;
    let config = fleet(0..60);
    let old = world.good_apply(&config, &State::default()).await;
    let ids = world.ids().await;
    let world = world.another("here");
    let none = State::default();
    let (destroyed, renamed) = tokio::join!(world.destroy(&old), world.apply(&config, &none));
    assert_eq!((destroyed.told, renamed.told), (vec![], vec![]));
    assert_eq!((world.ids().await, deregistrations(&world)), (ids, 0));
    assert_eq!(origins(&renamed.state), BTreeMap::from([("imported", 60)]), "the origin goes with them");
    let world = world.another("here");
    world.assert_no_change(&config, &renamed.state).await;
    assert_eq!(world.destroy(&renamed.state).await.told, []);
    assert!(world.emulator.snapshot().is_empty());
}

/// Intune has the machine that the old import registered: what was handed over is not what the new hash says.
#[tokio::test]
async fn a_device_that_moves_with_another_machines_hash_is_replaced_by_the_next_apply() {
    let world = World::new().await;
    let old = world.good_apply(&config(vec![Row::new("A1")]), &State::default()).await;
    let ids = world.ids().await;
    let world = world.another("here");
    let other = config(vec![Row::adopted("A1").with("hardware_hash", &hash("A1", 2))]);
    let none = State::default();
    let (_, renamed) = tokio::join!(world.destroy(&old), world.apply(&other, &none));
    assert_eq!(world.ids().await, ids, "handed over");
    let world = world.another("here");
    let replaced = world.good_apply(&other, &renamed.state).await;
    assert_ne!(world.ids().await, ids, "the other machine is registered");
    world.assert_no_change(&other, &replaced).await;
}

/// `-parallelism=1`, or a dependency.
#[tokio::test]
async fn where_the_letting_go_came_first_devices_are_registered_again_by_hash() {
    let world = World::new().await;
    let config = fleet(0..3);
    let old = world.good_apply(&config, &State::default()).await;
    let world = world.another("here");
    assert_eq!(world.destroy(&old).await.told, []);
    let renamed = world.good_apply(&config, &State::default()).await;
    assert_eq!(world.serial_numbers(), ["S00", "S01", "S02"]);
    assert_eq!(origins(&renamed), BTreeMap::from([("imported", 3)]));
    world.another("here").assert_no_change(&config, &renamed).await;
}

#[tokio::test]
async fn where_the_letting_go_came_first_a_device_without_a_hash_is_an_error() {
    let world = World::new().await;
    let old = world.good_apply(&fleet(0..2), &State::default()).await;
    let other = world.good_apply(&fleet(7..8), &State::default()).await;
    let world = world.another("here");
    assert_eq!(world.destroy(&old).await.told, []);
    let mut all = without_hashes(fleet(0..2));
    all.insert(
        "devices",
        Value::Map(
            [all.get("devices"), fleet(7..8).get("devices")]
                .into_iter()
                .flat_map(|rows| rows.as_map().expect("a map").clone())
                .collect(),
        ),
    );
    let applied = world.apply(&all, &other).await;
    assert!(
        applied.errors()[0].contains("S00, S01: another resource of this run deregistered it"),
        "{:?}",
        applied.told
    );
    assert_eq!(applied.state.row("S00").get("id"), &Value::Null);
    assert_ne!(applied.state.text("S00", "status"), Some("registered"));
}

/// A list shows a device for a while after its deletion was answered.
#[tokio::test]
async fn what_another_import_is_deregistering_is_not_called_registered() {
    let world = World::new().await;
    let config = fleet(0..3);
    let old = world.good_apply(&config, &State::default()).await;
    let ids = world.ids().await;
    let world = world.another("here");
    world.emulator.configure(|settings| settings.deletion_seconds = 600);
    world.emulator.forget_requests();
    let late = async {
        while deregistrations(&world) == 0 {
            tokio::task::yield_now().await;
        }
        world.apply(&config, &State::default()).await
    };
    let (destroyed, renamed) = tokio::join!(world.destroy(&old), late);
    assert_eq!((destroyed.told, renamed.told), (vec![], vec![]));
    let now = world.ids().await;
    assert!(now.keys().eq(ids.keys()) && now.values().all(|id| !ids.values().any(|old| old == id)), "{now:?}");
    assert_eq!(renamed.state.text("S00", "id"), Some(now["S00"].as_str()));
    world.another("here").assert_no_change(&config, &renamed.state).await;
}

/// One import per department, and devices change it.
#[tokio::test]
async fn rows_that_wander_between_imports_keep_their_devices() {
    let world = World::new().await;
    let (a, b) = (fleet(0..40), fleet(40..60));
    let a_state = world.good_apply(&a, &State::default()).await;
    let b_state = world.good_apply(&b, &State::default()).await;
    let ids = world.ids().await;
    // Most of the first one's, so that the plan would refuse it but for the other import.
    let (a, b) = (fleet(0..10), fleet(10..60));
    let world = world.another("here");
    let (a_applied, b_applied) = tokio::join!(world.apply(&a, &a_state), world.apply(&b, &b_state));
    assert_eq!((a_applied.told, b_applied.told), (vec![], vec![]));
    assert_eq!((world.ids().await, deregistrations(&world)), (ids, 0));
    assert_eq!(origins(&b_applied.state), BTreeMap::from([("imported", 50)]));
    let world = world.another("here");
    world.assert_no_change(&a, &a_applied.state).await;
    world.assert_no_change(&b, &b_applied.state).await;
}

/// The tag of a device is the key of its import, and changes.
#[tokio::test]
async fn a_device_whose_tag_is_the_key_of_its_import_moves_with_its_new_tag() {
    let world = World::new().await;
    let tagged = |tag: &'static str, names: &[&'static str]| {
        config(names.iter().map(|name| Row::new(name).with("group_tag", tag)).collect())
    };
    let sales = world.good_apply(&tagged("Sales", &["A1"]), &State::default()).await;
    let desk = world.good_apply(&tagged("Desk", &["B1"]), &State::default()).await;
    let ids = world.ids().await;
    let world = world.another("here");
    let both = tagged("Desk", &["A1", "B1"]);
    let (destroyed, desk) = tokio::join!(world.destroy(&sales), world.apply(&both, &desk));
    assert_eq!((destroyed.told, desk.told), (vec![], vec![]));
    assert_eq!((world.ids().await, world.devices()["A1"].as_str()), (ids, "Desk"));
    world.another("here").assert_no_change(&both, &desk.state).await;
}

/// An enrolled device that moves stays registered, so nothing is refused.
#[tokio::test]
async fn an_enrolled_device_may_move() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "USED", "enrolled": true}])).await;
    let mut old = world.good_apply(&config(vec![Row::new("A1"), Row::adopted("USED")]), &State::default()).await;
    let Value::Map(value) = &mut old.value else { panic!("an object") };
    let Some(Value::Map(devices)) = value.get_mut("devices") else { panic!("a map") };
    devices.get_mut("USED").expect("the row").insert("origin", "imported".into());
    let world = world.another("here");
    let (less, new) = (config(rows_of(["A1"])), config(vec![Row::adopted("USED")]));
    let none = State::default();
    let (old, new) = tokio::join!(world.apply(&less, &old), world.apply(&new, &none));
    assert_eq!((old.told, new.told), (vec![], vec![]));
    assert_eq!(new.state.text("USED", "origin"), Some("imported"));
    assert_eq!(world.serial_numbers(), ["A1", "USED"]);
}

/// `create_before_destroy` with `-replace`. The new one has ended before the old one begins to let go.
#[tokio::test]
async fn created_before_it_is_destroyed_an_import_keeps_its_devices() {
    let world = World::new().await;
    let config = fleet(0..60);
    let old = world.good_apply(&config, &State::default()).await;
    let ids = world.ids().await;
    let world = world.another("here");
    let new = world.good_apply(&config, &State::default()).await;
    let destroyed = world.destroy(&old).await;
    assert_eq!(destroyed.errors(), [""; 0]);
    assert!(destroyed.warnings()[0].contains("origin is adopted there"), "{:?}", destroyed.told);
    assert_eq!((world.ids().await, deregistrations(&world)), (ids, 0));
    world.another("here").assert_no_change(&config, &new).await;
}

/// What a failed create wanted is nobody's.
#[tokio::test]
async fn an_import_that_was_not_made_wants_nothing() {
    let world = World::new().await;
    let old = world.good_apply(&fleet(0..2), &State::default()).await;
    let world = world.another("here");
    world.emulator.fail(vec![Fault { status: Some(403), ..fault("GET", DEVICES) }]);
    let failed = world.apply(&fleet(0..2), &State::default()).await;
    assert_eq!((failed.errors().len(), failed.state.value), (1, Value::Null));
    assert_eq!(world.destroy(&old).await.told, []);
    assert!(world.emulator.snapshot().is_empty());
}

/// What a plan is told of two imports of one process.
async fn told_of_plan(world: &World, config: &Value, state: &State) -> Vec<String> {
    let state = world.refresh(state).await;
    world.plan(config, &state).await.diagnostics.0.into_iter().map(|told| told.detail).collect()
}

#[tokio::test]
async fn a_row_without_a_hash_that_another_import_lets_go_is_warned_of_at_plan() {
    let world = World::new().await;
    let old = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    let world = world.another("here");
    assert_eq!(told_of_plan(&world, &config(rows_of(["A1"])), &old).await, [""; 0]);
    let new = config(vec![Row::adopted("A2")]);
    let told = world.plan(&new, &State::default()).await.diagnostics.0;
    assert!(told.len() == 1 && told[0].severity == Severity::Warning && told[0].detail.contains("A2"), "{told:?}");
    assert_eq!(world.plan(&config(rows_of(["A2"])), &State::default()).await.diagnostics.0, []);
}

/// Core reads both at the same time, and tells neither of the other.
#[tokio::test]
async fn a_device_in_two_imports_is_told_and_dropping_one_row_keeps_it() {
    let world = World::new().await;
    let one = world.good_apply(&config(rows_of(["A1", "BOTH"])), &State::default()).await;
    let two = world.apply(&config(rows_of(["B1", "both"])), &State::default()).await.state;
    let world = world.another("here");
    let read = async |state: &State| {
        let (value, private) = (state.value.clone(), &state.private);
        let read = engine::read(&world.registered, &world.scope(), value, &Value::Null, private).await;
        (State { value: read.state, private: read.private }, read.diagnostics.0)
    };
    let ((one, told_one), (two, told_two)) = tokio::join!(read(&one), read(&two));
    for (told, name) in [(&told_one, "BOTH"), (&told_two, "both")] {
        assert!(told.len() == 1 && told[0].severity == Severity::Warning, "{told:?}");
        assert!(told[0].detail.contains(&format!("that has 2 in all: {name}.")), "{told:?}");
    }
    // The apply is another process, in which the second import has nothing to do.
    let world = world.another("here");
    let less = config(rows_of(["A1"]));
    let plan = world.good_plan(&less, &one).await;
    let one = world.apply_plan(&less, &one, plan, &CancellationToken::new()).await;
    assert_eq!(one.told, []);
    assert_eq!(world.serial_numbers(), ["A1", "B1", "BOTH"]);
    // From now on it is the second one's alone.
    let world = world.another("here");
    let two = world.refresh(&two).await;
    world.good_apply(&config(rows_of(["B1"])), &two).await;
    assert_eq!(world.serial_numbers(), ["A1", "B1", "BOTH"], "adopted, since the first one had imported it");
}

#[tokio::test]
async fn of_two_workspaces_at_once_the_second_adopts() {
    let one = World::new().await;
    let two = one.another("there");
    let import = format!("{RECORDS}/import");
    let config = fleet(0..3);
    let second = async {
        while one.asked("POST", &import) == 0 {
            tokio::task::yield_now().await;
        }
        two.good_apply(&config, &State::default()).await
    };
    let none = State::default();
    let (first, second) = tokio::join!(one.good_apply(&config, &none), second);
    assert_eq!(origins(&first), BTreeMap::from([("imported", 3)]));
    assert_eq!(origins(&second), BTreeMap::from([("adopted", 3)]));
    assert_eq!(one.emulator.snapshot().imports, 0);
    two.assert_no_change(&config, &second).await;
    let plan = two.good_plan(&Value::Null, &second).await;
    assert!(plan.diagnostics.0[0].detail.starts_with("3 devices stay registered"), "{:?}", plan.diagnostics);
    assert_eq!(two.destroy(&second).await.told, []);
    assert_eq!(one.serial_numbers().len(), 3);
    one.assert_no_change(&config, &first).await;
    one.destroy(&first).await;
    assert!(one.emulator.snapshot().is_empty());
}

/// Both send their imports before either is listed.
#[tokio::test]
async fn of_two_workspaces_in_the_same_instant_one_imports_and_one_adopts() {
    let one = World::new().await;
    let two = one.another("there");
    let (config, none) = (fleet(0..3), State::default());
    let (first, second) = tokio::join!(one.good_apply(&config, &none), two.good_apply(&config, &none));
    let mut both = [origins(&first), origins(&second)];
    both.sort();
    assert_eq!(both, [BTreeMap::from([("adopted", 3)]), BTreeMap::from([("imported", 3)])]);
}

/// Neither knows the other's address: it is named by what it has.
#[tokio::test]
async fn a_device_in_two_imports_is_told_in_the_run_that_brings_it_in() {
    let world = World::new().await;
    let told = |resource: &str| {
        format!(
            "These are also in another resource of this configuration, an `{resource}` that has 2 in all: A1. Two resources \
             write over each other. Remove each from one of them: what is in the other one stays."
        )
    };
    let first = config(rows_of(["A1", "B2"]));
    let none = State::default();
    let state = world.good_apply(&first, &none).await;
    let second = config(rows_of(["A1"]));
    let applied = world.apply(&second, &none).await;
    let warned = applied.told.iter().find(|it| it.summary == "In Two Resources").map(|it| it.detail.clone());
    assert_eq!(warned, Some(told(&world.registered.type_name)));
    // A plan tells where one of them has it already and keeps it.
    let world = world.another("here");
    let state = world.refresh(&state).await;
    world.good_plan(&first, &state).await;
    let plan = world.plan(&second, &none).await;
    let warned: Vec<_> = plan.diagnostics.0.iter().map(|told| told.detail.clone()).collect();
    assert_eq!(warned, [told(&world.registered.type_name)]);
}
