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

use crate::resource::{DataSource, Resource};

/// Every data source with a read of its own.
pub fn all() -> Vec<Arc<dyn DataSource>> {
    vec![
        Arc::new(devices::Devices),
        Arc::new(domain_join_connectors::DomainJoinConnectors),
        Arc::new(effective_configuration::EffectiveConfiguration),
        Arc::new(tenant_readiness::TenantReadiness),
        Arc::new(deployment_events::DeploymentEvents),
    ]
}

/// The tables of what configurations refer to and this provider does not manage.
pub fn tables() -> Vec<Arc<dyn Resource>> {
    vec![Arc::new(app::App), Arc::new(service_principal::ServicePrincipal), Arc::new(user::User)]
}
