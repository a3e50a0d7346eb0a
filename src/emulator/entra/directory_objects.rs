//! Directory objects of any kind, by id.
//!
//! Facts: Graph's pages on `directoryObject`: get, delete, `getByIds` with at most 1,000 ids.

use serde_json::{Value, json};

use super::look;
use super::objects::{any, any_now};
use super::relations::ANY;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::odata::path::key;
use crate::emulator::site::Site;
use crate::emulator::tenant::membership::{forget_object, retire_group};

const MOST_IDS: usize = 1000;

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let object = any_now(tenant, call, &id).ok_or_else(|| Failure::no_directory_object(&id))?;
    look::entity(tenant, call, "directoryObjects", ANY, object)
}

pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.id(0);
    remove(site, call, &id)
}

/// Deletes an object of whatever kind, if the caller may delete objects of that kind.
pub(super) fn remove(site: &mut Site<'_>, call: &Call, id: &str) -> Outcome {
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let may = |role: &str| call.caller.has(role) || call.caller.has("Directory.ReadWrite.All");
    let kind = any(tenant, id).ok_or_else(|| Failure::no_directory_object(id))?.kind();
    match kind {
        "group" if may("Group.ReadWrite.All") => retire_group(tenant, id, call.now),
        "user" if may("User.ReadWrite.All") => {
            tenant.users.take(id);
            forget_object(tenant, id);
        }
        "device" if may("Device.ReadWrite.All") => {
            tenant.devices.take(id);
            forget_object(tenant, id);
        }
        _ => return Err(Failure::denied()),
    }
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(Answer::done())
}

/// Those of the ids that are there, in any order; of some types, where they are named.
pub(crate) fn by_ids(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let texts = |name: &str| -> Result<Option<Vec<String>>, Failure> {
        let malformed = || Failure::bad_directory_request(format!("Invalid value specified for parameter '{name}'."));
        let Some(value) = call.object()?.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let items = value.as_array().ok_or_else(malformed)?;
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(malformed))
            .collect::<Result<_, _>>()
            .map(Some)
    };
    let ids = texts("ids")?.ok_or_else(|| Failure::bad_directory_request("The parameter 'ids' is missing."))?;
    if ids.len() > MOST_IDS {
        return Err(Failure::bad_directory_request(format!(
            "The number of ids in the request is more than the allowed {MOST_IDS}."
        )));
    }
    let types = texts("types")?;
    let look = look::look(call, ANY)?;
    let of_types =
        |kind: &str| types.as_ref().is_none_or(|types| types.iter().any(|each| each.eq_ignore_ascii_case(kind)));
    let found = ids.iter().filter_map(|id| any_now(tenant, call, &key(id))).filter(|object| of_types(object.kind()));
    let shown: Vec<Value> = found.map(|object| look.shown(tenant, call, object, true)).collect();
    Ok(Answer::json(200, json!({"@odata.context": look.context(call, "directoryObjects"), "value": shown})))
}
