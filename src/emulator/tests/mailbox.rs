//! What Exchange keeps of groups.

use super::*;

const ALL: &str =
    "allowExternalSenders,autoSubscribeNewMembers,hideFromAddressLists,hideFromOutlookClients,isSubscribedByMail";

fn unified(name: &str) -> Value {
    json!({"displayName": name, "mailEnabled": true, "mailNickname": name, "securityEnabled": true, "groupTypes": ["Unified"]})
}

fn made(rig: &mut Rig, name: &str) -> String {
    let (status, body) = rig.post("/v1.0/groups", &unified(name));
    assert_eq!(status, 201, "{body}");
    let id = text(&body, "id");
    format!("/v1.0/groups/{id}")
}

#[test]
fn what_exchange_keeps_of_a_group_is_404_where_there_is_no_mailbox() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let group = format!("/v1.0/groups/{group}");
    for name in ALL.split(',') {
        let (status, body) = rig.get(&format!("{group}?$select=id,{name}"));
        assert_eq!((status, code(&body)), (404, "MailboxNotEnabledForRESTAPI"), "{name}");
        assert_eq!(message(&body), "The mailbox is either inactive, soft-deleted, or is hosted on-premise.");
    }
    let change = json!({"hideFromAddressLists": true});
    let (status, body) = rig.as_person(&["Group.ReadWrite.All"], "PATCH", &group, &change);
    assert_eq!((status, code(&body)), (404, "MailboxNotEnabledForRESTAPI"));
    assert_eq!(rig.get(&group).0, 200);

    let team = made(&mut rig, "team");
    let (status, body) = rig.get(&format!("{team}?$select={ALL}"));
    assert_eq!((status, &body["allowExternalSenders"]), (200, &json!(false)));
}

#[test]
fn what_exchange_keeps_of_a_group_is_written_by_people_only() {
    let mut rig = Rig::new();
    let team = made(&mut rig, "team");
    let change = json!({"allowExternalSenders": true, "autoSubscribeNewMembers": true});
    let (status, body) = rig.patch(&team, &change);
    assert_eq!((status, code(&body)), (403, "ErrorGroupsAccessDenied"));
    assert_eq!(message(&body), "User does not have permissions to execute this action.");
    let mut other = unified("other");
    other["allowExternalSenders"] = json!(true);
    assert_eq!(rig.post("/v1.0/groups", &other).0, 403);
    let select = format!("{team}?$select=allowExternalSenders");
    assert_eq!(rig.get(&select).1["allowExternalSenders"], json!(false));

    assert_eq!(rig.as_person(&["Group.ReadWrite.All"], "PATCH", &team, &change).0, 204);
    rig.wait(60);
    assert_eq!(rig.get(&select).1["allowExternalSenders"], json!(true));
}

#[test]
fn what_exchange_keeps_of_a_group_is_changed_in_a_request_of_its_own() {
    let mut rig = Rig::new();
    let team = made(&mut rig, "team");
    let change = json!({"allowExternalSenders": true, "description": "d"});
    let (status, body) = rig.as_person(&["Group.ReadWrite.All"], "PATCH", &team, &change);
    assert_eq!((status, code(&body)), (400, "Request_BadRequest"));
    rig.wait(60);
    assert_eq!(rig.get(&team).1["description"], Value::Null);
}
