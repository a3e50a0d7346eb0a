//! Device preparation policies: three templates, whose ids are read from them, and an order.

use autopilot::emulator::Fault;
use serde_json::json;

use super::{facets::target, *};

const ORDER: &str = "autopilot_device_preparation_policy_order";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
const TEMPLATES: &str = "/beta/deviceManagement/configurationPolicyTemplates";

async fn group(world: &World) -> State {
    world.made(GROUP, [("display_name", "Prepared".into()), ("provisioning_client_owner", true.into())]).await
}

async fn definitions(world: &World, policy: &State) -> Vec<String> {
    let settings = world.list(&format!("{POLICIES}/{}/settings", id(policy))).await;
    let name = |setting: &Json| setting["settingInstance"]["settingDefinitionId"].as_str().map(str::to_owned);
    let prefix = "enrollment_autopilot_dpp_";
    settings.iter().filter_map(name).map(|name| name.trim_start_matches(prefix).to_owned()).collect()
}

fn templates_read(world: &World) -> u64 {
    let requests = world.emulator.requests().into_iter();
    requests.filter(|request| request.path.starts_with(TEMPLATES)).map(|request| request.count).sum()
}

#[tokio::test]
async fn what_a_kind_of_deployment_lacks_is_refused_with_the_reason() {
    let world = World::new().await;
    let group = group(&world).await;
    let told = async |set: &[(&str, Value)]| {
        let mut config = world.config(POLICY, [("display_name", "P".into())]);
        set.iter().for_each(|(name, value)| config.insert(name, value.clone()));
        let told = engine::validate(world.resource(POLICY), &config, true).0;
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>()
    };
    let automatic = || ("deployment", Value::from("automatic"));
    let assigned = Value::set(vec![target(&[("group_id", id(&group).into())])]);
    for name in ["account_type", "custom_error_message"] {
        let value = if name == "account_type" { "standard" } else { "Call us." };
        assert_eq!(
            told(&[automatic(), (name, value.into())]).await,
            [format!(
                "Attribute {name} cannot be set where `deployment` is \"automatic\": an automatic deployment has apps and \
                 scripts only, and no user."
            )]
        );
    }
    assert_eq!(
        told(&[automatic(), ("assignments", assigned)]).await,
        [
            "Attribute assignments must be empty where `deployment` is \"automatic\": such a deployment has no user whose group \
          could be assigned. A provisioning policy of Windows 365 names the policy."
        ]
    );
    assert_eq!(
        told(&[("device_group_id", id(&group).into()), ("locale", "de-DE".into())]).await,
        [
            "Attribute locale cannot be set where `deployment` is \"user_driven\": only devices that are associated with the tenant \
          are given it before they enrol."
        ]
    );
    assert_eq!(
        told(&[("deployment", "associated".into())]).await,
        [
            "Attribute device_group_id must be set where `deployment` is \"associated\": devices join it when they enrol."
        ]
    );
    assert_eq!(told(&[automatic()]).await, [""; 0]);
    assert_eq!(told(&[("deployment", Value::Unknown), ("locale", "de-DE".into())]).await, [""; 0]);
}

#[tokio::test]
async fn the_language_of_an_associated_device_is_one_that_there_is() {
    let world = World::new().await;
    let group = group(&world).await;
    let told = async |locale: &str| {
        let set = [
            ("display_name", "P".into()),
            ("deployment", "associated".into()),
            ("device_group_id", id(&group).into()),
            ("locale", locale.into()),
        ];
        world.told(POLICY, &world.config(POLICY, set), &State::default()).await
    };
    assert_eq!(told("de-DE").await, []);
    let klingon = told("klingon").await;
    let [klingon] = &klingon[..] else { panic!("{klingon:?}") };
    assert_eq!(klingon.severity, Severity::Error);
    let begin = "Attribute locale must be a language and region such as \"en-US\"";
    assert!(klingon.detail.starts_with(begin) && klingon.detail.contains("got: \"klingon\""), "{klingon:?}");
    let unknown = told("tlh").await;
    assert_eq!(
        (unknown.len(), unknown[0].severity, unknown[0].summary.as_str()),
        (1, Severity::Warning, "Unknown Language")
    );
}

#[tokio::test]
async fn the_name_of_an_associated_device_has_at_most_15_characters() {
    let world = World::new().await;
    let group = group(&world).await;
    let set = [
        ("display_name", "P".into()),
        ("deployment", "associated".into()),
        ("device_group_id", id(&group).into()),
        ("device_name_template", "LAPTOP-%RAND:12%".into()),
    ];
    let told = world.plan(POLICY, &world.config(POLICY, set), &State::default()).await.diagnostics;
    let [told] = told.0.as_slice() else { panic!("{told:?}") };
    assert!(told.detail.starts_with("Attribute device_name_template cannot be \"LAPTOP-%RAND:12%\"."), "{told:?}");
}

#[tokio::test]
async fn an_automatic_deployment_has_apps_and_scripts_only_and_perhaps_a_group() {
    let world = World::new().await;
    let name = "autopilot_platform_script";
    let script = world
        .made(name, [("display_name", "s".into()), ("file_name", "s.ps1".into()), ("content", "exit 0".into())])
        .await;
    let group = group(&world).await;
    let config = |group: Value| {
        let scripts = Value::set(vec![id(&script).into()]);
        let set = [("display_name", "Cloud PCs".into()), ("deployment", "automatic".into()), ("script_ids", scripts)];
        let mut config = world.config(POLICY, set);
        config.insert("device_group_id", group);
        config
    };
    let mut state = State::default();
    for group in [Value::Null, id(&group).into(), Value::Null] {
        state = world.apply(POLICY, &config(group.clone()), &state).await.quietly();
        world.assert_no_change(POLICY, &config(group.clone()), &state).await;
        let imported = world.import(POLICY, id(&state)).await;
        assert_eq!(imported.value.get("device_group_id"), &group);
        world.assert_no_change(POLICY, &config(group), &imported).await;
    }
    assert_eq!(definitions(&world, &state).await, ["allowedscriptids"]);
    for name in ["account_type", "timeout_minutes", "allow_skip", "locale", "policy_ids"] {
        assert_eq!(state.value.get(name), &Value::Null, "{name}");
    }
}

/// Microsoft may add settings or give them other ids: one request a run tells.
#[tokio::test]
async fn the_ids_of_settings_are_read_from_each_template_once() {
    let world = World::new().await;
    let group = group(&world).await;
    let config = |name: &str, deployment: &str| {
        let set = [("display_name", name.into()), ("deployment", deployment.into())];
        let mut config = world.config(POLICY, set);
        config.insert("device_group_id", id(&group).into());
        config
    };
    world.emulator.forget_requests();
    for (number, deployment) in ["user_driven", "associated", "user_driven", "associated"].iter().enumerate() {
        world.apply(POLICY, &config(&number.to_string(), deployment), &State::default()).await.quietly();
    }
    assert_eq!(templates_read(&world), 2);
    let config = config("More", "associated");
    let world = world.again();
    world.apply(POLICY, &config, &State::default()).await.quietly();
    assert_eq!(templates_read(&world), 3, "another process reads it again");
}

#[tokio::test]
async fn where_a_template_cannot_be_read_the_known_ids_are_taken() {
    let world = World::new().await;
    let group = group(&world).await;
    let refused: Fault =
        serde_json::from_value(json!({"path": format!("{TEMPLATES}*"), "status": 403, "times": 0})).expect("a fault");
    world.emulator.fail(vec![refused]);
    let config = |deployment: &str| {
        let set = [("display_name", deployment.into()), ("deployment", deployment.into())];
        let mut config = world.config(POLICY, set);
        config.insert("device_group_id", id(&group).into());
        config
    };
    for deployment in ["user_driven", "automatic"] {
        let state = world.apply(POLICY, &config(deployment), &State::default()).await.quietly();
        world.assert_no_change(POLICY, &config(deployment), &state).await;
    }
    let applied = world.apply(POLICY, &config("associated"), &State::default()).await;
    let told = applied.told(Severity::Error);
    assert!(
        told[0].starts_with(
            "The settings of the template for associated devices are known by the template alone, and it could not be read: "
        ),
        "{told:?}"
    );
    assert!(applied.state.value.is_null());
}

/// PUT replaces all settings of a policy.
#[tokio::test]
async fn an_update_keeps_the_settings_that_no_attribute_holds() {
    let world = World::new().await;
    let group = group(&world).await;
    let config = |minutes: i64| {
        let set = [
            ("display_name", "P".into()),
            ("deployment", "associated".into()),
            ("device_group_id", id(&group).into()),
            ("timeout_minutes", minutes.into()),
        ];
        world.config(POLICY, set)
    };
    let state = world.apply(POLICY, &config(60), &State::default()).await.quietly();
    let template = "70d256b3-6120-4f88-9e00-0972ec64fc83_1";
    let all = world.list(&format!("{TEMPLATES}/{template}/settingTemplates")).await;
    let definition = "enrollment_autopilot_dpp_enablecue";
    let of = |it: &&Json| it["settingInstanceTemplate"]["settingDefinitionId"] == definition;
    let instance = &all.iter().find(of).expect("it is one of the template")["settingInstanceTemplate"];
    let foreign = json!({
        "@odata.type": "#microsoft.graph.deviceManagementConfigurationSetting",
        "settingInstance": {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
            "settingDefinitionId": definition,
            "settingInstanceTemplateReference": {"settingInstanceTemplateId": instance["settingInstanceTemplateId"]},
            "choiceSettingValue": {
                "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingValue",
                "value": format!("{definition}_1"),
                "children": [],
                "settingValueTemplateReference": {
                    "settingValueTemplateId": instance["choiceSettingValueTemplate"]["settingValueTemplateId"],
                },
            },
        },
    });
    let path = format!("{POLICIES}/{}", id(&state));
    let mut settings = world.list(&format!("{path}/settings")).await;
    settings.iter_mut().filter_map(Json::as_object_mut).for_each(|setting| drop(setting.remove("id")));
    settings.push(foreign);
    let body = json!({
        "name": "P", "platforms": "windows10", "technologies": "enrollment",
        "templateReference": {"templateId": template}, "settings": settings,
    });
    world.graph.put(&path, &body).await.expect("it is replaced");
    let state = world.refresh(POLICY, &state).await;
    let state = world.apply(POLICY, &config(90), &state).await.quietly();
    assert!(definitions(&world, &state).await.contains(&"enablecue".to_owned()));
    world.assert_no_change(POLICY, &config(90), &state).await;
}

#[tokio::test]
async fn a_state_of_before_there_were_kinds_of_deployment_is_of_a_user_driven_one() {
    let world = World::new().await;
    let json = json!({"id": "1", "display_name": "P", "device_group_id": "g", "account_type": "standard"});
    let state = engine::upgrade(world.resource(POLICY), 0, json.to_string().as_bytes()).expect("it is readable");
    assert_eq!(state.get("deployment"), &"user_driven".into());
    assert_eq!(state.get("account_type"), &"standard".into());
}

/// A list without `$select` gives no priorities.
#[tokio::test]
async fn policies_are_put_in_order_one_by_one() {
    let world = World::new().await;
    let group = group(&world).await;
    let mut made = Vec::new();
    for name in ["a", "b", "c"] {
        made.push(world.made(POLICY, [("display_name", name.into()), ("device_group_id", id(&group).into())]).await);
    }
    let ids = |order: [usize; 2]| Value::List(order.map(|at| id(&made[at]).into()).into());
    world.emulator.forget_requests();
    let state = world.made(ORDER, [("policy_ids", ids([2, 0]))]).await;
    assert_eq!(world.writes(), BTreeMap::from([(format!("POST {POLICIES}/{{id}}/reorder"), 1)]));
    world.assert_no_change(ORDER, &world.config(ORDER, [("policy_ids", ids([2, 0]))]), &state).await;
    let first = world.graph.get(&format!("{POLICIES}/{}", id(&made[2]))).await.expect("it is there");
    assert_eq!(first["priorityMetaData"], json!({"priority": 1}));
}
