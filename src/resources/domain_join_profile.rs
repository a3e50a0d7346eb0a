//! `autopilot_domain_join_profile`: how the devices of a hybrid deployment profile are named and where they join the domain.
//!
//! Graph, beta only: [windowsDomainJoinConfiguration](https://learn.microsoft.com/graph/api/resources/intune-deviceconfig-windowsdomainjoinconfiguration),
//! one of many types of device configurations. The admin center does not ask how many characters are random: a name has 15.

mod judge;

use async_trait::async_trait;

use crate::{
    diagnostic::Diagnostics,
    resource::{Change, Cx, Resource, Result, Spec, assignment::Style},
    schema::{Check, id, integer, scope_tag_ids, string, timestamp},
    value::Value,
};

/// The resource.
pub(super) struct DomainJoinProfile;

#[async_trait]
impl Resource for DomainJoinProfile {
    fn spec(&self) -> Spec {
        let summary = "Manages a domain join profile: how devices that join an on-premises domain during Windows Autopilot are named, \
                       and into which organizational unit they go.";
        Spec::new("domain_join_profile", summary)
            .noun("domain join profile")
            .collection("/beta/deviceManagement/deviceConfigurations")
            .odata_type("#microsoft.graph.windowsDomainJoinConfiguration")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .find_by("display_name")
            .notes(
                "A hybrid deployment profile needs it: assign both to the same group of devices. The computer accounts are made by \
                 the Intune Connector for Active Directory, which has to be allowed to in that organizational unit.",
            )
            .assigned(Style::whole_set("assignments"))
            .learn("https://learn.microsoft.com/autopilot/windows-autopilot-hybrid")
            .seen(
                "A hybrid device waits at \"Please wait while we set up your device\" until the connector has made its \
                 computer account. Without this profile, or a connector, it stops there with error 80070774.",
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the profile.").required().len(1, 200),
                string("description", "What the profile is for.").max_len(1000),
                string("domain_name", "Active Directory domain to join, such as `corp.contoso.com`.")
                    .required()
                    .len(1, 255)
                    .example("corp.contoso.com")
                    .graph("activeDirectoryDomainName"),
                string("computer_name_prefix", "What the names of computers begin with: 1 to 12 letters of ASCII, digits and hyphens.")
                    .required()
                    .check(Check::Text(judge::is_prefix))
                    .example("PC-")
                    .graph("computerNameStaticPrefix"),
                integer(
                    "random_characters",
                    "How many random characters follow the prefix. Not set, as many as make 15 characters with it.",
                )
                .computed()
                .range(3, 14)
                .graph("computerNameSuffixRandomCharCount"),
                string(
                    "organizational_unit",
                    "Distinguished name of the unit for the computer accounts. Not set, they go where the domain puts new ones.",
                )
                .check(Check::Text(judge::is_unit))
                .example("OU=Autopilot,DC=corp,DC=contoso,DC=com"),
                scope_tag_ids(),
                timestamp("created_date_time", "When the profile was made.").read_only().stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        judge::judge(config, diagnostics);
    }

    async fn plan(&self, _: &mut Cx, change: &mut Change) -> Result<()> {
        if !change.planned.is_null() && change.config.get("random_characters").is_null() {
            let prefix = change.planned.get("computer_name_prefix").as_str();
            change.planned.insert("random_characters", prefix.map_or(Value::Unknown, judge::fills_a_name));
        }
        Ok(())
    }
}
