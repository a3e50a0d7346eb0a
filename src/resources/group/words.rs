//! Words of the table that rules speak of, and how long a write takes to be seen.

use std::time::Duration;

/// Reads show what was written within this, but in administrative units, where eleven minutes have been seen.
pub(super) const REPLICATION: Duration = Duration::from_secs(60);

pub(super) const RULE: &str = "membership_rule";
pub(super) const ASSIGNABLE: &str = "assignable_to_roles";
