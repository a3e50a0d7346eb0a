//! What one object of Intune's names of another has to be there: groups, filters, apps, scope tags.

use super::*;

const APPS: &str = "/beta/deviceAppManagement/mobileApps";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
const SCRIPTS: &str = "/beta/deviceManagement/deviceManagementScripts";
const FILTERS: &str = "/beta/deviceManagement/assignmentFilters";
const CONFIGURATIONS: &str = "/beta/deviceManagement/deviceConfigurations";
const ENTRA: &str = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
const PAGE: &str = "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration";

/// A body that makes an object, for each collection whose objects have scope tags, and what the tags are called.
fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (PROFILES, "roleScopeTagIds", json!({"@odata.type": ENTRA, "displayName": "p"})),
        (PAGES, "roleScopeTagIds", json!({"@odata.type": PAGE, "displayName": "p"})),
        (
            FILTERS,
            "roleScopeTags",
            json!({"displayName": "f", "platform": "windows10AndLater", "rule": r#"(device.model -eq "x")"#}),
        ),
        (
            APPS,
            "roleScopeTagIds",
            json!({"@odata.type": "#microsoft.graph.winGetApp", "displayName": "a", "packageIdentifier": "X1"}),
        ),
        (SCRIPTS, "roleScopeTagIds", json!({"displayName": "s", "fileName": "a.ps1", "scriptContent": "ZXhpdCAw"})),
        (
            POLICIES,
            "roleScopeTagIds",
            json!({"name": "p", "platforms": "windows10", "technologies": "mdm", "settings": []}),
        ),
        (
            CONFIGURATIONS,
            "roleScopeTagIds",
            json!({"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "d", "activeDirectoryDomainName": "corp.example", "computerNameStaticPrefix": "PC", "computerNameSuffixRandomCharCount": 8}),
        ),
    ]
}

fn made(rig: &mut Rig, collection: &str, body: &Value) -> String {
    let (status, answer) = rig.post(collection, body);
    assert_eq!(status, 201, "{collection}: {answer}");
    text(&answer, "id")
}

fn is_wordless(told: &Told) -> bool {
    (told.0, code(&told.1), inner(&told.1).as_str()) == (400, "BadRequest", "An error has occurred")
}

#[test]
fn a_scope_tag_that_does_not_exist_is_refused_everywhere() {
    let mut rig = Rig::new();
    for (collection, property, body) in bodies() {
        let mut unknown = body.clone();
        unknown[property] = json!(["0", "77"]);
        assert!(is_wordless(&rig.post(collection, &unknown)), "{collection}");
        let path = format!("{collection}/{}", made(&mut rig, collection, &body));
        let change = json!({"@odata.type": body["@odata.type"], property: ["77"]});
        let change = if body["@odata.type"].is_null() { json!({property: ["77"]}) } else { change };
        assert!(is_wordless(&rig.patch(&path, &change)), "{collection}");
    }
    let tag = made(&mut rig, "/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    let mut known = bodies().remove(0).2;
    known["roleScopeTagIds"] = json!([tag]);
    made(&mut rig, PROFILES, &known);
}

#[test]
fn a_page_waits_only_for_apps_that_are_there_and_can_block() {
    let mut rig = Rig::new();
    let page = |ids: Value| json!({"@odata.type": PAGE, "displayName": "p", "selectedMobileAppIds": ids});
    assert!(is_wordless(&rig.post(PAGES, &page(json!(["Company Portal"])))));
    assert!(is_wordless(&rig.post(PAGES, &page(json!([UNKNOWN_ID])))));
    let app = made(
        &mut rig,
        APPS,
        &json!({"@odata.type": "#microsoft.graph.officeSuiteApp", "displayName": "a", "productIds": ["o365ProPlusRetail"]}),
    );
    let id = made(&mut rig, PAGES, &page(json!([app])));
    // A page that waits for an app that has gone since can be changed otherwise.
    assert_eq!(rig.delete(&format!("{APPS}/{app}")).0, 204);
    let path = format!("{PAGES}/{id}");
    assert_eq!(rig.patch(&path, &json!({"@odata.type": PAGE, "description": "x"})).0, 200);
    assert!(is_wordless(&rig.patch(&path, &page(json!([app, UNKNOWN_ID])))));
}

#[test]
fn a_filter_has_to_be_there_and_to_come_with_its_type() {
    let mut rig = Rig::new();
    let page = made(&mut rig, PAGES, &json!({"@odata.type": PAGE, "displayName": "p"}));
    let filter = rig.filter();
    let mut assign = |id: Value, how: Value| {
        let mut target = all_devices();
        target["deviceAndAppManagementAssignmentFilterId"] = id;
        target["deviceAndAppManagementAssignmentFilterType"] = how;
        let body = json!({"enrollmentConfigurationAssignments": [{"target": target}]});
        rig.post(&format!("{PAGES}/{page}/assign"), &body)
    };
    assert!(is_wordless(&assign(json!(UNKNOWN_ID), json!("include"))));
    assert!(is_wordless(&assign(json!(filter), json!("none"))));
    assert!(is_wordless(&assign(json!(filter), Value::Null)));
    assert!(is_wordless(&assign(Value::Null, json!("exclude"))));
    assert_eq!(assign(json!(filter), json!("exclude")).0, 204);
    // What reads show of an assignment without a filter can be written back.
    assert_eq!(assign(Value::Null, json!("none")).0, 204);
    assert_eq!(assign(json!("00000000-0000-0000-0000-000000000000"), json!("none")).0, 204);
}

#[test]
fn an_assignment_to_a_group_that_does_not_exist_is_refused_everywhere() {
    let mut rig = Rig::new();
    let targets = json!([{"target": group_target(UNKNOWN_ID)}]);
    for (collection, _, body) in bodies() {
        let parameter = match collection {
            FILTERS | APPS => continue,
            PAGES => "enrollmentConfigurationAssignments",
            SCRIPTS => "deviceManagementScriptAssignments",
            _ => "assignments",
        };
        let path = format!("{collection}/{}", made(&mut rig, collection, &body));
        let told = match collection {
            PROFILES => rig.post(&format!("{path}/assignments"), &targets[0]),
            _ => rig.post(&format!("{path}/assign"), &json!({parameter: targets})),
        };
        assert!(is_wordless(&told), "{collection}: {told:?}");
    }
    let app = made(&mut rig, APPS, &bodies().remove(3).2);
    rig.wait(60);
    let body = json!({"mobileAppAssignments": [{"intent": "required", "target": group_target(UNKNOWN_ID)}]});
    assert!(is_wordless(&rig.post(&format!("{APPS}/{app}/assign"), &body)));
}

#[test]
fn an_id_that_is_none_of_its_kind_is_400_and_one_of_nothing_404() {
    let mut rig = Rig::new();
    let page = "_Windows10EnrollmentCompletionPageConfiguration";
    for (collection, malformed, unknown) in [
        (PROFILES, "p", UNKNOWN_ID.to_owned()),
        (PAGES, UNKNOWN_ID, format!("{UNKNOWN_ID}{page}")),
        (DEVICES, "d", UNKNOWN_ID.to_owned()),
        (IMPORTS, "i", UNKNOWN_ID.to_owned()),
        (FILTERS, "f", UNKNOWN_ID.to_owned()),
        ("/beta/deviceManagement/roleScopeTags", "Default", "77".to_owned()),
    ] {
        assert!(is_wordless(&rig.get(&format!("{collection}/{malformed}"))), "{collection}");
        let (status, answer) = rig.get(&format!("{collection}/{unknown}"));
        assert_eq!((status, code(&answer)), (404, "ResourceNotFound"), "{collection}");
        assert_eq!(inner(&answer), "An error has occurred");
    }
    assert!(is_wordless(&rig.get(&format!("{PROFILES}/p/assignments"))));
    assert_eq!(rig.get(&format!("{PROFILES}/{UNKNOWN_ID}/assignments")).0, 404);
}
