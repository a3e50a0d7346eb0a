//! What leaves with a change or a destroy: which devices, and what became of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::bring_in::bring_in;
use super::deregister::{deregister, refuse_enrolled};
use super::fleet::{Fleet, Origin, Phase, Row, Want};
use super::rows;
use super::why::Why;
use crate::{
    autopilot::{device::Device, devices::Registered},
    graph::{self, Client},
    knowledge::serial_number::Key,
    resource::Result,
    value::Value,
};

/// The devices that a change takes out of Autopilot, by serial number: of dropped rows those that we imported, and the old
/// machines of `replaced` rows.
pub(super) fn leaving(prior: &Value, planned: &Value, replaced: &BTreeSet<Key>) -> BTreeMap<String, String> {
    let staying = rows::by_key(planned);
    let leaving = rows::rows(prior).filter_map(|(serial_number, row)| {
        let key = Key::of(serial_number);
        let is_dropped = !staying.contains_key(&key);
        let leaves = replaced.contains(&key) || (is_dropped && rows::origin(row) == Some(Origin::Imported));
        leaves.then(|| Some((serial_number.clone(), rows::id(row)?.to_owned()))).flatten()
    });
    leaving.collect()
}

/// What became of the devices that were to leave.
#[derive(Default)]
pub(super) struct Left {
    /// The rows whose devices are still registered, as they were.
    pub(super) kept: BTreeMap<String, Value>,
    /// Why, by serial number.
    pub(super) failed: BTreeMap<String, Why>,
    pub(super) stopped: Option<graph::Error>,
}

/// Deregisters what leaves. Enrolled devices are refused before anything is written.
pub(super) async fn leave(
    graph: &Client,
    registered: &Registered,
    prior: &Value,
    planned: &Value,
    replaced: &BTreeSet<Key>,
    tenant: String,
) -> Result<Left> {
    let mut devices: BTreeMap<String, Arc<Device>> = leaving(prior, planned, replaced)
        .into_iter()
        .filter_map(|(serial_number, id)| Some((serial_number, registered.by_id(&id)?.clone())))
        .collect();
    let allowed = if planned.is_null() { prior } else { planned };
    let is_allowed = allowed.get("deregister_enrolled").as_bool() == Some(true);
    if !is_allowed && let Some(refusal) = refuse_enrolled(devices.values().map(Arc::as_ref)) {
        return Err(refusal.into());
    }
    let mut left = Left::default();
    let keep = |left: &mut Left, serial_number: &str| {
        left.kept.insert(serial_number.to_owned(), prior.get(rows::DEVICES).get(serial_number).clone());
    };
    // A row that is dropped before it was finished may have an import of ours under way: it is waited for, then taken back.
    let staying = rows::by_key(planned);
    let unfinished = rows::rows(prior)
        .filter(|(serial_number, row)| rows::id(row).is_none() && !staying.contains_key(&Key::of(serial_number)))
        .map(|(serial_number, _)| (serial_number.clone(), Row::new(Want::default())));
    let mut unfinished = Fleet { tenant, rows: unfinished.collect(), sent: false };
    if !unfinished.rows.is_empty() {
        left.stopped = bring_in(graph, &mut unfinished, registered).await.err();
    }
    for (serial_number, row) in unfinished.rows {
        match row.phase {
            Phase::Registered(device) if row.origin == Some(Origin::Imported) => {
                devices.insert(serial_number, device);
            }
            Phase::Importing | Phase::Unlisted(_) => keep(&mut left, &serial_number),
            _ => {}
        }
    }
    if left.stopped.is_some() {
        devices.keys().for_each(|serial_number| keep(&mut left, serial_number));
        return Ok(left);
    }
    let going: Vec<_> = devices.values().cloned().collect();
    let gone = deregister(graph, &going, registered).await;
    for (serial_number, device) in &devices {
        if !gone.ids.contains(&device.id) {
            keep(&mut left, serial_number);
            if let Some(why) = gone.failed.get(&device.id) {
                let mut why = why.clone();
                if device.is_enrolled {
                    why.reason.push_str("; it is enrolled in Intune: retire or wipe it there first");
                }
                left.failed.insert(serial_number.clone(), why);
            }
        }
    }
    left.stopped = gone.stopped;
    Ok(left)
}
