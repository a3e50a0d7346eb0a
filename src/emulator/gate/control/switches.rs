//! The clock, the switches and the faults.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::clock::intune_date;
use crate::emulator::desk::approval;
use crate::emulator::gate::exchange::{Asked, parse};
use crate::emulator::gate::fault::Fault;
use crate::emulator::gate::world::World;
use crate::emulator::settings::Settings;

pub(super) fn clock(world: &World) -> Value {
    json!({"now": intune_date(world.clock.now()), "speed": world.clock.speed()})
}

pub(super) fn advance(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Step {
        advance_seconds: f64,
    }
    let step: Step = parse(asked.body)?;
    let by = Duration::try_from_secs_f64(step.advance_seconds).map_err(|error| error.to_string())?;
    world.clock.step(by);
    world.catch_up();
    Ok(clock(world))
}

pub(super) fn change(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    let changes: serde_json::Map<String, Value> = parse(asked.body)?;
    let mut all = json!(world.settings);
    if let Some(all) = all.as_object_mut() {
        all.extend(changes);
    }
    let changed: Settings = serde_json::from_value(all).map_err(|error| error.to_string())?;
    if let Some(word) = changed.approval.iter().find(|word| !approval::is_kind(word)) {
        return Err(format!("'{word}' is nothing that approval can be asked for"));
    }
    world.settings = changed;
    Ok(json!(world.settings))
}

pub(super) fn faults(world: &World) -> Value {
    json!({"faults": world.faults.ordered})
}

pub(super) fn order(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ordered {
        faults: Vec<Fault>,
    }
    let ordered: Ordered = parse(asked.body)?;
    ordered.faults.iter().try_for_each(Fault::check)?;
    world.faults.ordered = ordered.faults;
    Ok(faults(world))
}
