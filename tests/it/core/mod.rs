//! Terraform core's own rules, and every table held against them.
//!
//! The rules are told anew from what Terraform's source does, over core's view of a schema ([`model`]), and are
//! themselves tested by the cases of its tests. They know nothing of how this provider plans.

mod codec;
mod compatible;
mod laws;
mod model;
mod notation;
mod outcome;
mod plan_valid;
mod proposed_new;
mod random;
mod schema_valid;
mod shapes;
