//! In a tenant where everything is protected by Multi Admin Approval: each protected write is asked for once, and an apply
//! that was interrupted while it waited is taken up.

use std::collections::BTreeMap;

use autopilot::{
    diagnostic::Severity,
    graph::Approvals,
    resource::{
        Registered, Tenant,
        engine::{self, PlanAnswer, Scope},
        shape::Shape,
    },
    value::Value,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::{
    configuration::full,
    known::Known,
    place::{Place, assert_same},
};

const PROTECTED: [&str; 7] =
    ["apps", "compliance", "configurationPolicies", "deviceActions", "rbac", "scripts", "tenantConfiguration"];

/// What of Intune no kind of approval is about, nor of what is Entra's. An order that is as it should be is not written.
const NOT_PROTECTED: [&str; 2] =
    ["/beta/deviceManagement/importedDeviceIdentities", "/beta/deviceManagement/tenantAssociatedDevices"];

/// A create, a second plan and a destroy; then a create that Ctrl-C meets at each of its approvals.
pub(crate) async fn are_waited_for(registered: &Registered) {
    let place = Place::of(&registered.spec).await;
    let before = place.holdings().await;
    place.emulator.configure(|settings| {
        settings.approval = PROTECTED.map(str::to_owned).into();
        settings.approval_covers_enrollment = true;
    });
    let config = full(registered, &place.known);
    let mut trial = Trial { place: &place, registered, config, codes: BTreeMap::new(), earlier: 0 };

    let made = trial.apply(&Known::default(), None).await;
    assert_eq!(made.errors(), [""; 0]);
    let asked = trial.each_was_done().await;
    assert_eq!(made.told.len(), usize::from(asked > 0), "what was approved is told: {:?}", made.told);
    let collection = registered.spec.collection;
    let is_of_entra = !collection.contains("/deviceManagement/") && !collection.contains("/deviceAppManagement/");
    let unprotected =
        is_of_entra || NOT_PROTECTED.contains(&collection) || matches!(registered.spec.shape, Shape::Order(_));
    assert!(asked > 0 || unprotected, "something of it is protected");
    trial.is_settled(&made).await;
    trial.goes(made).await;
    assert_same(&place.holdings().await, &before);

    for step in 0..asked {
        let interrupted = trial.apply(&Known::default(), Some(step)).await;
        let told = format!("{}, approval {step}: {:?}", registered.type_name, interrupted.told);
        assert_eq!(interrupted.told.len(), 1 + usize::from(step > 0), "{told}");
        let is_error = interrupted.told.iter().any(|told| told.severity == Severity::Error);
        assert_eq!(is_error, interrupted.state.is_null(), "what is recorded is not tainted: {told}");
        assert!(interrupted.told[0].detail.contains("another administrator has to approve it"), "{told}");
        trial.take_entries(&interrupted);
        trial.decide().await;
        let read = trial.read(&interrupted).await;
        let finished = trial.apply(&read, None).await;
        assert_eq!(finished.errors(), [""; 0], "{told}");
        assert_eq!(trial.each_was_done().await, asked, "none is asked for again: {told}");
        trial.is_settled(&finished).await;
        trial.goes(finished).await;
        assert_same(&place.holdings().await, &before);
    }
    place.end().await;
}

struct Trial<'a> {
    place: &'a Place,
    registered: &'a Registered,
    config: Value,
    codes: BTreeMap<String, String>,
    /// How many requests are of the lives before.
    earlier: usize,
}

impl Trial<'_> {
    /// Applies, approving what is asked for; interrupted as soon as one more than so many was asked for.
    async fn apply(&self, known: &Known, until: Option<usize>) -> Known {
        let plan = self.plan(known).await;
        assert_eq!(plan.replace, [], "it is finished in place");
        let request = known.change(&self.config, plan);
        let cancel = CancellationToken::new();
        let scope = self.scope(&cancel);
        let apply = engine::apply(self.registered, &scope, request);
        let approve = async {
            loop {
                let waiting = self.requests("needsApproval").await;
                match until {
                    Some(until) if self.requests("").await.len() > until => cancel.cancel(),
                    _ if !waiting.is_empty() => self.decide().await,
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        tokio::select! {
            answer = apply => answer.into(),
            () = approve => unreachable!("it goes on for ever"),
        }
    }

    /// Destroys it, and forgets which approvals there were.
    async fn goes(&mut self, made: Known) {
        let scope = self.scope(&CancellationToken::new());
        let gone = tokio::select! {
            gone = engine::apply(self.registered, &scope, made.removal()) => gone,
            () = async { loop { self.decide().await } } => unreachable!("it goes on for ever"),
        };
        assert!(!gone.diagnostics.has_errors() && gone.state.is_null(), "{:?}", gone.diagnostics);
        self.earlier += self.each_was_done().await;
        self.codes.clear();
    }

    async fn is_settled(&self, made: &Known) {
        let read = self.read(made).await;
        assert_eq!(self.plan(&read).await.planned, read.state, "a second plan shows no change");
    }

    async fn plan(&self, known: &Known) -> PlanAnswer {
        known.plan(self.registered, &self.scope(&CancellationToken::new()), &self.config).await
    }

    async fn read(&self, known: &Known) -> Known {
        if !known.exists() {
            return Known::default();
        }
        known.read(self.registered, &self.scope(&CancellationToken::new())).await
    }

    /// Follows the advice of a message: its entry goes into the configuration.
    fn take_entries(&mut self, known: &Known) {
        if !known.state.is_null() {
            return;
        }
        let detail = known.errors().concat();
        let (_, entry) = detail.split_once("approval_codes = {\n").unwrap_or_else(|| panic!("no entry in {detail}"));
        let (entry, code) = entry.lines().next().and_then(|line| line.split_once(" = ")).expect("an entry");
        let text = |quoted: &str| serde_json::from_str::<String>(quoted.trim()).expect("a text");
        self.codes.insert(text(entry), text(code));
    }

    /// Every request was for a write of its own, and that was done. Gives how many there were.
    async fn each_was_done(&self) -> usize {
        let requests = self.requests("").await;
        let open: Vec<_> = requests.iter().filter(|request| request["status"] != "completed").collect();
        assert!(open.is_empty(), "{open:#?}");
        requests.len()
    }

    /// The requests of this status; all with "".
    async fn requests(&self, status: &str) -> Vec<Json> {
        let answer = self.place.graph.get("/_emulator/approvals").await.expect("the side door is open");
        let all = answer["approvals"].as_array().cloned().unwrap_or_default();
        all.into_iter().skip(self.earlier).filter(|request| status.is_empty() || request["status"] == status).collect()
    }

    /// Another administrator approves all that waits.
    async fn decide(&self) {
        self.place.graph.query("/_emulator/approvals", &json!({})).await.expect("the side door is open");
    }

    fn scope(&self, cancel: &CancellationToken) -> Scope {
        let approvals = Approvals { justification: Some("new laptops".to_owned()), codes: self.codes.clone() };
        Scope { tenant: Tenant::Ready(self.place.graph.clone().with_approvals(approvals)), cancel: cancel.clone() }
    }
}
