//! The policies that can be assigned: where each kind is, and how it takes assignments.

use serde_json::Value as Json;

use super::super::device_preparation_templates as preparation;
use super::super::enrollment_status_page_settings as page;
use crate::{
    diagnostic::Diagnostic,
    graph::segment,
    resource::{
        Error, Result,
        assignment::{Lacking, Style},
    },
    value::Value,
};

/// A kind of policy.
pub(super) struct Kind {
    /// The attribute that holds its id.
    pub(super) attribute: &'static str,
    /// What the attribute is, as a sentence.
    pub(super) description: &'static str,
    /// What a message calls several of it.
    pub(super) plural: &'static str,
    /// Where they are.
    pub(super) collection: &'static str,
    /// Which objects of the collection they are.
    pub(super) owns: fn(&Json) -> bool,
    /// Why one of them cannot be assigned.
    pub(super) refuses: fn(&Json) -> Option<&'static str>,
    /// To read and to write them.
    pub(super) permissions: (&'static str, &'static str),
    /// How they are assigned.
    pub(super) style: fn() -> Style,
}

const CONFIGURATION: (&str, &str) =
    ("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All");

/// All of them.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        attribute: "enrollment_status_page_id",
        description: "Id of an enrollment status page.",
        plural: "enrollment status pages",
        collection: page::COLLECTION,
        owns: |page| page["@odata.type"] == page::TYPE && page["priority"] != 0,
        refuses: |_| None,
        permissions: CONFIGURATION,
        style: || {
            Style::whole_set("enrollmentConfigurationAssignments")
                .without(Lacking::Exclusions, "no group can be excluded from an enrollment status page.")
        },
    },
    Kind {
        attribute: "deployment_profile_id",
        description: "Id of a deployment profile.",
        plural: "deployment profiles",
        collection: "/beta/deviceManagement/windowsAutopilotDeploymentProfiles",
        owns: |_| true,
        refuses: |_| None,
        permissions: ("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"),
        style: || {
            Style::one_by_one()
                .without(Lacking::AllUsers, "a profile reaches devices. Assign it to a group of devices.")
                .without(Lacking::Filters, "Intune has no filters for profiles. Assign it to a group.")
        },
    },
    Kind {
        attribute: "domain_join_profile_id",
        description: "Id of a domain join profile.",
        plural: "domain join profiles",
        collection: "/beta/deviceManagement/deviceConfigurations",
        owns: |profile| profile["@odata.type"] == "#microsoft.graph.windowsDomainJoinConfiguration",
        refuses: |_| None,
        permissions: CONFIGURATION,
        style: || Style::whole_set("assignments"),
    },
    Kind {
        attribute: "device_preparation_policy_id",
        description: "Id of a device preparation policy.",
        plural: "device preparation policies",
        collection: preparation::COLLECTION,
        owns: preparation::is_device_preparation,
        refuses: |policy| preparation::is_automatic(policy).then_some(preparation::UNASSIGNED),
        permissions: CONFIGURATION,
        style: || {
            Style::whole_set("assignments")
                .without(Lacking::AllDevices, "the policy reaches users. Assign it to users, or to all of them.")
                .without(Lacking::Exclusions, "no group can be excluded from a device preparation policy.")
                .without(Lacking::Filters, "Intune has no filters for device preparation policies.")
        },
    },
    Kind {
        attribute: "platform_script_id",
        description: "Id of a platform script.",
        plural: "platform scripts",
        collection: "/beta/deviceManagement/deviceManagementScripts",
        owns: |_| true,
        refuses: |_| None,
        permissions: CONFIGURATION,
        style: || {
            Style::whole_set("deviceManagementScriptAssignments")
                .without(Lacking::Filters, "Intune has no filters for platform scripts.")
        },
    },
    Kind {
        attribute: "scope_tag_id",
        description: "Id of a scope tag.",
        plural: "scope tags",
        collection: "/beta/deviceManagement/roleScopeTags",
        owns: |_| true,
        refuses: |_| None,
        permissions: CONFIGURATION,
        style: || {
            let group = "a scope tag is given to the devices of a group.";
            Style::whole_set("assignments")
                .without(Lacking::AllDevices, group)
                .without(Lacking::AllUsers, group)
                .without(Lacking::Exclusions, group)
                .without(Lacking::Filters, group)
        },
    },
];

impl Kind {
    /// Its name in an id, which is that of its resource.
    pub(super) fn name(&self) -> &'static str {
        self.attribute.trim_end_matches("_id")
    }

    pub(super) fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name() == name)
    }
}

/// One policy.
pub(super) struct Policy<'a> {
    pub(super) kind: &'static Kind,
    pub(super) id: &'a str,
}

impl Policy<'_> {
    pub(super) fn of(state: &Value) -> Result<Policy<'_>> {
        let policy = |kind: &'static Kind| Some(Policy { kind, id: state.get(kind.attribute).as_str()? });
        KINDS.iter().find_map(policy).ok_or_else(|| {
            Diagnostic::error("Assignment without a Policy", "The state names no policy of a kind that is known.")
                .into()
        })
    }

    /// Its path on Graph.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.kind.collection, segment(self.id))
    }

    pub(super) fn style(&self) -> Style {
        (self.kind.style)()
    }

    /// An error with the permission that this kind of policy needs, which the table does not name for all.
    pub(super) fn failed(&self, error: Error, doing: &str, writes: bool) -> Error {
        let (read, write) = self.kind.permissions;
        match &error {
            Error::Graph(graph) if graph.status() == Some(403) && !error.awaits_approval() => {
                error.diagnostic(&format!("{doing} the assignment"), if writes { write } else { read }).into()
            }
            _ => error,
        }
    }
}
