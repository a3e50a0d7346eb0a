//! What Terraform tells of a run in its stream of JSON.

use serde_json::Value;

/// A change that it plans.
#[derive(Clone, PartialEq)]
pub(crate) struct Planned {
    pub(crate) address: String,
    pub(crate) action: String,
}

/// What it said it would do.
pub(crate) fn planned(stdout: &str) -> Vec<Planned> {
    let changes = messages(stdout).filter(|message| message["type"] == "planned_change");
    let planned = changes.map(|message| Planned {
        address: address(&message["change"]["resource"]),
        action: message["change"]["action"].as_str().unwrap_or_default().to_owned(),
    });
    planned.filter(|planned| planned.action != "read").collect()
}

/// What it had begun to create, and had not been told the end of.
pub(crate) fn being_created(stdout: &str) -> Vec<String> {
    let mut open = Vec::new();
    for message in messages(stdout) {
        let at = address(&message["hook"]["resource"]);
        match message["type"].as_str() {
            Some("apply_start") if message["hook"]["action"] == "create" => open.push(at),
            Some("apply_complete" | "apply_errored") if message["hook"]["action"] == "create" => {
                open.retain(|each| *each != at);
            }
            _ => {}
        }
    }
    open
}

fn address(resource: &Value) -> String {
    let address = resource["addr"].as_str().unwrap_or_default();
    // A deposed object has its key behind the address.
    address.split(' ').next().unwrap_or_default().to_owned()
}

fn messages(stdout: &str) -> impl Iterator<Item = Value> {
    stdout.lines().filter_map(|line| serde_json::from_str(line).ok())
}
