//! The one binary of integration tests.

mod dependencies;
mod device_import;
mod floors;
mod graph;
mod protocol;
