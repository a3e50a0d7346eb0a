//! `autopilot_device_import`: the devices of a fleet, registered with Windows Autopilot, as one map by serial number.
//!
//! One resource holds them all, since 5,000 devices are then one list. How they are registered, changed and let go stands in
//! [`registration`](super::registration).

mod existing;
mod table;

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::registration::{self, DEVICES};
use crate::{
    autopilot::{device::Device, devices},
    diagnostic::Diagnostics,
    resource::{Change, Cx, Listing, Private, Resource, Result, Spec, Things},
    schema::null_object,
    value::Value,
};

/// The resource.
pub struct DeviceImport {
    place: String,
}

impl DeviceImport {
    /// As it is run from this place: what a killed run has sent from there is found again, and is no other's.
    pub fn at(place: &str) -> DeviceImport {
        DeviceImport { place: place.to_owned() }
    }
}

#[async_trait]
impl Resource for DeviceImport {
    fn spec(&self) -> Spec {
        table::spec()
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        registration::check_keys(config, diagnostics);
        registration::check_rows(config, diagnostics);
    }

    fn things(&self, _: &Spec, object: &Value, private: &Private) -> Option<Things> {
        registration::things(object, private)
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        registration::plan(cx, change).await
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let (mut state, _) = registration::create(cx, &self.place, planned).await?;
        let id = cx.holder().map_or_else(|| Uuid::new_v4().to_string(), |holder| holder.id().to_owned());
        state.insert("id", id.into());
        Ok(state)
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let registered = registration::registered_of(&cx.graph()?, state).await?;
        Ok(Some(registration::read(cx, state, registered).await))
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        Ok(registration::update(cx, &self.place, prior, planned).await?.0)
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        registration::delete(cx, &self.place, state).await
    }

    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        let graph = cx.graph()?;
        let mut registered = registration::known(&graph).await?;
        if existing::find(id, &registered).is_err() {
            // What a list of half a minute ago does not show may be there by now.
            registered = Arc::new(devices::registered(&graph).await?);
        }
        Ok(state(&cx.spec(), id, existing::find(id, &registered)?))
    }

    /// One for each group tag.
    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        let (spec, registered) = (cx.spec(), registration::known(&cx.graph()?).await?);
        let wanted = listing.config.get("group_tag").as_str().map(str::to_owned);
        for tag in existing::tags(&registered).filter(|tag| wanted.as_ref().is_none_or(|wanted| wanted == tag)) {
            let id = existing::by_tag(tag);
            let state = state(&spec, &id, existing::find(&id, &registered)?);
            let called = if tag.is_empty() { "Devices without a group tag" } else { tag };
            if listing.tell(called, state).await.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The state of devices that were there, brought in by these words.
fn state(spec: &Spec, words: &str, found: Vec<&Device>) -> Value {
    let devices = found.into_iter().map(|device| (device.serial_number.clone(), registration::adopted(device)));
    let mut state = null_object(&spec.attributes);
    state.insert("id", words.into());
    state.insert(DEVICES, Value::Map(devices.collect()));
    state
}
