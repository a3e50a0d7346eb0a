//! Devices of a configuration that are registered with Windows Autopilot: as many as one resource holds, as rows of a map
//! by serial number. What `autopilot_device_import` and `autopilot_device` have in common.
//!
//! It is no object of Graph's. A hardware hash is handed to the service (`importing`), which works on it for minutes; after
//! a sync the device is listed (`listed`) and takes a group tag, a user and a name (`properties`).
//!
//! Core taints a resource whose create fails, and would delete its devices to make them again. So a create that has sent
//! anything answers all rows without an error: a row that is not finished has a null id and a status that says why, the
//! next plan is an update in place, and only an update reports rows as errors.

mod again;
mod attributes;
mod bring_in;
mod check;
mod deregister;
mod doubts;
mod fleet;
mod importing;
mod leaving;
mod listed;
mod look;
mod moving;
mod planning;
mod properties;
mod reading;
mod report;
mod rows;
mod users_and_tags;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::{
    bring_in::bring_in,
    fleet::{Origin, Phase, Row},
    leaving::{Leaving, leave},
};
use crate::{
    autopilot::{device::Device, devices::Registered, import_record::Importer, imports},
    diagnostic::{Diagnostics, Severity},
    graph::Client,
    knowledge::serial_number::Key,
    resource::{Change, Cx, Private, Result, Things},
    value::Value,
};

pub(super) use self::{attributes::of_device, fleet::Fleet, rows::DEVICES, why::several};

/// The devices of an object, each with what goes along with it. None while they are not known.
pub(super) fn things(object: &Value, private: &Private) -> Option<Things> {
    moving::things(object, private)
}

/// Tells rows whose key is not a serial number, and rows of one device.
pub(super) fn check_keys(config: &Value, diagnostics: &mut Diagnostics) {
    check::check_keys(config, diagnostics);
}

/// Tells hashes that are none or of another device, and serial numbers that are none.
pub(super) fn check_rows(config: &Value, diagnostics: &mut Diagnostics) {
    check::check_rows(config, diagnostics);
}

/// A device that is there, as a row that was adopted.
pub(super) fn adopted(device: &Device) -> Value {
    rows::registered_row(device, Origin::Adopted, &Value::Null)
}

/// What the plan has to say of the rows.
pub(super) async fn plan(cx: &mut Cx, change: &mut Change) -> Result<()> {
    if change.planned.get(DEVICES).is_unknown() {
        return Ok(());
    }
    planning::warn_of_rows_without_hash(cx, change);
    doubts::warn(cx, change).await;
    if change.prior.is_null() {
        return Ok(());
    }
    planning::keep_rows_of_other_case(cx, change);
    again::plan_greetings(change);
    let again = again::rows_to_do_again(cx, change);
    for serial_number in &again {
        again::plan_again(change, serial_number);
    }
    if !cx.has_tenant() {
        return Ok(());
    }
    let replaced = again.iter().map(|serial_number| Key::of(serial_number)).collect();
    let shared = rows::shared(&cx.private);
    planning::judge(cx, &Leaving { prior: &change.prior, planned: &change.planned, replaced, shared }).await
}

/// Brings in the devices of the configuration, as it is run from a place. Gives the state, and how far each device came.
pub(super) async fn create(cx: &mut Cx, place: &str, planned: &Value) -> Result<(Value, Fleet)> {
    let graph = cx.graph()?;
    let importer = importer(cx, &graph, place).await?;
    let fates = moving::fates(cx, rows::rows(&cx.config)).await?;
    let registered = registered(&graph, &[planned]).await?;
    let rows =
        rows::rows(&cx.config).map(|(serial_number, row)| (serial_number.to_string(), Row::new(rows::want(row))));
    let mut fleet = Fleet::new(&importer, rows);
    moving::note_fates(&mut fleet, &fates);
    let stopped = bring_in(&graph, &mut fleet, &registered).await.err();
    moving::take_over(cx, &mut fleet).await;
    // Only a state keeps the requests until the next apply.
    fleet.sent |= cx.has_asked_for_approval();
    let severity = if fleet.sent { Severity::Warning } else { Severity::Error };
    let told = report::report(&cx.spec(), &fleet, stopped.as_ref(), severity);
    match fleet.sent {
        true => report::tell(cx, told),
        false => report::fail(cx, told)?,
    }
    rows::remember(&mut cx.private, &fleet, &BTreeMap::new());
    Ok((rows::settled(planned, &fleet, BTreeMap::new()), fleet))
}

/// What is registered of the rows of a state: what was asked for by id, and the list.
pub(super) async fn registered_of(graph: &Client, state: &Value) -> Result<[Arc<Registered>; 2]> {
    Ok(look::of_state(graph, state).await?)
}

/// What is registered in the tenant, for whoever only tells it.
pub(super) async fn known(graph: &Client) -> Result<Arc<Registered>> {
    Ok(reading::shared(graph).await?)
}

/// What is registered of one device, for whoever only tells it. May be all devices.
pub(super) async fn known_of(graph: &Client, serial_number: &str) -> Result<Arc<Registered>> {
    Ok(look::known(graph, std::iter::once(serial_number)).await?)
}

/// The state as it is now, of what is registered.
pub(super) async fn read<const N: usize>(cx: &mut Cx, state: &Value, registered: [Arc<Registered>; N]) -> Value {
    let devices = rows::rows(state)
        .map(|(serial_number, row)| (serial_number.clone(), rows::read_row(serial_number, row, &registered)));
    let devices = Value::Map(devices.collect());
    drop(registered);
    let others = state.as_map().into_iter().flatten().filter(|(name, _)| *name != DEVICES);
    let others = others.map(|(name, value)| (name.clone(), value.clone()));
    let read = others.chain([(DEVICES.into(), devices)]).collect();
    moving::tell_shared(cx, state).await;
    Value::Map(read)
}

/// Lets go what leaves, brings in what comes, and writes what changed. Gives the state, and how far each device came.
pub(super) async fn update(cx: &mut Cx, place: &str, prior: &Value, planned: &Value) -> Result<(Value, Fleet)> {
    let graph = cx.graph()?;
    let importer = importer(cx, &graph, place).await?;
    let replaced: BTreeSet<Key> = rows::rows(&cx.config)
        .filter(|(serial_number, row)| {
            planned.get(DEVICES).get(serial_number).get("id").is_unknown()
                && rows::is_other_machine(&cx.private, serial_number, row)
        })
        .map(|(serial_number, _)| Key::of(serial_number))
        .collect();
    let leaving = Leaving { prior, planned, replaced, shared: rows::shared(&cx.private) };
    if leaving.deregisters() {
        cx.wait_for_others().await?;
    }
    let fates = moving::fates(cx, rows::rows(&cx.config)).await?;
    let registered = registered(&graph, &[prior, planned]).await?;
    let left = leave(&graph, moving::holder(cx)?, &registered, &leaving, &importer).await?;

    let before = rows::by_key(prior);
    let kept: BTreeSet<Key> = left.kept.keys().map(|serial_number| Key::of(serial_number)).collect();
    let rows = rows::rows(&cx.config).map(|(serial_number, config)| {
        let key = Key::of(serial_number);
        let mut row = Row::new(rows::want(config));
        row.is_other_machine = leaving.replaced.contains(&key);
        go_on(&mut row, before.get(&key).copied().unwrap_or(&Value::Null), kept.contains(&key), &registered);
        (serial_number.to_string(), row)
    });
    let mut fleet = Fleet::new(&importer, rows);
    moving::note_fates(&mut fleet, &fates);
    let stopped = match left.stopped {
        Some(error) => Some(error),
        None => bring_in(&graph, &mut fleet, &registered).await.err(),
    };
    moving::take_over(cx, &mut fleet).await;
    fleet.rows.retain(|serial_number, _| !kept.contains(&Key::of(serial_number)));
    fleet.records_left.extend(left.records_left);
    fleet.records_left.extend(imports::delete(&graph, &rows::records_left(&cx.private)).await);
    cx.diagnostics.extend(moving::adopted_elsewhere(&left.adopted_elsewhere));
    let mut told = report::still_registered(&cx.spec(), &left.failed);
    told.extend(report::report(&cx.spec(), &fleet, stopped.as_ref(), Severity::Error));
    report::tell(cx, told);
    rows::remember(&mut cx.private, &fleet, &left.kept);
    Ok((rows::settled(planned, &fleet, left.kept), fleet))
}

/// Lets all devices go.
pub(super) async fn delete(cx: &mut Cx, place: &str, state: &Value) -> Result<()> {
    let graph = cx.graph()?;
    let importer = importer(cx, &graph, place).await?;
    let shared = rows::shared(&cx.private);
    let leaving = Leaving { prior: state, planned: &Value::Null, replaced: BTreeSet::new(), shared };
    let records_left = imports::delete(&graph, &rows::records_left(&cx.private)).await;
    rows::remember_records(&mut cx.private, &records_left);
    if !leaving.deregisters() {
        return Ok(());
    }
    cx.wait_for_others().await?;
    let registered = registered(&graph, &[state]).await?;
    let left = leave(&graph, moving::holder(cx)?, &registered, &leaving, &importer).await?;
    if let Some(error) = left.stopped {
        return Err(error.into());
    }
    cx.diagnostics.extend(moving::adopted_elsewhere(&left.adopted_elsewhere));
    let told = report::still_registered(&cx.spec(), &left.failed);
    report::fail(cx, told)
}

async fn importer(cx: &Cx, graph: &Client, place: &str) -> Result<Importer> {
    let tenant = match cx.private.tenant() {
        Some(id) => id.to_owned(),
        None => graph.tenant_id().await?,
    };
    Ok(Importer { tenant, place: place.to_owned() })
}

/// What is registered of the devices of these objects.
async fn registered(graph: &Client, objects: &[&Value]) -> Result<Registered> {
    let rows = objects.iter().flat_map(|object| rows::rows(object));
    Ok(look::registered(graph, rows.map(|(serial_number, _)| serial_number.as_str())).await?)
}

/// Puts a row where the state says it is. `is_kept`: its old device was to leave and is still there.
fn go_on(row: &mut Row, before: &Value, is_kept: bool, registered: &Registered) {
    let failed = |why: &str| Phase::Failed(why.into());
    let Some(id) = rows::id(before) else { return };
    if is_kept {
        row.phase = failed("the other device with this serial number is still registered; apply again");
    } else if !row.is_other_machine {
        row.phase = match registered.by_id(id) {
            Some(device) => Phase::Registered(device.clone()),
            None => failed("it is not registered any more; plan and apply again"),
        };
    } else {
        return;
    }
    row.origin = rows::origin(before);
}
