//! `autopilot_app`: an app of Intune, of any type. A table, not managed by this provider.

use crate::{
    resource::{Resource, Spec, body::ODATA_TYPE},
    schema::{id, string},
};

/// The table.
pub(super) struct App;

impl Resource for App {
    fn spec(&self) -> Spec {
        Spec::new("app", "Reads an app of Intune.")
            .collection("/beta/deviceAppManagement/mobileApps")
            .permissions("DeviceManagementApps.Read.All", "")
            .find_by("display_name")
            .attributes(vec![
                id(),
                string("display_name", "Name of the app."),
                string("description", "What the app is."),
                string("publisher", "Who made the app."),
                string("type", "Type of the app as Microsoft Graph calls it, such as \"#microsoft.graph.winGetApp\".")
                    .graph(ODATA_TYPE),
                string("publishing_state", "`published` where it can be assigned."),
            ])
    }
}
