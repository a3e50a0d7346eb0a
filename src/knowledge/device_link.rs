//! DeviceLinks: by which a device is tied to the tenant before it is first switched on.
//!
//! Facts: Microsoft's pages on device association (August 2026), and exports of Windows 11 24H2 as published. A DeviceLink is
//! the base64 of a JSON object: the device, the public keys of its TPM, and a signature over both. It carries a time, so two
//! exports of one device differ. It comes in a CSV file of one row, with the columns `SerialNumber` and `Data` among others.
//!
//! Who has one can tie the device to a tenant: no message holds it.

mod csv;
mod read;

pub use csv::{Problem, Row, is_file, read_file, read_text};
pub use read::{DeviceLink, decode, encode};
