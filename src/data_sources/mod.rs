//! Data sources that are not derived from a resource: one data source, one file.
//!
//! # Must not know
//! Each other, and resources.
//!
//! # Start at
//! `user`, which is a table; then `devices`, which reads in its own way.

mod app;
mod deployment_events;
mod devices;
mod domain_join_connectors;
mod effective_configuration;
mod service_principal;
pub(crate) mod tenant_readiness;
mod user;

use std::sync::Arc;

use crate::resource::{DataSource, Named, Resource};

/// Every data source with a read of its own.
pub fn all() -> Vec<Named<dyn DataSource>> {
    vec![
        ("devices", Arc::new(devices::Devices)),
        ("domain_join_connectors", Arc::new(domain_join_connectors::DomainJoinConnectors)),
        ("effective_configuration", Arc::new(effective_configuration::EffectiveConfiguration)),
        ("tenant_readiness", Arc::new(tenant_readiness::TenantReadiness)),
        ("deployment_events", Arc::new(deployment_events::DeploymentEvents)),
    ]
}

/// The tables of what configurations refer to and this provider does not manage.
pub fn tables() -> Vec<Named<dyn Resource>> {
    vec![
        ("app", Arc::new(app::App)),
        ("service_principal", Arc::new(service_principal::ServicePrincipal)),
        ("user", Arc::new(user::User)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_registered_by_the_name_of_its_table() {
        all().iter().for_each(|(name, data_source)| assert_eq!(*name, data_source.spec().name));
        tables().iter().for_each(|(name, table)| assert_eq!(*name, table.spec().name));
    }
}
