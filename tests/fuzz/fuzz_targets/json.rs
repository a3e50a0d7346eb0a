//! Any text as a state of any type, as an older schema may have left it: an error or a value that can be encoded.
//!
//! The input is the JSON of a type, a zero byte, and the JSON of a state.

#![no_main]

use autopilot::{value::Type, wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(at) = input.iter().position(|byte| *byte == 0) else { return };
    let (ty, state) = (&input[..at], &input[at + 1..]);
    let Some(ty) = serde_json::from_slice(ty).ok().and_then(|json| Type::from_json(&json)) else { return };
    let Ok(state) = serde_json::from_slice(state) else { return };
    let Ok(value) = wire::from_json(&state, &ty) else { return };
    wire::encode(&value, &ty).expect("what was read can be encoded");
});
