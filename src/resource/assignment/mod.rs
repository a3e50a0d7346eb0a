//! Who a policy is assigned to: the attribute `assignments`, compared target by target.
//!
//! Intune has two ways. Autopilot profiles take and lose one assignment at a time; most others replace the whole set by
//! one call of `/assign` (microsoft-graph-docs, `windowsAutopilotDeploymentProfile: assign` takes devices, not groups).
//!
//! Terraform drops names that a nested attribute does not know: an `excluded = true` would include the group. So every
//! kind of policy declares all that any has, and refuses what it lacks.

mod both;
mod everyone;
pub mod one;
mod reached;
mod target;
mod write;

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::Value as Json;

use self::target::{Assignment, NAMES, Target, Who};
use super::{Facet, Result};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::Client,
    path::Path,
    schema::{Attribute, boolean, set_of, string},
    value::Value,
};

pub(in crate::resource) use both::{made_all, plan_all};
pub use both::{made_one, plan_one};
pub use everyone::{holder_of_everyone, is_to_everyone, warn_of_holder};
pub(crate) use reached::assigned;
pub use target::NAME;

/// How a kind of policy is assigned.
#[derive(Clone, Debug)]
pub struct Style {
    write: Write,
    lacks: Vec<(Lacking, &'static str)>,
    intents: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    /// POST and DELETE on `/assignments`.
    OneByOne,
    /// POST `/assign` with the whole set under this name.
    WholeSet(&'static str),
}

/// What a kind of policy may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// All devices of the tenant.
    AllDevices,
    /// All users of the tenant.
    AllUsers,
    /// Groups that are left out.
    Exclusions,
    /// Assignment filters.
    Filters,
}

impl Style {
    /// Assignments are added and removed one by one. An object that has some cannot be deleted.
    pub fn one_by_one() -> Style {
        Style { write: Write::OneByOne, lacks: Vec::new(), intents: &[] }
    }

    /// One call of `/assign` replaces all; it takes them under this name.
    pub fn whole_set(parameter: &'static str) -> Style {
        Style { write: Write::WholeSet(parameter), ..Style::one_by_one() }
    }

    /// It lacks this; `instead` is a sentence on why, or what to do.
    #[must_use]
    pub fn without(mut self, lacking: Lacking, instead: &'static str) -> Style {
        self.lacks.push((lacking, instead));
        self
    }

    /// Each assignment says one of these, as those of apps do.
    #[must_use]
    pub fn intents(mut self, intents: &'static [&'static str]) -> Style {
        self.intents = intents;
        self
    }

    fn lacks(&self, lacking: Lacking) -> Option<&'static str> {
        self.lacks.iter().find(|(lacked, _)| *lacked == lacking).map(|(_, instead)| *instead)
    }
}

#[async_trait]
impl Facet for Style {
    fn attribute(&self) -> Attribute {
        let intent = match self.intents {
            [] => string("intent", "Not for this kind of policy: only apps have one."),
            intents => string("intent", "What is done with the app.").one_of(intents),
        };
        let or_not = |attribute: Attribute, lacking: Lacking| match self.lacks(lacking) {
            Some(instead) => attribute.described(format!("Not for this kind of policy: {instead}")),
            None => attribute,
        };
        let filter = string("filter_id", "Id of an assignment filter that narrows this target.");
        let mode = string("filter_mode", "Whether devices that match the filter are included or excluded.");
        set_of(NAME, "Who it is assigned to: exactly these. Not set, assignments are left as they are.")
            .unmanaged_when_unset()
            .off_graph()
            .of(vec![
                string("group_id", "Object id of a group.").guid().refers_to("group"),
                or_not(boolean("all_devices", "True for all devices of the tenant."), Lacking::AllDevices),
                or_not(boolean("all_users", "True for all licensed users of the tenant."), Lacking::AllUsers),
                or_not(boolean("excluded", "True for a group whose members are left out."), Lacking::Exclusions),
                or_not(filter.guid().refers_to("assignment_filter"), Lacking::Filters),
                or_not(mode.one_of(&["include", "exclude"]), Lacking::Filters),
                intent,
            ])
    }

    fn validate(&self, configured: &Value, diagnostics: &mut Diagnostics) {
        let elements = configured.elements();
        let mut refuse = |rule: &str| diagnostics.push(Diagnostic::invalid(Path::of(NAME), rule));
        for element in elements {
            for name in NAMES {
                if let Some(instead) = self.lacked(element, name) {
                    // Everyone is said by the name itself.
                    let of = if is_everyone(name) { String::new() } else { of(element) };
                    refuse(&format!("cannot have `{name}`{of}: {instead}"));
                }
            }
            if element.is_wholly_known() {
                contradictions(element, !self.intents.is_empty(), &mut refuse);
            }
        }
        if elements.iter().any(is_available_to_devices) {
            diagnostics.push(available_to_devices(Path::of(NAME)));
        }
        let mut refuse = |rule: &str| diagnostics.push(Diagnostic::invalid(Path::of(NAME), rule));
        let known = elements.iter().filter(|element| !element.get("intent").is_unknown());
        let targets: Vec<_> = known.filter_map(Target::from_value).collect();
        // Microsoft's page "Configure Autopilot profiles": exclusions are not supported together with All Devices.
        let everyone = targets.iter().any(|target| target.who == Who::AllDevices);
        if everyone && self.write == Write::OneByOne && targets.iter().any(|target| target.excluded) {
            refuse("cannot exclude groups from all devices: Intune does not support it. Assign to groups instead.");
        }
        let is_left_out = |target: &Target| target.excluded && matches!(target.who, Who::Group(_));
        let reaches_nobody = !elements.is_empty() && targets.len() == elements.len() && targets.iter().all(is_left_out);
        let mut seen = BTreeSet::new();
        for target in &targets {
            if !seen.insert((&target.who, &target.intent)) {
                refuse(&format!("names {} more than once.", target.who));
            }
        }
        if reaches_nobody {
            let detail = "All that is said is who is left out, so it reaches nobody. Add whom it is for.";
            diagnostics.push(Diagnostic::warning("Assigned to Nobody", detail).at(Path::of(NAME)));
        }
    }

    fn expands(&self) -> Option<&'static str> {
        Some(NAME)
    }

    /// Known targets keep the words of before.
    async fn read(&self, _graph: &Client, _object: &str, json: &Json, prior: &Value) -> Result<Value> {
        Ok(read(json, prior))
    }

    async fn write(&self, graph: &Client, object: &str, prior: &Value, planned: &Value) -> Result<()> {
        if planned.is_null() {
            return Ok(());
        }
        let change = write::Change::of(prior, planned);
        match self.write {
            Write::OneByOne => write::one_by_one(graph, object, &change).await,
            Write::WholeSet(parameter) => write::whole_set(graph, object, parameter, &change).await,
        }
    }

    /// An assigned profile cannot be deleted (recorded refusal). What takes its set whole can.
    async fn release(&self, graph: &Client, object: &str) -> Result<()> {
        if self.write == Write::OneByOne { write::clear(graph, object).await } else { Ok(()) }
    }
}

impl Style {
    /// What an element says of this name and this kind of policy does not know. False says nothing, an unknown value may.
    fn lacked(&self, element: &Value, name: &str) -> Option<&'static str> {
        let value = element.get(name);
        if value.is_null() || value.as_bool() == Some(false) || value.is_unknown() {
            return None;
        }
        let lacking = match name {
            "all_devices" => Lacking::AllDevices,
            "all_users" => Lacking::AllUsers,
            "excluded" => Lacking::Exclusions,
            "filter_id" | "filter_mode" => Lacking::Filters,
            "intent" if self.intents.is_empty() => return Some("only apps have one. Leave it out."),
            _ => return None,
        };
        self.lacks(lacking)
    }
}

fn is_everyone(name: &str) -> bool {
    ["all_devices", "all_users"].contains(&name)
}

/// Which element is meant, where it says whom.
fn of(element: &Value) -> String {
    Target::from_value(element).map(|target| format!(" in the element for {}", target.who)).unwrap_or_default()
}

fn is_available_to_devices(element: &Value) -> bool {
    Target::from_value(element).is_some_and(|it| it.who == Who::AllDevices && it.intent.as_deref() == Some("available"))
}

/// Microsoft, "Assign apps to groups": an available assignment is for groups of users, with few exceptions.
fn available_to_devices(path: Path) -> Diagnostic {
    let detail = "What is available is offered to users, in the Company Portal, and this is for all devices: for most types of \
                  apps nobody is offered it. Assign it to all users or to a group of users, or make it required.";
    Diagnostic::warning("Available to Nobody", detail).at(path)
}

/// What contradicts itself in one element that is wholly known.
fn contradictions(element: &Value, with_intent: bool, refuse: &mut impl FnMut(&str)) {
    let Some(target) = Target::from_value(element) else {
        let whom = ["group_id", "all_devices", "all_users"];
        let set: Vec<_> =
            whom.iter().filter(|name| !element.get(name).is_null()).map(|name| format!("`{name}`")).collect();
        let set = if set.is_empty() { "none of them".to_owned() } else { set.join(" and ") };
        return refuse(&format!(
            "must say in each element exactly one of `group_id`, `all_devices = true` and `all_users = true`; one element has \
             {set}."
        ));
    };
    let who = &target.who;
    if target.excluded && !matches!(who, Who::Group(_)) {
        refuse(&format!("can exclude groups only: leave `excluded` out of the element for {who}."));
    }
    match (element.get("filter_id").is_null(), element.get("filter_mode").is_null()) {
        (true, false) => refuse(&format!("has a `filter_mode` without a `filter_id` in the element for {who}.")),
        (false, true) => refuse(&format!(
            "has a `filter_id` without a `filter_mode` in the element for {who}: add `filter_mode = \"include\"` or \
             `\"exclude\"`."
        )),
        _ => {}
    }
    if with_intent && target.intent.is_none() {
        refuse(&format!("has no `intent` in the element for {who}."));
    }
}

fn read(json: &Json, prior: &Value) -> Value {
    let element = |assignment: Assignment| {
        let same = |element: &&Value| Target::from_value(element).as_ref() == Some(&assignment.target);
        prior.elements().iter().find(same).cloned().unwrap_or_else(|| assignment.target.to_value())
    };
    let assignments = json.get(NAME).and_then(Json::as_array).into_iter().flatten();
    Value::set(assignments.filter_map(Assignment::from_json).map(element).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        target::tests::{GROUP, element},
        *,
    };

    fn refusals(style: &Style, elements: Vec<Value>) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        style.validate(&Value::set(elements), &mut diagnostics);
        diagnostics.0.into_iter().map(|diagnostic| diagnostic.detail).collect()
    }

    #[test]
    fn the_words_of_before_are_kept() {
        let prior = Value::set(vec![element([("group_id", GROUP.to_uppercase().into()), ("excluded", false.into())])]);
        let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": GROUP});
        assert_eq!(read(&json!({"assignments": [{"id": "1", "target": target}]}), &prior), prior);
    }

    #[test]
    fn a_contradiction_is_refused() {
        let count = |elements| refusals(&Style::one_by_one(), elements).len();
        let group = || ("group_id", Value::from(GROUP));
        assert_eq!(count(vec![element([group()]), element([("all_devices", true.into())])]), 0);
        assert_eq!(count(vec![element([])]), 1);
        assert_eq!(count(vec![element([group(), ("all_devices", true.into())])]), 1);
        assert_eq!(count(vec![element([("all_devices", true.into()), ("excluded", true.into())])]), 2);
        assert_eq!(count(vec![element([group()]), element([group(), ("excluded", true.into())])]), 1);
        assert_eq!(count(vec![element([group(), ("filter_mode", "include".into())])]), 1);
        assert_eq!(count(vec![element([group(), ("filter_id", GROUP.into())])]), 1);
        let excluded = element([group(), ("excluded", true.into())]);
        assert_eq!(count(vec![excluded, element([("all_devices", true.into())])]), 1);
        assert_eq!(count(vec![element([("group_id", Value::Unknown)])]), 0);
    }

    #[test]
    fn what_a_kind_of_policy_lacks_is_refused_with_the_reason() {
        let style = Style::whole_set("assignments")
            .without(Lacking::Exclusions, "no group can be excluded.")
            .without(Lacking::AllDevices, "assign it to users.");
        let excluded = element([("group_id", GROUP.into()), ("excluded", true.into())]);
        let told = refusals(&style, vec![excluded, element([("all_devices", true.into())])]);
        assert_eq!(
            told,
            [
                format!(
                    "Attribute assignments cannot have `excluded` in the element for group {GROUP}: no group can be excluded."
                ),
                "Attribute assignments cannot have `all_devices`: assign it to users.".to_owned(),
            ]
        );
        let unsaid = element([("group_id", GROUP.into()), ("excluded", false.into())]);
        assert_eq!(refusals(&style, vec![unsaid]), [""; 0]);
        let intent = element([("group_id", GROUP.into()), ("intent", "required".into())]);
        assert!(refusals(&style, vec![intent])[0].contains("only apps have one"));
        let not_known_yet = element([("group_id", GROUP.into()), ("intent", Value::Unknown)]);
        assert_eq!(refusals(&style, vec![not_known_yet]), [""; 0]);
    }

    #[test]
    fn only_exclusions_reach_nobody_and_that_is_a_warning() {
        let excluded = |id: Value| element([("group_id", id), ("excluded", true.into())]);
        let told = refusals(&Style::one_by_one(), vec![excluded(GROUP.into())]);
        assert_eq!(told, ["All that is said is who is left out, so it reaches nobody. Add whom it is for."]);
        let other = element([("group_id", "1b4e28ba-2fa1-11d2-883f-0016d3cca427".into())]);
        assert_eq!(refusals(&Style::one_by_one(), vec![excluded(GROUP.into()), other]), [""; 0]);
        assert_eq!(
            refusals(&Style::one_by_one(), vec![excluded(GROUP.into()), element([("group_id", Value::Unknown)])]),
            [""; 0]
        );
        assert_eq!(refusals(&Style::one_by_one(), vec![]), [""; 0]);
    }

    #[test]
    fn apps_say_an_intent_and_may_say_one_group_twice() {
        let style = Style::whole_set("mobileAppAssignments").intents(&["required", "uninstall"]);
        let with = |intent: Value| element([("group_id", GROUP.into()), ("intent", intent)]);
        assert_eq!(refusals(&style, vec![with("required".into()), with("uninstall".into())]), [""; 0]);
        assert!(refusals(&style, vec![with(Value::Null)])[0].contains("has no `intent`"));
        let not_known_yet =
            element([("group_id", GROUP.into()), ("intent", Value::Unknown), ("excluded", false.into())]);
        assert_eq!(refusals(&style, vec![with(Value::Unknown), not_known_yet, with("required".into())]), [""; 0]);
    }
}
