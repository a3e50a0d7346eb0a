//! Every operation of Graph that is served: method, path, versions, the permissions that allow it, the query options it
//! takes, and what runs.
//!
//! Paths and permissions follow Graph's published permission lists, least privileged first. An application needs one
//! of the roles. What is not in the table is refused in the words of the gateway.

mod autopilot;
mod entra;
pub(crate) mod operation;
mod permissions;
mod policies;
mod takes;

pub(crate) use operation::Route;

use crate::emulator::error::Failure;
use crate::emulator::model::check::Version;
use crate::emulator::odata::path::segments;

/// Every operation that is served.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    entra::ROUTES.iter().chain(autopilot::ROUTES).chain(policies::ROUTES)
}

/// What a path leads to.
pub(crate) enum Found {
    Route(&'static Route, Vec<String>),
    Refused(Failure),
}

fn parts(template: &str) -> impl Iterator<Item = &str> {
    template.split('/').skip(1)
}

fn is_id(part: &str) -> bool {
    part.starts_with('{')
}

/// The ids of the path, when it has the form of the template.
fn ids(template: &str, segments: &[String]) -> Option<Vec<String>> {
    let mut ids = Vec::new();
    let mut left = segments.iter();
    for part in parts(template) {
        let segment = left.next()?;
        if part == "{cast}" {
            if !segment.starts_with("microsoft.graph.") {
                return None;
            }
            ids.push(segment.clone());
        } else if is_id(part) {
            // `$ref` and `$count` are never ids.
            if segment.starts_with('$') {
                return None;
            }
            ids.push(segment.clone());
        } else if !part.eq_ignore_ascii_case(segment) {
            return None;
        }
    }
    left.next().is_none().then_some(ids)
}

/// The route of a request, or the gateway's refusal.
pub(crate) fn find(method: &str, version: Version, segments: &[String]) -> Found {
    let served = || all().filter(|route| route.v1 || version == Version::Beta);
    let mut known = false;
    for route in served() {
        if let Some(ids) = ids(route.template, segments) {
            if route.method == method {
                return Found::Route(route, ids);
            }
            known = true;
        }
    }
    if known
        && segments.first().is_some_and(|first| {
            first.to_ascii_lowercase().starts_with("device") && first.to_ascii_lowercase().ends_with("management")
        })
    {
        return Found::Refused(no_route(method, segments));
    }
    if known {
        return Found::Refused(Failure::graph(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        ));
    }
    let fits = |route: &Route| {
        parts(route.template)
            .zip(segments)
            .take_while(|(part, segment)| is_id(part) || part.eq_ignore_ascii_case(segment))
            .count()
    };
    let deepest = served().map(fits).max().unwrap_or(0);
    let segment = segments.get(deepest).or_else(|| segments.last()).map_or("", String::as_str);
    Found::Refused(Failure::graph(400, "BadRequest", format!("Resource not found for the segment '{segment}'.")))
}

/// Intune's answer to a method that its OData routes do not know.
fn no_route(method: &str, segments: &[String]) -> Failure {
    let template = all().find(|route| ids(route.template, segments).is_some()).map_or("", |route| route.template);
    let kinds = parts(template).enumerate().map(|(n, part)| match n {
        0 => "singleton",
        _ if is_id(part) => "key",
        _ => "navigation",
    });
    let mut path = String::new();
    for (part, segment) in parts(template).zip(segments) {
        if is_id(part) {
            path.push_str(&format!("('{segment}')"));
        } else {
            path.push('/');
            path.push_str(segment);
        }
    }
    Failure::graph(
        400,
        "No method match route template",
        format!(
            "No OData route exists that match template ~/{} with http verb {method} for request \
             /StatelessOnboardingService{path}.",
            kinds.collect::<Vec<_>>().join("/")
        ),
    )
}

/// The path with its ids replaced, for the journal.
pub(crate) fn template(method: &str, path: &str) -> String {
    let segments = segments(path);
    let (version, below) = match segments.split_first() {
        Some((version, below)) => (version.as_str(), below),
        None => return path.to_owned(),
    };
    // An action and an entity's key may stand in the same place; the method tells them apart.
    let fitting = all().filter(|route| ids(route.template, below).is_some());
    match fitting.min_by_key(|route| !route.method.eq_ignore_ascii_case(method)) {
        Some(route) => format!("/{version}{}", route.template),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: &str, version: Version, path: &str) -> Failure {
        match find(method, version, &segments(path)) {
            Found::Refused(failure) => failure,
            Found::Route(route, _) => panic!("{path} is served by {}", route.template),
        }
    }

    #[test]
    fn v1_answers_resource_not_found_for_the_segment_of_a_beta_path() {
        let failure = refused("GET", Version::V1, "/deviceManagement/windowsAutopilotDeploymentProfiles");
        assert_eq!((failure.status, &*failure.code), (400, "BadRequest"));
        assert_eq!(failure.message, "Resource not found for the segment 'windowsAutopilotDeploymentProfiles'.");
        assert_eq!(
            refused("GET", Version::Beta, "/nothing/at/all").message,
            "Resource not found for the segment 'nothing'."
        );
    }

    #[test]
    fn esp_assignments_have_no_route_for_post_and_delete() {
        let path = "/deviceManagement/deviceEnrollmentConfigurations('c_x')/assignments/a";
        let failure = refused("DELETE", Version::Beta, path);
        assert_eq!((failure.status, &*failure.code), (400, "No method match route template"));
        assert_eq!(
            failure.message,
            "No OData route exists that match template ~/singleton/navigation/key/navigation/key with http verb DELETE for \
             request /StatelessOnboardingService/deviceManagement/deviceEnrollmentConfigurations('c_x')/assignments('a')."
        );
        let collection = "/deviceManagement/deviceEnrollmentConfigurations/c_x/assignments";
        assert_eq!(refused("POST", Version::Beta, collection).code, "No method match route template");
    }

    #[test]
    fn a_wrong_method_is_405_in_the_directory() {
        assert_eq!(refused("PUT", Version::V1, "/groups/1").status, 405);
    }

    #[test]
    fn actions_are_found_in_any_letter_case_and_keys_in_both_forms() {
        let path = "/deviceManagement/windowsAutopilotDeviceIdentities('7')/UpdateDeviceProperties";
        match find("POST", Version::V1, &segments(path)) {
            Found::Route(route, ids) => {
                assert!(route.template.ends_with("updateDeviceProperties"));
                assert_eq!(ids, ["7"]);
            }
            Found::Refused(failure) => panic!("{}", failure.message),
        }
    }

    #[test]
    fn the_journal_names_templates() {
        assert_eq!(template("POST", "/v1.0/groups/123/members/$ref"), "/v1.0/groups/{id}/members/$ref");
        assert_eq!(template("GET", "/v1.0/what/ever"), "/v1.0/what/ever");
        let devices = "/v1.0/deviceManagement/windowsAutopilotDeviceIdentities";
        assert_eq!(template("POST", &format!("{devices}/deleteDevices")), format!("{devices}/deleteDevices"));
        assert_eq!(template("GET", &format!("{devices}/7")), format!("{devices}/{{id}}"));
    }
}
