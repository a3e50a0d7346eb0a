//! How many requests a refresh costs, where core reads object by object, so many at once: counted by the emulator.

use autopilot::{
    emulator::Request,
    resource::{engine::ListRequest, listing::Found},
};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::sync::mpsc;

use super::*;

/// An object as a state names it: by its type and its id.
type Named = (&'static str, String);

fn plant(world: &World, path: &str, count: usize, body: &Json) {
    let seed = json!({"objects": [{"path": path, "count": count, "body": body}]});
    world.emulator.plant(seed.to_string().as_bytes()).expect("it is planted");
}

fn plant_groups(world: &World, count: usize) {
    let body = json!({"displayName": "Group", "mailNickname": "group", "mailEnabled": false, "securityEnabled": true});
    plant(world, GROUPS, count, &body);
}

/// The ids of what is there.
async fn ids(world: &World, name: &'static str, path: &str) -> Vec<Named> {
    let found = world.list(path).await;
    let ours = found
        .iter()
        .filter(|json| name != PAGE || json["displayName"].as_str().unwrap_or_default().starts_with("Page"));
    ours.filter_map(|json| Some((name, json["id"].as_str()?.to_owned()))).collect()
}

/// So many of them, from all over the collection.
fn some(all: &[Named], count: usize) -> Vec<Named> {
    all.iter().step_by(all.len() / count).take(count).cloned().collect()
}

async fn groups(world: &World) -> Vec<Named> {
    ids(world, GROUP, &format!("{GROUPS}?$top=999")).await
}

/// Twenty profiles and twenty pages.
async fn policies(world: &World) -> Vec<Named> {
    let named =
        |kind: &str, name: &str| json!({"@odata.type": format!("#microsoft.graph.{kind}"), "displayName": name});
    plant(world, PROFILES, 20, &named("azureADWindowsAutopilotDeploymentProfile", "Profile"));
    plant(world, PAGES, 20, &named("windows10EnrollmentCompletionPageConfiguration", "Page"));
    let mut all = ids(world, PROFILE, PROFILES).await;
    all.extend(ids(world, PAGE, PAGES).await);
    all
}

/// In an order in which kinds come as they like.
fn mixed(mut all: Vec<Named>) -> Vec<Named> {
    all.sort_by_key(|(_, id)| id.chars().rev().collect::<String>());
    all
}

/// Refreshes them as a process that knows nothing yet, so many at once, and counts the requests that it takes.
async fn requests(world: &World, named: &[Named], at_once: usize) -> u64 {
    let tenant = Tenant::Ready(client(&world.emulator));
    let scope = &Scope { tenant, cancel: CancellationToken::new() };
    world.emulator.forget_requests();
    let reads = named.iter().map(|(name, id)| async move {
        let registered = world.resource(name);
        let mut state = null_object(&registered.spec.attributes);
        state.insert("id", id.as_str().into());
        if *name != GROUP {
            state.insert("assignments", Value::set(Vec::new()));
        }
        let read = engine::read(registered, scope, state, &Value::Null, &Private::default()).await;
        assert!(!read.diagnostics.has_errors(), "{:?}", read.diagnostics);
        assert_eq!(read.state.get("id").as_str(), Some(id.as_str()));
    });
    stream::iter(reads).buffer_unordered(at_once).collect::<Vec<()>>().await;
    let asked = world.emulator.requests();
    asked.iter().filter(|each| !each.in_batch && !each.path.contains("oauth2")).map(|each| each.count).sum()
}

async fn assert_at_most(most: u64, world: &World, named: &[Named], at_once: usize) {
    let requests = requests(world, named, at_once).await;
    assert!(requests <= most, "{requests} requests for {} objects, {at_once} at once", named.len());
}

#[tokio::test]
async fn a_thousand_groups_are_refreshed_in_four_requests_where_they_are_all_there_are() {
    let world = World::new().await;
    plant_groups(&world, 1000);
    let all = groups(&world).await;
    for at_once in [1, 10, 50] {
        assert_at_most(4, &world, &all, at_once).await;
    }
}

#[tokio::test]
async fn sixty_groups_and_forty_policies_that_are_assigned_are_refreshed_in_twelve_requests() {
    let world = World::new().await;
    plant_groups(&world, 60);
    let mut all = groups(&world).await;
    all.extend(policies(&world).await);
    assert_at_most(12, &world, &all, 10).await;
    assert_at_most(12, &world, &mixed(all), 10).await;
}

/// Owners and members of groups go by batches of twenty, each asked for once, and only as many groups are read as are wanted.
#[tokio::test]
async fn sixty_groups_with_owners_and_members_are_listed_whole_in_seven_requests() {
    let world = World::new().await;
    plant_groups(&world, 60);
    let person = world.list("/v1.0/users").await[0]["id"].as_str().expect("an id").to_owned();
    for (_, id) in groups(&world).await {
        for relation in ["owners", "members"] {
            let link = json!({"@odata.id": world.graph.link(&format!("/v1.0/directoryObjects/{person}"))});
            world.graph.post(&format!("{GROUPS}/{id}/{relation}/$ref"), &link).await.expect("it is added");
        }
    }
    for (limit, most) in [(60, 7), (5, 2)] {
        let (to, mut from) = mpsc::channel(64);
        let registered = world.resource(GROUP);
        let config = null_object(registered.list.as_deref().unwrap_or_default());
        let tenant = Tenant::Ready(client(&world.emulator));
        let scope = Scope { tenant, cancel: CancellationToken::new() };
        world.emulator.forget_requests();
        let told =
            engine::list(registered, &scope, ListRequest { config, whole: true, sayable: true, limit }, to).await;
        assert_eq!(told.0, []);
        let mut listed = 0;
        while let Some(found) = from.recv().await {
            listed += 1;
            for name in ["owner_ids", "member_ids"] {
                assert_eq!(found.object.get(name).elements(), [Value::from(person.as_str())]);
            }
        }
        assert_eq!(listed, limit);
        let asked = world.emulator.requests();
        let count = |is_one: &dyn Fn(&Request) -> bool| -> u64 {
            asked.iter().filter(|each| is_one(each)).map(|each| each.count).sum()
        };
        let requests = count(&|each| !each.in_batch && !each.path.contains("oauth2"));
        assert!(requests <= most, "{requests} requests for {limit} groups");
        for relation in ["owners", "members"] {
            assert_eq!(
                count(&|each| each.path == format!("/beta/groups/{{id}}/{relation}")),
                limit as u64,
                "{relation}"
            );
        }
    }
}

/// What a page shows is read some at a time, and may be deleted before its owners are asked for.
#[tokio::test]
async fn a_group_that_is_deleted_while_a_list_is_under_way_is_left_out_of_it() {
    let world = World::new().await;
    plant_groups(&world, 61);
    let registered = world.resource(GROUP);
    let config = null_object(registered.list.as_deref().unwrap_or_default());
    let tenant = Tenant::Ready(client(&world.emulator));
    let scope = Scope { tenant, cancel: CancellationToken::new() };
    let last = world.list(GROUPS).await.pop().expect("a group")["id"].as_str().expect("an id").to_owned();
    let (to, mut from) = mpsc::channel::<Found>(1);
    let request = ListRequest { config, whole: true, sayable: true, limit: usize::MAX };
    let receiving = async {
        let mut ids = Vec::new();
        while let Some(found) = from.recv().await {
            if ids.is_empty() {
                // Nobody has taken the others yet, so the last one was not asked about.
                world.graph.delete(&format!("{GROUPS}/{last}")).await.expect("it is deleted");
            }
            ids.push(found.object.get("id").as_str().expect("an id").to_owned());
        }
        ids
    };
    let (told, ids) = tokio::join!(engine::list(registered, &scope, request, to), receiving);
    assert_eq!(told.0, []);
    assert_eq!((ids.len(), ids.contains(&last)), (60, false));
}

/// Owners that are not found of a group that is there are an error: what is left out would be lost.
#[tokio::test]
async fn owners_that_are_not_found_of_a_group_that_is_there_are_an_error() {
    let world = World::new().await;
    plant_groups(&world, 1);
    let fault = json!({"method": "GET", "path": "*/groups/{id}/owners", "status": 404, "times": 0});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let registered = world.resource(GROUP);
    let config = null_object(registered.list.as_deref().unwrap_or_default());
    let (to, mut from) = mpsc::channel(8);
    let request = ListRequest { config, whole: true, sayable: true, limit: usize::MAX };
    let told = engine::list(registered, &world.scope(), request, to).await;
    assert!(from.recv().await.is_none());
    assert!(told.0[0].detail.contains("While listing each group: GET /beta/groups/"), "{told:?}");
}

#[tokio::test]
async fn a_tenant_of_twenty_thousand_groups_is_not_listed_for_a_few_and_once_for_many() {
    let world = World::new().await;
    plant_groups(&world, 20_000);
    let all = groups(&world).await;
    for (count, at_once, most) in [(1, 10, 1), (40, 10, 6), (1000, 10, 42), (1000, 50, 42)] {
        assert_at_most(most, &world, &some(&all, count), at_once).await;
    }
    let mut all = some(&all, 60);
    all.extend(policies(&world).await);
    assert_at_most(16, &world, &all, 10).await;
    assert_at_most(16, &world, &mixed(all), 10).await;
    // Nor does it matter how many devices there are: nothing asks for them.
    let asks = |path: &str| ["DeviceIdentities", "managedDevices", "/devices"].iter().any(|part| path.contains(part));
    let of_devices: Vec<_> = world.emulator.requests().into_iter().filter(|each| asks(&each.path)).collect();
    assert!(of_devices.is_empty(), "{of_devices:?}");
}

/// Between the two, a colleague deletes one; a list does not show it, and a 404 to its own path tells.
#[tokio::test]
async fn what_a_list_does_not_show_is_asked_for_by_its_id_before_it_is_gone() {
    let world = World::new().await;
    plant_groups(&world, 30);
    let all = groups(&world).await;
    world.graph.delete(&format!("{GROUPS}/{}", all[29].1)).await.expect("it is deleted");
    world.emulator.forget_requests();
    let read = |(_, id): Named| {
        let mut state =
            State { value: null_object(&world.resource(GROUP).spec.attributes), private: Private::default() };
        state.value.insert("id", id.as_str().into());
        let world = &world;
        async move { world.refresh(GROUP, &state).await }
    };
    let states: Vec<_> = stream::iter(all).map(read).buffered(10).collect().await;
    let gone = states.iter().filter(|state| state.value.is_null()).count();
    assert_eq!((gone, states[29].value.is_null()), (1, true));
    let by_id =
        world.emulator.requests().into_iter().filter(|each| each.path == "/v1.0/groups/{id}" && each.status == 404);
    assert_eq!(by_id.map(|each| each.count).sum::<u64>(), 1);
}

/// A read after a write of ours shows it, although a list of before knows the object.
#[tokio::test]
async fn a_list_of_before_a_write_of_ours_answers_nobody_after_it() {
    let world = World::new().await;
    let named =
        json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Profile"});
    plant(&world, PROFILES, 3, &named);
    let path = |id: &str| format!("{PROFILES}/{id}");
    let all = ids(&world, PROFILE, PROFILES).await;
    for round in 0..4 {
        for (number, (_, id)) in all.iter().enumerate() {
            let before = world.graph.read_listed(PROFILES, id, "").await.expect("it is read");
            assert_eq!(before["description"].as_str().unwrap_or_default().len(), round, "{number}");
        }
        let (_, id) = &all[2];
        let text = "x".repeat(round + 1);
        for (_, other) in &all {
            world
                .graph
                .patch(&path(other), &json!({"@odata.type": named["@odata.type"], "description": text}))
                .await
                .expect("it is changed");
        }
        assert_eq!(world.graph.read_listed(PROFILES, id, "").await.expect("it is read")["description"], text);
    }
}
