//! What a user can do about a write that another administrator has to approve.

use crate::graph::{End, Standing};

const PLACE: &str =
    "in the Intune admin center, under Tenant administration > Multi Admin Approval > Received requests";

/// What to do.
pub(super) fn about(standing: &Standing) -> String {
    match standing {
        Standing::Unasked => "The tenant protects this by Multi Admin Approval. Set approval_justification in the provider's \
                              configuration: with it the provider asks for the approval, waits for it and then writes. Or an \
                              administrator excludes the application in the access policy."
            .into(),
        Standing::Waits { .. } => format!(
            "Nothing of it was written. Another administrator approves it {PLACE}; then apply again: it goes on with this \
             request. To wait longer, set `timeouts`."
        ),
        Standing::AskedBefore => "The request stands in the Intune admin center, under Tenant administration > Multi Admin \
                                  Approval > My requests. Give the provider its id, or withdraw it there and apply again."
            .into(),
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
