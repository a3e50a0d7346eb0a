//! Ids that are the ids of nothing, as a plan tells of them.

use serde_json::json;

use super::*;

const NOTHING: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

fn to_group(group: &str) -> Value {
    Value::set(vec![facets::target(&[("group_id", group.into())])])
}

fn one(id: &str) -> Value {
    Value::set(vec![id.into()])
}

/// What a plan of a new object tells, each as a line.
async fn told(world: &World, name: &str, set: &[(&str, Value)]) -> Vec<String> {
    let mut config = world.config(name, [("display_name", "X".into())]);
    set.iter().for_each(|(name, value)| config.insert(name, value.clone()));
    let told = world.plan(name, &config, &State::default()).await.diagnostics;
    told.into_iter().map(|told| format!("{:?}: {}: {}", told.severity, told.summary, told.detail)).collect()
}

/// How often a group was asked for.
fn requests(world: &World) -> u64 {
    let of_groups = |path: &str| path.starts_with("/v1.0/groups/");
    world.emulator.requests().iter().filter(|request| of_groups(&request.path)).map(|request| request.count).sum()
}

#[tokio::test]
async fn m4_what_is_not_in_the_tenant_is_named_at_plan() {
    let world = World::new().await;
    let filtered = Value::set(vec![facets::target(&[
        ("all_devices", true.into()),
        ("filter_id", NOTHING.into()),
        ("filter_mode", "include".into()),
    ])]);
    for (name, attribute, value, noun) in [
        (PAGE, "blocking_app_ids", one(NOTHING), "an app"),
        (PAGE, "assignments", filtered, "an assignment filter"),
        (PAGE, "assignments", to_group(NOTHING), "a group"),
        (PROFILE, "assignments", to_group(NOTHING), "a group"),
        (PAGE, "role_scope_tag_ids", one("77"), "a scope tag"),
        (POLICY, "device_group_id", NOTHING.into(), "a group"),
    ] {
        let id = if attribute == "role_scope_tag_ids" { "77" } else { NOTHING };
        let told = told(&world, name, &[(attribute, value)]).await;
        assert_eq!(
            told,
            [format!(
                "Warning: Not in This Tenant: Attribute {attribute} names {noun} that is not in this tenant: {id:?}. Unless \
                 it comes about before the apply, the service refuses it, often without a reason. Check the id, or refer to \
                 the resource or the data source instead."
            )],
            "{name}"
        );
    }
    assert_eq!(world.writes().keys().filter(|path| !path.ends_with("$batch")).count(), 0);
}

#[tokio::test]
async fn what_is_there_or_unknown_or_unchanged_is_told_of_by_nothing() {
    let world = World::new().await;
    let group = world.made("autopilot_group", [("display_name", "G".into())]).await;
    let world = world.again();
    world.emulator.forget_requests();
    assert_eq!(told(&world, PROFILE, &[("assignments", to_group(&id(&group).to_uppercase()))]).await, [""; 0]);
    assert_eq!(requests(&world), 1, "it is looked up once");
    assert_eq!(told(&world, PAGE, &[("assignments", to_group(id(&group)))]).await, [""; 0]);
    assert_eq!(requests(&world), 1, "and known from then on");
    let unknown = Value::set(vec![facets::target(&[("group_id", Value::Unknown)])]);
    assert_eq!(told(&world, PAGE, &[("assignments", unknown), ("blocking_app_ids", Value::Unknown)]).await, [""; 0]);
    assert_eq!(requests(&world), 1);

    // What the state holds already is the refresh's to tell.
    let page = world.made(PAGE, [("display_name", "P".into()), ("assignments", to_group(id(&group)))]).await;
    world.destroy("autopilot_group", &group).await.quietly();
    let world = world.again();
    world.emulator.forget_requests();
    let renamed = world.config(PAGE, [("display_name", "Q".into()), ("assignments", to_group(id(&group)))]);
    assert_eq!(world.plan(PAGE, &renamed, &page).await.diagnostics.0, []);
    assert_eq!(requests(&world), 0);
}

/// Core plans once more in the process that applies, and what was just made may not be seen there yet.
#[tokio::test]
async fn a_process_that_applies_looks_up_no_ids() {
    let world = World::new().await;
    world.made("autopilot_group", [("display_name", "G".into())]).await;
    world.emulator.forget_requests();
    assert_eq!(told(&world, PROFILE, &[("assignments", to_group(NOTHING))]).await, [""; 0]);
    assert_eq!(requests(&world), 0);
}

#[tokio::test]
async fn without_the_permission_to_look_one_warning_says_that_nothing_was_looked_up() {
    let world = World::new().await;
    let no = |path: &str| {
        serde_json::from_value(json!({"method": "GET", "path": path, "status": 403, "times": 0})).expect("a fault")
    };
    world.emulator.fail(vec![no("/v1.0/groups/{id}"), no("/beta/deviceAppManagement/mobileApps/{id}")]);
    let first = told(&world, PAGE, &[("assignments", to_group(NOTHING)), ("blocking_app_ids", one(NOTHING))]).await;
    let [only] = &first[..] else { panic!("{first:?}") };
    assert!(only.starts_with("Warning: Ids Not Checked: Whether the ids in this configuration exist"), "{only}");
    assert!(only.ends_with(".Read.All."), "{only}");
    assert_eq!(told(&world, PROFILE, &[("assignments", to_group(NOTHING))]).await, [""; 0]);
}

#[tokio::test]
async fn what_could_not_be_looked_up_says_why_and_only_a_403_is_a_permission() {
    let world = World::new().await;
    let fault = json!({"method": "GET", "path": "/v1.0/groups/{id}", "status": 418, "times": 0});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let told = told(&world, PAGE, &[("assignments", to_group(NOTHING))]).await;
    let [only] = &told[..] else { panic!("{told:?}") };
    assert!(only.contains("groups could not be read: GET ") && only.contains("HTTP 418"), "{only}");
    assert!(!only.contains("permission"), "{only}");
}
