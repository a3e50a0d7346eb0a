//! A part of an object that Graph keeps beside it: read and written by calls of its own, or at least in a form of its own.

use async_trait::async_trait;
use serde_json::Value as Json;

use super::Result;
use crate::{diagnostic::Diagnostics, graph::Client, schema::Attribute, value::Value};

/// Such a part, as one attribute of the table. It is written after the object itself, and only where it changes.
///
/// `object` is the path of the object on Graph, version included.
#[async_trait]
pub trait Facet: Send + Sync + std::fmt::Debug {
    /// Its attribute; `off_graph`, since the object's own body lacks it.
    fn attribute(&self) -> Attribute;

    /// The permissions that it needs beside the table's: the least to read and to write, in this order.
    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }

    /// What contradicts itself in its configured value. What is unknown never fails.
    fn validate(&self, _configured: &Value, _diagnostics: &mut Diagnostics) {}

    /// The property that a read of the object can be asked to bring along.
    fn expands(&self) -> Option<&'static str> {
        None
    }

    /// What is there. `json` is the object, with what [`Facet::expands`] asked for; `prior` is null at an import.
    async fn read(&self, graph: &Client, object: &str, json: &Json, prior: &Value) -> Result<Value>;

    /// Makes it what was planned; `prior` is what it was, null where it was not managed.
    async fn write(&self, graph: &Client, object: &str, prior: &Value, planned: &Value) -> Result<()>;

    /// Ends it, where Graph would not delete the object otherwise.
    async fn release(&self, _graph: &Client, _object: &str) -> Result<()> {
        Ok(())
    }
}
