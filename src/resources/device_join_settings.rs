//! `autopilot_device_join_settings`: who may join devices to Microsoft Entra, and who becomes a local administrator by it. Every
//! tenant has these: the admin center calls them Device settings.
//!
//! Graph: [deviceRegistrationPolicy](https://learn.microsoft.com/graph/api/resources/deviceregistrationpolicy). It is replaced
//! whole, and a quota that is left out becomes 0; who may register devices cannot be changed while Intune is enabled, and goes
//! along as it is.

mod selected;
mod skipped;

use async_trait::async_trait;

use crate::{
    diagnostic::Diagnostics,
    resource::{Change, Cx, Resource, Result, Spec},
    schema::{Attribute, boolean, id, integer, string, strings},
    value::Value,
};

/// Graph's types for whom something holds of, by the words of the admin center.
const WHO: &[(&str, &str)] = &[
    ("all", "#microsoft.graph.allDeviceRegistrationMembership"),
    ("selected", "#microsoft.graph.enumeratedDeviceRegistrationMembership"),
    ("none", "#microsoft.graph.noDeviceRegistrationMembership"),
];

/// The resource.
pub(super) struct DeviceJoinSettings;

#[async_trait]
impl Resource for DeviceJoinSettings {
    fn spec(&self) -> Spec {
        let summary = "Manages who may join devices to Microsoft Entra, and who becomes a local administrator of them.";
        Spec::new("device_join_settings", summary)
            .noun("device settings")
            .collection("/v1.0/policies")
            .alone("deviceRegistrationPolicy")
            .graph_type("deviceRegistrationPolicy")
            .permissions("Policy.Read.DeviceConfiguration", "Policy.ReadWrite.DeviceConfiguration")
            .notes("What is not set stays as it is.")
            .update_merged(&[
                "userDeviceQuota",
                "multiFactorAuthConfiguration",
                "azureADRegistration",
                "azureADJoin",
                "localAdminPassword",
            ])
            .learn("https://learn.microsoft.com/entra/identity/devices/manage-device-identities")
            .seen(
                "A user who may not join devices is told so after the sign-in: \"Something went wrong\", error 801c0003. \
                 So is one who has as many devices as allowed.",
            )
            .attributes(vec![
                id(),
                string("users_may_join", "Which users may join devices to Microsoft Entra.")
                    .values(WHO)
                    .graph("azureADJoin/allowedToJoin/@odata.type")
                    .kept(),
                ids("join_user_ids", "Ids of the users who may, where they are selected.")
                    .graph("azureADJoin/allowedToJoin/users"),
                ids("join_group_ids", "Ids of the groups whose members may, where they are selected.")
                    .refers_to("group")
                    .graph("azureADJoin/allowedToJoin/groups"),
                string("multifactor_authentication", "Whether registering or joining a device needs it.")
                    .values(&[("required", "required"), ("not_required", "notRequired")])
                    .graph("multiFactorAuthConfiguration")
                    .kept(),
                integer("maximum_devices_per_user", "How many devices a user may have in Microsoft Entra.")
                    .range(0, i32::MAX.into())
                    .graph("userDeviceQuota")
                    .kept(),
                boolean(
                    "global_administrators_are_local_administrators",
                    "Whether global administrators become local administrators of a device when it joins.",
                )
                .graph("azureADJoin/localAdmins/enableGlobalAdmins")
                .kept(),
                string(
                    "registering_users_are_local_administrators",
                    "Which users become local administrators of a device that they join. A Windows Autopilot profile decides for its \
                     devices by itself.",
                )
                .values(WHO)
                .graph("azureADJoin/localAdmins/registeringUsers/@odata.type")
                .kept(),
                ids("local_administrator_user_ids", "Ids of the users who do, where they are selected.")
                    .graph("azureADJoin/localAdmins/registeringUsers/users"),
                ids("local_administrator_group_ids", "Ids of the groups whose members do, where they are selected.")
                    .refers_to("group")
                    .graph("azureADJoin/localAdmins/registeringUsers/groups"),
                boolean("laps_enabled", "Whether devices may keep their local administrator's password in Microsoft Entra.")
                    .graph("localAdminPassword/isEnabled")
                    .kept(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        selected::judge(config, diagnostics);
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        selected::settle(change);
        cx.diagnostics.extend(skipped::users_who_are(change));
        Ok(())
    }
}

fn ids(name: &'static str, description: &'static str) -> Attribute {
    strings(name, description).guid().kept()
}
