//! What is in no folder, and why.

/// Something that an export leaves out.
pub(super) struct LeftOut {
    pub(super) what: String,
    /// A sentence.
    pub(super) why: String,
}
