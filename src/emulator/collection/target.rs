//! To whom a policy is assigned: a group, all but a group, all devices, all users.
//!
//! Facts: Graph's `deviceAndAppManagementAssignmentTarget` and the types derived from it. The base is abstract, so
//! `@odata.type` has to be sent. Reads show an unused filter as null and `none`.

use serde_json::Value;

use crate::emulator::error::Failure;
use crate::emulator::model::check::{Version, concrete, writable};
use crate::emulator::model::find;
use crate::emulator::odata::path::key;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::Target;
use crate::emulator::tenant::item::FILTERS;

/// Reads the `target` of a request: its type known, its group there.
pub(crate) fn read(
    tenant: &Tenant,
    value: Option<&Value>,
    version: Version,
) -> Result<(Target, Option<(String, String)>), Failure> {
    let Some(Value::Object(body)) = value else {
        return Err(Failure::intune_refuses());
    };
    let base = find("deviceAndAppManagementAssignmentTarget").ok_or_else(Failure::intune_refuses)?;
    let kind = concrete(base, body)?;
    let values = writable(kind, body, version)?;
    let text = |name: &str| values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let group = || -> Result<String, Failure> {
        let id = key(text("groupId").ok_or_else(Failure::intune_refuses)?);
        // The text of this refusal is not known; Intune's own is the generic one.
        if tenant.groups.has(&id) { Ok(id) } else { Err(Failure::intune_refuses()) }
    };
    let target = match kind.name.as_str() {
        "groupAssignmentTarget" => Target::Group(group()?),
        "exclusionGroupAssignmentTarget" => Target::Exclusion(group()?),
        "allDevicesAssignmentTarget" => Target::AllDevices,
        "allLicensedUsersAssignmentTarget" => Target::AllUsers,
        _ => Target::Collection(text("collectionId").ok_or_else(Failure::intune_refuses)?.to_owned()),
    };
    let how = text("deviceAndAppManagementAssignmentFilterType").filter(|how| *how != "none");
    let id = text("deviceAndAppManagementAssignmentFilterId").filter(|id| !id.starts_with("00000000-0000"));
    // Half a filter is none: neither how without which, nor which without how.
    let filter = match (how, id) {
        (Some(how), Some(id)) => Some((key(id), how.to_owned())),
        (None, None) => None,
        _ => return Err(Failure::intune_refuses()),
    };
    Ok((target, filter))
}

/// An assignment filter that does not exist is refused.
pub(crate) fn require_filter(tenant: &Tenant, filter: Option<&(String, String)>) -> Result<(), Failure> {
    match filter {
        Some((id, _)) if !tenant.items(FILTERS).has(id) => Err(Failure::intune_refuses()),
        _ => Ok(()),
    }
}
