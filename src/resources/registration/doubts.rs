//! New rows that will not come to what their writer believes, as far as a plan can see.

use std::collections::{BTreeMap, BTreeSet};

use super::look;
use super::rows;
use super::users_and_tags;
use super::why::{count, several};
use crate::{
    diagnostic::Diagnostic,
    knowledge::{hardware_hash, serial_number::Key},
    path::Path,
    resource::{Change, Cx},
    value::{Name, Value},
};

/// Warns of rows that have no hash and of whom no device is registered, and of devices that cannot attest themselves.
pub(super) async fn warn(cx: &mut Cx, change: &Change) {
    let prior = rows::by_key(&change.prior);
    let is_new = |serial_number: &str| prior.get(&Key::of(serial_number)).is_none_or(|row| rows::id(row).is_none());
    let new: Vec<_> = rows::rows(&change.config).filter(|(serial_number, _)| is_new(serial_number)).collect();
    let mut told: Vec<_> = [without_hash(cx, &new).await, without_tpm(&new)].into_iter().flatten().collect();
    let [tags, users] = ["group_tag", "assigned_user"].map(|name| given(name, change, &prior));
    told.extend(users_and_tags::doubts(cx, &tags, &users).await);
    cx.diagnostics.extend(told.into_iter().map(|told| told.at(Path::of(rows::DEVICES))));
}

/// The texts that rows are newly given there, each once.
fn given<'a>(name: &str, change: &'a Change, prior: &BTreeMap<Key, &Value>) -> BTreeSet<String> {
    let text = |row: &'a Value| row.get(name).as_str().filter(|text| !text.is_empty());
    let before = |serial_number: &str| prior.get(&Key::of(serial_number)).and_then(|row| row.get(name).as_str());
    let is_new = |serial_number: &str, now: &str| before(serial_number).is_none_or(|it| !it.eq_ignore_ascii_case(now));
    let rows = rows::rows(&change.config);
    let given = rows.filter_map(|(serial_number, row)| text(row).filter(|now| is_new(serial_number, now)));
    given.map(|text| (text.to_lowercase(), text.to_owned())).collect::<BTreeMap<_, _>>().into_values().collect()
}

async fn without_hash(cx: &Cx, new: &[(&Name, &Value)]) -> Option<Diagnostic> {
    let is_moving = |serial_number: &str| {
        cx.holder().is_some_and(|holder| holder.is_let_go_elsewhere(Key::of(serial_number).as_str()))
    };
    let mut missing: Vec<_> = new
        .iter()
        .filter(|(serial_number, row)| row.get("hardware_hash").is_null() && !is_moving(serial_number))
        .map(|(serial_number, _)| serial_number.as_str())
        .collect();
    if missing.is_empty() {
        return None;
    }
    // What cannot be read now is told by the apply.
    let registered = look::known(&cx.graph().ok()?, missing.iter().copied()).await.ok()?;
    missing.retain(|serial_number| registered.by_serial(serial_number).is_none());
    let (are, it) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
    let detail = format!(
        "{} {are} not registered with Windows Autopilot, and there is no hardware_hash to register {it} by: {}. Unless \
         another resource of this run registers {it}, the apply cannot finish. Add the hash, or check the serial number.",
        count(missing.len()),
        several(&missing),
    );
    (!missing.is_empty()).then(|| Diagnostic::warning("Devices Not Registered", detail))
}

/// Microsoft, "Windows Autopilot self-deploying mode": the device attests itself by a TPM 2.0, and so does one that a
/// technician prepares.
fn without_tpm(new: &[(&Name, &Value)]) -> Option<Diagnostic> {
    let lacks = |row: &Value| {
        let hash = row.get("hardware_hash").as_str().and_then(|hash| hardware_hash::decode(hash).ok());
        hash.is_some_and(|hash| hash.lacks_tpm())
    };
    let found: Vec<_> = new.iter().filter(|(_, row)| lacks(row)).map(|(name, _)| name.as_str()).collect();
    let (tell, has) = if found.len() == 1 { ("tells", "It has") } else { ("tell", "They have") };
    let detail = format!(
        "{} {tell} of no TPM 2.0 by the hardware hash: {}. {has} to be set up by a user: self-deploying and pre-provisioned \
         deployments fail without one.",
        count(found.len()),
        several(&found),
    );
    (!found.is_empty()).then(|| Diagnostic::warning("Devices Without TPM 2.0", detail))
}
