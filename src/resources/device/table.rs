//! The table of `autopilot_device`.

use std::time::Duration;

use super::{facts, row::SERIAL_NUMBER};
use crate::{
    knowledge::serial_number::Key,
    resource::{Silent, Spec},
    resources::registration,
    schema::{Check, boolean, string, strings},
};

const NOTES: &str = "\
## One device or many

Each `autopilot_device` asks Microsoft Graph for itself. Many devices are better held by one `autopilot_device_import`, which \
reads 1,000 of them with one request. A device may move between the two: it stays registered.

## Unfinished devices

A device that could not be registered has a null `id`, and its `status` says why. The create warns, and the next apply goes \
on with it. The `postcondition` of the example lets the run fail all the same; it taints nothing.";

pub(super) fn spec() -> Spec {
    let mut attributes = vec![
        string(SERIAL_NUMBER, "Serial number of the device. It has no case.")
            .required()
            .force_new()
            .same_when(|one, other| Key::of(one) == Key::of(other))
            .check(Check::Text(is_serial_number))
            .example("PF3A0001")
            .not_sent(),
    ];
    attributes.extend(registration::of_device());
    attributes.extend(facts::attributes());
    attributes.extend([
        boolean(
            "deregister_enrolled",
            "Whether the device may be deregistered although it is enrolled in Intune, when this is destroyed. Apply it \
             before a destroy.",
        )
        .off_graph(),
        boolean(
            "deregister_adopted",
            "Whether the device is deregistered too, when this is destroyed, if it was registered before. Else it stays \
             registered. Apply it before a destroy.",
        )
        .off_graph(),
    ]);
    Spec::new("device", "Registers one device with Windows Autopilot by its hardware hash, or adopts a registered one.")
        .noun("device")
        .notes(NOTES)
        .collection("/beta/deviceManagement/windowsAutopilotDeviceIdentities")
        .graph_type("windowsAutopilotDeviceIdentity")
        .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
        .timeout(Duration::from_secs(3600))
        .silent(&[Silent::Users("assigned_user")])
        .find_by(SERIAL_NUMBER)
        .identified_by(&[(SERIAL_NUMBER, "Serial number of the device.")])
        .handed_over_as("device_import")
        .resumed()
        .listed_by(vec![
            string("group_tag", "Only devices with this group tag. \"\" is devices without one."),
            strings("serial_numbers", "Only devices with these serial numbers."),
        ])
        .learn("https://learn.microsoft.com/autopilot/add-devices")
        .seen(
            "A registered device knows its tenant when it is switched on: the sign-in page has the name and the logo \
                 of the company, and no other account works.",
        )
        .attributes(attributes)
}

fn is_serial_number(text: &str) -> Result<(), String> {
    if !text.is_empty() && text.trim() == text {
        return Ok(());
    }
    Err(format!("must be a serial number without a blank at either end, got: {text:?}"))
}
