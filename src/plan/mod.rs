//! The plan: a pure function of schema, configuration and prior state.
//!
//! Its steps, in the order that HashiCorp's framework has them:
//! 1. a destroy stays null (the caller's: nothing is proposed);
//! 2. defaults where the configuration is null;
//! 3. write-only attributes become null;
//! 4. only if something differs from the prior state, computed attributes that the configuration does not set become
//!    unknown, in the objects that differ and in no other;
//! 5. what each attribute says of itself: stable ones keep their prior value, unmanaged ones too;
//! 6. what the resource itself has to say (the caller's);
//! 7. the paths that force a replacement, sorted and unique.
//!
//! Core's proposed state is not needed: it is derived from the same two values, and core derives it less exactly for
//! elements of sets. Planning twice gives the same answer, as core demands.
//!
//! # Must not know
//! Anything that waits: Graph, files, time. The same question gets the same answer.
//!
//! # Start at
//! [`propose`].

mod matching;
mod propose;
mod repeated;

pub use matching::match_most;
pub use propose::{propose, propose_element, replace_paths};
pub use repeated::repeated;
