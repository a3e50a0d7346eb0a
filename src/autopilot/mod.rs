//! What several resources, data sources and actions use of the Windows Autopilot service: registered devices, imports of
//! hardware hashes, the sync with Intune.
//!
//! Stands on [`crate::graph`] and [`crate::knowledge`]. Knows no Terraform: devices and records here are plain data, and
//! what is made of them, or told to the user, is the caller's.
//!
//! # Must not know
//! Terraform: states, plans, diagnostics.
//!
//! # Start at
//! `Device`, then `devices`.

pub(crate) mod device;
pub(crate) mod devices;
pub(crate) mod error;
pub(crate) mod import_record;
pub(crate) mod imports;
pub(crate) mod property;
pub(crate) mod sync;
pub(crate) mod users;
