//! No query option is ignored in silence: over every operation of the table, so that a new one is held too.

use super::associations::associate;
use super::examples::Stage;
use super::*;
use crate::emulator::intune::approval_requests::APPROVAL_REQUESTS;
use crate::emulator::odata::options::{NAMES, Options};
use crate::emulator::route;
use crate::emulator::route::operation::Route;
use crate::emulator::tenant::item::Item;

/// A value that no operation can do anything with.
fn nonsense(option: &str) -> &'static str {
    match option {
        "$filter" => "(",
        "$skiptoken" | "$deltatoken" => "!",
        _ => "nosuchproperty",
    }
}

/// What the POSTs that take `$select` are sent.
fn body(route: &Route) -> Value {
    match (route.method, route.template) {
        ("POST", "/groups") => {
            json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true})
        }
        ("POST", "/directoryObjects/getByIds") => json!({"ids": []}),
        ("POST", "/servicePrincipals") => json!({"appId": uuid::Uuid::new_v4().to_string()}),
        _ => Value::Null,
    }
}

fn send(rig: &mut Rig, route: &Route, target: &str) -> Told {
    let body = body(route);
    if route.needs.application.is_empty() {
        return rig.as_person(route.needs.delegated, route.method, target, &body);
    }
    told(&rig.raw(|incoming| {
        incoming.method = route.method.into();
        incoming.target = target.into();
        incoming.eventual = true;
        if !body.is_null() {
            incoming.content_type = Some("application/json".into());
            incoming.body = body.to_string().into_bytes();
        }
    }))
}

/// The path of the template with ids of what the tenant has: the first of each collection.
fn path(rig: &mut Rig, route: &Route) -> String {
    let mut path = String::from("/beta");
    for part in route.template.split('/').skip(1) {
        let next = match part {
            "{cast}" => "microsoft.graph.user".into(),
            "{id}" => {
                // Two collections are not listed as a whole.
                let list = match path.as_str() {
                    "/beta/directory/deletedItems" => "/beta/directory/deletedItems/microsoft.graph.group",
                    "/beta/directoryObjects" => "/beta/users",
                    list => list,
                };
                let list = list.to_owned();
                let (status, body) = match path.contains("/policies/") {
                    true => rig.as_person(route.needs.delegated, "GET", &list, &Value::Null),
                    false => rig.get(&list),
                };
                assert!(status == 200 && !values(&body).is_empty(), "{}: nothing in {list}: {body}", route.template);
                text(&values(&body)[0], "id")
            }
            word => word.to_owned(),
        };
        path = format!("{path}/{next}");
    }
    path
}

/// Every permission that an operation asks for.
fn permissions() -> Vec<&'static str> {
    route::all().flat_map(|route| route.needs.application).copied().collect()
}

#[test]
fn an_option_that_an_operation_does_not_take_is_refused_by_name() {
    Rig::new().as_application(&permissions(), refuse_what_is_not_taken);
}

fn refuse_what_is_not_taken(rig: &mut Rig) {
    for route in route::all() {
        let path = route.template.replace("{cast}", "microsoft.graph.user").replace("{id}", "no-object");
        for option in NAMES.into_iter().chain(["$foo"]) {
            if Options::named(option).is_some_and(|option| route.takes.has(option)) {
                continue;
            }
            for written in [option, option.trim_start_matches('$')] {
                if written == "foo" {
                    continue;
                }
                let (status, body) = send(rig, route, &format!("/beta{path}?{written}=1"));
                let named = message(&body).contains(option) || message(&body).starts_with("Sorting not supported");
                assert!(status == 400 && named, "{} {path}?{written}: {status} {body}", route.method);
            }
        }
    }
}

/// The desk tells, in a debug build, of an option that is taken and not looked at; here each is refused for its value.
#[test]
fn an_option_that_an_operation_takes_is_looked_at() {
    let mut stage = Stage::set();
    stage.rig.as_application(&permissions(), look_at_what_is_taken);
}

fn look_at_what_is_taken(rig: &mut Rig) {
    associate(rig, "A1");
    rig.post(reports::JOBS, &reports::order("AutopilotV2DeploymentStatus"));
    // Whoever is listed first has a manager to be looked at.
    let users = rig.get("/v1.0/users").1;
    let manager = text(&values(&users)[1], "id");
    let reference = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/users/{manager}")});
    assert_eq!(
        rig.call("PUT", &format!("/v1.0/users/{}/manager/$ref", text(&values(&users)[0], "id")), &reference).0,
        204
    );
    let asked = Item { id: UNKNOWN_ID.into(), ..Item::default() };
    rig.world.tenants.get_mut(TENANT_ID).unwrap().items_mut(APPROVAL_REQUESTS.name).put(UNKNOWN_ID, asked);
    for route in route::all().filter(|route| route.takes != Options::NONE) {
        let path = path(rig, route);
        let (status, body) = send(rig, route, &path);
        assert!(status < 300, "{} {path}: {status} {body}", route.method);
        for option in route.takes.names() {
            let (status, body) = send(rig, route, &format!("{path}?{option}={}", nonsense(option)));
            assert!(status >= 400, "{} {path}?{option}: {status} {body}", route.method);
        }
    }
}
