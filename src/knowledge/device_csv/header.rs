//! The header of a file: which column is which.

use super::{
    fields::{Problem, shown},
    records::{Record, character_of},
};
use crate::knowledge::{rule::Severity, visible};

/// The header that Get-WindowsAutopilotInfo writes and that Intune takes.
pub const HEADER: &str = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User";

pub(super) const SERIAL_NUMBER: &str = "Device Serial Number";
pub(super) const PRODUCT_ID: &str = "Windows Product ID";
pub(super) const HARDWARE_HASH: &str = "Hardware Hash";
pub(super) const GROUP_TAG: &str = "Group Tag";
pub(super) const ASSIGNED_USER: &str = "Assigned User";

/// All columns that are known: the name of each, then that name and others that it has in files of manufacturers, partners
/// and scripts, of these only letters and digits, in small letters. The last two are of lists for partners, and tell nothing
/// that is imported.
const COLUMNS: [(&str, &[&str]); 7] = [
    (
        SERIAL_NUMBER,
        &[
            "deviceserialnumber",
            "serialnumber",
            "serial",
            "serialno",
            "deviceserial",
            "deviceserialno",
            "servicetag",
            "systemserialnumber",
        ],
    ),
    (PRODUCT_ID, &["windowsproductid", "productid", "productkey", "productkeyid", "pkid", "windowsproductkey"]),
    (
        HARDWARE_HASH,
        &[
            "hardwarehash",
            "hash",
            "hardwareid",
            "hardwareidentifier",
            "devicehash",
            "devicehardwarehash",
            "devicehardwaredata",
            "4khash",
            "4khh",
        ],
    ),
    (GROUP_TAG, &["grouptag", "tag", "orderid", "orderidentifier", "autopilotgrouptag", "devicegrouptag"]),
    (
        ASSIGNED_USER,
        &[
            "assigneduser",
            "user",
            "upn",
            "userprincipalname",
            "assigneduserprincipalname",
            "assigneduserupn",
            "assignedto",
        ],
    ),
    ("Manufacturer name", &["manufacturername", "manufacturer", "make", "oemmanufacturername", "devicemanufacturer"]),
    ("Device model", &["devicemodel", "model", "modelname", "devicemodelname"]),
];

/// What a column of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Known(&'static str),
    /// It has a name, and what it holds is left out.
    Extra,
    /// It has no name, so nothing may stand in it.
    Unnamed,
}

/// A header that was read.
pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    /// Whether lines are in quotation marks as a whole.
    pub(super) is_wrapped: bool,
}

impl Header {
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| matches!(column, Column::Known(known) if *known == name))
    }
}

/// The fields of a record that is a header, and whether it is in quotation marks as a whole. `None` where it is none.
pub(super) fn header_in(record: &Record, delimiter: u8) -> Option<(Vec<String>, bool)> {
    if is_header(&record.fields) {
        return Some((record.fields.clone(), false));
    }
    let inner = record.unwrapped(delimiter).filter(|fields| is_header(fields))?;
    Some((inner, true))
}

/// A row of values may hold a word such as `Serial`: it takes a name that is nothing else, or two names.
fn is_header(fields: &[String]) -> bool {
    let names: Vec<_> = fields.iter().filter_map(|field| known(field)).collect();
    let is_needed = |name: &str| [SERIAL_NUMBER, HARDWARE_HASH].contains(&name);
    names.iter().any(|(name, is_own)| is_needed(name) && (*is_own || names.len() > 1))
}

/// The column of this name, and whether the name is its own one.
fn known(field: &str) -> Option<(&'static str, bool)> {
    // A hash is long, and no name is. The documentation's own example has the row `<serialNumber>,<hardwareHash>`.
    if field.len() > 64 || field.starts_with('<') {
        return None;
    }
    let plain = plain(field);
    COLUMNS.iter().find_map(|(name, names)| {
        let at = names.iter().position(|known| *known == plain)?;
        Some((*name, at == 0))
    })
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which column is which, and what is wrong with them.
pub(super) fn read_header(
    text: &str,
    record: &Record,
    fields: &[String],
    is_wrapped: bool,
    delimiter: u8,
) -> (Header, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut tell = |severity, place: Option<usize>, column, message| {
        let character = place.filter(|_| !is_wrapped).map_or(1, |at| character_of(text, record.begin, delimiter, at));
        problems.push(Problem { severity, line: record.line, character, column, message });
    };
    let mut header = Header { columns: Vec::new(), is_wrapped };
    for (at, field) in fields.iter().enumerate() {
        let column = match known(field) {
            None if field.is_empty() => Column::Unnamed,
            None => {
                let quoted = visible::quoted(field);
                match meant_by(field) {
                    Some(name) => {
                        let message = format!("The column {quoted} is not known. Did you mean \"{name}\"?");
                        tell(Severity::Error, Some(at), None, message);
                    }
                    None => {
                        let message = format!("The column {} is not known, and is left out.", shown(field));
                        tell(Severity::Warning, Some(at), None, message);
                    }
                }
                Column::Extra
            }
            // `Order ID` beside `Group Tag`: the one by the column's own name is meant.
            Some((name, false)) if fields.iter().any(|other| known(other) == Some((name, true))) => {
                let message = format!("The column {} is left out: there is \"{name}\" too.", visible::quoted(field));
                tell(Severity::Warning, Some(at), None, message);
                Column::Extra
            }
            Some((name, _)) => {
                if header.columns.contains(&Column::Known(name)) {
                    let message = "There are two columns of this name. Delete one of them.".to_owned();
                    tell(Severity::Error, Some(at), Some(name), message);
                }
                Column::Known(name)
            }
        };
        header.columns.push(column);
    }
    for (name, more) in
        [(SERIAL_NUMBER, ""), (HARDWARE_HASH, ". For devices that are registered already it may be an empty column")]
    {
        if header.place_of(name).is_none() {
            let message = format!("The column is missing. The header has to be: {HEADER}{more}");
            tell(Severity::Error, None, Some(name), message);
        }
    }
    (header, problems)
}

/// A known name that differs by a slip of the keyboard: values that are left out in silence would be worse than an error.
fn meant_by(field: &str) -> Option<&'static str> {
    let plain = plain(field);
    if plain.len() > 32 {
        return None;
    }
    let is_near = |own: &str| strsim::damerau_levenshtein(own, &plain) <= 2;
    let near = COLUMNS.iter().find(|(_, names)| names.first().is_some_and(|own| is_near(own)))?;
    Some(near.0)
}
