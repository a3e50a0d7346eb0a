//! Groups that are kept elsewhere, in Exchange or in an Active Directory on premises: Graph reads them and changes nothing of them.
//!
//! Facts: Graph's page "Working with groups" (mail-enabled security groups and distribution groups are read-only). The refusals are
//! recorded: of members in microsoftgraph/microsoft-graph-docs, issue 14827; of what is synchronised in issues 7301 and 18038,
//! where it is a user. That a deletion is refused in the same words is not known.

use serde_json::json;

use crate::emulator::error::Failure;
use crate::emulator::tenant::directory::Group;

/// Refuses a change of a group that is kept elsewhere.
pub(super) fn holds_change(group: &Group) -> Result<(), Failure> {
    let on = |property: &str| group.entity.get(property) == Some(&json!(true));
    let types = group.entity.get("groupTypes").and_then(serde_json::Value::as_array);
    let is_unified = types.is_some_and(|types| types.contains(&json!("Unified")));
    let refusal = if on("onPremisesSyncEnabled") {
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently \
         undergoing migration."
    } else if on("mailEnabled") && !is_unified {
        "Cannot Update a mail-enabled security groups and or distribution list."
    } else {
        return Ok(());
    };
    Err(Failure::bad_directory_request(refusal))
}
