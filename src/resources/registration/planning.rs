//! What a plan has to say of rows that leave, or come from elsewhere.

use std::sync::Arc;

use super::deregister::refuse_enrolled;
use super::fleet::Origin;
use super::leaving::Leaving;
use super::look;
use super::rows;
use super::why::{count, several};
use crate::{
    diagnostic::Diagnostic,
    knowledge::serial_number::Key,
    path::Path,
    plan,
    resource::{Change, Cx, Result},
    schema::{Attribute, Kind},
    value::Value,
};

/// So many rows may be dropped at will.
const FEW: usize = 10;

/// A row whose serial number is written in another case is the row of before.
pub(super) fn keep_rows_of_other_case(cx: &Cx, change: &mut Change) {
    let spec = cx.spec();
    let attribute = spec.attributes.iter().find(|attribute| attribute.name == rows::DEVICES);
    let Some(Attribute { kind: Kind::Nested(_, attributes), .. }) = attribute else { return };
    let prior = rows::by_key(&change.prior);
    let Value::Map(planned) = &mut change.planned else { return };
    let Some(Value::Map(planned)) = planned.get_mut(rows::DEVICES) else { return };
    for (serial_number, row) in planned.iter_mut().filter(|(_, row)| row.as_map().is_some()) {
        let is_new = change.prior.get(rows::DEVICES).get(serial_number).is_null();
        if let Some(before) = prior.get(&Key::of(serial_number)).filter(|_| is_new) {
            let config = change.config.get(rows::DEVICES).get(serial_number);
            *row = plan::propose_element(attributes, config, before);
        }
    }
}

/// Refuses a change that would deregister devices in use, or suspiciously many, unless another resource of this run wants
/// them. Tells which adopted devices stay.
pub(super) async fn judge(cx: &mut Cx, leaving: &Leaving<'_>) -> Result<()> {
    let devices = leaving.devices();
    let mut enrolled = Vec::new();
    if !devices.is_empty() && leaving.allows("deregister_enrolled") == Some(false) {
        let registered = look::known(&cx.graph()?, devices.keys().map(String::as_str)).await?;
        let found = devices.values().filter_map(|id| registered.by_id(id).cloned());
        enrolled.extend(found.filter(|device| device.is_enrolled));
    }
    let is_cut_off = is_cut_off(leaving, |_| false);
    if is_cut_off || !enrolled.is_empty() {
        // The plan of whoever wants them may come after this one.
        cx.wait_for_others().await?;
    }
    let wanted = |serial_number: &str| {
        cx.holder().is_some_and(|holder| holder.is_planned_elsewhere(Key::of(serial_number).as_str()))
    };
    enrolled.retain(|device| !wanted(&device.serial_number));
    let mut refusals: Vec<_> = refuse_enrolled(enrolled.iter().map(Arc::as_ref)).into_iter().collect();
    if is_cut_off && self::is_cut_off(leaving, wanted) {
        refusals.push(refuse_many(leaving));
    }
    let stays = told_to_stay(leaving, wanted);
    cx.diagnostics.extend(stays);
    match refusals.pop() {
        Some(last) => {
            cx.diagnostics.extend(refusals);
            Err(last.into())
        }
        None => Ok(()),
    }
}

/// Whether so many rows are dropped that the file may be cut off. A destroy is meant.
fn is_cut_off(leaving: &Leaving<'_>, is_wanted: impl Fn(&str) -> bool) -> bool {
    let before = rows::rows(leaving.prior).count();
    let dropped = leaving.dropped().filter(|(serial_number, _)| !is_wanted(serial_number)).count();
    !leaving.planned.is_null()
        && leaving.allows("deregister_many") == Some(false)
        && before >= FEW
        && 2 * dropped > before
}

fn refuse_many(leaving: &Leaving<'_>) -> Diagnostic {
    let (dropped, before) = (leaving.dropped().count(), rows::rows(leaving.prior).count());
    let detail = format!(
        "This would let go of {dropped} of {before} devices. Check that the file they come from is whole, or set \
         deregister_many = true."
    );
    Diagnostic::error("Many Devices Dropped", detail).at(Path::of(rows::DEVICES))
}

fn told_to_stay(leaving: &Leaving<'_>, is_wanted: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    if leaving.allows("deregister_adopted") != Some(false) {
        return None;
    }
    let adopted = leaving.dropped().filter(|(serial_number, row)| {
        rows::origin(row) == Some(Origin::Adopted) && rows::id(row).is_some() && !is_wanted(serial_number)
    });
    let adopted: Vec<_> = adopted.map(|(serial_number, _)| serial_number.as_str()).collect();
    let (stays, them) = match adopted.len() {
        0 => return None,
        1 => ("stays", "It was"),
        _ => ("stay", "They were"),
    };
    let detail = format!(
        "{} {stays} registered with Windows Autopilot, with group tag and user: {}. {them} registered before, and \
         adopted. To deregister adopted devices, set deregister_adopted = true, and apply that before a destroy.",
        count(adopted.len()),
        several(&adopted),
    );
    Some(Diagnostic::warning("Adopted Devices Stay Registered", detail).at(Path::of(rows::DEVICES)))
}

/// A row without a hash cannot be registered again, should another resource of this run let it go first.
pub(super) fn warn_of_rows_without_hash(cx: &mut Cx, change: &Change) {
    let Some(holder) = cx.holder() else { return };
    let prior = rows::by_key(&change.prior);
    let is_at_risk = |serial_number: &str, row: &Value| {
        let key = Key::of(serial_number);
        row.get("hardware_hash").is_null() && !prior.contains_key(&key) && holder.is_let_go_elsewhere(key.as_str())
    };
    let rows = rows::rows(&change.config).filter(|(serial_number, row)| is_at_risk(serial_number, row));
    let rows: Vec<_> = rows.map(|(serial_number, _)| serial_number.as_str()).collect();
    if rows.is_empty() {
        return;
    }
    let detail = format!(
        "Another resource lets these devices go, and here they have no hardware_hash: {}. They are handed over where both \
         are applied side by side. Where the other one has to come first (a dependency, -parallelism=1), they are \
         deregistered and cannot be registered again. Give them their hashes.",
        several(&rows)
    );
    cx.diagnostics.push(Diagnostic::warning("Devices Without a Hash Move", detail).at(Path::of(rows::DEVICES)));
}
