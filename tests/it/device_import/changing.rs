//! Group tags, users, names, and other machines.

use super::*;
use serde_json::json;

#[tokio::test]
async fn what_is_not_set_stays_as_it_is_and_an_empty_text_clears() {
    let world = World::new().await;
    world
        .oem(json!([{"serialNumber": "O1", "groupTag": "Partner", "userPrincipalName": "alex.wilber@contoso.com"}]))
        .await;
    let nothing = config(vec![Row::adopted("O1")]);
    // Adopting without a change sends nothing, and is no error.
    let state = world.good_apply(&nothing, &State::default()).await;
    assert_eq!((state.text("O1", "group_tag"), state.text("O1", "assigned_user")), (None, None));
    let device = world.emulator.snapshot().devices.remove(0);
    assert_eq!((device.group_tag.as_str(), device.user.as_str()), ("Partner", "alex.wilber@contoso.com"));
    world.assert_no_change(&nothing, &state).await;

    let cleared = config(vec![Row::adopted("O1").with("group_tag", "").with("assigned_user", "")]);
    let state = world.good_apply(&cleared, &state).await;
    let device = world.emulator.snapshot().devices.remove(0);
    assert_eq!((device.group_tag.as_str(), device.user.as_str()), ("", ""));
    world.assert_no_change(&cleared, &state).await;

    let set =
        config(vec![Row::adopted("O1").with("group_tag", "Sales").with("assigned_user", "Adele.Vance@contoso.com")]);
    let state = world.good_apply(&set, &state).await;
    assert_eq!(world.devices()["O1"], "Sales");
    world.assert_no_change(&set, &state).await;
    // Not set any more: it stays.
    let state = world.good_apply(&nothing, &state).await;
    assert_eq!(world.devices()["O1"], "Sales");
    world.assert_no_change(&nothing, &state).await;
}

#[tokio::test]
async fn a_tag_that_was_changed_behind_our_back_is_seen_and_put_back() {
    let world = World::new().await;
    let config = config(vec![Row::new("A1").with("group_tag", "Sales"), Row::new("A2")]);
    let state = world.good_apply(&config, &State::default()).await;
    for serial_number in ["A1", "A2"] {
        let id = state.text(serial_number, "id").unwrap();
        let path = format!("{DEVICES}/{id}/updateDeviceProperties");
        client(&world.emulator).action(&path, &json!({"groupTag": "Other"})).await.unwrap();
    }
    world.emulator.advance(seconds(60));
    let drifted = world.refresh(&state).await;
    let plan = world.good_plan(&config, &drifted).await;
    assert_eq!(plan.planned.get("devices").get("A2"), drifted.row("A2"), "not set, so it is not ours");
    assert_eq!(drifted.text("A1", "group_tag"), Some("Other"));
    let state = world.good_apply(&config, &drifted).await;
    assert_eq!(world.devices(), BTreeMap::from([("A1".into(), "Sales".into()), ("A2".into(), "Other".into())]));
    world.assert_no_change(&config, &state).await;
}

#[tokio::test]
async fn a_device_that_refuses_a_change_is_told_and_the_others_are_changed() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    let changed = config(vec![
        Row::new("A1").with("assigned_user", "ada@fabrikam.com"),
        Row::new("A2").with("group_tag", "Sales"),
    ]);
    let applied = world.apply(&changed, &state).await;
    assert!(applied.errors().len() == 1 && applied.errors()[0].starts_with("A1: "), "{:?}", applied.told);
    assert_eq!(world.devices()["A2"], "Sales");
    // The refresh shows that it was not written, so it is planned again.
    let refreshed = world.refresh(&applied.state).await;
    assert_ne!(world.good_plan(&changed, &refreshed).await.planned, refreshed.value);
}

#[tokio::test]
async fn a_hash_collected_again_is_no_change_and_another_machine_is_deregistered_then_imported() {
    let world = World::new().await;
    let machine = |text: Value| config(vec![Row("A1", vec![("hardware_hash", text), ("group_tag", "Sales".into())])]);
    let state = world.good_apply(&machine(hash("A1", 1).into()), &State::default()).await;
    let id = state.text("A1", "id").unwrap().to_owned();

    // The same machine at another time, and no hash at all.
    let later = HardwareHash {
        serial_number: Some("A1".to_owned()),
        manufacturer: Some("Contoso Hardware".to_owned()),
        model: Some("Model 1".to_owned()),
        smbios_uuid: Some(uuid::Uuid::from_u128(1)),
        disk_serial_numbers: vec!["another disk".to_owned()],
        ..HardwareHash::default()
    };
    assert_ne!(encode(&later), hash("A1", 1));
    world.assert_no_change(&machine(encode(&later).into()), &state).await;
    world.assert_no_change(&machine(Value::Null), &state).await;

    // A hash that is not known yet may be of another machine.
    let refreshed = world.refresh(&state).await;
    let plan = world.good_plan(&machine(Value::Unknown), &refreshed).await;
    assert_eq!(plan.planned.get("devices").get("A1").get("id"), &Value::Unknown);
    let same = world.apply_plan(&machine(hash("A1", 1).into()), &refreshed, plan, &CancellationToken::new()).await;
    assert_eq!(same.told, []);
    assert_eq!(same.state.text("A1", "id"), Some(id.as_str()));

    world.emulator.forget_requests();
    let other = machine(hash("A1", 2).into());
    let applied = world.apply(&other, &state).await;
    assert_eq!(applied.told, []);
    let planned = applied.plan.planned.get("devices").get("A1");
    assert_eq!((planned.get("id"), planned.get("group_tag")), (&Value::Unknown, &"Sales".into()));
    assert_ne!(applied.state.text("A1", "id"), Some(id.as_str()));
    assert_eq!(applied.state.text("A1", "origin"), Some("imported"));
    assert_eq!(world.devices(), BTreeMap::from([("A1".into(), "Sales".into())]));
    world.assert_no_change(&other, &applied.state).await;
}

#[tokio::test]
async fn a_device_that_was_deregistered_behind_our_back_is_registered_again_in_place() {
    let world = World::new().await;
    let config = config(rows_of(["A1", "A2"]));
    let state = world.good_apply(&config, &State::default()).await;
    client(&world.emulator).delete(&format!("{DEVICES}/{}", state.text("A1", "id").unwrap())).await.unwrap();
    world.emulator.advance(seconds(600));
    assert_eq!(world.serial_numbers(), ["A2"]);
    let refreshed = world.refresh(&state).await;
    assert_eq!(refreshed.text("A1", "status"), Some("not registered any more"));
    let state = world.good_apply(&config, &refreshed).await;
    assert_eq!(world.serial_numbers(), ["A1", "A2"]);
    world.assert_no_change(&config, &state).await;
}

#[tokio::test]
async fn a_key_in_another_case_is_the_same_device() {
    let world = World::new().await;
    let state = world.good_apply(&config(vec![Row::new("S1"), Row::new("S2")]), &State::default()).await;
    let id = state.text("S1", "id").unwrap().to_owned();
    let renamed = config(vec![Row("s1", vec![("hardware_hash", hash("S1", 1).into())]), Row::new("S2")]);
    let refreshed = world.refresh(&state).await;
    let planned = world.good_plan(&renamed, &refreshed).await.planned;
    assert_eq!(planned.get("devices").get("s1"), refreshed.row("S1"), "the plan shows no more than the key");
    world.emulator.forget_requests();
    let state = world.good_apply(&renamed, &state).await;
    let writes = world.emulator.requests().into_iter().filter(|each| each.method != "GET");
    assert_eq!(writes.filter(|each| !each.path.contains("token")).collect::<Vec<_>>(), []);
    assert_eq!(state.text("s1", "id"), Some(id.as_str()));
    assert_eq!(state.text("s1", "origin"), Some("imported"));
    assert_eq!(world.asked("DELETE", &format!("{DEVICES}/{{id}}")), 0);
    assert_eq!(world.asked("POST", &format!("{RECORDS}/import")), 0);
    world.assert_no_change(&renamed, &state).await;
    // The machine is remembered under the new key too: another one is told.
    let other = config(vec![Row("s1", vec![("hardware_hash", hash("S1", 2).into())]), Row::new("S2")]);
    let state = world.good_apply(&other, &state).await;
    assert_ne!(state.text("s1", "id"), Some(id.as_str()));
    assert_eq!(world.serial_numbers().len(), 2);
    // It is ours still: dropped, it is deregistered.
    world.good_apply(&config(vec![Row::new("S2")]), &state).await;
    assert_eq!(world.serial_numbers(), ["S2"]);
}

#[tokio::test]
async fn a_configuration_that_contradicts_itself_is_told_on_its_line() {
    let world = World::new().await;
    let told = |rows: Vec<Row>| {
        let found = engine::validate(&world.registered, &config(rows), true);
        let told = found.0.into_iter().map(|told| (told.path.unwrap_or_default().to_string(), told.detail));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(vec![Row::new("A1"), Row::adopted("A2")]), []);
    let cases = [
        (
            vec![Row("A1", vec![("hardware_hash", hash("A2", 1).into())])],
            r#"devices["A1"].hardware_hash"#,
            "is of the device A2",
        ),
        (vec![Row::adopted("A1").with("hardware_hash", "no base64!")], r#"devices["A1"].hardware_hash"#, "Device A1: "),
        (
            vec![Row::adopted("A1").with("assigned_user", "ada")],
            r#"devices["A1"].assigned_user"#,
            "user principal name",
        ),
        (vec![Row::adopted("A1").with("display_name", "SIXTEEN-LETTERS-")], r#"devices["A1"].display_name"#, "15"),
        (
            vec![Row("A1\u{200b}", vec![("hardware_hash", hash("A1", 1).into())])],
            r#"devices["A1\u{200b}"].hardware_hash"#,
            "not of A1\\u{200b}. Give each device its own hash. \"A1\\u{200b}\" contains U+200B.",
        ),
        (vec![Row::adopted(" A1")], r#"devices[" A1"]"#, "blank"),
        (vec![Row::adopted("a1"), Row::adopted("A1")], r#"devices["a1"]"#, "same device"),
    ];
    for (rows, path, word) in cases {
        let told = told(rows);
        assert!(told.len() == 1 && told[0].0 == path && told[0].1.contains(word), "{told:?}");
    }
    let unknown = Row("A1", vec![("hardware_hash", Value::Unknown), ("assigned_user", Value::Unknown)]);
    assert_eq!(told(vec![unknown]), []);
}

#[tokio::test]
async fn a_plan_leaves_open_only_what_the_service_gives() {
    let world = World::new().await;
    let tagged = |tag: &str| config(vec![Row::new("A1").with("group_tag", tag), Row::new("A2")]);
    let plan = world.good_plan(&tagged("Sales"), &State::default()).await;
    let unknown = |row: &Value| {
        let row = row.as_map().expect("a row");
        row.iter().filter(|(_, value)| value.is_unknown()).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    for name in ["A1", "A2"] {
        assert_eq!(unknown(plan.planned.get("devices").get(name)), ["id", "origin", "status"]);
    }
    let state = world.good_apply(&tagged("Sales"), &State::default()).await;
    let plan = world.good_plan(&tagged("Desk"), &state).await;
    assert_eq!(unknown(plan.planned.get("devices").get("A1")), [""; 0], "a tag changes no status");
    let state = world.good_apply(&tagged("Desk"), &state).await;
    world.assert_no_change(&tagged("Desk"), &state).await;
}

/// "The first call unchanged after ten minutes, the second took" (microsoft-graph-docs-contrib issue 11620).
#[tokio::test]
async fn a_change_that_does_not_show_for_minutes_is_sent_once_more() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    let tagged = config(vec![Row::new("A1").with("group_tag", "Sales"), Row::new("A2")]);
    world.emulator.configure(|settings| settings.property_seconds = 60_000);
    let change = format!("{DEVICES}/{{id}}/updateDeviceProperties");
    let step = async {
        while world.asked("POST", &change) < 2 {
            tokio::task::yield_now().await;
        }
        world.emulator.advance(seconds(1000));
        world.emulator.advance(seconds(60_000));
    };
    let (state, ()) = tokio::join!(world.good_apply(&tagged, &state), step);
    assert_eq!((world.devices()["A1"].as_str(), world.asked("POST", &change)), ("Sales", 2));
    world.assert_no_change(&tagged, &state).await;
}

#[tokio::test]
async fn a_change_without_effect_is_sent_once_more() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1"])), &State::default()).await;
    let fault = json!({"path": "*/updateDeviceProperties", "without_effect": true});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let tagged = config(vec![Row::new("A1").with("group_tag", "Sales")]);
    let state = world.good_apply(&tagged, &state).await;
    let change = format!("{DEVICES}/{{id}}/updateDeviceProperties");
    assert_eq!((world.devices()["A1"].as_str(), world.asked("POST", &change)), ("Sales", 2));
    world.assert_no_change(&tagged, &state).await;
}

#[tokio::test]
async fn changes_of_a_fleet_of_which_some_are_answered_412_or_lost_all_come_about() {
    let world = World::new().await;
    let serials: Vec<&str> = (0..40).map(|n| &*format!("A{n:02}").leak()).collect();
    let untagged = config(serials.iter().map(|serial| Row::new(serial)).collect());
    let state = world.good_apply(&untagged, &State::default()).await;
    world.emulator.configure(|settings| {
        settings.property_conflicts_percent = 10;
        settings.property_losses_percent = 5;
    });
    let tagged = config(serials.iter().map(|serial| Row::new(serial).with("group_tag", "Sales")).collect());
    let state = world.good_apply(&tagged, &state).await;
    assert!(world.devices().values().all(|tag| tag == "Sales"), "{:?}", world.devices());
    let change = format!("{DEVICES}/{{id}}/updateDeviceProperties");
    assert!(world.asked("POST", &change) > serials.len() as u64, "some were sent again");
    world.assert_no_change(&tagged, &state).await;
}
