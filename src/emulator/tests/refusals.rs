//! In whose words what is refused.

use super::*;

#[test]
fn intune_s_403_is_forbidden_and_names_the_permissions_that_would_do() {
    let mut rig = Rig::new();
    rig.as_application(&["Group.Read.All"], |rig| {
        let (status, body) = rig.get("/beta/deviceManagement/configurationPolicies");
        assert_eq!((status, code(&body)), (403, "Forbidden"));
        assert_eq!(
            inner(&body),
            "Application is not authorized to perform this operation. Application must have one of the following scopes: \
             DeviceManagementConfiguration.Read.All, DeviceManagementConfiguration.ReadWrite.All"
        );
        let (_, body) = rig.post("/beta/deviceAppManagement/mobileApps", &json!({}));
        assert!(inner(&body).ends_with("scopes: DeviceManagementApps.ReadWrite.All"), "{body}");
        // Those of the service's configuration go by two names.
        let (_, body) = rig.delete(&format!("{PROFILES}/{UNKNOWN_ID}"));
        let scopes =
            "scopes: DeviceManagementServiceConfiguration.ReadWrite.All, DeviceManagementServiceConfig.ReadWrite.All";
        assert!(inner(&body).ends_with(scopes), "{body}");
    });
}

#[test]
fn the_directory_s_403_is_authorization_request_denied() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    rig.as_application(&["DeviceManagementApps.ReadWrite.All"], |rig| {
        let (status, body) = rig.get(&format!("/v1.0/groups/{group}"));
        assert_eq!((status, code(&body)), (403, "Authorization_RequestDenied"));
        assert_eq!(message(&body), "Insufficient privileges to complete the operation.");
    });
}

#[test]
fn what_only_people_may_do_is_refused_an_application_in_the_directory_s_words() {
    let (status, body) = Rig::new().get("/beta/policies/mobileDeviceManagementPolicies");
    assert_eq!((status, code(&body)), (403, "Authorization_RequestDenied"));
}

#[test]
fn what_does_not_fit_the_model_is_told_in_plain_words_twice() {
    let mut rig = Rig::new();
    let entra = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
    for (body, words) in [
        (json!({"displayName": "x"}), "Cannot create an abstract class."),
        (
            json!({"@odata.type": "#microsoft.graph.nothing"}),
            "A type named 'microsoft.graph.nothing' could not be resolved by the model. When a model is available, each type \
             name must resolve to a valid type.",
        ),
        (
            json!({"@odata.type": "#microsoft.graph.winGetApp"}),
            "An entry with type 'microsoft.management.services.api.winGetApp' was found, but it is not assignable to the \
             expected type 'microsoft.management.services.api.windowsAutopilotDeploymentProfile'. The type specified in the \
             entry must be equal to either the expected type or a derived type.",
        ),
        (
            json!({"@odata.type": entra, "nope": 1}),
            "The property 'nope' does not exist on type \
             'microsoft.management.services.api.azureADWindowsAutopilotDeploymentProfile'. Make sure to only use property \
             names that are defined by the type.",
        ),
        (json!({"@odata.type": entra, "deviceType": "toaster"}), "Requested value 'toaster' was not found."),
    ] {
        let (status, answer) = rig.post(PROFILES, &body);
        assert_eq!((status, code(&answer), message(&answer)), (400, "ModelValidationFailure", words));
        assert_eq!(answer["error"]["innerError"]["message"], json!(words));
    }
}

#[test]
fn a_body_that_fits_the_model_and_lacks_something_is_refused_without_a_word() {
    let mut rig = Rig::new();
    for (target, body) in [
        ("/beta/deviceManagement/assignmentFilters".to_owned(), json!({"displayName": "f"})),
        ("/beta/deviceManagement/deviceManagementScripts".to_owned(), json!({})),
        (format!("{IMPORTS}/import"), json!({})),
        (format!("{DEVICES}/deleteDevices"), json!({"serials": []})),
    ] {
        let (status, answer) = rig.post(&target, &body);
        assert_eq!((status, code(&answer)), (400, "BadRequest"), "{target}");
        assert_eq!(inner(&answer), "An error has occurred", "{target}");
    }
}
