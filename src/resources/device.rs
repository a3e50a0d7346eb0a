//! `autopilot_device`: one device that is registered with Windows Autopilot.
//!
//! Graph, beta: [windowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity).
//! It is one row of what `autopilot_device_import` has many of, so each verb is that of
//! [`registration`](super::registration) with a map of one device. Its identity is its serial number: the id is another one
//! once it is registered again.

mod facts;
mod row;
mod table;

use async_trait::async_trait;

use super::registration;
use crate::{
    autopilot::{
        device,
        devices::{self, Registered},
    },
    diagnostic::{Diagnostic, Diagnostics},
    graph::Client,
    knowledge::serial_number::Key,
    resource::{Change, Cx, Listing, Private, Resource, Result, Spec, Things},
    schema::null_object,
    value::Value,
};

/// The resource.
pub(super) struct Device {
    place: String,
}

impl Device {
    /// As it is run from this place: what a killed run has sent from there is found again, and is no other's.
    pub(super) fn at(place: &str) -> Device {
        Device { place: place.to_owned() }
    }
}

#[async_trait]
impl Resource for Device {
    fn spec(&self) -> Spec {
        table::spec()
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let mut told = Diagnostics::default();
        registration::check_rows(&row::held(config), &mut told);
        diagnostics.extend(told.into_iter().map(row::about_device));
    }

    fn things(&self, _: &Spec, object: &Value, private: &Private) -> Option<Things> {
        registration::things(&row::held(object), private)
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        let key = change.planned.get(row::SERIAL_NUMBER).clone();
        let key = if change.planned.is_null() { change.prior.get(row::SERIAL_NUMBER).clone() } else { key };
        let mut held = Change {
            config: row::held_as(&change.config, &key),
            prior: row::held(&change.prior),
            planned: row::held(&change.planned),
            replace: Vec::new(),
        };
        let entered = row::Entered::begin(cx, &key);
        let planned = registration::plan(cx, &mut held).await;
        entered.end(cx, planned)?;
        let changed = held.planned != row::held(&change.planned);
        change.planned = row::put_back(&change.planned, &held.planned);
        if changed {
            facts::become_unknown(&mut change.planned);
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let key = planned.get(row::SERIAL_NUMBER).clone();
        let entered = row::Entered::begin(cx, &key);
        let made = registration::create(cx, &self.place, &row::held(planned)).await;
        let (held, fleet) = entered.end(cx, made)?;
        Ok(facts::settled(row::put_back(planned, &held), key.as_str().and_then(|key| fleet.device(key))))
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let key = state.get(row::SERIAL_NUMBER).clone();
        let registered = look(&cx.graph()?, state).await?;
        let device = found(&registered, state).cloned();
        if device.is_none() && !state.get("id").is_null() {
            return Ok(None);
        }
        let entered = row::Entered::begin(cx, &key);
        let held = registration::read(cx, &row::held(state), registered).await;
        entered.end(cx, Ok(()))?;
        Ok(Some(facts::told(row::put_back(state, &held), device.as_ref())))
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let key = planned.get(row::SERIAL_NUMBER).clone();
        let entered = row::Entered::begin(cx, &key);
        let changed = registration::update(cx, &self.place, &row::held(prior), &row::held(planned)).await;
        let (held, fleet) = entered.end(cx, changed)?;
        Ok(facts::settled(row::put_back(planned, &held), key.as_str().and_then(|key| fleet.device(key))))
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        let entered = row::Entered::begin(cx, state.get(row::SERIAL_NUMBER));
        let gone = registration::delete(cx, &self.place, &row::held(state)).await;
        entered.end(cx, gone)
    }

    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        let graph = cx.graph()?;
        let device = match id.strip_prefix("serial_number=") {
            Some(serial_number) => of_serial_number(&graph, serial_number.trim()).await?,
            None => devices::read(&graph, &[id]).await?.pop().ok_or_else(|| {
                let detail = format!(
                    "No device is registered with Windows Autopilot by the id {id:?}. A device is imported by its id, or by \
                     its serial number, as in serial_number=PF3A0001."
                );
                Diagnostic::error("Object Not Found", detail)
            })?,
        };
        Ok(state(&cx.spec(), &device))
    }

    async fn import_identity(&self, cx: &mut Cx, identity: &Value) -> Result<Value> {
        let serial_number = identity.get(row::SERIAL_NUMBER).as_str().unwrap_or_default();
        self.import(cx, &format!("serial_number={serial_number}")).await
    }

    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        let (spec, graph) = (cx.spec(), cx.graph()?);
        let tag = listing.config.get("group_tag").as_str().map(str::to_owned);
        let serial_numbers = listing.config.get("serial_numbers");
        let serial_numbers: Option<Vec<_>> =
            (!serial_numbers.is_null()).then(|| serial_numbers.strings().iter().map(|it| Key::of(it)).collect());
        let is_wanted = |device: &device::Device| {
            !device.serial_number.is_empty()
                && tag.as_deref().is_none_or(|tag| tag == device.group_tag.as_deref().unwrap_or_default())
                && serial_numbers.as_ref().is_none_or(|wanted| wanted.contains(&Key::of(&device.serial_number)))
        };
        let mut next = Some(format!("/beta{}", devices::COLLECTION));
        while let Some(path) = next {
            let page = graph.page(&path).await?;
            for device in page.items.iter().filter_map(device::Device::from_json).filter(&is_wanted) {
                if listing.tell(&device.serial_number, state(&spec, &device)).await.is_break() {
                    return Ok(());
                }
            }
            next = page.next;
        }
        Ok(())
    }
}

/// The state of a device that was there.
fn state(spec: &Spec, device: &device::Device) -> Value {
    let mut state = null_object(&spec.attributes);
    state.insert(row::SERIAL_NUMBER, device.serial_number.as_str().into());
    facts::told(row::with(state, &registration::adopted(device)), Some(device))
}

/// What is registered of the device of a state. Together with what others look for, where its id is known.
async fn look(graph: &Client, state: &Value) -> Result<Registered> {
    let Some(id) = state.get("id").as_str() else { return Ok(Registered::default()) };
    match graph.read_listed(&format!("/beta{}", devices::COLLECTION), id, "").await {
        Ok(json) => Ok(Registered::new(device::Device::from_json(&json).into_iter().collect())),
        // Intune answers either for what is not there.
        Err(error) if matches!(error.status(), Some(400 | 404)) => {
            let serial_number = state.get(row::SERIAL_NUMBER).as_str().unwrap_or_default();
            Ok(devices::of_serial_number(graph, serial_number).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn found<'a>(registered: &'a Registered, state: &Value) -> Option<&'a device::Device> {
    let by_id = state.get("id").as_str().and_then(|id| registered.by_id(id));
    let by_serial = || registered.by_serial(state.get(row::SERIAL_NUMBER).as_str()?);
    by_id.or_else(by_serial).map(AsRef::as_ref)
}

async fn of_serial_number(graph: &Client, serial_number: &str) -> Result<device::Device> {
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
