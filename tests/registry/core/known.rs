//! A resource as Terraform knows it, between one request of core's and the next.

use autopilot::{
    diagnostic::{Diagnostic, Severity},
    resource::{
        Private, Registered,
        engine::{self, Answer, ApplyRequest, PlanAnswer, PlanRequest, Scope},
    },
    value::Value,
};

/// Its state, what it remembers, and what was told last.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) state: Value,
    pub(super) private: Private,
    pub(super) told: Vec<Diagnostic>,
}

impl From<Answer> for Known {
    fn from(answer: Answer) -> Known {
        Known { state: answer.state, private: answer.private, told: answer.diagnostics.0 }
    }
}

impl Known {
    pub(super) fn errors(&self) -> Vec<&str> {
        self.told.iter().filter(|told| told.severity == Severity::Error).map(|told| told.detail.as_str()).collect()
    }

    pub(super) fn exists(&self) -> bool {
        !self.state.is_null()
    }

    /// Plans a configuration, which has to be possible.
    pub(super) async fn plan(&self, registered: &Registered, scope: &Scope, config: &Value) -> PlanAnswer {
        let (prior, private) = (self.state.clone(), self.private.clone());
        let request = PlanRequest { config: config.clone(), prior, identity: Value::Null, private };
        let plan = engine::plan(registered, scope, request).await;
        assert!(!plan.diagnostics.has_errors(), "{}: {:?}", registered.type_name, plan.diagnostics);
        plan
    }

    /// What an apply of that plan is asked for.
    pub(super) fn change(&self, config: &Value, plan: PlanAnswer) -> ApplyRequest {
        let PlanAnswer { planned, identity, private, .. } = plan;
        ApplyRequest { config: config.clone(), prior: self.state.clone(), planned, identity, private }
    }

    /// What a destroy is asked for.
    pub(super) fn removal(self) -> ApplyRequest {
        let nothing = Value::Null;
        ApplyRequest {
            config: nothing.clone(),
            prior: self.state,
            planned: nothing.clone(),
            identity: nothing,
            private: self.private,
        }
    }

    /// Reads it; it has to be there.
    pub(super) async fn read(&self, registered: &Registered, scope: &Scope) -> Known {
        let answer = engine::read(registered, scope, self.state.clone(), &Value::Null, &self.private).await;
        assert!(!answer.diagnostics.has_errors() && !answer.state.is_null(), "{:?}", answer.diagnostics);
        Known { state: answer.state, private: answer.private, told: Vec::new() }
    }
}
