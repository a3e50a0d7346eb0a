//! What the service does to the requests of a run.

use autopilot::emulator::Fault;
use fastrand::Rng;
use serde_json::{Value, json};

/// The faults of one run: this part of all requests meets one, and each kind is as likely as any other.
pub(crate) fn faults(rng: &mut Rng, percent: f64) -> Vec<Fault> {
    let kinds = kinds(rng);
    // Whoever comes later in the list meets only what earlier ones have let pass.
    let share = percent / 100.0 / kinds.len() as f64;
    let mut passing = 1.0;
    let mut faults = Vec::new();
    for mut kind in kinds {
        kind["probability"] = json!(share / passing);
        kind["seed"] = json!(rng.u64(..));
        kind["times"] = json!(0);
        faults.push(serde_json::from_value(kind).expect("a fault is written as the emulator reads it"));
        passing -= share;
    }
    if share > 0.0 { faults } else { Vec::new() }
}

const DEVICE: &str = "/beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}";

fn kinds(rng: &mut Rng) -> Vec<Value> {
    let concurrency = "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.";
    let mut kinds = vec![
        json!({"path": "*", "status": 429, "retry_after_seconds": rng.u64(1..=100)}),
        json!({"path": "*", "status": 429}),
        json!({"path": "*", "status": 500}),
        json!({"path": "/beta/*", "status": 500, "query_broker": true}),
        json!({"path": "*", "status": 502}),
        json!({"path": "*", "status": 503, "retry_after_seconds": rng.u64(1..=100)}),
        json!({"path": "*", "status": 503}),
        json!({"path": "*", "status": 504}),
        json!({"path": "/v1.0/groups*", "status": 409, "code": "Directory_ConcurrencyViolation", "message": concurrency}),
        json!({"path": "/beta/*", "status": 412, "code": "ConditionNotMet", "message": "The condition is not met."}),
        json!({"path": "*", "reset": true}),
        json!({"path": "*", "lose_answer": true}),
        json!({"path": "*", "lose_answer": true, "status": 504}),
        json!({"path": format!("{DEVICE}/updateDeviceProperties"), "without_effect": true}),
        json!({"method": "DELETE", "path": DEVICE, "without_effect": true}),
        json!({"path": "*", "delay_seconds": rng.u64(5..=100)}),
    ];
    rng.shuffle(&mut kinds);
    kinds
}

/// How long Entra takes until a write is seen, in seconds of the service.
pub(crate) fn replication(rng: &mut Rng, at_most: u64) -> u64 {
    // Mostly short: a run waits for each.
    let part = rng.f64();
    (at_most as f64 * part * part) as u64
}
