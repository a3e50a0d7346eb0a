//! What a credential may never do, told before anything is done.
//!
//! An application of one's own can be given a permission; that of the Azure CLI is Microsoft's, and its permissions are what
//! they are. Its tokens name them all in `scp`, and none is Intune's.

use crate::{
    diagnostic::Diagnostic,
    graph::Claims,
    resource::{Result, Spec},
};

/// The application of the Azure CLI, the same in every tenant ("Application ids of first-party Microsoft applications").
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// Refuses what needs a permission that the credential can never have.
pub(super) fn hold(claims: &Claims, spec: &Spec) -> Result<()> {
    let (read, write) = spec.permissions;
    let has = |wanted: &str| claims.scopes.iter().any(|scope| scope.eq_ignore_ascii_case(wanted));
    if claims.application != AZURE_CLI || !write.starts_with("DeviceManagement") || has(write) {
        return Ok(());
    }
    let detail = format!(
        "Managing {} needs the Microsoft Graph permission {write} (to read: {read}). The provider signs in by the Azure CLI, \
         whose own application has no permission for Intune and can be given none. Sign in with an application of yours: a \
         certificate, a secret, a token of your pipeline (use_oidc) or a managed identity.",
        spec.a_noun()
    );
    Err(Diagnostic::error("Not for the Azure CLI's Application", detail).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(application: &str, scopes: &[&str], write: &'static str) -> bool {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let claims = Claims { application: application.to_owned(), scopes, ..Claims::default() };
        hold(&claims, &Spec::new("thing", "").permissions("read", write)).is_err()
    }

    #[test]
    fn the_application_of_the_azure_cli_can_be_given_no_permission_of_intune() {
        let intune = "DeviceManagementServiceConfig.ReadWrite.All";
        assert!(told(AZURE_CLI, &["Group.ReadWrite.All"], intune));
        assert!(!told(AZURE_CLI, &["Group.ReadWrite.All"], "Group.ReadWrite.All"));
        assert!(!told("11111111-0000-0000-0000-000000000000", &[], intune), "it can be given");
    }
}
