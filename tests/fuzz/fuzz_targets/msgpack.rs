//! Any bytes as a value of any type: an error or a value, which then survives its own encoding.
//!
//! The input is the JSON of a type, a zero byte, and the bytes of a value.

#![no_main]

use autopilot::{value::Type, wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(at) = input.iter().position(|byte| *byte == 0) else { return };
    let (ty, bytes) = (&input[..at], &input[at + 1..]);
    let Some(ty) = serde_json::from_slice(ty).ok().and_then(|json| Type::from_json(&json)) else { return };
    let Ok(value) = wire::decode(bytes, &ty) else { return };
    let again = wire::encode(&value, &ty).expect("what was decoded can be encoded");
    assert_eq!(wire::decode(&again, &ty).as_ref(), Ok(&value));
});
