//! What a plan of a device preparation policy finds in the tenant.

use serde_json::json;

use super::*;

const DYNAMIC: &str = "(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))";

fn policy<const N: usize>(world: &World, group: &str, set: [(&str, Value); N]) -> Value {
    let mut config = world.config(POLICY, [("display_name", "Sales".into()), ("device_group_id", group.into())]);
    set.into_iter().for_each(|(name, value)| config.insert(name, value));
    config
}

async fn group<const N: usize>(world: &World, set: [(&str, Value); N]) -> String {
    let mut config = world.config(GROUP, [("display_name", "Prepared".into())]);
    set.into_iter().for_each(|(name, value)| config.insert(name, value));
    id(&world.apply(GROUP, &config, &State::default()).await.state).to_owned()
}

async fn told(world: &World, config: &Value, state: &State) -> Vec<String> {
    let told = world.plan(POLICY, config, state).await.diagnostics;
    told.into_iter().map(|told| format!("{:?}: {}", told.severity, told.detail)).collect()
}

async fn assigned(world: &World, kind: &str, (account, name): (&str, &str), to: &str, intent: Option<&str>) -> String {
    let mut target = vec![("group_id", Value::from(to))];
    target.extend(intent.map(|intent| ("intent", intent.into())));
    let assignments = Value::set(vec![facets::target(&target)]);
    let mut config = match kind {
        "autopilot_winget_app" => world.config(kind, [("package_identifier", "9WZDNCRFJ3PZ".into())]),
        _ => world.config(kind, [("file_name", "a.ps1".into()), ("content", "echo".into())]),
    };
    config.insert("display_name", name.into());
    config.insert("assignments", assignments);
    config.insert("run_as_account", account.into());
    id(&world.apply(kind, &config, &State::default()).await.quietly()).to_owned()
}

#[tokio::test]
async fn a_device_group_that_intune_will_refuse_is_told_at_plan() {
    let world = World::new().await;
    let dynamic = group(&world, [("membership_rule", DYNAMIC.into())]).await;
    let owned = ("provisioning_client_owner", true.into());
    let for_roles = group(&world, [("assignable_to_roles", true.into()), owned.clone()]).await;
    let unowned = group(&world, []).await;
    let good = group(&world, [owned]).await;
    let world = world.again();
    for (group, why) in [
        (dynamic, "which has dynamic membership"),
        (for_roles, "to which Entra roles can be assigned"),
        (unowned, "which the Intune Provisioning Client does not own"),
    ] {
        let expected = format!(
            "Warning: Attribute device_group_id names the group \"Prepared\", {why}. Device preparation takes an assigned group \
             that is not for roles and that the Intune Provisioning Client owns: unless this run makes it one, Intune refuses it."
        );
        assert_eq!(told(&world, &policy(&world, &group, []), &State::default()).await, [expected]);
    }
    assert_eq!(told(&world, &policy(&world, &good, []), &State::default()).await, [""; 0]);
}

/// Microsoft: what is not assigned to the device group, or runs as the user, is skipped.
#[tokio::test]
async fn an_app_or_a_script_that_device_preparation_will_skip_is_told_at_plan() {
    let world = World::new().await;
    let group = group(&world, [("provisioning_client_owner", true.into())]).await;
    let other = self::group(&world, []).await;
    let (app, script) = ("autopilot_winget_app", "autopilot_platform_script");
    let apps = [
        assigned(&world, app, ("system", "Good"), &group, Some("required")).await,
        assigned(&world, app, ("system", "Offered"), &group, Some("available")).await,
        assigned(&world, app, ("user", "Elsewhere"), &other, Some("required")).await,
    ];
    let scripts = [
        assigned(&world, script, ("system", "Right"), &group, None).await,
        assigned(&world, script, ("user", "Personal"), &group, None).await,
        assigned(&world, script, ("system", "Lost"), &other, None).await,
    ];
    let world = world.again();
    let of_app =
        |id: &String| Value::object([("id", id.as_str().into()), ("type", "#microsoft.graph.winGetApp".into())]);
    let config = |apps: &[String], scripts: &[String]| {
        let scripts = scripts.iter().map(|id| id.as_str().into()).collect();
        let set = [("apps", Value::set(apps.iter().map(of_app).collect())), ("script_ids", Value::set(scripts))];
        policy(&world, &group, set)
    };
    let all = told(&world, &config(&apps, &scripts), &State::default()).await;
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(
        ["Offered", "Elsewhere"].iter().all(|name| all[0].contains(name)) && !all[0].contains("Good"),
        "{}",
        all[0]
    );
    assert!(
        all[0]
            .starts_with("Warning: Attribute apps names apps that are not assigned to the device group as required: ")
    );
    assert!(all[0].ends_with(". Unless this run assigns them, device preparation skips them."));
    assert_eq!(
        all[1..],
        [
            "Warning: Attribute apps names apps that run as the user: \"Elsewhere\". Device preparation runs only what runs as \
             the system, and skips these.",
            "Warning: Attribute script_ids names scripts that are not assigned to the device group: \"Lost\". Unless this run \
             assigns them, device preparation skips them.",
            "Warning: Attribute script_ids names scripts that run as the user: \"Personal\". Device preparation runs only what \
             runs as the system, and skips these.",
        ]
    );

    // Only what the plan changes: a rename looks up nothing.
    let made = world.apply(POLICY, &config(&apps, &scripts), &State::default()).await;
    let mut described = config(&apps, &scripts);
    described.insert("description", "changed".into());
    let world = world.again();
    world.emulator.forget_requests();
    assert_eq!(told(&world, &described, &made.state).await, [""; 0]);
    let asked = world.emulator.requests().into_iter().filter(|it| !it.path.contains("oauth2")).count();
    assert_eq!(asked, 0);
}

/// A registered device gets its deployment profile, and never a device preparation policy.
#[tokio::test]
async fn a_policy_on_registered_devices_is_told_where_its_group_shows_them() {
    let world = World::new().await;
    world.emulator.plant(json!({"devices": [{"serialNumber": "PF1"}]}).to_string().as_bytes()).expect("it is planted");
    world.emulator.advance(std::time::Duration::from_secs(600));
    let devices = world.list("/v1.0/devices").await;
    let device = devices[0]["id"].as_str().expect("it has an id");
    let members = Value::set(vec![device.into()]);
    let group = group(&world, [("provisioning_client_owner", true.into()), ("member_ids", members)]).await;
    let world = world.again();
    let told = told(&world, &policy(&world, &group, []), &State::default()).await;
    let expected = format!(
        "Warning: Attribute device_group_id names the group \"Prepared\", in which are devices that are registered with Windows \
         Autopilot: {:?}. A registered device gets its deployment profile, and never this policy. Deregister what device \
         preparation is to set up.",
        devices[0]["displayName"].as_str().expect("it has a name")
    );
    assert_eq!(told, [expected]);
}

#[tokio::test]
async fn without_the_permission_to_read_apps_one_warning_says_so() {
    let world = World::new().await;
    let group = group(&world, [("provisioning_client_owner", true.into())]).await;
    let path = "/beta/deviceAppManagement/mobileApps/{id}";
    let fault = json!({"method": "GET", "path": path, "status": 403, "times": 0});
    let world = world.again();
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let app = Value::object([
        ("id", "0f8fad5b-d9cb-469f-a165-70867728950e".into()),
        ("type", "#microsoft.graph.winGetApp".into()),
    ]);
    let config = policy(&world, &group, [("apps", Value::set(vec![app]))]);
    assert_eq!(
        told(&world, &config, &State::default()).await,
        [
            "Warning: This plan was not held against the tenant everywhere: apps cannot be read with these credentials. That needs \
          the permission DeviceManagementApps.Read.All."
        ]
    );
}
