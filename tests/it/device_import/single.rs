//! `autopilot_device`: one device, alone and beside an import of the same run.

use super::*;
use serde_json::json;

impl World {
    /// The same process, and the resource of one device.
    fn of_one(&self) -> World {
        let provider = Arc::new(autopilot::provider::Autopilot::of_process());
        let registry = Registry::new("autopilot", provider).resources(autopilot::resources::all("here"));
        let registered = registry.resource("autopilot_device").expect("the resource").clone();
        World { emulator: self.emulator.clone(), tenant: self.tenant.clone(), registered }
    }

    fn one<const N: usize>(&self, serial_number: &str, set: [(&str, Value); N]) -> Value {
        let mut config = null_object(&self.registered.spec.attributes);
        config.insert("serial_number", serial_number.into());
        for (name, value) in set {
            config.insert(name, value);
        }
        config
    }

    fn with_hash(&self, serial_number: &str) -> Value {
        self.one(serial_number, [("hardware_hash", hash(serial_number, 1).into())])
    }
}

fn text<'a>(state: &'a State, name: &str) -> Option<&'a str> {
    state.value.get(name).as_str()
}

#[tokio::test]
async fn a_device_moves_between_an_import_and_a_resource_of_its_own() {
    let world = World::new().await;
    let (both, rest) = (config(rows_of(["A1", "A2"])), config(rows_of(["A2"])));
    let fleet = world.good_apply(&both, &State::default()).await;
    let ids = world.ids().await;

    let world = world.another("here");
    let single = world.of_one();
    let (device, none) = (single.with_hash("A1"), State::default());
    let (fewer, moved) = tokio::join!(world.apply(&rest, &fleet), single.apply(&device, &none));
    assert_eq!((fewer.told, moved.told), (vec![], vec![]));
    assert_eq!(world.ids().await, ids, "it stays registered");
    assert_eq!(text(&moved.state, "origin"), Some("imported"), "and whose it is goes with it");
    assert_eq!(text(&moved.state, "id"), Some(ids["A1"].as_str()));

    let world = world.another("here");
    let single = world.of_one();
    let (gone, back) = tokio::join!(single.destroy(&moved.state), world.apply(&both, &fewer.state));
    assert_eq!((gone.told, back.told), (vec![], vec![]));
    assert_eq!(world.ids().await, ids);
    assert_eq!(back.state.text("A1", "origin"), Some("imported"));
}

#[tokio::test]
async fn a_device_that_was_refused_is_not_tainted() {
    let world = World::new().await.of_one();
    world.seed(json!({"tenant": "fabrikam.com", "devices": [{"serialNumber": "THEIRS"}]})).await;
    let config = world.with_hash("THEIRS");
    let made = world.apply(&config, &State::default()).await;
    assert_eq!(made.errors(), [""; 0]);
    assert!(made.warnings()[0].contains("another tenant"), "{:?}", made.told);
    assert_eq!(made.told[0].path.as_ref().map(ToString::to_string).as_deref(), Some("serial_number"));
    assert_eq!(made.state.value.get("id"), &Value::Null);
    assert!(text(&made.state, "status").unwrap().contains("another tenant"));
    assert_eq!(made.state.value.get("profile_status"), &Value::Null);
    // It is finished in place, and an update reports what a create warns of.
    let again = world.apply(&config, &made.state).await;
    assert_eq!(again.plan.planned.get("id"), &Value::Unknown);
    assert_eq!(again.errors().len(), 1, "{:?}", again.told);
}

#[tokio::test]
async fn a_device_that_nobody_registered_and_that_has_no_hash_is_an_error() {
    let world = World::new().await.of_one();
    let made = world.apply(&world.one("NOBODY", []), &State::default()).await;
    assert_eq!(made.state.value, Value::Null);
    assert!(made.errors()[0].contains("NOBODY") && made.errors()[0].contains("hardware_hash"), "{:?}", made.told);
}

#[tokio::test]
async fn a_serial_number_in_another_case_is_the_same_device() {
    let world = World::new().await.of_one();
    let made = world.good_apply(&world.with_hash("A1"), &State::default()).await;
    let hash = || ("hardware_hash", hash("A1", 1).into());
    world.assert_no_change(&world.one("a1", [hash()]), &made).await;
    let tagged = world.one("a1", [hash(), ("group_tag", "Sales".into())]);
    let changed = world.good_apply(&tagged, &made).await;
    assert_eq!(text(&changed, "id"), text(&made, "id"));
    assert_eq!(world.devices()["A1"], "Sales");
}

#[tokio::test]
async fn another_machine_with_the_serial_number_is_registered_in_its_place() {
    let world = World::new().await.of_one();
    let made = world.good_apply(&world.with_hash("A1"), &State::default()).await;
    let other = world.one("A1", [("hardware_hash", hash("A1", 2).into())]);
    let replaced = world.good_apply(&other, &made).await;
    assert_ne!(text(&replaced, "id"), text(&made, "id"));
    world.assert_no_change(&other, &replaced).await;
}

/// A user who is assigned anew is greeted by another name than the one before.
#[tokio::test]
async fn a_greeting_goes_with_its_user() {
    let world = World::new().await.of_one();
    let hash = || ("hardware_hash", hash("A1", 1).into());
    let adele = [hash(), ("assigned_user", "adele.vance@contoso.com".into()), ("user_friendly_name", "Adele".into())];
    let made = world.good_apply(&world.one("A1", adele), &State::default()).await;
    assert_eq!(text(&made, "user_friendly_name"), Some("Adele"));
    let other = world.one("A1", [hash(), ("assigned_user", "grace.hopper@contoso.com".into())]);
    let changed = world.good_apply(&other, &made).await;
    assert_eq!(text(&changed, "user_friendly_name"), Some("grace.hopper"));
    world.assert_no_change(&other, &changed).await;
}

#[tokio::test]
async fn an_adopted_device_stays_unless_a_switch_says_otherwise() {
    let world = World::new().await.of_one();
    world.oem(json!([{"serialNumber": "OEM1"}])).await;
    let made = world.good_apply(&world.one("OEM1", []), &State::default()).await;
    let destroyed = world.destroy(&made).await;
    assert_eq!(world.serial_numbers(), ["OEM1"]);
    let told = &destroyed.plan.diagnostics.0;
    assert!(told.len() == 1 && told[0].detail.starts_with("1 device stays registered"), "{told:?}");
    let switched = world.one("OEM1", [("deregister_adopted", true.into())]);
    let made = world.good_apply(&switched, &State::default()).await;
    assert_eq!(world.destroy(&made).await.told, []);
    assert_eq!(world.serial_numbers(), [""; 0]);
}

#[tokio::test]
async fn one_device_of_a_large_tenant_is_looked_for_and_not_listed() {
    let world = World::new().await.of_one();
    let devices: Vec<_> = (0..1500).map(|number| json!({"serialNumber": format!("OEM-{number:05}")})).collect();
    world.oem(devices.into()).await;
    world.emulator.forget_requests();
    let config = world.one("OEM-01234", []);
    let made = world.good_apply(&config, &State::default()).await;
    // One by the plan, since there is no hash, and one by the apply.
    assert_eq!(world.asked("GET", DEVICES), 2, "{:?}", world.emulator.requests());
    world.emulator.forget_requests();
    world.assert_no_change(&config, &made).await;
    let requests = world.emulator.requests();
    assert_eq!(requests.iter().map(|each| each.count).sum::<u64>(), 1, "{requests:?}");
}

#[tokio::test]
async fn what_contradicts_itself_is_told_on_the_attribute() {
    let world = World::new().await.of_one();
    let told = |config: &Value| {
        let found = engine::validate(&world.registered, config, true).0;
        let told = found.into_iter().map(|told| (told.path.unwrap_or_default().to_string(), told.detail));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(&world.with_hash("A1")), []);
    let of_another = told(&world.one("A1", [("hardware_hash", hash("A2", 1).into())]));
    assert_eq!(of_another.len(), 1);
    assert_eq!(of_another[0].0, "hardware_hash");
    assert!(of_another[0].1.contains("is of the device A2, not of A1"), "{of_another:?}");
    let blank = told(&world.one("A1 ", []));
    assert_eq!(blank[0].0, "serial_number");
    assert!(blank[0].1.contains("without a blank at either end"), "{blank:?}");
    let unknown = world.one("A1", [("serial_number", Value::Unknown), ("hardware_hash", Value::Unknown)]);
    assert_eq!(told(&unknown), []);
}

#[tokio::test]
async fn a_device_is_brought_in_by_its_id_or_its_serial_number() {
    let world = World::new().await.of_one();
    world.oem(json!([{"serialNumber": "O1", "groupTag": "Sales"}])).await;
    let id = world.ids().await["O1"].clone();
    for wanted in [id.as_str(), "serial_number=o1"] {
        let answer = engine::import(&world.registered, &world.scope(), wanted.into()).await;
        assert!(!answer.diagnostics.has_errors(), "{:?}", answer.diagnostics);
        let state = State { value: answer.state, private: answer.private };
        assert_eq!((text(&state, "id"), text(&state, "origin")), (Some(id.as_str()), Some("adopted")));
        assert_eq!((text(&state, "serial_number"), text(&state, "group_tag")), (Some("O1"), Some("Sales")));
        world.assert_no_change(&world.one("O1", []), &state).await;
    }
    for (wanted, words) in [("serial_number=NONE", "Check it."), ("NONE", "as in serial_number=PF3A0001")] {
        let answer = engine::import(&world.registered, &world.scope(), wanted.into()).await;
        assert_eq!(answer.state, Value::Null);
        assert!(answer.diagnostics.0[0].detail.contains(words), "{:?}", answer.diagnostics);
    }
}
