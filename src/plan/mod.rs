//! The plan, a pure function.
