//! Imports by identity, and states of another provider's groups.

use super::*;

#[tokio::test]
async fn an_identity_may_leave_its_tenant_out_and_may_not_name_another() {
    let world = World::new().await;
    let id = world.group("Sales").await;
    let group = "autopilot_group";
    let imported = world.import(group, "", world.identity_in(group, &id, Value::Null)).await;
    assert_eq!(told(&imported.diagnostics), Vec::<String>::new());
    let imported = &imported.imported_resources[0];
    assert_eq!(imported.identity, world.identity_of(group, &id), "the tenant is filled in");

    let another = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let refused = world.import(group, "", world.identity_in(group, &id, another.into())).await;
    let told = told(&refused.diagnostics);
    assert!(told[0].starts_with("error Identity of Another Tenant") && told[0].contains(another), "{told:?}");
    assert_eq!(refused.imported_resources, []);
}

#[tokio::test]
async fn an_identity_is_no_name_and_names_one_object() {
    let world = World::new().await;
    let id = world.group("Sales").await;
    let group = "autopilot_group";
    let by_id = world.import(group, "display_name=Sales", None).await;
    assert_eq!(by_id.imported_resources[0].identity, world.identity_of(group, &id));
    let by_identity = world.import(group, "", world.identity_of(group, "display_name=Sales")).await;
    assert!(told(&by_identity.diagnostics)[0].starts_with("error Identity Changed"), "{by_identity:?}");
    let missing = world.import(group, "", world.identity_of(group, "0f8fad5b-d9cb-469f-a165-70867728950e")).await;
    assert!(told(&missing.diagnostics)[0].starts_with("error Object Not Found"), "{missing:?}");
}

#[tokio::test]
async fn the_page_that_every_tenant_has_is_not_imported_as_one_of_ours() {
    let world = World::new().await;
    let pages = world.graph.list(PAGES).await.expect("they are listed");
    let default = pages.iter().find(|page| page["priority"] == 0).expect("every tenant has it");
    let id = default["id"].as_str().expect("it has an id");
    let refused = world.import("autopilot_enrollment_status_page", id, None).await;
    assert!(told(&refused.diagnostics)[0].starts_with("error Object of Another Kind"), "{refused:?}");
}

#[tokio::test]
async fn what_words_bring_in_is_identified_by_them() {
    let world = World::new().await;
    let request = Request::new(proto::get_resource_identity_schemas::Request {});
    let schemas = answer(world.service.get_resource_identity_schemas(request).await).identity_schemas;
    for it in world.registry.all_resources() {
        assert!(schemas.contains_key(&it.type_name), "{} has none", it.type_name);
    }
    let kind = "autopilot_corporate_identifiers";
    let identifiers = "/beta/deviceManagement/importedDeviceIdentities";
    let row = json!({"importedDeviceIdentityType": "manufacturerModelSerial", "importedDeviceIdentifier": "A,B,1"});
    world.make(identifiers, row).await;
    let by_id = world.import(kind, "all", None).await;
    let [by_id] = &by_id.imported_resources[..] else { panic!("{by_id:?}") };
    assert_eq!(by_id.identity, world.identity_of(kind, "all"));
    let by_identity = world.import(kind, "", by_id.identity.clone()).await;
    assert_eq!(by_identity.imported_resources[0].state, by_id.state);
    let made = world.import("autopilot_device_import", "0f8fad5b-d9cb-469f-a165-70867728950e", None).await;
    assert!(told(&made.diagnostics)[0].starts_with("error Invalid Import Id: "), "{made:?}");
}

/// Asked before the provider is configured: the tenant is known from the first read on.
#[tokio::test]
async fn a_group_of_azuread_is_taken_over_and_completed_by_the_next_read() {
    let world = World::new().await;
    let id = world.group("Sales").await;
    let theirs =
        json!({"id": format!("/groups/{id}"), "object_id": id, "display_name": "Sales", "security_enabled": true});
    let unconfigured = Service::new(provider::registry());
    let moved = |state: Json| proto::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/hashicorp/azuread".to_owned(),
        source_type_name: "azuread_group".to_owned(),
        source_state: Some(proto::RawState { json: state.to_string().into_bytes(), ..Default::default() }),
        target_type_name: "autopilot_group".to_owned(),
        ..Default::default()
    };
    let moved = answer(unconfigured.move_resource_state(Request::new(moved(theirs))).await);
    assert_eq!(told(&moved.diagnostics), Vec::<String>::new());
    let group = "autopilot_group";
    assert_eq!(moved.target_identity, world.identity_in(group, &id, Value::Null));
    let read = proto::read_resource::Request {
        type_name: group.to_owned(),
        current_state: moved.target_state,
        private: moved.target_private,
        current_identity: moved.target_identity,
        ..Default::default()
    };
    let read = answer(world.service.read_resource(Request::new(read)).await);
    assert_eq!(told(&read.diagnostics), Vec::<String>::new());
    assert_eq!(read.new_identity, world.identity_of(group, &id));
    let state = world.state(group, read.new_state);
    assert!(state.get("mail_nickname").as_str().is_some() && state.get("created_date_time").as_str().is_some());
    let private = String::from_utf8(read.private).expect("it is JSON");
    assert!(private.contains(world.emulator.tenant_id()), "{private}");
}
