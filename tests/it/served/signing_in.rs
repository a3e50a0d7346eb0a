//! A plan of what the apply will need Graph for signs in.

use std::sync::Arc;

use async_trait::async_trait;
use autopilot::{
    diagnostic::Severity,
    graph::{Carrier, Claims, Credential, Fetched, Settings},
    resource::{
        Private, Tenant,
        engine::{self, PlanAnswer, PlanRequest, Scope},
    },
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::tenant_client::settings;

const TAG: &str = "autopilot_scope_tag";

/// An authority that accepts and stays silent, or an `az` that hangs.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Credential for Silent {
    async fn fetch(&self, _: &Carrier, _: &str) -> Result<Fetched, autopilot::graph::Error> {
        std::future::pending().await
    }
}

fn client(emulator: &Emulator, secret: &str) -> Client {
    Client::new(settings(emulator, secret)).expect("the endpoint is good")
}

async fn plan(client: &Client, registry: &Registry, prior: Value) -> PlanAnswer {
    let tag = registry.resource(TAG).expect("it is served");
    let mut config = null_object(&tag.spec.attributes);
    config.insert("display_name", "Reviewed".into());
    let scope = Scope { tenant: Tenant::Ready(client.clone()), cancel: CancellationToken::new() };
    let request = PlanRequest { config, prior, identity: Value::Null, private: Private::default() };
    engine::plan(tag, &scope, request).await
}

fn sign_ins(emulator: &Emulator) -> u64 {
    emulator.requests().iter().filter(|each| each.path.ends_with("/token")).map(|each| each.count).sum()
}

#[tokio::test]
async fn a_plan_that_will_need_graph_tells_a_sign_in_that_is_refused() {
    let emulator = Emulator::start(Options::default()).await.expect("the emulator starts");
    let registry = provider::registry();
    let wrong = client(&emulator, "another-one");
    for _ in 0..3 {
        let told = plan(&wrong, &registry, Value::Null).await.diagnostics.0;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].summary == "Sign-In Failed" && told[0].detail.contains("AADSTS7000215"), "{told:?}");
    }
    assert_eq!(sign_ins(&emulator), 1, "the answer is known by then");

    // What is as it should be needs no sign-in.
    let mut there = plan(&client(&emulator, emulator.client_secret()), &registry, Value::Null).await.planned;
    there.insert("id", "7".into());
    for attribute in &registry.resource(TAG).expect("it is served").spec.attributes {
        if there.get(attribute.name).is_unknown() {
            there.insert(attribute.name, Value::Null);
        }
    }
    let before = sign_ins(&emulator);
    let nothing = plan(&client(&emulator, "another-one"), &registry, there.clone()).await;
    assert_eq!((&nothing.planned, nothing.diagnostics.0.len()), (&there, 0), "{:?}", nothing.diagnostics);
    assert_eq!(sign_ins(&emulator), before);
}

#[tokio::test]
async fn a_network_that_is_down_is_warned_of_and_does_not_fail_a_plan_of_new_things() {
    let emulator = Emulator::start(Options::default()).await.expect("the emulator starts");
    let nobody = client(&emulator, "any");
    emulator.stop().await;
    let told = plan(&nobody, &provider::registry(), Value::Null).await.diagnostics.0;
    let [told] = &*told else { panic!("one is told: {told:?}") };
    assert_eq!((told.severity, &*told.summary), (Severity::Warning, "Microsoft Graph Not Reached"), "{told:?}");
    assert!(told.detail.ends_with("This plan goes on without; the apply signs in again."), "{told:?}");
    let error = nobody.signed_in().await.map(|claims: Claims| claims.tenant_id);
    assert!(matches!(error, Err(autopilot::graph::Error::Connection { .. })), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_does_not_end_holds_up_no_plan_of_new_things() {
    let client = Client::new(Settings {
        graph: "http://127.0.0.1:1".to_owned(),
        audience: "https://graph.microsoft.com".to_owned(),
        user_agent: "test".to_owned(),
        credential: Arc::new(Silent),
    });
    let (client, registry) = (client.expect("the endpoint is good"), provider::registry());
    let start = Instant::now();
    for _ in 0..3 {
        let answer = plan(&client, &registry, Value::Null).await;
        assert_eq!(answer.planned.get("display_name").as_str(), Some("Reviewed"));
        let told = answer.diagnostics.0;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].severity, &*told[0].summary), (Severity::Warning, "Sign-In Not Answered in Time"));
        assert_eq!(start.elapsed(), Duration::from_secs(10), "once");
    }
}
