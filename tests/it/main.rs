//! The one binary of integration tests.

mod dependencies;
mod floors;
mod protocol;
