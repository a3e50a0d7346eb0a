//! What an Autopilot profile may hold, and how reads show it.

use super::*;

const ENTRA: &str = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
const HYBRID: &str = "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile";

fn create(rig: &mut Rig, kind: &str, change: &Value) -> Told {
    let mut body = json!({"@odata.type": kind, "displayName": "Standard"});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    rig.post(PROFILES, &body)
}

/// A bare 400, as the service answers what it does not want to explain.
fn is_wordless(told: &Told) -> bool {
    (told.0, code(&told.1), inner(&told.1).as_str()) == (400, "BadRequest", "An error has occurred")
}

#[test]
fn neither_name_nor_description_of_a_profile_may_hold_a_hyphen_or_one_of_twelve_other_characters() {
    let mut rig = Rig::new();
    let refused = ['!', '#', '%', '^', '*', '(', ')', '-', '+', ';', '\'', '<', '>'];
    for character in refused {
        for property in ["displayName", "description"] {
            let told = create(&mut rig, ENTRA, &json!({property: format!("User{character}driven")}));
            assert!(is_wordless(&told), "{property} with {character}: {told:?}");
        }
    }
    let good = r#"Äpfel: "?.@$&_[]{}|\/, 1"#;
    assert_eq!(create(&mut rig, ENTRA, &json!({"displayName": good, "description": good})).0, 201);
    let path = format!("{PROFILES}/{}", rig.profile("p"));
    let told = rig.patch(&path, &json!({"@odata.type": ENTRA, "description": "user-driven"}));
    assert!(is_wordless(&told), "{told:?}");
}

#[test]
fn only_profiles_refuse_a_hyphen() {
    let mut rig = Rig::new();
    let page = json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "User-driven"});
    assert_eq!(rig.post(PAGES, &page).0, 201);
    rig.group("user-driven", None);
}

#[test]
fn a_profile_s_name_has_200_characters_and_its_description_1500() {
    let mut rig = Rig::new();
    let text = |length: usize| "ä".repeat(length);
    assert_eq!(create(&mut rig, ENTRA, &json!({"displayName": text(200), "description": text(1500)})).0, 201);
    assert!(is_wordless(&create(&mut rig, ENTRA, &json!({"displayName": text(201)}))));
    assert!(is_wordless(&create(&mut rig, ENTRA, &json!({"description": text(1501)}))));
}

#[test]
fn an_entra_profile_takes_the_connectivity_switch_as_false_only_and_does_not_show_it() {
    let mut rig = Rig::new();
    let switch = |on: bool| json!({"hybridAzureADJoinSkipConnectivityCheck": on});
    let (status, made) = create(&mut rig, ENTRA, &switch(false));
    assert_eq!(status, 201, "{made}");
    assert!(made.get("hybridAzureADJoinSkipConnectivityCheck").is_none());
    let (status, answer) = create(&mut rig, ENTRA, &switch(true));
    assert_eq!((status, code(&answer)), (400, "ModelValidationFailure"));
    assert!(message(&answer).contains("'hybridAzureADJoinSkipConnectivityCheck' does not exist on type"), "{answer}");
}

#[test]
fn a_self_deploying_profile_cannot_join_a_domain() {
    let mut rig = Rig::new();
    let self_deploying = json!({"outOfBoxExperienceSetting": {"deviceUsageType": "shared"}});
    assert!(is_wordless(&create(&mut rig, HYBRID, &self_deploying)));
    assert_eq!(create(&mut rig, ENTRA, &self_deploying).0, 201);
    let (_, hybrid) = create(&mut rig, HYBRID, &json!({}));
    let mut change = self_deploying;
    change["@odata.type"] = json!(HYBRID);
    assert!(is_wordless(&rig.patch(&format!("{PROFILES}/{}", text(&hybrid, "id")), &change)));
}

#[test]
fn what_nobody_wrote_reads_as_empty_texts_and_nulls() {
    let mut rig = Rig::new();
    let path = format!("{PROFILES}/{}", rig.profile("p"));
    let (_, profile) = rig.get(&path);
    for (name, value) in [
        ("description", json!("")),
        ("deviceNameTemplate", json!("")),
        ("enrollmentStatusScreenSettings", Value::Null),
        ("managementServiceAppId", Value::Null),
    ] {
        assert_eq!(profile[name], value, "{name}");
    }
    // Both spellings, each like the other.
    assert_eq!(profile["outOfBoxExperienceSetting"]["eulaHidden"], profile["outOfBoxExperienceSettings"]["hideEULA"]);
    assert_eq!((&profile["locale"], &profile["language"]), (&json!("os-default"), &json!("os-default")));
}

#[test]
fn a_serial_number_is_cut_to_nothing_where_a_name_template_is_full() {
    let mut rig = Rig::new();
    let template = |template: &str| json!({"deviceNameTemplate": template});
    assert_eq!(create(&mut rig, ENTRA, &template("ABCDEFGHIJKLMNO%SERIAL%")).0, 201);
    assert!(is_wordless(&create(&mut rig, ENTRA, &template("ABCDEFGHIJKLMNOP%SERIAL%"))));
}

#[test]
fn an_assignment_to_all_devices_is_direct_and_names_profile_and_filter_type() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    assert_eq!(rig.assign(&profile, &all_devices()).0, 201);
    let (_, listed) = rig.get(&format!("{PROFILES}/{profile}/assignments"));
    assert_eq!(
        values(&listed)[0],
        json!({
            "id": format!("{profile}_adadadad-808e-44e2-905a-0b7873a8a531_0"),
            "source": "direct",
            "sourceId": profile,
            "target": {
                "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
                "deviceAndAppManagementAssignmentFilterId": null,
                "deviceAndAppManagementAssignmentFilterType": "none",
            },
        })
    );
}
