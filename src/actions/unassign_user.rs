//! `autopilot_unassign_user`: takes the assigned user off registered devices.
//!
//! Graph: [unassignUserFromDevice](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-unassignuserfromdevice).
//! It answers at once, and reads show it some minutes later.

use async_trait::async_trait;

use super::chosen_devices::{self, PERMISSION};
use crate::{
    diagnostic::Diagnostics,
    graph::Json,
    resource::{Action, ActionSpec, Cx, Progress, Result},
    value::Value,
};

/// The action.
pub(super) struct UnassignUser;

#[async_trait]
impl Action for UnassignUser {
    fn spec(&self) -> ActionSpec {
        let attributes = chosen_devices::attributes();
        ActionSpec::new("unassign_user", "Takes the assigned user off registered devices.", attributes)
            .doing("taking the user off")
            .permission(PERMISSION)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        chosen_devices::validate(config, diagnostics);
    }

    async fn invoke(&self, cx: &mut Cx, config: &Value, progress: &Progress) -> Result<()> {
        chosen_devices::do_with_each(
            cx,
            config,
            progress,
            "no user is assigned any more",
            ("unassignUserFromDevice", &Json::Null),
        )
        .await
    }
}
