use super::*;

const KIND: &str = "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration";

fn body(change: &Value) -> Value {
    let mut body = json!({"@odata.type": KIND, "displayName": "ESP"});
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn page(rig: &mut Rig, name: &str) -> String {
    let (status, answer) = rig.post(PAGES, &body(&json!({"displayName": name})));
    assert_eq!(status, 201, "{answer}");
    text(&answer, "id")
}

fn default_id() -> String {
    format!("{TENANT_ID}_DefaultWindows10EnrollmentCompletionPageConfiguration")
}

#[test]
fn a_page_s_id_names_its_kind_and_the_service_sets_type_version_and_priority() {
    let mut rig = Rig::new();
    let (status, made) =
        rig.post(PAGES, &body(&json!({"priority": 7, "version": 9, "deviceEnrollmentConfigurationType": "limit"})));
    assert_eq!(status, 201);
    assert!(text(&made, "id").ends_with("_Windows10EnrollmentCompletionPageConfiguration"));
    assert_eq!((&made["priority"], &made["version"]), (&json!(1), &json!(1)));
    assert_eq!(made["deviceEnrollmentConfigurationType"], json!("windows10EnrollmentCompletionPageConfiguration"));
    assert_eq!((&made["installProgressTimeoutInMinutes"], &made["selectedMobileAppIds"]), (&json!(60), &json!([])));
    assert_eq!((&made["roleScopeTagIds"], &made["@odata.type"]), (&json!(["0"]), &json!(KIND)));
    assert_eq!(rig.post(PAGES, &body(&json!({}))).1["priority"], json!(2));
}

#[test]
fn the_default_page_is_there_and_stays() {
    let mut rig = Rig::new();
    let path = format!("{PAGES}/{}", default_id());
    let (status, default) = rig.get(&path);
    assert_eq!(status, 200);
    assert_eq!((&default["priority"], &default["version"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&default["createdDateTime"], &default["blockDeviceSetupRetryByUser"]),
        (&json!("0001-01-01T00:00:00Z"), &json!(true))
    );
    assert_eq!(default["roleScopeTagIds"], json!([]));
    assert_eq!(rig.delete(&path).0, 400);
    assert_eq!(rig.post(&format!("{path}/setPriority"), &json!({"priority": 1})).0, 400);
    assert_eq!(rig.post(&format!("{path}/assign"), &json!({"enrollmentConfigurationAssignments": []})).0, 400);
    assert_eq!(rig.patch(&path, &json!({"@odata.type": KIND, "displayName": "mine"})).0, 400);
    let (status, changed) = rig.patch(&path, &json!({"@odata.type": KIND, "showInstallationProgress": true}));
    assert_eq!((status, &changed["version"], &changed["showInstallationProgress"]), (200, &json!(1), &json!(true)));
}

#[test]
fn the_default_page_is_found_by_the_name_of_the_other_type_and_isof_does_not_work() {
    let mut rig = Rig::new();
    page(&mut rig, "p");
    let filter =
        "deviceEnrollmentConfigurationType eq 'windows10EnrollmentCompletionPageConfiguration' and priority eq 0";
    let (status, found) = rig.get(&format!("{PAGES}?$filter={filter}"));
    assert_eq!((status, values(&found).len()), (200, 1));
    assert_eq!(text(&values(&found)[0], "id"), default_id());
    assert_eq!(
        rig.get(&format!("{PAGES}?$filter=isof('microsoft.graph.windows10EnrollmentCompletionPageConfiguration')")).0,
        400
    );
    assert_eq!(rig.get(&format!("{PAGES}?$filter=startswith(displayName,'p')")).0, 400);
}

#[test]
fn the_list_holds_configurations_of_other_kinds_too() {
    let (_, all) = Rig::new().get(PAGES);
    let kinds: Vec<_> = values(&all).iter().map(|each| text(each, "@odata.type")).collect();
    assert!(
        kinds.contains(&KIND.to_owned())
            && kinds.contains(&"#microsoft.graph.deviceEnrollmentLimitConfiguration".to_owned())
    );
}

#[test]
fn a_patch_without_the_type_is_model_validation_failure() {
    let mut rig = Rig::new();
    let page = page(&mut rig, "p");
    let path = format!("{PAGES}/{page}");
    let (status, answer) = rig.patch(&path, &json!({"installProgressTimeoutInMinutes": 90}));
    assert_eq!((status, code(&answer)), (400, "ModelValidationFailure"));
    let (status, answer) = rig.patch(&path, &json!({"@odata.type": KIND, "installProgressTimeoutInMinutes": 90}));
    assert_eq!((status, &answer["installProgressTimeoutInMinutes"], &answer["version"]), (200, &json!(90), &json!(2)));
    assert_eq!(rig.patch(&path, &json!({"@odata.type": KIND, "priority": null, "displayName": "q"})).0, 200);
    assert_eq!(rig.patch(&path, &json!({"@odata.type": KIND, "showInstallationProgress": null})).0, 400);
}

#[test]
fn what_contradicts_itself_is_a_bare_400() {
    let mut rig = Rig::new();
    for change in [
        json!({"installProgressTimeoutInMinutes": 0, "showInstallationProgress": true}),
        json!({"installProgressTimeoutInMinutes": 1441}),
        json!({"displayName": ""}),
        json!({"blockDeviceSetupRetryByUser": true, "allowDeviceResetOnInstallFailure": true}),
        json!({"blockDeviceSetupRetryByUser": true, "allowDeviceUseOnInstallFailure": true}),
        json!({"blockDeviceSetupRetryByUser": true, "allowNonBlockingAppInstallation": true}),
        json!({"blockDeviceSetupRetryByUser": true, "selectedMobileAppIds": ["a"]}),
        json!({"selectedMobileAppIds": vec!["a"; 101]}),
    ] {
        let (status, answer) = rig.post(PAGES, &body(&change));
        assert_eq!((status, code(&answer)), (400, "BadRequest"), "{change}");
        assert_eq!(inner(&answer), "An error has occurred");
    }
    assert_eq!(
        rig.post(
            PAGES,
            &body(&json!({"installProgressTimeoutInMinutes": 1440, "allowDeviceUseOnInstallFailure": true}))
        )
        .0,
        201
    );
    assert_eq!(rig.post(PAGES, &body(&json!({"customErrorMessage": "x".repeat(10_001)}))).0, 400);
}

#[test]
fn v1_knows_one_property_of_the_page() {
    let mut rig = Rig::new();
    let v1 = PAGES.replace("/beta", "/v1.0");
    assert_eq!(rig.post(&v1, &body(&json!({"showInstallationProgress": true}))).0, 400);
    let (status, made) = rig.post(&v1, &body(&json!({"allowNonBlockingAppInstallation": true})));
    assert_eq!(status, 201);
    assert!(made.get("showInstallationProgress").is_none() && made.get("roleScopeTagIds").is_none());
}

#[test]
fn assign_replaces_the_whole_set_and_single_assignments_have_no_route() {
    let mut rig = Rig::new();
    let page = page(&mut rig, "p");
    let path = format!("{PAGES}/{page}");
    let (first, second) = (rig.group("first", None), rig.group("second", None));
    let set = |targets: &[Value]| json!({"enrollmentConfigurationAssignments": targets.iter().map(|target| json!({"target": target})).collect::<Vec<_>>()});
    assert_eq!(rig.post(&format!("{path}/assign"), &set(&[group_target(&first), all_devices()])), (204, Value::Null));
    assert_eq!(rig.post(&format!("{path}/assign"), &set(&[group_target(&second)])).0, 204);
    let (_, expanded) = rig.get(&format!("{path}?$expand=assignments"));
    let assignments = expanded["assignments"].as_array().unwrap();
    assert_eq!((assignments.len(), text(&assignments[0], "id")), (1, format!("{page}_{second}_0")));
    assert_eq!(values(&rig.get(&format!("{path}/assignments")).1).len(), 1);
    for (method, target) in
        [("POST", format!("{path}/assignments")), ("DELETE", format!("{path}/assignments/{page}_{second}_0"))]
    {
        let (status, answer) = rig.call(method, &target, &json!({"target": all_devices()}));
        assert_eq!((status, code(&answer)), (400, "No method match route template"));
    }
    assert_eq!(
        rig.post(&format!("{path}/assign"), &set(&[group_target("5b5b5b5b-0000-4000-8000-000000000000")])).0,
        400
    );
    assert_eq!(rig.post(&format!("{path}/assign"), &set(&[group_target(&first), group_target(&first)])).0, 400);
    assert_eq!(rig.post(&format!("{path}/assign"), &json!({"assignments": []})).0, 400);
    assert_eq!(values(&rig.get(&format!("{path}/assignments")).1).len(), 1);
    assert_eq!(rig.post(&format!("{path}/assign"), &set(&[])).0, 204);
    assert_eq!(values(&rig.get(&format!("{path}/assignments")).1).len(), 0);
}

#[test]
fn filters_of_assignments_are_kept_here() {
    let mut rig = Rig::new();
    let page = page(&mut rig, "p");
    let mut target = all_devices();
    target["deviceAndAppManagementAssignmentFilterId"] = json!(rig.filter());
    target["deviceAndAppManagementAssignmentFilterType"] = json!("include");
    rig.post(&format!("{PAGES}/{page}/assign"), &json!({"enrollmentConfigurationAssignments": [{"target": target}]}));
    let (_, listed) = rig.get(&format!("{PAGES}/{page}/assignments"));
    assert_eq!(values(&listed)[0]["target"], target);
}

#[test]
fn an_unknown_assignment_filter_is_refused() {
    let mut rig = Rig::new();
    let path = format!("{PAGES}/{}", page(&mut rig, "p"));
    let mut target = all_devices();
    target["deviceAndAppManagementAssignmentFilterId"] = json!(uuid::Uuid::new_v4().to_string());
    target["deviceAndAppManagementAssignmentFilterType"] = json!("include");
    let assignments = json!({"enrollmentConfigurationAssignments": [{"target": target}]});
    let (status, answer) = rig.post(&format!("{path}/assign"), &assignments);
    assert_eq!((status, inner(&answer)), (400, "An error has occurred".to_owned()));
    assert_eq!(values(&rig.get(&format!("{path}/assignments")).1).len(), 0);
}

#[test]
fn set_priority_renumbers_the_others_and_so_does_a_deletion() {
    let mut rig = Rig::new();
    let pages: Vec<String> = ["a", "b", "c"].iter().map(|name| page(&mut rig, name)).collect();
    let order = |rig: &mut Rig| -> Vec<i64> {
        pages.iter().map(|page| rig.get(&format!("{PAGES}/{page}")).1["priority"].as_i64().unwrap_or(0)).collect()
    };
    assert_eq!(order(&mut rig), [1, 2, 3]);
    assert_eq!(rig.post(&format!("{PAGES}/{}/setPriority", pages[2]), &json!({"priority": 1})), (204, Value::Null));
    assert_eq!(order(&mut rig), [2, 3, 1]);
    assert_eq!(rig.post(&format!("{PAGES}/{}/setPriority", pages[2]), &json!({"priority": 4})).0, 400);
    assert_eq!(rig.post(&format!("{PAGES}/{}/setPriority", pages[2]), &json!({"priority": "1"})).0, 400);
    assert_eq!(rig.delete(&format!("{PAGES}/{}", pages[0])).0, 204);
    assert_eq!(order(&mut rig), [0, 2, 1]);
}

#[test]
fn no_tenant_holds_more_than_51_pages() {
    let mut rig = Rig::new();
    for n in 0..50 {
        page(&mut rig, &format!("p{n}"));
    }
    assert_eq!(rig.post(PAGES, &body(&json!({}))).0, 400);
}
