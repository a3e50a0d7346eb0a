//! One target of a policy or an app, beside those of others.

use autopilot::emulator::Fault;
use serde_json::json;

use super::*;

const ASSIGNMENT: &str = "autopilot_assignment";
const APP_ASSIGNMENT: &str = "autopilot_app_assignment";
const APP: &str = "autopilot_winget_app";
const SCRIPT: &str = "autopilot_platform_script";

async fn groups<const N: usize>(world: &World, names: [&str; N]) -> [String; N] {
    let mut groups = Vec::new();
    for name in names {
        groups.push(id(&world.made(GROUP, [("display_name", name.into())]).await).to_owned());
    }
    groups.try_into().expect("as many")
}

/// The groups that an object is assigned to, in order.
async fn assigned(world: &World, object: &str) -> Vec<String> {
    let there = world.list(&format!("{object}/assignments")).await;
    let mut there: Vec<_> = there.iter().filter_map(|it| it["target"]["groupId"].as_str().map(str::to_owned)).collect();
    there.sort();
    there
}

fn sorted<const N: usize>(mut groups: [&String; N]) -> Vec<String> {
    groups.sort();
    groups.map(Clone::clone).into()
}

fn to_group(group: &str) -> Json {
    json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}})
}

async fn page(world: &World) -> (State, String) {
    let page = world.made(PAGE, [("display_name", "Shared".into())]).await;
    let object = format!("{PAGES}/{}", id(&page));
    (page, object)
}

#[tokio::test]
async fn a_target_comes_changes_and_goes_and_those_of_others_stay() {
    let world = World::new().await;
    let [ours, theirs] = groups(&world, ["Ours", "Theirs"]).await;
    let script = [("display_name", "s".into()), ("file_name", "s.ps1".into()), ("content", "exit 0".into())];
    let cases = [
        (PAGE, PAGES, "enrollment_status_page_id", Some("enrollmentConfigurationAssignments")),
        (PROFILE, PROFILES, "deployment_profile_id", None),
        (
            SCRIPT,
            "/beta/deviceManagement/deviceManagementScripts",
            "platform_script_id",
            Some("deviceManagementScriptAssignments"),
        ),
    ];
    for (name, collection, attribute, parameter) in cases {
        let policy = match name {
            SCRIPT => world.made(name, script.clone()).await,
            _ => world.made(name, [("display_name", "Shared".into())]).await,
        };
        let object = format!("{collection}/{}", id(&policy));
        match parameter {
            Some(parameter) => {
                let body = json!({parameter: [to_group(&theirs)]});
                world.graph.action(&format!("{object}/assign"), &body).await.expect("it is assigned");
            }
            None => drop(world.graph.post(&format!("{object}/assignments"), &to_group(&theirs)).await.expect("it is")),
        }
        let config = |excluded: bool| {
            let mut config = world.config(ASSIGNMENT, [("group_id", ours.as_str().into())]);
            config.insert(attribute, id(&policy).into());
            config.insert("excluded", if excluded { true.into() } else { Value::Null });
            config
        };
        let mut state = world.apply(ASSIGNMENT, &config(false), &State::default()).await.quietly();
        assert_eq!(assigned(&world, &object).await, sorted([&ours, &theirs]), "{name}");
        if name != PAGE {
            state = world.apply(ASSIGNMENT, &config(true), &state).await.quietly();
            world.assert_no_change(ASSIGNMENT, &config(true), &state).await;
        }
        world.destroy(ASSIGNMENT, &state).await.quietly();
        assert_eq!(assigned(&world, &object).await, [theirs.as_str()], "{name}");
        world.destroy(name, &policy).await.quietly();
        // The whole policy may go first.
        world.destroy(ASSIGNMENT, &state).await.quietly();
    }
}

#[tokio::test]
async fn a_target_that_somebody_else_assigned_is_not_taken_over() {
    let world = World::new().await;
    let [group] = groups(&world, ["Theirs"]).await;
    let (page, object) = page(&world).await;
    let body = json!({"enrollmentConfigurationAssignments": [to_group(&group)]});
    world.graph.action(&format!("{object}/assign"), &body).await.expect("it is assigned");
    let set = [("enrollment_status_page_id", id(&page).into()), ("group_id", group.as_str().into())];
    let applied = world.apply(ASSIGNMENT, &world.config(ASSIGNMENT, set.clone()), &State::default()).await;
    let name = format!("enrollment_status_page/{}/{group}", id(&page));
    assert_eq!(
        applied.told(Severity::Error),
        [format!(
            "It is assigned to {group} already, by somebody else or by another resource. Import it as `{name}` to manage it."
        )]
    );
    assert!(applied.state.value.is_null());
    assert_eq!(assigned(&world, &object).await, [group]);
    let imported = world.import(ASSIGNMENT, &name).await;
    world.assert_no_change(ASSIGNMENT, &world.config(ASSIGNMENT, set), &imported).await;
}

/// `/assign` replaces the whole set, so twenty at once would lose most of them.
#[tokio::test]
async fn targets_of_one_policy_that_come_at_once_all_stay() {
    let world = World::new().await;
    let (page, object) = page(&world).await;
    let mut groups = Vec::new();
    for number in 0..8 {
        groups.push(id(&world.made(GROUP, [("display_name", format!("G{number}").into())]).await).to_owned());
    }
    let config = |group: &String| {
        let set = [("enrollment_status_page_id", id(&page).into()), ("group_id", group.as_str().into())];
        world.config(ASSIGNMENT, set)
    };
    let configs: Vec<_> = groups.iter().map(config).collect();
    let nothing = State::default();
    let all = configs.iter().map(|config| world.apply(ASSIGNMENT, config, &nothing));
    let states: Vec<_> = futures_util::future::join_all(all).await.into_iter().map(Applied::quietly).collect();
    groups.sort();
    assert_eq!(assigned(&world, &object).await, groups);
    futures_util::future::join_all(states.iter().map(|state| world.destroy(ASSIGNMENT, state))).await;
    assert_eq!(assigned(&world, &object).await, [""; 0]);
}

#[tokio::test]
async fn a_create_that_fails_leaves_nothing_and_one_whose_answer_is_lost_is_whole() {
    let world = World::new().await;
    let [group] = groups(&world, ["G"]).await;
    let (page, object) = page(&world).await;
    let set = [("enrollment_status_page_id", id(&page).into()), ("group_id", group.as_str().into())];
    let config = world.config(ASSIGNMENT, set);
    let fault = |fault: Json| {
        let mut fault = fault;
        fault["path"] = format!("{object}/assign").into();
        world.emulator.fail(vec![serde_json::from_value::<Fault>(fault).expect("a fault")]);
    };
    fault(json!({"status": 403}));
    let refused = world.apply(ASSIGNMENT, &config, &State::default()).await;
    assert!(
        refused.told(Severity::Error)[0].contains("DeviceManagementConfiguration.ReadWrite.All"),
        "{:?}",
        refused.told
    );
    assert!(refused.state.value.is_null());
    assert_eq!(assigned(&world, &object).await, [""; 0]);
    for lost in [json!({"lose_answer": true}), json!({"status": 503})] {
        fault(lost);
        let made = world.apply(ASSIGNMENT, &config, &State::default()).await.quietly();
        world.assert_no_change(ASSIGNMENT, &config, &made).await;
        world.destroy(ASSIGNMENT, &made).await.quietly();
    }
}

#[tokio::test]
async fn what_a_kind_of_policy_lacks_is_refused_of_one_target_too() {
    let world = World::new().await;
    let told = |set: &[(&str, Value)]| {
        let mut config = world.config(ASSIGNMENT, []);
        set.iter().for_each(|(name, value)| config.insert(name, value.clone()));
        let told = engine::validate(world.resource(ASSIGNMENT), &config, true).0;
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>()
    };
    let group = || ("group_id", Value::from("0f8fad5b-d9cb-469f-a165-70867728950e"));
    assert_eq!(
        told(&[("deployment_profile_id", Value::Unknown), ("all_users", true.into())]),
        ["Attribute all_users cannot be set for deployment profiles: a profile reaches devices. Assign it to a group \
          of devices."]
    );
    assert_eq!(
        told(&[("platform_script_id", "1".into()), ("all_devices", true.into()), ("excluded", true.into())]),
        ["Attribute excluded can exclude groups only: leave `excluded` out."]
    );
    assert_eq!(
        told(&[("scope_tag_id", "1".into()), ("platform_script_id", "1".into()), group()]),
        ["Set exactly one of `enrollment_status_page_id`, `deployment_profile_id`, `domain_join_profile_id`, \
          `device_preparation_policy_id`, `platform_script_id`, `scope_tag_id`: `platform_script_id` and `scope_tag_id` are set."]
    );
}

/// An app cannot be assigned before it is published. Settings are of the app's own type, and not every type has some.
#[tokio::test]
async fn an_app_is_assigned_to_one_target_with_settings_of_its_type() {
    let world = World::new().await;
    let [group] = groups(&world, ["G"]).await;
    let set = [("display_name", "App".into()), ("package_identifier", "9WZDNCRFJ3PZ".into())];
    let app = world.made(APP, set).await;
    let config = |app: &State, intent: &str| {
        let set = [
            ("app_id", id(app).into()),
            ("intent", intent.into()),
            ("group_id", group.as_str().into()),
            ("notifications", "hide_all".into()),
        ];
        world.config(APP_ASSIGNMENT, set)
    };
    let state = world.apply(APP_ASSIGNMENT, &config(&app, "required"), &State::default()).await.quietly();
    let state = world.apply(APP_ASSIGNMENT, &config(&app, "uninstall"), &state).await.quietly();
    world.assert_no_change(APP_ASSIGNMENT, &config(&app, "uninstall"), &state).await;
    let there = world.list(&format!("/beta/deviceAppManagement/mobileApps/{}/assignments", id(&app))).await;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["settings"]["@odata.type"], "#microsoft.graph.winGetAppAssignmentSettings");
    assert_eq!(there[0]["settings"]["notifications"], "hideAll");
    let office = world.made("autopilot_microsoft_365_app", [("display_name", "Office".into())]).await;
    let told = world.plan(APP_ASSIGNMENT, &config(&office, "required"), &State::default()).await.diagnostics;
    let told: Vec<_> = told.into_iter().map(|told| told.detail).collect();
    assert_eq!(
        told,
        [
            "Attribute notifications cannot be set for this app: Intune has such settings for apps of the Microsoft Store and Win32 \
          apps, and it is of the type officeSuiteApp."
        ]
    );
}

/// Graph's 400 says nothing.
#[tokio::test]
async fn an_automatic_preparation_policy_is_assigned_to_nobody_and_the_plan_says_so() {
    let world = World::new().await;
    let [group] = groups(&world, ["G"]).await;
    let set = [("display_name", "Kiosks".into()), ("deployment", "automatic".into())];
    let automatic = world.made(POLICY, set).await;
    let config = |policy: &State| {
        let set = [("device_preparation_policy_id", id(policy).into()), ("group_id", group.as_str().into())];
        world.config(ASSIGNMENT, set)
    };
    let told = world.told(ASSIGNMENT, &config(&automatic), &State::default()).await;
    let [told] = &told[..] else { panic!("{told:?}") };
    assert_eq!(
        told.detail,
        "Attribute device_preparation_policy_id names \"Kiosks\", which cannot be assigned: such a deployment has no user whose \
         group could be assigned. A provisioning policy of Windows 365 names the policy."
    );
    assert_eq!(told.path.as_ref().map(ToString::to_string).as_deref(), Some("device_preparation_policy_id"));
}

/// Each apply of the one takes away what the other one assigned.
#[tokio::test]
async fn a_policy_that_is_assigned_in_its_own_resource_and_beside_it_is_told_once() {
    let world = World::new().await;
    let [own, beside] = groups(&world, ["Own", "Beside"]).await;
    let page = |name: &str| {
        let target = facets::target(&[("group_id", own.as_str().into())]);
        world.config(PAGE, [("display_name", name.into()), ("assignments", Value::set(vec![target]))])
    };
    let one = |page: &State| {
        let set = [("enrollment_status_page_id", id(page).into()), ("group_id", beside.as_str().into())];
        world.config(ASSIGNMENT, set)
    };
    let there = "What this names has `assignments` in its own resource, which are all targets that it has: each apply of the one \
                 takes away what the other one assigned. Leave `assignments` out there, or name this target there and remove \
                 this resource.";
    let here = "These are all targets that the enrollment status page has, and another resource of this configuration adds one \
                beside them: each apply of the one takes away what the other one assigned. Leave `assignments` out here, or name \
                that target here and remove the other resource.";
    // Made in one run, the apply tells: there is no id before.
    let made = world.apply(PAGE, &page("P"), &State::default()).await.quietly();
    let (config, unchanged, renamed) = (one(&made), page("P"), page("Q"));
    let added = world.apply(ASSIGNMENT, &config, &State::default()).await;
    assert_eq!(added.told(Severity::Warning), [there]);
    // Whichever is planned last tells, where one of them changes.
    let world = world.again();
    assert_eq!(world.told(PAGE, &renamed, &made).await, []);
    let told = world.told(ASSIGNMENT, &config, &added.state).await;
    assert_eq!((told.len(), told[0].summary.as_str(), told[0].detail.as_str()), (1, "Assigned in Two Places", there));
    let world = world.again();
    assert_eq!(world.told(ASSIGNMENT, &config, &State::default()).await, []);
    let told = world.told(PAGE, &renamed, &made).await;
    assert_eq!((told.len(), told[0].detail.as_str()), (1, here));
    let world = world.again();
    assert_eq!(world.told(ASSIGNMENT, &config, &added.state).await, []);
    assert_eq!(world.told(PAGE, &unchanged, &made).await, [], "a plan that changes nothing tells nothing");
}

/// Each once, and only where the plan changes it.
#[tokio::test]
async fn what_an_app_assignment_says_in_vain_is_a_warning() {
    let world = World::new().await;
    let [group] = groups(&world, ["G"]).await;
    let set = [("display_name", "App".into()), ("package_identifier", "9WZDNCRFJ3PZ".into())];
    let app = world.made(APP, set).await;
    let config = |set: &[(&str, Value)]| {
        let mut config = world.config(APP_ASSIGNMENT, [("app_id", id(&app).into())]);
        set.iter().for_each(|(name, value)| config.insert(name, value.clone()));
        config
    };
    let to_group = || ("group_id", Value::from(group.as_str()));
    let past = || ("deadline", Value::from("2020-01-31T18:00:00Z"));
    type Row<'a> = (&'a [(&'a str, Value)], &'a str, &'a str, &'a str);
    let rows: [Row<'_>; 4] = [
        (
            &[("intent", "required".into()), to_group(), past()],
            "Deadline Has Passed",
            "deadline",
            "The deadline 2020-01-31T18:00:00Z has passed, so the app is installed as soon as a device asks for it.",
        ),
        (
            &[("intent", "available".into()), to_group(), ("deadline", "2099-01-31T18:00:00Z".into())],
            "Deadline without a Duty",
            "deadline",
            "What is available is installed when a user asks for it, so a deadline says nothing. Leave it out, or make the app \
             required.",
        ),
        (
            &[("intent", "required".into()), to_group(), ("excluded", true.into()), past()],
            "Settings without an Installation",
            "deadline",
            "The group is left out, so nothing is installed for it: `deadline` says nothing. Leave it out.",
        ),
        (
            &[("intent", "available".into()), ("all_devices", true.into())],
            "Available to Nobody",
            "intent",
            "What is available is offered to users, in the Company Portal, and this is for all devices: for most types of apps \
             nobody is offered it. Assign it to all users or to a group of users, or make it required.",
        ),
    ];
    for (set, summary, path, detail) in rows {
        let told = world.told(APP_ASSIGNMENT, &config(set), &State::default()).await;
        let [told] = &told[..] else { panic!("{summary}: {told:?}") };
        assert_eq!((told.severity, told.summary.as_str(), told.detail.as_str()), (Severity::Warning, summary, detail));
        assert_eq!(told.path.as_ref().map(ToString::to_string).as_deref(), Some(path));
    }
    let old = config(&[("intent", "required".into()), to_group(), past()]);
    let state = world.apply(APP_ASSIGNMENT, &old, &State::default()).await.state;
    let other = config(&[("intent", "required".into()), to_group(), past(), ("notifications", "hide_all".into())]);
    assert_eq!(world.told(APP_ASSIGNMENT, &other, &state).await, [], "the deadline is as it was");
}

#[tokio::test]
async fn an_app_that_is_available_to_all_devices_is_warned_of_in_its_own_assignments_too() {
    let world = World::new().await;
    let target = facets::target(&[("all_devices", true.into()), ("intent", "available".into())]);
    let set = [
        ("display_name", "App".into()),
        ("package_identifier", "9WZDNCRFJ3PZ".into()),
        ("assignments", Value::set(vec![target])),
    ];
    let told = world.told(APP, &world.config(APP, set), &State::default()).await;
    let [told] = &told[..] else { panic!("{told:?}") };
    assert_eq!((told.severity, told.summary.as_str()), (Severity::Warning, "Available to Nobody"));
}

#[tokio::test]
async fn what_says_nothing_of_an_installation_is_refused() {
    let world = World::new().await;
    let told = |set: &[(&str, Value)]| {
        let mut config = world.config(APP_ASSIGNMENT, [("intent", "required".into()), ("all_users", true.into())]);
        config.insert("app_id", "0f8fad5b-d9cb-469f-a165-70867728950e".into());
        set.iter().for_each(|(name, value)| config.insert(name, value.clone()));
        let told = engine::validate(world.resource(APP_ASSIGNMENT), &config, true).0;
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&[("restart_countdown_minutes", 5.into())]),
        ["Attribute restart_countdown_minutes says nothing without `restart_grace_period_minutes`: set that too."]
    );
    assert_eq!(
        told(&[("restart_countdown_minutes", 30.into()), ("restart_grace_period_minutes", 20.into())]),
        [
            "Attribute restart_countdown_minutes cannot be longer than `restart_grace_period_minutes`, which is 20, got: 30."
        ]
    );
    assert_eq!(
        told(&[("deadline", "tomorrow".into())]),
        ["Attribute deadline must be a time in RFC 3339 form such as \"2027-01-31T18:00:00Z\", got: \"tomorrow\"."]
    );
}
