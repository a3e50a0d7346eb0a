//! `autopilot_device_import`: the devices of a fleet, registered with Windows Autopilot, as one map by serial number.
//!
//! It is no object of Graph's. A hardware hash is handed to the service
//! (`records`), which works on it for minutes; after a sync (`sync`) the device is listed (`registered`) and takes a
//! group tag, a user and a name (`properties`). One resource holds them all, since 5,000 devices are then one list.
//!
//! Core taints a resource whose create fails, and would delete its devices to make them again. So a create that has sent
//! anything answers all rows without an error: a row that is not finished has a null id and a status that says why, the
//! next plan is an update in place, and only an update reports rows as errors.

mod bring_in;
mod deregister;
mod fleet;
mod leaving;
mod properties;
mod record;
mod records;
mod registered;
mod report;
mod rows;
mod sync;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use self::{
    bring_in::bring_in,
    deregister::refuse_enrolled,
    fleet::{Fleet, Origin, Phase, Row},
    leaving::{leave, leaving},
    registered::{Device, Registered, key},
    why::several,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    graph::Client,
    knowledge::hardware_hash,
    path::Path,
    resource::{Change, Cx, Resource, Result, Spec},
    schema::{Check, boolean, map_of, string},
    value::Value,
};

/// The resource.
pub struct DeviceImport;

#[async_trait]
impl Resource for DeviceImport {
    fn spec(&self) -> Spec {
        Spec::new(
            "device_import",
            "Registers devices with Windows Autopilot by their hardware hashes, or adopts registered ones.",
        )
        .noun("device import")
        .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
        .timeout(Duration::from_secs(3600))
        .without_identity()
        .attributes(vec![
            string("id", "Identifier of this import, made at create.").read_only().stable().off_graph(),
            map_of(rows::DEVICES, "The devices by serial number.").required().off_graph().of(vec![
                string(
                    "hardware_hash",
                    "Hardware hash of the device, as Get-WindowsAutopilotInfo collects it. Not set, a device that is \
                         registered already is adopted. It is in no state and no plan.",
                )
                .write_only(),
                string("group_tag", "Group tag. Not set, it stays as it is; empty, it is cleared.").computed().stable(),
                string(
                    "assigned_user",
                    "User principal name of the user that the device greets. Not set, it stays as it is; empty, it is \
                         cleared.",
                )
                .computed()
                .stable()
                .check(Check::Text(is_user)),
                string(
                    "display_name",
                    "Name that the device gets, where its profile has no name template. Not set, it stays as it is; \
                         empty, it is cleared.",
                )
                .computed()
                .stable()
                .max_len(15),
                string("id", "Identifier of the registered device. Null while it is not registered.")
                    .read_only()
                    .stable(),
                string("status", "`registered`, or how far the device is, or why it was refused.").read_only(),
                string("origin", "`imported` for a device that was registered here, `adopted` for one that was there.")
                    .read_only()
                    .stable(),
            ]),
            boolean(
                "deregister_enrolled",
                "Whether devices that are enrolled in Intune may be deregistered when their rows are dropped, or this \
                     is destroyed.",
            )
            .off_graph(),
        ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (serial_number, row) in rows::rows(config) {
            let path = Path::of(rows::DEVICES).key(serial_number);
            if serial_number.trim().is_empty() || serial_number.trim() != serial_number {
                let rule = "has a key that is no serial number: it is empty, or has a blank at an end.";
                diagnostics.push(Diagnostic::invalid(path.clone(), rule));
            }
            if let Some(other) = seen.insert(key(serial_number), serial_number) {
                let rule = format!("is the same device as {other:?}: serial numbers have no case.");
                diagnostics.push(Diagnostic::invalid(path.clone(), &rule));
            }
            let Some(hash) = row.get("hardware_hash").as_str() else { continue };
            let path = path.attribute("hardware_hash");
            match hardware_hash::decode(hash.trim()) {
                Err(error) => {
                    let detail = format!("Device {serial_number}: {error}");
                    diagnostics.push(Diagnostic::error("Invalid Hardware Hash", detail).at(path));
                }
                Ok(decoded) if decoded.belongs_to(serial_number) == Some(false) => {
                    let detail = format!(
                        "The hardware hash is of the device {}, and the row is of {serial_number}.",
                        decoded.serial_number.as_deref().unwrap_or_default().trim()
                    );
                    diagnostics.push(Diagnostic::error("Hash of Another Device", detail).at(path));
                }
                Ok(_) => {}
            }
        }
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        if change.prior.is_null() || change.planned.get(rows::DEVICES).is_unknown() {
            return Ok(());
        }
        let again = rows_to_do_again(cx, change);
        for serial_number in &again {
            plan_again(change, serial_number);
        }
        let allowed = if change.planned.is_null() { &change.prior } else { &change.planned };
        let allowed = allowed.get("deregister_enrolled");
        if allowed.as_bool() == Some(true) || allowed.is_unknown() || !cx.has_tenant() {
            return Ok(());
        }
        let leaving = leaving(&change.prior, &change.planned, &again);
        if leaving.is_empty() {
            return Ok(());
        }
        let registered = registered::list(&cx.graph()?).await?;
        let devices = leaving.values().filter_map(|id| registered.by_id(id));
        refuse_enrolled(devices).map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let registered = registered::list(&graph).await?;
        let fleet =
            rows::rows(&cx.config).map(|(serial_number, row)| (serial_number.clone(), Row::new(rows::want(row))));
        let mut fleet = Fleet { tenant: tenant(cx, &graph).await?, rows: fleet.collect(), sent: false };
        let stopped = bring_in(&graph, &mut fleet, &registered).await.err();
        let severity = if fleet.sent { Severity::Warning } else { Severity::Error };
        let mut told = report::report(&self.spec(), &fleet, stopped.as_ref(), severity);
        if !fleet.sent
            && let Some(last) = told.pop()
        {
            cx.diagnostics.extend(told);
            return Err(last.into());
        }
        cx.diagnostics.extend(told);
        rows::remember(&mut cx.private, &fleet, &BTreeMap::new());
        let mut state = settled(planned, &fleet, BTreeMap::new());
        state.insert("id", Uuid::new_v4().to_string().into());
        Ok(state)
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let registered = registered::list(&cx.graph()?).await?;
        let devices = rows::rows(state)
            .map(|(serial_number, row)| (serial_number.clone(), read_row(serial_number, row, &registered)));
        let mut read = state.clone();
        read.insert(rows::DEVICES, Value::Map(devices.collect()));
        Ok(Some(read))
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let tenant = tenant(cx, &graph).await?;
        let registered = registered::list(&graph).await?;
        let replaced: BTreeSet<String> = rows::rows(&cx.config)
            .filter(|(serial_number, row)| {
                planned.get(rows::DEVICES).get(serial_number).get("id").is_unknown()
                    && rows::is_other_machine(&cx.private, serial_number, row)
            })
            .map(|(serial_number, _)| serial_number.clone())
            .collect();
        let left = leave(&graph, &registered, prior, planned, &replaced, tenant.clone()).await?;

        let fleet = rows::rows(&cx.config).map(|(serial_number, config)| {
            let before = prior.get(rows::DEVICES).get(serial_number);
            let mut row = Row::new(rows::want(config));
            row.is_other_machine = replaced.contains(serial_number);
            row.origin = rows::origin(before);
            match rows::id(before) {
                Some(_) if left.kept.contains_key(serial_number) => {
                    row.phase =
                        Phase::Failed("the device that is registered with this serial number is still there".into());
                }
                Some(id) if !row.is_other_machine => match registered.by_id(id) {
                    Some(device) => row.phase = Phase::Registered(device.clone()),
                    None => row.phase = Phase::Failed("it is not registered any more; plan and apply again".into()),
                },
                _ => row.origin = None,
            }
            (serial_number.clone(), row)
        });
        let mut fleet = Fleet { tenant, rows: fleet.collect(), sent: false };
        let stopped = match left.stopped {
            Some(error) => Some(error),
            None => bring_in(&graph, &mut fleet, &registered).await.err(),
        };
        fleet.rows.retain(|serial_number, _| !left.kept.contains_key(serial_number));
        cx.diagnostics.extend(report::still_registered(&self.spec(), &left.failed));
        cx.diagnostics.extend(report::report(&self.spec(), &fleet, stopped.as_ref(), Severity::Error));
        rows::remember(&mut cx.private, &fleet, &left.kept);
        Ok(settled(planned, &fleet, left.kept))
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        let graph = cx.graph()?;
        let tenant = tenant(cx, &graph).await?;
        let registered = registered::list(&graph).await?;
        let left = leave(&graph, &registered, state, &Value::Null, &BTreeSet::new(), tenant).await?;
        if let Some(error) = left.stopped {
            return Err(error.into());
        }
        let mut told = report::still_registered(&self.spec(), &left.failed);
        match told.pop() {
            Some(last) => {
                cx.diagnostics.extend(told);
                Err(last.into())
            }
            None => Ok(()),
        }
    }

    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        let registered = registered::list(&cx.graph()?).await?;
        let found = find_for_import(id, &registered)?;
        let row = |device: &Device| rows::registered_row(device, Origin::Adopted, &Value::Null);
        let devices = found.into_iter().map(|device| (device.serial_number.clone(), row(device)));
        Ok(Value::object([
            ("id", Uuid::new_v4().to_string().into()),
            (rows::DEVICES, Value::Map(devices.collect())),
            ("deregister_enrolled", Value::Null),
            ("timeouts", Value::Null),
        ]))
    }
}

fn is_user(text: &str) -> std::result::Result<(), String> {
    let is_name = text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
    if text.is_empty() || (is_name && !text.contains(char::is_whitespace)) {
        return Ok(());
    }
    Err(format!("must be a user principal name such as \"ada@contoso.com\", or empty for nobody, got: {text:?}"))
}

async fn tenant(cx: &Cx, graph: &Client) -> Result<String> {
    match cx.private.tenant() {
        Some(id) => Ok(id.to_owned()),
        None => Ok(graph.tenant_id().await?),
    }
}

/// The rows that are not finished, and those whose hash is of another machine than before, or not known yet.
fn rows_to_do_again(cx: &Cx, change: &Change) -> BTreeSet<String> {
    let planned = rows::rows(&change.planned).filter(|(_, row)| row.as_map().is_some());
    let again = planned.filter(|(serial_number, _)| {
        let before = change.prior.get(rows::DEVICES).get(serial_number);
        let config = change.config.get(rows::DEVICES).get(serial_number);
        let hash = config.get("hardware_hash");
        !before.is_null()
            && (rows::id(before).is_none()
                || (hash.is_unknown() && rows::remembered(&cx.private, serial_number).is_some())
                || rows::is_other_machine(&cx.private, serial_number, config))
    });
    again.map(|(serial_number, _)| serial_number.clone()).collect()
}

/// What is computed of a row becomes unknown, so that the plan is an update in place.
fn plan_again(change: &mut Change, serial_number: &str) {
    let config = change.config.get(rows::DEVICES).get(serial_number).clone();
    let Value::Map(planned) = &mut change.planned else { return };
    let Some(Value::Map(devices)) = planned.get_mut(rows::DEVICES) else { return };
    let Some(row) = devices.get_mut(serial_number) else { return };
    for name in ["id", "status", "origin"] {
        row.insert(name, Value::Unknown);
    }
    for name in ["group_tag", "assigned_user", "display_name"] {
        if config.get(name).is_null() {
            row.insert(name, Value::Unknown);
        }
    }
}

/// The state after an apply: each row as far as it came, and the `kept` ones as they were.
fn settled(planned: &Value, fleet: &Fleet, kept: BTreeMap<String, Value>) -> Value {
    let planned_rows = planned.get(rows::DEVICES);
    let devices = fleet
        .rows
        .iter()
        .map(|(serial_number, row)| (serial_number.clone(), rows::settled_row(planned_rows.get(serial_number), row)));
    let mut state = planned.clone();
    state.insert(rows::DEVICES, Value::Map(devices.chain(kept).collect()));
    state
}

/// A row as it is now. One that is not finished stays as it is: the next apply goes on with it.
fn read_row(serial_number: &str, row: &Value, registered: &Registered) -> Value {
    let Some(id) = rows::id(row) else { return row.clone() };
    if let Some(device) = registered.by_id(id) {
        return rows::registered_row(device, rows::origin(row).unwrap_or(Origin::Adopted), row);
    }
    if let Some(device) = registered.by_serial(serial_number) {
        // Somebody deregistered it and registered it again: it is theirs now.
        return rows::registered_row(device, Origin::Adopted, row);
    }
    let mut gone = row.clone();
    gone.insert("id", Value::Null);
    gone.insert("origin", Value::Null);
    gone.insert("status", "not registered any more".into());
    gone
}

fn find_for_import<'a>(id: &str, registered: &'a Registered) -> Result<Vec<&'a Device>> {
    if let Some(serial_numbers) = id.strip_prefix("serial_numbers=") {
        let wanted: Vec<_> = serial_numbers.split(',').map(str::trim).filter(|serial| !serial.is_empty()).collect();
        let missing: Vec<_> = wanted.iter().copied().filter(|serial| registered.by_serial(serial).is_none()).collect();
        if !missing.is_empty() {
            let detail = format!("These are not registered with Windows Autopilot: {}.", several(&missing));
            return Err(Diagnostic::error("Cannot Import Missing Device", detail).into());
        }
        let found: Vec<_> = wanted.iter().filter_map(|serial| registered.by_serial(serial)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if let Some(tag) = id.strip_prefix("group_tag=") {
        let found: Vec<_> = registered.iter().filter(|device| device.group_tag.as_deref() == Some(tag)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let detail = format!("No registered device has the group tag {tag:?}.");
        return Err(Diagnostic::error("Cannot Import Missing Device", detail).into());
    }
    let detail = format!(
        "A device import is brought in by serial numbers, as serial_numbers=PF3A0001,PF3A0002, or by group tag, as \
         group_tag=Sales; got: {id:?}."
    );
    Err(Diagnostic::error("Invalid Import Id", detail).into())
}
