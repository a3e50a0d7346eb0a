//! `autopilot_device`: one device that is registered with Windows Autopilot.
//!
//! Graph, beta: [windowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity).
//! It is one row of what `autopilot_device_import` has many of, so each verb is that of
//! [`registration`](super::registration) with a map of one device. Its identity is its serial number: the id is another one
//! once it is registered again.

mod facts;
mod found;
mod row;
mod table;

use async_trait::async_trait;

use super::registration;
use crate::{
    autopilot::{device, devices},
    diagnostic::Diagnostics,
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
        let registered = found::look(&cx.graph()?, state).await?;
        let device = found::found(&registered, state).cloned();
        if device.is_none() && !state.get("id").is_null() {
            return Ok(None);
        }
        let entered = row::Entered::begin(cx, &key);
        let held = registration::read(cx, &row::held(state), [registered]).await;
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
        let device = found::imported(&graph, id).await?;
        Ok(state(&cx.spec(), &device))
    }

    async fn import_identity(&self, cx: &mut Cx, identity: &Value) -> Result<Value> {
        let serial_number = identity.get(row::SERIAL_NUMBER).as_str().unwrap_or_default();
        self.import(cx, &format!("serial_number={serial_number}")).await
    }

    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        let (spec, graph) = (cx.spec(), cx.graph()?);
        let is_wanted = found::wanted(&listing.config);
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
