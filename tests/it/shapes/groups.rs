//! What is odd about groups: owners, members, roles.

use super::*;

const RULE: &str = "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))";

/// The ids of the users of the tenant.
async fn users(world: &World) -> Vec<String> {
    let users = world.list("/v1.0/users").await;
    users.iter().filter_map(|user| user["id"].as_str()).map(str::to_owned).collect()
}

fn set(ids: &[&String]) -> Value {
    Value::set(ids.iter().map(|id| id.as_str().into()).collect())
}

/// Who is related to a group, in order.
async fn related(world: &World, state: &State, relation: &str) -> Vec<String> {
    let there = world.list(&format!("/beta/groups/{}/{relation}", id(state))).await;
    let mut ids: Vec<_> = there.iter().filter_map(|it| it["id"].as_str()).map(str::to_owned).collect();
    ids.sort_unstable();
    ids
}

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort_unstable();
    ids
}

fn group<const N: usize>(world: &World, set: [(&str, Value); N]) -> Value {
    let mut config = world.config(GROUP, [("display_name", "Sales".into())]);
    set.into_iter().for_each(|(name, value)| config.insert(name, value));
    config
}

fn details(told: &[Diagnostic]) -> Vec<&str> {
    told.iter().map(|told| told.detail.as_str()).collect()
}

/// Graph refuses to remove the last owner who is a user, so others are added first.
#[tokio::test]
async fn owners_are_added_before_others_are_removed() {
    let world = World::new().await;
    let people = users(&world).await;
    let config = |ids: &[&String]| group(&world, [("owner_ids", set(ids))]);
    let mut state = State::default();
    for owners in [&people[0], &people[1]] {
        state = world.apply(GROUP, &config(&[owners]), &state).await.quietly();
        assert_eq!(related(&world, &state, "owners").await, sorted(&[owners]));
        world.assert_no_change(GROUP, &config(&[owners]), &state).await;
    }
}

#[tokio::test]
async fn the_last_owner_who_is_a_user_cannot_be_removed() {
    let world = World::new().await;
    let people = users(&world).await;
    let state = world.made(GROUP, [("display_name", "Sales".into()), ("owner_ids", set(&[&people[0]]))]).await;
    let none = group(&world, [("owner_ids", Value::set(Vec::new()))]);
    let refused = world.apply(GROUP, &none, &state).await;
    assert_eq!(
        refused.told(Severity::Error),
        ["Attribute owner_ids leaves no user among the owners, and Entra keeps the last one. Name another user."]
    );
    assert_eq!(refused.state.value.get("owner_ids"), state.value.get("owner_ids"), "the state says what is there");
}

/// The switch and the set do not know each other.
#[tokio::test]
async fn the_provisioning_client_is_none_of_the_owners_that_are_named() {
    let world = World::new().await;
    let people = users(&world).await;
    let config = |ids: &[&String]| group(&world, [("owner_ids", set(ids)), ("provisioning_client_owner", true.into())]);
    let mut state = State::default();
    for owner in [&people[0], &people[1]] {
        state = world.apply(GROUP, &config(&[owner]), &state).await.quietly();
        assert_eq!(related(&world, &state, "owners").await.len(), 2);
        world.assert_no_change(GROUP, &config(&[owner]), &state).await;
    }
}

#[tokio::test]
async fn a_service_principal_is_an_owner_like_a_user() {
    let world = World::new().await;
    let body = serde_json::json!({"appId": "00000003-0000-0000-c000-000000000000"});
    let made = world.graph.post("/v1.0/servicePrincipals", &body).await.expect("it is made").expect("it is told");
    let principal = made["id"].as_str().expect("it has an id").to_owned();
    let config = group(&world, [("owner_ids", set(&[&principal]))]);
    let state = world.apply(GROUP, &config, &State::default()).await.quietly();
    world.assert_no_change(GROUP, &config, &state).await;
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("owner_ids"), &set(&[&principal]));
}

/// Twenty at once is what Graph takes.
#[tokio::test]
async fn members_are_added_by_twenties() {
    let world = World::new().await;
    let mut members = Vec::new();
    for number in 0..25 {
        let made = world.made(GROUP, [("display_name", format!("Member {number}").as_str().into())]).await;
        members.push(id(&made).to_owned());
    }
    let all: Vec<_> = members.iter().collect();
    world.emulator.forget_requests();
    let state = world.apply(GROUP, &group(&world, [("member_ids", set(&all))]), &State::default()).await.quietly();
    assert_eq!(world.writes()["PATCH /v1.0/groups/{id}"], 2);
    assert_eq!(related(&world, &state, "members").await, sorted(&all));
    let fewer = group(&world, [("member_ids", set(&all[5..]))]);
    let state = world.apply(GROUP, &fewer, &state).await.quietly();
    assert_eq!(related(&world, &state, "members").await, sorted(&all[5..]));
    world.assert_no_change(GROUP, &fewer, &state).await;
    // Removing a member leaves the object.
    world.graph.get(&format!("/v1.0/groups/{}", members[0])).await.expect("it is there");
}

/// A colleague's member stays until a plan has shown it.
#[tokio::test]
async fn a_member_that_no_plan_has_shown_stays() {
    let world = World::new().await;
    let people = users(&world).await;
    let config = |ids: &[&String]| group(&world, [("member_ids", set(ids))]);
    let state = world.apply(GROUP, &config(&[&people[0]]), &State::default()).await.quietly();
    let theirs = serde_json::json!({"@odata.id": world.graph.link(&format!("/v1.0/directoryObjects/{}", people[2]))});
    let path = format!("/v1.0/groups/{}/members/$ref", id(&state));
    world.graph.post(&path, &theirs).await.expect("it is added");
    let state = world.apply(GROUP, &config(&[&people[1]]), &state).await.quietly();
    assert_eq!(related(&world, &state, "members").await, sorted(&[&people[1], &people[2]]));
    let drifted = world.refresh(GROUP, &state).await;
    assert_eq!(drifted.value.get("member_ids"), &set(&[&people[1], &people[2]]));
    let state = world.apply(GROUP, &config(&[&people[1]]), &drifted).await.quietly();
    assert_eq!(related(&world, &state, "members").await, sorted(&[&people[1]]));
}

/// All or nothing is what Graph makes of such a change: one who is a member already refuses all.
#[tokio::test]
async fn a_change_of_members_whose_answer_was_lost_is_not_refused_for_itself() {
    let world = World::new().await;
    let people = users(&world).await;
    let lost = serde_json::json!({"method": "PATCH", "path": "/v1.0/groups/{id}", "lose_answer": true, "times": 1});
    world.emulator.fail(vec![serde_json::from_value(lost).expect("a fault")]);
    let all: Vec<_> = people.iter().take(3).collect();
    let state = world.apply(GROUP, &group(&world, [("member_ids", set(&all))]), &State::default()).await.quietly();
    assert_eq!(related(&world, &state, "members").await, sorted(&all));
}

/// What is not set is neither read nor written, and a plain group costs what it did.
#[tokio::test]
async fn owners_and_members_that_are_not_set_cost_nothing() {
    let world = World::new().await;
    let config = group(&world, []);
    let plan = world.plan(GROUP, &config, &State::default()).await;
    world.emulator.forget_requests();
    let request = ApplyRequest {
        config: config.clone(),
        prior: Value::Null,
        planned: plan.planned,
        identity: plan.identity,
        private: plan.private,
    };
    let made = engine::apply(world.resource(GROUP), &world.scope(), request).await;
    let state = State { value: made.state, private: made.private };
    let asked = |world: &World| {
        let requests = world.emulator.requests().into_iter();
        let mut asked: Vec<_> = requests.map(|it| (it.method, it.path, it.count)).collect();
        asked.sort();
        asked
    };
    let (get, post) = ("GET".to_owned(), "POST".to_owned());
    let (one, all) = ("/v1.0/groups/{id}".to_owned(), "/v1.0/groups".to_owned());
    assert_eq!(asked(&world), [(get.clone(), one.clone(), 1), (post, all, 1)]);
    world.emulator.forget_requests();
    let read = world.refresh(GROUP, &state).await;
    assert_eq!(read.value, state.value);
    assert_eq!(asked(&world), [(get, one, 1)]);
}

#[tokio::test]
async fn a_group_becomes_dynamic_in_place_and_assigned_again() {
    let world = World::new().await;
    let people = users(&world).await;
    let assigned = group(&world, [("member_ids", set(&[&people[0]]))]);
    let dynamic = group(&world, [("membership_rule", RULE.into())]);
    let first = world.apply(GROUP, &assigned, &State::default()).await.quietly();

    let plan = world.plan(GROUP, &dynamic, &first).await;
    assert_eq!(plan.replace, []);
    assert_eq!(plan.planned.get("member_ids"), &Value::Null, "the rule's business");
    assert_eq!(
        details(&plan.diagnostics.0),
        [
            "The group becomes dynamic: whoever is a member leaves it at once, and comes back only by the rule, which may take \
          hours in a large tenant. Policies that are assigned to it do not reach them meanwhile."
        ]
    );
    let second = world.apply(GROUP, &dynamic, &first).await.quietly();
    assert_eq!(id(&second), id(&first));
    assert_eq!(related(&world, &second, "members").await, [""; 0]);
    world.assert_no_change(GROUP, &dynamic, &second).await;

    let third = world.apply(GROUP, &assigned, &second).await.quietly();
    assert_eq!(id(&third), id(&first));
    assert_eq!(related(&world, &third, "members").await, sorted(&[&people[0]]));
    world.assert_no_change(GROUP, &assigned, &third).await;
}

/// Such as a rule that is written anew, or a new group: nobody leaves.
#[tokio::test]
async fn only_a_group_that_becomes_dynamic_loses_its_members() {
    let world = World::new().await;
    let dynamic = |rule: &str| group(&world, [("membership_rule", rule.into())]);
    let plan = world.plan(GROUP, &dynamic(RULE), &State::default()).await;
    assert_eq!(plan.diagnostics.0, []);
    let state = world.apply(GROUP, &dynamic(RULE), &State::default()).await.quietly();
    let plan = world.plan(GROUP, &dynamic("(device.deviceOwnership -eq \"Company\")"), &state).await;
    assert_eq!(plan.diagnostics.0, []);
}

#[tokio::test]
async fn a_group_for_roles_is_made_as_such_or_replaced() {
    let world = World::new().await;
    let config = |roles: Value| group(&world, [("assignable_to_roles", roles)]);
    let plain = world.apply(GROUP, &config(Value::Null), &State::default()).await.quietly();
    assert_eq!(plain.value.get("assignable_to_roles"), &false.into());
    let plan = world.plan(GROUP, &config(true.into()), &plain).await;
    assert_eq!(plan.replace.iter().map(ToString::to_string).collect::<Vec<_>>(), ["assignable_to_roles"]);
    let state = world.apply(GROUP, &config(true.into()), &State::default()).await.quietly();
    assert_eq!(world.graph.get(&format!("{GROUPS}/{}", id(&state))).await.expect("it is")["isAssignableToRole"], true);
    world.assert_no_change(GROUP, &config(true.into()), &state).await;
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("assignable_to_roles"), &true.into());
}

#[tokio::test]
async fn a_group_for_roles_without_the_permission_says_which_one_is_missing() {
    let world = World::new().await;
    let refused = serde_json::json!({"method": "POST", "path": "/v1.0/groups", "status": 403, "times": 1});
    world.emulator.fail(vec![serde_json::from_value(refused).expect("a fault")]);
    let config = group(&world, [("assignable_to_roles", true.into())]);
    let applied = world.apply(GROUP, &config, &State::default()).await;
    let told = applied.told(Severity::Error).join("\n");
    assert!(told.contains("Group.ReadWrite.All and RoleManagement.ReadWrite.Directory"), "{told}");
}

#[tokio::test]
async fn a_rule_excludes_roles_and_members() {
    let world = World::new().await;
    let people = users(&world).await;
    let told = |config: Value| {
        let told = engine::validate(world.resource(GROUP), &config, true).0;
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>()
    };
    let both = [("membership_rule", RULE.into()), ("assignable_to_roles", true.into())];
    assert_eq!(
        told(group(&world, both)),
        [
            "Attribute assignable_to_roles cannot be true where there is a `membership_rule`: a role would go to whoever \
          matches it."
        ]
    );
    let both = [("membership_rule", RULE.into()), ("member_ids", set(&[&people[0]]))];
    assert_eq!(
        told(group(&world, both)),
        ["Attribute member_ids cannot be set where there is a `membership_rule`: the rule alone says who is a member."]
    );
    for unknown in [
        [("membership_rule", Value::Unknown), ("member_ids", set(&[&people[0]]))],
        [("membership_rule", RULE.into()), ("member_ids", Value::Unknown)],
        [("membership_rule", Value::Unknown), ("assignable_to_roles", true.into())],
    ] {
        assert_eq!(told(group(&world, unknown)), [""; 0]);
    }
}

/// Devices join such a group when they enrol.
#[tokio::test]
async fn an_import_leaves_the_members_of_a_device_preparation_group_to_enrolment() {
    let world = World::new().await;
    let people = users(&world).await;
    let mut config = group(&world, [("member_ids", set(&[&people[0]]))]);
    let state = world.apply(GROUP, &config, &State::default()).await.quietly();
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("member_ids"), &set(&[&people[0]]));
    config.insert("provisioning_client_owner", true.into());
    let told = world.plan(GROUP, &config, &state).await.diagnostics;
    assert_eq!(
        details(&told.0),
        [
            "Devices join the group of a device preparation policy when they enrol. With `member_ids` set, the next apply \
          removes them again. Leave it out."
        ]
    );
    let owned = world.apply(GROUP, &config, &state).await.quietly();
    assert_eq!(world.import(GROUP, id(&owned)).await.value.get("member_ids"), &Value::Null);
}

/// Microsoft, "Create an assigned device group": assigned, and not for roles.
#[tokio::test]
async fn a_group_that_device_preparation_will_refuse_is_told_at_plan() {
    let world = World::new().await;
    for (attribute, value) in [("membership_rule", RULE.into()), ("assignable_to_roles", true.into())] {
        let config = group(&world, [("provisioning_client_owner", true.into()), (attribute, value)]);
        let plan = world.plan(GROUP, &config, &State::default()).await;
        let expected = format!(
            "Device preparation takes no group with `{attribute}`: it has to be assigned, and not for roles. The Intune \
             Provisioning Client becomes an owner all the same."
        );
        assert_eq!(details(&plan.diagnostics.0), [expected]);
    }
}
