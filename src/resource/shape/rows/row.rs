//! One row: its key, its JSON, and whose it is.

use serde_json::Value as Json;

use crate::{
    resource::{body, shape::table::Rows},
    schema::Attribute,
    value::{Name, Value},
};

/// The computed attributes of a row: its id, and whose it is.
pub(super) const ID: &str = "id";
pub(super) const ORIGIN: &str = "origin";
/// A row that was made here.
pub(super) const IMPORTED: &str = "imported";
/// A row that was there before.
pub(super) const ADOPTED: &str = "adopted";

/// The rows of a configuration or a state.
pub(super) fn rows_of<'a>(rows: &Rows, object: &'a Value) -> impl Iterator<Item = (&'a Name, &'a Value)> + use<'a> {
    object.get(rows.attribute).as_map().into_iter().flatten()
}

/// A row's JSON: its key, its attributes, and what every row has.
pub(super) fn to_json(
    rows: &Rows,
    attributes: &[Attribute],
    constants: &[(&'static str, Json)],
    key: &str,
    row: &Value,
) -> Json {
    let mut json = body::element(attributes, row);
    json[rows.key] = key.into();
    for (property, value) in constants {
        json[*property] = value.clone();
    }
    json
}

/// A row's key as it was written.
pub(super) fn written(rows: &Rows, row: &Json) -> String {
    row[rows.key].as_str().unwrap_or_default().to_owned()
}

/// A key as it is compared: keys have no case.
pub(super) fn fold(key: &str) -> String {
    key.to_lowercase()
}
