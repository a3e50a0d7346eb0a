//! Terraform plugin protocol 6.11.

use std::fmt;

pub use generated::*;

mod generated {
    // Generated: its docs are the comments of the .proto file, and it is not ours to lint.
    #![allow(missing_docs, unreachable_pub, deprecated, clippy::all, clippy::needless_pass_by_value)]
    tonic::include_proto!("tfplugin6");
}

impl fmt::Debug for DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue({} + {} bytes)", self.msgpack.len(), self.json.len())
    }
}

impl fmt::Debug for RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawState({} bytes)", self.json.len())
    }
}
