//! `autopilot_device_join_settings`: who may join devices to Microsoft Entra, and who becomes a local administrator by it. Every
//! tenant has these: the admin center calls them Device settings.
//!
//! Graph: [deviceRegistrationPolicy](https://learn.microsoft.com/graph/api/resources/deviceregistrationpolicy). It is replaced
//! whole, and a quota that is left out becomes 0; who may register devices cannot be changed while Intune is enabled, and goes
//! along as it is.

use async_trait::async_trait;

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
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

/// Each choice of people, with the attributes that name those who are selected.
const CHOICES: [(&str, [&str; 2]); 2] = [
    ("users_may_join", ["join_user_ids", "join_group_ids"]),
    ("registering_users_are_local_administrators", ["local_administrator_user_ids", "local_administrator_group_ids"]),
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
        for (choice, selected) in CHOICES {
            let who = config.get(choice);
            let named = selected.iter().filter(|name| !config.get(name).elements().is_empty());
            if who.is_unknown() {
                continue;
            }
            if who.as_str() != Some("selected") {
                for name in named {
                    let rule = format!("can only be set with `{choice} = \"selected\"`.");
                    diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
                }
            } else if named.count() == 0 && !selected.iter().any(|name| config.get(name).is_unknown()) {
                let [users, groups] = selected;
                let rule =
                    format!("is \"selected\", and selects nobody. Set `{users}` or `{groups}`, or make it \"none\".");
                diagnostics.push(Diagnostic::invalid(Path::of(choice), &rule));
            }
        }
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        for (choice, selected) in CHOICES {
            // Who is selected goes with the choice: where that is set, they are exactly these.
            if !change.planned.is_null() && change.config.get(choice).as_str().is_some() {
                for name in selected.into_iter().filter(|name| change.config.get(name).is_null()) {
                    let before = change.prior.get(name);
                    let nobody = if before.elements().is_empty() { before.clone() } else { Value::Null };
                    change.planned.insert(name, nobody);
                }
            }
        }
        cx.diagnostics.extend(users_who_are_skipped(change));
        Ok(())
    }
}

fn ids(name: &'static str, description: &'static str) -> Attribute {
    strings(name, description).guid().kept()
}

/// Provisioning is skipped where the policy makes users standard users and Entra makes not all of them local administrators
/// ("Windows Autopilot device preparation - known issues", 3 June 2024).
fn users_who_are_skipped(change: &Change) -> Option<Diagnostic> {
    let choice = "registering_users_are_local_administrators";
    let (before, now) = (change.prior.get(choice), change.planned.get(choice));
    let who = now.as_str().filter(|who| *who != "all" && before != now)?;
    let detail = format!(
        "With {who:?} here, Windows Autopilot device preparation skips the devices of policies whose user account type is standard \
         user: their users reach the desktop without apps. Set the user account type of such policies to administrator, or this to \
         \"all\"; in both cases their users are no administrators."
    );
    Some(Diagnostic::warning("Device Preparation May Be Skipped", detail).at(Path::of(choice)))
}
