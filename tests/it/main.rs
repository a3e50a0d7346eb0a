//! The one binary of integration tests.

#![allow(clippy::disallowed_methods, reason = "tests see other processes in real time, as their users do")]

mod commands;
mod core;
mod dependencies;
mod device_import;
mod devices_data_source;
#[cfg(unix)]
mod emulator;
mod floors;
mod graph;
mod graph_names;
mod protocol;
mod rpc_table;
mod screens;
mod served;
mod shapes;
mod terraform;
