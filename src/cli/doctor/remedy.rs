//! How an administrator grants what is missing.

use super::findings::Finding;
use crate::{graph::Claims, resource::engine::is_of_azure_cli};

/// Microsoft Graph's own application, the same in every tenant ("Application ids of first-party Microsoft applications").
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The finding that these are missing, with what to do. Ids of permissions are looked up by name: a list of them here would age.
pub(super) fn of_permissions(finding: Finding, claims: &Claims, credential: &str, names: &[&str]) -> Finding {
    if is_of_azure_cli(claims) {
        return finding.mended_by(
            "The Azure CLI's own application can be given none of them. Sign in with an application of yours: a certificate, a \
             secret, a token of your pipeline or a managed identity.",
        );
    }
    let names = names.join(" \\\n    ");
    let app = &claims.application;
    let is_person = !claims.scopes.is_empty();
    if credential == "a managed identity" {
        let commands = format!(
            "graph={GRAPH}\napp={app}\n\
             at=https://graph.microsoft.com/v1.0/servicePrincipals\n\
             to=$(az ad sp show --id $graph --query id -o tsv)\n\
             me=$(az ad sp show --id $app --query id -o tsv)\n\
             for name in {names}; do\n  \
               role=$(az ad sp show --id $graph -o tsv \\\n    \
                 --query \"appRoles[?value=='$name'].id\")\n  \
               az rest --method POST --url $at/$me/appRoleAssignments --body \\\n\
             \"{{\\\"principalId\\\":\\\"$me\\\",\\\"resourceId\\\":\\\"$to\\\",\\\"appRoleId\\\":\\\"$role\\\"}}\"\n\
             done"
        );
        return Finding {
            commands,
            ..finding.mended_by("An administrator grants them to the identity, by the Azure CLI:")
        };
    }
    let (kind, of, page) = match is_person {
        true => ("Scope", "oauth2PermissionScopes", "Delegated"),
        false => ("Role", "appRoles", "Application"),
    };
    let commands = format!(
        "graph={GRAPH}\napp={app}\n\
         for name in {names}; do\n  \
           az ad app permission add --id $app --api $graph --api-permissions \\\n    \
             $(az ad sp show --id $graph -o tsv \\\n      \
               --query \"{of}[?value=='$name'].id\")={kind}\n\
         done\n\
         az ad app permission admin-consent --id $app"
    );
    let finding = finding
        .mended_by(format!(
            "An administrator grants them: Entra admin center, App registrations, the application, API permissions, Add a \
             permission, Microsoft Graph, {page} permissions; then Grant admin consent."
        ))
        .mended_by("Or by the Azure CLI:");
    Finding { commands, ..finding }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::findings::Standing;

    fn told(claims: &Claims, credential: &str) -> Finding {
        of_permissions(Finding::new(Standing::Missing, ""), claims, credential, &["Group.Read.All"])
    }

    #[test]
    fn each_kind_of_credential_is_granted_permissions_in_its_own_way() {
        let app = Claims { application: "11111111-0000-0000-0000-000000000000".into(), ..Claims::default() };
        let by_secret = told(&app, "a client secret").commands;
        assert!(by_secret.contains("az ad app permission add") && by_secret.contains("=Role"), "{by_secret}");
        let by_identity = told(&app, "a managed identity").commands;
        assert!(by_identity.lines().all(|line| line.len() <= 74), "set in by six, in 80 columns: {by_identity}");
        assert!(by_identity.contains(r#""{\"principalId\":\"$me\","#));
        assert!(by_identity.contains("$me/appRoleAssignments") && !by_identity.contains("az ad app"), "{by_identity}");
        let person = Claims { scopes: vec!["User.Read".into()], ..app };
        let by_login = told(&person, "the sign-in of an administrator").commands;
        assert!(by_login.contains("oauth2PermissionScopes") && by_login.contains("=Scope"), "{by_login}");
        let cli = Claims { application: "04b07795-8ddb-461a-bbee-02f9e1bf7b46".into(), ..person };
        let by_cli = told(&cli, "the Azure CLI");
        assert!(by_cli.commands.is_empty() && by_cli.remedy[0].contains("application of yours"), "{by_cli:?}");
    }
}
