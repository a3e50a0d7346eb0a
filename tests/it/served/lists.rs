//! `terraform query`: what the lists find that others made, and what is of no kind of ours.

use super::*;

/// Objects that somebody else made, and things beside them that are of no kind of ours.
async fn furnished() -> World {
    let world = World::new().await;
    let sales = world.group("Sales laptops").await;
    let rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))";
    let dynamic = json!({
        "displayName": "All Autopilot devices", "description": "Made by hand.", "mailEnabled": false, "mailNickname": "all",
        "securityEnabled": true, "groupTypes": ["DynamicMembership"], "membershipRule": rule,
        "membershipRuleProcessingState": "Paused",
    });
    world.make(GROUPS, dynamic).await;
    let with_mail = json!({
        "displayName": "Sales", "mailEnabled": true, "mailNickname": "sales", "securityEnabled": true, "groupTypes": ["Unified"],
    });
    world.make(GROUPS, with_mail).await;

    let page = json!({
        "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "Kiosks",
        "installProgressTimeoutInMinutes": 90, "customErrorMessage": "Call us.", "showInstallationProgress": true,
    });
    let page = world.make(PAGES, page).await;
    let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": sales});
    let assignments = json!({"enrollmentConfigurationAssignments": [{"target": target}]});
    world.graph.action(&format!("{PAGES}/{page}/assign"), &assignments).await.expect("it is assigned");

    let setting = |usage: &str| json!({"deviceUsageType": usage, "userType": "administrator", "eulaHidden": true});
    let entra = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
    let profile = json!({
        "@odata.type": entra, "displayName": "Shared", "locale": "de-DE", "deviceNameTemplate": "K-%SERIAL%",
        "outOfBoxExperienceSetting": setting("shared"),
    });
    let profile = world.make(PROFILES, profile).await;
    world.make(&format!("{PROFILES}/{profile}/assignments"), json!({"target": target})).await;
    let hybrid = "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile";
    let hybrid = json!({
        "@odata.type": hybrid, "displayName": "Hybrid", "hybridAzureADJoinSkipConnectivityCheck": true,
        "outOfBoxExperienceSetting": setting("singleUser"),
    });
    world.make(PROFILES, hybrid).await;
    world
}

fn kinds(world: &World) -> Vec<String> {
    // This world is an application's: what Graph tells to people only is listed by the trials of the registry.
    let listed = world.registry.all_resources().filter(|it| it.list.is_some() && !it.spec.delegated_only);
    listed.map(|it| it.type_name.clone()).collect()
}

#[tokio::test]
async fn what_is_listed_is_what_can_be_managed() {
    let world = furnished().await;
    let mut all = Vec::new();
    for kind in ["autopilot_deployment_profile", "autopilot_enrollment_status_page", "autopilot_group"] {
        for event in world.list(kind, &[], 100, false).await {
            assert_eq!((told(&event.diagnostic), &event.resource_object), (vec![], &None));
            let identity = world.identity(kind, event.identity);
            assert_eq!(identity.get("tenant_id"), &world.emulator.tenant_id().into());
            assert!(identity.get("id").as_str().is_some_and(|id| !id.is_empty()));
            all.push(format!("{kind}: {}", event.display_name));
        }
    }
    all.sort();
    let expected = [
        "autopilot_deployment_profile: Hybrid",
        "autopilot_deployment_profile: Shared",
        "autopilot_enrollment_status_page: Kiosks",
        "autopilot_group: All Autopilot devices",
        "autopilot_group: Sales laptops",
    ];
    assert_eq!(all, expected, "no default page, and no group with mail");
}

/// What others made becomes a configuration that is valid and changes nothing.
#[tokio::test]
async fn every_generated_configuration_is_valid_and_plans_no_change() {
    let world = furnished().await;
    let mut generated_for = 0;
    for kind in kinds(&world) {
        let ty = world.ty(&kind);
        for event in world.list(&kind, &[], 100, true).await {
            generated_for += 1;
            let state = world.state(&kind, event.resource_object);
            let request =
                proto::generate_resource_config::Request { type_name: kind.clone(), state: encoded(ty, &state) };
            let generated = answer(world.service.generate_resource_config(Request::new(request)).await);
            assert_eq!(told(&generated.diagnostics), Vec::<String>::new(), "{kind}");
            let validate = proto::validate_resource_config::Request {
                type_name: kind.clone(),
                config: generated.config.clone(),
                client_capabilities: None,
            };
            let validated = answer(world.service.validate_resource_config(Request::new(validate)).await);
            assert_eq!(told(&validated.diagnostics), Vec::<String>::new(), "{kind}");

            // Core imports by the identity, refreshes, and plans.
            let imported = world.import(&kind, "", event.identity.clone()).await;
            assert_eq!(told(&imported.diagnostics), Vec::<String>::new(), "{kind}");
            let imported = imported.imported_resources.into_iter().next().expect("there is one");
            assert_eq!(imported.identity, event.identity, "{kind}");
            assert_eq!(world.state(&kind, imported.state.clone()), state, "{kind}");
            let read = proto::read_resource::Request {
                type_name: kind.clone(),
                current_state: imported.state,
                private: imported.private,
                current_identity: imported.identity,
                ..Default::default()
            };
            let read = answer(world.service.read_resource(Request::new(read)).await);
            assert_eq!((told(&read.diagnostics), &read.new_identity), (vec![], &event.identity), "{kind}");
            let plan = proto::plan_resource_change::Request {
                type_name: kind.clone(),
                prior_state: read.new_state.clone(),
                proposed_new_state: generated.config.clone(),
                config: generated.config,
                prior_private: read.private,
                prior_identity: read.new_identity,
                ..Default::default()
            };
            let planned = answer(world.service.plan_resource_change(Request::new(plan)).await);
            assert_eq!((told(&planned.diagnostics), planned.requires_replace), (vec![], vec![]), "{kind}");
            assert_eq!(world.state(&kind, planned.planned_state), world.state(&kind, read.new_state), "{kind}");
            assert_eq!(planned.planned_identity, event.identity, "{kind}");
        }
    }
    assert!(generated_for >= 5, "all that others made is listed");
}

/// A query generates a configuration of each object, and one that is refused would stop the plan of all.
#[tokio::test]
async fn what_no_configuration_can_say_is_left_out_of_a_list_with_a_warning() {
    let world = World::new().await;
    for (name, platform) in [("Phones", "windowsPhone81"), ("Androids", "androidForWork")] {
        let filter = json!({"displayName": name, "platform": platform, "rule": "(device.model -eq \"x\")"});
        world.make("/beta/deviceManagement/assignmentFilters", filter).await;
    }
    let policy = json!({
        "name": "No group", "platforms": "windows10", "technologies": "enrollment", "roleScopeTagIds": ["0"], "settings": [],
        "templateReference": {"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"},
    });
    world.make("/beta/deviceManagement/configurationPolicies", policy).await;
    for (kind, said, left_out) in [
        (
            "autopilot_assignment_filter",
            1,
            "assignment filter \"Phones\" is left out of the list. No configuration can say it as it is: Attribute platform must",
        ),
        (
            "autopilot_device_preparation_policy",
            0,
            "device preparation policy \"No group\" is left out of the list. No configuration can say it as it is: Attribute \
             device_group_id must be set where `deployment` is \"user_driven\"",
        ),
    ] {
        // What is left out is none of those that are wanted.
        for limit in [1, 100] {
            let events = world.list(kind, &[], limit, true).await;
            let (objects, beside): (Vec<_>, Vec<_>) = events.iter().partition(|event| event.identity.is_some());
            assert_eq!(objects.len(), said, "{events:?}");
            let told: Vec<_> = beside.iter().flat_map(|event| told(&event.diagnostic)).collect();
            assert!(told.len() <= 1 && told.iter().all(|told| told.contains(left_out)), "{told:?}");
            assert!(limit == 1 || told.len() == 1 && told[0].starts_with("warning Object Left Out: "), "{told:?}");
        }
        let named = world.list(kind, &[], 100, false).await;
        assert_eq!(named.len(), said + 1, "what tells them apart is there: {named:?}");
    }
}

/// What Graph has no object of is told by the words that bring it in.
#[tokio::test]
async fn devices_are_told_by_their_group_tags_and_rows_as_one() {
    let world = World::new().await;
    let (import, identifiers) = ("autopilot_device_import", "autopilot_corporate_identifiers");
    assert_eq!(world.list(identifiers, &[], 100, true).await, [], "there is none");
    assert_eq!(world.list(import, &[], 100, true).await, [], "there is none");
    let seed = json!({
        "devices": [
            {"serialNumber": "S-", "count": 3, "groupTag": "Sales"}, {"serialNumber": "K", "groupTag": "Kiosk"},
            {"serialNumber": "N"},
        ],
        "objects": [{"path": "/beta/deviceManagement/importedDeviceIdentities", "body": {
            "importedDeviceIdentityType": "manufacturerModelSerial", "importedDeviceIdentifier": "A,B,1",
        }}],
    });
    world.emulator.plant(seed.to_string().as_bytes()).expect("it is planted");
    let found = async |kind: &str, set: &[(&str, Value)]| -> Vec<(String, String)> {
        let told = |event: proto::list_resource::Event| {
            let identity = world.identity(kind, event.identity);
            (event.display_name, identity.get("id").as_str().expect("words").to_owned())
        };
        world.list(kind, set, 100, true).await.into_iter().map(told).collect()
    };
    let of = |name: &str, words: &str| (name.to_owned(), words.to_owned());
    let all = [
        of("Devices without a group tag", "group_tag="),
        of("Kiosk", "group_tag=Kiosk"),
        of("Sales", "group_tag=Sales"),
    ];
    assert_eq!(found(import, &[]).await, all);
    assert_eq!(found(import, &[("group_tag", "Sales".into())]).await, all[2..]);
    assert_eq!(found(import, &[("group_tag", "".into())]).await, all[..1]);
    assert_eq!(found(import, &[("group_tag", "sales".into())]).await, [], "a group tag has a case");
    assert_eq!(found(identifiers, &[]).await, [of("Corporate identifiers", "all")]);
}

#[tokio::test]
async fn a_list_is_narrowed_by_a_name_or_a_part_of_it() {
    let world = furnished().await;
    let names = async |kind: &str, set: &[(&str, Value)]| -> Vec<String> {
        world.list(kind, set, 100, false).await.into_iter().map(|event| event.display_name).collect()
    };
    let (group, profile) = ("autopilot_group", "autopilot_deployment_profile");
    assert_eq!(names(group, &[("display_name", "Sales laptops".into())]).await, ["Sales laptops"]);
    assert_eq!(names(group, &[("display_name", "Sales".into())]).await, Vec::<String>::new(), "that one has mail");
    assert_eq!(names(group, &[("name_contains", "AUTOPILOT".into())]).await, ["All Autopilot devices"]);
    assert_eq!(names(profile, &[("display_name", "Hybrid".into())]).await, ["Hybrid"], "where there is no filter");
    let both = [("display_name", "Hybrid".into()), ("name_contains", "share".into())];
    assert_eq!(names(profile, &both).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_page_is_fetched_that_is_not_wanted() {
    let world = World::new().await;
    for number in 0..250 {
        world.group(&format!("Group {number}")).await;
    }
    for (limit, count, pages) in [(100, 100, 1), (101, 101, 2), (1000, 250, 3)] {
        world.emulator.forget_requests();
        let events = world.list("autopilot_group", &[], limit, false).await;
        assert_eq!((events.len(), world.asked("GET", GROUPS)), (count, pages), "{limit}");
    }
    world.emulator.forget_requests();
    let request = Request::new(world.list_request("autopilot_group", &[], 1000, false));
    let mut events = answer(world.service.list_resource(request).await);
    assert!(events.next().await.is_some());
    drop(events);
    tokio::task::yield_now().await;
    assert_eq!(world.asked("GET", GROUPS), 1, "whoever asked is gone");
}

#[tokio::test]
async fn a_list_that_graph_refuses_says_which_permission_is_missing() {
    let world = furnished().await;
    world.emulator.fail(vec![refusal(GROUPS, 403)]);
    let events = world.list("autopilot_group", &[], 100, false).await;
    let [only] = &events[..] else { panic!("{events:?}") };
    let told = told(&only.diagnostic);
    assert!(told[0].starts_with("error Permission Missing: While listing each group"), "{told:?}");
    assert!(told[0].contains("Group.Read.All"), "{told:?}");
    assert_eq!(only.identity, None);
}

#[tokio::test]
async fn a_stop_ends_a_list() {
    let world = World::new().await;
    world.group("A").await;
    let slow: Fault =
        serde_json::from_value(json!({"path": GROUPS, "delay_seconds": 100_000.0, "times": 0})).expect("it is a fault");
    world.emulator.fail(vec![slow]);
    let request = Request::new(world.list_request("autopilot_group", &[], 100, false));
    let mut events = answer(world.service.list_resource(request).await);
    let stop = async {
        tokio::task::yield_now().await;
        answer(world.service.stop_provider(Request::new(Default::default())).await);
    };
    let (event, ()) = tokio::join!(tokio::time::timeout(SOON, events.next()), stop);
    let event = event.expect("it ends soon").expect("it says why").expect("it is no status");
    assert!(told(&event.diagnostic)[0].starts_with("error Interrupted"), "{event:?}");
}
