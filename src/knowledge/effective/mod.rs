//! Which of several policies a device or its user gets.
//!
//! Facts: of the deployment profiles that reach a device by its groups the oldest wins, and the one for All Devices comes
//! last (Microsoft, "Configure Autopilot profiles"). Enrollment status pages go by their priority, those that reach the
//! device before those that reach its user, and the default one last ("Set up the Enrollment Status Page"). Device
//! preparation policies go by their priority ("Device preparation overview").
//!
//! What is not known stays so: an answer is given only where nothing that is unknown could change it.

mod contest;
mod decide;
mod facts;
mod reach;
mod reason;

#[cfg(test)]
mod tests;

pub(crate) use contest::{ProfileRank, Winner, profile_order, winner};
pub(crate) use decide::decide;
pub(crate) use facts::{Association, Candidate, Facts, FilterRule, Kind, Outcome, Policy, Route, User};
pub(crate) use reach::{Assigned, Filter, Reach, Subject, Target, Way, Who, reach};
