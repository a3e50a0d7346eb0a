//! Rules that were changed.

use std::time::Duration;

use super::*;

/// A rule that is stored while paused may be switched on, and fails later: members freeze, and nobody is told.
#[tokio::test]
async fn a_rule_that_the_service_cannot_process_is_told_once_it_was_changed() {
    let world = World::new().await;
    let config = |rule: &str, processing: &str| {
        group(&world, [("membership_rule", rule.into()), ("membership_rule_processing", processing.into())])
    };
    let state = world.apply(GROUP, &config(RULE, "paused"), &State::default()).await.quietly();
    let bad = "(device.bogus -eq \"1\")";
    let path = format!("{GROUPS}/{}", id(&state));
    world.graph.patch(&path, &serde_json::json!({"membershipRule": bad})).await.expect("it is stored");
    let state = world.refresh(GROUP, &state).await;
    let state = world.apply(GROUP, &config(bad, "on"), &state).await.state;
    assert_eq!(state.value.get("membership_rule_processing"), &"on".into());
    let read = async |state: &State| {
        let State { value, private } = state.clone();
        let read = engine::read(world.resource(GROUP), &world.scope(), value, &Value::Null, &private).await;
        (State { value: read.state, private: read.private }, read.diagnostics.0)
    };
    world.emulator.advance(Duration::from_secs(3600));
    let (state, told) = read(&state).await;
    let expected = "Microsoft Entra ID could not process the rule of the group \"Sales\" since it was changed. It says: \
                    Membership updates could not be evaluated: unsupported property. Nobody joins or leaves the group \
                    meanwhile. Correct the rule; a plan checks it as Entra does.";
    assert_eq!(details(&told), [expected]);
    assert_eq!(read(&state).await.1.len(), 1, "until it is corrected");

    let state = world.apply(GROUP, &config(RULE, "on"), &state).await.state;
    world.emulator.advance(Duration::from_secs(3600));
    let (state, told) = read(&state).await;
    assert_eq!(told, []);
    world.emulator.forget_requests();
    read(&state).await;
    let is_of_status = |(_, path, _): &(String, String, u64)| path.starts_with("/beta/");
    assert!(!asked(&world).iter().any(is_of_status), "its status is looked at no more");
}
