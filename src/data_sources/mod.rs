//! Data sources that are not derived from a resource: one data source, one file.

mod devices;

use std::sync::Arc;

use crate::resource::DataSource;

/// Every data source of the provider.
pub fn all() -> Vec<Arc<dyn DataSource>> {
    vec![Arc::new(devices::Devices)]
}
