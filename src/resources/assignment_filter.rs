//! `autopilot_assignment_filter`: which of the devices that an assignment reaches it is for.
//!
//! Graph, beta only:
//! [deviceAndAppManagementAssignmentFilter](https://learn.microsoft.com/graph/api/resources/intune-policyset-deviceandappmanagementassignmentfilter).
//! Its scope tags are called `roleScopeTags`, not `roleScopeTagIds` as everywhere else.

use crate::{
    diagnostic::Diagnostics,
    knowledge::filter_rule,
    path::Path,
    resource::{Resource, Silent, Spec, rule},
    schema::{id, scope_tag_ids, string, timestamp},
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

    /// What a rule may ask for is known of Windows only.
    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let Some(text) = config.get("rule").as_str() else { return };
        let problems = match config.get("platform") {
            Value::Null => filter_rule::problems(text),
            platform if platform.as_str() == Some("windows") => filter_rule::problems(text),
            _ => filter_rule::unreadable(text),
        };
        diagnostics.extend(rule::told(text, &problems).into_iter().map(|told| told.at(Path::of("rule"))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(platform: Value, rule: &str) -> usize {
        let mut diagnostics = Diagnostics::default();
        let config = Value::object([("platform", platform), ("rule", rule.into())]);
        AssignmentFilter.validate(&config, &mut diagnostics);
        diagnostics.0.len()
    }

    #[test]
    fn a_filter_of_another_platform_is_not_judged_as_one_of_windows() {
        for rule in ["(device.isRooted -eq \"True\")", "(device.userPrincipalName -eq \"a@contoso.com\")"] {
            for windows in [Value::Null, "windows".into()] {
                assert_eq!(told(windows, rule), 1, "{rule}");
            }
            for other in ["ios".into(), "macos".into(), Value::Unknown] {
                assert_eq!(told(other, rule), 0, "{rule}");
            }
        }
        assert_eq!(told("ios".into(), "(device.model -eq"), 1);
        assert_eq!(told(Value::Unknown, "(device.model -eq"), 1);
    }
}
