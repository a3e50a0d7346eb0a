//! What joins devices to an on-premises domain: the profile's names, and the connectors that do it.

use autopilot::{
    emulator::{Emulator, Options},
    graph::Client,
    provider,
    resource::{Private, Tenant, engine},
    schema::null_object,
    value::Value,
};
use tokio_util::sync::CancellationToken;

use crate::tenant_client::client;

const CONNECTORS: &str = "autopilot_domain_join_connectors";
const PROFILE: &str = "autopilot_domain_join_profile";

fn scope(graph: &Client) -> engine::Scope {
    engine::Scope { tenant: Tenant::Ready(graph.clone()), cancel: CancellationToken::new() }
}

async fn connectors(emulator: &Emulator) -> Value {
    let registry = provider::registry();
    let data = registry.data_source(CONNECTORS).expect("it is served");
    let answer = engine::read_data(data, &scope(&client(emulator)), null_object(&data.spec.attributes)).await;
    assert_eq!(answer.diagnostics.0, []);
    answer.state
}

#[tokio::test]
async fn a_connector_that_is_too_old_is_shown_as_active_and_not_supported() {
    let emulator = Emulator::start(Options::default()).await.expect("the emulator starts");
    let read = connectors(&emulator).await;
    assert_eq!(read.get("ready").as_bool(), Some(true));
    let seed = r#"{"connectors": [
        {"displayName": "DC01", "version": "6.2501.2000.5", "state": "inactive"},
        {"displayName": "DC02", "version": "6.1902.1.0"}
    ]}"#;
    emulator.plant(seed.as_bytes()).expect("they are planted");
    let read = connectors(&emulator).await;
    let mut found: Vec<_> = read
        .get("connectors")
        .elements()
        .iter()
        .map(|it| {
            let text = |name: &str| it.get(name).as_str().unwrap_or_default().to_owned();
            (text("display_name"), text("status"), text("version"), it.get("supported").as_bool())
        })
        .collect();
    let row = |name: &str, status: &str, version: &str, supported| {
        (name.to_owned(), status.to_owned(), version.to_owned(), Some(supported))
    };
    let mut expected = [row("DC01", "Inactive", "6.2501.2000.5", true), row("DC02", "Active", "6.1902.1.0", false)];
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(read.get("ready").as_bool(), Some(false), "the one does not call, the other does nothing");
}

/// The planned number of random characters.
async fn random(graph: &Client, prefix: Value) -> Value {
    let registry = provider::registry();
    let profile = registry.resource(PROFILE).expect("it is served");
    let mut config = null_object(&profile.spec.attributes);
    config.insert("display_name", "Hybrid".into());
    config.insert("domain_name", "corp.contoso.com".into());
    config.insert("computer_name_prefix", prefix);
    let request =
        engine::PlanRequest { config, prior: Value::Null, identity: Value::Null, private: Private::default() };
    let answer = engine::plan(profile, &scope(graph), request).await;
    assert_eq!(answer.diagnostics.0, []);
    answer.planned.get("random_characters").clone()
}

#[tokio::test]
async fn random_characters_that_are_not_set_make_15_with_the_prefix() {
    let emulator = Emulator::start(Options::default()).await.expect("the emulator starts");
    let graph = client(&emulator);
    for (prefix, number) in [("P", 14), ("PC-", 12), ("CONTOSOHYBRI", 3)] {
        assert_eq!(random(&graph, prefix.into()).await, number.into(), "{prefix}");
    }
    assert_eq!(random(&graph, Value::Unknown).await, Value::Unknown);
}
