//! Rows of an import as they are kept.

use serde::{Deserialize, Serialize};

use super::device::Hardware;
use crate::emulator::clock::Millis;

/// How far a row of an import has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ImportState {
    Waiting,
    Complete { device: String },
    Refused { code: i32, name: String },
}

/// A row of an import. The hardware hash itself is not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) serial: Option<String>,
    pub(crate) group_tag: Option<String>,
    pub(crate) product_key: Option<String>,
    pub(crate) import_id: Option<String>,
    pub(crate) user: Option<String>,
    /// What was read from the hash, or the error that it will end in.
    pub(crate) hardware: Result<Hardware, (i32, String)>,
    /// The call it came with.
    pub(crate) batch: u64,
    pub(crate) due: Millis,
    pub(crate) state: ImportState,
}
