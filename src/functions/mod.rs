//! Provider functions: one function, one file.

mod parse_device_csv;

use std::sync::Arc;

use crate::resource::Function;

/// Every function of the provider.
pub fn all() -> Vec<Arc<dyn Function>> {
    vec![Arc::new(parse_device_csv::ParseDeviceCsv)]
}
