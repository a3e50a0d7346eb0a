//! `autopilot_devices`: the registered devices of the tenant, and which profile each has.
//!
//! `$filter` and `$select` on the collection cannot be relied on, so it is read whole and chosen from here.

mod choice;
mod profiles;
mod reasons;
mod wait;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;

use self::{choice::Choice, profiles::Profiles};
use crate::{
    autopilot::{device::Device, devices},
    knowledge::device_status,
    resource::{Cx, DataSource, DataSpec, Result},
    schema::{Check, boolean, map_of, string, strings, timestamp},
    value::Value,
};

/// The data source.
pub(super) struct Devices;

#[async_trait]
impl DataSource for Devices {
    fn spec(&self) -> DataSpec {
        let device = vec![
            string("id", "Identifier of the registration.").read_only(),
            string("serial_number", "Serial number, as Intune writes it.").read_only(),
            string("group_tag", "Group tag.").read_only(),
            string("assigned_user", "User principal name of the assigned user.").read_only(),
            string("display_name", "Name that the device is given during Autopilot.").read_only(),
            string("manufacturer", "Manufacturer.").read_only(),
            string("model", "Model.").read_only(),
            string(
                "profile_status",
                "Profile status as the admin center calls it: Not assigned, Assigning, Assigned, Fix \
                 pending, Attention required; else Failed or Unknown.",
            )
            .read_only(),
            timestamp("date_assigned", "When the profile was assigned.").read_only(),
            string("assigned_profile", "Display name of the deployment profile that the device has.").read_only(),
            string(
                "intended_profile",
                "Display name of the deployment profile that the device is to have. Only with \
                 `include_intended_profile`.",
            )
            .read_only(),
            string("entra_device_id", "Device id of the device's object in Microsoft Entra ID.").read_only(),
            string(
                "enrollment_state",
                "Enrollment state: Enrolled, Pending reset, Failed, Not contacted, Blocked, Unknown.",
            )
            .read_only(),
            timestamp("last_contacted", "When the device last called Intune.").read_only(),
        ];
        let mut spec = DataSpec::new(
            "devices",
            "Reads registered Windows Autopilot devices and the deployment profile that each has.",
            vec![
                string("group_tag", "Only devices with this group tag. \"\" is devices without one."),
                strings(
                    "serial_numbers",
                    "Only devices with these serial numbers. One that is not registered is left out.",
                ),
                string(
                    "wait_for",
                    "What to wait for: `assigned` is until each device has a profile and a date assigned. It waits as long as \
                     `timeouts` allows, 30 minutes where that is not set; then a warning names the devices that are not \
                     there yet, and what can be seen of why. A device whose hardware was changed is not waited for. Not \
                     set, nothing is waited for.",
                )
                .check(Check::Text(is_assigned))
                .example("assigned"),
                boolean(
                    "include_intended_profile",
                    "Whether to read which profile each device is to have. Costs a read of \
                     each device.",
                ),
                map_of("devices", "The devices, by serial number.").read_only().of(device),
            ],
        )
        .permission("DeviceManagementServiceConfig.Read.All")
        .also_needs([
            ("Device.Read.All", "tell of a device without a profile whether Microsoft Entra ID has disabled it".to_owned()),
            ("Group.Read.All", "tell of a device without a profile how far the groups of profiles are".to_owned()),
        ])
        .timeout(Duration::from_secs(30 * 60));
        spec.noun = "Windows Autopilot devices";
        spec
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let choice = Choice::of(config);
        let expand = config.get("include_intended_profile").as_bool() == Some(true);
        let mut seen = choice.among(devices::list(&graph).await?);
        let profiles = if config.get("wait_for").is_null() {
            profiles::of(&graph, &seen, expand).await?
        } else {
            wait::wait(cx, &graph, &choice, &mut seen, expand).await?
        };
        for (serial_number, ids) in &seen.twice {
            let detail = format!(
                "The registrations {} have it. The first one is shown. Deregister those that are of no device any more.",
                ids.join(", ")
            );
            cx.warn(format!("Serial Number {serial_number} Registered More Than Once"), detail);
        }
        let mut state = config.clone();
        let device = |(serial_number, device): (&String, &Device)| (serial_number.clone(), value(device, &profiles));
        state.insert("devices", Value::Map(seen.devices.iter().map(device).collect()));
        Ok(state)
    }
}

/// The text of `wait_for`, in the admin center's case too.
fn is_assigned(text: &str) -> std::result::Result<(), String> {
    if text.eq_ignore_ascii_case(device_status::ASSIGNED) {
        return Ok(());
    }
    Err(format!("must be \"assigned\", got: {text:?}"))
}

fn value(device: &Device, profiles: &BTreeMap<String, Profiles>) -> Value {
    let profiles = profiles.get(&device.id).cloned().unwrap_or_default();
    Value::object([
        ("id", device.id.as_str().into()),
        ("serial_number", device.serial_number.as_str().into()),
        ("group_tag", device.group_tag.clone().into()),
        ("assigned_user", device.user.clone().into()),
        ("display_name", device.display_name.clone().into()),
        ("manufacturer", device.manufacturer.clone().into()),
        ("model", device.model.clone().into()),
        ("profile_status", device.profile_status.into()),
        ("date_assigned", device.date_assigned.clone().into()),
        ("assigned_profile", profiles.assigned.into()),
        ("intended_profile", profiles.intended.into()),
        ("entra_device_id", device.entra_device_id.clone().into()),
        ("enrollment_state", device.enrollment_state.into()),
        ("last_contacted", device.last_contacted.clone().into()),
    ])
}
