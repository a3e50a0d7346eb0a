//! What a resource is: its table, and the verbs in which it differs from its shape.

use async_trait::async_trait;

use super::{Change, Cx, Listing, Private, Result, Spec, Things, shape};
use crate::{diagnostic::Diagnostics, value::Value};

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

    /// The things of an object that may move to another resource of its kind. `None` where there are no such things, or
    /// where they are not known yet.
    fn things(&self, spec: &Spec, object: &Value, private: &Private) -> Option<Things> {
        shape::things(spec, object, private)
    }

    /// What the plan has to say beyond the table. The same question must get the same answer.
    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        shape::plan(cx, change);
        Ok(())
    }

    /// Makes it and gives its state. Whatever exists before a failure is told by [`Cx::keep`].
    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        shape::create(cx, planned).await
    }

    /// Its state now; `None` where it is gone.
    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        shape::read(cx, state).await
    }

    /// Changes it in place and gives its state. What was reached before a failure is told by [`Cx::keep`].
    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        shape::update(cx, prior, planned).await
    }

    /// Removes it. That it is gone already is no error.
    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        shape::delete(cx, state).await
    }

    /// The whole state of what an import id names.
    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        shape::import(cx, id).await
    }

    /// The whole state of what an identity names. An identity of several parts is an import id with slashes.
    async fn import_identity(&self, cx: &mut Cx, identity: &Value) -> Result<Value> {
        let id = cx.spec().identity.as_ref().map(|parts| parts.import_id(identity)).unwrap_or_default();
        self.import(cx, &id).await
    }

    /// Tells those that there are, until no more is wanted.
    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        shape::list(cx, listing).await
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
