//! The device preparation policy that a device gets with its association.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::row::{DEVICE_LINK, DEVICES, POLICY, rows};
use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{Change, Cx, Private},
    value::Value,
};

/// Where private state keeps of which devices the configuration says the policy.
const POLICIES: &str = "policies";
/// The template of policies for associated devices, without its version.
const TEMPLATE: &str = "70d256b3-6120-4f88-9e00-0972ec64fc83";
/// Published clients found that no other policy is taken.
pub(super) const FOR_ASSOCIATED: &str =
    "Intune takes only a device preparation policy with `deployment = \"associated\"`.";

/// Refuses what no upload would bring, and warns of what stays.
pub(super) async fn judge(cx: &mut Cx, change: &Change) {
    cx.diagnostics.extend(without_link(change));
    cx.diagnostics.extend(taken_away(&cx.private, change));
    let told = of_another_template(cx, change).await;
    cx.diagnostics.extend(told);
}

/// Devices that get another policy without being uploaded again.
fn without_link(change: &Change) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for (serial_number, row) in rows(&change.planned) {
        let before = change.prior.get(DEVICES).get(serial_number);
        let is_changed = !before.get("id").is_null() && before.get(POLICY) != row.get(POLICY);
        let link = change.config.get(DEVICES).get(serial_number).get(DEVICE_LINK);
        if is_changed && link.is_null() && !change.config.get(DEVICES).get(serial_number).get(POLICY).is_null() {
            let path = Path::of(DEVICES).key(serial_number).attribute(POLICY);
            let rule =
                format!("cannot change without `{DEVICE_LINK}`: the device is uploaded again for another policy.");
            told.push(Diagnostic::invalid(path, &rule));
        }
    }
    told
}

/// Remembers of which devices the configuration says the policy: a state also holds one that somebody else gave.
pub(super) fn remember(cx: &mut Cx) {
    let said =
        rows(&cx.config).filter(|(_, row)| !row.get(POLICY).is_null()).map(|(serial_number, _)| serial_number.as_str());
    cx.private.set(POLICIES, said.collect::<Vec<_>>());
}

/// Devices whose policy the configuration said and says no more. Graph takes another one with another upload, and no call
/// takes it away.
fn taken_away<'a>(private: &Private, change: &'a Change) -> Vec<Diagnostic> {
    let said = private.get(POLICIES).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let is_taken = |serial_number: &&str| {
        let of = |object: &'a Value| object.get(DEVICES).get(serial_number);
        let (config, prior, planned) =
            (of(&change.config), of(&change.prior).get(POLICY), of(&change.planned).get(POLICY));
        !config.is_null() && config.get(POLICY).is_null() && !prior.is_null() && prior == planned
    };
    let told = said.filter(is_taken).map(|serial_number| {
        let path = Path::of(DEVICES).key(serial_number).attribute(POLICY);
        let detail = "The device keeps its policy: Microsoft Graph has no call that takes it away. Name that or another one, or \
                      drop the device, apply, and associate it again without a policy.";
        Diagnostic::warning("Policy Stays", detail).at(path)
    });
    told.collect()
}

/// Policies that this plan brings in and that are not for associated devices: the service refuses them (as published clients
/// found). What cannot be read is told by the apply.
async fn of_another_template(cx: &Cx, change: &Change) -> Vec<Diagnostic> {
    let Ok(graph) = cx.graph() else { return Vec::new() };
    let before: BTreeSet<_> = rows(&change.prior).filter_map(|(_, row)| row.get(POLICY).as_str()).collect();
    let wanted = rows(&change.config).filter_map(|(name, row)| Some((row.get(POLICY).as_str()?, name.as_str())));
    let new: BTreeMap<&str, &str> = wanted.filter(|(id, _)| !before.contains(id)).collect();
    let mut told = Vec::new();
    for (id, serial_number) in new {
        let Ok(policy) = graph.read_listed("/beta/deviceManagement/configurationPolicies", id, "").await else {
            continue;
        };
        if !is_for_associated(&policy) {
            let name = policy["name"].as_str().unwrap_or(id);
            let path = Path::of(DEVICES).key(serial_number).attribute(POLICY);
            let rule = format!("names the policy {name:?}, which is not for associated devices: {FOR_ASSOCIATED}");
            told.push(Diagnostic::invalid(path, &rule));
        }
    }
    told
}

/// Whether a policy is for associated devices. One that does not say may be.
pub(super) fn is_for_associated(policy: &Json) -> bool {
    let template = policy["templateReference"]["templateId"].as_str().unwrap_or_default();
    template.is_empty() || template.starts_with(TEMPLATE)
}
