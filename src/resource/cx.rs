//! What a verb works with: the tenant, a deadline, the configuration, private state, and a place for warnings.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Private, Result, Spec, wishes::Holder};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::{Client, Ledger},
    value::Value,
};

/// The tenant that a configured provider speaks to.
#[derive(Clone)]
pub enum Tenant {
    /// The provider is configured.
    Ready(Client),
    /// There is none, and this is what to say when one is needed: credentials are not known yet, or the provider
    /// was not configured.
    Missing(Diagnostic),
}

impl Tenant {
    /// No tenant because the provider has not been configured.
    pub fn not_configured() -> Tenant {
        let detail = "The provider has to be configured before it can speak to Microsoft Graph.";
        Tenant::Missing(Diagnostic::error("Provider Not Configured", detail))
    }
}

/// What a verb works with.
pub struct Cx {
    spec: Arc<Spec>,
    tenant: Tenant,
    cancel: CancellationToken,
    deadline: Instant,
    kept: Option<Value>,
    holder: Option<Holder>,
    ledger: Ledger,
    /// The configuration, write-only values included; null where the protocol gives none.
    pub config: Value,
    /// What the resource remembers.
    pub private: Private,
    /// What the user is told beside the result.
    pub diagnostics: Diagnostics,
    /// What is told of parts that were refused, where Graph did not say why: with the likely reasons.
    pub unexplained: Option<Diagnostic>,
}

impl Cx {
    /// For a verb that may take so long.
    pub fn new(tenant: &Tenant, cancel: &CancellationToken, time: Duration) -> Cx {
        static NONE: LazyLock<Arc<Spec>> = LazyLock::new(|| Arc::new(Spec::new("", "")));
        Cx {
            spec: NONE.clone(),
            tenant: tenant.clone(),
            cancel: cancel.clone(),
            deadline: Instant::now() + time,
            kept: None,
            holder: None,
            ledger: Ledger::default(),
            config: Value::Null,
            private: Private::default(),
            diagnostics: Diagnostics::default(),
            unexplained: None,
        }
    }

    /// The same for what this table is of.
    #[must_use]
    pub fn of(mut self, spec: &Arc<Spec>) -> Cx {
        self.spec = spec.clone();
        self
    }

    /// The same with a configuration and private state.
    #[must_use]
    pub fn with(mut self, config: &Value, private: &Private) -> Cx {
        self.config = config.clone();
        self.private = private.clone();
        self
    }

    /// The same with the approvals of what it writes.
    #[must_use]
    pub(super) fn entering_in(mut self, ledger: Ledger) -> Cx {
        self.ledger = ledger;
        self
    }

    /// Where the approvals of what it writes stand.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whether a request for the approval of something that it writes stands.
    pub fn has_asked_for_approval(&self) -> bool {
        !self.ledger.codes().is_empty()
    }

    /// The table of what the verb is about; one without attributes for an action or a data source of its own.
    pub fn spec(&self) -> Arc<Spec> {
        self.spec.clone()
    }

    /// The tenant, bound to this verb's deadline and to Ctrl-C.
    pub fn graph(&self) -> Result<Client> {
        match &self.tenant {
            Tenant::Ready(client) => Ok(client.under(self.cancel.clone(), self.deadline).entered_in(&self.ledger)),
            Tenant::Missing(why) => Err(why.clone().into()),
        }
    }

    /// Whether there is a tenant to speak to.
    pub fn has_tenant(&self) -> bool {
        matches!(self.tenant, Tenant::Ready(_))
    }

    /// Whether Terraform asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Until Terraform asks to stop.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// When the verb must have ended.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Tells what exists by now, so that Terraform knows of it should the verb fail from here on.
    pub fn keep(&mut self, state: Value) {
        self.kept = Some(state);
    }

    /// What was told to exist last.
    pub fn take_kept(&mut self) -> Option<Value> {
        self.kept.take()
    }

    /// The resource among the others of its process. None for what is never handed over, and without a tenant.
    pub(crate) fn holder(&self) -> Option<&Holder> {
        self.holder.as_ref()
    }

    /// Sets it.
    pub(crate) fn set_holder(&mut self, holder: Holder) {
        self.holder = Some(holder);
    }

    /// Waits until nothing else goes on in this process, so that whoever wants what this resource lets go has said so.
    pub(crate) async fn wait_for_others(&self) -> Result<()> {
        if let Some(holder) = &self.holder {
            self.graph()?.unless_stopped("waiting for the other changes of this run", holder.wait_for_others()).await?;
        }
        Ok(())
    }

    /// Tells the user something beside the result.
    pub fn warn(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic::warning(summary, detail));
    }
}
