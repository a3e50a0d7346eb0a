//! Multi Admin Approval: writes of protected kinds wait for another administrator.
//!
//! Facts: "Use Multi Admin Approval with the Microsoft Graph API" (since June 2026 for applications too) and reports of
//! its clients. It is on for the kinds that a tenant names, for POST, PATCH, PUT and DELETE. Without
//! `x-msft-approval-justification` (Base64) a call is refused with a message that names the header. With it a request is
//! filed and the call is refused with `ApprovalRequired` and the request's code; nothing was done. The same call with
//! `x-msft-approval-code` is served once the request is approved, and completes it. While a request stands, the same call
//! without its code is a conflict. An application can be excluded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::emulator::call::Call;
use crate::emulator::error::Failure;
use crate::emulator::intune::approval_requests::{self, APPROVAL_REQUESTS, Wish, hidden};
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

const DEVICE_ACTIONS: &str = "deviceActions";
const TENANT_CONFIGURATION: &str = "tenantConfiguration";

/// Kinds of objects that can be protected, with how their paths begin below the version, in lower case.
const KINDS: &[(&str, &[&str])] = &[
    ("apps", &["deviceappmanagement/"]),
    ("compliance", &["devicemanagement/devicecompliancepolicies"]),
    ("configurationPolicies", &["devicemanagement/configurationpolicies", "devicemanagement/deviceconfigurations"]),
    (DEVICE_ACTIONS, &["devicemanagement/manageddevices", "devicemanagement/windowsautopilotdeviceidentities"]),
    ("rbac", &["devicemanagement/rolescopetags", "devicemanagement/roledefinitions"]),
    ("scripts", &["devicemanagement/devicemanagementscripts"]),
    (TENANT_CONFIGURATION, &["devicemanagement/assignmentfilters"]),
];

/// Whether these are tenant configuration is not said anywhere.
const ENROLLMENT: &[&str] =
    &["devicemanagement/deviceenrollmentconfigurations", "devicemanagement/windowsautopilotdeploymentprofiles"];

/// The words that [`Settings::approval`] may hold.
pub(crate) fn is_kind(word: &str) -> bool {
    KINDS.iter().any(|(kind, _)| *kind == word)
}

/// A request that the call makes use of.
pub(super) struct Used(String);

/// Whether a call may go on; where it makes use of an approved request, that is to be completed when it is done.
pub(super) fn check(tenant: &mut Tenant, settings: &Settings, call: &Call) -> Result<Option<Used>, Failure> {
    let Some(kind) = protected(settings, call) else { return Ok(None) };
    if settings.approval_exempt.iter().any(|app| app.eq_ignore_ascii_case(&call.caller.app_id)) {
        return Ok(None);
    }
    let fingerprint = fingerprint(call);
    if let Some(code) = &call.approval.code {
        return use_up(tenant, settings, kind, call, &code.trim().to_lowercase(), &fingerprint).map(Some);
    }
    let text = call.approval.justification.as_deref().and_then(|given| STANDARD.decode(given.trim()).ok());
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.trim().is_empty());
    let Some(justification) = text else {
        let (status, code) = if settings.approval_missing_is_400 { (400, "BadRequest") } else { (403, "Forbidden") };
        let text = "Header 'x-msft-approval-justification' is required to request approval";
        return Err(Failure::intune(status, code, text));
    };
    let requests = tenant.items(APPROVAL_REQUESTS.name);
    let same = |item: &Item| hidden(item, "fingerprint") == fingerprint && approval_requests::is_active(item, call.now);
    if requests.values().any(same) {
        return Err(Failure::intune(409, "Conflict", "An active Approval Request already exists"));
    }
    let wish =
        Wish { call, justification: &justification, fingerprint: &fingerprint, days: settings.approval_expires_days };
    let id = approval_requests::file(tenant, &wish);
    Err(required(settings, kind, id))
}

/// The call was done.
pub(super) fn done(tenant: &mut Tenant, used: &Used, call: &Call) {
    approval_requests::complete(tenant, &used.0, call.now);
}

fn use_up(
    tenant: &Tenant,
    settings: &Settings,
    kind: &str,
    call: &Call,
    code: &str,
    fingerprint: &str,
) -> Result<Used, Failure> {
    let found = tenant.items(APPROVAL_REQUESTS.name).get(code);
    let theirs = |item: &&Item| {
        hidden(item, "fingerprint") == fingerprint && approval_requests::is_of(item, &call.caller.principal)
    };
    let Some(item) = found.filter(theirs) else {
        let text = format!("The approval request {code} was not made for this operation.");
        return Err(Failure::intune(403, "Forbidden", text));
    };
    if approval_requests::is_undecided(item, call.now) {
        return Err(required(settings, kind, item.id.clone()));
    }
    if !approval_requests::is_approved(item, call.now) {
        let text = format!("The approval request {code} is {}.", approval_requests::status(item, call.now));
        return Err(Failure::intune(403, "Forbidden", text));
    }
    Ok(Used(item.id.clone()))
}

fn required(settings: &Settings, kind: &str, id: String) -> Failure {
    let as_412 = kind == DEVICE_ACTIONS && settings.approval_of_device_actions_is_412;
    let (status, code) = if as_412 { (412, "BadRequest") } else { (403, "ApprovalRequired") };
    let text = format!(
        "Approval Required. Request Approval using the request ID returned as part of the x-msft-approval-code response \
         header. x-msft-approval-code: {id}"
    );
    Failure { approval_code: Some(id), ..Failure::graph(status, code, text) }
}

/// The kind by which a call is protected.
fn protected(settings: &Settings, call: &Call) -> Option<&'static str> {
    if call.method == "GET" {
        return None;
    }
    let path = call.path.trim_start_matches('/');
    let below = path.split_once('/').map_or("", |(_, below)| below).to_ascii_lowercase();
    // Actions that read are POSTs too. What is approved are changes.
    if below.rsplit('/').next().is_some_and(|action| action.starts_with("retrieve")) {
        return None;
    }
    let of = |heads: &[&str]| heads.iter().any(|head| below.starts_with(head));
    let found = KINDS.iter().find(|(_, heads)| of(heads)).map(|(kind, _)| *kind);
    let enrollment = settings.approval_covers_enrollment && of(ENROLLMENT);
    let found = found.or(enrollment.then_some(TENANT_CONFIGURATION))?;
    settings.approval.iter().any(|each| each == found).then_some(found)
}

/// Tells a request from any other: method, path and body.
fn fingerprint(call: &Call) -> String {
    let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = format!("{} {} {body}", call.method, call.path.to_lowercase());
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
