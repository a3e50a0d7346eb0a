//! The real Terraform, the provider as it is built, and a tenant of the emulator.
//!
//! A test is a story: a configuration, what Terraform makes of it, what the tenant then holds.

#[cfg(unix)]
mod approvals;
mod bad_input;
#[cfg(unix)]
mod credentials;
mod debugged;
mod drift;
#[cfg(unix)]
mod each_tenant;
mod examples;
mod exported;
mod exported_check;
mod exported_odd;
mod exported_others;
mod exported_uncollected;
mod filters;
#[cfg(unix)]
mod first_minutes;
mod fleet;
mod generated;
mod guides;
mod handed_over;
mod imported;
#[cfg(unix)]
mod installed;
mod lab;
mod lacking;
mod moved;
mod newest;
mod paced;
#[cfg(target_os = "linux")]
mod process;
mod queried;
mod reads;
mod reasons;
mod recorded;
#[cfg(unix)]
mod recorded_alike;
#[cfg(unix)]
mod recorded_grouped;
mod run;
mod scenario;
mod secrets;
#[cfg(unix)]
mod signed_in;
#[cfg(unix)]
mod starter;
mod tenant;
mod who_asks;
