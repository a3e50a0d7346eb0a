//! Provider functions: one function, one file.
//!
//! # Must not know
//! Graph: a function is pure.
//!
//! # Start at
//! `parse_device_csv`.

mod decode_hardware_hash;
mod device_name;
mod file_bytes;
mod membership_rule_matches;
mod parse_device_csv;
mod parse_device_link_csv;
mod setup_problems;
mod undressed;

use std::sync::Arc;

use crate::resource::Function;

/// Every function of the provider.
pub fn all() -> Vec<Arc<dyn Function>> {
    vec![
        Arc::new(decode_hardware_hash::DecodeHardwareHash),
        Arc::new(device_name::DeviceName),
        Arc::new(membership_rule_matches::MembershipRuleMatches),
        Arc::new(parse_device_csv::ParseDeviceCsv),
        Arc::new(parse_device_link_csv::ParseDeviceLinkCsv),
        Arc::new(setup_problems::SetupProblems),
    ]
}
