//! Owners and members, as sets of ids.

use super::*;

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
    // A process that has begun to apply looks nothing up.
    let refused = world.apply(GROUP, &none, &state).await;
    let words = "Attribute owner_ids leaves no user among the owners, and Entra keeps the last one. Name another user.";
    assert_eq!(refused.told(Severity::Error), [words]);
    assert_eq!(refused.state.value.get("owner_ids"), state.value.get("owner_ids"), "the state says what is there");
    let world = world.again();
    let told = world.told(GROUP, &none, &state).await;
    assert_eq!(details(&told), [words], "and the plan has said so");
}

#[tokio::test]
async fn an_owner_or_a_member_that_is_not_there_is_named_at_plan() {
    let world = World::new().await;
    let nothing = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let people = users(&world).await;
    for name in ["owner_ids", "member_ids"] {
        let config = group(&world, [(name, set(&[&people[0], &nothing.to_owned()]))]);
        let told = world.told(GROUP, &config, &State::default()).await;
        let words = format!(
            "Attribute {name} names an object of the directory that is not in this tenant: {nothing:?}. Unless it comes about \
             before the apply, the service refuses it, often without a reason. Check the id, or refer to the resource or the data \
             source instead."
        );
        assert_eq!(details(&told), [words.as_str()]);
        assert_eq!(told[0].severity, Severity::Warning);
    }
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
    let (get, post) = ("GET".to_owned(), "POST".to_owned());
    let (one, all) = ("/v1.0/groups/{id}".to_owned(), "/v1.0/groups".to_owned());
    assert_eq!(asked(&world), [(get.clone(), one.clone(), 1), (post, all, 1)]);
    world.emulator.forget_requests();
    let read = world.refresh(GROUP, &state).await;
    assert_eq!(read.value, state.value);
    assert_eq!(asked(&world), [(get, one, 1)]);
}
