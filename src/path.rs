//! Paths into a value.
