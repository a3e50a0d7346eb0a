//! Answers that are put together.

use super::*;

const GROUPS: &str = "/v1.0/groups";

fn call(method: &str, target: &str, status: u16, answer: Json) -> Exchange {
    let (path, query) = taken_apart(target);
    Exchange { method: method.into(), path, query, status, answer, ..Exchange::default() }
}

fn read(target: &str, answer: Json) -> Exchange {
    call("GET", target, 200, answer)
}

fn row(number: u32, state: u32) -> Json {
    json!({"id": id(number), "state": state})
}

fn id(number: u32) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

fn one(number: u32) -> String {
    format!("{GROUPS}/{}", id(number))
}

fn some(ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(|number| format!("'{}'", id(*number))).collect();
    format!("{GROUPS}?$filter=id in ({})", ids.join(","))
}

/// The answer where these were used.
fn asked(exchanges: &[Exchange], used: &[usize], target: &str) -> Option<(u16, Json)> {
    let (path, query) = taken_apart(target);
    let used: Vec<bool> = (0..exchanges.len()).map(|at| used.contains(&at)).collect();
    let known = Known { exchanges, used: &used, bindings: &Bindings::default() };
    answer(known, &path, &query).map(|composed| (composed.exchange.status, composed.exchange.answer))
}

fn rows(rows: &[Json]) -> Option<(u16, Json)> {
    Some((200, json!({ "value": rows })))
}

#[test]
fn objects_that_were_read_in_other_groups_are_told() {
    let exchanges = [
        read(&some(&[1, 2, 3]), json!({"value": [row(1, 0), row(2, 0)]})),
        read(&one(4), row(4, 0)),
        call("GET", &one(5), 404, Json::Null),
    ];
    assert_eq!(asked(&exchanges, &[], &some(&[1, 4])), rows(&[row(1, 0), row(4, 0)]));
    assert_eq!(asked(&exchanges, &[], &some(&[2, 3, 5])), rows(&[row(2, 0)]), "two are not there");
    assert_eq!(asked(&exchanges, &[], &one(2)), Some((200, row(2, 0))));
    assert_eq!(asked(&exchanges, &[], &one(3)).unwrap().0, 404);
    assert_eq!(asked(&exchanges, &[], &some(&[6])), None, "nobody asked for it");
    assert_eq!(asked(&exchanges, &[], &format!("/v1.0/users/{}", id(1))), None, "nor for that of another collection");
    assert_eq!(asked(&exchanges, &[], GROUPS), None, "a list has more than what is known of");
}

#[test]
fn what_was_written_before_and_after_is_honoured() {
    let exchanges = [
        read(GROUPS, json!({"value": [row(1, 0), row(2, 0)]})),
        call("PATCH", &one(1), 204, Json::Null),
        read(&one(1), row(1, 9)),
        call("POST", GROUPS, 201, row(3, 0)),
        call("DELETE", &one(2), 204, Json::Null),
    ];
    assert_eq!(asked(&exchanges, &[], &some(&[1, 2])), rows(&[row(1, 0), row(2, 0)]));
    assert_eq!(asked(&exchanges, &[1], &some(&[1, 2])), rows(&[row(1, 9), row(2, 0)]));
    assert_eq!(asked(&exchanges, &[], &one(3)).unwrap().0, 404, "it is not made yet");
    assert_eq!(asked(&exchanges, &[3], &one(3)), Some((200, row(3, 0))));
    assert_eq!(asked(&exchanges, &[4], &one(2)).unwrap().0, 404, "it is deleted");
    assert_eq!(asked(&exchanges, &[1, 3, 4], GROUPS), rows(&[row(1, 9), row(3, 0)]));
    assert_eq!(asked(&exchanges, &[3], &format!("{GROUPS}/$count")), Some((200, json!(3))));
}

#[test]
fn a_list_tells_no_object_of_what_only_its_own_read_shows() {
    let scripts = "/beta/deviceManagement/deviceManagementScripts";
    let told = |number: u32, content: Option<&str>| json!({"id": id(number), "scriptContent": content});
    let list = read(scripts, json!({"value": [told(1, None), told(2, None)]}));
    let exchanges = [list, read(&format!("{scripts}/{}", id(1)), told(1, Some("x")))];
    assert_eq!(asked(&exchanges, &[], &format!("{scripts}/{}", id(1))), Some((200, told(1, Some("x")))));
    assert_eq!(asked(&exchanges, &[], &format!("{scripts}/{}", id(2))), None);
}

#[test]
fn a_list_is_told_to_its_end() {
    let next = format!("{GRAPH}{GROUPS}?$skiptoken=token-2");
    let first = read(GROUPS, json!({"value": [row(1, 0)], "@odata.nextLink": next}));
    let last = read(&format!("{GROUPS}?$skiptoken=token-2"), json!({"value": [row(2, 0)]}));
    let target = format!("{GROUPS}?$top=999");
    assert_eq!(asked(&[first.clone(), last], &[], &target), rows(&[row(1, 0), row(2, 0)]));
    assert_eq!(asked(&[first], &[], &target), None);
}

#[test]
fn what_told_of_something_is_named() {
    let next = format!("{GRAPH}{GROUPS}?$skiptoken=token-2");
    let exchanges = [
        read(&some(&[1, 2]), json!({"value": [row(1, 0)]})),
        read(&one(4), row(4, 0)),
        read(GROUPS, json!({"value": [row(1, 0)], "@odata.nextLink": next})),
        read(&format!("{GROUPS}?$skiptoken=token-2"), json!({"value": [row(5, 0)]})),
        call("POST", GROUPS, 201, row(6, 0)),
    ];
    let of = |used: [bool; 5], target: &str| {
        let (path, query) = taken_apart(target);
        let known = Known { exchanges: &exchanges, used: &used, bindings: &Bindings::default() };
        answer(known, &path, &query).map(|composed| composed.of.into_iter().collect::<Vec<_>>())
    };
    let [none, written] = [false, true].map(|written| [false, false, false, false, written]);
    assert_eq!(of(none, &some(&[2, 4])), Some(vec![0, 1]));
    assert_eq!(of(none, &format!("{GROUPS}?$top=999")), Some(vec![2, 3]));
    assert_eq!(of(written, &some(&[6, 4])), Some(vec![1, 4]));
}

#[test]
fn users_are_told_by_their_names() {
    let user = |name: &str| json!({"id": name, "userPrincipalName": name, "accountEnabled": true});
    let target = |names: &str| {
        format!("/v1.0/users?$select=userPrincipalName,accountEnabled&$filter=userPrincipalName in ({names})")
    };
    let exchanges =
        [read(&target("'a','b','c'").replace("$select=", "$select=id,"), json!({"value": [user("a"), user("b")]}))];
    let shown = |name: &str| json!({"userPrincipalName": name, "accountEnabled": true});
    assert_eq!(asked(&exchanges, &[], &target("'b','c'")), rows(&[shown("b")]));
    assert_eq!(asked(&exchanges, &[], &target("'d'")), None);
}
