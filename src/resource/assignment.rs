//! Who a policy is assigned to: the attribute `assignments`, compared target by target.
//!
//! Intune has two ways. Autopilot profiles take and lose one assignment at a time; most others replace the whole set by
//! one call of `/assign` (microsoft-graph-docs, `windowsAutopilotDeploymentProfile: assign` takes devices, not groups).

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Cx, Result, Spec};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::segment,
    path::Path,
    schema::{Attribute, boolean, set_of, string},
    value::{Map, Value},
};

/// The name of the attribute.
pub const NAME: &str = "assignments";

/// How a kind of policy is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How assignments are written.
    pub write: Write,
    /// Whether groups can be excluded.
    pub exclusions: bool,
    /// Whether all users can be a target.
    pub all_users: bool,
    /// Whether a target can have an assignment filter.
    pub filters: bool,
}

/// How assignments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// POST and DELETE on `/assignments`.
    OneByOne,
    /// POST `/assign` with the whole set under this name.
    WholeSet(&'static str),
}

/// The attribute.
pub fn attribute(style: &Style) -> Attribute {
    let mut nested = vec![
        string("group_id", "Object id of a group.").guid().refers_to("group"),
        boolean("all_devices", "True for all devices of the tenant."),
    ];
    if style.all_users {
        nested.push(boolean("all_users", "True for all licensed users of the tenant."));
    }
    if style.exclusions {
        nested.push(boolean("excluded", "True for a group whose members are left out."));
    }
    if style.filters {
        nested.push(
            string("filter_id", "Id of an assignment filter that narrows this target.")
                .guid()
                .refers_to("assignment_filter"),
        );
        nested.push(
            string("filter_mode", "Whether devices that match the filter are included or excluded.")
                .one_of(&["include", "exclude"]),
        );
    }
    set_of(NAME, "Who it is assigned to: exactly these. Not set, assignments are left as they are.")
        .unmanaged_when_unset()
        .off_graph()
        .of(nested)
}

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Group(String),
    AllDevices,
    AllUsers,
}

/// One target, in one form whatever the words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    who: Who,
    excluded: bool,
    /// Id and mode of a filter.
    filter: Option<(String, String)>,
}

/// An assignment as Graph has it.
struct Assignment {
    id: String,
    target: Target,
}

impl Target {
    /// `None` for an element that says nobody, or too many.
    fn from_value(element: &Value) -> Option<Target> {
        let is = |name| element.get(name).as_bool() == Some(true);
        let group = element.get("group_id").as_str().map(|id| Who::Group(id.to_ascii_lowercase()));
        let everyone = [(is("all_devices"), Who::AllDevices), (is("all_users"), Who::AllUsers)];
        let mut all = group.into_iter().chain(everyone.into_iter().filter(|(is, _)| *is).map(|(_, who)| who));
        let who = all.next()?;
        if all.next().is_some() {
            return None;
        }
        let filter = element.get("filter_id").as_str().map(|id| {
            let mode = element.get("filter_mode").as_str().unwrap_or("include");
            (id.to_ascii_lowercase(), mode.to_owned())
        });
        Some(Target { who, excluded: is("excluded"), filter })
    }

    fn to_value(&self, style: &Style) -> Value {
        let mut element = Map::from([("group_id".to_owned(), Value::Null), ("all_devices".to_owned(), Value::Null)]);
        let mut set = |name: &str, value: Value| {
            element.insert(name.to_owned(), value);
        };
        if style.all_users {
            set("all_users", (self.who == Who::AllUsers).then_some(true).into());
        }
        if style.exclusions {
            set("excluded", self.excluded.then_some(true).into());
        }
        if style.filters {
            set("filter_id", self.filter.as_ref().map(|(id, _)| id.as_str()).into());
            set("filter_mode", self.filter.as_ref().map(|(_, mode)| mode.as_str()).into());
        }
        match &self.who {
            Who::Group(id) => set("group_id", id.as_str().into()),
            Who::AllDevices => set("all_devices", true.into()),
            Who::AllUsers => {}
        }
        Value::Map(element)
    }

    /// `None` for a kind of target that this provider does not know.
    fn from_json(target: &Json) -> Option<Target> {
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
        Some(Target { who, excluded, filter })
    }

    fn to_json(&self) -> Json {
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
        json!({"target": target})
    }
}

/// What contradicts itself in the configured assignments.
pub fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let elements = config.get(NAME).elements();
    let mut refuse = |rule: &str| diagnostics.push(Diagnostic::invalid(Path::of(NAME), rule));
    for element in elements.iter().filter(|element| element.is_wholly_known()) {
        let Some(target) = Target::from_value(element) else {
            refuse(
                "must say in each element one of `group_id`, `all_devices = true` or, where there is one, \
                 `all_users = true`.",
            );
            continue;
        };
        if target.excluded && !matches!(target.who, Who::Group(_)) {
            refuse("can exclude groups only: leave `excluded` out of the element for all devices or all users.");
        }
        if target.filter.is_none() && !element.get("filter_mode").is_null() {
            refuse("has a `filter_mode` without a `filter_id`.");
        }
    }
    let targets: Vec<_> = elements.iter().filter_map(Target::from_value).collect();
    // Microsoft's page "Configure Autopilot profiles": exclusions are not supported together with All Devices.
    if targets.iter().any(|target| target.excluded) && targets.iter().any(|target| target.who == Who::AllDevices) {
        refuse("cannot exclude groups from all devices: Intune does not support it. Assign to groups instead.");
    }
    let distinct: BTreeSet<_> = targets.iter().map(|target| &target.who).collect();
    if distinct.len() < targets.len() {
        refuse("names one target more than once.");
    }
}

/// The attribute's value from an object that Graph gave with its assignments. Known targets keep the words of before.
pub fn read(style: &Style, json: &Json, prior: &Value) -> Value {
    let element = |assignment: Assignment| {
        let same = |element: &&Value| Target::from_value(element).as_ref() == Some(&assignment.target);
        prior.elements().iter().find(same).cloned().unwrap_or_else(|| assignment.target.to_value(style))
    };
    let assignments = json.get("assignments").and_then(Json::as_array).into_iter().flatten();
    Value::set(assignments.filter_map(parse).map(element).collect())
}

fn parse(assignment: &Json) -> Option<Assignment> {
    let id = assignment.get("id")?.as_str()?.to_owned();
    Some(Assignment { id, target: Target::from_json(assignment.get("target")?)? })
}

/// Makes the assignments exactly the wanted ones. Nothing is done where the value is null: it is not managed.
pub async fn write(spec: &Spec, style: &Style, cx: &Cx, id: &str, wanted: &Value) -> Result<()> {
    if wanted.is_null() {
        return Ok(());
    }
    let wanted: Vec<_> = wanted.elements().iter().filter_map(Target::from_value).collect();
    let there = list(spec, cx, id).await?;
    match style.write {
        Write::OneByOne => write_one_by_one(spec, cx, id, &wanted, &there).await,
        Write::WholeSet(parameter) => {
            let there: BTreeSet<_> = there.iter().map(|assignment| &assignment.target).collect();
            if there == wanted.iter().collect() {
                return Ok(());
            }
            let body = json!({ parameter: wanted.iter().map(Target::to_json).collect::<Vec<_>>() });
            cx.graph()?.action(&format!("{}/{}/assign", spec.collection, segment(id)), &body).await?;
            Ok(())
        }
    }
}

/// Removes every assignment: an assigned profile cannot be deleted.
pub async fn clear(spec: &Spec, cx: &Cx, id: &str) -> Result<()> {
    for assignment in list(spec, cx, id).await? {
        remove(spec, cx, id, &assignment).await?;
    }
    Ok(())
}

async fn list(spec: &Spec, cx: &Cx, id: &str) -> Result<Vec<Assignment>> {
    let path = format!("{}/{}/assignments", spec.collection, segment(id));
    Ok(cx.graph()?.list(&path).await?.iter().filter_map(parse).collect())
}

/// Adds before it removes, so that no device is left without. Two exceptions follow from the rule that groups cannot be
/// excluded from All Devices: an exclusion goes before All Devices comes, and All Devices goes before an exclusion comes.
async fn write_one_by_one(spec: &Spec, cx: &Cx, id: &str, wanted: &[Target], there: &[Assignment]) -> Result<()> {
    let missing = |excluded: bool| {
        let is_there = |target: &Target| there.iter().any(|assignment| assignment.target == *target);
        wanted.iter().filter(move |target| target.excluded == excluded && !is_there(target))
    };
    let stale = |excluded: bool| {
        there.iter().filter(move |there| there.target.excluded == excluded && !wanted.contains(&there.target))
    };
    let everyone_comes = missing(false).any(|target| target.who == Who::AllDevices);
    let everyone_goes = stale(false).any(|there| there.target.who == Who::AllDevices);
    if everyone_comes {
        for assignment in stale(true) {
            remove(spec, cx, id, assignment).await?;
        }
    }
    if !everyone_goes {
        for target in missing(true) {
            add(spec, cx, id, target).await?;
        }
    }
    for target in missing(false) {
        add(spec, cx, id, target).await?;
    }
    for assignment in stale(false) {
        remove(spec, cx, id, assignment).await?;
    }
    if everyone_goes {
        for target in missing(true) {
            add(spec, cx, id, target).await?;
        }
    }
    if !everyone_comes {
        for assignment in stale(true) {
            remove(spec, cx, id, assignment).await?;
        }
    }
    Ok(())
}

/// Only one profile of a tenant can be assigned to All Devices. Where another has it, this one waits for it to let go,
/// as it does when one apply moves All Devices from one profile to another.
async fn add(spec: &Spec, cx: &Cx, id: &str, target: &Target) -> Result<()> {
    let path = format!("{}/{}/assignments", spec.collection, segment(id));
    let body = target.to_json();
    let graph = cx.graph()?;
    let mut patience = crate::graph::Patience::default();
    loop {
        let refusal = match graph.post(&path, &body).await {
            Ok(_) => return Ok(()),
            Err(error) if target.who == Who::AllDevices && is_held_by_another(&error) => error,
            // A lost answer may have made it: an assignment is found again by its target.
            Err(error) if error.is_lost() && !error.is_cancelled() => {
                return match list(spec, cx, id).await?.iter().any(|there| there.target == *target) {
                    true => Ok(()),
                    false => Err(error.into()),
                };
            }
            Err(error) => return Err(error.into()),
        };
        let waiting = "waiting for another profile to let go of All Devices";
        graph.pause(&mut patience, waiting, &refusal.to_string()).await?;
    }
}

/// The text is the recorded answer; Intune gives no code of its own for it.
fn is_held_by_another(error: &crate::graph::Error) -> bool {
    error.status() == Some(400) && error.to_string().contains("is already assigned to All Devices")
}

async fn remove(spec: &Spec, cx: &Cx, id: &str, assignment: &Assignment) -> Result<()> {
    let path = format!("{}/{}/assignments/{}", spec.collection, segment(id), segment(&assignment.id));
    match cx.graph()?.delete(&path).await {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { write: Write::OneByOne, exclusions: true, all_users: false, filters: true };
    const GROUP: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

    fn element<const N: usize>(set: [(&str, Value); N]) -> Value {
        let names = ["group_id", "all_devices", "excluded", "filter_id", "filter_mode"];
        let mut element = Value::Map(names.map(|name| (name.to_owned(), Value::Null)).into());
        for (name, value) in set {
            element.insert(name, value);
        }
        element
    }

    fn config(elements: Vec<Value>) -> Value {
        Value::object([(NAME, Value::set(elements))])
    }

    fn refusals(elements: Vec<Value>) -> usize {
        let mut diagnostics = Diagnostics::default();
        validate(&config(elements), &mut diagnostics);
        diagnostics.0.len()
    }

    #[test]
    fn a_target_survives_graph() {
        let filter = [("filter_id", GROUP.into()), ("filter_mode", "exclude".into())];
        let [id, mode] = filter;
        let elements = [
            element([("group_id", GROUP.into())]),
            element([("group_id", GROUP.into()), ("excluded", true.into())]),
            element([("all_devices", true.into())]),
            element([("group_id", GROUP.into()), id, mode]),
        ];
        for element in elements {
            let target = Target::from_value(&element).expect("a target");
            let json = target.to_json();
            assert_eq!(Target::from_json(&json["target"]), Some(target.clone()));
            assert_eq!(target.to_value(&STYLE), element);
        }
    }

    #[test]
    fn a_filter_that_is_none_is_no_filter() {
        let target = json!({
            "@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": GROUP,
            "deviceAndAppManagementAssignmentFilterId": "00000000-0000-0000-0000-000000000000",
            "deviceAndAppManagementAssignmentFilterType": "none"
        });
        assert_eq!(Target::from_json(&target).expect("a target").filter, None);
    }

    #[test]
    fn the_words_of_before_are_kept() {
        let prior = Value::set(vec![element([("group_id", GROUP.to_uppercase().into()), ("excluded", false.into())])]);
        let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": GROUP});
        let json = json!({"assignments": [{"id": "1", "target": target}]});
        assert_eq!(read(&STYLE, &json, &prior), prior);
    }

    #[test]
    fn a_contradiction_is_refused() {
        let group = || ("group_id", Value::from(GROUP));
        assert_eq!(refusals(vec![element([group()]), element([("all_devices", true.into())])]), 0);
        assert_eq!(refusals(vec![element([])]), 1);
        assert_eq!(refusals(vec![element([group(), ("all_devices", true.into())])]), 1);
        assert_eq!(refusals(vec![element([("all_devices", true.into()), ("excluded", true.into())])]), 2);
        assert_eq!(refusals(vec![element([group()]), element([group(), ("excluded", true.into())])]), 1);
        assert_eq!(refusals(vec![element([group(), ("filter_mode", "include".into())])]), 1);
    }

    #[test]
    fn exclusions_together_with_all_devices_are_refused() {
        let excluded = element([("group_id", GROUP.into()), ("excluded", true.into())]);
        assert_eq!(refusals(vec![excluded, element([("all_devices", true.into())])]), 1);
    }

    #[test]
    fn an_unknown_group_is_not_judged() {
        assert_eq!(refusals(vec![element([("group_id", Value::Unknown)])]), 0);
    }
}
