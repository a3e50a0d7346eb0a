//! `autopilot_allow_next_enrollment`: lets self-deploying and pre-provisioned devices enrol once more.
//!
//! Graph: [allowNextEnrollment](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-allownextenrollment).
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
pub(super) struct AllowNextEnrollment;

#[async_trait]
impl Action for AllowNextEnrollment {
    fn spec(&self) -> ActionSpec {
        let attributes = chosen_devices::attributes();
        ActionSpec::new("allow_next_enrollment", "Lets registered devices enrol once more: self-deploying and pre-provisioned ones are blocked after the first time.", attributes)
            .doing("allowing the next enrollment")
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
            "its next enrollment is allowed",
            ("allowNextEnrollment", &Json::Null),
        )
        .await
    }
}
