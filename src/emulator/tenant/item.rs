//! An object as most collections keep it: what was written, when, to whom it is assigned, and what is read by other ways.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assignment::Assigned;
use crate::emulator::clock::Millis;
use crate::emulator::model::check::Object;

/// The names of collections that not only their own handlers look into: the Autopilot profiles,
pub(crate) const PROFILES: &str = "windowsAutopilotDeploymentProfiles";
/// the enrollment configurations,
pub(crate) const CONFIGURATIONS: &str = "deviceEnrollmentConfigurations";
/// the assignment filters,
pub(crate) const FILTERS: &str = "assignmentFilters";
/// the policies of the settings catalog,
pub(crate) const POLICIES: &str = "configurationPolicies";
/// the apps,
pub(crate) const APPS: &str = "mobileApps";
/// the scope tags,
pub(crate) const SCOPE_TAGS: &str = "roleScopeTags";
/// and the scripts.
pub(crate) const SCRIPTS: &str = "deviceManagementScripts";

/// What the id of the default Enrollment Status Page ends with.
pub(crate) const DEFAULT_PAGE: &str = "_DefaultWindows10EnrollmentCompletionPageConfiguration";

/// An object of a collection.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    /// Its properties by Graph's names, without id and dates.
    pub(crate) entity: Object,
    #[serde(default)]
    pub(crate) created: Option<Millis>,
    #[serde(default)]
    pub(crate) modified: Option<Millis>,
    /// Rises with each new item; lists are in this order.
    #[serde(default)]
    pub(crate) sequence: u64,
    #[serde(default)]
    pub(crate) assignments: Vec<Assigned>,
    /// Whether the service made it, not somebody's request: a default, or what time left behind.
    #[serde(default)]
    pub(crate) by_service: bool,
    /// What is read by other ways than with the entity itself.
    #[serde(default)]
    pub(crate) hidden: Object,
}

impl Item {
    /// An item that the service has made.
    pub(crate) fn of_service(id: &str, entity: Object) -> Item {
        Item { id: id.into(), entity, by_service: true, ..Item::default() }
    }

    pub(crate) fn name(&self) -> &str {
        self.text("displayName")
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.entity.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}
