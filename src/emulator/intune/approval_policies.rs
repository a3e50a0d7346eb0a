//! Access policies of Multi Admin Approval (beta): which kinds of objects are protected. They follow from the switch
//! `approval`.
//!
//! Facts: Graph's `operationApprovalPolicy` and `operationApprovalPolicyType`.

use serde_json::{Value, json};

use crate::emulator::call::{Call, Outcome};
use crate::emulator::paging::whole;
use crate::emulator::site::Site;

/// What Graph calls a kind of the switch, and what the admin center does.
fn words(kind: &str) -> (&str, &str) {
    match kind {
        "apps" => ("app", "Apps"),
        "compliance" => ("compliancePolicy", "Compliance policies"),
        "configurationPolicies" => ("configurationPolicy", "Configuration policies"),
        "deviceActions" => ("deviceAction", "Device actions"),
        "rbac" => ("role", "Role-based access control"),
        "scripts" => ("script", "Scripts"),
        other => (other, "Tenant configuration"),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let policy = |kind: &String| {
        let (policy_type, name) = words(kind);
        let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{}{kind}", site.tenant.id).as_bytes());
        json!({
            "@odata.type": "#microsoft.graph.operationApprovalPolicy",
            "id": id.to_string(),
            "displayName": name,
            "description": Value::Null,
            "lastModifiedDateTime": "2026-01-01T00:00:00Z",
            "policyType": policy_type,
            "policyPlatform": "notApplicable",
            "policySet": {"policyType": policy_type, "policyPlatform": "notApplicable"},
            "approverGroupIds": [],
        })
    };
    Ok(whole(call, site.settings.approval.iter().map(policy).collect()))
}
