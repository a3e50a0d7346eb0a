//! What a refresh of many devices costs, in requests that the emulator counts.

use serde_json::json;

use super::*;

/// A page of the list has a thousand devices.
#[tokio::test]
async fn five_thousand_devices_are_refreshed_in_six_requests_and_twenty_thousand_in_twenty_one() {
    for (count, most) in [(5_000, 6), (20_000, 21)] {
        let world = World::new().await;
        let seed = json!({"devices": [{"serialNumber": "SN-", "count": count}]});
        world.emulator.plant(seed.to_string().as_bytes()).expect("it is planted");
        let answer = engine::import(&world.registered, &world.scope(), "all".into()).await;
        let state = State { value: answer.state, private: answer.private };
        assert_eq!(state.value.get("devices").as_map().map(Map::len), Some(count));

        // Another process, which knows nothing of the list.
        let tenant = Tenant::Ready(client(&world.emulator));
        let world = World { tenant, ..world };
        world.emulator.forget_requests();
        let read = world.refresh(&state).await;
        assert_eq!(read.value, state.value);
        let asked = world.emulator.requests();
        let asked = asked.iter().filter(|each| !each.in_batch && !each.path.contains("oauth2"));
        let requests: u64 = asked.map(|each| each.count).sum();
        assert!((most - 1..=most).contains(&requests), "{requests} requests for {count} devices");
    }
}

const TAGS: u32 = 12;

/// A tenant of 5,040 devices of twelve tags, and the state of an import for each tag.
async fn twelve_imports() -> (World, Vec<State>) {
    let world = World::new().await;
    let devices: Vec<_> = (0..TAGS)
        .map(|tag| json!({"serialNumber": format!("T{tag:02}-"), "count": 420, "groupTag": format!("Tag {tag}")}))
        .collect();
    world.emulator.plant(json!({ "devices": devices }).to_string().as_bytes()).expect("it is planted");
    let mut states = Vec::new();
    for tag in 0..TAGS {
        let tag = format!("group_tag=Tag {tag}");
        let answer = engine::import(&world.registered, &world.scope(), tag.as_str().into()).await;
        states.push(State { value: answer.state, private: answer.private });
    }
    (process(world), states)
}

/// Another process on the same tenant, which knows nothing of it.
fn process(world: World) -> World {
    let tenant = Tenant::Ready(client(&world.emulator));
    world.emulator.forget_requests();
    World { tenant, ..world }
}

async fn refresh_all(world: &World, states: &[State]) {
    let read = futures_util::future::join_all(states.iter().map(|state| world.refresh(state))).await;
    for (read, state) in read.iter().zip(states) {
        assert_eq!(state.value.get("devices").as_map().map(Map::len), Some(420));
        assert_eq!(read.value, state.value);
    }
}

#[tokio::test]
async fn twelve_imports_of_five_thousand_devices_are_refreshed_by_one_reading_of_the_list() {
    const PAGES: u64 = 6;
    let (world, states) = twelve_imports().await;
    refresh_all(&world, &states).await;
    assert_eq!(world.asked("GET", DEVICES), PAGES);

    // One after another, nobody knows of the second until it comes.
    let world = process(world);
    for state in &states {
        refresh_all(&world, std::slice::from_ref(state)).await;
    }
    assert_eq!(world.asked("GET", DEVICES), 2 * PAGES);
}

#[tokio::test]
async fn a_list_that_is_shared_is_read_again_after_a_write_of_ours() {
    let world = World::new().await;
    let tagged = |tag| config(vec![Row::new("A1").with("group_tag", tag), Row::new("A2")]);
    let state = world.good_apply(&tagged("Sales"), &State::default()).await;
    for tag in ["Desk", "Sales", "Shop"] {
        // Twice, so that the list is kept.
        let (one, other) = tokio::join!(world.refresh(&state), world.refresh(&state));
        assert_eq!(one.value, other.value);
        let now = world.good_apply(&tagged(tag), &state).await;
        assert_eq!(world.refresh(&state).await.text("A1", "group_tag"), Some(tag));
        world.assert_no_change(&tagged(tag), &now).await;
    }
}

#[tokio::test]
async fn a_device_that_a_shared_list_does_not_show_is_asked_for_by_its_id() {
    let world = World::new().await;
    let state = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    tokio::join!(world.refresh(&state), world.refresh(&state));
    let elsewhere = world.another("there");
    let made = elsewhere.good_apply(&config(rows_of(["B1", "B2"])), &State::default()).await;
    world.emulator.forget_requests();
    assert_eq!(world.refresh(&made).await.value, made.value);
    assert_eq!((world.asked("GET", DEVICES), world.asked("GET", &format!("{DEVICES}/{{id}}"))), (0, 2));

    // What is not there by its id either is gone.
    elsewhere.destroy(&made).await;
    let gone = world.refresh(&made).await;
    assert_eq!(gone.text("B1", "status"), Some("not registered any more"));
}
