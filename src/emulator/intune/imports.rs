//! Importing devices by hardware hash: asynchronous, a record for each row, errors by name.
//!
//! Facts: Graph's `importedWindowsAutopilotDeviceIdentity`, Microsoft's list of import errors, and what tools observe:
//! rows stay `unknown` for about a minute, the hash never comes back, records persist until they are deleted.

use std::collections::BTreeSet;

use ecow::EcoString;
use serde_json::{Value, json};

use super::devices::check_tag;
use super::hardware_hash;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::millis;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, concrete, writable};
use crate::emulator::model::kind;
use crate::emulator::odata::filter::{Comparison, Filter, TextFunction};
use crate::emulator::paging::{page, position, whole};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::import::{Import, ImportState};
use crate::emulator::tenant::queue::Work;

const TYPE: &str = "importedWindowsAutopilotDeviceIdentity";
/// The portal's limit, taken for the service's.
const MOST_ROWS: usize = 500;
const PAGE: usize = 1000;

fn entity(import: &Import) -> Object {
    let (status, device, code, name) = match &import.state {
        ImportState::Waiting => ("unknown", None, 0, None),
        ImportState::Complete { device } => ("complete", Some(device.as_str()), 0, None),
        ImportState::Refused { code, name } => ("error", None, *code, Some(name.as_str())),
    };
    let mut entity = Object::new();
    let mut set = |name: &str, value: Value| entity.insert(name.into(), value);
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    set("id", Value::from(import.id.as_str()));
    set("serialNumber", text(&import.serial));
    set("groupTag", text(&import.group_tag));
    set("productKey", text(&import.product_key));
    // Without an importId the record's own id stands there.
    set("importId", Value::from(import.import_id.as_deref().unwrap_or(&import.id)));
    set("assignedUserPrincipalName", text(&import.user));
    set("hardwareIdentifier", Value::Null);
    set(
        "state",
        json!({
            "deviceImportStatus": status,
            "deviceRegistrationId": device.unwrap_or_default(),
            "deviceErrorCode": code,
            "deviceErrorName": name.unwrap_or_default(),
        }),
    );
    entity
}

/// `importId eq '...'`, `serialNumber eq '...'` and `contains(serialNumber,'...')`, and `and` between them: what the
/// published tools use.
fn filter(call: &Call) -> Result<Option<Filter>, Failure> {
    let Some(filter) = call.query.filter()? else { return Ok(None) };
    let mut works = true;
    filter.leaves(&mut |leaf| {
        works &= match leaf {
            Filter::Compare(path, Comparison::Equal, _) => path == "importId" || path == "serialNumber",
            Filter::Text(TextFunction::Contains, path, _) => path == "serialNumber" || path == "importId",
            _ => false,
        };
    });
    if works { Ok(Some(filter)) } else { Err(Failure::intune_refuses()) }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let filter = filter(call)?;
    let size = call.query.top(PAGE)?.unwrap_or(PAGE);
    let tenant = &*site.tenant;
    let from = position(call)?;
    let rows = tenant.imports.after(from.as_deref());
    let rows = rows.filter(|(_, import)| filter.as_ref().is_none_or(|filter| filter.matches(&entity(import))));
    Ok(page(call, rows, size, None, |import| Value::Object(entity(import))))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let import = tenant.imports.get(&call.guid(0)?).ok_or_else(Failure::no_intune_object)?;
    Ok(call.entity(200, Value::Object(entity(import))))
}

/// Ends the record only; the device stays registered.
pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    tenant.imports.take(&call.guid(0)?).map(|_| Answer::done()).ok_or_else(Failure::no_intune_object)
}

/// One row.
pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    let rows = accept(site, call, std::slice::from_ref(&Value::Object(call.object()?.clone())))?;
    Ok(call.entity(201, rows.into_iter().next().unwrap_or_default()))
}

/// `import`: up to 500 rows.
pub(crate) fn import(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let rows =
        body.get("importedWindowsAutopilotDeviceIdentities").and_then(Value::as_array).filter(|_| body.len() == 1);
    let rows = rows.ok_or_else(Failure::intune_refuses)?;
    if rows.len() > MOST_ROWS {
        return Err(Failure::intune_refuses());
    }
    let rows = accept(site, call, rows)?;
    Ok(whole(call, rows))
}

fn accept(site: &mut Site<'_>, call: &Call, rows: &[Value]) -> Result<Vec<Value>, Failure> {
    let due = call.now + millis(site.settings.import_seconds);
    let tenant = &mut *site.tenant;
    let mut read = Vec::new();
    for row in rows {
        let Value::Object(row) = row else { return Err(Failure::intune_refuses()) };
        let concrete = concrete(kind(TYPE), row)?;
        let row = writable(concrete, row, call.version)?;
        check_tag(row.get("groupTag").and_then(Value::as_str))?;
        read.push(row);
    }
    let batch = tenant.next_number();
    let mut serials = BTreeSet::new();
    let mut shown = Vec::new();
    for row in read {
        let import = judge(tenant, &row, &mut serials, batch, due);
        shown.push(Value::Object(entity(&import)));
        tenant.index.batches.entry(batch).or_default().push(import.id.clone());
        let id = import.id.clone();
        tenant.imports.put(&id, import);
    }
    tenant.index.plan(due, Work::FinishImport(batch));
    Ok(shown)
}

/// What a row will come to, as far as it can be told from the row.
fn judge(tenant: &Tenant, row: &Object, serials: &mut BTreeSet<EcoString>, batch: u64, due: i64) -> Import {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let owned = |name: &str| text(name).map(str::to_owned);
    let refuse = |code: i32, name: &str| Err((code, name.to_owned()));
    let serial = text("serialNumber");
    let hardware = match (serial, text("hardwareIdentifier").and_then(hardware_hash::read)) {
        (None, None) if text("productKey").is_none() => refuse(803, "MissingZtdSerialNumberAndProductKey"),
        (_, None) => refuse(802, "InvalidZtdHardwareHash"),
        (Some(serial), Some(hardware)) if !serial.eq_ignore_ascii_case(&hardware.serial) => {
            refuse(802, "InvalidZtdHardwareHash")
        }
        // Of the user's address only the domain is looked at.
        _ if text("assignedUserPrincipalName").is_some_and(|upn| !tenant.owns_domain_of(upn)) => {
            refuse(801, "InvalidZtdRequestBody")
        }
        // The number of this error is not known; clients decide on the name.
        (_, Some(hardware)) if !serials.insert(hardware.serial.to_lowercase()) => refuse(815, "ZtdDeviceDuplicated"),
        (_, Some(hardware)) => Ok(hardware),
    };
    Import {
        id: uuid::Uuid::new_v4().to_string(),
        serial: owned("serialNumber"),
        group_tag: owned("groupTag"),
        product_key: owned("productKey"),
        import_id: owned("importId"),
        user: owned("assignedUserPrincipalName"),
        hardware,
        batch,
        due,
        state: ImportState::Waiting,
    }
}
