//! The organization: its domains, licences and company branding.
//!
//! Facts: Graph's `organization`, `subscribedSku` and `organizationalBranding`.

use serde_json::{Value, json};

use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::kind;
use crate::emulator::odata::query::selected;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;

/// Intune and Entra ID P1, as service plans of a user: id, service, name.
pub(crate) const PLANS: &[(&str, &str, &str)] = &[
    ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "SCO", "INTUNE_A"),
    ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AADPremiumService", "AAD_PREMIUM"),
];

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let authority = if site.settings.intune_is_provisioned { "intune" } else { "unknown" };
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .enumerate()
        .map(|(n, name)| json!({"name": name, "isDefault": n == 0, "isInitial": name.ends_with(".onmicrosoft.com"), "type": "Managed"}))
        .collect();
    let organization = json!({
        "id": tenant.id,
        "displayName": tenant.name,
        "tenantType": "AAD",
        "mobileDeviceManagementAuthority": authority,
        "verifiedDomains": domains,
    });
    Ok(whole(call, vec![organization]))
}

/// No tenant here has branding, which is answered 404.
pub(crate) fn branding(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.id(0);
    match site.tenant.id == id {
        true => Err(Failure::graph(404, "Request_ResourceNotFound", "Company branding is not configured.")),
        false => Err(Failure::no_directory_object(&id)),
    }
}

/// One licence for everybody: Intune and Entra ID P1.
pub(crate) fn list_skus(site: &mut Site<'_>, call: &Call) -> Outcome {
    let names = call.query.select(kind("subscribedSku"))?;
    let tenant = &*site.tenant;
    let has = |name: &str| site.settings.intune_is_provisioned || !name.starts_with("INTUNE");
    let plans: Vec<Value> = PLANS
        .iter()
        .filter(|(_, _, name)| has(name))
        .map(|(id, _, name)| json!({"servicePlanId": id, "servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"}))
        .collect();
    let sku = json!({
        "id": format!("{}_efccb6f7-5641-4e0e-bd10-b4976e1bf68e", tenant.id),
        "skuId": "efccb6f7-5641-4e0e-bd10-b4976e1bf68e",
        "skuPartNumber": "EMS",
        "capabilityStatus": "Enabled",
        "consumedUnits": tenant.users.len(),
        "prepaidUnits": {"enabled": 250, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": plans,
    });
    let sku = sku.as_object().cloned().unwrap_or_default();
    Ok(whole(call, vec![selected(sku, names.as_deref())]))
}
