//! From where Terraform runs: what tells the writes of one workspace from those of another.
//!
//! A run that was killed left no state, so what it had begun is found again by this alone. Two workspaces that do the same
//! at once must not both think that it is theirs.

use super::surroundings::Surroundings;

/// The folder that Terraform runs in, and the workspace that is selected there.
pub(super) fn here(surroundings: &dyn Surroundings) -> String {
    let variable = |name| surroundings.variable(name).filter(|value| !value.is_empty());
    let data = variable("TF_DATA_DIR").unwrap_or_else(|| ".terraform".to_owned());
    // What `terraform workspace select` writes.
    let selected = || surroundings.file(&format!("{data}/environment")).ok().map(|text| text.trim().to_owned());
    let workspace = variable("TF_WORKSPACE").or_else(selected).filter(|workspace| !workspace.is_empty());
    format!("{}\n{}", surroundings.folder(), workspace.as_deref().unwrap_or("default"))
}
