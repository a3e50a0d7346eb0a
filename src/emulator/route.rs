//! Every operation of Graph that is served: method, path, versions, the permissions that allow it, and what runs.
//!
//! Paths and permissions follow Graph's published permission lists, least privileged first. An application needs one
//! of the roles. What is not in the table is refused in the words of the gateway.

use super::call::{Call, Outcome};
use super::entra;
use super::error::Failure;
use super::intune;
use super::model::check::Version;
use super::odata::path::segments;
use super::world::World;

pub(crate) struct Route {
    pub(crate) method: &'static str,
    v1: bool,
    pub(crate) template: &'static str,
    pub(crate) roles: &'static [&'static str],
    pub(crate) run: fn(&mut World, &Call) -> Outcome,
}

const GROUP_READ: &[&str] = &[
    "Group.ReadBasic.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const GROUP_CREATE: &[&str] = &["Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const GROUP_WRITE: &[&str] = &["Group.ReadWrite.All", "Directory.ReadWrite.All"];
/// A PATCH may carry members only, so the narrower role has to reach it; the handler looks closer.
const GROUP_UPDATE: &[&str] = &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const MEMBER_READ: &[&str] = &[
    "GroupMember.Read.All",
    "Group.ReadBasic.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
];
const MEMBER_WRITE: &[&str] = &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const DELETED_READ: &[&str] = &["Group.Read.All", "Directory.Read.All", "Group.ReadWrite.All"];
const DEVICE_READ: &[&str] =
    &["Device.Read.All", "Directory.Read.All", "Device.ReadWrite.All", "Directory.ReadWrite.All"];
const USER_READ: &[&str] = &["User.Read.All", "Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"];
const APPLICATION_READ: &[&str] = &["Application.Read.All", "Directory.Read.All"];
const SERVICE_READ: &[&str] =
    &["DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"];
const SERVICE_WRITE: &[&str] = &["DeviceManagementServiceConfig.ReadWrite.All"];
const ENROLLMENT_READ: &[&str] = &[
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
];
const ENROLLMENT_WRITE: &[&str] =
    &["DeviceManagementServiceConfig.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"];
const ORGANIZATION_READ: &[&str] = &["User.Read.All", "Organization.Read.All", "Directory.Read.All"];

macro_rules! routes {
    ($($method:ident $versions:ident $template:literal $roles:ident $run:path;)*) => {
        &[$(Route {
            method: stringify!($method),
            v1: routes!(@ $versions),
            template: $template,
            roles: $roles,
            run: $run,
        }),*]
    };
    (@ both) => { true };
    (@ beta) => { false };
}

static ROUTES: &[Route] = routes! {
    GET    both "/groups"                                            GROUP_READ    entra::groups::list;
    POST   both "/groups"                                            GROUP_CREATE  entra::groups::create;
    GET    both "/groups/$count"                                     GROUP_READ    entra::groups::count;
    GET    both "/groups/{id}"                                       GROUP_READ    entra::groups::get;
    PATCH  both "/groups/{id}"                                       GROUP_UPDATE  entra::groups::update;
    DELETE both "/groups/{id}"                                       GROUP_WRITE   entra::groups::delete;
    GET    both "/groups/{id}/members"                               MEMBER_READ   entra::members::list;
    POST   both "/groups/{id}/members/$ref"                          MEMBER_WRITE  entra::members::add;
    GET    both "/groups/{id}/members/$count"                        MEMBER_READ   entra::members::count;
    GET    both "/groups/{id}/members/{cast}"                        MEMBER_READ   entra::members::list;
    DELETE both "/groups/{id}/members/{id}"                          MEMBER_WRITE  entra::members::delete_the_member_itself;
    GET    both "/groups/{id}/members/{cast}/$count"                 MEMBER_READ   entra::members::count;
    DELETE both "/groups/{id}/members/{id}/$ref"                     MEMBER_WRITE  entra::members::remove;
    GET    both "/groups/{id}/transitiveMembers"                     MEMBER_READ   entra::members::list_transitive;
    GET    both "/groups/{id}/transitiveMembers/$count"              MEMBER_READ   entra::members::count_transitive;
    GET    both "/groups/{id}/transitiveMembers/{cast}"              MEMBER_READ   entra::members::list_transitive;
    GET    both "/groups/{id}/owners"                                MEMBER_READ   entra::members::list_owners;
    POST   both "/groups/{id}/owners/$ref"                           GROUP_WRITE   entra::members::add_owner;
    DELETE both "/groups/{id}/owners/{id}/$ref"                      GROUP_WRITE   entra::members::remove_owner;
    GET    both "/directory/deletedItems/microsoft.graph.group"      DELETED_READ  entra::deleted::list;
    GET    both "/directory/deletedItems/{id}"                       DELETED_READ  entra::deleted::get;
    DELETE both "/directory/deletedItems/{id}"                       GROUP_WRITE   entra::deleted::purge;
    POST   both "/directory/deletedItems/{id}/restore"               GROUP_WRITE   entra::deleted::restore;
    GET    both "/devices"                                           DEVICE_READ   entra::devices::list;
    GET    both "/devices/$count"                                    DEVICE_READ   entra::devices::count;
    GET    both "/devices/{id}"                                      DEVICE_READ   entra::devices::get;
    GET    both "/users"                                             USER_READ     entra::users::list;
    GET    both "/users/{id}"                                        USER_READ     entra::users::get;
    GET    both "/servicePrincipals"                                 APPLICATION_READ entra::users::list_service_principals;
    GET    both "/organization"                                      ORGANIZATION_READ entra::users::organization;
    GET    beta "/deviceManagement/windowsAutopilotDeploymentProfiles"                        SERVICE_READ  intune::profiles::list;
    POST   beta "/deviceManagement/windowsAutopilotDeploymentProfiles"                        SERVICE_WRITE intune::profiles::create;
    GET    beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}"                   SERVICE_READ  intune::profiles::get;
    PATCH  beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}"                   SERVICE_WRITE intune::profiles::update;
    DELETE beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}"                   SERVICE_WRITE intune::profiles::delete;
    POST   beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assign"            SERVICE_WRITE intune::profile_assignments::assign_devices;
    GET    beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments"       SERVICE_READ  intune::profile_assignments::list;
    POST   beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments"       SERVICE_WRITE intune::profile_assignments::create;
    DELETE beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments/{id}"  SERVICE_WRITE intune::profile_assignments::delete;
    GET    beta "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices"   SERVICE_READ  intune::profile_assignments::assigned_devices;
    GET    both "/deviceManagement/deviceEnrollmentConfigurations"                            ENROLLMENT_READ  intune::enrollment_status::list;
    POST   both "/deviceManagement/deviceEnrollmentConfigurations"                            ENROLLMENT_WRITE intune::enrollment_status::create;
    GET    both "/deviceManagement/deviceEnrollmentConfigurations/{id}"                       ENROLLMENT_READ  intune::enrollment_status::get;
    PATCH  both "/deviceManagement/deviceEnrollmentConfigurations/{id}"                       ENROLLMENT_WRITE intune::enrollment_status::update;
    DELETE both "/deviceManagement/deviceEnrollmentConfigurations/{id}"                       ENROLLMENT_WRITE intune::enrollment_status::delete;
    POST   both "/deviceManagement/deviceEnrollmentConfigurations/{id}/assign"                ENROLLMENT_WRITE intune::enrollment_status::assign;
    POST   both "/deviceManagement/deviceEnrollmentConfigurations/{id}/setPriority"           ENROLLMENT_WRITE intune::enrollment_status::set_priority;
    GET    both "/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments"           ENROLLMENT_READ  intune::enrollment_status::list_assignments;
    GET    both "/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments/{id}"      ENROLLMENT_READ  intune::enrollment_status::get_assignment;
    GET    both "/deviceManagement/importedWindowsAutopilotDeviceIdentities"                  SERVICE_READ  intune::imports::list;
    POST   both "/deviceManagement/importedWindowsAutopilotDeviceIdentities"                  SERVICE_WRITE intune::imports::create;
    POST   both "/deviceManagement/importedWindowsAutopilotDeviceIdentities/import"           SERVICE_WRITE intune::imports::import;
    GET    both "/deviceManagement/importedWindowsAutopilotDeviceIdentities/{id}"             SERVICE_READ  intune::imports::get;
    DELETE both "/deviceManagement/importedWindowsAutopilotDeviceIdentities/{id}"             SERVICE_WRITE intune::imports::delete;
    GET    both "/deviceManagement/windowsAutopilotDeviceIdentities"                          SERVICE_READ  intune::devices::list;
    POST   both "/deviceManagement/windowsAutopilotDeviceIdentities"                          SERVICE_WRITE intune::devices::refuse_direct_write;
    GET    both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}"                     SERVICE_READ  intune::devices::get;
    PATCH  both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}"                     SERVICE_WRITE intune::devices::refuse_direct_write;
    DELETE both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}"                     SERVICE_WRITE intune::device_actions::delete;
    POST   both "/deviceManagement/windowsAutopilotDeviceIdentities/deleteDevices"            SERVICE_WRITE intune::device_actions::delete_devices;
    POST   both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}/updateDeviceProperties" SERVICE_WRITE intune::device_actions::update_properties;
    POST   both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice"  SERVICE_WRITE intune::device_actions::assign_user;
    POST   both "/deviceManagement/windowsAutopilotDeviceIdentities/{id}/unassignUserFromDevice" SERVICE_WRITE intune::device_actions::unassign_user;
    GET    beta "/deviceManagement/windowsAutopilotDeviceIdentities/{id}/deploymentProfile"   SERVICE_READ  intune::devices::deployment_profile;
    GET    beta "/deviceManagement/windowsAutopilotDeviceIdentities/{id}/intendedDeploymentProfile" SERVICE_READ intune::devices::intended_profile;
    GET    beta "/deviceManagement/windowsAutopilotSettings"                                  SERVICE_READ  intune::sync::get;
    POST   beta "/deviceManagement/windowsAutopilotSettings/sync"                             SERVICE_WRITE intune::sync::sync;
};

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
    let served = || ROUTES.iter().filter(|route| route.v1 || version == Version::Beta);
    let mut known = false;
    for route in served() {
        if let Some(ids) = ids(route.template, segments) {
            if route.method == method {
                return Found::Route(route, ids);
            }
            known = true;
        }
    }
    if known && segments.first().is_some_and(|first| first.eq_ignore_ascii_case("deviceManagement")) {
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
    let template =
        ROUTES.iter().find(|route| ids(route.template, segments).is_some()).map_or("", |route| route.template);
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
    let fitting = ROUTES.iter().filter(|route| ids(route.template, below).is_some());
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
