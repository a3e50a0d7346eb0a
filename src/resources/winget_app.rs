//! `autopilot_winget_app`: an app of the Microsoft Store, installed by winget.
//!
//! Graph, beta only: [winGetApp](https://learn.microsoft.com/graph/api/resources/intune-apps-wingetapp). An app cannot be
//! assigned before it is published, which takes a while after it was made.

use crate::{
    resource::{Resource, Spec, assignment::Style},
    schema::{id, scope_tag_ids, string, timestamp},
};

/// The resource.
pub(super) struct WingetApp;

impl Resource for WingetApp {
    fn spec(&self) -> Spec {
        Spec::new("winget_app", "Manages an app of the Microsoft Store and who gets it.")
            .noun("Microsoft Store app")
            .collection("/beta/deviceAppManagement/mobileApps")
            .odata_type("#microsoft.graph.winGetApp")
            .permissions("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All")
            .find_by("display_name")
            .ready_when(|app| app["publishingState"] == "published")
            .assigned(Style::whole_set("mobileAppAssignments").intents(&["required", "available", "uninstall"]))
            .learn("https://learn.microsoft.com/intune/intune-service/apps/store-apps-microsoft")
            .seen("The app is installed from the Microsoft Store, without an account there.")
            .attributes(vec![
                id(),
                string("display_name", "Name of the app.").required().len(1, 1000),
                string("description", "What the app is.").max_len(10_000),
                string("publisher", "Who made the app.").max_len(1024),
                string("package_identifier", "Id of the app in the Microsoft Store.")
                    .required()
                    .force_new()
                    .len(1, 1024)
                    .example("9WZDNCRFJ3PZ"),
                string("run_as_account", "As whom the app is installed.")
                    .default("system")
                    .force_new()
                    .one_of(&["system", "user"])
                    .graph("installExperience/runAsAccount"),
                scope_tag_ids(),
                timestamp("created_date_time", "When the app was made.").read_only().stable(),
            ])
    }
}
