//! `autopilot_device_import`: the devices of a fleet, registered with Windows Autopilot, as one map by serial number.
//!
//! It is no object of Graph's. A hardware hash is handed to the service (`importing`), which works on it for minutes; after
//! a sync the device is listed (`listed`) and takes a group tag, a user and a name (`properties`). One resource holds them
//! all, since 5,000 devices are then one list.
//!
//! Core taints a resource whose create fails, and would delete its devices to make them again. So a create that has sent
//! anything answers all rows without an error: a row that is not finished has a null id and a status that says why, the
//! next plan is an update in place, and only an update reports rows as errors.

mod again;
mod bring_in;
mod check;
mod deregister;
mod existing;
mod fleet;
mod importing;
mod leaving;
mod listed;
mod properties;
mod report;
mod rows;
mod table;
mod why;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use uuid::Uuid;

use self::{
    bring_in::bring_in,
    deregister::refuse_enrolled,
    fleet::{Fleet, Origin, Phase, Row},
    leaving::{leave, leaving},
};
use crate::{
    autopilot::{
        device::Device,
        devices::{self, Registered},
    },
    diagnostic::{Diagnostics, Severity},
    graph::Client,
    knowledge::serial_number::Key,
    resource::{Change, Cx, Resource, Result, Spec},
    value::Value,
};

/// The resource.
pub struct DeviceImport;

#[async_trait]
impl Resource for DeviceImport {
    fn spec(&self) -> Spec {
        table::spec()
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        check::check(config, diagnostics);
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        if change.prior.is_null() || change.planned.get(rows::DEVICES).is_unknown() {
            return Ok(());
        }
        let again = again::rows_to_do_again(cx, change);
        for serial_number in &again {
            again::plan_again(change, serial_number);
        }
        let allowed = if change.planned.is_null() { &change.prior } else { &change.planned };
        let allowed = allowed.get("deregister_enrolled");
        if allowed.as_bool() == Some(true) || allowed.is_unknown() || !cx.has_tenant() {
            return Ok(());
        }
        let again = again.iter().map(|serial_number| Key::of(serial_number)).collect();
        let leaving = leaving(&change.prior, &change.planned, &again);
        if leaving.is_empty() {
            return Ok(());
        }
        let registered = devices::registered(&cx.graph()?).await?;
        let devices = leaving.values().filter_map(|id| registered.by_id(id).map(Arc::as_ref));
        refuse_enrolled(devices).map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let registered = devices::registered(&graph).await?;
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
        let mut state = rows::settled(planned, &fleet, BTreeMap::new());
        state.insert("id", Uuid::new_v4().to_string().into());
        Ok(state)
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let registered = devices::registered(&cx.graph()?).await?;
        let devices = rows::rows(state)
            .map(|(serial_number, row)| (serial_number.clone(), rows::read_row(serial_number, row, &registered)));
        let mut read = state.clone();
        read.insert(rows::DEVICES, Value::Map(devices.collect()));
        Ok(Some(read))
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let tenant = tenant(cx, &graph).await?;
        let registered = devices::registered(&graph).await?;
        let replaced: BTreeSet<Key> = rows::rows(&cx.config)
            .filter(|(serial_number, row)| {
                planned.get(rows::DEVICES).get(serial_number).get("id").is_unknown()
                    && rows::is_other_machine(&cx.private, serial_number, row)
            })
            .map(|(serial_number, _)| Key::of(serial_number))
            .collect();
        let left = leave(&graph, &registered, prior, planned, &replaced, tenant.clone()).await?;

        let before = rows::by_key(prior);
        let kept: BTreeSet<Key> = left.kept.keys().map(|serial_number| Key::of(serial_number)).collect();
        let fleet = rows::rows(&cx.config).map(|(serial_number, config)| {
            let key = Key::of(serial_number);
            let mut row = Row::new(rows::want(config));
            row.is_other_machine = replaced.contains(&key);
            go_on(&mut row, before.get(&key).copied().unwrap_or(&Value::Null), kept.contains(&key), &registered);
            (serial_number.clone(), row)
        });
        let mut fleet = Fleet { tenant, rows: fleet.collect(), sent: false };
        let stopped = match left.stopped {
            Some(error) => Some(error),
            None => bring_in(&graph, &mut fleet, &registered).await.err(),
        };
        fleet.rows.retain(|serial_number, _| !kept.contains(&Key::of(serial_number)));
        cx.diagnostics.extend(report::still_registered(&self.spec(), &left.failed));
        cx.diagnostics.extend(report::report(&self.spec(), &fleet, stopped.as_ref(), Severity::Error));
        rows::remember(&mut cx.private, &fleet, &left.kept);
        Ok(rows::settled(planned, &fleet, left.kept))
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        let graph = cx.graph()?;
        let tenant = tenant(cx, &graph).await?;
        let registered = devices::registered(&graph).await?;
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
        let registered = devices::registered(&cx.graph()?).await?;
        let found = existing::find(id, &registered)?;
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

async fn tenant(cx: &Cx, graph: &Client) -> Result<String> {
    match cx.private.tenant() {
        Some(id) => Ok(id.to_owned()),
        None => Ok(graph.tenant_id().await?),
    }
}
