//! Queries of directory collections: what is simple, what is advanced, and what the service refuses.

use super::*;

fn names(told: Told) -> Vec<String> {
    let (status, body) = told;
    assert_eq!(status, 200, "{body}");
    values(&body).iter().map(|each| text(each, "displayName")).collect()
}

fn refused(told: Told) -> (String, String) {
    let (status, body) = told;
    assert_eq!(status, 400, "{body}");
    (code(&body).to_owned(), message(&body).to_owned())
}

const UNSUPPORTED: &str = "Request_UnsupportedQuery";

fn described(rig: &mut Rig, name: &str, description: &str) -> String {
    let id = rig.group(name, None);
    assert_eq!(rig.patch(&format!("/v1.0/groups/{id}"), &json!({"description": description})).0, 204);
    id
}

#[test]
fn a_search_finds_tokens_of_names_and_descriptions_with_and_and_or() {
    let mut rig = Rig::new();
    described(&mut rig, "OneVideo", "streaming");
    described(&mut rig, "Video wall", "lobby");
    described(&mut rig, "Onevideo", "lobby");
    let mut search = |text: &str| {
        let mut found = names(rig.get_eventual(&format!("/v1.0/groups?$search={text}")));
        found.sort();
        found
    };
    assert_eq!(search(r#""displayName:video""#), ["OneVideo", "Video wall"]);
    assert_eq!(search(r#""displayName:OneVideo""#), ["OneVideo"]);
    assert_eq!(search(r#""displayName:video" AND "description:lobby""#), ["Video wall"]);
    assert_eq!(
        search(r#""description:stream" OR ("displayName:one" AND "description:lobby")"#),
        ["OneVideo", "Onevideo"]
    );
    assert_eq!(search(r#""mailNickname:onev""#), ["OneVideo", "Onevideo"]);
    assert_eq!(search(r#""displayName:video"&$filter=description eq 'lobby'&$count=true"#), ["Video wall"]);
}

#[test]
fn a_search_needs_consistency_level_eventual_and_clauses_in_quotes() {
    let mut rig = Rig::new();
    let (code, words) = refused(rig.get(r#"/v1.0/groups?$search="displayName:x""#));
    assert_eq!(code, UNSUPPORTED);
    assert_eq!(
        words,
        "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"
    );
    refused(rig.get_eventual("/v1.0/groups?$search=displayName:x"));
    refused(rig.get_eventual(r#"/v1.0/groups?$search="nope:x""#));
    refused(rig.get_eventual(r#"/v1.0/groups?$search="securityEnabled:true""#));
}

#[test]
fn an_order_has_no_letter_case_and_is_paged() {
    let mut rig = Rig::new();
    for name in ["beta", "Alpha", "delta", "Gamma"] {
        rig.group(name, None);
    }
    assert_eq!(names(rig.get("/v1.0/groups?$orderby=displayName")), ["Alpha", "beta", "delta", "Gamma"]);
    assert_eq!(names(rig.get("/v1.0/groups?$orderby=displayName desc")), ["Gamma", "delta", "beta", "Alpha"]);
    let (_, first) = rig.get_eventual("/v1.0/groups?$orderby=displayName&$top=3&$count=true");
    assert_eq!(first["@odata.count"], json!(4));
    let next = text(&first, "@odata.nextLink").replace("http://127.0.0.1:4711", "");
    let (_, rest) = rig.get_eventual(&next);
    assert!(rest.get("@odata.count").is_none() && rest.get("@odata.nextLink").is_none());
    assert_eq!(names((200, rest)), ["Gamma"]);
}

#[test]
fn each_object_of_an_order_is_on_one_page_whatever_their_number() {
    let mut rig = Rig::new();
    let expected: Vec<String> = (0..40).map(|n| format!("g{n:02}")).collect();
    for n in 0..40 {
        rig.group(&format!("g{:02}", n * 7 % 40), None);
    }
    for (how, reversed) in [("", false), (" desc", true)] {
        let mut found = Vec::new();
        let mut next = Some(format!("/v1.0/groups?$orderby=displayName{how}&$top=3"));
        while let Some(target) = next {
            let (status, body) = rig.get(&target);
            next = body["@odata.nextLink"].as_str().map(|link| link.replace("http://127.0.0.1:4711", ""));
            found.extend(names((status, body)));
        }
        if reversed {
            found.reverse();
        }
        assert_eq!(found, expected);
    }
}

#[test]
fn an_order_beside_a_filter_or_by_what_is_not_sorted_is_refused() {
    let mut rig = Rig::new();
    rig.group("Alpha", None);
    let sorting = (UNSUPPORTED.to_owned(), "Sorting not supported for current query.".to_owned());
    let both = "/v1.0/groups?$orderby=displayName&$filter=startswith(displayName,'a')";
    assert_eq!(refused(rig.get(both)), sorting);
    assert_eq!(names(rig.get_eventual(&format!("{both}&$count=true"))), ["Alpha"]);
    assert_eq!(refused(rig.get("/v1.0/groups?$orderby=mailNickname")), sorting);
    assert_eq!(refused(rig.get("/v1.0/devices?$orderby=displayName")), sorting);
    assert_eq!(rig.get_eventual("/v1.0/devices?$orderby=displayName&$count=true").0, 200);
    assert_eq!(refused(rig.get("/v1.0/groups?$orderby=nope")).0, "BadRequest");
    assert_eq!(refused(rig.get("/v1.0/groups?$orderby=displayName up")).0, "BadRequest");
}

#[test]
fn operators_that_are_advanced_are_refused_without_header_and_count() {
    let mut rig = Rig::new();
    rig.group("Alpha", None);
    let mut words = |target: &str| refused(rig.get(target)).1;
    let advice = "is not supported because the required parameters might be missing. Try adding $count=true query \
                  parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for \
                  more information";
    assert_eq!(words("/v1.0/users?$filter=endswith(mail,'x')"), format!("Operator 'endsWith' {advice}"));
    assert_eq!(words("/v1.0/groups?$filter=not startswith(displayName,'x')"), format!("Operator 'not' {advice}"));
    assert_eq!(words("/v1.0/groups?$filter=displayName ne 'x'"), "Filter operator 'NotEqualsMatch' is not supported.");
    assert_eq!(
        words("/v1.0/users?$filter=companyName eq 'x'"),
        "Unsupported or invalid query filter clause specified for property 'companyName' of resource 'User'."
    );
    for filter in [
        "endswith(mail,'contoso.com')",
        "postalCode eq null",
        "not (displayName eq 'x')",
        "assignedLicenses/$count eq 0",
    ] {
        let (status, body) = rig.get_eventual(&format!("/v1.0/users?$filter={filter}&$count=true"));
        assert_eq!((status, &body["@odata.count"]), (200, &json!(values(&body).len())), "{filter}");
        assert!(!values(&body).is_empty(), "{filter}");
    }
}

#[test]
fn a_property_without_an_index_takes_no_filter_even_in_an_advanced_query() {
    let mut rig = Rig::new();
    let (code, words) = refused(rig.get_eventual("/beta/groups?$filter=createdDateTime ge 2021-11-01&$count=true"));
    assert_eq!(code, UNSUPPORTED);
    assert_eq!(
        words,
        "Unsupported or invalid query filter clause specified for property 'createdDateTime' of resource 'Group'."
    );
    assert_eq!(refused(rig.get_eventual("/v1.0/devices?$filter=manufacturer eq 'x'&$count=true")).0, UNSUPPORTED);
    assert_eq!(refused(rig.get("/v1.0/groups?$filter=contains(displayName,'x')")).0, UNSUPPORTED);
    assert_eq!(refused(rig.get("/v1.0/groups?$filter=groupTypes/any(t:t ne 'Unified')")).0, UNSUPPORTED);
    assert_eq!(rig.get("/v1.0/groups?$filter=groupTypes/any(t:t eq 'Unified')").0, 200);
}

#[test]
fn fifteen_alternatives_are_taken_and_sixteen_are_too_many() {
    let mut rig = Rig::new();
    let ids: Vec<String> = (0..16).map(|n| rig.group(&format!("g{n}"), None)).collect();
    let listed = |count: usize| ids[..count].iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(",");
    assert_eq!(names(rig.get(&format!("/v1.0/groups?$filter=id in ({})", listed(15)))).len(), 15);
    let (code, words) = refused(rig.get(&format!("/v1.0/groups?$filter=id in ({})", listed(16))));
    assert_eq!(code, UNSUPPORTED);
    assert_eq!(
        words,
        "Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15."
    );
    let either = ids.iter().map(|id| format!("id eq '{id}'")).collect::<Vec<_>>().join(" or ");
    assert_eq!(refused(rig.get(&format!("/v1.0/groups?$filter={either}"))).1, words);
}

#[test]
fn extension_attributes_of_devices_are_filtered_and_selected() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "K1"}, {"serialNumber": "K2"}]));
    let filter = "extensionAttributes/extensionAttribute1 eq 'x'";
    assert_eq!(names(rig.get(&format!("/beta/devices?$filter={filter}"))), [] as [&str; 0]);
    let tenant = rig.world.tenants.get_mut(TENANT_ID).unwrap();
    let id = tenant.devices.values().find(|device| device.display_name == "K2").unwrap().id.clone();
    let extra = json!({"extensionAttributes": {"extensionAttribute1": "x"}});
    tenant.devices.edit(&id).unwrap().extra = Some(Box::new(extra.as_object().unwrap().clone()));
    for version in ["v1.0", "beta"] {
        assert_eq!(names(rig.get(&format!("/{version}/devices?$filter={filter}"))), ["K2"]);
        let nope = format!("/{version}/devices?$filter=extensionAttributes/nope eq 'x'");
        assert_eq!(refused(rig.get(&nope)).0, "BadRequest");
        let (_, shown) = rig.get(&format!("/{version}/devices/{id}?$select=extensionAttributes"));
        assert_eq!(shown["extensionAttributes"]["extensionAttribute1"], json!("x"));
    }
}

#[test]
fn a_count_as_a_segment_is_text_and_415_for_whoever_takes_json_only() {
    let mut rig = Rig::new();
    rig.group("Alpha", None);
    assert_eq!(refused(rig.get("/v1.0/users/$count")).1, "$count is not currently supported.");
    let mut count = |accept: &str| {
        told(&rig.raw(|incoming| {
            incoming.method = "GET".into();
            incoming.target = "/v1.0/groups/$count?$filter=displayName ne 'x'".into();
            incoming.eventual = true;
            incoming.accept = Some(accept.into());
        }))
    };
    assert_eq!(count("text/plain"), (200, json!(1)));
    assert_eq!(count("application/json, */*").0, 200);
    assert_eq!(count("application/json").0, 415);
    assert_eq!(count("application/json;odata.metadata=minimal").0, 415);
}

#[test]
fn a_count_comes_with_the_header_only_and_is_let_pass_without() {
    let mut rig = Rig::new();
    rig.group("Alpha", None);
    assert!(rig.get("/v1.0/groups?$count=true").1.get("@odata.count").is_none());
    assert!(rig.get_eventual("/v1.0/groups").1.get("@odata.count").is_none());
    assert_eq!(rig.get_eventual("/v1.0/groups?$count=true").1["@odata.count"], json!(1));
}

#[test]
fn members_are_filtered_searched_and_sorted_in_advanced_queries_only() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "Zebra"}, {"serialNumber": "Ant"}]));
    let group = rig.group("all", Some("device.objectId -ne null"));
    rig.wait(60);
    for path in ["members", "transitiveMembers", "members/microsoft.graph.device"] {
        let path = format!("/v1.0/groups/{group}/{path}");
        let filter = format!("{path}?$filter=startswith(displayName,'a')");
        assert_eq!(
            refused(rig.get(&filter)).1,
            "The specified filter to the reference property query is currently not supported."
        );
        assert_eq!(names(rig.get_eventual(&format!("{filter}&$count=true"))), ["Ant"]);
        assert_eq!(names(rig.get_eventual(&format!(r#"{path}?$search="displayName:zeb""#))), ["Zebra"]);
        let order = format!("{path}?$orderby=displayName");
        assert_eq!(refused(rig.get(&order)).1, "Sorting not supported for current query.");
        assert_eq!(names(rig.get_eventual(&format!("{order}&$count=true"))), ["Ant", "Zebra"]);
        assert_eq!(rig.get_eventual(&format!("{path}/$count?$filter=startswith(displayName,'a')")), (200, json!(1)));
    }
}

#[test]
fn whether_an_object_is_a_member_is_asked_by_its_id_in_any_query() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "Zebra"}, {"serialNumber": "Ant"}]));
    let group = rig.group("all", Some("device.displayName -eq \"Ant\""));
    rig.wait(60);
    let devices = rig.get("/v1.0/devices?$select=id,displayName").1;
    let id = |name: &str| text(values(&devices).iter().find(|each| each["displayName"] == name).unwrap(), "id");
    let (ant, zebra) = (id("Ant"), id("Zebra"));
    for members in [format!("/v1.0/groups/{group}/members"), format!("/beta/groups/{group}/members")] {
        assert_eq!(names(rig.get(&format!("{members}?$filter=id eq '{ant}'"))), ["Ant"]);
        assert_eq!(names(rig.get(&format!("{members}?$filter=id eq '{zebra}'"))), [] as [&str; 0]);
        for other in [format!("id ne '{ant}'"), format!("id eq '{ant}' and displayName eq 'Ant'")] {
            assert_eq!(refused(rig.get(&format!("{members}?$filter={other}"))).0, UNSUPPORTED, "{other}");
        }
    }
    assert_eq!(names(rig.get(&format!("/v1.0/devices/{ant}/memberOf?$filter=id eq '{group}'"))), ["all"]);
    let transitive = format!("/v1.0/groups/{group}/transitiveMembers?$filter=id eq '{ant}'");
    assert_eq!(refused(rig.get(&transitive)).0, UNSUPPORTED);
}

#[test]
fn deleted_items_and_service_principals_take_advanced_queries_too() {
    let mut rig = Rig::new();
    for name in ["Old one", "New one"] {
        let id = rig.group(name, None);
        assert_eq!(rig.delete(&format!("/v1.0/groups/{id}")).0, 204);
    }
    let deleted = "/v1.0/directory/deletedItems/microsoft.graph.group";
    assert_eq!(names(rig.get_eventual(&format!(r#"{deleted}?$search="displayName:old""#))), ["Old one"]);
    assert_eq!(names(rig.get_eventual(&format!("{deleted}?$orderby=displayName&$count=true"))), ["New one", "Old one"]);
    assert_eq!(rig.get_eventual(&format!("{deleted}/$count")), (200, json!(2)));
    assert_eq!(refused(rig.get("/v1.0/servicePrincipals?$orderby=displayName")).0, UNSUPPORTED);
    let (status, body) = rig.get_eventual("/v1.0/servicePrincipals?$orderby=displayName desc&$count=true");
    assert_eq!((status, &body["@odata.count"]), (200, &json!(values(&body).len())));
}

#[test]
fn the_context_repeats_what_was_selected_and_expanded() {
    let mut rig = Rig::new();
    let group = rig.group("Alpha", None);
    let mut context = |target: &str| {
        let (status, body) = rig.get(target);
        assert_eq!(status, 200, "{body}");
        text(&body, "@odata.context").replace("http://127.0.0.1:4711/v1.0/$metadata", "")
    };
    assert_eq!(context("/v1.0/groups"), "#groups");
    assert_eq!(context("/v1.0/groups?$select=id,displayName"), "#groups(id,displayName)");
    assert_eq!(context("/v1.0/groups?$expand=members"), "#groups(members())");
    assert_eq!(context(&format!("/v1.0/groups/{group}")), "#groups/$entity");
    assert_eq!(context(&format!("/v1.0/groups/{group}?$select=id")), "#groups(id)/$entity");
    assert_eq!(context(&format!("/v1.0/groups/{group}/members")), "#directoryObjects");
    assert_eq!(context(&format!("/v1.0/groups/{group}/members?$select=id")), "#directoryObjects(id)");
    assert_eq!(context(&format!("/v1.0/groups/{group}/members/microsoft.graph.user")), "#users");
    assert_eq!(context("/v1.0/directory/deletedItems/microsoft.graph.group"), "#groups");
    assert_eq!(context(&format!("/v1.0/directoryObjects/{group}")), "#directoryObjects/$entity");
}
