//! `autopilot_mdm_enrollment_scope`: whose devices are enrolled in Intune automatically when they join Microsoft Entra. The admin
//! center calls it the MDM user scope; every tenant with Intune has it.
//!
//! Graph, beta only: [mobilityManagementPolicy](https://learn.microsoft.com/graph/api/resources/mobilitymanagementpolicy), the entry
//! of Intune. No application may read or change it. `selected` cannot be written, it comes of adding a group; the scope is written
//! without any other property, and `all` drops the groups.

mod included_groups;
mod judge;

use crate::{
    diagnostic::Diagnostics,
    resource::{Resource, Spec},
    schema::{Attribute, Check, id, string},
    value::Value,
};

/// The application that is Intune.
const INTUNE: &str = "0000000a-0000-0000-c000-000000000000";

/// The resource.
pub(super) struct MdmEnrollmentScope;

impl Resource for MdmEnrollmentScope {
    fn spec(&self) -> Spec {
        let summary = "Manages whose devices are enrolled in Intune automatically when they join Microsoft Entra (MDM user scope).";
        Spec::new("mdm_enrollment_scope", summary)
            .noun("MDM user scope")
            .collection("/beta/policies/mobileDeviceManagementPolicies")
            .alone(INTUNE)
            .graph_type("mobilityManagementPolicy")
            .permissions("Policy.Read.All", "Policy.ReadWrite.MobilityManagement")
            .delegated_only()
            .notes("An address that is not set stays as it is.")
            .written_apart("appliesTo", "selected")
            .facet(included_groups::IncludedGroups)
            .learn("https://learn.microsoft.com/intune/intune-service/enrollment/quickstart-setup-auto-enrollment")
            .seen(
                "Users outside the scope join Microsoft Entra and are not enrolled: the device comes to the desktop without policies and apps.",
            )
            .attributes(vec![
                id(),
                string(
                    "scope",
                    "Whose devices are enrolled: nobody's, everybody's, or those of the members of `group_ids`.",
                )
                .required()
                .one_of(&["none", "all", "selected"])
                .graph("appliesTo"),
                url("terms_of_use_url", "Terms of use that users see, an address that begins with `https://`.").graph("termsOfUseUrl"),
                url("discovery_url", "Where devices find the enrollment service, an address that begins with `https://`.").graph("discoveryUrl"),
                url("compliance_url", "Where users see why a device is not compliant, an address that begins with `https://`.").graph("complianceUrl"),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        judge::judge(config, diagnostics);
    }
}

fn url(name: &'static str, description: &'static str) -> Attribute {
    string(name, description).check(Check::Text(is_url)).example("https://enrollment.contoso.com/").kept()
}

fn is_url(text: &str) -> std::result::Result<(), String> {
    let is_one =
        text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    if is_one { Ok(()) } else { Err(format!("must be an address that begins with https://, got: {text:?}")) }
}
