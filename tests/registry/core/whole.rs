//! A create is whole or undone, whatever happens to whichever of its requests.

use autopilot::{
    diagnostic::Diagnostics,
    emulator::Fault,
    resource::{
        Registered, Tenant,
        engine::{self, PlanAnswer, Scope},
        shape::Shape,
        timeouts,
    },
    value::Value,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::{
    configuration::{full, least},
    known::Known,
    place::{Holdings, Place, assert_same},
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// Graph refuses it for good.
    Refused,
    /// It is done, and its answer is lost.
    Lost,
    /// It is not done, and the service may be back in a while.
    Unavailable,
    /// Ctrl-C comes while it is under way.
    Interrupted,
}

/// Each request of an undisturbed create, with each fate. Whatever does not make and delete objects of its own has nothing
/// to undo, and what is gone on with is not undone.
pub(crate) async fn is_each_create(registered: &Registered) {
    if !matches!(registered.spec.shape, Shape::Collection) || registered.spec.resumed {
        return;
    }
    let place = Place::of(&registered.spec).await;
    let before = place.holdings().await;
    let mut config = full(registered, &place.known);
    // Half of it is spent looking for what a POST made that made nothing.
    let times = ["create", "read", "update", "delete"].map(|verb| (verb, "20s".into()));
    config.insert(timeouts::NAME, Value::object(times));
    let trial = Trial { place: &place, registered, config, before };
    trial.begin_to_apply().await;

    let made = trial.apply(&Known::default(), &CancellationToken::new()).await;
    assert_eq!(made.told, [], "an undisturbed create has nothing to tell");
    let steps: u64 = place.emulator.requests().iter().map(|request| request.count).sum();
    trial.is_one_and_goes(made).await;
    assert!(steps > 0);
    for step in 0..steps {
        for fate in [Fate::Refused, Fate::Lost, Fate::Unavailable, Fate::Interrupted] {
            trial.meets(fate, step).await;
        }
    }
    place.end().await;
}

struct Trial<'a> {
    place: &'a Place,
    registered: &'a Registered,
    config: Value,
    before: Holdings,
}

impl Trial<'_> {
    /// Makes and removes the least of it. A process that applies looks for nothing in its tenant: what plans tell from here
    /// on is of the configuration alone.
    async fn begin_to_apply(&self) {
        let scope = self.scope(&CancellationToken::new());
        let least = least(&self.registered.spec.attributes, &self.place.known);
        let plan = Known::default().plan(self.registered, &scope, &least).await;
        let made = engine::apply(self.registered, &scope, Known::default().change(&least, plan)).await;
        assert!(!made.diagnostics.has_errors(), "{:?}", made.diagnostics);
        let gone = engine::apply(self.registered, &scope, Known::from(made).removal()).await;
        assert!(!gone.diagnostics.has_errors() && gone.state.is_null(), "{:?}", gone.diagnostics);
    }

    async fn meets(&self, fate: Fate, step: u64) {
        let emulator = &self.place.emulator;
        let told = |known: &Known| format!("{}, request {step} {fate:?}: {:?}", self.registered.type_name, known.told);
        let cancel = CancellationToken::new();
        let fault = match fate {
            Fate::Refused => json!({"status": 403}),
            Fate::Lost => json!({"lose_answer": true}),
            Fate::Unavailable => json!({"status": 503}),
            Fate::Interrupted => json!({"delay_seconds": 120}),
        };
        let made = self.with_fault(&fault, step, &cancel, fate == Fate::Interrupted).await;
        let was_refused = emulator.requests().iter().any(|request| request.status == 403);
        emulator.fail(Vec::new());
        match fate {
            Fate::Refused if was_refused => {
                assert!(!made.exists() && !made.errors().is_empty(), "it is undone: {}", told(&made));
                return assert_same(&self.place.holdings().await, &self.before);
            }
            Fate::Interrupted if !made.exists() => {
                assert!(!made.errors().is_empty(), "it says so: {}", told(&made));
                return assert_same(&self.place.holdings().await, &self.before);
            }
            _ => assert_eq!(made.errors(), [""; 0], "nothing is tainted: {}", told(&made)),
        }
        let finished = match fate {
            Fate::Interrupted => self.apply(&self.read(&made).await, &CancellationToken::new()).await,
            _ => made,
        };
        assert_eq!(finished.told, [], "{}", told(&finished));
        self.is_one_and_goes(finished).await;
    }

    async fn with_fault(&self, fault: &Json, step: u64, cancel: &CancellationToken, interrupted: bool) -> Known {
        let emulator = &self.place.emulator;
        let mut fault = fault.clone();
        fault["path"] = "*".into();
        fault["after"] = step.into();
        let fault: Fault = serde_json::from_value(fault).expect("a fault");
        let nothing = Known::default();
        let apply = self.apply_with(&nothing, cancel, || emulator.fail(vec![fault]));
        if !interrupted {
            return apply.await;
        }
        let stop = async {
            while emulator.requests().iter().map(|request| request.count).sum::<u64>() <= step {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
        };
        tokio::pin!(apply);
        tokio::select! {
            made = &mut apply => made,
            () = stop => apply.await,
        }
    }

    /// It is there once, as it was configured, and its destroy leaves nothing.
    async fn is_one_and_goes(&self, made: Known) {
        // What is a part of other objects stands in no collection: one that is left behind refuses the next one.
        let collection = self.registered.spec.collection;
        if !collection.is_empty() {
            let more = self.place.holdings().await[collection].len() - self.before[collection].len();
            assert_eq!(more, 1, "{} is made once", self.registered.type_name);
        }
        let read = self.read(&made).await;
        let plan = self.plan(&read).await;
        assert_eq!(plan.planned, made.state, "a second plan shows no change");
        let gone = engine::apply(self.registered, &self.scope(&CancellationToken::new()), read.removal()).await;
        assert!(!gone.diagnostics.has_errors() && gone.state.is_null(), "{:?}", gone.diagnostics);
        assert_same(&self.place.holdings().await, &self.before);
    }

    async fn apply(&self, known: &Known, cancel: &CancellationToken) -> Known {
        self.apply_with(known, cancel, || {}).await
    }

    /// Plans, and applies what was planned after `between`.
    async fn apply_with(&self, known: &Known, cancel: &CancellationToken, between: impl FnOnce()) -> Known {
        let plan = self.plan(known).await;
        if known.exists() {
            assert_eq!(plan.replace, [], "it is finished in place");
        }
        let request = known.change(&self.config, plan);
        self.place.emulator.forget_requests();
        between();
        engine::apply(self.registered, &self.scope(cancel), request).await.into()
    }

    /// A plan tells nothing but what its configuration is warned of, and nothing where it changes nothing.
    async fn plan(&self, known: &Known) -> PlanAnswer {
        let plan = known.plan(self.registered, &self.scope(&CancellationToken::new()), &self.config).await;
        let expected = match plan.planned == known.state {
            true => Diagnostics::default(),
            false => engine::validate(self.registered, &self.config, true),
        };
        assert_eq!(plan.diagnostics, expected, "{}", self.registered.type_name);
        plan
    }

    async fn read(&self, known: &Known) -> Known {
        known.read(self.registered, &self.scope(&CancellationToken::new())).await
    }

    fn scope(&self, cancel: &CancellationToken) -> Scope {
        Scope { tenant: Tenant::Ready(self.place.graph.clone()), cancel: cancel.clone() }
    }
}
