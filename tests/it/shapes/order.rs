//! An order: a list of ids, moved one by one.

use super::*;

const NAME: &str = "autopilot_enrollment_status_page_order";

fn ids(pages: &[&State]) -> Value {
    Value::List(pages.iter().map(|page| id(page).into()).collect())
}

async fn pages(world: &World) -> [State; 4] {
    let mut pages = Vec::new();
    for name in ["a", "b", "c", "d"] {
        pages.push(world.made(PAGE, [("display_name", name.into())]).await);
    }
    pages.try_into().unwrap_or_else(|_| panic!("four were made"))
}

#[tokio::test]
async fn only_what_stands_elsewhere_is_moved() {
    let world = World::new().await;
    let [a, b, c, d] = pages(&world).await;
    world.emulator.forget_requests();
    let state = world.made(NAME, [("page_ids", ids(&[&d, &a, &b]))]).await;
    assert_eq!(world.writes().values().sum::<u64>(), 1, "{:?}", world.writes());
    let config = world.config(NAME, [("page_ids", ids(&[&d, &a, &b]))]);
    world.assert_no_change(NAME, &config, &state).await;
    assert_eq!(world.import(NAME, world.emulator.tenant_id()).await.value.get("page_ids"), &ids(&[&d, &a, &b, &c]));
    world.emulator.forget_requests();
    world.destroy(NAME, &state).await.quietly();
    assert_eq!(world.writes(), BTreeMap::new(), "the order stays as it is");
}

#[tokio::test]
async fn a_page_that_somebody_moved_between_shows_as_drift() {
    let world = World::new().await;
    let [a, b, c, _] = pages(&world).await;
    let config = world.config(NAME, [("page_ids", ids(&[&a, &b]))]);
    let state = world.apply(NAME, &config, &State::default()).await.quietly();
    let path = format!("/beta/deviceManagement/deviceEnrollmentConfigurations/{}/setPriority", id(&c));
    world.graph.action(&path, &serde_json::json!({"priority": 1})).await.expect("it is moved");
    let drifted = world.refresh(NAME, &state).await;
    assert_eq!(drifted.value.get("page_ids"), &ids(&[&c, &a, &b]));
    let mended = world.apply(NAME, &config, &drifted).await.quietly();
    world.assert_no_change(NAME, &config, &mended).await;
}

#[tokio::test]
async fn an_id_of_nothing_is_refused_at_its_place() {
    let world = World::new().await;
    let [a, ..] = pages(&world).await;
    let config = world.config(NAME, [("page_ids", Value::List(vec![id(&a).into(), "nothing".into()]))]);
    let applied = world.apply(NAME, &config, &State::default()).await;
    assert_eq!(
        applied.told(Severity::Error),
        [
            "Attribute page_ids[1] has to be the id of an object of the kind enrollment status page in this tenant. These are \
             none: \"nothing\"."
        ]
    );
    assert!(applied.state.value.is_null(), "an order that was not made is not in the state");
}
