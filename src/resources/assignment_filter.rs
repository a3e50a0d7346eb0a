//! `autopilot_assignment_filter`: which of the devices that an assignment reaches it is for.
//!
//! Graph, beta only:
//! [deviceAndAppManagementAssignmentFilter](https://learn.microsoft.com/graph/api/resources/intune-policyset-deviceandappmanagementassignmentfilter).
//! Its scope tags are called `roleScopeTags`, not `roleScopeTagIds` as everywhere else.

use async_trait::async_trait;

use crate::{
    diagnostic::Diagnostic,
    knowledge::filter_rule,
    path::Path,
    resource::{Change, Cx, Resource, Result, Silent, Spec, rule},
    schema::{id, of_what_is_there, scope_tag_ids, string, timestamp},
    value::Value,
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
            .notes(NOTES)
            .silent(&[Silent::AtMost(200), Silent::InUse(IN_USE)])
            .attributes(vec![
                id(),
                string("display_name", "Name of the filter.").required().len(1, 128),
                string("description", "What the filter is for.").max_len(1024),
                string("platform", "Platform of the devices. Another one makes another filter.")
                    .default("windows")
                    .force_new()
                    .values(&[("windows", "windows10AndLater"), ("ios", "iOS"), ("macos", "macOS")]),
                string("rule", "Rule that a device matches, such as `(device.model -startsWith \"Surface\")`.")
                    .required()
                    .same_when(filter_rule::is_same)
                    .example("(device.model -startsWith \"Surface\")"),
                scope_tag_ids().graph("roleScopeTags"),
                timestamp("created_date_time", "When the filter was made.").read_only().stable(),
            ])
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        let told = change.planned.get("rule").as_str().map(|rule| told(change.planned.get("platform"), rule));
        let is_there = change.prior.get("rule") == change.planned.get("rule");
        let told = told.into_iter().flatten();
        cx.diagnostics.extend(told.map(|told| if is_there { of_what_is_there(told) } else { told }));
        Ok(())
    }
}

/// What is wrong with a rule. What it may ask for is known of Windows only.
fn told(platform: &Value, text: &str) -> Vec<Diagnostic> {
    let problems = match platform.as_str() {
        Some("windows") => filter_rule::problems(text),
        _ => filter_rule::unreadable(text),
    };
    rule::told(text, &problems).into_iter().map(|told| told.at(Path::of("rule"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(platform: &Value, rule: &str) -> usize {
        told(platform, rule).len()
    }

    #[test]
    fn a_filter_of_another_platform_is_not_judged_as_one_of_windows() {
        for rule in ["(device.isRooted -eq \"True\")", "(device.userPrincipalName -eq \"a@contoso.com\")"] {
            assert_eq!(count(&"windows".into(), rule), 1, "{rule}");
            for other in ["ios".into(), "macos".into(), Value::Unknown] {
                assert_eq!(count(&other, rule), 0, "{rule}");
            }
        }
        assert_eq!(count(&"ios".into(), "(device.model -eq"), 1);
        assert_eq!(count(&Value::Unknown, "(device.model -eq"), 1);
    }
}
