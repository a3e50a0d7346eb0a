//! What every tenant has once and no list shows: who may join devices, and whose devices are enrolled.

use autopilot::emulator::Settings;
use serde_json::json;

use super::*;
use crate::tenant_client::administrators_client;

const JOIN: &str = "autopilot_device_join_settings";
const SCOPE: &str = "autopilot_mdm_enrollment_scope";
const POLICY: &str = "/v1.0/policies/deviceRegistrationPolicy";
const INTUNE: &str = "/beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000";

impl World {
    /// The same tenant, as its administrator signs in to it.
    fn by_its_administrator(self) -> World {
        let graph = administrators_client(&self.emulator);
        World { graph, ..self }
    }

    async fn get(&self, path: &str) -> Json {
        self.graph.get(path).await.expect("it is there")
    }

    async fn refused(&self, name: &str, config: &Value) -> Vec<String> {
        let told = self.told(name, config, &State::default()).await;
        told.into_iter().filter(|told| told.severity == Severity::Error).map(|told| told.detail).collect()
    }

    /// The scope of automatic enrollment and its groups.
    async fn enrolled(&self) -> (String, usize) {
        let policy = self.get(&format!("{INTUNE}?$expand=includedGroups")).await;
        let groups = policy["includedGroups"].as_array().map_or(0, Vec::len);
        (policy["appliesTo"].as_str().unwrap_or_default().to_owned(), groups)
    }
}

fn ids(ids: &[&str]) -> Value {
    Value::set(ids.iter().map(|&id| id.into()).collect())
}

#[tokio::test]
async fn what_is_not_set_of_the_device_settings_goes_along_as_it_is() {
    let world = World::new().await;
    let before = world.get(POLICY).await;
    let state = world.made(JOIN, [("laps_enabled", true.into())]).await;
    let mut expected = before.clone();
    expected["localAdminPassword"]["isEnabled"] = true.into();
    assert_eq!(world.get(POLICY).await, expected, "the quota is not 0, and who may register is as it was");
    assert_eq!(state.value.get("maximum_devices_per_user"), &50.into());
    world.destroy(JOIN, &state).await.quietly();
    assert_eq!(world.get(POLICY).await, before);
}

#[tokio::test]
async fn another_choice_of_people_takes_the_place_of_those_who_were_selected() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Staff".into())]).await;
    let selected = [("users_may_join", "selected".into()), ("join_group_ids", ids(&[id(&group)]))];
    let state = world.made(JOIN, selected).await;
    let join = world.get(POLICY).await["azureADJoin"]["allowedToJoin"].clone();
    assert_eq!(join["@odata.type"], "#microsoft.graph.enumeratedDeviceRegistrationMembership");
    assert_eq!(join["groups"], json!([id(&group)]));
    // Who was selected is not kept where the choice is another one.
    let config = world.config(JOIN, [("users_may_join", "all".into())]);
    let state = world.apply(JOIN, &config, &state).await.quietly();
    world.assert_no_change(JOIN, &config, &state).await;
    let everybody = json!({"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"});
    assert_eq!(world.get(POLICY).await["azureADJoin"]["allowedToJoin"], everybody);
    // Nor is it asked for where nothing is said of it.
    let nothing = world.config(JOIN, []);
    world.assert_no_change(JOIN, &nothing, &state).await;
}

#[tokio::test]
async fn who_is_selected_goes_with_the_choice() {
    let world = World::new().await;
    let user = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    let alone = world.config(JOIN, [("join_user_ids", ids(&[user]))]);
    let only = "Attribute join_user_ids can only be set with `users_may_join = \"selected\"`.";
    assert_eq!(world.refused(JOIN, &alone).await, [only]);
    let nobody = world.config(JOIN, [("registering_users_are_local_administrators", "selected".into())]);
    let selects = "Attribute registering_users_are_local_administrators is \"selected\", and selects nobody. Set \
                   `local_administrator_user_ids` or `local_administrator_group_ids`, or make it \"none\".";
    assert_eq!(world.refused(JOIN, &nobody).await, [selects]);
    for unknown in ["users_may_join", "join_group_ids"] {
        let mut open = world.config(JOIN, [("users_may_join", "selected".into())]);
        open.insert(unknown, Value::Unknown);
        assert_eq!(world.refused(JOIN, &open).await, [""; 0], "{unknown}");
    }
}

#[tokio::test]
async fn device_preparation_is_skipped_where_registering_users_are_no_administrators() {
    let world = World::new().await;
    let choice = "registering_users_are_local_administrators";
    let config = world.config(JOIN, [(choice, "none".into())]);
    let told = world.told(JOIN, &config, &State::default()).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].severity, &*told[0].summary), (Severity::Warning, "Device Preparation May Be Skipped"));
    assert!(told[0].detail.starts_with(
        "With \"none\" here, Windows Autopilot device preparation skips the devices of policies whose user account type is standard \
         user: their users reach the desktop without apps."
    ));
    let made = world.apply(JOIN, &config, &State::default()).await.state;
    assert_eq!(world.told(JOIN, &config, &made).await, [], "it is there by then");
    let all = world.config(JOIN, [(choice, "all".into())]);
    assert_eq!(world.told(JOIN, &all, &made).await, []);
}

#[tokio::test]
async fn no_application_may_read_or_change_the_mdm_user_scope() {
    let world = World::new().await;
    let config = world.config(SCOPE, [("scope", "all".into())]);
    let imported = engine::import(world.resource(SCOPE), &world.scope(), By::from(world.emulator.tenant_id())).await;
    let read = world.look_up(SCOPE, []).await;
    let planned = world.plan(SCOPE, &config, &State::default()).await;
    for told in [planned.diagnostics.0, imported.diagnostics.0, read.diagnostics.0] {
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].severity, &*told[0].summary), (Severity::Error, "Not for an Application"));
        for part in ["Policy.ReadWrite.MobilityManagement", "terraform-provider-autopilot login`", "use_login = true"] {
            assert!(told[0].detail.contains(part), "{part:?} is missing in {}", told[0].detail);
        }
    }
    let asked = world.emulator.requests().into_iter().filter(|request| request.path.contains("mobileDevice"));
    assert_eq!(asked.count(), 0, "Graph is not asked");
}

#[tokio::test]
async fn selected_is_never_written_and_comes_of_the_groups() {
    let world = World::new().await;
    let (first, second) = (
        world.made(GROUP, [("display_name", "First".into())]).await,
        world.made(GROUP, [("display_name", "Second".into())]).await,
    );
    let world = world.by_its_administrator();
    let selected = |groups: &[&str]| [("scope", "selected".into()), ("group_ids", ids(groups))];
    let state = world.made(SCOPE, selected(&[id(&first)])).await;
    assert_eq!(world.enrolled().await, ("selected".to_owned(), 1));
    world.emulator.forget_requests();
    let config = world.config(SCOPE, selected(&[id(&second)]));
    let state = world.apply(SCOPE, &config, &state).await.quietly();
    world.assert_no_change(SCOPE, &config, &state).await;
    let writes: Vec<_> = world.writes().into_keys().collect();
    assert_eq!(writes.len(), 2, "{writes:?}");
    assert!(writes.iter().all(|write| write.contains("includedGroups")), "{writes:?}");
    world.destroy(SCOPE, &state).await.quietly();
    assert_eq!(world.enrolled().await, ("none".to_owned(), 0));
}

#[tokio::test]
async fn a_scope_of_none_or_all_leaves_no_group_behind_whatever_the_service_does_with_them() {
    for drops in [true, false] {
        let world = World::new().await;
        world.emulator.configure(|settings: &mut Settings| settings.mdm_scope_none_drops_groups = drops);
        let group = world.made(GROUP, [("display_name", "Staff".into())]).await;
        let world = world.by_its_administrator();
        let mut state = State::default();
        for scope in ["none", "selected", "none", "all", "selected", "all"] {
            let mut config = world.config(SCOPE, [("scope", scope.into())]);
            if scope == "selected" {
                config.insert("group_ids", ids(&[id(&group)]));
            }
            state = world.apply(SCOPE, &config, &state).await.quietly();
            world.assert_no_change(SCOPE, &config, &state).await;
            assert_eq!(world.enrolled().await, (scope.to_owned(), usize::from(scope == "selected")));
        }
    }
}

#[tokio::test]
async fn the_scope_and_its_groups_of_before_come_back_together() {
    let world = World::new().await;
    let group = world.made(GROUP, [("display_name", "Staff".into())]).await;
    let world = world.by_its_administrator();
    let reference = json!({"@odata.id": format!("https://graph.microsoft.com/odata/groups('{}')", id(&group))});
    world.graph.post(&format!("{INTUNE}/includedGroups/$ref"), &reference).await.expect("it is added");
    let before = world.get(&format!("{INTUNE}?$expand=includedGroups")).await;
    let address = "https://terms.contoso.com/";
    let state = world.made(SCOPE, [("scope", "all".into()), ("terms_of_use_url", address.into())]).await;
    let now = world.get(INTUNE).await;
    assert_eq!(
        (&now["appliesTo"], &now["termsOfUseUrl"]),
        (&json!("all"), &json!(address)),
        "each by a PATCH of its own"
    );
    world.destroy(SCOPE, &state).await.quietly();
    assert_eq!(world.get(&format!("{INTUNE}?$expand=includedGroups")).await, before);
}

#[tokio::test]
async fn groups_belong_to_a_selected_scope() {
    let world = World::new().await.by_its_administrator();
    let group = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    let alone = world.config(SCOPE, [("scope", "all".into()), ("group_ids", ids(&[group]))]);
    let only = "Attribute group_ids can only be set with `scope = \"selected\"`.";
    assert_eq!(world.refused(SCOPE, &alone).await, [only]);
    for groups in [Value::Null, ids(&[])] {
        let nobody = world.config(SCOPE, [("scope", "selected".into()), ("group_ids", groups)]);
        let needs = "Attribute scope is \"selected\", and selects nobody. Set `group_ids`, or make it \"none\".";
        assert_eq!(world.refused(SCOPE, &nobody).await, [needs]);
    }
    let url = world.config(SCOPE, [("scope", "all".into()), ("discovery_url", "http://contoso.com".into())]);
    let https = "Attribute discovery_url must be an address that begins with https://, got: \"http://contoso.com\".";
    assert_eq!(world.refused(SCOPE, &url).await, [https]);
}

#[tokio::test]
async fn a_scope_of_which_a_part_is_refused_is_put_back_and_not_tainted() {
    let world = World::new().await.by_its_administrator();
    let before = world.get(INTUNE).await;
    let nowhere = [("scope", "selected".into()), ("group_ids", ids(&["aaaaaaaa-0000-4000-8000-00000000dead"]))];
    let refused = world.apply(SCOPE, &world.config(SCOPE, nowhere), &State::default()).await;
    assert_eq!(refused.told(Severity::Error).len(), 1, "{:?}", refused.told);
    assert!(refused.state.value.is_null(), "nothing is there to be tainted");
    assert_eq!(world.get(INTUNE).await, before);
    let state = world.made(SCOPE, [("scope", "all".into())]).await;
    world.destroy(SCOPE, &state).await.quietly();
    assert_eq!(world.get(INTUNE).await, before);
}
