//! What a credential may never do, told before anything is done.
//!
//! An application of one's own can be given a permission; that of the Azure CLI is Microsoft's, and its permissions are what
//! they are. Its tokens name them all in `scp`, and none is Intune's. And some permissions are given to no application, but to
//! people who sign in by one.

use crate::{
    diagnostic::Diagnostic,
    graph::Claims,
    resource::{Cx, Error, Result, Spec},
};

/// The application of the Azure CLI, the same in every tenant ("Application ids of first-party Microsoft applications").
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// What the permissions for Intune begin with.
const INTUNE: &str = "DeviceManagement";

/// Whether a token is of the Azure CLI's own application.
#[cfg(feature = "emulator")] // only a command asks
pub(crate) fn is_of_azure_cli(claims: &Claims) -> bool {
    claims.application == AZURE_CLI
}

/// Refuses what needs a permission that the credential can never have.
pub(super) fn hold(claims: &Claims, spec: &Spec) -> Result<()> {
    let (read, write) = spec.permissions;
    let has = |wanted: &str| has(claims, wanted);
    let is_cli = claims.application == AZURE_CLI;
    if spec.delegated_only && (claims.scopes.is_empty() || (is_cli && !has(write) && !has(read))) {
        let by = if is_cli { "the Azure CLI, whose own application has none of them" } else { "an application" };
        let detail = format!(
            "Microsoft Graph lets no application read or change the {}: it takes {read} and {write} from people only. The provider signs \
             in by {by}. Let an administrator sign in by `terraform-provider-autopilot login`, and manage it by a provider of its own:\n\n  \
             provider \"autopilot\" {{\n    alias     = \"administrator\"\n    use_login = true\n  }}\n\nThen say `provider = \
             autopilot.administrator` in this resource.",
            spec.noun
        );
        return Err(Diagnostic::error("Not for an Application", detail).into());
    }
    if !is_cli || !write.starts_with(INTUNE) || has(write) {
        return Ok(());
    }
    let needs = format!("Managing {} needs the Microsoft Graph permission {write} (to read: {read}).", spec.a_noun());
    Err(not_by_the_azure_cli(&needs).into())
}

/// What is told of a failed read of what the verb is about.
pub(super) async fn failed_reading(cx: &Cx, error: &Error) -> Diagnostic {
    let spec = cx.spec();
    failed(cx, error, &format!("reading the {}", spec.noun), spec.permissions.0).await
}

/// What is told of a failed call. Where Graph refused the application of the Azure CLI what it can be given no permission
/// for, that is told.
pub(super) async fn failed(cx: &Cx, error: &Error, doing: &str, permission: &str) -> Diagnostic {
    let told = error.diagnostic(doing, permission);
    let is_refused = error.graph().is_some_and(|error| error.status() == Some(403));
    let (true, true, Ok(graph)) = (is_refused, permission.starts_with(INTUNE), cx.graph()) else { return told };
    match graph.claims().await {
        Ok(claims) if claims.application == AZURE_CLI && !has(&claims, permission) => {
            not_by_the_azure_cli(&format!("While {doing}: this needs the Microsoft Graph permission {permission}."))
        }
        _ => told,
    }
}

fn has(claims: &Claims, wanted: &str) -> bool {
    claims.scopes.iter().any(|scope| scope.eq_ignore_ascii_case(wanted))
}

fn not_by_the_azure_cli(needs: &str) -> Diagnostic {
    let detail = format!(
        "{needs} The provider signs in by the Azure CLI, whose own application has no permission for Intune and can be given \
         none. Sign in with an application of yours: a certificate, a secret, a token of your pipeline (use_oidc) or a managed \
         identity."
    );
    Diagnostic::error("Not for the Azure CLI's Application", detail)
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

    #[test]
    fn what_graph_takes_from_people_only_is_refused_under_an_application() {
        let spec = Spec::new("mdm_enrollment_scope", "")
            .noun("MDM user scope")
            .permissions("Policy.Read.All", "Policy.ReadWrite.MobilityManagement")
            .delegated_only();
        let told = |application: &str, scopes: &[&str]| {
            let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
            let claims = Claims { application: application.to_owned(), scopes, ..Claims::default() };
            hold(&claims, &spec).err().map(|error| error.diagnostic("", "")).map(|told| (told.summary, told.detail))
        };
        let (summary, detail) = told("11111111-0000-0000-0000-000000000000", &[]).expect("it is refused");
        assert_eq!(summary, "Not for an Application");
        for part in
            ["no application", "Policy.ReadWrite.MobilityManagement", "provider-autopilot login`", "use_login = true"]
        {
            assert!(detail.contains(part), "{part:?} is missing in {detail}");
        }
        let (_, detail) = told(AZURE_CLI, &["Group.ReadWrite.All"]).expect("it is refused");
        assert!(detail.contains("signs in by the Azure CLI"), "{detail}");
        // What a person lacks, an administrator can consent to.
        assert_eq!(told("11111111-0000-0000-0000-000000000000", &["User.Read"]), None);
    }
}
