//! The hardware hash of a Windows device: what Windows Autopilot recognizes a device by.
//!
//! The "hash" is no hash. It is a base64 text, usually of 4,000 characters for 3,000 bytes, of one binary record:
//! the letters `OA`, the record's length, blocks one after another (serial number, manufacturer, disks, …), a trailer
//! with the SHA-256 of all before it, and zeros.
//!
//! There is no official description. The layout was worked out from public decoders (among them the ImHex pattern
//! `4khwhashdecipher` and its ports) and checked on the leading characters of hashes that administrators published.
//! So a block that is not known, or is not laid out as expected, is kept as it is and is never an error.
//!
//! Numbers are little endian. Strings are UTF-8, most with one NUL at the end; the name of a display adapter is UTF-16.

mod error;
mod fields;
mod lab;
mod read;
mod words;
mod write;

pub use error::Error;
pub use fields::{
    Block, Chassis, Disk, Display, DisplayMemory, HardwareHash, Memory, NetworkAdapter, OfflineDeviceId, Origin,
    Processor, Version,
};
pub use lab::of_a_lab;
pub use read::{decode, odd_length};
pub use write::encode;

#[cfg(test)]
mod tests;
