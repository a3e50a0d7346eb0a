//! The attributes of a device that is registered, and what a resource of devices is told about letting them go.

use crate::{
    knowledge::{device_csv, device_name, user_principal_name::is_user_principal_name},
    schema::{Attribute, Check, string},
};

/// What is known of one device.
pub(in crate::resources) fn of_device() -> Vec<Attribute> {
    vec![
        string(
            "hardware_hash",
            "Hardware hash of the device, as Get-WindowsAutopilotInfo collects it. Not set, a device that is registered \
             already is adopted. It is in no state and no plan.",
        )
        .write_only()
        .off_graph(),
        string("group_tag", "Group tag. Not set, it stays as it is; empty, it is cleared.")
            .unmanaged_when_unset()
            .max_len(device_csv::MAX_GROUP_TAG),
        string(
            "assigned_user",
            "User principal name of the user that the device greets. Not set, it stays as it is; empty, it is cleared.",
        )
        .unmanaged_when_unset()
        .check(Check::Text(is_user))
        .example("adele.vance@contoso.com")
        .graph("userPrincipalName"),
        string(
            "user_friendly_name",
            "Name that the device greets its user by. Not set, it stays as it is, and a user who is assigned is greeted by \
             what stands before the @ of `assigned_user`; empty, it is cleared.",
        )
        .unmanaged_when_unset()
        .graph("addressableUserName"),
        string(
            "display_name",
            "Name that the device gets, where its profile has no name template: at most 15 letters of ASCII, digits and \
             hyphens, and not digits alone. Not set, it stays as it is; empty, it is cleared.",
        )
        .unmanaged_when_unset()
        .check(Check::Text(is_name))
        .example("KIOSK-01"),
        string("id", "Identifier of the registered device. Null while it is not registered.").read_only().stable(),
        string("status", "`registered`, or how far the device is, or why it was refused.")
            .read_only()
            .stable()
            .off_graph(),
        string("origin", "`imported` for a device that was registered here, `adopted` for one that was there.")
            .read_only()
            .stable()
            .off_graph(),
    ]
}

fn is_user(text: &str) -> Result<(), String> {
    if text.is_empty() || is_user_principal_name(text) {
        return Ok(());
    }
    Err(format!("must be a user principal name such as \"ada@contoso.com\", or empty for nobody, got: {text:?}"))
}

fn is_name(name: &str) -> Result<(), String> {
    match device_name::wrong_name(name) {
        Some(why) if !name.is_empty() => Err(format!("cannot be {name:?}: {}", why.trim_end_matches('.'))),
        _ => Ok(()),
    }
}
