//! What an administrator of Windows Autopilot knows: pure, no I/O.
//!
//! Texts in, values or problems out. Nothing here knows Terraform or Graph.
//!
//! # Must not know
//! Terraform and Graph.
//!
//! # Start at
//! The module of the thing: a hash, a CSV, a name.

pub mod device_csv;
pub mod device_link;
pub mod device_name;
pub mod device_status;
pub mod distinguished_name;
pub mod domain_join_connector;
pub(crate) mod effective;
pub mod filter_rule;
pub mod hardware_hash;
pub mod locale;
pub mod mail_nickname;
pub mod membership_rule;
pub mod profile_text;
pub mod rule;
pub mod serial_number;
pub(crate) mod setup;
pub mod some_of;
pub mod text_file;
pub mod user_principal_name;
pub mod visible;

#[cfg(test)]
mod scenario_devices;
