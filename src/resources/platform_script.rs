//! `autopilot_platform_script`: a PowerShell script that Intune runs on Windows devices.
//!
//! Graph, beta only: [deviceManagementScript](https://learn.microsoft.com/graph/api/resources/intune-shared-devicemanagementscript).
//! The live list answers no content, only a read by id does.

use crate::{
    resource::{
        MICROSOFT365, MICROSOFT365WP, Mover, Resource, Spec,
        assignment::{Lacking, Style},
    },
    schema::{Check, boolean, id, scope_tag_ids, string, timestamp},
};

/// The resource.
pub(super) struct PlatformScript;

impl Resource for PlatformScript {
    fn spec(&self) -> Spec {
        Spec::new("platform_script", "Manages a PowerShell script that Intune runs on Windows devices.")
            .noun("platform script")
            .collection("/beta/deviceManagement/deviceManagementScripts")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .find_by("display_name")
            .moved_from(Mover::by_id(MICROSOFT365, "microsoft365_graph_beta_device_management_windows_platform_script"))
            .moved_from(Mover::by_id(MICROSOFT365WP, "microsoft365wp_device_management_script"))
            .listed_in_part()
            .assigned(
                Style::whole_set("deviceManagementScriptAssignments")
                    .without(Lacking::Filters, "Intune has no filters for platform scripts."),
            )
            .learn("https://learn.microsoft.com/intune/intune-service/apps/intune-management-extension")
            .seen("The script runs once, after the device has enrolled; what it prints is not shown.")
            .attributes(vec![
                id(),
                string("display_name", "Name of the script.").required().len(1, 256),
                string("description", "What the script does.").max_len(1024),
                string("file_name", "Name of the script's file.").required().len(1, 256).example("setup.ps1"),
                string("content", "The script, such as `file(\"setup.ps1\")`: 1 to 204800 bytes in UTF-8.")
                    .required()
                    .check(Check::Text(is_small))
                    .graph("scriptContent")
                    .base64(),
                string("run_as_account", "As whom the script runs.").default("system").one_of(&["system", "user"]),
                boolean("enforce_signature_check", "Whether only a signed script runs.").default(false),
                boolean("run_as_32_bit", "Whether it runs in a 32-bit host.").default(false).graph("runAs32Bit"),
                scope_tag_ids(),
                timestamp("created_date_time", "When the script was made.").read_only().stable(),
            ])
    }
}

/// The service takes 200 KB, in UTF-8.
fn is_small(content: &str) -> Result<(), String> {
    match content.len() {
        1..=204_800 => Ok(()),
        bytes => Err(format!("must have from 1 to 204800 bytes in UTF-8, it has {bytes}")),
    }
}
