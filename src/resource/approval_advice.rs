//! What a user can do about a write that another administrator has to approve.

use crate::graph::{End, Standing};

const PLACE: &str =
    "in the Intune admin center, under Tenant administration > Multi Admin Approval > Received requests";

/// What to do. `entry` is how the code of the request is given.
pub(super) fn about(entry: &str, standing: &Standing) -> String {
    match standing {
        Standing::Unasked => "The tenant protects this by Multi Admin Approval. Set approval_justification in the provider's \
                              configuration: with it the provider asks for the approval, waits for it and then writes. Or an \
                              administrator excludes the application in the access policy."
            .into(),
        Standing::Waits { .. } => format!(
            "Nothing of it was written. Another administrator approves it {PLACE}; then apply again. To wait longer, set \
             `timeouts`."
        ),
        Standing::AskedBefore => format!(
            "The request stands in the Intune admin center, under Tenant administration > Multi Admin Approval > My requests. \
             Withdraw it there and apply again, or add its id to the provider's configuration; it can go once this is \
             written:\n\n{}",
            codes(entry, "its request id")
        ),
        Standing::Ended { how: End::Rejected, .. } => {
            "Nothing of it was written. The reason stands in the Intune admin center, under Tenant administration > Multi \
             Admin Approval > My requests. Change what was rejected; the next apply asks anew. An entry for it in \
             approval_codes has to go."
                .into()
        }
        Standing::Ended { .. } => {
            "Nothing of it was written. Apply again: it asks anew. An entry for it in approval_codes has to go.".into()
        }
    }
}

/// The setting of the provider by which it takes up a request.
pub(super) fn codes(entry: &str, code: &str) -> String {
    format!("  approval_codes = {{\n    {entry:?} = {code:?}\n  }}")
}
