//! More writes than the service allows at once, by the real Terraform, on a tenant that counts them.

use std::time::{Duration, Instant};

use serde_json::json;

use super::lab::Lab;

/// How many times as fast as real time the limits are.
const SPEED: f64 = 20.0;

const TAGGED: &str = r#"
resource "autopilot_scope_tag" "each" {
  count        = 30
  display_name = "Tag ${count.index}"
}

resource "autopilot_device_import" "all" {
  devices = { for number in range(270) : format("SN-%06d", number) => { group_tag = "New" } }
}
"#;

/// Intune takes 100 writes in 20 seconds, so 300 take 40 at least.
#[test]
fn an_apply_of_three_hundred_intune_writes_waits_for_room_and_is_never_throttled() {
    let lab = Lab::throttled(SPEED);
    lab.configure(TAGGED);
    let devices = json!({"devices": [{"serialNumber": "SN-", "count": 270, "groupTag": "Old"}]});
    lab.emulator.plant(devices.to_string().as_bytes()).expect("it is planted");
    let began = Instant::now();
    lab.apply();
    let took = began.elapsed().mul_f64(SPEED);
    assert!(took >= Duration::from_secs(40), "{took:?}");
    let asked = lab.emulator.requests();
    assert_eq!(asked.iter().find(|each| each.status == 429), None);
    let writes: u64 = lab.writes().values().sum();
    assert_eq!(writes, 300, "{:?}", lab.writes());
    let tags: Vec<_> = lab.emulator.snapshot().devices.into_iter().filter(|device| device.group_tag == "New").collect();
    assert_eq!(tags.len(), 270);
}
