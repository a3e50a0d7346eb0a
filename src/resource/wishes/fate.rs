//! What became of a thing.

/// What became of a thing that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is gone.
    Gone,
    /// It was refused: it is there.
    Stayed,
    /// It was asked for, and nobody saw the end.
    Unsure,
}
