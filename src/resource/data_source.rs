//! What a data source is.

use std::{borrow::Cow, sync::Arc};

use async_trait::async_trait;

use super::{Cx, Result, Spec, timeouts};
use crate::{diagnostic::Diagnostics, schema::Attribute, value::Value};

/// The table of a data source.
#[derive(Clone, Debug)]
pub struct DataSpec {
    /// Its name without the provider's prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: Cow<'static, str>,
    /// What a message calls it: `devices`.
    pub noun: &'static str,
    /// The least permission to read it.
    pub permission: &'static str,
    /// Permissions for a part of it, each with what for: `know …`. What is not known without one, it says itself.
    pub also_needs: Vec<(&'static str, String)>,
    /// Its attributes, `timeouts` included.
    pub attributes: Vec<Attribute>,
    /// How long reading may take where the configuration does not say.
    pub timeouts: timeouts::Defaults,
}

impl DataSpec {
    /// A table of these attributes; `timeouts` is added.
    pub fn new(name: &'static str, summary: impl Into<Cow<'static, str>>, mut attributes: Vec<Attribute>) -> DataSpec {
        let summary = summary.into();
        attributes.push(timeouts::read_attribute());
        let timeouts = timeouts::Defaults::default();
        DataSpec { name, summary, noun: name, permission: "", also_needs: Vec::new(), attributes, timeouts }
    }

    /// What a message calls it.
    #[must_use]
    pub fn noun(mut self, noun: &'static str) -> DataSpec {
        self.noun = noun;
        self
    }

    /// The least permission of an application.
    #[must_use]
    pub fn permission(mut self, permission: &'static str) -> DataSpec {
        self.permission = permission;
        self
    }

    /// Permissions for a part of it, each with what for. What is not known without one, it says itself.
    #[must_use]
    pub fn also_needs(mut self, needs: impl IntoIterator<Item = (&'static str, String)>) -> DataSpec {
        self.also_needs.extend(needs);
        self
    }

    /// How long reading may take where the configuration does not say.
    #[must_use]
    pub fn timeout(mut self, read: std::time::Duration) -> DataSpec {
        self.timeouts.read = read;
        self
    }
}

/// Something to be read.
#[async_trait]
pub trait DataSource: Send + Sync {
    /// Its table.
    fn spec(&self) -> DataSpec;

    /// The table that it is derived from, if it is.
    fn table(&self) -> Option<Arc<Spec>> {
        None
    }

    /// What contradicts itself in a configuration, beyond the checks of the table. What is unknown never fails.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// The whole object: what the configuration set as it is, and the rest known.
    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value>;
}
