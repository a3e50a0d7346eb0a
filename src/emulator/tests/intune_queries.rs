//! What lists of Intune make of the query options that they take.

use super::*;

const TAGS: &str = "/beta/deviceManagement/roleScopeTags";
const APPS: &str = "/beta/deviceAppManagement/mobileApps";

fn names(body: &Value) -> Vec<String> {
    values(body).iter().map(|each| text(each, "displayName")).collect()
}

#[test]
fn profiles_are_sorted_by_name_and_description_only_and_skipped() {
    let mut rig = Rig::new();
    for name in ["b", "C", "a"] {
        rig.profile(name);
    }
    let mut list = |query: &str| rig.get(&format!("{PROFILES}?{query}"));
    assert_eq!(names(&list("$orderby=displayName").1), ["a", "b", "C"]);
    assert_eq!(names(&list("$orderby=description,displayName desc").1), ["C", "b", "a"]);
    assert_eq!(names(&list("$orderby=displayName&$skip=1&$top=1").1), ["b"]);
    assert_eq!(names(&list("$skip=2").1), ["a"]);
    assert_eq!(list("$orderby=createdDateTime").0, 400);
    assert_eq!(list("$orderby=nothing").0, 400);
    assert_eq!(list("$orderby=displayName upwards").0, 400);
}

#[test]
fn a_profile_s_assignments_take_no_filter() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let (status, body) = rig.get(&format!("{PROFILES}/{profile}/assignments?$filter=source eq 'direct'"));
    assert_eq!((status, code(&body)), (400, "BadRequest"));
    assert!(message(&body).contains("'$filter'"), "{body}");
}

#[test]
fn a_list_is_sorted_by_the_type_of_the_property() {
    let mut rig = Rig::new();
    for minute in 0..3 {
        rig.wait(60 * minute);
        rig.post(PAGES, &json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": format!("p{minute}")}));
    }
    let (_, newest) = rig.get(&format!("{PAGES}?$orderby=createdDateTime desc&$top=3"));
    assert_eq!(names(&newest), ["p2", "p1", "p0"]);
    let (_, last) = rig.get(&format!("{PAGES}?$orderby=priority desc,displayName&$top=1"));
    assert_eq!(names(&last), ["p2"]);
}

#[test]
fn v1_neither_filters_nor_sorts_by_what_only_beta_has() {
    let mut rig = Rig::new();
    let v1 = PAGES.replace("/beta", "/v1.0");
    for query in [
        "$filter=deviceEnrollmentConfigurationType eq 'limit'",
        "$filter=roleScopeTagIds/any(x:x eq '0')",
        "$orderby=deviceEnrollmentConfigurationType",
    ] {
        assert_eq!(rig.get(&format!("{v1}?{query}")).0, 400, "{query}");
    }
    assert_eq!(values(&rig.get(&format!("{v1}?$filter=priority eq 0")).1).len(), 5);
    let apps = APPS.replace("/beta", "/v1.0");
    let (status, body) = rig.get(&format!("{apps}?$filter=isAssigned eq true"));
    assert_eq!(status, 400);
    assert!(
        message(&body).starts_with("Invalid filter clause: Could not find a property named 'isAssigned'"),
        "{body}"
    );
}

#[test]
fn apps_expand_their_categories() {
    let mut rig = Rig::new();
    let body = json!({"@odata.type": "#microsoft.graph.winGetApp", "displayName": "a", "packageIdentifier": "X1"});
    let id = text(&rig.post(APPS, &body).1, "id");
    let (status, listed) = rig.get(&format!("{APPS}?$expand=categories,assignments"));
    assert_eq!((status, &values(&listed)[0]["categories"]), (200, &json!([])));
    assert_eq!(rig.get(&format!("{APPS}/{id}?$expand=categories")).1["categories"], json!([]));
    assert!(rig.get(&format!("{APPS}/{id}")).1.get("categories").is_none());
    assert_eq!(rig.get(&format!("{TAGS}?$expand=categories")).0, 400);
}
