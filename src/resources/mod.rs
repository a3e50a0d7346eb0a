//! One thing, one file.
