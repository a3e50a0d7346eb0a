//! What an ephemeral resource is: something that lives for one run of Terraform, and is in no plan and no state.

use std::time::SystemTime;

use async_trait::async_trait;

use super::{Cx, Result};
use crate::{diagnostic::Diagnostics, schema::Attribute, value::Value};

/// The table of an ephemeral resource.
#[derive(Clone, Debug)]
pub struct EphemeralSpec {
    /// Its name without the provider's prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: &'static str,
    /// What a message calls it: `access token`.
    pub noun: &'static str,
    /// The least permission to open it.
    pub permission: &'static str,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

impl EphemeralSpec {
    /// A table of these attributes.
    pub fn new(name: &'static str, summary: &'static str, attributes: Vec<Attribute>) -> EphemeralSpec {
        EphemeralSpec { name, summary, noun: name, permission: "", attributes }
    }
}

/// Something that was opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The whole object: what the configuration set as it is, and the rest known.
    pub result: Value,
    /// When it has to be renewed, if it has to.
    pub renew_at: Option<SystemTime>,
}

/// Something to be opened, renewed and closed again.
///
/// What renewing and closing need is kept in [`Cx::private`]. Terraform holds that in memory only, and closes with what
/// the opening left there, not with what a renewal did.
#[async_trait]
pub trait Ephemeral: Send + Sync {
    /// Its table.
    fn spec(&self) -> EphemeralSpec;

    /// What contradicts itself in a configuration, beyond the checks of the table. What is unknown never fails.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// Opens it. Called for the plan and again for the apply.
    async fn open(&self, cx: &mut Cx, config: &Value) -> Result<Opened>;

    /// Keeps it open, and says when to do so again, if it has to be.
    async fn renew(&self, _cx: &mut Cx) -> Result<Option<SystemTime>> {
        Ok(None)
    }

    /// Closes it. Called always, once it was opened.
    async fn close(&self, _cx: &mut Cx) -> Result<()> {
        Ok(())
    }
}
