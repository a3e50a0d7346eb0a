//! Data sources that are derived from tables.

use super::*;

#[tokio::test]
async fn an_object_is_found_by_its_id_and_by_its_name_in_any_case() {
    let world = World::new().await;
    let tag = world.made("autopilot_scope_tag", [("display_name", "Berlin".into())]).await;
    let by_id = world.look_up("autopilot_scope_tag", [("id", id(&tag).into())]).await;
    assert_eq!(by_id.state.get("display_name"), &"Berlin".into(), "{:?}", by_id.diagnostics);
    let by_name = world.look_up("autopilot_scope_tag", [("display_name", "BERLIN".into())]).await;
    assert_eq!(by_name.state.get("id"), &id(&tag).into(), "{:?}", by_name.diagnostics);
    assert_eq!(by_name.state.get("display_name"), &"BERLIN".into(), "as it was configured");
}

#[tokio::test]
async fn a_name_of_several_is_told_with_their_ids() {
    let world = World::new().await;
    let pages = [(), ()].map(|()| "autopilot_enrollment_status_page");
    let mut ids = Vec::new();
    for page in pages {
        ids.push(id(&world.made(page, [("display_name", "Twins".into())]).await).to_owned());
    }
    let told = world.look_up(pages[0], [("display_name", "Twins".into())]).await.diagnostics;
    assert!(ids.iter().all(|id| told.0[0].detail.contains(id)), "{told:?}");
    assert_eq!(told.0[0].summary, "Ambiguous Name");
}

#[tokio::test]
async fn what_is_not_there_is_told_with_how_to_name_it() {
    let world = World::new().await;
    let told = world.look_up("autopilot_group", [("display_name", "Nobody".into())]).await.diagnostics;
    assert_eq!(
        told.0[0].detail,
        "There is no group whose `display_name` is \"Nobody\" in this tenant. It is named by its `id` or its \
         `display_name`."
    );
}

#[tokio::test]
async fn a_name_of_another_kind_says_so() {
    let world = World::new().await;
    let group = serde_json::json!({
        "displayName": "Mail", "mailEnabled": true, "mailNickname": "mail", "securityEnabled": false,
        "groupTypes": ["Unified"],
    });
    world.graph.post("/v1.0/groups", &group).await.expect("it is made");
    let refused =
        engine::import(world.resource("autopilot_group"), &world.scope(), By::from("display_name=Mail")).await;
    let expected = "There is one of this name that is not a group that can be managed. Its data source reads it";
    assert!(refused.diagnostics.0[0].detail.contains(expected), "{:?}", refused.diagnostics);
}

/// What can be referred to is more than what can be managed.
#[tokio::test]
async fn a_group_of_any_type_is_looked_up_by_its_name_and_by_its_id() {
    let world = World::new().await;
    let unified = serde_json::json!({
        "displayName": "Team", "mailEnabled": true, "mailNickname": "team", "securityEnabled": true, "groupTypes": ["Unified"],
    });
    world.graph.post("/v1.0/groups", &unified).await.expect("it is made");
    world.made("autopilot_group", [("display_name", "Ours".into())]).await;
    let seed = serde_json::json!({"groups": [
        {"displayName": "Mail", "mailEnabled": true},
        {"displayName": "List", "mailEnabled": true, "securityEnabled": false},
        {"displayName": "Synced", "onPremisesSyncEnabled": true},
    ]});
    world.emulator.plant(seed.to_string().as_bytes()).expect("they are planted");
    let types = [
        ("Team", "Microsoft 365"),
        ("Ours", "Security"),
        ("Mail", "Mail-enabled security"),
        ("List", "Distribution"),
        ("Synced", "Security"),
    ];
    for (name, group_type) in types {
        let by_name = world.look_up("autopilot_group", [("display_name", name.into())]).await;
        assert_eq!(by_name.state.get("group_type"), &group_type.into(), "{name}: {:?}", by_name.diagnostics);
        let by_id = world.look_up("autopilot_group", [("id", by_name.state.get("id").clone())]).await;
        assert_eq!(by_id.state, by_name.state);
        if name == "Ours" {
            continue;
        }
        let id = by_name.state.get("id").as_str().expect("it has an id");
        let refused = engine::import(world.resource("autopilot_group"), &world.scope(), By::from(id)).await;
        assert_eq!(refused.diagnostics.0[0].summary, "Object of Another Kind", "{name}");
    }
}

#[tokio::test]
async fn the_default_scope_tag_is_looked_up_and_not_managed() {
    let world = World::new().await;
    let tag = world.look_up("autopilot_scope_tag", [("display_name", "Default".into())]).await;
    assert_eq!(tag.state.get("id"), &"0".into(), "{:?}", tag.diagnostics);
    let refused = engine::import(world.resource("autopilot_scope_tag"), &world.scope(), By::from("0")).await;
    assert_eq!(refused.diagnostics.0[0].summary, "Object of Another Kind");
}

#[tokio::test]
async fn what_a_tenant_has_but_one_of_needs_no_name() {
    let world = World::new().await;
    let page = world.look_up("autopilot_default_enrollment_status_page", []).await;
    assert!(page.state.get("timeout_minutes").as_i64().is_some(), "{:?}", page.diagnostics);
    let order = world.look_up("autopilot_enrollment_status_page_order", []).await;
    assert_eq!(order.state.get("page_ids"), &Value::List(Vec::new()), "{:?}", order.diagnostics);
}

#[tokio::test]
async fn what_is_not_managed_is_looked_up_too() {
    let world = World::new().await;
    let users = world.list("/v1.0/users").await;
    let name = users[0]["userPrincipalName"].as_str().expect("it has a name");
    let user = world.look_up("autopilot_user", [("user_principal_name", name.into())]).await;
    assert_eq!(user.state.get("id").as_str(), users[0]["id"].as_str(), "{:?}", user.diagnostics);
    let app = world
        .made("autopilot_winget_app", [("display_name", "Portal".into()), ("package_identifier", "9W".into())])
        .await;
    let found = world.look_up("autopilot_app", [("display_name", "portal".into())]).await;
    assert_eq!(found.state.get("id").as_str(), Some(id(&app)), "{:?}", found.diagnostics);
    assert_eq!(found.state.get("type"), &"#microsoft.graph.winGetApp".into());
    let client = "f1346770-5b25-470b-88bd-d5744ab7952c";
    world.made("autopilot_group", [("display_name", "g".into()), ("provisioning_client_owner", true.into())]).await;
    let principal = world.look_up("autopilot_service_principal", [("app_id", client.into())]).await;
    assert_eq!(
        principal.state.get("display_name"),
        &"Intune Provisioning Client".into(),
        "{:?}",
        principal.diagnostics
    );
}
