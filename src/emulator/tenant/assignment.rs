//! To whom a policy is assigned, as it is kept and shown.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::emulator::model::check::Object;

/// The "group" that stands for all devices in an assignment's id.
pub(crate) const ALL_DEVICES: &str = "adadadad-808e-44e2-905a-0b7873a8a531";

/// The same for all users.
pub(crate) const ALL_USERS: &str = "acacacac-9df4-4c7d-9d50-4ef0226f57a9";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Target {
    Group(String),
    Exclusion(String),
    AllDevices,
    AllUsers,
    Collection(String),
}

/// An assignment of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Assignment {
    pub(crate) id: String,
    pub(crate) target: Target,
    /// The assignment filter, with `include` or `exclude`.
    #[serde(default)]
    pub(crate) filter: Option<(String, String)>,
}

impl Target {
    /// The last part of an assignment's id: group and 0, or 1 when it is excluded.
    fn suffix(&self) -> String {
        match self {
            Target::Group(group) | Target::Collection(group) => format!("{group}_0"),
            Target::Exclusion(group) => format!("{group}_1"),
            Target::AllDevices => format!("{ALL_DEVICES}_0"),
            Target::AllUsers => format!("{ALL_USERS}_0"),
        }
    }

    pub(crate) fn group(&self) -> Option<&str> {
        match self {
            Target::Group(group) | Target::Exclusion(group) => Some(group),
            _ => None,
        }
    }
}

impl Assignment {
    pub(crate) fn new(policy: &str, target: Target, filter: Option<(String, String)>) -> Assignment {
        Assignment { id: format!("{policy}_{}", target.suffix()), target, filter }
    }

    /// As Graph shows it.
    pub(crate) fn shown(&self) -> Value {
        let (kind, property) = match &self.target {
            Target::Group(id) => ("groupAssignmentTarget", Some(("groupId", id))),
            Target::Exclusion(id) => ("exclusionGroupAssignmentTarget", Some(("groupId", id))),
            Target::AllDevices => ("allDevicesAssignmentTarget", None),
            Target::AllUsers => ("allLicensedUsersAssignmentTarget", None),
            Target::Collection(id) => ("configurationManagerCollectionAssignmentTarget", Some(("collectionId", id))),
        };
        let (filter, filter_type) = match &self.filter {
            Some((id, how)) => (Value::from(id.as_str()), how.as_str()),
            None => (Value::Null, "none"),
        };
        let mut target = json!({
            "@odata.type": format!("#microsoft.graph.{kind}"),
            "deviceAndAppManagementAssignmentFilterId": filter,
            "deviceAndAppManagementAssignmentFilterType": filter_type,
        });
        if let Some((name, id)) = property {
            target[name] = Value::from(id.as_str());
        }
        json!({"id": self.id, "source": "direct", "sourceId": policy_of(&self.id), "target": target})
    }
}

/// The policy in an assignment's id.
fn policy_of(id: &str) -> &str {
    let without_flag = id.rsplit_once('_').map_or(id, |(rest, _)| rest);
    without_flag.rsplit_once('_').map_or(without_flag, |(policy, _)| policy)
}

/// An assignment and what it carries besides its target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Assigned {
    pub(crate) assignment: Assignment,
    #[serde(default)]
    pub(crate) more: Object,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_s_id_is_made_of_policy_group_and_a_flag() {
        assert_eq!(Assignment::new("p", Target::Group("g".into()), None).id, "p_g_0");
        assert_eq!(Assignment::new("p", Target::Exclusion("g".into()), None).id, "p_g_1");
        assert_eq!(Assignment::new("p", Target::AllDevices, None).id, "p_adadadad-808e-44e2-905a-0b7873a8a531_0");
        assert_eq!(
            policy_of("c_Windows10EnrollmentCompletionPageConfiguration_g_0"),
            "c_Windows10EnrollmentCompletionPageConfiguration"
        );
    }

    #[test]
    fn an_unused_filter_reads_as_null_and_none() {
        let shown = Assignment::new("p", Target::AllUsers, None).shown();
        assert_eq!(shown["target"]["deviceAndAppManagementAssignmentFilterId"], Value::Null);
        assert_eq!(shown["target"]["deviceAndAppManagementAssignmentFilterType"], json!("none"));
        assert_eq!(shown["source"], json!("direct"));
    }
}
