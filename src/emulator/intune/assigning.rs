//! Assignments of the collections that work alike.
//!
//! Facts: Graph's `assign` actions. Their parameters differ by collection, all replace the whole set, and some answer
//! it while others answer 204. A single assignment has no route.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assignment_target::{Assignment, read, require_filter};
use super::collection::{Item, Shown, View, found, of, view};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::entra::objects::kind;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, concrete, writable};
use crate::emulator::odata::page::whole;
use crate::emulator::world::World;

/// An assignment and what it carries besides its target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Assigned {
    pub(crate) assignment: Assignment,
    #[serde(default)]
    pub(crate) more: Object,
}

/// How a collection's `assign` action is called and answered.
pub(crate) struct Assign {
    /// The parameter that holds the assignments.
    pub(crate) parameter: &'static str,
    /// The type of an assignment.
    pub(crate) kind: &'static str,
    /// Whether the answer is the new set; 204 otherwise.
    pub(crate) answers: bool,
    /// Another parameter that is documented beside it, and has no effect.
    pub(crate) legacy: Option<&'static str>,
    /// What stands against assigning at all.
    pub(crate) check: fn(&Item, &View<'_>) -> Result<(), Failure>,
    /// The id and the extras of an assignment.
    pub(crate) make: fn(&Item, Assignment, Object) -> Result<Assigned, Failure>,
}

/// An `assign` that carries targets only.
pub(crate) const PLAIN_ASSIGN: Assign = Assign {
    parameter: "assignments",
    kind: "",
    answers: true,
    legacy: None,
    check: |_, _| Ok(()),
    make: |_, assignment, more| Ok(Assigned { assignment, more }),
};

/// An assignment as Graph shows it; v1.0 knows neither filters nor sources.
pub(crate) fn shown_assignment(each: &Assigned, version: Version) -> Value {
    let mut shown = each.assignment.shown();
    if let Value::Object(shown) = &mut shown {
        shown.extend(each.more.clone());
        if version == Version::V1 {
            shown.remove("source");
            shown.remove("sourceId");
            if let Some(Value::Object(target)) = shown.get_mut("target") {
                target.retain(|name, _| !name.starts_with("deviceAndAppManagementAssignmentFilter"));
            }
        }
    }
    shown
}

/// Replaces all assignments; an empty list ends them all.
pub(crate) fn assign(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let assign = collection.assign.as_ref().ok_or_else(Failure::no_intune_object)?;
    let body = call.object()?;
    let known = |name: &String| name == assign.parameter || assign.legacy.is_some_and(|legacy| name == legacy);
    let wanted = body.get(assign.parameter).and_then(Value::as_array).filter(|_| body.keys().all(known));
    let wanted = wanted.ok_or_else(|| {
        Failure::model(format!(
            "The parameter '{}' of the action 'assign' is missing or is not alone.",
            assign.parameter
        ))
    })?;
    (assign.check)(found(world.tenant(call)?, collection, call)?, &view(world, call, Shown::Single))?;
    let tenant = world.tenant_mut(call)?;
    let item = found(tenant, collection, call)?;
    let mut assigned = Vec::<Assigned>::new();
    for each in wanted {
        let Value::Object(each) = each else { return Err(Failure::intune_refuses()) };
        let mut more = writable(concrete(kind(assign.kind), each)?, each, Version::Beta)?;
        let (target, filter) = read(tenant, more.remove("target").as_ref(), Version::Beta)?;
        require_filter(tenant, filter.as_ref())?;
        let made = (assign.make)(item, Assignment::new(&item.id, target, filter), more)?;
        let same = |other: &Assigned| {
            let group = made.assignment.target.group();
            other.assignment.target == made.assignment.target
                || (group.is_some() && other.assignment.target.group() == group)
        };
        // A target stands once, whether included or excluded, and with one intent.
        if assigned.iter().any(same) {
            return Err(Failure::intune_refuses());
        }
        assigned.push(made);
    }
    let shown = assigned.iter().map(|each| shown_assignment(each, call.version)).collect();
    let id = item.id.clone();
    if let Some(item) = tenant.items_mut(collection).edit(&id) {
        item.assignments = assigned;
    }
    Ok(if assign.answers { whole(call, shown) } else { Answer::done() })
}

pub(crate) fn list_assignments(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let item = found(world.tenant(call)?, collection, call)?;
    Ok(whole(call, item.assignments.iter().map(|each| shown_assignment(each, call.version)).collect()))
}
