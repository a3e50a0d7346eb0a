//! What Intune refuses without a word.

use serde_json::Value as Json;

/// A rule of Intune's about objects of a kind, whose breach it answers with a 400 that says nothing.
#[derive(Clone, Copy, Debug)]
pub enum Silent {
    /// A tenant has at most so many.
    AtMost(usize),
    /// No two have the same name.
    NameTaken,
    /// Only one of them is assigned to all devices.
    AllDevicesOnce,
    /// It cannot be deleted while something uses it. A sentence says what to do.
    InUse(&'static str),
    /// What it names by an id of this kind must fit. A sentence says what it must be.
    Unfit(&'static str, fn(&Json) -> bool, &'static str),
    /// Whom this text attribute names, at any depth, must be a user who can be assigned.
    Users(&'static str),
    /// This, which no read tells, as the words after "This could not be looked up".
    Untold(&'static str),
}
