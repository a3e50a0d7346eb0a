//! What waits for a person: approvals and sign-ins.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::gate::exchange::{Asked, parse};
use crate::emulator::gate::token;
use crate::emulator::gate::world::World;

pub(super) fn sign_ins(world: &World) -> Value {
    json!({"sign_ins": token::waiting(world)})
}

pub(super) fn decide(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decide {
        user_code: String,
        #[serde(default)]
        user: Option<String>,
        #[serde(default)]
        decline: bool,
    }
    let Decide { user_code, user, decline } = parse(asked.body)?;
    token::decide(world, &user_code, user.as_deref(), decline)?;
    Ok(Value::Null)
}

pub(super) fn approvals(world: &World) -> Value {
    json!({"approvals": world.approvals.asked})
}

pub(super) fn approve(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Approve {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        reject: bool,
    }
    let Approve { id, reject } = parse(asked.body)?;
    match (world.approvals.decide(id.as_deref(), reject), id) {
        (0, Some(id)) => Err(format!("no approval {id} waits")),
        (number, _) => Ok(json!({"decided": number})),
    }
}
