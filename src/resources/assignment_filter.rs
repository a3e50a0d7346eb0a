//! `autopilot_assignment_filter`: which of the devices that an assignment reaches it is for.
//!
//! Graph, beta only:
//! [deviceAndAppManagementAssignmentFilter](https://learn.microsoft.com/graph/api/resources/intune-policyset-deviceandappmanagementassignmentfilter).
//! Its scope tags are called `roleScopeTags`, not `roleScopeTagIds` as everywhere else.

mod judge;

use async_trait::async_trait;

use crate::{
    knowledge::filter_rule,
    resource::{Change, Cx, MICROSOFT365, MICROSOFT365WP, Mover, Resource, Result, Silent, Spec},
    schema::{id, scope_tag_ids, string, timestamp},
};

/// The resource.
pub(super) struct AssignmentFilter;

const NOTES: &str = "\
## A filter that is in use

Intune deletes no filter that an assignment uses, and Terraform deletes what left a configuration before it changes what used \
it. With `create_before_destroy = true` in its `lifecycle`, applied while the filter is there, it is deleted last: then a filter \
can be renamed without `moved`, replaced, or removed together with its uses.";

const IN_USE: &str = "Take it out of the assignments first. Where the configuration replaces it or writes it under another \
                      name, set `create_before_destroy = true` in its `lifecycle`, or add a `moved` block.";

#[async_trait]
impl Resource for AssignmentFilter {
    fn spec(&self) -> Spec {
        Spec::new("assignment_filter", "Manages an assignment filter: for which devices of a group an assignment is.")
            .noun("assignment filter")
            .collection("/beta/deviceManagement/assignmentFilters")
            .graph_type("deviceAndAppManagementAssignmentFilter")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .find_by("display_name")
            .moved_from(Mover::by_id(MICROSOFT365, "microsoft365_graph_beta_device_management_assignment_filter"))
            .moved_from(Mover::by_id(MICROSOFT365WP, "microsoft365wp_device_and_app_management_assignment_filter"))
            .notes(NOTES)
            .silent(&[Silent::AtMost(200), Silent::InUse(IN_USE)])
            .learn("https://learn.microsoft.com/intune/intune-service/fundamentals/filters")
            .seen(
                "Nothing of itself. What an assignment with the filter brings is brought to the devices that it lets \
                 through.",
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the filter.").required().len(1, 128),
                string("description", "What the filter is for.").max_len(1024),
                string("platform", "Platform of the devices. Another one makes another filter.")
                    .default("windows")
                    .force_new()
                    .values(&[
                        ("windows", "windows10AndLater"),
                        ("ios", "iOS"),
                        ("macos", "macOS"),
                        ("android_enterprise", "androidForWork"),
                        ("android_aosp", "androidAOSP"),
                        ("android_device_administrator", "android"),
                    ]),
                string("rule", "Rule that a device matches, such as `(device.model -startsWith \"Surface\")`.")
                    .required()
                    .same_when(filter_rule::is_same)
                    .example("(device.model -startsWith \"Surface\")"),
                scope_tag_ids().graph("roleScopeTags"),
                timestamp("created_date_time", "When the filter was made.").read_only().stable(),
            ])
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        cx.diagnostics.extend(judge::judge(change));
        Ok(())
    }
}
