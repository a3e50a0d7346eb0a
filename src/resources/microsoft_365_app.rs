//! `autopilot_microsoft_365_app`: the Microsoft 365 apps, as Intune installs them on Windows.
//!
//! Graph, beta only: [officeSuiteApp](https://learn.microsoft.com/graph/api/resources/intune-apps-officesuiteapp).

mod excluded_apps;

use crate::{
    resource::{Resource, Spec, assignment::Style},
    schema::{boolean, id, object, scope_tag_ids, string, strings, timestamp},
};

/// The resource.
pub(super) struct Microsoft365App;

impl Resource for Microsoft365App {
    fn spec(&self) -> Spec {
        Spec::new("microsoft_365_app", "Manages the Microsoft 365 apps for Windows and who gets them.")
            .noun("Microsoft 365 app")
            .collection("/beta/deviceAppManagement/mobileApps")
            .odata_type("#microsoft.graph.officeSuiteApp")
            // Where an XML file holds the settings, Graph tells none of them.
            .owns(|app| app["officeConfigurationXml"].is_null())
            .permissions("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All")
            .find_by("display_name")
            .ready_when(|app| app["publishingState"] == "published")
            .assigned(Style::whole_set("mobileAppAssignments").intents(&["required", "available", "uninstall"]))
            .learn("https://learn.microsoft.com/intune/intune-service/apps/apps-add-office365")
            .seen(
                "The apps are downloaded from Microsoft and installed, which takes a while: an enrollment status page that \
                 waits for them needs the time.",
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the suite.").required().len(1, 1000),
                string("description", "What the suite is for.").max_len(10_000),
                string("publisher", "Who made the apps.").default("Microsoft").max_len(1024),
                strings(
                    "products",
                    "Products of the suite: the Microsoft 365 apps for enterprise or for business, Visio, Project.",
                )
                .default_strings(&["o365ProPlusRetail"])
                .len(1, 4)
                .one_of(&["o365ProPlusRetail", "o365BusinessRetail", "visioProRetail", "projectProRetail"])
                .graph("productIds"),
                object("excluded_apps", "Apps that are left out.").of(excluded_apps::attributes()).default_of_nested(),
                string("architecture", "Whether the 64-bit or the 32-bit apps are installed.")
                    .default("64_bit")
                    .values(&[("64_bit", "x64"), ("32_bit", "x86")])
                    .graph("officePlatformArchitecture"),
                string("update_channel", "How often the apps get new features.").default("current").values(&[
                    ("current", "current"),
                    ("current_preview", "firstReleaseCurrent"),
                    ("monthly_enterprise", "monthlyEnterprise"),
                    ("semi_annual_enterprise", "deferred"),
                    ("semi_annual_enterprise_preview", "firstReleaseDeferred"),
                ]),
                string("default_file_format", "Format in which the apps save.")
                    .default("office_open_xml")
                    .values(&[
                        ("office_open_xml", "officeOpenXMLFormat"),
                        ("open_document", "officeOpenDocumentFormat"),
                        ("not_configured", "notConfigured"),
                    ])
                    .graph("officeSuiteAppDefaultFileFormat"),
                string("version", "Version that is installed. Empty, it is the latest of the channel.")
                    .default("")
                    .max_len(100)
                    .example("16.0.17928.20148")
                    .graph("targetVersion"),
                boolean("remove_other_versions", "Whether other versions of Office are removed before.")
                    .default(false)
                    .graph("shouldUninstallOlderVersionsOfOffice"),
                boolean("accept_license_terms", "Whether the licence terms are accepted for the users.")
                    .default(false)
                    .graph("autoAcceptEula"),
                boolean("shared_computer_activation", "Whether several users share a device, and each signs in.")
                    .default(false)
                    .graph("useSharedComputerActivation"),
                strings("languages", "Languages beside that of Windows, such as \"de-de\".")
                    .default_strings(&[])
                    .example("de-de")
                    .graph("localesToInstall"),
                string("installation_progress", "How much users see of the installation.")
                    .default("none")
                    .one_of(&["none", "full"])
                    .graph("installProgressDisplayLevel"),
                scope_tag_ids(),
                timestamp("created_date_time", "When the suite was made.").read_only().stable(),
            ])
    }
}
