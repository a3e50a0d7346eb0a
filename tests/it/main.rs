//! The one binary of integration tests.
mod dependencies;
