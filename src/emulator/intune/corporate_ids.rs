//! Corporate device identifiers (beta): which devices are the company's before they enrol.
//!
//! Facts: Graph's `importedDeviceIdentity`, Microsoft's page on corporate identifiers (Windows takes
//! `manufacturer,model,serial` in one text), and a report of what malformed items are answered.

use serde_json::{Value, json};

use crate::emulator::call::{Call, Outcome};
use crate::emulator::collection::entity::entity;
use crate::emulator::collection::write::prepare;
use crate::emulator::collection::{Collection, PLAIN, Shown, View};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, writable};
use crate::emulator::model::kind;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

const TYPE: &str = "importedDeviceIdentity";
/// The portal's limit, taken for the service's.
const MOST_ROWS: usize = 5000;

pub(crate) static CORPORATE_IDS: Collection = Collection {
    name: "importedDeviceIdentities",
    kind: TYPE,
    required: &["importedDeviceIdentifier"],
    check: |tenant, before, values| {
        if malformed(values) {
            return Err(refused(1));
        }
        let twice = before.is_none() && existing(tenant, values).is_some();
        if twice { Err(Failure::intune_refuses()) } else { Ok(()) }
    },
    begin: |_, item, _| {
        // A device that was never seen.
        item.entity.insert("enrollmentState".into(), json!("notContacted"));
        Ok(())
    },
    ..PLAIN
};

fn refused(rows: usize) -> Failure {
    Failure::intune_says(format!("Invalid Device Identifier parameter found for {rows} import records!"))
}

fn text<'a>(values: &'a Object, name: &str) -> &'a str {
    values.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn malformed(values: &Object) -> bool {
    let identifier = text(values, "importedDeviceIdentifier").trim();
    match text(values, "importedDeviceIdentityType") {
        "manufacturerModelSerial" => {
            let parts: Vec<&str> = identifier.split(',').map(str::trim).collect();
            parts.len() != 3 || parts.iter().any(|part| part.is_empty())
        }
        "imei" => identifier.len() < 14 || !identifier.bytes().all(|byte| byte.is_ascii_digit()),
        "serialNumber" => identifier.is_empty() || identifier.contains(','),
        _ => true,
    }
}

/// The record of this identifier, if there is one.
fn existing<'a>(tenant: &'a Tenant, values: &Object) -> Option<&'a Item> {
    tenant.items(CORPORATE_IDS.name).values().find(|item| {
        item.text("importedDeviceIdentityType") == text(values, "importedDeviceIdentityType")
            && item
                .text("importedDeviceIdentifier")
                .eq_ignore_ascii_case(text(values, "importedDeviceIdentifier").trim())
    })
}

/// The rows of an action's body, each of the right type.
fn rows(call: &Call, more: &[&str]) -> Result<Vec<Object>, Failure> {
    const PARAMETER: &str = "importedDeviceIdentities";
    let body = call.object()?;
    let known = body.keys().all(|name| name == PARAMETER || more.contains(&name.as_str()));
    let rows = body.get(PARAMETER).and_then(Value::as_array).filter(|_| known);
    let rows = rows.ok_or_else(Failure::intune_refuses)?;
    if rows.len() > MOST_ROWS {
        return Err(Failure::intune_refuses());
    }
    let mut read = Vec::new();
    for row in rows {
        let row = row.as_object().ok_or_else(Failure::intune_refuses)?;
        read.push(writable(kind(TYPE), row, call.version)?);
    }
    match read.iter().filter(|row| malformed(row)).count() {
        0 => Ok(read),
        bad => Err(refused(bad)),
    }
}

fn shown(site: &Site<'_>, call: &Call, item: &Item) -> Object {
    let view =
        View { version: call.version, now: call.now, settings: site.settings, how: Shown::Single, selects: false };
    entity(&CORPORATE_IDS, item, &view)
}

/// `importDeviceIdentityList`: each row with a `status` of its own. Without overwriting, an identifier that is there
/// under another description is not imported.
pub(crate) fn import(site: &mut Site<'_>, call: &Call) -> Outcome {
    const OVERWRITE: &str = "overwriteImportedDeviceIdentities";
    let rows = rows(call, &[OVERWRITE])?;
    let overwrite = call.object()?.get(OVERWRITE).and_then(Value::as_bool).unwrap_or(false);
    let mut answer = Vec::new();
    for row in rows {
        let tenant = &mut *site.tenant;
        let there = existing(tenant, &row).cloned();
        let (item, status) = match there {
            None => (prepare(tenant, &CORPORATE_IDS, call, &row)?, true),
            Some(item) if item.text("description") == text(&row, "description") => (item, true),
            Some(mut item) if overwrite => {
                item.entity.extend(row);
                item.modified = Some(call.now);
                (item, true)
            }
            Some(item) => (item, false),
        };
        let id = item.id.clone();
        let mut result = shown(site, call, &item);
        result.insert("@odata.type".into(), json!("#microsoft.graph.importedDeviceIdentityResult"));
        result.insert("status".into(), json!(status));
        answer.push(Value::Object(result));
        site.tenant.items_mut(CORPORATE_IDS.name).put(&id, item);
    }
    Ok(whole(call, answer))
}

/// `searchExistingIdentities`: those of the list that are known.
pub(crate) fn search(site: &mut Site<'_>, call: &Call) -> Outcome {
    let rows = rows(call, &[])?;
    let tenant = &*site.tenant;
    let found = rows.iter().filter_map(|row| existing(tenant, row));
    Ok(whole(call, found.map(|item| Value::Object(shown(site, call, item))).collect()))
}
