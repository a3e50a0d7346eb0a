//! The commands of a person.

pub mod terraform;
