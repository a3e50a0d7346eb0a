//! Actions: one action, one file.
//!
//! # Must not know
//! Each other, and resources.
//!
//! # Start at
//! `sync_devices`.

mod allow_next_enrollment;
mod assign_user;
mod chosen_devices;
mod sync_devices;
mod unassign_user;

use std::sync::Arc;

use crate::resource::Action;

/// Every action of the provider.
pub fn all() -> Vec<Arc<dyn Action>> {
    vec![
        Arc::new(allow_next_enrollment::AllowNextEnrollment),
        Arc::new(assign_user::AssignUser),
        Arc::new(sync_devices::SyncDevices),
        Arc::new(unassign_user::UnassignUser),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn core_would_load_every_table() {
        for action in all() {
            let spec = action.spec();
            assert_eq!(schema::lint(&spec.attributes), Vec::<String>::new(), "{}", spec.name);
            assert!(!spec.permission.is_empty(), "{} needs nothing", spec.name);
        }
    }
}
