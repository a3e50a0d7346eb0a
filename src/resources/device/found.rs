//! Which registered device is meant.

use std::sync::Arc;

use super::super::registration;
use super::row;
use crate::{
    autopilot::{
        device::Device,
        devices::{self, Registered},
    },
    diagnostic::Diagnostic,
    graph::Client,
    knowledge::serial_number::Key,
    resource::Result,
    value::Value,
};

/// What is registered of the device of a state. Together with what others look for, where its id is known.
pub(super) async fn look(graph: &Client, state: &Value) -> Result<Arc<Registered>> {
    let Some(id) = state.get("id").as_str() else { return Ok(Arc::default()) };
    match graph.read_listed(&format!("/beta{}", devices::COLLECTION), id, "").await {
        Ok(json) => Ok(Arc::new(Registered::new(Device::from_json(&json).into_iter().collect()))),
        // Intune answers either for what is not there.
        Err(error) if matches!(error.status(), Some(400 | 404)) => {
            let serial_number = state.get(row::SERIAL_NUMBER).as_str().unwrap_or_default();
            registration::known_of(graph, serial_number).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The device of a state among what is registered: by its id, or by its serial number.
pub(super) fn found<'a>(registered: &'a Registered, state: &Value) -> Option<&'a Device> {
    let by_id = state.get("id").as_str().and_then(|id| registered.by_id(id));
    let by_serial = || registered.by_serial(state.get(row::SERIAL_NUMBER).as_str()?);
    by_id.or_else(by_serial).map(AsRef::as_ref)
}

async fn of_serial_number(graph: &Client, serial_number: &str) -> Result<Device> {
    let registered = devices::of_serial_number(graph, serial_number).await?;
    let Some(device) = registered.by_serial(serial_number) else {
        let detail = format!(
            "No device with the serial number {serial_number:?} is registered with Windows Autopilot. Check it. A device \
             that is not registered yet is registered by its hardware_hash."
        );
        return Err(Diagnostic::error("Object Not Found", detail).into());
    };
    if !registered.is_unique(serial_number) {
        let same = registered.iter().filter(|device| Key::of(&device.serial_number) == Key::of(serial_number));
        let ids: Vec<_> = same.map(|device| device.id.as_str()).collect();
        let detail = format!(
            "Several devices with the serial number {serial_number:?} are registered: {}. Import one by its id.",
            ids.join(", ")
        );
        return Err(Diagnostic::error("Several Objects Found", detail).into());
    }
    Ok(device.as_ref().clone())
}

/// The device that an import id names.
pub(super) async fn imported(graph: &Client, id: &str) -> Result<Device> {
    match id.strip_prefix("serial_number=") {
        Some(serial_number) => of_serial_number(graph, serial_number.trim()).await,
        None => devices::read(graph, &[id]).await?.pop().ok_or_else(|| {
            let detail = format!(
                "No device is registered with Windows Autopilot by the id {id:?}. A device is imported by its id, or by \
                 its serial number, as in serial_number=PF3A0001."
            );
            Diagnostic::error("Object Not Found", detail).into()
        }),
    }
}

/// Whether a list shows a device, by what the list was asked for.
pub(super) fn wanted(config: &Value) -> impl Fn(&Device) -> bool + use<> {
    let tag = config.get("group_tag").as_str().map(str::to_owned);
    let serial_numbers = config.get("serial_numbers");
    let serial_numbers: Option<Vec<_>> =
        (!serial_numbers.is_null()).then(|| serial_numbers.strings().iter().map(|it| Key::of(it)).collect());
    move |device| {
        !device.serial_number.is_empty()
            && tag.as_deref().is_none_or(|tag| tag == device.group_tag.as_deref().unwrap_or_default())
            && serial_numbers.as_ref().is_none_or(|wanted| wanted.contains(&Key::of(&device.serial_number)))
    }
}
