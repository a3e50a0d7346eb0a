//! Devices that move between the imports of one run: handed over with their origin, or registered again.

use std::collections::BTreeMap;

use serde_json::json;

use super::fleet::{Fleet, Origin, Phase};
use super::rows;
use super::why::several;
use crate::{
    diagnostic::Diagnostic,
    knowledge::serial_number::Key,
    path::Path,
    resource::{
        Cx, Private, Result, Things, shared,
        wishes::{Fate, Holder},
    },
    value::{Name, Value},
};

/// The devices of an import, each with its origin and the machine that is remembered. None while they are not known.
pub(super) fn things(object: &Value, private: &Private) -> Option<Things> {
    let devices = object.get(rows::DEVICES).as_map()?;
    // In a list: an object for each of thousands of devices would take more than the devices.
    let along = |serial_number: &str, row: &Value| {
        json!([rows::origin(row) == Some(Origin::Imported), rows::remembered(private, serial_number)])
    };
    let thing =
        |(serial_number, row): (&Name, &Value)| (Key::of(serial_number).as_str().to_owned(), along(serial_number, row));
    Some(devices.iter().map(thing).collect())
}

/// The import among the others of this run.
pub(super) fn holder(cx: &Cx) -> Result<&Holder> {
    let unknown =
        || Diagnostic::error("Devices Not Known", "The devices are not known yet.").at(Path::of(rows::DEVICES));
    Ok(cx.holder().ok_or_else(unknown)?)
}

/// What became of rows that another resource of this run deregistered. Waits until that is decided, so that a list that is
/// read from now on tells the truth.
pub(super) async fn fates<'a>(
    cx: &Cx,
    rows: impl Iterator<Item = (&'a Name, &'a Value)> + Send,
) -> Result<BTreeMap<Key, Fate>> {
    let (graph, holder, mut fates) = (cx.graph()?, holder(cx)?, BTreeMap::new());
    for key in rows.map(|(serial_number, _)| Key::of(serial_number)) {
        let fate = holder.fate(key.as_str());
        let fate = graph.unless_stopped("waiting for another resource to deregister a device", fate).await?;
        fates.extend(fate.map(|fate| (key, fate)));
    }
    Ok(fates)
}

/// A row whose device is gone is registered again, where its id is open; one of which nobody saw the end is not called
/// registered.
pub(super) fn note_fates(fleet: &mut Fleet, fates: &BTreeMap<Key, Fate>) {
    for (serial_number, row) in &mut fleet.rows {
        row.phase = match (fates.get(&Key::of(serial_number)), &row.phase) {
            (Some(Fate::Unsure), _) => {
                Phase::Failed("another resource of this run was deregistering it; apply again".into())
            }
            (Some(Fate::Gone), Phase::Registered(_)) => {
                Phase::Failed("another resource of this run deregistered it; apply again".into())
            }
            (Some(Fate::Gone), Phase::Missing) if row.want.hash.is_none() => {
                let why =
                    "another resource of this run deregistered it, and there is no hardware_hash to register it again";
                Phase::Failed(why.into())
            }
            _ => continue,
        };
        row.origin = None;
    }
}

/// What was adopted from another resource of this run is whose it was there.
pub(super) async fn take_over(cx: &Cx, fleet: &mut Fleet) {
    let Some(holder) = cx.holder() else { return };
    for (serial_number, row) in &fleet.rows {
        if row.origin.is_some() {
            holder.makes_again(Key::of(serial_number).as_str());
        }
    }
    if !fleet.rows.values().any(|row| row.is_newly_adopted) {
        return;
    }
    tokio::select! {
        () = holder.wait_for_heirloom() => {}
        () = cx.cancelled() => {}
    }
    for (serial_number, row) in fleet.rows.iter_mut().filter(|(_, row)| row.is_newly_adopted) {
        let Some(along) = holder.inherit(Key::of(serial_number).as_str()) else { continue };
        let (is_imported, machine) = (&along[0], &along[1]);
        if *is_imported == true {
            row.origin = Some(Origin::Imported);
        }
        row.machine_there = machine.as_str().map(str::to_owned);
    }
}

/// Tells which devices were let go to an import that had adopted them before.
pub(super) fn adopted_elsewhere(serial_numbers: &[String]) -> Option<Diagnostic> {
    if serial_numbers.is_empty() {
        return None;
    }
    let serial_numbers: Vec<_> = serial_numbers.iter().map(String::as_str).collect();
    let detail = format!(
        "Another resource has these devices since this run, and they stay registered: {}. Where their origin is adopted there, \
         since it came first, dropping them leaves them registered, unless deregister_adopted is set.",
        several(&serial_numbers)
    );
    Some(Diagnostic::warning("Devices Handed Over", detail).at(Path::of(rows::DEVICES)))
}

/// Tells which devices another resource has too, and remembers it: dropping such a row must not deregister the other's device.
pub(super) async fn tell_shared(cx: &mut Cx, state: &Value) {
    let Some(holder) = cx.holder() else { return };
    let elsewhere = holder.held_elsewhere().await;
    let names: BTreeMap<_, _> = rows::rows(state).map(|(name, _)| (Key::of(name).as_str().to_owned(), name)).collect();
    let written = |key: &str| names.get(key).map_or(key, |name| name.as_str()).to_owned();
    let told: Vec<_> = elsewhere.iter().map(|other| other.warning(written).at(Path::of(rows::DEVICES))).collect();
    cx.diagnostics.extend(told);
    shared::remember(&mut cx.private, &elsewhere.into_iter().flat_map(|other| other.both).collect());
}
