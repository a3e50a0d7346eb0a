use super::*;

const TAGGED: &str = r#"(device.devicePhysicalIds -any (_ -eq "[OrderID]:Kiosk"))"#;

fn plain(name: &str) -> Value {
    json!({"displayName": name, "mailEnabled": false, "mailNickname": "nick", "securityEnabled": true, "groupTypes": []})
}

fn with(change: &Value) -> Value {
    let mut body = plain("g");
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn user(rig: &mut Rig, upn: &str) -> String {
    text(&rig.get(&format!("/v1.0/users/{upn}")).1, "id")
}

#[test]
fn a_group_needs_name_nickname_and_both_switches() {
    let mut rig = Rig::new();
    for property in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] {
        let mut body = plain("g");
        body.as_object_mut().unwrap().remove(property);
        let (status, body) = rig.post("/v1.0/groups", &body);
        assert_eq!((status, code(&body)), (400, "Request_BadRequest"));
        assert_eq!(message(&body), format!("A value is required for property '{property}' of resource 'Group'."));
    }
}

#[test]
fn what_a_group_may_not_be_is_refused() {
    let mut rig = Rig::new();
    for change in [
        json!({"displayName": ""}),
        json!({"displayName": "x".repeat(257)}),
        json!({"mailNickname": "a b"}),
        json!({"mailNickname": "a@b"}),
        json!({"mailNickname": "ä"}),
        json!({"mailNickname": "x".repeat(65)}),
        json!({"mailEnabled": true}),
        json!({"securityEnabled": false}),
        json!({"groupTypes": ["Nonsense"]}),
        json!({"nonsense": 1}),
        json!({"securityEnabled": "yes"}),
        json!({"groupTypes": ["DynamicMembership"]}),
        json!({"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq \"x\""}),
        json!({"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq \"x\"", "membershipRuleProcessingState": "on"}),
        json!({"membershipRule": "user.city -eq \"x\""}),
        json!({"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq \"x\"", "membershipRuleProcessingState": "On", "isAssignableToRole": true}),
    ] {
        let (status, answer) = rig.post("/v1.0/groups", &with(&change));
        assert_eq!((status, code(&answer)), (400, "Request_BadRequest"), "{change}");
    }
    rig.as_application(&["Group.ReadWrite.All"], |rig| {
        assert_eq!(rig.post("/v1.0/groups", &with(&json!({"isAssignableToRole": true}))).0, 403);
    });
}

#[test]
fn a_created_group_comes_back_whole_and_patch_answers_204() {
    let mut rig = Rig::new();
    let (status, body) = rig.post("/v1.0/groups", &plain("Kiosks"));
    assert_eq!(status, 201);
    let id = text(&body, "id");
    assert_eq!(body["@odata.context"], json!("http://127.0.0.1:4711/v1.0/$metadata#groups/$entity"));
    assert_eq!((&body["mail"], &body["proxyAddresses"], &body["visibility"]), (&Value::Null, &json!([]), &Value::Null));
    assert!(text(&body, "securityIdentifier").starts_with("S-1-12-1-"));
    assert!(body.get("assignedLabels").is_none() && body.get("createdByAppId").is_none());
    assert_eq!(rig.patch(&format!("/v1.0/groups/{id}"), &json!({"description": "d"})), (204, Value::Null));
    let (status, body) = rig.get(&format!("/v1.0/groups('{}')?$select=description,assignedLabels", id.to_uppercase()));
    assert_eq!(status, 200);
    assert_eq!((&body["description"], &body["assignedLabels"], &body["id"]), (&json!("d"), &json!([]), &Value::Null));
    assert_eq!(rig.get(&format!("/v1.0/groups/{id}?$select=nope")).0, 400);
    assert!(rig.get(&format!("/beta/groups/{id}")).1.get("createdByAppId").is_some());
}

#[test]
fn a_value_that_a_group_has_by_default_may_be_written_and_one_set_once_may_not_change() {
    let mut rig = Rig::new();
    let (_, body) = rig.post("/v1.0/groups", &plain("Kiosks"));
    let group = format!("/v1.0/groups/{}", text(&body, "id"));
    for same in [
        json!({"isAssignableToRole": null}),
        json!({"description": null, "theme": null}),
        json!({"uniqueName": null}),
        json!({"uniqueName": "kiosks"}),
        json!({"uniqueName": "kiosks"}),
    ] {
        assert_eq!(rig.patch(&group, &same).0, 204, "{same}");
    }
    for change in [json!({"isAssignableToRole": true}), json!({"uniqueName": "others"}), json!({"uniqueName": null})] {
        assert_eq!(rig.patch(&group, &change).0, 400, "{change}");
    }
    let (_, after) = rig.get(&group);
    assert_eq!((&after["uniqueName"], &after["theme"], &after["mail"]), (&json!("kiosks"), &Value::Null, &Value::Null));
}

#[test]
fn an_unknown_group_is_404_request_resource_not_found() {
    let (status, body) = Rig::new().get("/v1.0/groups/5b5b5b5b-0000-4000-8000-000000000000");
    assert_eq!((status, code(&body)), (404, "Request_ResourceNotFound"));
}

#[test]
fn role_assignable_is_set_at_creation_only() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"isAssignableToRole": true})).0, 400);
    rig.as_application(&["Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory"], |rig| {
        assert_eq!(rig.post("/v1.0/groups", &with(&json!({"isAssignableToRole": true}))).0, 201);
    });
}

#[test]
fn group_create_alone_makes_the_application_owner_and_v1_does_not_show_it() {
    let mut rig = Rig::new();
    let id = rig.as_application(&["Group.Create"], |rig| rig.group("g", None));
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{id}/owners")).1).len(), 0);
    let (_, beta) = rig.get(&format!("/beta/groups/{id}/owners"));
    assert_eq!(values(&beta)[0]["@odata.type"], json!("#microsoft.graph.servicePrincipal"));
    rig.world.settings.v1_owners_include_service_principals = true;
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{id}/owners")).1).len(), 1);
}

#[test]
fn filters_work_as_far_as_the_directory_supports_them() {
    let mut rig = Rig::new();
    for name in ["Alpha", "Alps", "Beta"] {
        rig.group(name, None);
    }
    let names = |told: Told| -> Vec<String> {
        let mut names: Vec<_> = values(&told.1).iter().map(|group| text(group, "displayName")).collect();
        names.sort();
        names
    };
    assert_eq!(names(rig.get("/v1.0/groups?$filter=displayName eq 'alpha'")), ["Alpha"]);
    assert_eq!(
        names(rig.get("/v1.0/groups?$filter=startswith(displayName,'Al')&$select=id,displayName")),
        ["Alpha", "Alps"]
    );
    assert_eq!(names(rig.get("/v1.0/groups?$filter=mailNickname eq 'Beta' and securityEnabled eq true")), ["Beta"]);
    assert_eq!(rig.get("/v1.0/groups?$filter=contains(displayName,'a')").0, 400);
    assert_eq!(rig.get("/v1.0/groups?$filter=nope eq 'a'").0, 400);
    assert_eq!(rig.get("/v1.0/groups?$filter=displayName eq").0, 400);
    assert_eq!(rig.get("/v1.0/groups?$top=1000").0, 400);
}

#[test]
fn advanced_queries_need_consistency_level_eventual_and_count() {
    let mut rig = Rig::new();
    rig.group("Alpha", None);
    let (status, body) = rig.get("/v1.0/groups?$filter=displayName ne 'x'&$count=true");
    assert_eq!((status, code(&body)), (400, "Request_UnsupportedQuery"));
    assert_eq!(rig.get_eventual("/v1.0/groups?$filter=displayName ne 'x'").0, 400);
    let (status, body) = rig.get_eventual("/v1.0/groups?$filter=displayName ne 'x'&$count=true");
    assert_eq!((status, &body["@odata.count"]), (200, &json!(1)));
    assert_eq!(rig.get("/v1.0/groups/$count").0, 400);
    assert_eq!(rig.get_eventual("/v1.0/groups/$count"), (200, json!(1)));
}

#[test]
fn pages_follow_an_opaque_link_built_from_the_request_s_host() {
    let mut rig = Rig::new();
    for n in 0..5 {
        rig.group(&format!("g{n}"), None);
    }
    let mut seen = Vec::new();
    let mut next = Some("/v1.0/groups?$top=2&$select=id".to_owned());
    while let Some(target) = next {
        let (status, body) = rig.get(&target);
        assert_eq!(status, 200);
        seen.extend(values(&body).iter().map(|group| text(group, "id")));
        next = body.get("@odata.nextLink").map(|link| {
            let link = link.as_str().unwrap();
            assert!(link.starts_with("http://127.0.0.1:4711/v1.0/groups?$top=2&$select=id&$skiptoken="), "{link}");
            link.trim_start_matches("http://127.0.0.1:4711").to_owned()
        });
    }
    seen.dedup();
    assert_eq!(seen.len(), 5);
    assert_eq!(rig.get("/v1.0/groups?$skiptoken=%21").0, 400);
}

#[test]
fn members_are_added_by_ref_once() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let adele = user(&mut rig, "adele.vance@contoso.com");
    let body = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{adele}")});
    assert_eq!(rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &body).0, 204);
    let (status, again) = rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &body);
    assert_eq!((status, code(&again)), (400, "Request_BadRequest"));
    assert!(
        message(&again)
            .contains("added object references already exist for the following modified properties: 'members'")
    );
    let unknown = json!({"@odata.id": "https://graph.microsoft.com/v1.0/users/5b5b5b5b-0000-4000-8000-000000000000"});
    assert_eq!(rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &unknown).0, 404);
    assert_eq!(rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &json!({"@odata.id": "x"})).0, 400);
    assert_eq!(rig.members(&group), ["Adele Vance"]);
    assert_eq!(rig.get_eventual(&format!("/v1.0/groups/{group}/members/$count")), (200, json!(1)));
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{group}/members/microsoft.graph.device")).1).len(), 0);
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{group}/members/microsoft.graph.user")).1).len(), 1);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/members/{adele}/$ref")).0, 204);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/members/{adele}/$ref")).0, 404);
}

#[test]
fn a_removal_without_ref_deletes_the_member_itself() {
    let mut rig = Rig::new();
    let (outer, inner) = (rig.group("outer", None), rig.group("inner", None));
    let body = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/groups/{inner}")});
    rig.post(&format!("/v1.0/groups/{outer}/members/$ref"), &body);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{outer}/members/{inner}")).0, 204);
    assert_eq!(rig.get(&format!("/v1.0/groups/{inner}")).0, 404);
    let adele = user(&mut rig, "adele.vance@contoso.com");
    rig.patch(
        &format!("/v1.0/groups/{outer}"),
        &json!({"members@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{adele}")]}),
    );
    assert_eq!(rig.delete(&format!("/v1.0/groups/{outer}/members/{adele}")).0, 403);
}

#[test]
fn bind_takes_twenty_and_all_or_nothing() {
    let mut rig = Rig::new();
    let adele = user(&mut rig, "adele.vance@contoso.com");
    let url = |id: &str| format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}");
    let unknown = url("5b5b5b5b-0000-4000-8000-000000000000");
    let (status, body) = rig
        .post("/v1.0/groups", &with(&json!({"members@odata.bind": [url(&adele)], "owners@odata.bind": [url(&adele)]})));
    assert_eq!(status, 201);
    let group = text(&body, "id");
    assert_eq!(rig.members(&group), ["Adele Vance"]);
    assert_eq!(rig.post("/v1.0/groups", &with(&json!({"members@odata.bind": [unknown]}))).0, 404);
    let groups: Vec<String> = (0..21).map(|n| url(&rig.group(&format!("m{n}"), None))).collect();
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"members@odata.bind": groups})).0, 400);
    let mixed = json!({"members@odata.bind": [groups[0], unknown]});
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &mixed).0, 404);
    let existing = json!({"members@odata.bind": [groups[0], url(&adele)]});
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &existing).0, 400);
    assert_eq!(rig.members(&group), ["Adele Vance"]);
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"members@odata.bind": groups[..20]})).0, 204);
    assert_eq!(rig.members(&group).len(), 21);
}

#[test]
fn the_last_user_owner_cannot_be_removed_and_a_group_is_no_owner() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let other = rig.group("o", None);
    let add = |rig: &mut Rig, id: &str| {
        let body = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")});
        rig.post(&format!("/v1.0/groups/{group}/owners/$ref"), &body).0
    };
    let adele = user(&mut rig, "adele.vance@contoso.com");
    let alex = user(&mut rig, "alex.wilber@contoso.com");
    assert_eq!(add(&mut rig, &other), 400);
    assert_eq!(add(&mut rig, &adele), 204);
    assert_eq!(add(&mut rig, &adele), 400);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/owners/{adele}/$ref")).0, 400);
    assert_eq!(add(&mut rig, &alex), 204);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/owners/{adele}/$ref")).0, 204);
}

#[test]
fn rules_are_evaluated_on_a_delay_for_devices_and_users() {
    let mut rig = Rig::new();
    rig.seed(&json!([
        {"serialNumber": "K1", "groupTag": "kiosk"},
        {"serialNumber": "O1", "groupTag": "Office", "purchaseOrderIdentifier": "76222342342"},
    ]));
    let all = rig.group("all", Some(r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))"#));
    let tagged = rig.group("tagged", Some(TAGGED));
    let ordered = rig.group("ordered", Some(r#"device.devicePhysicalIds -any _ -startsWith "[purchaseorderid]:762""#));
    let marketing = rig.group("marketing", Some(r#"user.department -eq "marketing""#));
    let intune = rig.group("intune", Some(r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "c1ec4a95-1f05-45b3-a911-aa3fa01094f5" -and assignedPlan.capabilityStatus -eq "Enabled")"#));
    assert_eq!(rig.members(&all), [] as [&str; 0]);
    rig.wait(19);
    assert_eq!(rig.members(&all), [] as [&str; 0]);
    rig.wait(1);
    let mut names = rig.members(&all);
    names.sort();
    assert_eq!(names, ["K1", "O1"]);
    assert_eq!(rig.members(&tagged), ["K1"]);
    assert_eq!(rig.members(&ordered), ["O1"]);
    let mut names = rig.members(&marketing);
    names.sort();
    assert_eq!(names, ["Alex Wilber", "Megan Bowen"]);
    assert_eq!(rig.members(&intune).len(), 8);
}

#[test]
fn member_of_rules_follow_other_groups() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "K1", "groupTag": "Kiosk"}]));
    let tagged = rig.group("tagged", Some(TAGGED));
    let nested = rig.group("nested", Some(&format!("device.memberOf -any (group.objectId -in ['{tagged}'])")));
    rig.wait(60);
    assert_eq!(rig.members(&nested), ["K1"]);
}

#[test]
fn a_changed_or_paused_rule_changes_the_members_and_to_static_keeps_them() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "K1", "groupTag": "Kiosk"}, {"serialNumber": "O1"}]));
    let group = rig.group("g", Some(TAGGED));
    let path = format!("/v1.0/groups/{group}");
    rig.wait(20);
    assert_eq!(rig.members(&group), ["K1"]);
    assert_eq!(
        rig.patch(
            &path,
            &json!({"membershipRuleProcessingState": "Paused", "membershipRule": "device.objectId -ne null"})
        )
        .0,
        204
    );
    rig.wait(60);
    assert_eq!(rig.members(&group), ["K1"]);
    rig.patch(&path, &json!({"membershipRuleProcessingState": "On"}));
    rig.wait(20);
    assert_eq!(rig.members(&group).len(), 2);
    assert_eq!(rig.patch(&path, &json!({"membershipRule": "device.objectId -"})).0, 400);
    assert_eq!(rig.patch(&path, &json!({"groupTypes": []})).0, 204);
    rig.wait(60);
    assert_eq!(rig.members(&group).len(), 2);
    assert_eq!(rig.get(&path).1["membershipRule"], Value::Null);
}

#[test]
fn members_of_a_dynamic_group_cannot_be_changed_by_hand() {
    let mut rig = Rig::new();
    let group = rig.group("g", Some(TAGGED));
    let adele = user(&mut rig, "adele.vance@contoso.com");
    let url = format!("https://graph.microsoft.com/v1.0/users/{adele}");
    assert_eq!(rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &json!({"@odata.id": url})).0, 400);
    assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"members@odata.bind": [url]})).0, 400);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/members/{adele}/$ref")).0, 400);
}

#[test]
fn transitive_members_reach_through_groups() {
    let mut rig = Rig::new();
    let (outer, inner) = (rig.group("outer", None), rig.group("inner", None));
    let adele = user(&mut rig, "adele.vance@contoso.com");
    rig.patch(
        &format!("/v1.0/groups/{inner}"),
        &json!({"members@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{adele}")]}),
    );
    rig.patch(
        &format!("/v1.0/groups/{outer}"),
        &json!({"members@odata.bind": [format!("https://graph.microsoft.com/v1.0/groups/{inner}")]}),
    );
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{outer}/transitiveMembers")).1).len(), 2);
    assert_eq!(rig.get_eventual(&format!("/v1.0/groups/{outer}/transitiveMembers/$count")), (200, json!(2)));
    assert_eq!(values(&rig.get(&format!("/v1.0/groups/{outer}/members")).1).len(), 1);
}

#[test]
fn a_deleted_group_can_be_restored_or_purged() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}")).0, 204);
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}")).0, 404);
    let (_, deleted) = rig.get("/v1.0/directory/deletedItems/microsoft.graph.group");
    assert_eq!(text(&values(&deleted)[0], "id"), group);
    let (status, restored) = rig.post(&format!("/v1.0/directory/deletedItems/{group}/restore"), &Value::Null);
    assert_eq!((status, &restored["deletedDateTime"]), (200, &Value::Null));
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 200);
    rig.delete(&format!("/v1.0/groups/{group}"));
    assert_eq!(rig.delete(&format!("/v1.0/directory/deletedItems/{group}")).0, 204);
    assert_eq!(rig.delete(&format!("/v1.0/directory/deletedItems/{group}")).0, 404);
}

#[test]
fn replication_shows_404_after_a_create_and_old_values_after_a_change() {
    let mut rig = Rig::new();
    rig.world.settings.replication_seconds = 10;
    let group = rig.group("g", None);
    let path = format!("/v1.0/groups/{group}");
    assert_eq!(rig.get(&path).0, 404);
    assert_eq!(rig.patch(&path, &json!({"description": "new"})).0, 404);
    assert_eq!(values(&rig.get("/v1.0/groups?$filter=displayName eq 'g'").1).len(), 0);
    rig.wait(10);
    assert_eq!(rig.get(&path).0, 200);
    assert_eq!(rig.patch(&path, &json!({"description": "new"})).0, 204);
    assert_eq!(rig.get(&path).1["description"], Value::Null);
    rig.wait(10);
    assert_eq!(rig.get(&path).1["description"], json!("new"));
}

#[test]
fn users_are_found_by_id_or_address_and_devices_by_device_id() {
    let mut rig = Rig::new();
    let (status, adele) = rig.get("/v1.0/users/Adele.Vance@contoso.com");
    assert_eq!((status, &adele["department"]), (200, &Value::Null));
    let path = format!("/v1.0/users('{}')?$select=department,accountEnabled", text(&adele, "id"));
    assert_eq!(rig.get(&path).1["department"], json!("Retail"));
    assert_eq!(rig.get("/v1.0/users/nobody@contoso.com").0, 404);
    rig.seed(&json!([{"serialNumber": "K1"}]));
    let device = text(&values(&rig.get(DEVICES).1)[0], "azureAdDeviceId");
    let (_, found) = rig.get(&format!("/v1.0/devices?$filter=deviceId eq '{device}'"));
    assert_eq!(values(&found)[0]["displayName"], json!("K1"));
    assert_eq!(rig.get_eventual("/v1.0/devices/$count"), (200, json!(1)));
}

#[test]
fn a_group_that_is_kept_elsewhere_is_read_and_not_changed() {
    let mut rig = Rig::new();
    let seed = json!({"groups": [
        {"displayName": "Mail", "mailEnabled": true}, {"displayName": "Synced", "onPremisesSyncEnabled": true},
    ]});
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 200);
    let user = text(&values(&rig.get("/v1.0/users").1)[0], "id");
    let refusals = [
        ("Mail", "Cannot Update a mail-enabled security groups and or distribution list."),
        ("Synced", "Unable to update the specified properties for on-premises mastered Directory Sync objects"),
    ];
    for (name, refusal) in refusals {
        let found = values(&rig.get(&format!("/v1.0/groups?$filter=displayName%20eq%20'{name}'")).1)[0].clone();
        let group = format!("/v1.0/groups/{}", text(&found, "id"));
        let member = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}")});
        for told in [
            rig.patch(&group, &json!({"description": "x"})),
            rig.post(&format!("{group}/members/$ref"), &member),
            rig.post(&format!("{group}/owners/$ref"), &member),
            rig.delete(&group),
        ] {
            assert_eq!(told.0, 400, "{name}");
            assert!(message(&told.1).starts_with(refusal), "{name}: {}", told.1);
        }
        assert_eq!(rig.get(&group).0, 200);
    }
    let made_by_graph = json!({"groups": [{"displayName": "Plain"}]});
    assert_eq!(rig.post("/_emulator/seed", &made_by_graph).0, 400);
}
