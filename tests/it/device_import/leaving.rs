//! Dropping rows and destroying.

use super::*;
use serde_json::json;

#[tokio::test]
async fn a_dropped_row_deregisters_what_we_imported_and_leaves_what_was_adopted() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "O1"}])).await;
    let all = config(vec![
        Row::new("A1"),
        Row::new("A2").with("assigned_user", "adele.vance@contoso.com"),
        Row::adopted("O1"),
    ]);
    let state = world.good_apply(&all, &State::default()).await;
    let one = config(rows_of(["A1"]));
    let state = world.good_apply(&one, &state).await;
    assert_eq!(world.serial_numbers(), ["A1", "O1"]);
    world.assert_no_change(&one, &state).await;

    let destroyed = world.destroy(&state).await;
    assert_eq!(destroyed.told, []);
    assert_eq!(destroyed.state.value, Value::Null);
    assert_eq!(world.serial_numbers(), ["O1"]);
}

#[tokio::test]
async fn a_fleet_is_deregistered_in_few_calls() {
    let world = World::new().await;
    let names: Vec<String> = (0..250).map(|n| format!("S{n:03}")).collect();
    let devices = names.iter().map(|name| (name.clone(), element([("hardware_hash", hash(name, 1).into())])));
    let state = world.good_apply(&config_of(devices.collect()), &State::default()).await;
    world.emulator.forget_requests();
    assert_eq!(world.destroy(&state).await.told, []);
    assert!(world.emulator.snapshot().is_empty());
    assert_eq!(world.asked("POST", &format!("{}/deleteDevices", DEVICES.replace("beta", "v1.0"))), 3);
    assert_eq!(world.asked("DELETE", &format!("{DEVICES}/{{id}}")), 0);
}

/// A state in which we imported a device that is in use by now.
async fn with_an_enrolled_device(world: &World) -> State {
    world.oem(json!([{"serialNumber": "USED", "enrolled": true}])).await;
    let mut state = world.good_apply(&config(vec![Row::new("A1"), Row::adopted("USED")]), &State::default()).await;
    let Value::Map(value) = &mut state.value else { panic!("an object") };
    let Some(Value::Map(devices)) = value.get_mut("devices") else { panic!("a map") };
    devices.get_mut("USED").expect("the row").insert("origin", "imported".into());
    state
}

#[tokio::test]
async fn an_enrolled_device_is_refused_at_plan_and_before_the_first_write() {
    let world = World::new().await;
    let state = with_an_enrolled_device(&world).await;
    let state = world.refresh(&state).await;
    let none = config(rows_of(["NEW"]));
    for config in [&none, &Value::Null] {
        let plan = world.plan(config, &state).await;
        assert!(
            plan.diagnostics.has_errors() && plan.diagnostics.0[0].detail.contains("USED"),
            "{:?}",
            plan.diagnostics
        );
        assert!(!plan.diagnostics.0[0].detail.contains("A1"), "it is not enrolled");
        // Enrolled since the plan: refused all the same.
        world.emulator.forget_requests();
        let applied = world.apply_plan(config, &state, plan, &CancellationToken::new()).await;
        assert!(applied.errors()[0].contains("USED"), "{:?}", applied.told);
        assert_eq!(applied.state.value, state.value);
        let writes = world.emulator.requests().into_iter().filter(|each| each.method != "GET");
        assert_eq!(writes.filter(|each| !each.path.contains("token")).collect::<Vec<_>>(), []);
    }
    assert_eq!(world.serial_numbers(), ["A1", "USED"]);
}

#[tokio::test]
async fn an_enrolled_device_is_deregistered_when_that_is_allowed() {
    let world = World::new().await;
    let state = with_an_enrolled_device(&world).await;
    let mut config = config(rows_of(["A1"]));
    config.insert("deregister_enrolled", true.into());
    let state = world.good_apply(&config, &state).await;
    assert_eq!(world.serial_numbers(), ["A1"]);
    world.assert_no_change(&config, &state).await;
}

#[tokio::test]
async fn another_machine_does_not_push_out_an_enrolled_one() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "USED", "enrolled": true}])).await;
    let machine = |n| config(vec![Row("USED", vec![("hardware_hash", hash("USED", n).into())])]);
    let state = world.good_apply(&machine(1), &State::default()).await;
    let plan = world.plan(&machine(2), &state).await;
    assert!(plan.diagnostics.0[0].detail.contains("USED"), "{:?}", plan.diagnostics);
}

#[tokio::test]
async fn a_device_that_intune_does_not_let_go_stays_in_the_state() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    world.emulator.fail(vec![Fault { status: Some(400), times: 0, ..fault("DELETE", &format!("{DEVICES}/*")) }]);
    let one = config(rows_of(["A1"]));
    let applied = world.apply(&one, &state).await;
    assert!(applied.errors().len() == 1 && applied.errors()[0].starts_with("A2: "), "{:?}", applied.told);
    assert_eq!(applied.state.row("A2"), state.row("A2"));
    let destroyed = world.destroy(&state).await;
    assert_eq!(destroyed.errors().len(), 1);
    assert_eq!(destroyed.state.value, state.value);

    world.emulator.fail(Vec::new());
    let state = world.good_apply(&one, &applied.state).await;
    assert_eq!(world.serial_numbers(), ["A1"]);
    world.assert_no_change(&one, &state).await;
}

#[tokio::test]
async fn a_row_that_is_dropped_before_it_was_finished_leaves_no_device_behind() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.import_seconds = 6000);
    let mut both = config(rows_of(["A1", "A2"]));
    timeouts(&mut both, "1s");
    let unfinished = world.apply(&both, &State::default()).await.state;
    assert_eq!(unfinished.row("A2").get("id"), &Value::Null);
    world.emulator.advance(seconds(6000));
    let one = config(rows_of(["A1"]));
    let state = world.good_apply(&one, &unfinished).await;
    assert_eq!(world.serial_numbers(), ["A1"]);
    assert_eq!(world.emulator.snapshot().imports, 0);
    world.assert_no_change(&one, &state).await;

    assert_eq!(world.destroy(&unfinished).await.told, [], "what is gone already is no error");
    assert_eq!(world.serial_numbers(), ["A1"], "and was not ours to know of");
}

#[tokio::test]
async fn the_plan_says_how_many_adopted_devices_stay() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "O1"}, {"serialNumber": "O2"}])).await;
    let all = vec![Row::new("A1"), Row::adopted("O1"), Row::adopted("O2")];
    let state = world.good_apply(&config(all), &State::default()).await;
    for (config, begins) in
        [(config(rows_of(["A1"])), "2 devices stay registered"), (Value::Null, "2 devices stay registered")]
    {
        let told = world.good_plan(&config, &state).await.diagnostics.0;
        assert!(told.len() == 1 && told[0].severity == Severity::Warning, "{told:?}");
        assert!(told[0].detail.starts_with(begins) && told[0].detail.contains("O1, O2"), "{told:?}");
        assert!(told[0].detail.contains("deregister_adopted = true"), "{told:?}");
    }
    let one = config(vec![Row::new("A1"), Row::adopted("O1")]);
    let told = world.good_plan(&one, &state).await.diagnostics.0;
    assert!(told[0].detail.starts_with("1 device stays registered"), "{told:?}");
}

#[tokio::test]
async fn adopted_devices_are_deregistered_where_that_is_set() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "O1"}, {"serialNumber": "O2"}])).await;
    let mut both = config(vec![Row::adopted("O1"), Row::adopted("O2")]);
    both.insert("deregister_adopted", true.into());
    let state = world.good_apply(&both, &State::default()).await;
    let mut one = config(vec![Row::adopted("O1")]);
    one.insert("deregister_adopted", true.into());
    let refreshed = world.refresh(&state).await;
    assert_eq!(world.good_plan(&one, &refreshed).await.diagnostics.0, []);
    let state = world.good_apply(&one, &state).await;
    assert_eq!(world.serial_numbers(), ["O1"]);
    world.assert_no_change(&one, &state).await;
    assert_eq!(world.destroy(&state).await.told, []);
    assert!(world.emulator.snapshot().is_empty());
}

/// The file was cut off.
#[tokio::test]
async fn a_change_that_drops_most_rows_is_refused_at_plan() {
    let world = World::new().await;
    let fleet = |rows: usize| {
        let names = (0..rows).map(|number| format!("S{number}"));
        config_of(names.map(|name| (name.clone(), element([("hardware_hash", hash(&name, 1).into())]))).collect())
    };
    let state = world.good_apply(&fleet(10), &State::default()).await;
    let plan = world.plan(&fleet(4), &state).await;
    assert!(plan.diagnostics.0[0].detail.contains("6 of 10 devices"), "{:?}", plan.diagnostics);
    assert_eq!(world.good_plan(&fleet(5), &state).await.diagnostics.0, [], "half of them is no accident");
    assert_eq!(world.good_plan(&Value::Null, &state).await.diagnostics.0, [], "a destroy is meant");
    let mut allowed = fleet(4);
    allowed.insert("deregister_many", true.into());
    let state = world.good_apply(&allowed, &state).await;
    assert_eq!(world.serial_numbers().len(), 4);
    assert_eq!(world.good_plan(&fleet(1), &state).await.diagnostics.0, [], "so few may go at will");
}

/// A DELETE is answered with success now and then, and nothing happens.
#[tokio::test]
async fn a_deregistration_that_does_not_come_about_for_minutes_is_asked_for_again() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1"])), &State::default()).await;
    world.emulator.configure(|settings| settings.deletion_seconds = 60_000);
    let delete = format!("{DEVICES}/{{id}}");
    let step = async {
        while world.asked("DELETE", &delete) < 2 {
            tokio::task::yield_now().await;
        }
        world.emulator.advance(seconds(60_000));
    };
    let (destroyed, ()) = tokio::join!(world.destroy(&state), step);
    assert_eq!(destroyed.told, []);
    assert!(world.emulator.snapshot().is_empty());
}
