//! `autopilot_user`: a user of Entra. A table, not managed by this provider.

use crate::{
    resource::{Resource, Spec},
    schema::{id, string},
};

/// The table.
pub(super) struct User;

impl Resource for User {
    fn spec(&self) -> Spec {
        Spec::new("user", "Reads a user of Microsoft Entra ID.")
            .collection("/v1.0/users")
            .permissions("User.Read.All", "")
            .find_by_filter("user_principal_name")
            .attributes(vec![
                id(),
                string("user_principal_name", "User principal name."),
                string("display_name", "Name of the user."),
                string("mail", "Mail address."),
                string("job_title", "Job title."),
            ])
    }
}
