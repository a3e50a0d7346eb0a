//! `autopilot_device_association`: devices that are tied to the tenant before they are first switched on.
//!
//! Graph, beta: `tenantAssociatedDevice` (Microsoft, "Windows Autopilot device association", August 2026; the calls by
//! published clients). One device a call. An upload of a device that is there is an update by the pages, and a 409 by what
//! clients see. A record is not found for a while after its upload. An associated device runs device preparation, by a
//! policy of a template of its own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    knowledge::{device_link, serial_number::Key, visible},
    path::Path,
    resource::{Adding, Change, Cx, Private, Resource, Result, Rows, Silent, Single, Spec, shape},
    schema::string,
    value::Value,
};

const DEVICES: &str = "devices";
const DEVICE_LINK: &str = "device_link";
const POLICY: &str = "policy_id";
/// Where private state keeps of which devices the configuration says the policy.
const POLICIES: &str = "policies";
/// The template of policies for associated devices, without its version.
const TEMPLATE: &str = "70d256b3-6120-4f88-9e00-0972ec64fc83";
/// Published clients found that no other policy is taken.
const FOR_ASSOCIATED: &str = "Intune takes only a device preparation policy with `deployment = \"associated\"`.";

const NOTES: &str = "\
## What stays

Associating a device leaves a mark in its firmware as soon as it has enrolled. Destroying this, or dropping a device, takes \
the record away and not that mark: the device associates with the tenant again while it is enrolled. A record whose device \
never comes vanishes after 360 days.

## DeviceLinks

A DeviceLink comes from the manufacturer, or from a script on the device, as a CSV file of one row. It is a secret, and is in \
no state and no plan; what it is of is remembered, so that another export of the same device is no change. A UEFI reset, or \
Secure Boot switched off or on, makes the device another one: export it again.";

/// The resource.
pub(super) struct DeviceAssociation;

#[async_trait]
impl Resource for DeviceAssociation {
    fn spec(&self) -> Spec {
        Spec::new("device_association", "Ties devices to the tenant before they are first switched on, by their DeviceLinks.")
            .noun("device associations")
            .notes(NOTES)
            .collection("/beta/deviceManagement/tenantAssociatedDevices")
            .graph_type("tenantAssociatedDevice")
            .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
            .owns(|device| device["associationState"] != "pendingRemoval")
            .silent(&[
                Silent::Unfit("device_preparation_policy", is_of_template, FOR_ASSOCIATED),
                Silent::Untold(
                    "Whether Intune takes each DeviceLink: it checks the signature, and that the device runs a Windows that \
                     can be associated.",
                ),
            ])
            .rows(Rows {
                attribute: DEVICES,
                description: "The devices by serial number.",
                key: "serialNumber",
                check: is_serial_number,
                example: "PF3A0001",
                row: || {
                    vec![
                        string(
                            DEVICE_LINK,
                            "DeviceLink of the device. Not set, a device that is associated already is adopted. It is in no \
                             state and no plan.",
                        )
                        .write_only()
                        .off_graph(),
                        string(
                            POLICY,
                            "Id of the device preparation policy that the device gets: one for associated devices. Not set, \
                             it stays as it is; without any, the policy of the user applies. Once set, it can be another \
                             one and not be taken away.",
                        )
                        .unmanaged_when_unset()
                        .guid()
                        .refers_to("device_preparation_policy")
                        .graph("devicePreparationPolicyId"),
                        string("state", "How far it is: `Pre-associated`, `Associated`.")
                            .read_only()
                            .aliases(&[("Pre-associated", "preassociated"), ("Associated", "associated")])
                            .graph("associationState"),
                        string("manufacturer", "Manufacturer.").read_only().graph("manufacturerName"),
                        string("model", "Model.").read_only().graph("modelName"),
                    ]
                },
                adding: Adding::Single(Single {
                    action: "importTenantAssociatedDevice",
                    proof: (DEVICE_LINK, "deviceLink"),
                    identity: |link| device_link::decode(link).ok().map(|link| link.fingerprint()),
                    can_be_removed: |device| device["associationState"] == "preassociated",
                }),
            })
            .learn("https://learn.microsoft.com/autopilot/device-preparation/overview")
            .seen(
                "An associated device belongs to the tenant from its first start: it goes to the company's sign-in, and is \
                 given the settings of its policy before it enrols. It keeps that mark through a reset.",
            )
            .attributes(Vec::new())
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        for (serial_number, row) in rows(config) {
            let path = Path::of(DEVICES).key(serial_number).attribute(DEVICE_LINK);
            if let Some(wrong) = row.get(DEVICE_LINK).as_str().and_then(|link| wrong_link(link, serial_number)) {
                diagnostics.push(wrong.at(path));
            }
        }
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        shape::plan(cx, change);
        let left = left(&change.prior, &change.planned);
        if !left.is_empty() {
            let detail = format!(
                "The records of these devices are taken away: {}. The mark in the firmware of a device that has enrolled \
                 stays, so it associates with this tenant again while it is enrolled.",
                left.join(", ")
            );
            cx.diagnostics.push(Diagnostic::warning("Firmware's Mark Stays", detail).at(Path::of(DEVICES)));
        }
        for (serial_number, row) in rows(&change.planned) {
            let before = change.prior.get(DEVICES).get(serial_number);
            let is_changed = !before.get("id").is_null() && before.get(POLICY) != row.get(POLICY);
            let link = change.config.get(DEVICES).get(serial_number).get(DEVICE_LINK);
            if is_changed && link.is_null() && !change.config.get(DEVICES).get(serial_number).get(POLICY).is_null() {
                let path = Path::of(DEVICES).key(serial_number).attribute(POLICY);
                let rule =
                    format!("cannot change without `{DEVICE_LINK}`: the device is uploaded again for another policy.");
                cx.diagnostics.push(Diagnostic::invalid(path, &rule));
            }
        }
        cx.diagnostics.extend(taken_away(&cx.private, change));
        let told = of_another_template(cx, change).await;
        cx.diagnostics.extend(told);
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let made = shape::create(cx, planned).await;
        remember_policies(cx);
        made
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let changed = shape::update(cx, prior, planned).await;
        remember_policies(cx);
        changed
    }
}

/// Remembers of which devices the configuration says the policy: a state also holds one that somebody else gave.
fn remember_policies(cx: &mut Cx) {
    let said =
        rows(&cx.config).filter(|(_, row)| !row.get(POLICY).is_null()).map(|(serial_number, _)| serial_number.clone());
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

fn rows(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.get(DEVICES).as_map().into_iter().flatten()
}

/// The devices that were associated here and are let go.
fn left<'a>(prior: &'a Value, planned: &Value) -> Vec<&'a str> {
    let staying: BTreeSet<Key> = rows(planned).map(|(serial_number, _)| Key::of(serial_number)).collect();
    let is_left = |serial_number: &str| !staying.contains(&Key::of(serial_number));
    let ours =
        rows(prior).filter(|(_, row)| row.get("origin").as_str() == Some("imported") && !row.get("id").is_null());
    let known = planned.is_null() || planned.get(DEVICES).as_map().is_some();
    ours.map(|(serial_number, _)| serial_number.as_str()).filter(|it| known && is_left(it)).collect()
}

/// Policies that this plan brings in and that are not for associated devices: the service refuses them (as published clients
/// found). What cannot be read is told by the apply.
async fn of_another_template(cx: &Cx, change: &Change) -> Vec<Diagnostic> {
    let Ok(graph) = cx.graph() else { return Vec::new() };
    let before: BTreeSet<_> = rows(&change.prior).filter_map(|(_, row)| row.get(POLICY).as_str()).collect();
    let wanted = rows(&change.config).filter_map(|(name, row)| Some((row.get(POLICY).as_str()?, name.as_str())));
    let new: std::collections::BTreeMap<&str, &str> = wanted.filter(|(id, _)| !before.contains(id)).collect();
    let mut told = Vec::new();
    for (id, serial_number) in new {
        let Ok(policy) = graph.read_listed("/beta/deviceManagement/configurationPolicies", id, "").await else {
            continue;
        };
        if !is_of_template(&policy) {
            let name = policy["name"].as_str().unwrap_or(id);
            let path = Path::of(DEVICES).key(serial_number).attribute(POLICY);
            let rule = format!("names the policy {name:?}, which is not for associated devices: {FOR_ASSOCIATED}");
            told.push(Diagnostic::invalid(path, &rule));
        }
    }
    told
}

/// Whether a policy is for associated devices. One that does not say may be.
fn is_of_template(policy: &Json) -> bool {
    let template = policy["templateReference"]["templateId"].as_str().unwrap_or_default();
    template.is_empty() || template.starts_with(TEMPLATE)
}

fn wrong_link(link: &str, serial_number: &str) -> Option<Diagnostic> {
    let shown = visible::escaped(serial_number);
    match device_link::decode(link) {
        Err(why) => Some(Diagnostic::error("Invalid DeviceLink", format!("Device {shown}: {why}"))),
        Ok(link) if !link.belongs_to(serial_number) => {
            let own = visible::escaped(&link.serial_number);
            let detail =
                format!("The DeviceLink is of the device {own}, not of {shown}. Give each device its own DeviceLink.");
            Some(Diagnostic::error("DeviceLink of Another Device", detail))
        }
        Ok(_) => None,
    }
}

fn is_serial_number(key: &str) -> std::result::Result<(), String> {
    if !key.is_empty() && key.trim() == key {
        return Ok(());
    }
    Err(format!("must have a serial number without a blank at either end as its key, got: {key:?}."))
}
