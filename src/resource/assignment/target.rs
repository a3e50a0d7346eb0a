//! One target of an assignment, in one form whatever the words.

use serde_json::{Value as Json, json};

use crate::value::Value;

/// The name of the attribute, and of the property that reads can expand.
pub const NAME: &str = "assignments";

/// The attributes of an element.
pub(super) const NAMES: [&str; 7] =
    ["group_id", "all_devices", "all_users", "excluded", "filter_id", "filter_mode", "intent"];

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Group(String),
    AllDevices,
    AllUsers,
}

/// One target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    pub(super) who: Who,
    pub(super) excluded: bool,
    /// Id and mode of a filter.
    pub(super) filter: Option<(String, String)>,
    /// What is to be done with an app.
    pub(super) intent: Option<String>,
}

/// An assignment as Graph has it.
pub(super) struct Assignment {
    pub(super) id: String,
    pub(super) target: Target,
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Who::Group(id) => write!(f, "group {id}"),
            Who::AllDevices => write!(f, "all devices"),
            Who::AllUsers => write!(f, "all users"),
        }
    }
}

impl Target {
    /// `None` for an element that says nobody, or too many.
    pub(super) fn from_value(element: &Value) -> Option<Target> {
        let is = |name| element.get(name).as_bool() == Some(true);
        let text = |name| element.get(name).as_str();
        let group = text("group_id").map(|id| Who::Group(id.to_ascii_lowercase()));
        let everyone = [(is("all_devices"), Who::AllDevices), (is("all_users"), Who::AllUsers)];
        let mut all = group.into_iter().chain(everyone.into_iter().filter(|(is, _)| *is).map(|(_, who)| who));
        let who = all.next()?;
        if all.next().is_some() {
            return None;
        }
        let mode = text("filter_mode").unwrap_or("include");
        let filter = text("filter_id").map(|id| (id.to_ascii_lowercase(), mode.to_owned()));
        Some(Target { who, excluded: is("excluded"), filter, intent: text("intent").map(str::to_owned) })
    }

    pub(super) fn to_value(&self) -> Value {
        let yes = |is: bool| Value::from(is.then_some(true));
        let group = match &self.who {
            Who::Group(id) => Some(id.as_str()),
            Who::AllDevices | Who::AllUsers => None,
        };
        Value::object([
            ("group_id", group.into()),
            ("all_devices", yes(self.who == Who::AllDevices)),
            ("all_users", yes(self.who == Who::AllUsers)),
            ("excluded", yes(self.excluded)),
            ("filter_id", self.filter.as_ref().map(|(id, _)| id.as_str()).into()),
            ("filter_mode", self.filter.as_ref().map(|(_, mode)| mode.as_str()).into()),
            ("intent", self.intent.as_deref().into()),
        ])
    }

    /// `None` for a kind of target that this provider does not know.
    pub(super) fn from_json(assignment: &Json) -> Option<Target> {
        let target = assignment.get("target")?;
        let odata_type = target.get("@odata.type")?.as_str()?;
        let group = || Some(Who::Group(target.get("groupId")?.as_str()?.to_ascii_lowercase()));
        let (who, excluded) = match odata_type.trim_start_matches('#') {
            "microsoft.graph.groupAssignmentTarget" => (group()?, false),
            "microsoft.graph.exclusionGroupAssignmentTarget" => (group()?, true),
            "microsoft.graph.allDevicesAssignmentTarget" => (Who::AllDevices, false),
            "microsoft.graph.allLicensedUsersAssignmentTarget" => (Who::AllUsers, false),
            _ => return None,
        };
        let text = |name| target.get(name).and_then(Json::as_str);
        // Without a filter Graph says null and "none", and some tenants an all-zero id.
        let id = text("deviceAndAppManagementAssignmentFilterId").filter(|id| id.contains(|c| !matches!(c, '0' | '-')));
        let mode = text("deviceAndAppManagementAssignmentFilterType").filter(|mode| *mode != "none");
        let filter = id.zip(mode).map(|(id, mode)| (id.to_ascii_lowercase(), mode.to_owned()));
        let intent = assignment.get("intent").and_then(Json::as_str).map(str::to_owned);
        Some(Target { who, excluded, filter, intent })
    }

    pub(super) fn to_json(&self) -> Json {
        let mut target = match (&self.who, self.excluded) {
            (Who::Group(id), false) => json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": id}),
            (Who::Group(id), true) => {
                json!({"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": id})
            }
            (Who::AllDevices, _) => json!({"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}),
            (Who::AllUsers, _) => json!({"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"}),
        };
        if let Some((id, mode)) = &self.filter {
            target["deviceAndAppManagementAssignmentFilterId"] = id.as_str().into();
            target["deviceAndAppManagementAssignmentFilterType"] = mode.as_str().into();
        }
        let mut assignment = json!({"target": target});
        if let Some(intent) = &self.intent {
            assignment["intent"] = intent.as_str().into();
        }
        assignment
    }
}

impl Assignment {
    /// `None` for a kind of target that this provider does not know.
    pub(super) fn from_json(assignment: &Json) -> Option<Assignment> {
        let id = assignment.get("id")?.as_str()?.to_owned();
        Some(Assignment { id, target: Target::from_json(assignment)? })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::resource::assignment) const GROUP: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

    /// An element that sets these and no others.
    pub(in crate::resource::assignment) fn element<const N: usize>(set: [(&str, Value); N]) -> Value {
        let mut element = Value::Map(NAMES.into_iter().map(|name| (name, Value::Null)).collect());
        for (name, value) in set {
            element.insert(name, value);
        }
        element
    }

    #[test]
    fn a_target_survives_graph() {
        let [group, intent] = [("group_id", GROUP.into()), ("intent", "required".into())];
        let elements = [
            element([group.clone()]),
            element([group.clone(), ("excluded", true.into())]),
            element([("all_devices", true.into())]),
            element([("all_users", true.into()), intent]),
            element([group, ("filter_id", GROUP.into()), ("filter_mode", "exclude".into())]),
        ];
        for element in elements {
            let target = Target::from_value(&element).expect("a target");
            assert_eq!(Target::from_json(&target.to_json()), Some(target.clone()));
            assert_eq!(target.to_value(), element);
        }
    }

    #[test]
    fn a_filter_that_is_none_is_no_filter() {
        let target = json!({
            "@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": GROUP,
            "deviceAndAppManagementAssignmentFilterId": "00000000-0000-0000-0000-000000000000",
            "deviceAndAppManagementAssignmentFilterType": "none"
        });
        assert_eq!(Target::from_json(&json!({"target": target})).expect("a target").filter, None);
    }
}
