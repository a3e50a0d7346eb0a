//! A part of an object that Graph reads and writes by calls of its own, beside the object itself.

use async_trait::async_trait;

use super::{Cx, Result};
use crate::{schema::Attribute, value::Value};

/// Such a part: one attribute of the table. It is written after the object and before its assignments.
#[async_trait]
pub trait Facet: Send + Sync + std::fmt::Debug {
    /// Its attribute; `off_graph`, since the object's own body lacks it.
    fn attribute(&self) -> Attribute;
    /// What is there, of the object at this path.
    async fn read(&self, cx: &Cx, object: &str) -> Result<Value>;
    /// Makes it what was planned.
    async fn write(&self, cx: &Cx, object: &str, planned: &Value) -> Result<()>;
}
