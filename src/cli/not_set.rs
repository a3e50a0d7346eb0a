//! That nothing is set to sign in with, said to a person at a command line: what to set, and not all that could be.

use crate::{diagnostic::Diagnostic, provider::CREDENTIAL_MISSING};

/// The guide that tells of all ways.
const GUIDE: &str = "Credentials";

/// What is said of it. What the provider lists for a configuration is left out; what this machine offers is kept.
pub(super) fn detail(told: &Diagnostic) -> String {
    if told.summary != CREDENTIAL_MISSING {
        return told.detail.clone();
    }
    let offered = told.detail.split("\n\n").skip(1);
    let usual = format!(
        "Set ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET of an application.\n\
         Or sign in by a certificate, a pipeline, a managed identity, the Azure CLI:\n\
         see the guide \"{GUIDE}\" of the provider."
    );
    [usual.as_str()].into_iter().chain(offered).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_called_so() {
        assert!(include_str!("../../docs/guides/credentials.md").contains(&format!("page_title: \"{GUIDE}\"")));
    }

    #[test]
    fn without_settings_three_lines_say_what_to_set() {
        let list = "The provider has nothing to sign in with. Set one of these:\n- a client secret: A (not set)";
        let told = |hint: &str| detail(&Diagnostic::error(CREDENTIAL_MISSING, format!("{list}{hint}")));
        let bare = told("");
        assert_eq!(bare.lines().count(), 3, "{bare}");
        assert!(bare.starts_with("Set ARM_TENANT_ID, ") && bare.lines().all(|line| line.len() <= 76), "{bare}");
        assert_eq!(told("\n\nThis runs in GitHub Actions."), format!("{bare}\n\nThis runs in GitHub Actions."));
        assert_eq!(detail(&Diagnostic::error("Other", "as it is")), "as it is");
    }
}
