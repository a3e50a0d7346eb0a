//! Facets: what is read and written beside the object.

use super::*;

pub(super) fn target(set: &[(&str, Value)]) -> Value {
    let names = ["group_id", "all_devices", "all_users", "excluded", "filter_id", "filter_mode", "intent"];
    let mut target = Value::Map(names.map(|name| (name.to_owned(), Value::Null)).into_iter().collect());
    set.iter().for_each(|(name, value)| target.insert(name, value.clone()));
    target
}

/// A colleague's assignment, made between plan and apply, is not removed unseen: the next plan shows it.
#[tokio::test]
async fn h15_assignments_are_written_only_where_the_plan_changes_them() {
    let world = World::new().await;
    let [ours, theirs] = [
        world.made(GROUP, [("display_name", "Ours".into())]).await,
        world.made(GROUP, [("display_name", "Theirs".into())]).await,
    ];
    let assigned = Value::set(vec![target(&[("group_id", id(&ours).into())])]);
    let config = |description: &str| {
        world.config(
            PAGE,
            [("display_name", "Page".into()), ("description", description.into()), ("assignments", assigned.clone())],
        )
    };
    let state = world.apply(PAGE, &config("a"), &State::default()).await.quietly();
    let group = |state: &State| serde_json::json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": id(state)}});
    let path = format!("/beta/deviceManagement/deviceEnrollmentConfigurations/{}", id(&state));
    let both = serde_json::json!({"enrollmentConfigurationAssignments": [group(&ours), group(&theirs)]});
    world.graph.action(&format!("{path}/assign"), &both).await.expect("it is assigned");
    let state = world.apply(PAGE, &config("b"), &state).await.quietly();
    assert_eq!(world.list(&format!("{path}/assignments")).await.len(), 2, "nothing was removed unseen");
    let drifted = world.refresh(PAGE, &state).await;
    assert_eq!(drifted.value.get("assignments").elements().len(), 2);
    world.apply(PAGE, &config("b"), &drifted).await.quietly();
    assert_eq!(world.list(&format!("{path}/assignments")).await.len(), 1);
}

/// The same where the plan changes other targets of the set.
#[tokio::test]
async fn h15_a_colleagues_assignment_stays_where_the_plan_changes_others() {
    for (name, path, parameter) in [
        (PAGE, "/beta/deviceManagement/deviceEnrollmentConfigurations", Some("enrollmentConfigurationAssignments")),
        ("autopilot_deployment_profile", "/beta/deviceManagement/windowsAutopilotDeploymentProfiles", None),
    ] {
        let world = World::new().await;
        let mut groups = Vec::new();
        for group in ["First", "Second", "Theirs"] {
            groups.push(id(&world.made(GROUP, [("display_name", group.into())]).await).to_owned());
        }
        let config = |group: &String| {
            let assigned = Value::set(vec![target(&[("group_id", group.as_str().into())])]);
            world.config(name, [("display_name", "Sales".into()), ("assignments", assigned)])
        };
        let state = world.apply(name, &config(&groups[0]), &State::default()).await.quietly();
        let object = format!("{path}/{}", id(&state));
        let assignment = |group: &String| serde_json::json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}});
        match parameter {
            Some(parameter) => {
                let both = serde_json::json!({parameter: [assignment(&groups[0]), assignment(&groups[2])]});
                world.graph.action(&format!("{object}/assign"), &both).await.expect("it is assigned");
            }
            None => {
                drop(world.graph.post(&format!("{object}/assignments"), &assignment(&groups[2])).await.expect("it is"))
            }
        }
        world.apply(name, &config(&groups[1]), &state).await.quietly();
        let there = world.list(&format!("{object}/assignments")).await;
        let mut there: Vec<_> =
            there.iter().map(|json| json["target"]["groupId"].as_str().unwrap_or_default()).collect();
        let mut expected = [groups[1].as_str(), groups[2].as_str()];
        there.sort_unstable();
        expected.sort_unstable();
        assert_eq!(there, expected, "{name}");
    }
}

/// Intune refuses a group that is included and excluded at once, be it for a moment.
#[tokio::test]
async fn h12_a_group_turns_from_included_to_excluded_and_back() {
    let world = World::new().await;
    let name = "autopilot_deployment_profile";
    let group = world.made(GROUP, [("display_name", "Sales".into())]).await;
    let other = world.made(GROUP, [("display_name", "Lab".into())]).await;
    let config = |excluded: bool| {
        let turning = target(&[("group_id", id(&group).into()), ("excluded", excluded.into())]);
        let staying = target(&[("group_id", id(&other).into())]);
        world.config(name, [("display_name", "Turning".into()), ("assignments", Value::set(vec![turning, staying]))])
    };
    let mut state = State::default();
    for excluded in [false, true, false] {
        state = world.apply(name, &config(excluded), &state).await.quietly();
        world.assert_no_change(name, &config(excluded), &state).await;
    }
}

#[tokio::test]
async fn the_intune_provisioning_client_owns_a_group_by_one_switch() {
    let world = World::new().await;
    let config =
        |owned: Value| world.config(GROUP, [("display_name", "Prepared".into()), ("provisioning_client_owner", owned)]);
    let state = world.apply(GROUP, &config(true.into()), &State::default()).await.quietly();
    world.assert_no_change(GROUP, &config(true.into()), &state).await;
    let owners = format!("/beta/groups/{}/owners", id(&state));
    assert_eq!(world.list(&owners).await[0]["appId"], "f1346770-5b25-470b-88bd-d5744ab7952c");
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("provisioning_client_owner"), &true.into());
    let state = world.apply(GROUP, &config(false.into()), &state).await.quietly();
    assert_eq!(world.list(&owners).await.len(), 0);
    world.assert_no_change(GROUP, &config(false.into()), &state).await;
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("provisioning_client_owner"), &Value::Null);
    let read = world.look_up(GROUP, [("id", id(&state).into())]).await;
    assert_eq!(read.state.get("provisioning_client_owner"), &false.into(), "{:?}", read.diagnostics);
}

/// `setEnrollmentTimeDeviceMembershipTarget` answers 200 also where it refuses.
#[tokio::test]
async fn a_device_group_that_will_not_do_is_told() {
    let world = World::new().await;
    let dynamic = "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))";
    let group = world.made(GROUP, [("display_name", "Dynamic".into()), ("membership_rule", dynamic.into())]).await;
    let name = "autopilot_device_preparation_policy";
    let config = world.config(name, [("display_name", "Sales".into()), ("device_group_id", id(&group).into())]);
    let applied = world.apply(name, &config, &State::default()).await;
    assert!(applied.told(Severity::Error)[0].contains("(notStaticSecurityGroup)"), "{:?}", applied.told);
    assert_eq!(applied.told[0].path.as_ref().map(ToString::to_string).as_deref(), Some("device_group_id"));
    assert!(applied.state.value.is_null(), "nothing is tainted");
    assert_eq!(world.list("/beta/deviceManagement/configurationPolicies").await.len(), 0, "nothing is left");
}

/// An app cannot be assigned before it is published, which takes a while.
#[tokio::test]
async fn an_app_is_assigned_once_it_is_published() {
    let world = World::new().await;
    let everyone = target(&[("all_users", true.into()), ("intent", "available".into())]);
    let name = "autopilot_winget_app";
    let config = world.config(
        name,
        [
            ("display_name", "Company Portal".into()),
            ("package_identifier", "9WZDNCRFJ3PZ".into()),
            ("assignments", Value::set(vec![everyone])),
        ],
    );
    let state = world.apply(name, &config, &State::default()).await.quietly();
    world.assert_no_change(name, &config, &state).await;
}

/// Graph holds scripts in base64, and a list of them answers none.
#[tokio::test]
async fn a_script_is_text_here_and_base64_on_graph() {
    let world = World::new().await;
    let name = "autopilot_platform_script";
    let text = "Write-Output 'Grüße'\r\n";
    let state =
        world.made(name, [("display_name", "s".into()), ("file_name", "s.ps1".into()), ("content", text.into())]).await;
    let path = format!("/beta/deviceManagement/deviceManagementScripts/{}", id(&state));
    let there = world.graph.get(&path).await.expect("it is there");
    assert_eq!(there["scriptContent"], "V3JpdGUtT3V0cHV0ICdHcsO8w59lJw0K");
    assert_eq!(world.import(name, "display_name=S").await.value.get("content"), &text.into());
}
