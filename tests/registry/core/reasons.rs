//! Where Intune refuses without a word, whatever a configuration names by its id is looked up.

use autopilot::{
    emulator::Fault,
    resource::{
        Private, Registered, Tenant,
        engine::{self, ApplyRequest, PlanRequest, Scope},
        shape::Shape,
    },
    value::Value,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{configuration::full, model::show, place::Place};

/// A create that names only what does not exist.
pub(crate) async fn are_named(registered: &Registered) {
    let spec = &registered.spec;
    let is_made_in_intune =
        matches!(spec.shape, Shape::Collection) && spec.collection.starts_with("/beta/device") && !spec.resumed;
    if !is_made_in_intune {
        return;
    }
    let mut place = Place::of(spec).await;
    for (number, ids) in place.known.ids.values_mut().enumerate() {
        *ids = (0..ids.len()).map(|at| format!("7a3b1c9e-0f52-4f0e-9a52-3df6a1f60{number}{at:02}")).collect();
    }
    let config = full(registered, &place.known);
    let refused = json!({
        "method": "POST", "path": spec.collection, "status": 400, "code": "BadRequest", "message": "An error has occurred",
    });
    place.emulator.fail(vec![serde_json::from_value::<Fault>(refused).expect("a fault")]);

    let scope = Scope { tenant: Tenant::Ready(place.graph.clone()), cancel: CancellationToken::new() };
    let request =
        PlanRequest { config: config.clone(), prior: Value::Null, identity: Value::Null, private: Private::default() };
    let plan = engine::plan(registered, &scope, request).await;
    let request = ApplyRequest {
        config: config.clone(),
        prior: Value::Null,
        planned: plan.planned,
        identity: Value::Null,
        private: plan.private,
    };
    let told = engine::apply(registered, &scope, request).await.diagnostics;
    let [refusal] = told.0.as_slice() else { panic!("{told:?}") };
    let written = show(&config);
    for (kind, ids) in &place.known.ids {
        for id in ids.iter().filter(|id| written.contains(id.as_str())) {
            let line = format!(" {id}, which `");
            assert!(
                refusal.detail.contains(&line),
                "the {kind} {id} of {written} is not looked up: {}",
                refusal.detail
            );
        }
    }
    place.end().await;
}
