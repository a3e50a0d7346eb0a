//! A refresh by core itself, which reads object by object: few requests, however many reads it makes at once.

use super::lab::Lab;

const GROUPS: &str = r#"
resource "autopilot_group" "each" {
  count        = 120
  display_name = "Group ${count.index}"
}
"#;

/// The list of the tenant's groups has two pages, so no refresh may take more than four requests for them.
#[test]
fn a_refresh_takes_at_most_twice_as_many_requests_as_the_list_at_any_parallelism() {
    let lab = Lab::with(GROUPS);
    lab.run(&["apply", "-auto-approve", "-input=false", "-parallelism=50"]).succeeds();
    let others = serde_json::json!({"objects": [{"path": "/v1.0/groups", "count": 900, "body": {
        "displayName": "Other", "mailNickname": "other", "mailEnabled": false, "securityEnabled": true,
    }}]});
    lab.emulator.plant(others.to_string().as_bytes()).expect("it is planted");
    for at_once in ["1", "10", "50"] {
        lab.emulator.forget_requests();
        let planned = lab.run(&["plan", "-input=false", "-detailed-exitcode", &format!("-parallelism={at_once}")]);
        planned.succeeds();
        let asked = lab.emulator.requests().into_iter().filter(|each| !each.in_batch && !each.path.contains("oauth2"));
        let requests: u64 = asked.map(|each| each.count).sum();
        assert!((2..=4).contains(&requests), "{requests} requests, {at_once} at once");
    }
}
