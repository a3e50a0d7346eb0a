//! Profiles and enrollment configurations as they are kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assignment::Assignment;
use crate::emulator::clock::Millis;
use crate::emulator::model::check::Object;

/// An Autopilot deployment profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) id: String,
    /// What clients write, under the current spelling.
    pub(crate) entity: Object,
    pub(crate) created: Millis,
    /// Tells apart what was created in one millisecond.
    pub(crate) sequence: u64,
    pub(crate) modified: Millis,
    pub(crate) assignments: Vec<Assignment>,
}

impl Profile {
    pub(crate) fn name(&self) -> &str {
        self.entity.get("displayName").and_then(Value::as_str).unwrap_or_default()
    }
}

/// An enrollment configuration; the Enrollment Status Page is one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EnrollmentConfiguration {
    pub(crate) id: String,
    pub(crate) entity: Object,
    pub(crate) priority: i64,
    pub(crate) version: i64,
    pub(crate) created: Option<Millis>,
    pub(crate) modified: Option<Millis>,
    pub(crate) assignments: Vec<Assignment>,
}
