//! Why a text is no hardware hash.

use thiserror::Error;

/// Why a text is no hardware hash. No message holds any part of the text but a single character that is not base64.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// The text is empty or blank.
    #[error("The hardware hash is empty.")]
    Empty,
    /// A blank or a line break inside the text.
    #[error(
        "The hardware hash contains a blank or a line break at character {position}: an editor or a spreadsheet \
         re-wrapped it. Join its lines, or collect it again."
    )]
    Wrapped {
        /// Counted in characters, from 1.
        position: usize,
    },
    /// A character outside the base64 alphabet.
    #[error("The hardware hash is not base64: character {position} is {character:?}. Collect it again.")]
    NotBase64 {
        /// Counted in characters, from 1.
        position: usize,
        /// What stands there.
        character: char,
    },
    /// Base64 that ends too early.
    #[error(
        "The hardware hash was cut off: with {length} characters it ends in the middle of a group of four of \
         base64. Collect it again."
    )]
    Incomplete {
        /// Characters of the text.
        length: usize,
    },
    /// Fewer bytes than the smallest record.
    #[error(
        "The hardware hash is too short: it has {length} bytes, and that of a device about 3,000. Collect it again."
    )]
    TooShort {
        /// Bytes of the decoded text.
        length: usize,
    },
    /// Base64 of something else.
    #[error("This is base64, but not a hardware hash, whose text begins with T0.")]
    NoRecord,
    /// The record's length does not fit the text.
    #[error(
        "The hardware hash says that it has {announced} bytes before its checksum, but it has {length} in all: it was \
         cut off or re-wrapped by a spreadsheet. Collect it again."
    )]
    Length {
        /// What the record says of itself, without its trailer.
        announced: usize,
        /// Bytes of the decoded text.
        length: usize,
    },
    /// A second record behind the first one.
    #[error("The hardware hash stands there twice, or another one behind it. Give one hash.")]
    Twice,
    /// Something else behind the record, where only zeros stand.
    #[error(
        "The hardware hash goes on behind its checksum, where only zeros stand: something was added. Collect it again."
    )]
    Behind,
    /// The SHA-256 at its end is missing or is of other bytes.
    #[error(
        "The hardware hash does not match its own checksum: it was cut off or re-wrapped by a spreadsheet, or \
         edited. Collect it again."
    )]
    Checksum,
}
