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
