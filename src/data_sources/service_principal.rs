//! `autopilot_service_principal`: a service principal of Entra: an application as this tenant knows it. A table, not managed by this provider.

use crate::{
    resource::{Resource, Spec},
    schema::{id, string},
};

/// The table.
pub(super) struct ServicePrincipal;

impl Resource for ServicePrincipal {
    fn spec(&self) -> Spec {
        Spec::new("service_principal", "Reads a service principal: an application as the tenant knows it.")
            .noun("service principal")
            .collection("/v1.0/servicePrincipals")
            .permissions("Application.Read.All", "")
            .find_by_filter("app_id")
            .find_by_filter("display_name")
            .attributes(vec![
                id(),
                string("app_id", "Application id: the same in every tenant."),
                string("display_name", "Name of the application."),
            ])
    }
}
