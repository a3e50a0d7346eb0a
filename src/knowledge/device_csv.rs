//! The CSV file by which Windows Autopilot devices are registered.
//!
//! Facts: Microsoft's page "Manually register devices with Windows Autopilot" (`add-devices`), the script
//! Get-WindowsAutopilotInfo, and files as people collect them. The script writes no quotation marks; PowerShell, Excel,
//! partners and ConfigMgr's reports add them, and a byte order mark, UTF-16, semicolons, other names for the columns, a
//! title above the header, a line `sep=;`, columns of their own, a second header where two files were joined. All these
//! are read. Intune's own page takes ANSI only, and 500 rows; neither binds an import.
//!
//! What is wrong is told of all rows at once. No message holds a hash.

mod fields;
mod header;
mod read;
mod records;
mod row;

pub use fields::{Empty, MAX_GROUP_TAG, MOST_TOLD, Problem, Row, listed, most_told};
pub use header::HEADER;
pub use read::{parse, parse_text, read, read_text};

#[cfg(test)]
mod tests;
