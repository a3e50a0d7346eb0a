//! The one binary of integration tests.

mod commands;
mod core;
mod dependencies;
mod device_import;
mod devices_data_source;
mod floors;
mod graph;
mod protocol;
mod terraform;
