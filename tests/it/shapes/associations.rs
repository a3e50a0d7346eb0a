//! Devices that are associated by their DeviceLinks: rows that are added one in a call, each by a proof.

use autopilot::knowledge::device_link::{DeviceLink, encode};
use serde_json::json;
use uuid::Uuid;

use super::*;

const NAME: &str = "autopilot_device_association";
const DEVICES: &str = "/beta/deviceManagement/tenantAssociatedDevices";
const POLICY_ID: &str = "devicePreparationPolicyId";
const UPLOAD: &str = "/beta/deviceManagement/tenantAssociatedDevices/importTenantAssociatedDevice";

/// An export of a device, at a time.
fn link(serial_number: &str, board: u128, time: &str) -> String {
    let link = DeviceLink {
        serial_number: serial_number.to_owned(),
        manufacturer: "HP".to_owned(),
        model: "EliteBook".to_owned(),
        smbios_uuid: Uuid::from_u128(board),
        keys: vec!["AAAA".to_owned()],
    };
    encode(&link, time)
}

fn row<const N: usize>(set: [(&str, Value); N]) -> Value {
    let names = ["device_link", "policy_id", "state", "manufacturer", "model", "id", "origin"];
    let mut row = Value::object(names.map(|name| (name, Value::Null)));
    set.into_iter().for_each(|(name, value)| row.insert(name, value));
    row
}

fn config(world: &World, rows: Vec<(&str, Value)>) -> Value {
    let rows = rows.into_iter().map(|(serial_number, row)| (serial_number.to_owned(), row));
    world.config(NAME, [("devices", Value::Map(rows.collect()))])
}

/// One device, as it was exported at a time.
fn one(world: &World, board: u128, time: &str) -> Value {
    config(world, vec![("S1", row([("device_link", link("S1", board, time).into())]))])
}

fn text<'a>(state: &'a State, name: &str) -> Option<&'a str> {
    state.value.get("devices").get("S1").get(name).as_str()
}

/// A device preparation policy for associated devices, or for users.
async fn policy(world: &World, name: &str, deployment: &str) -> String {
    let group = world.made(GROUP, [("display_name", name.into()), ("provisioning_client_owner", true.into())]).await;
    let set =
        [("display_name", name.into()), ("deployment", deployment.into()), ("device_group_id", id(&group).into())];
    id(&world.made(POLICY, set).await).to_owned()
}

fn with_policy(world: &World, policy: &str) -> Value {
    let set = [("device_link", link("S1", 1, "monday").into()), ("policy_id", policy.into())];
    config(world, vec![("S1", row(set))])
}

#[tokio::test]
async fn another_export_of_the_same_device_is_no_change() {
    let world = World::new().await;
    let state = world.apply(NAME, &one(&world, 1, "monday"), &State::default()).await.quietly();
    assert_eq!((text(&state, "state"), text(&state, "origin")), (Some("Pre-associated"), Some("imported")));
    assert_eq!((text(&state, "manufacturer"), text(&state, "policy_id")), (Some("HP"), None));
    world.assert_no_change(NAME, &one(&world, 1, "tuesday"), &state).await;
    assert_eq!(world.writes()[&format!("POST {UPLOAD}")], 1);
    let kept = format!("{:?} {:?}", state.value, state.private);
    assert!(!kept.contains(&link("S1", 1, "monday")[..40]), "no state holds a DeviceLink");
}

/// A UEFI reset makes another record, and the old one is of nothing.
#[tokio::test]
async fn another_device_with_the_serial_number_takes_the_place_of_the_old_one() {
    let world = World::new().await;
    let state = world.apply(NAME, &one(&world, 1, "monday"), &State::default()).await.quietly();
    let other = one(&world, 2, "monday");
    let changed = world.apply(NAME, &other, &state).await.quietly();
    assert_ne!(text(&changed, "id"), text(&state, "id"));
    assert_eq!(world.list(DEVICES).await.len(), 1);
    world.assert_no_change(NAME, &other, &changed).await;
}

/// Another workspace may have the device of after a UEFI reset.
#[tokio::test]
async fn two_records_of_one_serial_number_are_not_mixed_up() {
    let world = World::new().await;
    let [old, new] = [one(&world, 1, "monday"), one(&world, 2, "monday")];
    let first = world.apply(NAME, &old, &State::default()).await.quietly();
    let world = world.again();
    let second = world.apply(NAME, &new, &State::default()).await.quietly();
    assert_eq!(text(&second, "origin"), Some("imported"), "it was made here");
    assert_ne!(text(&second, "id"), text(&first, "id"));
    let world = world.again();
    world.assert_no_change(NAME, &new, &second).await;
    let world = world.again();
    assert_eq!(text(&world.refresh(NAME, &first).await, "id"), text(&first, "id"));
    world.assert_no_change(NAME, &old, &first).await;
    world.destroy(NAME, &first).await;
    let left = world.list(DEVICES).await;
    assert_eq!((left.len(), left[0]["id"].as_str()), (1, text(&second, "id")));
    let gone = world.refresh(NAME, &first).await;
    assert!(gone.value.get("devices").get("S1").is_null(), "the other record is another device's");
}

#[tokio::test]
async fn another_policy_is_given_to_the_own_one_of_two_records_of_one_serial_number() {
    let world = World::new().await;
    let [first, second] = [policy(&world, "First", "associated").await, policy(&world, "Second", "associated").await];
    let state = world.apply(NAME, &with_policy(&world, &first), &State::default()).await.quietly();
    let world = world.again();
    let other = world.apply(NAME, &one(&world, 2, "monday"), &State::default()).await.quietly();
    let world = world.again();
    let config = with_policy(&world, &second);
    let changed = world.apply(NAME, &config, &state).await.quietly();
    assert_eq!(text(&changed, "origin"), Some("imported"));
    let there = world.list(DEVICES).await;
    let policy_of = |state| there.iter().find(|it| it["id"].as_str() == text(state, "id")).map(|it| &it[POLICY_ID]);
    assert_eq!((there.len(), policy_of(&changed)), (2, Some(&json!(second))));
    assert_ne!(policy_of(&other), Some(&json!(second)));
    world.assert_no_change(NAME, &config, &changed).await;
}

#[tokio::test]
async fn a_record_of_another_workspace_that_takes_the_place_of_the_own_one_is_adopted() {
    let world = World::new().await;
    let state = world.apply(NAME, &one(&world, 1, "monday"), &State::default()).await.quietly();
    let world = world.again();
    let other = world.apply(NAME, &one(&world, 2, "monday"), &State::default()).await.quietly();
    let world = world.again();
    let config = one(&world, 2, "tuesday");
    let changed = world.apply(NAME, &config, &state).await.quietly();
    assert_eq!((text(&changed, "id"), text(&changed, "origin")), (text(&other, "id"), Some("adopted")));
    assert_eq!(world.list(DEVICES).await.len(), 1, "the own one is of nothing any more");
    world.assert_no_change(NAME, &config, &changed).await;
    world.destroy(NAME, &changed).await;
    assert_eq!(world.list(DEVICES).await.len(), 1);
}

/// Where an upload of a device that is there is refused, another policy takes another record.
#[tokio::test]
async fn a_record_that_another_workspace_made_in_place_of_the_own_one_is_gone_and_then_adopted() {
    let world = World::new().await;
    let [first, second] = [policy(&world, "First", "associated").await, policy(&world, "Second", "associated").await];
    let config = with_policy(&world, &first);
    let state = world.apply(NAME, &config, &State::default()).await.quietly();
    let world = world.again();
    let theirs = world.apply(NAME, &with_policy(&world, &second), &State::default()).await.quietly();
    assert_eq!(text(&theirs, "origin"), Some("adopted"));
    let world = world.again();
    let gone = world.refresh(NAME, &state).await;
    assert!(gone.value.get("devices").get("S1").is_null());
    let mended = world.apply(NAME, &config, &gone).await.quietly();
    assert_eq!((text(&mended, "policy_id"), text(&mended, "origin")), (Some(first.as_str()), Some("adopted")));
    assert_eq!(world.list(DEVICES).await.len(), 1);
    world.assert_no_change(NAME, &config, &mended).await;
}

#[tokio::test]
async fn which_of_two_records_of_one_serial_number_a_new_row_is_is_not_guessed() {
    let world = World::new().await;
    for board in [1, 2] {
        world.graph.post(UPLOAD, &json!({"deviceLink": link("S1", board, "monday")})).await.expect("it is associated");
    }
    world.emulator.advance(std::time::Duration::from_secs(60));
    let bare = config(&world, vec![("S1", row([]))]);
    let made = world.apply(NAME, &bare, &State::default()).await;
    let words = "S1: there are several of it, and it has no `device_link` that tells which one it is";
    assert!(made.told(Severity::Error)[0].contains(words), "{:?}", made.told);
    let made = world.apply(NAME, &one(&world, 2, "tuesday"), &State::default()).await;
    let words = "S1: the service says that it is there (409), and lists several of it: which one is not told";
    assert!(made.told(Severity::Error)[0].contains(words), "{:?}", made.told);
    assert_eq!(world.list(DEVICES).await.len(), 2);
}

#[tokio::test]
async fn a_device_that_was_refused_is_tried_again_without_what_is_not_set_any_more() {
    let world = World::new().await;
    let policy = policy(&world, "First", "associated").await;
    let other = || ("S2", row([("device_link", link("S2", 2, "monday").into())]));
    let refused = config(&world, vec![("S1", row([("policy_id", policy.as_str().into())])), other()]);
    let made = world.apply(NAME, &refused, &State::default()).await;
    assert_eq!((text(&made.state, "id"), text(&made.state, "policy_id")), (None, Some(policy.as_str())));
    let without = config(&world, vec![("S1", row([("device_link", link("S1", 1, "monday").into())])), other()]);
    let state = world.refresh(NAME, &made.state).await;
    let state = world.apply(NAME, &without, &state).await.quietly();
    assert!(text(&state, "id").is_some());
    assert_eq!(text(&state, "policy_id"), None);
    let there = world.list(DEVICES).await;
    let sent = there.iter().find(|it| it["serialNumber"] == "S1").map(|it| it[POLICY_ID].clone());
    assert_ne!(sent, Some(json!(policy)));
    world.assert_no_change(NAME, &without, &state).await;
}

/// Published clients see a 409 where Microsoft's pages tell of an update.
#[tokio::test]
async fn what_is_associated_already_is_read_back_and_stays_at_destroy() {
    let world = World::new().await;
    let body = json!({"deviceLink": link("S1", 1, "monday")});
    world.graph.post(UPLOAD, &body).await.expect("it is associated");
    world.emulator.advance(std::time::Duration::from_secs(60));
    let config = config(
        &world,
        vec![
            ("S1", row([("device_link", link("S1", 1, "tuesday").into())])),
            ("S2", row([("device_link", link("S2", 2, "tuesday").into())])),
        ],
    );
    let state = world.apply(NAME, &config, &State::default()).await.quietly();
    assert_eq!(text(&state, "origin"), Some("adopted"));
    assert_eq!(state.value.get("devices").get("S2").get("origin").as_str(), Some("imported"));
    world.assert_no_change(NAME, &config, &state).await;
    let plan = world.plan(NAME, &Value::Null, &state).await;
    assert_eq!(
        plan.diagnostics.0[0].detail,
        "The records of these devices are taken away: S2. The mark in the firmware of a device that has enrolled stays, so it \
         associates with this tenant again while it is enrolled."
    );
    world.destroy(NAME, &state).await;
    let left = world.list(DEVICES).await;
    assert_eq!((left.len(), &left[0]["serialNumber"]), (1, &json!("S1")));
}

#[tokio::test]
async fn another_policy_is_given_by_another_upload() {
    for updates in [false, true] {
        let world = World::new().await;
        world.emulator.configure(|settings| settings.association_upload_updates = updates);
        let [first, second] =
            [policy(&world, "First", "associated").await, policy(&world, "Second", "associated").await];
        let state = world.apply(NAME, &with_policy(&world, &first), &State::default()).await.quietly();
        assert_eq!(text(&state, "policy_id"), Some(first.as_str()));
        let config = with_policy(&world, &second);
        let changed = world.apply(NAME, &config, &state).await.quietly();
        let there = world.list(DEVICES).await;
        assert_eq!((there.len(), &there[0]["devicePreparationPolicyId"]), (1, &json!(second)));
        assert_eq!(text(&changed, "id"), there[0]["id"].as_str());
        world.assert_no_change(NAME, &config, &changed).await;
    }
}

#[tokio::test]
async fn a_policy_that_is_not_for_associated_devices_is_refused_at_plan() {
    let world = World::new().await;
    let policy = policy(&world, "Users", "user_driven").await;
    let told = world.told(NAME, &with_policy(&world, &policy), &State::default()).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].path.as_ref().map(ToString::to_string).as_deref(), Some("devices[\"S1\"].policy_id"));
    assert!(
        told[0].detail.contains(
            "names the policy \"Users\", which is not for associated devices: Intune takes only a device preparation policy \
             with `deployment = \"associated\"`."
        ),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_policy_cannot_change_without_the_device_link() {
    let world = World::new().await;
    let policy = policy(&world, "First", "associated").await;
    let state = world.apply(NAME, &one(&world, 1, "monday"), &State::default()).await.quietly();
    let bare = config(&world, vec![("S1", row([("policy_id", policy.as_str().into())]))]);
    let told = world.told(NAME, &bare, &state).await;
    let words = "cannot change without `device_link`: the device is uploaded again for another policy.";
    assert!(told.iter().any(|told| told.detail.contains(words)), "{told:?}");
}

/// No call of Graph's takes it away, and a plan without it would say that nothing changes.
#[tokio::test]
async fn a_policy_that_the_configuration_drops_cannot_be_taken_away_and_says_so() {
    let world = World::new().await;
    let policy = policy(&world, "First", "associated").await;
    let state = world.apply(NAME, &with_policy(&world, &policy), &State::default()).await.quietly();
    let without = one(&world, 1, "tuesday");
    let told = world.told(NAME, &without, &state).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Warning, "Policy Stays"));
    assert_eq!(
        told[0].detail,
        "The device keeps its policy: Microsoft Graph has no call that takes it away. Name that or another one, or drop the \
         device, apply, and associate it again without a policy."
    );
    // One that somebody else gave stays as it is.
    let world = world.again();
    let adopted = world.apply(NAME, &without, &State::default()).await.quietly();
    let adopted = world.refresh(NAME, &adopted).await;
    assert_eq!(text(&adopted, "policy_id"), Some(policy.as_str()));
    assert_eq!(world.told(NAME, &without, &adopted).await, []);
}

/// Intune's 400 says nothing. A policy that this run makes cannot be judged at plan.
#[tokio::test]
async fn a_device_that_intune_refuses_without_a_word_is_told_with_the_likely_reasons() {
    let world = World::new().await;
    let policy = policy(&world, "Users", "user_driven").await;
    let config = with_policy(&world, &policy);
    let planned = {
        let mut unknown = config.clone();
        let row = row([("device_link", link("S1", 1, "monday").into()), ("policy_id", Value::Unknown)]);
        unknown.insert("devices", Value::Map([("S1".to_owned(), row)].into_iter().collect()));
        world.plan(NAME, &unknown, &State::default()).await
    };
    let request = |config: &Value| ApplyRequest {
        config: config.clone(),
        prior: Value::Null,
        planned: config.clone(),
        identity: Value::Null,
        private: planned.private.clone(),
    };
    let made = engine::apply(world.resource(NAME), &world.scope(), request(&config)).await;
    let told = &made.diagnostics.0[0].detail;
    let words = format!(
        "Intune does not say why. This is likely, and was looked up just now:\n  - The device preparation policy {policy} of \
         `devices.policy_id` will not do: Intune takes only a device preparation policy with `deployment = \
         \"associated\"`.\n\nThis could not be looked up:\n  - Whether Intune takes each DeviceLink: it checks the signature, and \
         that the device runs a Windows that can be associated."
    );
    assert!(told.starts_with("These rows were refused.") && told.ends_with(&words), "{told}");
    // Where others are taken it is a warning, with the same reasons.
    let bad = row([
        ("device_link", link("S2", 2, "monday").into()),
        ("policy_id", "0f8fad5b-d9cb-469f-a165-70867728950e".into()),
    ]);
    let good = row([("device_link", link("S1", 1, "monday").into())]);
    let both = self::config(&world, vec![("S1", good), ("S2", bad)]);
    let made = engine::apply(world.resource(NAME), &world.scope(), request(&both)).await;
    let told = &made.diagnostics.0[0];
    assert_eq!((told.severity, made.diagnostics.0.len()), (Severity::Warning, 1), "{:?}", made.diagnostics);
    let words =
        "There is no device preparation policy 0f8fad5b-d9cb-469f-a165-70867728950e, which `devices.policy_id` names.";
    assert!(told.detail.contains(words), "{told:?}");
}

/// What a state and a plan know of a row that is new is its serial number alone.
#[tokio::test]
async fn one_serial_number_in_two_resources_of_one_run_is_refused_and_told() {
    let world = World::new().await;
    let first = world.apply(NAME, &one(&world, 1, "monday"), &State::default()).await.quietly();
    let second = world.apply(NAME, &one(&world, 2, "monday"), &State::default()).await;
    let words = "S1: another resource of this configuration has it too, and what both upload cannot be told apart: leave it to one \
                 of them";
    assert!(second.state.value.is_null() && second.told(Severity::Error)[0].ends_with(words), "{:?}", second.told);
    assert_eq!(
        second.told(Severity::Warning),
        [
            "These are also in another resource of this configuration, an `autopilot_device_association` that has 1 in all: S1. \
          Two resources write over each other. Remove each from one of them: what is in the other one stays."
        ]
    );
    let there = world.list(DEVICES).await;
    assert_eq!((there.len(), there[0]["id"].as_str()), (1, text(&first, "id")));
}

/// A UEFI reset leaves a record of nothing behind.
#[tokio::test]
async fn an_import_of_all_names_both_records_of_one_serial_number() {
    let world = World::new().await;
    for (serial_number, board) in [("S1", 1), ("S1", 2), ("S2", 3)] {
        let body = json!({"deviceLink": link(serial_number, board, "monday")});
        world.graph.post(UPLOAD, &body).await.expect("it is associated");
    }
    world.emulator.advance(std::time::Duration::from_secs(60));
    let there = world.list(DEVICES).await;
    let ids: Vec<_> = there.iter().filter(|it| it["serialNumber"] == "S1").filter_map(|it| it["id"].as_str()).collect();
    let read = engine::import(world.resource(NAME), &world.scope(), By::from("all")).await;
    let [told] = &read.diagnostics.0[..] else { panic!("{:?}", read.diagnostics) };
    assert_eq!((told.severity, told.summary.as_str()), (Severity::Warning, "Several Objects of One Key"));
    let line = format!("\n\nS1: {} was brought in, and not {}", ids[1], ids[0]);
    assert!(told.detail.ends_with(&line), "{told:?}");
    assert_eq!(read.state.get("devices").get("S1").get("id").as_str(), Some(ids[1]));
}

#[tokio::test]
async fn a_device_that_is_refused_does_not_hold_back_the_others() {
    let world = World::new().await;
    let rows = vec![("S1", row([("device_link", link("S1", 1, "monday").into())])), ("NONE", row([]))];
    let made = world.apply(NAME, &config(&world, rows), &State::default()).await;
    assert_eq!(made.told(Severity::Error), [""; 0], "an error would taint all rows");
    let warned = made.told(Severity::Warning);
    assert!(warned[0].contains("NONE: it is not there, and has no `device_link` to upload"), "{warned:?}");
    assert!(text(&made.state, "id").is_some());
}

#[tokio::test]
async fn a_device_link_that_is_none_or_of_another_device_is_told_on_its_row() {
    let world = World::new().await;
    let told = |link: &str| {
        let config = config(&world, vec![("S1", row([("device_link", link.into())]))]);
        let told = engine::validate(world.resource(NAME), &config, true).0;
        let path = told[0].path.as_ref().map(ToString::to_string).unwrap_or_default();
        (told.len(), path, told[0].detail.clone())
    };
    let path = "devices[\"S1\"].device_link".to_owned();
    let of_another = "The DeviceLink is of the device S2, not of S1. Give each device its own DeviceLink.".to_owned();
    assert_eq!(told(&link("S2", 1, "monday")), (1, path.clone(), of_another));
    let (found, at, detail) = told("secret!");
    assert!((found, at) == (1, path) && detail.contains("is no base64") && !detail.contains("secret"), "{detail}");
}
