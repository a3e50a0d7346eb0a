//! Importing and adopting.

use super::*;
use serde_json::json;

#[tokio::test]
async fn devices_are_imported_or_adopted_and_the_second_plan_is_empty() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "OEM1", "groupTag": "Partner"}, {"serialNumber": "OEM2"}])).await;
    let config = config(vec![
        Row::new("A1").with("group_tag", "Sales").with("assigned_user", "adele.vance@contoso.com"),
        Row::new("A2").with("display_name", "FRONT-DESK"),
        Row::adopted("OEM1"),
        Row::new("OEM2").with("group_tag", "Sales"),
    ]);
    let state = world.good_apply(&config, &State::default()).await;
    assert_eq!(world.serial_numbers(), ["A1", "A2", "OEM1", "OEM2"]);
    for (serial_number, origin, tag) in [
        ("A1", "imported", Some("Sales")),
        ("A2", "imported", None),
        ("OEM1", "adopted", None),
        ("OEM2", "adopted", Some("Sales")),
    ] {
        assert_eq!(state.text(serial_number, "origin"), Some(origin), "{serial_number}");
        assert_eq!(state.text(serial_number, "status"), Some("registered"), "{serial_number}");
        assert_eq!(state.text(serial_number, "group_tag"), tag, "{serial_number}");
        assert!(state.text(serial_number, "id").is_some(), "{serial_number}");
    }
    assert_eq!(world.devices()["OEM1"], "Partner", "not set, so it is not managed");
    let snapshot = world.emulator.snapshot();
    assert_eq!(snapshot.imports, 0, "import records are deleted");
    assert_eq!(snapshot.devices[0].user, "adele.vance@contoso.com");
    world.assert_no_change(&config, &state).await;
}

#[tokio::test]
async fn one_refused_row_burns_no_fleet() {
    let world = World::new().await;
    world.seed(json!({"tenant": "fabrikam.com", "devices": [{"serialNumber": "THEIRS"}]})).await;
    let with_theirs = config(rows_of(["A1", "A2", "THEIRS"]));
    let applied = world.apply(&with_theirs, &State::default()).await;
    assert_eq!(applied.errors(), [""; 0]);
    let warnings = applied.warnings();
    assert!(
        warnings.len() == 1 && warnings[0].contains("THEIRS") && warnings[0].contains("another tenant"),
        "{warnings:?}"
    );
    let state = applied.state;
    assert_eq!(state.row("THEIRS").get("id"), &Value::Null);
    assert!(state.text("THEIRS", "status").unwrap().contains("another tenant"));
    assert!(state.text("A1", "id").is_some());

    // The next plan is an update in place of that row alone, and its apply reports the row as an error.
    let applied = world.apply(&with_theirs, &state).await;
    let planned = applied.plan.planned.get("devices");
    assert_eq!(planned.get("THEIRS").get("id"), &Value::Unknown);
    assert_eq!(planned.get("A1"), state.row("A1"));
    assert_eq!(applied.errors().len(), 1);
    assert_eq!(world.emulator.snapshot().imports, 0);
    assert_eq!(world.serial_numbers(), ["A1", "A2"]);

    // Without it, all is well.
    let without = config(rows_of(["A1", "A2"]));
    let state = world.good_apply(&without, &applied.state).await;
    world.assert_no_change(&without, &state).await;
}

#[tokio::test]
async fn a_create_that_sent_nothing_answers_an_error_and_no_state() {
    let world = World::new().await;
    let applied = world.apply(&config(vec![Row::adopted("NOBODY")]), &State::default()).await;
    assert_eq!(applied.state.value, Value::Null);
    assert!(
        applied.errors()[0].contains("NOBODY") && applied.errors()[0].contains("hardware_hash"),
        "{:?}",
        applied.told
    );
    assert_eq!(world.asked("POST", &format!("{RECORDS}/import")), 0);

    world.emulator.fail(vec![Fault { status: Some(403), times: 0, ..fault("GET", DEVICES) }]);
    let applied = world.apply(&config(rows_of(["A1"])), &State::default()).await;
    assert_eq!(applied.state.value, Value::Null);
    assert!(applied.errors()[0].contains("DeviceManagementServiceConfig.ReadWrite.All"), "{:?}", applied.told);
}

#[tokio::test]
async fn a_call_takes_500_rows_at_most_and_a_refresh_is_one_paged_list() {
    let world = World::new().await;
    let names: Vec<String> = (0..1203).map(|n| format!("S{n:05}")).collect();
    let devices = names.iter().map(|name| (name.clone(), element([("hardware_hash", hash(name, 1).into())])));
    let config = config_of(devices.collect());
    let state = world.good_apply(&config, &State::default()).await;
    assert_eq!(world.asked("POST", &format!("{RECORDS}/import")), 3);
    assert_eq!(world.emulator.snapshot().imports, 0);
    world.emulator.forget_requests();
    let state = world.refresh(&state).await;
    let requests = world.emulator.requests();
    assert_eq!(requests.iter().map(|each| each.count).sum::<u64>(), 2, "{requests:?}");
    assert_eq!(world.good_plan(&config, &state).await.planned, state.value);
    // One group tag changed on many, in place: in batches, not one by one.
    let changed = names.iter().enumerate().map(|(n, name)| {
        let tag = if n % 3 == 0 { Value::from("Sales") } else { Value::Null };
        (name.clone(), element([("hardware_hash", hash(name, 1).into()), ("group_tag", tag)]))
    });
    let changed = config_of(changed.collect());
    world.emulator.forget_requests();
    let state = world.good_apply(&changed, &state).await;
    assert_eq!(world.devices().values().filter(|tag| *tag == "Sales").count(), 401);
    assert_eq!(world.asked("POST", &format!("{DEVICES}/{{id}}/updateDeviceProperties")), 401);
    let batches = world.asked("POST", "/beta/$batch");
    assert!((21..=30).contains(&batches), "{batches}: some more wait until the change is shown");
    world.assert_no_change(&changed, &state).await;
}

#[tokio::test]
async fn a_row_that_intune_refuses_as_a_whole_call_does_not_hold_back_the_others() {
    let world = World::new().await;
    // The first call is refused, then its halves are tried.
    world.emulator.fail(vec![Fault { status: Some(400), ..fault("POST", &format!("{RECORDS}/import")) }]);
    let config = config(rows_of(["A1", "A2", "A3"]));
    let state = world.good_apply(&config, &State::default()).await;
    assert_eq!(world.serial_numbers(), ["A1", "A2", "A3"]);
    world.assert_no_change(&config, &state).await;
}

#[tokio::test]
async fn a_sync_that_somebody_just_asked_for_is_no_error() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1"])), &State::default()).await;
    // Well within ten minutes of the emulator's clock.
    world.emulator.configure(|settings| settings.sync_interval_seconds = 1_000_000);
    let both = config(rows_of(["A1", "A2"]));
    let state = world.good_apply(&both, &state).await;
    let synced = world.emulator.requests();
    let throttled =
        synced.iter().filter(|each| each.path.ends_with("/sync") && each.status == 429).map(|each| each.count);
    assert_eq!(throttled.sum::<u64>(), 1, "asked once, not again and again");
    world.assert_no_change(&both, &state).await;
}

#[tokio::test]
async fn what_exists_is_imported_by_serial_numbers_by_group_tag_or_wholly() {
    let world = World::new().await;
    world.oem(json!([{"serialNumber": "O1", "groupTag": "Sales"}, {"serialNumber": "O2", "groupTag": "Sales"}, {"serialNumber": "O3"}])).await;
    for (id, names) in [
        ("serial_numbers=O1, o3", vec!["O1", "O3"]),
        ("group_tag=Sales", vec!["O1", "O2"]),
        ("group_tag=", vec!["O3"]),
        ("all", vec!["O1", "O2", "O3"]),
    ] {
        let answer = engine::import(&world.registered, &world.scope(), id.into()).await;
        assert!(!answer.diagnostics.has_errors(), "{:?}", answer.diagnostics);
        let state = State { value: answer.state, private: answer.private };
        let rows = state.value.get("devices").as_map().unwrap();
        assert_eq!(rows.keys().collect::<Vec<_>>(), names);
        assert!(rows.values().all(|row| row.get("origin").as_str() == Some("adopted")));
        let config = config(names.iter().map(|name| Row::new(name)).collect());
        world.assert_no_change(&config, &state).await;
        // Adopted devices stay when the import is destroyed.
        assert_eq!(world.destroy(&state).await.errors(), [""; 0]);
        assert_eq!(world.serial_numbers().len(), 3);
    }
    for (id, word) in [
        ("serial_numbers=O1,NONE", "NONE"),
        ("group_tag=None", "None"),
        ("O1", "serial_numbers="),
        ("serial_numbers=", "serial_numbers="),
    ] {
        let answer = engine::import(&world.registered, &world.scope(), id.into()).await;
        assert_eq!(answer.state, Value::Null);
        assert!(answer.diagnostics.0[0].detail.contains(word), "{:?}", answer.diagnostics);
    }
    let empty = World::new().await;
    let answer = engine::import(&empty.registered, &empty.scope(), "all".into()).await;
    assert!(answer.diagnostics.0[0].detail.starts_with("No device is registered"), "{:?}", answer.diagnostics);
}

#[tokio::test]
async fn state_of_another_tenant_is_refused_before_anything_is_asked() {
    let world = World::new().await;
    let mut state = world.good_apply(&config(rows_of(["A1"])), &State::default()).await;
    state.private.set_tenant("0f8fad5b-d9cb-469f-a165-70867728950e");
    world.emulator.forget_requests();
    let plan = world.plan(&Value::Null, &state).await;
    assert!(plan.diagnostics.0[0].summary.contains("Another Tenant"));
    assert_eq!(world.emulator.requests(), []);
}
