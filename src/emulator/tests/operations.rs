//! The documented operations, each held against the table: served, in the version named, to whom the documentation
//! says. A line is name, method, version, path, and the application permissions, `-` where only people may.

use super::*;
use crate::emulator::call::Caller;
use crate::emulator::odata::path::segments;
use crate::emulator::route::{Found, find};

/// What is not served yet. It only gets shorter.
const NOT_SERVED: &[&str] = &[];

fn caller(permission: &str, delegated: bool) -> Caller {
    let nobody = || String::new();
    Caller { tenant: nobody(), app_id: nobody(), principal: nobody(), roles: vec![permission.into()], delegated }
}

#[test]
fn every_documented_operation_is_served_to_whom_the_documentation_says() {
    let mut missing = Vec::new();
    let mut refused = Vec::new();
    let mut count = 0;
    for line in include_str!("operations.txt").lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [name, method, version, path, permissions] = parts.as_slice() else { panic!("{line}") };
        let version = if *version == "beta" { Version::Beta } else { Version::V1 };
        count += 1;
        let route = match find(method, version, &segments(path)) {
            Found::Route(route, _) => route,
            Found::Refused(failure) => {
                missing.push((*name).to_owned());
                assert!(NOT_SERVED.contains(name), "{name} is not served: {}", failure.message);
                continue;
            }
        };
        assert!(!NOT_SERVED.contains(name), "{name} is served now");
        for permission in permissions.split(',').filter(|permission| *permission != "-") {
            if !route.allows(&caller(permission, false)) {
                refused.push(format!("{name} to an application with {permission}"));
            }
        }
        let for_people_only = route.needs.application.is_empty();
        assert_eq!(*permissions == "-", for_people_only, "{name}");
        assert!(!route.allows(&caller("Mail.Read", false)) && !route.allows(&caller("Mail.Read", true)), "{name}");
    }
    assert!(refused.is_empty(), "refused: {}", refused.join("\n"));
    // With the batch and the token endpoint, which have no route of their own.
    assert_eq!((count + 2, missing.len()), (143, NOT_SERVED.len()));
}
