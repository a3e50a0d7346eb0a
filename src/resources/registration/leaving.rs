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
    autopilot::{device::Device, devices::Registered, import_record::Importer},
    graph::{self, Client},
    knowledge::serial_number::Key,
    resource::{
        Result,
        wishes::{Fate, Holder},
    },
    value::{Name, Value},
};

/// What a change lets go.
pub(super) struct Leaving<'a> {
    pub(super) prior: &'a Value,
    /// Null at destroy.
    pub(super) planned: &'a Value,
    /// The rows whose device is another machine now.
    pub(super) replaced: BTreeSet<Key>,
    /// The rows that another resource has too.
    pub(super) shared: BTreeSet<Key>,
}

impl<'a> Leaving<'a> {
    /// Whether a switch is on, in the configuration, or at destroy in the state. None where that is not known yet.
    pub(super) fn allows(&self, switch: &str) -> Option<bool> {
        let object = if self.planned.is_null() { self.prior } else { self.planned };
        let allowed = object.get(switch);
        (!allowed.is_unknown()).then(|| allowed.as_bool() == Some(true))
    }

    /// The rows that are dropped.
    pub(super) fn dropped(&self) -> impl Iterator<Item = (&'a Name, &'a Value)> {
        let staying = rows::by_key(self.planned);
        rows::rows(self.prior).filter(move |(serial_number, _)| !staying.contains_key(&Key::of(serial_number)))
    }

    /// The devices that it takes out of Autopilot, by serial number, unless another resource wants them: of dropped rows those
    /// that we imported, adopted ones where that is allowed, and the old machines of replaced rows.
    pub(super) fn devices(&self) -> BTreeMap<String, String> {
        let adopted = self.allows("deregister_adopted") == Some(true);
        let leaves = |row: &Value| rows::origin(row) == Some(Origin::Imported) || adopted;
        let dropped = self.dropped().filter(|(serial_number, row)| leaves(row) && !self.is_shared(serial_number));
        let replaced = rows::rows(self.prior).filter(|(serial_number, _)| self.is_replaced(serial_number));
        let leaving = dropped.chain(replaced);
        leaving
            .filter_map(|(serial_number, row)| Some((serial_number.to_string(), rows::id(row)?.to_owned())))
            .collect()
    }

    /// The dropped rows that were not finished: an import of ours may be under way.
    fn unfinished(&self) -> impl Iterator<Item = &'a Name> {
        let unfinished =
            self.dropped().filter(|(serial_number, row)| rows::id(row).is_none() && !self.is_shared(serial_number));
        unfinished.map(|(serial_number, _)| serial_number)
    }

    /// Whether anything may have to be deregistered.
    pub(super) fn deregisters(&self) -> bool {
        !self.devices().is_empty() || self.unfinished().next().is_some()
    }

    fn is_shared(&self, serial_number: &str) -> bool {
        self.shared.contains(&Key::of(serial_number))
    }

    fn is_replaced(&self, serial_number: &str) -> bool {
        self.replaced.contains(&Key::of(serial_number))
    }
}

/// What became of the devices that were to leave.
#[derive(Default)]
pub(super) struct Left {
    /// The rows whose devices are still registered, as they were.
    pub(super) kept: BTreeMap<Name, Value>,
    /// Why, by serial number.
    pub(super) failed: BTreeMap<String, Why>,
    /// Devices that another resource has by now, which took them for adopted.
    pub(super) adopted_elsewhere: Vec<String>,
    /// Ids of import records that could not be deleted.
    pub(super) records_left: Vec<String>,
    pub(super) stopped: Option<graph::Error>,
}

/// Deregisters what leaves and what no other import of this run wants. Enrolled devices are refused before anything is
/// written.
pub(super) async fn leave(
    graph: &Client,
    holder: &Holder,
    registered: &Registered,
    leaving: &Leaving<'_>,
    importer: &Importer,
) -> Result<Left> {
    let key_of = |serial_number: &str| Key::of(serial_number).as_str().to_owned();
    let wanted = |serial_number: &str| holder.is_wanted_elsewhere(Key::of(serial_number).as_str());
    let is_going = |serial_number: &str| leaving.is_replaced(serial_number) || !wanted(serial_number);
    let mut devices: BTreeMap<String, Arc<Device>> = leaving
        .devices()
        .into_iter()
        .filter_map(|(serial_number, id)| Some((serial_number, registered.by_id(&id)?.clone())))
        .collect();
    let going = devices.iter().filter(|(serial_number, _)| is_going(serial_number));
    if leaving.allows("deregister_enrolled") != Some(true)
        && let Some(refusal) = refuse_enrolled(going.map(|(_, device)| device.as_ref()))
    {
        return Err(refusal.into());
    }
    let mut left = Left::default();
    let keep = |left: &mut Left, serial_number: &str| {
        left.kept.insert(serial_number.into(), leaving.prior.get(rows::DEVICES).get(serial_number).clone());
    };
    // A row that is dropped before it was finished may have an import of ours under way: it is waited for, then taken back.
    let unfinished = leaving.unfinished().filter(|serial_number| !wanted(serial_number));
    let unfinished = unfinished.map(|serial_number| (serial_number.to_string(), Row::new(Want::default())));
    let mut unfinished = Fleet::new(importer, unfinished);
    if !unfinished.rows.is_empty() {
        left.stopped = bring_in(graph, &mut unfinished, registered).await.err();
    }
    left.records_left = unfinished.records_left;
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

    let (replaced, dropped): (Vec<_>, Vec<_>) = devices.keys().partition(|number| leaving.is_replaced(number));
    let dropped: Vec<_> = dropped.into_iter().map(|serial_number| key_of(serial_number)).collect();
    let let_go = holder.let_go(dropped.iter().map(String::as_str));
    replaced.iter().for_each(|serial_number| holder.removes(Key::of(serial_number).as_str()));
    let is_imported = |serial_number: &str| {
        rows::origin(leaving.prior.get(rows::DEVICES).get(serial_number)) == Some(Origin::Imported)
    };
    devices.retain(|serial_number, _| {
        let handed_over = let_go.handed_over.get(&key_of(serial_number));
        if handed_over == Some(&false) && is_imported(serial_number) {
            left.adopted_elsewhere.push(serial_number.clone());
        }
        handed_over.is_none()
    });

    let going: Vec<_> = devices.values().cloned().collect();
    let gone = deregister(graph, &going, registered).await;
    for (serial_number, device) in &devices {
        let key = key_of(serial_number);
        if gone.ids.contains(&device.id) {
            holder.removed(&key, Fate::Gone);
            continue;
        }
        keep(&mut left, serial_number);
        if let Some(why) = gone.failed.get(&device.id) {
            holder.removed(&key, Fate::Stayed);
            let mut why = why.clone();
            if device.is_enrolled {
                why.reason.push_str("; it is enrolled in Intune: retire or wipe it there first");
            }
            left.failed.insert(serial_number.clone(), why);
        }
    }
    left.stopped = gone.stopped;
    Ok(left)
}
