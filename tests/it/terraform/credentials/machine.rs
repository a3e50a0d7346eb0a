//! The managed identity of a machine, whose metadata service is a stand-in.

use serde_json::{Value, json};

use super::{Settings, plan_by_configuration, plan_by_variables, refused};
use crate::stand_in::{StandIn, json as answer};
use crate::terraform::{lab::Lab, tenant::Tenant};

pub(super) const USER_ASSIGNED: &str = "00000000-0000-0000-0000-0000000000aa";

/// A machine with a system-assigned and one user-assigned identity, both with the token of the lab's own application.
pub(super) fn machine(lab: &Lab) -> StandIn {
    let token = Tenant::sign_in(&lab.settings).token().to_owned();
    StandIn::new(move |head| {
        let target = head.split(' ').nth(1).unwrap_or_default();
        if !head.to_ascii_lowercase().contains("metadata: true")
            || !target.contains("resource=https%3A%2F%2Fgraph.microsoft.com")
        {
            return answer(
                400,
                &json!({"error": "bad_request", "error_description": "Required metadata header not specified"}),
            );
        }
        if target.contains("client_id=") && !target.contains(USER_ASSIGNED) {
            return answer(400, &json!({"error": "invalid_request", "error_description": "Identity not found"}));
        }
        answer(200, &token_of(&token))
    })
}

fn token_of(token: &str) -> Value {
    // "To acquire an access token": numbers come as text.
    json!({
        "access_token": token, "expires_on": "4102444800", "expires_in": "86399", "token_type": "Bearer",
        "resource": "https://graph.microsoft.com",
    })
}

fn by<'a>(pairs: &[(&'a str, &str)]) -> Settings<'a> {
    pairs.iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
}

#[test]
fn a_managed_identity_signs_in() {
    let lab = Lab::new();
    let machine = machine(&lab);
    let endpoint = machine.url("/metadata/identity/oauth2/token");
    let (used, at) = (("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", endpoint.as_str()));
    plan_by_variables(&lab, &by(&[used, at])).succeeds();
    plan_by_variables(&lab, &by(&[used, at, ("ARM_CLIENT_ID", USER_ASSIGNED)])).succeeds();
    plan_by_configuration(&lab, &by(&[("use_msi", "true"), ("msi_endpoint", &endpoint)])).succeeds();
    assert!(machine.seen().iter().any(|head| head.contains(USER_ASSIGNED)));

    let wrong =
        plan_by_variables(&lab, &by(&[used, at, ("ARM_CLIENT_ID", "00000000-0000-0000-0000-0000000000bb")])).fails();
    refused(&wrong, &["Identity not found", "Assign the identity", "user-assigned managed identity"], &[]);
    let elsewhere = "00000000-0000-0000-0000-0000000000cc";
    let elsewhere = plan_by_variables(&lab, &by(&[used, at, ("ARM_TENANT_ID", elsewhere)])).fails();
    refused(&elsewhere, &["Sign-In to Another Tenant", autopilot::emulator::TENANT_ID, "Nothing was read"], &[]);
    let nobody = by(&[used, ("ARM_MSI_ENDPOINT", "http://127.0.0.1:9/metadata")]);
    let nobody = plan_by_variables(&lab, &nobody).fails();
    refused(&nobody, &["http://127.0.0.1:9/metadata", "no machine of Azure's"], &[]);
}

#[test]
fn a_token_that_ended_is_not_accepted_and_not_shown() {
    let lab = Lab::new();
    lab.emulator.configure(|settings| settings.token_seconds = -60);
    let over = Tenant::sign_in(&lab.settings).token().to_owned();
    let shown = over.clone();
    let machine = StandIn::new(move |_| answer(200, &token_of(&over)));
    let endpoint = machine.url("/token");
    let told = plan_by_variables(&lab, &by(&[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &endpoint)])).fails();
    refused(&told, &["Sign-In Not Accepted", "expired"], &[&shown]);
}
