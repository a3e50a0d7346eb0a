//! The one binary of integration tests.

mod commands;
mod dependencies;
mod floors;
mod protocol;
mod terraform;
