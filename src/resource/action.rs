//! What an action is: something done when it is asked for, that leaves no state. Terraform has them since 1.14.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::Sender;

use super::{Cx, Result, timeouts};
use crate::{diagnostic::Diagnostics, schema::Attribute, value::Value};

/// The table of an action.
#[derive(Clone, Debug)]
pub struct ActionSpec {
    /// Its name without the provider's prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: &'static str,
    /// What a message says that is being done: `syncing the devices`.
    pub doing: &'static str,
    /// The least permission to do it.
    pub permission: &'static str,
    /// Its attributes, `timeouts` included.
    pub attributes: Vec<Attribute>,
    /// How long it may take where the configuration does not say.
    pub timeout: Duration,
}

impl ActionSpec {
    /// A table of these attributes; `timeouts` is added.
    pub fn new(name: &'static str, summary: &'static str, mut attributes: Vec<Attribute>) -> ActionSpec {
        attributes.push(timeouts::invoke_attribute());
        ActionSpec { name, summary, doing: name, permission: "", attributes, timeout: Duration::from_secs(600) }
    }

    /// What a message says that is being done.
    #[must_use]
    pub fn doing(mut self, doing: &'static str) -> ActionSpec {
        self.doing = doing;
        self
    }

    /// The least permission of an application.
    #[must_use]
    pub fn permission(mut self, permission: &'static str) -> ActionSpec {
        self.permission = permission;
        self
    }

    /// How long it may take where the configuration does not say.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> ActionSpec {
        self.timeout = timeout;
        self
    }
}

/// What an action tells.
#[derive(Clone, Debug)]
pub enum Told {
    /// How far it is.
    Progress(String),
    /// How it ended. Nothing comes after it.
    Completed(Diagnostics),
}

/// Where an action tells how far it is.
pub struct Progress(pub(super) Sender<Told>);

impl Progress {
    /// Tells the user, at once.
    pub async fn tell(&self, message: impl Into<String>) {
        // Nobody is left to tell if the receiver is gone.
        let _ = self.0.send(Told::Progress(message.into())).await;
    }
}

/// Something to be done.
#[async_trait]
pub trait Action: Send + Sync {
    /// Its table.
    fn spec(&self) -> ActionSpec;

    /// What contradicts itself in a configuration, beyond the checks of the table. What is unknown never fails.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// What can be said before it is done. Values may be unknown.
    async fn plan(&self, _cx: &mut Cx, _config: &Value) -> Result<()> {
        Ok(())
    }

    /// Does it. Values are known.
    async fn invoke(&self, cx: &mut Cx, config: &Value, progress: &Progress) -> Result<()>;
}
