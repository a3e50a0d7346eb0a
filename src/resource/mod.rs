//! What a resource is, and the verbs most of them share.
//!
//! A resource is a table ([`Spec`]) and a few verbs ([`Resource`]). A verb that a resource does not write is the one of
//! [`collection`], which works from the table alone. The [`engine`] calls the verbs: it holds the order of checks, the
//! tenant's identity, deadlines, private state and what Terraform is answered when a verb fails half-way.

mod action;
pub mod assignment;
pub mod body;
pub mod collection;
mod cx;
mod data_source;
pub mod engine;
mod ephemeral;
mod error;
mod facet;
mod function;
pub mod identity;
pub mod listing;
mod mover;
mod private;
mod registry;
mod spec;
pub mod timeouts;

use async_trait::async_trait;

pub use action::{Action, ActionSpec, Progress, Told};
pub use cx::{Cx, Tenant};
pub use data_source::{DataSource, DataSpec};
pub use ephemeral::{Ephemeral, EphemeralSpec, Opened};
pub use error::{Error, Result};
pub use facet::Facet;
pub use function::{Function, FunctionError, FunctionSpec, Parameter};
pub use identity::Identity;
pub use listing::Listing;
pub use mover::Mover;
pub use private::Private;
pub use registry::{
    Provider, Registered, RegisteredAction, RegisteredData, RegisteredEphemeral, RegisteredFunction, Registry,
};
pub use spec::{Spec, Update};

use crate::{diagnostic::Diagnostics, path::Path, value::Value};

/// What a plan is about, for a resource that has something to say of its own.
pub struct Change {
    /// The configuration, write-only values included.
    pub config: Value,
    /// The state before; null at create.
    pub prior: Value,
    /// The state planned so far; null at destroy. A hook may change computed values in it.
    pub planned: Value,
    /// Where the change replaces the resource.
    pub replace: Vec<Path>,
}

/// A kind of thing in a tenant.
///
/// The verbs are called in this order at most: `plan`, then one of `create`, `update`, `delete`. Values given to
/// them are objects of the table's attributes.
#[async_trait]
pub trait Resource: Send + Sync {
    /// Its table.
    fn spec(&self) -> Spec;

    /// What contradicts itself in a configuration, beyond the checks of the table. What is unknown never fails.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// What the plan has to say beyond the table. The same question must get the same answer.
    async fn plan(&self, _cx: &mut Cx, _change: &mut Change) -> Result<()> {
        Ok(())
    }

    /// Makes it and gives its state. Whatever exists before a failure is told by [`Cx::keep`].
    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        collection::create(&self.spec(), cx, planned).await
    }

    /// Its state now; `None` where it is gone.
    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        collection::read(&self.spec(), cx, state).await
    }

    /// Changes it in place and gives its state. What was reached before a failure is told by [`Cx::keep`].
    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        collection::update(&self.spec(), cx, prior, planned).await
    }

    /// Removes it. That it is gone already is no error.
    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        collection::delete(&self.spec(), cx, state).await
    }

    /// The whole state of what an import id names.
    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        collection::import(&self.spec(), cx, id).await
    }

    /// The whole state of what an identity names. An identity of several parts is an import id with slashes.
    async fn import_identity(&self, cx: &mut Cx, identity: &Value) -> Result<Value> {
        let id = self.spec().identity.map(|parts| parts.import_id(identity)).unwrap_or_default();
        self.import(cx, &id).await
    }

    /// Tells those that there are, until no more is wanted.
    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        collection::list(&self.spec(), cx, listing).await
    }

    /// The JSON of a state that an older version of the table wrote, as the table has it now.
    fn upgrade(&self, _version: i64, state: serde_json::Value) -> std::result::Result<serde_json::Value, String> {
        Ok(state)
    }

    /// The JSON of an identity whose parts were those of an older version, as they are now.
    fn upgrade_identity(
        &self,
        _version: i64,
        identity: serde_json::Value,
    ) -> std::result::Result<serde_json::Value, String> {
        Ok(identity)
    }
}
