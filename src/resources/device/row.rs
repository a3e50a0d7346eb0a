//! One device as a map of one row, and back.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::{Path, Step},
    resource::{Cx, Error, Result},
    resources::registration::{self, DEVICES},
    value::Value,
};

/// The attribute that is the row's key.
pub(super) const SERIAL_NUMBER: &str = "serial_number";

/// The device as the only row of a map; a map that is not known while its serial number is not.
pub(super) fn held(device: &Value) -> Value {
    held_as(device, device.get(SERIAL_NUMBER))
}

/// The same by this key: a serial number that is written in another case is the same.
pub(super) fn held_as(device: &Value, key: &Value) -> Value {
    if device.is_null() {
        return Value::Null;
    }
    let row = || registration::of_device().iter().map(|it| (it.name, device.get(it.name).clone())).collect();
    let devices = match key.as_str() {
        Some(key) => Value::object([(key, Value::Map(row()))]),
        None => Value::Unknown,
    };
    let mut held = Value::object([(DEVICES, devices)]);
    for switch in ["deregister_enrolled", "deregister_adopted"] {
        held.insert(switch, device.get(switch).clone());
    }
    held
}

/// The device with what became of its row.
pub(super) fn put_back(device: &Value, held: &Value) -> Value {
    match held.get(DEVICES).as_map().and_then(|rows| rows.values().next()) {
        Some(row) => with(device.clone(), row),
        None => device.clone(),
    }
}

/// The device with the attributes of a row.
pub(super) fn with(mut device: Value, row: &Value) -> Value {
    for (name, value) in row.as_map().into_iter().flatten() {
        device.insert(name, value.clone());
    }
    device
}

/// What a verb of rows works with, in the place of what a verb of one device does.
pub(super) struct Entered {
    config: Value,
    told: Diagnostics,
}

impl Entered {
    /// The configuration becomes one of rows.
    pub(super) fn begin(cx: &mut Cx, key: &Value) -> Entered {
        let config = held_as(&cx.config, key);
        Entered { config: std::mem::replace(&mut cx.config, config), told: std::mem::take(&mut cx.diagnostics) }
    }

    /// All is as it was, and what was told of the row is told of the device.
    pub(super) fn end<T>(self, cx: &mut Cx, done: Result<T>) -> Result<T> {
        cx.config = self.config;
        let told = std::mem::replace(&mut cx.diagnostics, self.told);
        cx.diagnostics.extend(told.into_iter().map(about_device));
        cx.unexplained = cx.unexplained.take().map(about_device);
        done.map_err(|error| match error {
            Error::Told(told) => about_device(*told).into(),
            error => error,
        })
    }
}

/// What is told of a row, told of the device.
pub(super) fn about_device(told: Diagnostic) -> Diagnostic {
    let path = told.path.map(|path| match path.0.as_slice() {
        [Step::Attribute(first), rest @ ..] if first == DEVICES => match rest {
            [_, inside @ ..] if !inside.is_empty() => Path(inside.to_vec()),
            _ => Path::of(SERIAL_NUMBER),
        },
        _ => path,
    });
    Diagnostic { path, ..told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_the_row_is_told_of_the_device() {
        let told = |path: Path| about_device(Diagnostic::error("", "").at(path)).path;
        assert_eq!(told(Path::of(DEVICES)), Some(Path::of("serial_number")));
        assert_eq!(told(Path::of(DEVICES).key("A")), Some(Path::of("serial_number")));
        let inside = Path::of(DEVICES).key("A").attribute("hardware_hash");
        assert_eq!(told(inside), Some(Path::of("hardware_hash")));
        assert_eq!(told(Path::of("id")), Some(Path::of("id")));
    }
}
