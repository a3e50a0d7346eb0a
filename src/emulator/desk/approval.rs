//! Multi Admin Approval: writes of protected kinds wait for another administrator.
//!
//! Facts: "Use Multi Admin Approval with Microsoft Graph" (since June 2026 for applications too): opt-in per kind; POST,
//! PATCH, PUT and DELETE only; without `x-msft-approval-justification` (Base64) the call is refused with a message that
//! asks for it. Believed: with it the call answers 202 with the request that now waits, and the call is to be repeated
//! once that is approved; each approval is good for one call. An application can be excluded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call};
use crate::emulator::clock::{Millis, intune_date};
use crate::emulator::error::Failure;
use crate::emulator::settings::Settings;

/// Kinds of objects that can be protected, with how their paths begin below the version, in lower case.
const KINDS: &[(&str, &[&str])] = &[
    ("apps", &["deviceappmanagement/"]),
    ("compliance", &["devicemanagement/devicecompliancepolicies"]),
    ("configurationPolicies", &["devicemanagement/configurationpolicies", "devicemanagement/deviceconfigurations"]),
    ("deviceActions", &["devicemanagement/manageddevices", "devicemanagement/windowsautopilotdeviceidentities"]),
    ("rbac", &["devicemanagement/rolescopetags", "devicemanagement/roledefinitions"]),
    ("scripts", &["devicemanagement/devicemanagementscripts"]),
    (
        "tenantConfiguration",
        &[
            "devicemanagement/deviceenrollmentconfigurations",
            "devicemanagement/windowsautopilotdeploymentprofiles",
            "devicemanagement/assignmentfilters",
        ],
    ),
];

/// The words that [`Settings::approval`] may hold.
pub(crate) fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|(kind, _)| *kind == word)
}

/// What an administrator has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    NeedsApproval,
    Approved,
    Rejected,
}

/// A call that waits, or has been decided on.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Approval {
    id: String,
    tenant: String,
    client_id: String,
    method: String,
    path: String,
    justification: String,
    status: Status,
    since: String,
}

/// All that have been asked for and not used.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    pub(crate) asked: Vec<Approval>,
}

impl Approvals {
    /// Whether a call may go on: `Ok(None)` it may, `Ok(Some(_))` its approval waits.
    pub(crate) fn check(&mut self, settings: &Settings, call: &Call) -> Result<Option<Answer>, Failure> {
        if call.method == "GET" || !is_protected(settings, &call.path) {
            return Ok(None);
        }
        if settings.approval_exempt.iter().any(|app| app.eq_ignore_ascii_case(&call.caller.app_id)) {
            return Ok(None);
        }
        let text = call.justification.as_deref().and_then(|given| STANDARD.decode(given.trim()).ok());
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.trim().is_empty());
        let Some(justification) = text else {
            return Err(Failure::intune(
                403,
                "Forbidden",
                "Multi Admin Approval is required for this operation. Send a Base64 encoded justification in the header \
                 x-msft-approval-justification.",
            ));
        };
        let same = |each: &Approval| {
            each.tenant == call.caller.tenant
                && each.client_id == call.caller.app_id
                && each.method == call.method
                && each.path == call.path
        };
        let found = match self.asked.iter().position(same) {
            Some(found) => found,
            None => {
                self.asked.push(ask(call, justification, call.now));
                self.asked.len() - 1
            }
        };
        match self.asked.get(found) {
            Some(approval) if approval.status == Status::NeedsApproval => Ok(Some(Answer::json(202, shown(approval)))),
            Some(approval) if approval.status == Status::Rejected => {
                let text = format!("The approval request {} was rejected.", approval.id);
                self.asked.remove(found);
                Err(Failure::intune(403, "Forbidden", text))
            }
            _ => {
                self.asked.remove(found);
                Ok(None)
            }
        }
    }

    /// An administrator approves what waits, or rejects it; all of it when no id is given. Tells how many.
    pub(crate) fn decide(&mut self, id: Option<&str>, reject: bool) -> usize {
        let waits = |each: &&mut Approval| each.status == Status::NeedsApproval && id.is_none_or(|id| each.id == id);
        let status = if reject { Status::Rejected } else { Status::Approved };
        self.asked.iter_mut().filter(waits).map(|each| each.status = status).count()
    }
}

fn is_protected(settings: &Settings, path: &str) -> bool {
    let below = path.trim_start_matches('/').split_once('/').map_or("", |(_, below)| below).to_ascii_lowercase();
    let on = |kind: &str| settings.approval.iter().any(|each| each == kind);
    KINDS.iter().any(|(kind, heads)| on(kind) && heads.iter().any(|head| below.starts_with(head)))
}

fn ask(call: &Call, justification: String, now: Millis) -> Approval {
    Approval {
        id: uuid::Uuid::new_v4().to_string(),
        tenant: call.caller.tenant.clone(),
        client_id: call.caller.app_id.clone(),
        method: call.method.clone(),
        path: call.path.clone(),
        justification,
        status: Status::NeedsApproval,
        since: intune_date(now),
    }
}

fn shown(approval: &Approval) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.operationApprovalRequest",
        "id": approval.id,
        "requestDateTime": approval.since,
        "requestJustification": approval.justification,
        "status": approval.status,
    })
}
