//! What is odd about groups.

mod kinds;
mod names;
mod related;
mod rules;

use super::*;

const RULE: &str = "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))";

/// The ids of the users of the tenant.
async fn users(world: &World) -> Vec<String> {
    let users = world.list("/v1.0/users").await;
    users.iter().filter_map(|user| user["id"].as_str()).map(str::to_owned).collect()
}

fn set(ids: &[&String]) -> Value {
    Value::set(ids.iter().map(|id| id.as_str().into()).collect())
}

/// Who is related to a group, in order.
async fn related(world: &World, state: &State, relation: &str) -> Vec<String> {
    let there = world.list(&format!("/beta/groups/{}/{relation}", id(state))).await;
    let mut ids: Vec<_> = there.iter().filter_map(|it| it["id"].as_str()).map(str::to_owned).collect();
    ids.sort_unstable();
    ids
}

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort_unstable();
    ids
}

fn group<const N: usize>(world: &World, set: [(&str, Value); N]) -> Value {
    let mut config = world.config(GROUP, [("display_name", "Sales".into())]);
    set.into_iter().for_each(|(name, value)| config.insert(name, value));
    config
}

fn details(told: &[Diagnostic]) -> Vec<&str> {
    told.iter().map(|told| told.detail.as_str()).collect()
}

/// What was asked for, sign-ins aside.
fn asked(world: &World) -> Vec<(String, String, u64)> {
    let requests = world.emulator.requests().into_iter().filter(|request| !request.path.contains("oauth2"));
    let mut asked: Vec<_> = requests.map(|request| (request.method, request.path, request.count)).collect();
    asked.sort();
    asked
}
