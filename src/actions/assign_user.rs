//! `autopilot_assign_user`: assigns a user to registered devices, whom they greet.
//!
//! Graph: [assignUserToDevice](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-assignusertodevice).
//! It answers at once, and reads show it some minutes later.

use async_trait::async_trait;
use serde_json::json;

use super::chosen_devices::{self, PERMISSION};
use crate::{
    diagnostic::Diagnostics,
    knowledge::user_principal_name::is_user_principal_name,
    resource::{Action, ActionSpec, Cx, Progress, Result},
    schema::{Check, string},
    value::Value,
};

/// The action.
pub(super) struct AssignUser;

#[async_trait]
impl Action for AssignUser {
    fn spec(&self) -> ActionSpec {
        let mut attributes = chosen_devices::attributes();
        let is_user = |text: &str| match is_user_principal_name(text) {
            true => Ok(()),
            false => Err(format!("must be a user principal name such as \"ada@contoso.com\", got: {text:?}")),
        };
        attributes.extend([
            string("assigned_user", "User principal name of the user.")
                .required()
                .check(Check::Text(is_user))
                .example("adele.vance@contoso.com"),
            string(
                "user_friendly_name",
                "Name that the devices greet the user by. Not set, it is what stands before the @ of `assigned_user`.",
            ),
        ]);
        ActionSpec::new(
            "assign_user",
            "Assigns a user to registered devices, so that they greet the user at the first sign-in.",
            attributes,
        )
        .doing("assigning the user")
        .permission(PERMISSION)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        chosen_devices::validate(config, diagnostics);
    }

    async fn invoke(&self, cx: &mut Cx, config: &Value, progress: &Progress) -> Result<()> {
        let user = config.get("assigned_user").as_str().unwrap_or_default();
        let named = config.get("user_friendly_name").as_str();
        let greeting = named.unwrap_or_else(|| user.split('@').next().unwrap_or(user));
        let body = json!({"userPrincipalName": user, "addressableUserName": greeting});
        let done = format!("{user} is assigned");
        chosen_devices::do_with_each(cx, config, progress, &done, ("assignUserToDevice", &body)).await
    }
}
