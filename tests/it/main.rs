//! The one binary of integration tests.

mod floors;
mod protocol;
