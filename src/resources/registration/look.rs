//! What is registered of the devices that rows may be of.

use std::collections::BTreeMap;

use crate::{
    autopilot::devices::{self, Registered},
    graph::{Client, Error},
    knowledge::serial_number::Key,
};

/// One device is looked for by its serial number, more are read by the list, which is of all.
pub(super) async fn registered<'a>(
    graph: &Client,
    serial_numbers: impl Iterator<Item = &'a str> + Send,
) -> Result<Registered, Error> {
    let wanted: BTreeMap<Key, &str> =
        serial_numbers.map(|serial_number| (Key::of(serial_number), serial_number)).collect();
    match wanted.values().collect::<Vec<_>>().as_slice() {
        [serial_number] => devices::of_serial_number(graph, serial_number).await,
        _ => devices::registered(graph).await,
    }
}
