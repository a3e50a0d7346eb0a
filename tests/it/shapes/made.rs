//! Making an object, and what is left of it when that is disturbed.

use std::time::Duration;

use autopilot::{emulator::Fault, graph::Approvals};
use serde_json::json;

use super::*;

fn fault(fault: Json) -> Fault {
    serde_json::from_value(fault).expect("a fault")
}

fn everyone() -> Value {
    Value::set(vec![facets::target(&[("all_devices", true.into())])])
}

impl World {
    /// The objects of this name.
    async fn named(&self, collection: &str, name: &str) -> usize {
        self.list(collection).await.iter().filter(|json| json["displayName"] == name).count()
    }

    fn posts(&self, path: &str) -> u64 {
        self.writes().get(&format!("POST {path}")).copied().unwrap_or_default()
    }

    /// Until so many requests to a path were answered so.
    async fn until_answered(&self, method: &str, path: &str, status: u16) {
        let is_it = |request: &autopilot::emulator::Request| {
            (request.method.as_str(), request.path.as_str(), request.status) == (method, path, status)
        };
        while !self.emulator.requests().iter().any(is_it) {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn h5_an_object_whose_posts_answer_was_lost_is_found_again() {
    let things = [
        (PROFILE, PROFILES, None),
        (PAGE, PAGES, None),
        (GROUP, GROUPS, Some(("mail_nickname", "sales"))),
        (GROUP, GROUPS, None),
        ("autopilot_scope_tag", "/beta/deviceManagement/roleScopeTags", None),
    ];
    for (name, path, more) in things {
        let world = World::new().await;
        world.emulator.fail(vec![fault(json!({"method": "POST", "path": path, "lose_answer": true}))]);
        let mut config = world.config(name, [("display_name", "Sales".into())]);
        more.into_iter().for_each(|(attribute, value)| config.insert(attribute, value.into()));
        let state = world.apply(name, &config, &State::default()).await.quietly();
        world.assert_no_change(name, &config, &state).await;
        assert_eq!((world.named(path, "Sales").await, world.posts(path)), (1, 1), "{name}");
    }
}

#[tokio::test]
async fn h6_a_gateways_error_at_a_post_is_looked_up_and_sent_again() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let target = facets::target(&[("group_id", id(&group).into())]);
    for (path, status) in [(PROFILES.to_owned(), 502), (format!("{PROFILES}/{{id}}/assignments"), 504)] {
        let name = format!("Profile {status}");
        world.emulator.fail(vec![fault(json!({"method": "POST", "path": path, "status": status}))]);
        let assigned = Value::set(vec![target.clone()]);
        let config = world.config(PROFILE, [("display_name", name.as_str().into()), ("assignments", assigned)]);
        let state = world.apply(PROFILE, &config, &State::default()).await.quietly();
        world.assert_no_change(PROFILE, &config, &state).await;
        assert_eq!(world.named(PROFILES, &name).await, 1);
        world.destroy(PROFILE, &state).await.quietly();
    }
}

#[tokio::test]
async fn h6_what_graph_refuses_for_good_is_undone_and_nothing_is_tainted() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let assigned = Value::set(vec![facets::target(&[("group_id", id(&group).into())])]);
    let config = world.config(PROFILE, [("display_name", "Sales".into()), ("assignments", assigned)]);
    let path = format!("{PROFILES}/{{id}}/assignments");
    world.emulator.fail(vec![fault(json!({"method": "POST", "path": path, "status": 400}))]);
    let applied = world.apply(PROFILE, &config, &State::default()).await;
    assert_eq!(applied.told(Severity::Error).len(), 1, "{:?}", applied.told);
    assert!(applied.state.value.is_null());
    assert_eq!(world.named(PROFILES, "Sales").await, 0);
}

/// An undo that fails too leaves the state, with both errors.
#[tokio::test]
async fn what_cannot_be_undone_is_kept_with_the_error() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let assigned = Value::set(vec![facets::target(&[("group_id", id(&group).into())])]);
    let config = world.config(PROFILE, [("display_name", "Sales".into()), ("assignments", assigned)]);
    world.emulator.fail(vec![
        fault(json!({"method": "POST", "path": format!("{PROFILES}/{{id}}/assignments"), "status": 400})),
        fault(json!({"method": "DELETE", "path": format!("{PROFILES}/{{id}}"), "status": 403})),
    ]);
    let applied = world.apply(PROFILE, &config, &State::default()).await;
    assert_eq!(applied.told(Severity::Error).len(), 2, "{:?}", applied.told);
    assert!(world.list(PROFILES).await.iter().any(|profile| profile["id"] == id(&applied.state)));
}

/// Nobody planned to delete it, so nobody is asked to approve that.
#[tokio::test]
async fn an_undo_that_needs_approval_is_not_asked_for_and_the_refusal_is_told_first() {
    let mut world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let justification = Some("new laptops".to_owned());
    world.graph = world.graph.with_approvals(Approvals { justification, ..Approvals::default() });
    let assigned = Value::set(vec![facets::target(&[("group_id", id(&group).into())])]);
    let config = world.config(PROFILE, [("display_name", "Sales".into()), ("assignments", assigned)]);
    let needed = "Header 'x-msft-approval-justification' is required to request approval";
    world.emulator.fail(vec![
        fault(json!({"method": "POST", "path": format!("{PROFILES}/{{id}}/assignments"), "status": 400})),
        fault(json!({"method": "DELETE", "path": format!("{PROFILES}/{{id}}"), "status": 403, "message": needed})),
    ]);
    let applied = world.apply(PROFILE, &config, &State::default()).await;
    let errors = applied.told(Severity::Error);
    assert!(matches!(&*errors, [first, _] if first.contains("HTTP 400")), "{errors:?}");
    assert!(errors[1].contains("it stays in the state"), "{errors:?}");
    assert_eq!(world.writes().get(&format!("DELETE {PROFILES}/{{id}}")), Some(&1), "{:?}", world.writes());
    assert!(world.list(PROFILES).await.iter().any(|profile| profile["id"] == id(&applied.state)));
}

#[tokio::test]
async fn nothing_is_undone_because_of_an_approval() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let assigned = Value::set(vec![facets::target(&[("group_id", id(&group).into())])]);
    let config = world.config(PROFILE, [("display_name", "Sales".into()), ("assignments", assigned)]);
    let path = format!("{PROFILES}/{{id}}/assignments");
    let message = "Approval is required. x-msft-approval-code: 0f8fad5b-d9cb-469f-a165-70867728950e";
    let refused =
        json!({"method": "POST", "path": path, "status": 403, "code": "ApprovalRequired", "message": message});
    world.emulator.fail(vec![fault(refused)]);
    let applied = world.apply(PROFILE, &config, &State::default()).await;
    assert_eq!(applied.told(Severity::Error), [""; 0], "nothing is tainted");
    assert!(applied.told(Severity::Warning)[0].contains("Set approval_justification"), "{:?}", applied.told);
    let read = world.refresh(PROFILE, &applied.state).await;
    let finished = world.apply(PROFILE, &config, &read).await.quietly();
    world.assert_no_change(PROFILE, &config, &finished).await;
    assert_eq!(world.named(PROFILES, "Sales").await, 1);
}

/// Core alone takes twice as long to destroy a thousand instances as to make them; what is ours is one request each.
#[tokio::test]
async fn a_destroy_asks_for_one_thing_and_waits_for_nothing() {
    let world = World::new().await;
    for (name, path) in [(GROUP, "/v1.0/groups/{id}"), (PAGE, &format!("{PAGES}/{{id}}"))] {
        let state = world.made(name, [("display_name", "Sales".into())]).await;
        world.emulator.forget_requests();
        world.destroy(name, &state).await.quietly();
        let asked: Vec<_> = world.emulator.requests().into_iter().map(|it| (it.method, it.path, it.count)).collect();
        assert_eq!(asked, [("DELETE".to_owned(), path.to_owned(), 1)], "{name}");
    }
}

/// The emulator's clock stands still but for steps, so that nothing is seen by itself.
async fn slow_world() -> World {
    let options = Options { speed: 0.0, ..Options::default() };
    let emulator = Emulator::start(options).await.expect("an emulator");
    emulator.configure(|settings| settings.replication_seconds = 2000);
    let graph = client(&emulator);
    World { emulator, graph, registry: autopilot::provider::registry() }
}

/// A group whose create ended while Entra replicated: by Ctrl-C, or out of time.
async fn unseen_group(world: &World, config: &Value, by_ctrl_c: bool) -> State {
    let mut config = config.clone();
    if !by_ctrl_c {
        let times =
            [("create", "300ms".into()), ("read", Value::Null), ("update", Value::Null), ("delete", Value::Null)];
        config.insert("timeouts", Value::object(times));
    }
    let plan = world.plan(GROUP, &config, &State::default()).await;
    let scope = world.scope();
    let request = ApplyRequest {
        config: config.clone(),
        prior: Value::Null,
        planned: plan.planned.clone(),
        identity: Value::Null,
        private: plan.private,
    };
    let stop = async {
        if by_ctrl_c {
            world.until_answered("GET", "/v1.0/groups/{id}", 404).await;
            scope.cancel.cancel();
        }
    };
    let (answer, ()) = tokio::join!(engine::apply(world.resource(GROUP), &scope, request), stop);
    assert!(!answer.diagnostics.has_errors(), "nothing is tainted: {:?}", answer.diagnostics);
    assert_eq!(answer.diagnostics.0[0].summary, "Creation Not Finished");
    assert!(answer.state.is_wholly_known());
    State { value: answer.state, private: answer.private }
}

#[tokio::test]
async fn h7_what_is_not_seen_yet_is_waited_for_and_not_made_twice() {
    for by_ctrl_c in [true, false] {
        let world = slow_world().await;
        let config = world.config(GROUP, [("display_name", "Sales".into())]);
        let state = unseen_group(&world, &config, by_ctrl_c).await;
        let world = world.again();
        world.emulator.forget_requests();
        let seen = async {
            world.until_answered("GET", "/v1.0/groups/{id}", 404).await;
            world.emulator.advance(Duration::from_secs(2000));
        };
        let (read, ()) = tokio::join!(world.refresh(GROUP, &state), seen);
        assert_eq!(id(&read), id(&state), "it is not dropped from the state");
        assert_eq!(world.named(GROUPS, "Sales").await, 1);
        let settled = world.apply(GROUP, &config, &read).await.quietly();
        world.assert_no_change(GROUP, &config, &settled).await;
        assert_eq!(world.posts(GROUPS), 0);
    }
}

/// As after `-refresh=false`.
#[tokio::test]
async fn h7_what_is_not_seen_yet_is_changed_and_deleted_all_the_same() {
    let world = slow_world().await;
    let config = |name: &str| world.config(GROUP, [("display_name", name.into())]);
    for rename in [true, false] {
        let state = unseen_group(&world, &config("Sales"), true).await;
        world.emulator.forget_requests();
        let (method, config) = if rename { ("PATCH", config("Renamed")) } else { ("DELETE", Value::Null) };
        let seen = async {
            world.until_answered(method, "/v1.0/groups/{id}", 404).await;
            world.emulator.advance(Duration::from_secs(2000));
            // what is changed replicates once more
            world.until_answered(method, "/v1.0/groups/{id}", 204).await;
            world.emulator.advance(Duration::from_secs(2000));
        };
        let (applied, ()) = tokio::join!(world.apply(GROUP, &config, &state), seen);
        assert_eq!(applied.told, []);
        let left = (world.named(GROUPS, "Sales").await, world.named(GROUPS, "Renamed").await);
        assert_eq!(left, (0, 1), "one was renamed, the other one is gone");
    }
}

#[tokio::test]
async fn an_undo_ends_when_the_object_was_seen_and_then_gone() {
    let world = slow_world().await;
    let config = world.config(GROUP, [("display_name", "Sales".into()), ("provisioning_client_owner", true.into())]);
    // The group is never seen by its create, since that is refused to look.
    let look = json!({"method": "GET", "path": "/v1.0/groups/{id}", "status": 403});
    world.emulator.fail(vec![fault(look)]);
    let seen = async {
        world.until_answered("DELETE", "/v1.0/groups/{id}", 404).await;
        world.emulator.advance(Duration::from_secs(2000));
    };
    let nothing = State::default();
    let (applied, ()) = tokio::join!(world.apply(GROUP, &config, &nothing), seen);
    assert_eq!(applied.told(Severity::Error).len(), 1, "{:?}", applied.told);
    assert!(applied.state.value.is_null());
    assert_eq!(world.list(GROUPS).await.len(), 0);
}

#[tokio::test]
async fn h13_all_devices_that_another_profile_keeps_are_refused_within_seconds_and_nothing_is_left() {
    let world = World::new().await;
    let config = |name: &str| world.config(PROFILE, [("display_name", name.into()), ("assignments", everyone())]);
    let old = world.apply(PROFILE, &config("Old"), &State::default()).await.quietly();
    let began = std::time::Instant::now();
    let applied = world.apply(PROFILE, &config("New"), &State::default()).await;
    assert!(began.elapsed() < Duration::from_secs(30), "within seconds");
    let errors = applied.told(Severity::Error);
    let named = format!("the profile \"Old\" ({}) is assigned to all devices", id(&old));
    assert!(errors.len() == 1 && errors[0].contains(&named), "{errors:?}");
    assert!(applied.state.value.is_null());
    assert_eq!(world.list(PROFILES).await.len(), 1, "nothing is left that blocks the next apply");
    world.assert_no_change(PROFILE, &config("Old"), &old).await;
}

#[tokio::test]
async fn h13_all_devices_go_over_to_another_profile_in_one_apply() {
    let world = World::new().await;
    let config =
        |name: &str, assigned: Value| world.config(PROFILE, [("display_name", name.into()), ("assignments", assigned)]);
    let old = world.apply(PROFILE, &config("Old", everyone()), &State::default()).await.quietly();
    let (let_go, take) = (config("Old", Value::set(Vec::new())), config("New", everyone()));
    let (state, start) = (old, State::default());
    let (let_go, taken) = tokio::join!(world.apply(PROFILE, &let_go, &state), world.apply(PROFILE, &take, &start));
    let_go.quietly();
    world.assert_no_change(PROFILE, &take, &taken.quietly()).await;
}

#[tokio::test]
async fn the_plan_names_who_holds_all_devices_and_never_the_profile_itself() {
    let world = World::new().await;
    let config = |name: &str, mode: &str| {
        let set = [("display_name", name.into()), ("deployment_mode", mode.into()), ("assignments", everyone())];
        world.config(PROFILE, set)
    };
    let old = world.apply(PROFILE, &config("Old", "user_driven"), &State::default()).await.quietly();
    let plan = world.plan(PROFILE, &config("New", "user_driven"), &State::default()).await;
    let [told] = &plan.diagnostics.0[..] else { panic!("{:?}", plan.diagnostics) };
    assert_eq!((told.severity, told.summary.as_str()), (Severity::Warning, "All Devices Held by Another Profile"));
    assert!(told.detail.contains("to which the profile \"Old\""), "{}", told.detail);
    assert!(told.detail.ends_with("Unless this run lets it go, the apply fails."), "{}", told.detail);

    // Core plans a replacement twice, the second time without a prior state.
    let replacing = config("Old", "self_deploying");
    let first = world.plan(PROFILE, &replacing, &old).await;
    assert!(!first.replace.is_empty());
    assert_eq!(first.diagnostics.0, []);
    let anew = State { value: Value::Null, private: first.private };
    assert_eq!(world.plan(PROFILE, &replacing, &anew).await.diagnostics.0, []);
}

/// A resource, what its configuration sets beside the name, and the requests of its create.
type Cost = (&'static str, Vec<(&'static str, Value)>, &'static [(&'static str, &'static str, u64)]);

/// What an undisturbed create costs: no more than it has to.
#[tokio::test]
async fn an_undisturbed_create_asks_for_nothing_more() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "First".into())]).await;
    let assigned = Value::set(vec![facets::target(&[("group_id", id(&group).into())])]);
    let costs: [Cost; 4] = [
        (GROUP, vec![], &[("GET", "/v1.0/groups/{id}", 1), ("POST", GROUPS, 1)]),
        (PAGE, vec![], &[("POST", PAGES, 1)]),
        (
            PROFILE,
            vec![("assignments", assigned)],
            &[
                ("GET", "/beta/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments", 1),
                ("POST", PROFILES, 1),
                ("POST", "/beta/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments", 1),
            ],
        ),
        // It does not say when it was made, so those that there are are listed: once in a process.
        (
            "autopilot_scope_tag",
            vec![],
            &[("GET", "/beta/deviceManagement/roleScopeTags", 1), ("POST", "/beta/deviceManagement/roleScopeTags", 1)],
        ),
    ];
    for (name, more, expected) in costs {
        world.emulator.forget_requests();
        let mut config = world.config(name, [("display_name", "Second".into())]);
        more.into_iter().for_each(|(attribute, value)| config.insert(attribute, value));
        world.apply(name, &config, &State::default()).await.quietly();
        let mut asked: Vec<_> = world
            .emulator
            .requests()
            .into_iter()
            .map(|request| (request.method, request.path, request.count))
            .collect();
        asked.sort();
        let expected: Vec<_> =
            expected.iter().map(|(method, path, count)| ((*method).to_owned(), (*path).to_owned(), *count)).collect();
        assert_eq!(asked, expected, "{name}");
    }
    world.emulator.forget_requests();
    world.made("autopilot_scope_tag", [("display_name", "Third".into())]).await;
    assert_eq!(world.emulator.requests().len(), 1);
}
