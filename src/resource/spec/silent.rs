//! What Intune refuses without a word.

/// A rule of Intune's about objects of a kind, whose breach it answers with a 400 that says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silent {
    /// A tenant has at most so many.
    AtMost(usize),
    /// No two have the same name.
    NameTaken,
    /// Only one of them is assigned to all devices.
    AllDevicesOnce,
    /// It cannot be deleted while something uses it. A sentence says what to do.
    InUse(&'static str),
}
