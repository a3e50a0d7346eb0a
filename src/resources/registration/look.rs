//! What is registered of the devices that rows may be of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{reading, rows};
use crate::{
    autopilot::devices::{self, Registered},
    graph::{Client, Error},
    knowledge::serial_number::Key,
    value::Value,
};

/// What is registered now: what is written next rests on it. One device is looked for by its serial number, more are read by
/// the list, which is of all.
pub(super) async fn registered<'a>(
    graph: &Client,
    serial_numbers: impl Iterator<Item = &'a str> + Send,
) -> Result<Registered, Error> {
    match only_one(serial_numbers) {
        Some(serial_number) => devices::of_serial_number(graph, serial_number).await,
        None => devices::registered(graph).await,
    }
}

/// The same for whoever only tells what is there: by a list that is shared, where it takes one.
pub(super) async fn known<'a>(
    graph: &Client,
    serial_numbers: impl Iterator<Item = &'a str> + Send,
) -> Result<Arc<Registered>, Error> {
    if let Some(serial_number) = only_one(serial_numbers)
        && let Some(found) = devices::filtered(graph, serial_number).await?
    {
        return Ok(Arc::new(found));
    }
    reading::shared(graph).await
}

/// What is registered of the rows of a state: by the list, and by their ids where it does not show them.
pub(super) async fn of_state(graph: &Client, state: &Value) -> Result<[Arc<Registered>; 2], Error> {
    let listed = reading::shared(graph).await?;
    let ids = rows::rows(state).filter_map(|(_, row)| rows::id(row));
    let unlisted: Vec<_> = ids.filter(|id| listed.by_id(id).is_none()).collect();
    let asked = devices::read(graph, &unlisted).await?;
    Ok([Arc::new(Registered::new(asked)), listed])
}

/// The one device that is meant, if it is one.
fn only_one<'a>(serial_numbers: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: BTreeMap<Key, &str> =
        serial_numbers.map(|serial_number| (Key::of(serial_number), serial_number)).collect();
    match wanted.values().collect::<Vec<_>>().as_slice() {
        [serial_number] => Some(serial_number),
        _ => None,
    }
}
