//! The one binary of integration tests.

mod dependencies;
mod devices_data_source;
mod floors;
mod protocol;
