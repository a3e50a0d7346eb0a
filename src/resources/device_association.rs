//! `autopilot_device_association`: devices that are tied to the tenant before they are first switched on.
//!
//! Graph, beta: `tenantAssociatedDevice` (Microsoft, "Windows Autopilot device association", August 2026; the calls by
//! published clients). One device a call. An upload of a device that is there is an update by the pages, and a 409 by what
//! clients see. A record is not found for a while after its upload. An associated device runs device preparation, by a
//! policy of a template of its own.

mod links;
mod policies;
mod row;

use async_trait::async_trait;

use self::row::{DEVICE_LINK, DEVICES, POLICY};
use crate::{
    diagnostic::Diagnostics,
    knowledge::device_link,
    resource::{Adding, Change, Cx, Resource, Result, Rows, Silent, Single, Spec, shape},
    schema::string,
    value::Value,
};

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
                Silent::Unfit("device_preparation_policy", policies::is_for_associated, policies::FOR_ASSOCIATED),
                Silent::Untold(
                    "Whether Intune takes each DeviceLink: it checks the signature, and that the device runs a Windows that \
                     can be associated.",
                ),
            ])
            .rows(Rows {
                attribute: DEVICES,
                description: "The devices by serial number.",
                key: "serialNumber",
                check: row::is_serial_number,
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
        links::judge(config, diagnostics);
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        shape::plan(cx, change);
        cx.diagnostics.extend(links::leaving(change));
        policies::judge(cx, change).await;
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let made = shape::create(cx, planned).await;
        policies::remember(cx);
        made
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let changed = shape::update(cx, prior, planned).await;
        policies::remember(cx);
        changed
    }
}
