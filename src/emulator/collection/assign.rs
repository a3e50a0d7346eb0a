//! Assignments of the collections that work alike.
//!
//! Facts: Graph's `assign` actions. Their parameters differ by collection, all replace the whole set, and some answer
//! it while others answer 204. A single assignment has no route.

use serde_json::Value;

use super::entity::shown_assignment;
use super::target::{read, require_filter};
use super::{Collection, Shown, found, view};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Version, concrete, writable};
use crate::emulator::model::kind;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;
use crate::emulator::tenant::assignment::{Assigned, Assignment};

/// Replaces all assignments; an empty list ends them all.
pub(crate) fn assign(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let assign = collection.assign.as_ref().ok_or_else(Failure::no_intune_object)?;
    let body = call.object()?;
    let known = |name: &String| name == assign.parameter || assign.legacy.is_some_and(|legacy| name == legacy);
    let wanted = body.get(assign.parameter).and_then(Value::as_array).filter(|_| body.keys().all(known));
    let wanted = wanted.ok_or_else(Failure::intune_refuses)?;
    (assign.check)(found(site.tenant, collection, call)?, &view(site, call, Shown::Single))?;
    let tenant = &mut *site.tenant;
    let item = found(tenant, collection, call)?;
    let mut assigned = Vec::<Assigned>::new();
    for each in wanted {
        let Value::Object(each) = each else { return Err(Failure::intune_refuses()) };
        let mut more = writable(concrete(kind(assign.kind), each)?, each, call.version)?;
        // The target has been held against the version already, and has beta's properties with their defaults now.
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
    if let Some(item) = tenant.items_mut(collection.name).edit(&id) {
        item.assignments = assigned;
    }
    Ok(if assign.answers { whole(call, shown) } else { Answer::done() })
}

pub(crate) fn list_assignments(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = found(site.tenant, collection, call)?;
    Ok(whole(call, item.assignments.iter().map(|each| shown_assignment(each, call.version)).collect()))
}

pub(crate) fn get_assignment(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.ids.get(1).map(String::as_str).unwrap_or_default();
    let item = found(site.tenant, collection, call)?;
    let found = item.assignments.iter().find(|each| each.assignment.id == id).ok_or_else(Failure::no_intune_object)?;
    Ok(call.entity(200, shown_assignment(found, call.version)))
}
