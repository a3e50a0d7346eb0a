//! What a plan finds in the tenant about users and group tags.

use serde_json::json;

use super::*;

fn users(rows: &[(&'static str, &str)]) -> Value {
    config(rows.iter().map(|(serial_number, user)| Row::new(serial_number).with("assigned_user", user)).collect())
}

fn tags(rows: &[(&'static str, &str)]) -> Value {
    config(rows.iter().map(|(serial_number, tag)| Row::new(serial_number).with("group_tag", tag)).collect())
}

async fn told(world: &World, config: &Value, state: &State) -> Vec<String> {
    let told = world.good_plan(config, state).await.diagnostics;
    told.into_iter().map(|told| format!("{}: {}", told.summary, told.detail)).collect()
}

/// How often users or groups were asked for, and how many requests that took.
fn looks(world: &World) -> (u64, u64) {
    let requests = world.emulator.requests();
    let of = |is: &dyn Fn(&str) -> bool| requests.iter().filter(|it| is(&it.path)).map(|it| it.count).sum();
    (of(&|path| path.starts_with("/v1.0/users") || path == "/v1.0/groups"), of(&|path| path.ends_with("$batch")))
}

async fn person(world: &World, name: &str, more: serde_json::Value) {
    let mut user = json!({"userPrincipalName": name});
    user.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    world.seed(json!({"users": [user]})).await;
}

async fn dynamic_group(world: &World, name: &str, rule: &str) {
    let body = json!({
        "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": "On",
    });
    world.seed(json!({"objects": [{"path": "/v1.0/groups", "body": body}]})).await;
}

fn intune(status: &str) -> serde_json::Value {
    let plan =
        json!({"servicePlanId": "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "service": "SCO", "capabilityStatus": status});
    json!({"assignedPlans": [plan]})
}

#[tokio::test]
async fn a_user_who_is_missing_disabled_or_without_intune_is_told() {
    let world = World::new().await;
    person(&world, "gone@contoso.com", json!({"accountEnabled": false})).await;
    person(&world, "plain@contoso.com", json!({"assignedPlans": []})).await;
    person(&world, "lapsed@contoso.com", intune("Suspended")).await;
    person(&world, "good@contoso.com", intune("Enabled")).await;
    let config = users(&[
        ("A1", "nobody@contoso.com"),
        ("A2", "Nobody@contoso.com"),
        ("A3", "gone@contoso.com"),
        ("A4", "plain@contoso.com"),
        ("A5", "lapsed@contoso.com"),
        ("A6", "GOOD@contoso.com"),
    ]);
    let told = told(&world, &config, &State::default()).await;
    assert_eq!(
        told,
        [
            "Assigned Users Missing: Assigned users that are not in this tenant: Nobody@contoso.com. Intune checks \
             only the domain, and a device of nobody may be unusable.",
            "Assigned Users Disabled: Assigned users that are disabled: gone@contoso.com. Nobody signs in as them, so their \
             devices cannot be set up.",
            "Assigned Users Without Intune: Assigned users that are without an Intune licence: lapsed@contoso.com, \
             plain@contoso.com. Their devices do not enrol.",
        ]
    );
}

#[tokio::test]
async fn only_users_that_the_plan_gives_are_looked_up_by_fifteen_in_a_filter() {
    let world = World::new().await;
    world
        .seed(json!({"users": [{"userPrincipalName": "good@contoso.com", "count": 40, "assignedPlans": [
            {"service": "SCO", "capabilityStatus": "Enabled"}
        ]}]}))
        .await;
    let Tenant::Ready(client) = &world.tenant else { panic!("a tenant") };
    let all = client.list("/v1.0/users?$filter=startsWith(userPrincipalName,'good')").await.expect("a list");
    let rows: Map = all
        .iter()
        .enumerate()
        .map(|(number, user)| {
            let serial_number = format!("B{number}");
            let row = element([
                ("hardware_hash", hash(&serial_number, number as u128 + 1).into()),
                ("assigned_user", user["userPrincipalName"].as_str().into()),
            ]);
            (serial_number, row)
        })
        .collect();
    assert_eq!(rows.len(), 40);
    let config = config_of(rows);
    world.emulator.forget_requests();
    assert_eq!(told(&world, &config, &State::default()).await, [""; 0]);
    assert_eq!(looks(&world), (3, 1));

    let state = world.good_apply(&config, &State::default()).await;
    let other = world.another("there");
    let state = other.refresh(&state).await;
    other.emulator.forget_requests();
    let Value::Map(mut rows) = config.get("devices").clone() else { panic!("rows") };
    rows.get_mut("B0").expect("a row").insert("group_tag", "x".into());
    assert_eq!(told(&other, &config_of(rows), &state).await, [""; 0]);
    assert_eq!(looks(&other).0, 1, "the rules, and no user");
}

#[tokio::test]
async fn a_group_tag_that_no_rule_asks_for_is_told() {
    let world = World::new().await;
    assert_eq!(told(&world, &tags(&[("C1", "Kisok")]), &State::default()).await, [""; 0], "groups are yet to come");
    let world = world.another("there");
    dynamic_group(&world, "Everything", "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))").await;
    assert_eq!(told(&world, &tags(&[("C1", "Kisok")]), &State::default()).await, [""; 0]);
    let world = world.another("there");
    dynamic_group(&world, "Kiosks", "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))").await;
    let config = tags(&[("C1", "Kisok"), ("C2", "kiosk"), ("C3", "")]);
    assert_eq!(
        told(&world, &config, &State::default()).await,
        [
            "Group Tag Without a Group: The rule of no dynamic group in this tenant asks for \"Kisok\", while others ask for group \
          tags. Unless a group of this run does, devices with such a tag are in no group by it, and get what every device gets. \
          Check how it is written."
        ]
    );
    let unknown = config_of([("C1".to_owned(), element([("group_tag", Value::Unknown)]))].into_iter().collect());
    assert!(!told(&world, &unknown, &State::default()).await.iter().any(|told| told.starts_with("Group Tag")));
}

/// Core plans once more while other resources are made already: a list then has some of the groups of the run.
#[tokio::test]
async fn what_is_read_beside_the_first_writes_of_a_run_is_not_told() {
    let world = World::new().await;
    dynamic_group(&world, "Kiosks", "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))").await;
    let other = config(vec![Row::new("D1")]);
    let planned = world.good_plan(&other, &State::default()).await;
    let late = json!({"method": "GET", "path": "/v1.0/groups", "delay_seconds": 0.2});
    world.emulator.fail(vec![serde_json::from_value(late).expect("a fault")]);
    let config = tags(&[("C1", "Kisok")]);
    let (state, never) = (State::default(), CancellationToken::new());
    let (told, applied) =
        tokio::join!(told(&world, &config, &state), world.apply_plan(&other, &state, planned, &never));
    assert_eq!(told, [""; 0]);
    assert_eq!(applied.told, []);
    assert_eq!(looks(&world).0, 1, "it was looked up");
}

#[tokio::test]
async fn without_the_permission_to_read_users_one_warning_says_so() {
    let world = World::new().await;
    let refused = |path: &str| {
        serde_json::from_value(json!({"method": "GET", "path": path, "status": 403, "times": 0})).expect("a fault")
    };
    world.emulator.fail(vec![refused("/v1.0/users"), refused("/v1.0/groups")]);
    let row = Row::new("D1").with("assigned_user", "nobody@contoso.com").with("group_tag", "Kisok");
    let config = config(vec![row]);
    let expected = "Plan Not Checked Everywhere: This plan was not held against the tenant everywhere: users cannot be read \
                    with these credentials. That needs the permission User.Read.All.";
    assert_eq!(told(&world, &config, &State::default()).await, [expected]);
    assert_eq!(told(&world, &config, &State::default()).await, [""; 0], "once in a run");
}
