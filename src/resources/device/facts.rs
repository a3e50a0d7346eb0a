//! What the service says of a device, and nobody sets.

use crate::{
    autopilot::device::Device,
    schema::{Attribute, string, timestamp},
    value::Value,
};

/// The attributes of it.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        string("manufacturer", "Manufacturer.").read_only(),
        string("model", "Model.").read_only(),
        string(
            "profile_status",
            "Profile status as the admin center calls it: Not assigned, Assigning, Assigned, Fix pending, Attention required; \
             else Failed or Unknown.",
        )
        .read_only()
        .graph("deploymentProfileAssignmentStatus"),
        timestamp("date_assigned", "When the profile was assigned.")
            .read_only()
            .graph("deploymentProfileAssignedDateTime"),
        string("entra_device_id", "Device id of the device's object in Microsoft Entra ID.")
            .read_only()
            .graph("azureAdDeviceId"),
        string("enrollment_state", "Enrollment state: Enrolled, Pending reset, Failed, Not contacted, Blocked, Unknown.")
            .read_only(),
        timestamp("last_contacted", "When the device last called Intune.").read_only().graph("lastContactedDateTime"),
    ]
}

/// The device with what is said of it now; nothing where it is not registered.
pub(super) fn told(mut state: Value, device: Option<&Device>) -> Value {
    for (name, value) in of(device) {
        state.insert(name, value);
    }
    state
}

/// The device after a write: with what is said of it now where that was open.
pub(super) fn settled(mut state: Value, device: Option<&Device>) -> Value {
    for (name, value) in of(device) {
        if state.get(name).is_unknown() {
            state.insert(name, value);
        }
    }
    state
}

/// A change that the table does not see changes them as any other does.
pub(super) fn become_unknown(planned: &mut Value) {
    for (name, _) in of(None) {
        planned.insert(name, Value::Unknown);
    }
}

fn of(device: Option<&Device>) -> [(&'static str, Value); 7] {
    let text = |text: fn(&Device) -> Option<&str>| Value::from(device.and_then(text).map(str::to_owned));
    [
        ("manufacturer", text(|device| device.manufacturer.as_deref())),
        ("model", text(|device| device.model.as_deref())),
        ("profile_status", text(|device| Some(device.profile_status))),
        ("date_assigned", text(|device| device.date_assigned.as_deref())),
        ("entra_device_id", text(|device| device.entra_device_id.as_deref())),
        ("enrollment_state", text(|device| Some(device.enrollment_state))),
        ("last_contacted", text(|device| device.last_contacted.as_deref())),
    ]
}
