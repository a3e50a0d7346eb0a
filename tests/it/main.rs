//! Integration tests of what is told by hand. What holds for everything that is served is tried in `tests/registry`.

#![allow(clippy::disallowed_methods, reason = "tests see other processes in real time, as their users do")]

mod checks;
#[cfg(unix)]
mod closed_pipe;
mod commands;
mod core;
mod dependencies;
mod device_import;
mod devices_data_source;
mod doctor;
#[cfg(unix)]
mod domain_join;
mod effective_configuration;
mod emulator;
mod every_command;
mod floors;
mod graph;
mod graph_names;
mod guides;
mod pages;
mod protocol;
mod relay;
mod rpc_table;
mod screens;
mod served;
mod shapes;
mod sources;
mod stand_in;
mod tenant_client;
mod tenant_readiness;
mod terraform;
mod titles;
