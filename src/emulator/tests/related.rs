//! Directory objects by id, and what they are related to; groups by their unique names, and their delta.

use super::*;

fn users(rig: &mut Rig) -> Vec<String> {
    values(&rig.get("/v1.0/users").1).iter().map(|user| text(user, "id")).collect()
}

fn reference(id: &str) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

fn prefer(rig: &mut Rig, target: &str, body: &Value) -> Told {
    told(&rig.raw(|incoming| {
        incoming.method = "PATCH".into();
        incoming.target = target.into();
        incoming.prefer = Some("create-if-missing".into());
        incoming.content_type = Some("application/json".into());
        incoming.body = body.to_string().into_bytes();
    }))
}

fn body(name: &str) -> Value {
    json!({"displayName": name, "mailEnabled": false, "mailNickname": "n", "securityEnabled": true})
}

#[test]
fn any_directory_object_is_found_by_its_id_with_its_type() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let user = users(&mut rig).remove(0);
    for (id, kind) in [(&group, "#microsoft.graph.group"), (&user, "#microsoft.graph.user")] {
        let (status, found) = rig.get(&format!("/v1.0/directoryObjects/{id}"));
        assert_eq!((status, &found["id"], &found["@odata.type"]), (200, &json!(id), &json!(kind)));
    }
    assert_eq!(rig.get(&format!("/v1.0/directoryObjects/{}", uuid::Uuid::new_v4())).0, 404);
    assert_eq!(rig.delete(&format!("/v1.0/directoryObjects/{group}")).0, 204);
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 404);
}

#[test]
fn get_by_ids_leaves_out_what_is_not_there_and_needs_directory_read_all() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let user = users(&mut rig).remove(0);
    let ids = json!([group, user, uuid::Uuid::new_v4().to_string()]);
    let (status, found) = rig.post("/v1.0/directoryObjects/getByIds", &json!({"ids": ids}));
    assert_eq!((status, values(&found).len()), (200, 2));
    let of_groups = json!({"ids": ids, "types": ["group"]});
    assert_eq!(values(&rig.post("/v1.0/directoryObjects/getByIds", &of_groups).1).len(), 1);
    let many: Vec<String> = (0..1001).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    assert_eq!(rig.post("/v1.0/directoryObjects/getByIds", &json!({"ids": many})).0, 400);
    let asked = json!({"ids": ids});
    let told = rig.as_application(&["Group.ReadWrite.All"], |rig| rig.post("/v1.0/directoryObjects/getByIds", &asked));
    assert_eq!(told.0, 403);
}

#[test]
fn a_manager_is_set_read_expanded_and_removed() {
    let mut rig = Rig::new();
    let users = users(&mut rig);
    let (boss, report) = (users[0].clone(), users[1].clone());
    let path = format!("/v1.0/users/{report}/manager");
    assert_eq!(rig.get(&path).0, 404);
    rig.as_application(&["User.ReadWrite.All"], |rig| {
        assert_eq!(rig.call("PUT", &format!("{path}/$ref"), &reference(&boss)).0, 204);
    });
    let (status, found) = rig.get(&path);
    assert_eq!((status, &found["id"], &found["@odata.type"]), (200, &json!(boss), &json!("#microsoft.graph.user")));
    let (_, user) = rig.get(&format!("/v1.0/users/{report}?$expand=manager($select=id)"));
    assert_eq!(user["manager"], json!({"@odata.type": "#microsoft.graph.user", "id": boss}));
    let (_, reports) = rig.get(&format!("/v1.0/users/{boss}/directReports?$select=id"));
    assert_eq!(values(&reports)[0]["id"], json!(report));
    rig.as_application(&["User.ReadWrite.All"], |rig| {
        assert_eq!(rig.delete(&format!("{path}/$ref")).0, 204);
        assert_eq!(rig.delete(&format!("{path}/$ref")).0, 404);
    });
    assert_eq!(rig.get(&path).0, 404);
}

#[test]
fn groups_that_a_user_or_a_group_is_in_are_listed() {
    let mut rig = Rig::new();
    let (outer, inner) = (rig.group("outer", None), rig.group("inner", None));
    let user = users(&mut rig).remove(0);
    assert_eq!(rig.post(&format!("/v1.0/groups/{inner}/members/$ref"), &reference(&user)).0, 204);
    assert_eq!(rig.post(&format!("/v1.0/groups/{outer}/members/$ref"), &reference(&inner)).0, 204);
    for (path, group) in [(format!("users/{user}"), &inner), (format!("groups/{inner}"), &outer)] {
        let (status, found) = rig.get(&format!("/v1.0/{path}/memberOf?$select=id"));
        assert_eq!(status, 200, "{found}");
        let expected = json!([{"@odata.type": "#microsoft.graph.group", "id": group}]);
        assert_eq!(found["value"], expected);
        assert_eq!(rig.get_eventual(&format!("/v1.0/{path}/memberOf/$count")), (200, json!(1)));
    }
    assert_eq!(rig.get(&format!("/v1.0/groups/{user}/memberOf")).0, 404);
}

#[test]
fn a_relationship_expands_to_twenty_objects_and_not_beside_an_advanced_query() {
    let mut rig = Rig::new();
    let rows: Vec<Value> = (0..25).map(|n| json!({"serialNumber": format!("D{n:02}")})).collect();
    rig.seed(&json!(rows));
    let group = rig.group("all", Some("device.objectId -ne null"));
    rig.wait(60);
    let (status, found) = rig.get(&format!("/v1.0/groups/{group}?$select=id&$expand=members($select=id,displayName)"));
    assert_eq!(status, 200, "{found}");
    let members = found["members"].as_array().unwrap();
    assert_eq!((members.len(), members[0].as_object().unwrap().len()), (20, 3));
    assert!(found.get("members@odata.nextLink").is_none());
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}?$expand=nope")).0, 400);
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}?$expand=members($top=5)")).0, 400);
    assert_eq!(rig.get_eventual("/v1.0/groups?$expand=members&$count=true").0, 400);
}

#[test]
fn a_user_has_few_properties_unless_others_are_selected() {
    let mut rig = Rig::new();
    let user = users(&mut rig).remove(0);
    let (_, plain) = rig.get(&format!("/v1.0/users/{user}"));
    assert!(plain.get("accountEnabled").is_none() && plain.get("jobTitle").is_some());
    let all = "accountEnabled,ageGroup,employeeType,onPremisesExtensionAttributes,identities,postalCode,signInActivity";
    let (status, found) = rig.get(&format!("/v1.0/users/{user}?$select={all}"));
    assert_eq!(status, 200, "{found}");
    assert_eq!(found.as_object().unwrap().len(), 8, "{found}");
    assert_eq!(rig.get(&format!("/v1.0/users/{user}?$select=nope")).0, 400);
}

#[test]
fn a_group_is_created_by_its_unique_name_if_it_is_missing_and_updated_if_not() {
    let mut rig = Rig::new();
    let path = "/v1.0/groups(uniqueName='kiosks')";
    assert_eq!(rig.patch(path, &body("Kiosks")).0, 404);
    let (status, made) = prefer(&mut rig, path, &body("Kiosks"));
    assert_eq!((status, &made["uniqueName"]), (201, &json!("kiosks")), "{made}");
    assert_eq!(prefer(&mut rig, path, &body("Kiosk devices")), (204, Value::Null));
    let (_, found) = rig.get(path);
    assert_eq!((&found["id"], &found["displayName"]), (&made["id"], &json!("Kiosk devices")));
    assert_eq!(rig.patch(path, &json!({"displayName": "Again"})).0, 204);
    assert_eq!(values(&rig.get("/v1.0/groups").1).len(), 1);
}

#[test]
fn a_unique_name_is_one_group_s_and_stays_as_it_is() {
    let mut rig = Rig::new();
    let made = text(&prefer(&mut rig, "/v1.0/groups(uniqueName='a')", &body("A")).1, "id");
    let other = rig.group("other", None);
    let (status, answer) = rig.patch(&format!("/v1.0/groups/{other}"), &json!({"uniqueName": "a"}));
    assert_eq!(status, 400);
    assert_eq!(message(&answer), "Another object with the same value for property uniqueName already exists.");
    assert_eq!(rig.patch(&format!("/v1.0/groups/{made}"), &json!({"uniqueName": "b"})).0, 400);
    let member_writer = ["GroupMember.ReadWrite.All"];
    let asked = body("B");
    let told = rig.as_application(&member_writer, |rig| prefer(rig, "/v1.0/groups(uniqueName='b')", &asked));
    assert_eq!(told.0, 403);
}

#[test]
fn delta_tells_up_to_fifty_groups_by_id_with_what_is_selected() {
    let mut rig = Rig::new();
    let ids: Vec<String> = (0..51).map(|n| rig.group(&format!("g{n}"), None)).collect();
    let either = |count: usize| ids[..count].iter().map(|id| format!("id eq '{id}'")).collect::<Vec<_>>().join(" or ");
    let path = "/v1.0/groups/delta?$select=id,membershipRule&$filter=";
    let (status, found) = rig.get(&format!("{path}{}", either(50)));
    assert_eq!((status, values(&found).len()), (200, 50), "{found}");
    assert_eq!(values(&found)[0].as_object().unwrap().len(), 2);
    let link = text(&found, "@odata.deltaLink").replace("http://127.0.0.1:4711", "");
    let (status, gone) = rig.get(&link);
    assert_eq!((status, code(&gone)), (410, "syncStateNotFound"));
    let (status, many) = rig.get(&format!("{path}{}", either(51)));
    assert_eq!((status, code(&many)), (400, "Request_UnsupportedQuery"));
    assert_eq!(rig.get(&format!("{path}displayName eq 'g1'")).0, 400);
    assert_eq!(values(&rig.get("/v1.0/groups/delta").1).len(), 51);
}

#[test]
fn who_is_in_a_group_of_a_group_is_in_both_transitively() {
    let mut rig = Rig::new();
    let (outer, inner) = (rig.group("outer", None), rig.group("inner", None));
    let user = users(&mut rig).remove(0);
    for (group, member) in [(&outer, &inner), (&inner, &user)] {
        assert_eq!(rig.post(&format!("/v1.0/groups/{group}/members/$ref"), &reference(member)).0, 204);
    }
    let mut names = |relation: &str| {
        let (status, found) = rig.get(&format!("/v1.0/users/{user}/{relation}?$select=id,displayName"));
        assert_eq!(status, 200, "{found}");
        let mut names: Vec<_> = values(&found).iter().map(|group| text(group, "displayName")).collect();
        names.sort();
        names
    };
    assert_eq!(names("memberOf"), ["inner"]);
    assert_eq!(names("transitiveMemberOf"), ["inner", "outer"]);
}
