//! Device association (beta): devices tied to the tenant before they are first switched on.
//!
//! Facts: Microsoft's pages on device association (August 2026), and the requests of published clients, which go to an
//! action of the collection. One device a call. A record is not found for a while after its import. Of OData, `$top`,
//! `$select`, `$filter=contains(serialNumber,'x')` and `$orderby=preAssociationDateTime desc` work; `eq` does not.
//! Dates that are not there are of year 1, ids all zeros.

use serde_json::{Value, json};
use uuid::Uuid;

use super::device_link::{self, DeviceLink};
use super::preparation_templates::{ASSOCIATION, is_after};
use super::settings_catalog::POLICIES;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{intune_date, intune_date_or_never, millis};
use crate::emulator::error::Failure;
use crate::emulator::marks::association_ends;
use crate::emulator::model::check::{Misfit, Object};
use crate::emulator::model::kind;
use crate::emulator::odata::filter::{Filter, TextFunction};
use crate::emulator::odata::path::key;
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::association::{Association, State};

const TYPE: &str = "tenantAssociatedDevice";
/// The parameters of an import.
const LINK: &str = "deviceLink";
const POLICY: &str = "devicePreparationPolicyId";
/// Believed: pages are as long as the directory's.
const PAGE: usize = 100;
const MOST: usize = 999;

fn entity(row: &Association) -> Object {
    let nil = || Uuid::nil().to_string();
    let (policy, policy_at) = row.policy.clone().map_or((nil(), None), |(id, at)| (id, Some(at)));
    let (managed, name) = row.managed.clone().map_or((nil(), None), |(id, name)| (id, Some(name)));
    let values = json!({
        "id": row.id,
        "serialNumber": row.hardware.serial,
        "smbiosUuid": row.smbios_uuid,
        "manufacturerName": row.hardware.manufacturer,
        "modelName": row.hardware.model,
        "associationState": row.state.word(),
        "preassociationDateTime": intune_date(row.preassociated_at),
        "associationDateTime": intune_date_or_never(row.associated_at),
        "enrolledDateTime": intune_date_or_never(row.enrolled_at),
        "lastContactedDateTime": intune_date_or_never(row.last_contact),
        "devicePreparationPolicyAssignedDateTime": intune_date_or_never(policy_at),
        "preassociatedByUserPrincipalName": row.preassociated_by,
        "assignedToUserPrincipalName": row.assigned_to,
        "devicePreparationPolicyId": policy,
        "managedDeviceId": managed,
        "managedDeviceName": name,
    });
    values.as_object().cloned().unwrap_or_default()
}

/// The part of the serial number that is looked for.
fn serial_part(call: &Call) -> Result<Option<String>, Failure> {
    match call.query.filter()? {
        None => Ok(None),
        Some(Filter::Text(TextFunction::Contains, path, part)) if path == "serialNumber" => Ok(Some(part)),
        Some(_) => Err(Failure::intune_refuses()),
    }
}

/// Whether the newest come first; the oldest do where nothing is said.
fn newest_first(call: &Call) -> Result<bool, Failure> {
    let Some(order) = call.query.get("$orderby") else { return Ok(false) };
    let words: Vec<String> = order.split_whitespace().map(str::to_lowercase).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["preassociationdatetime", "desc"] => Ok(true),
        ["preassociationdatetime"] | ["preassociationdatetime", "asc"] => Ok(false),
        _ => Err(Failure::intune_refuses()),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let part = serial_part(call)?.map(|part| part.to_lowercase());
    let newest = newest_first(call)?;
    let names = call.query.select(kind(TYPE))?;
    let size = call.query.top(MOST)?.unwrap_or(PAGE);
    let rows = site.tenant.associations.values().filter(|row| {
        row.shown_from <= call.now
            && part.as_deref().is_none_or(|part| row.hardware.serial.to_lowercase().contains(part))
    });
    let mut rows: Vec<&Association> = rows.collect();
    rows.sort_by_key(|row| (row.preassociated_at, row.sequence));
    if newest {
        rows.reverse();
    }
    let from = position(call)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let places: Vec<String> = (1..=rows.len()).map(|place| place.to_string()).collect();
    let rows = places.iter().map(String::as_str).zip(&rows).skip(from);
    Ok(page(call, rows, size, None, |row| selected(entity(row), names.as_deref())))
}

/// The association of the path.
fn found<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Association, Failure> {
    let row = tenant.associations.get(&call.id(0)).filter(|row| row.shown_from <= call.now);
    row.ok_or_else(Failure::no_intune_object)
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let names = call.query.select(kind(TYPE))?;
    Ok(call.entity(200, selected(entity(found(site.tenant, call)?), names.as_deref())))
}

/// What an import says: the machine, and the policy it is to get.
fn wishes(site: &Site<'_>, call: &Call) -> Result<(DeviceLink, Option<String>), Failure> {
    let body = call.object()?;
    if body.keys().any(|name| name != LINK && name != POLICY) {
        return Err(Failure::intune_refuses());
    }
    let wrong = |name: &str, expected: &str| Misfit::Wrong { property: name.into(), expected: expected.into() };
    let link = match body.get(LINK) {
        Some(Value::String(text)) => device_link::read(text).ok_or_else(Failure::intune_refuses)?,
        None | Some(Value::Null) => return Err(Misfit::Missing { property: LINK.into() }.into()),
        Some(_) => return Err(wrong(LINK, "Edm.String").into()),
    };
    let policy = match body.get(POLICY) {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) if Uuid::try_parse(id).is_ok() => {
            Some(key(id)).filter(|id| *id != Uuid::nil().to_string())
        }
        Some(_) => return Err(wrong(POLICY, "Edm.Guid").into()),
    };
    if let Some(id) = &policy {
        // Only a policy of the template that is made for associated devices will do.
        let policy = site.tenant.items(POLICIES.name).get(id);
        if policy.is_none_or(|policy| !is_after(&policy.entity, ASSOCIATION)) {
            return Err(Failure::intune_refuses());
        }
    }
    Ok((link, policy))
}

/// Ties one device to the tenant. Another identity of a known device is another record; the old one stays as it is.
pub(crate) fn import(site: &mut Site<'_>, call: &Call) -> Outcome {
    let (link, policy) = wishes(site, call)?;
    let policy = policy.map(|id| (id, call.now));
    let updates = site.settings.association_upload_updates;
    let hidden = millis(site.settings.association_seconds);
    let tenant = &mut *site.tenant;
    let same = |row: &&Association| row.identity == link.identity && row.state != State::PendingRemoval;
    let known = tenant.associations.values().find(same).map(|row| row.id.clone());
    if let Some(id) = known {
        if !updates {
            return Err(Failure::intune(409, "Conflict", "The device is already pre-associated."));
        }
        let row = tenant.associations.edit(&id).ok_or_else(Failure::no_intune_object)?;
        if policy.is_some() {
            row.policy = policy;
        }
        return Ok(call.entity(200, Value::Object(entity(row))));
    }
    let by = call.caller.delegated.then(|| tenant.user(&call.caller.principal)).flatten();
    let by = by.map(|user| user.upn.clone());
    let sequence = tenant.next_number();
    let mut row = Association::new(link.hardware, &link.smbios_uuid, &link.identity, call.now, sequence);
    row.shown_from += hidden;
    row.preassociated_by = by;
    row.policy = policy;
    let answer = call.entity(200, Value::Object(entity(&row)));
    association_ends(tenant, &row);
    tenant.associations.put(row.id.clone(), row);
    Ok(answer)
}

/// Ends an association, at once or after a while in which it is `pendingRemoval`.
pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let wait = millis(site.settings.association_removal_seconds);
    let tenant = &mut *site.tenant;
    let mut row = found(tenant, call)?.clone();
    if wait == 0 {
        tenant.end_association(&row.id);
        return Ok(Answer::done());
    }
    if row.state != State::PendingRemoval {
        row.state = State::PendingRemoval;
        row.removed_at = Some(call.now + wait);
        association_ends(tenant, &row);
        tenant.associations.put(row.id.clone(), row);
    }
    Ok(Answer::done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::tenant::device::Hardware;

    #[test]
    fn the_type_has_what_is_shown_of_it_and_nothing_more() {
        let row = Association::new(Hardware::default(), "", "", 0, 0);
        let shown = entity(&row);
        let declared: std::collections::BTreeSet<&str> =
            kind(TYPE).properties().map(|property| property.name.as_str()).collect();
        assert_eq!(shown.keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), declared);
    }
}
