//! Device configurations; of their many types the domain join profile (beta).
//!
//! Facts: Graph's `windowsDomainJoinConfiguration`. A computer name is a prefix and random characters, fifteen
//! together; at most two network profiles have to be there before the join.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Assign, Collection, PLAIN, PLAIN_ASSIGN, found};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::odata::path::{key, segments};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

const NETWORK: &str = "networkAccessConfigurations";
/// NetBIOS allows no longer computer name.
const LONGEST_NAME: usize = 15;

pub(crate) static DEVICE_CONFIGURATIONS: Collection = Collection {
    name: "deviceConfigurations",
    kind: "deviceConfiguration",
    required: &["displayName", "activeDirectoryDomainName"],
    assign: Some(Assign {
        kind: "deviceConfigurationAssignment",
        legacy: Some("deviceConfigurationGroupAssignments"),
        ..PLAIN_ASSIGN
    }),
    check,
    begin,
    ..PLAIN
};

fn check(_: &Tenant, _: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    let random = values.get("computerNameSuffixRandomCharCount").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let random = usize::try_from(random).unwrap_or(usize::MAX);
    let prefix = text("computerNameStaticPrefix");
    let letters = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    // No random part at all, or 3 to 14 characters of it.
    let counted = random == 0 || (3..=14).contains(&random);
    if !letters || !counted || prefix.len() + random > LONGEST_NAME || text("displayName").trim().is_empty() {
        return Err(Failure::intune_refuses());
    }
    let unit = text("organizationalUnit");
    let is_unit =
        |part: &str| part.split_once('=').is_some_and(|(name, value)| !name.trim().is_empty() && !value.is_empty());
    if !unit.is_empty() && !unit.split(',').all(is_unit) {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

fn begin(_: &Tenant, item: &mut Item, _: &Call) -> Result<(), Failure> {
    item.entity.insert("version".into(), json!(1));
    item.entity.insert("supportsScopeTags".into(), json!(true));
    Ok(())
}

/// `networkAccessConfigurations/$ref`: another configuration that has to be on the device first.
pub(crate) fn add_network(site: &mut Site<'_>, call: &Call) -> Outcome {
    let url = call.object()?.get("@odata.id").and_then(Value::as_str).unwrap_or_default();
    let reference = segments(url.split_once("://").map_or(url, |(_, rest)| rest)).pop().map(|id| key(&id));
    let tenant = &mut *site.tenant;
    let item = found(tenant, &DEVICE_CONFIGURATIONS, call)?;
    let other =
        reference.and_then(|id| tenant.items(DEVICE_CONFIGURATIONS.name).get(&id)).filter(|other| other.id != item.id);
    let other = other.ok_or_else(Failure::intune_refuses)?.id.clone();
    let id = item.id.clone();
    let mut there = item.hidden.get(NETWORK).and_then(Value::as_array).cloned().unwrap_or_default();
    if there.len() >= 2 || there.iter().any(|each| *each == other) {
        return Err(Failure::intune_refuses());
    }
    there.push(Value::from(other));
    if let Some(item) = tenant.items_mut(DEVICE_CONFIGURATIONS.name).edit(&id) {
        item.hidden.insert(NETWORK.into(), Value::Array(there));
    }
    Ok(Answer::done())
}
