//! What an exported configuration refers to and does not manage is looked up by data sources, in a second tenant too.

use autopilot::emulator::OTHER_TENANT_ID;
use serde_json::{Value, json};

use super::{
    exported::{export, holds_only_imports},
    lab::Lab,
    tenant::Tenant,
};

/// A group, a scope tag, an app, four pages and their order.
const MANAGED: usize = 8;

/// A group of the cloud.
fn group(tenant: &Tenant, name: &str, nickname: &str, unified: bool) -> String {
    let body = json!({
        "displayName": name, "mailEnabled": unified, "mailNickname": nickname, "securityEnabled": true,
        "groupTypes": if unified { json!(["Unified"]) } else { json!([]) },
    });
    tenant.post("/v1.0/groups", &body)["id"].as_str().expect("an id").to_owned()
}

/// Groups that Graph only reads, in both tenants.
fn kept_elsewhere(lab: &Lab) {
    for tenant in [autopilot::emulator::TENANT_ID, OTHER_TENANT_ID] {
        let seed = json!({"tenant": tenant, "groups": [
            {"displayName": "Mail", "mailEnabled": true},
            {"displayName": "Synced", "onPremisesSyncEnabled": true},
        ]});
        lab.emulator.plant(seed.to_string().as_bytes()).expect("they are planted");
    }
}

fn id_of(tenant: &Tenant, name: &str) -> String {
    let groups = tenant.groups();
    let found = groups.iter().find(|group| group["displayName"] == name).expect("it is there");
    found["id"].as_str().expect("an id").to_owned()
}

fn page(tenant: &Tenant, name: &str, group: &str, apps: &[&str]) {
    let page = tenant.post(
        "/beta/deviceManagement/deviceEnrollmentConfigurations",
        &json!({
            "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": name,
            "showInstallationProgress": true, "selectedMobileAppIds": apps, "roleScopeTagIds": ["0", "1"],
        }),
    );
    let target = json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}});
    let page = page["id"].as_str().expect("an id");
    tenant.post(
        &format!("/beta/deviceManagement/deviceEnrollmentConfigurations/{page}/assign"),
        &json!({"enrollmentConfigurationAssignments": [target]}),
    );
}

/// Pages assigned to groups of every kind, and an app that one of them waits for.
fn clicked(lab: &Lab) {
    let tenant = &lab.tenant;
    kept_elsewhere(lab);
    tenant.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    let app = tenant.post(
        "/beta/deviceAppManagement/mobileApps",
        &json!({
            "@odata.type": "#microsoft.graph.winGetApp", "displayName": "Portal", "publisher": "M",
            "packageIdentifier": "9WZDNCRFJ3PZ",
            "installExperience": {"@odata.type": "#microsoft.graph.winGetAppInstallExperience", "runAsAccount": "system"},
        }),
    );
    let app = app["id"].as_str().expect("an id");
    let groups = [
        ("Team", group(tenant, "Team", "team", true)),
        ("Twin", group(tenant, "Twin", "twin", true)),
        ("Mail", id_of(tenant, "Mail")),
        ("Synced", id_of(tenant, "Synced")),
    ];
    let security = group(tenant, "Twin", "twin2", false);
    tenant.post(
        &format!("/v1.0/groups/{security}/members/$ref"),
        &json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", groups[0].1)}),
    );
    for (name, group) in &groups {
        page(tenant, &format!("Page of {name}"), group, &[app]);
    }
}

fn file(lab: &Lab, name: &str) -> String {
    std::fs::read_to_string(lab.folder().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// The blocks of a file, each in one line.
fn blocks(text: &str) -> Vec<String> {
    text.split("\n\n").map(|block| block.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_group_that_cannot_be_managed_is_a_data_source_and_the_plan_shows_only_imports() {
    let lab = Lab::new();
    clicked(&lab);
    let exported = export(&lab, &[]).succeeds();
    assert!(!exported.stdout.contains("Its id stands"), "{exported}");
    let data = file(&lab, "data.tf");
    for name in ["mail", "synced", "team", "twin"] {
        assert!(data.contains(&format!("data \"autopilot_group\" \"{name}\"")), "{data}");
    }
    assert!(data.contains("data \"autopilot_scope_tag\" \"default\""), "{data}");
    let pages = file(&lab, "enrollment_status_pages.tf");
    assert!(pages.contains("data.autopilot_group.team.id"), "{pages}");
    assert!(pages.contains("[autopilot_winget_app.portal.id]"), "an app of the folder is no foreign one: {pages}");
    holds_only_imports(&lab.plan(), MANAGED);
    lab.apply();
    assert_eq!(lab.plan_run().code, Some(0));
    export(&lab, &["--check"]).succeeds();
}

#[test]
fn a_second_tenant_finds_its_own_groups_by_their_names_and_is_told_the_rest_by_variables() {
    let mut lab = Lab::new();
    clicked(&lab);
    export(&lab, &["--module"]).succeeds();
    let data = blocks(&file(&lab, "modules/tenant/data.tf"));
    for expected in [
        "data \"autopilot_group\" \"team\" { display_name = \"Team\" }",
        "data \"autopilot_group\" \"synced\" { display_name = \"Synced\" }",
        "data \"autopilot_group\" \"twin\" { id = var.twin_group_id }",
    ] {
        assert!(data.iter().any(|block| block == expected), "{expected}: {data:?}");
    }
    let groups = file(&lab, "modules/tenant/groups.tf");
    assert!(groups.contains("[data.autopilot_group.team.id]"), "{groups}");
    lab.run(&["get"]).succeeds();
    holds_only_imports(&lab.plan(), MANAGED);
    std::fs::remove_file(lab.folder().join("imports.tf")).expect("it was written");
    lab.sign_in_elsewhere();
    let team = group(&lab.tenant, "Team", "team", true);
    let twin = group(&lab.tenant, "Twin of another name", "twin", true);
    lab.set("TF_VAR_tenant_id", OTHER_TENANT_ID);
    lab.set("TF_VAR_twin_group_id", &twin);
    lab.apply();
    assert_eq!(lab.plan_run().code, Some(0));
    let pages = lab.tenant.list("/beta/deviceManagement/deviceEnrollmentConfigurations?$expand=assignments");
    let assigned = |name: &str| -> Value {
        let page = pages.iter().find(|page| page["displayName"] == name).expect("it was made");
        page["assignments"][0]["target"]["groupId"].clone()
    };
    assert_eq!(assigned("Page of Team"), json!(team));
    assert_eq!(assigned("Page of Twin"), json!(twin));
}

/// The ids of the members of a group.
fn members(tenant: &Tenant, group: &str) -> Vec<String> {
    let members = tenant.list(&format!("/v1.0/groups/{group}/members"));
    members.iter().map(|member| member["id"].as_str().expect("an id").to_owned()).collect()
}

/// Groups in groups, two of which are in each other, and a person: the ids of those two and of the person.
fn nested(tenant: &Tenant) -> [String; 3] {
    let [all, north, a, b] = ["All", "North", "A", "B"].map(|name| group(tenant, name, &name.to_lowercase(), false));
    let person = tenant.list("/v1.0/users")[0]["id"].as_str().expect("an id").to_owned();
    for (of, member) in [(&all, &north), (&all, &a), (&all, &person), (&north, &a), (&a, &b), (&b, &a)] {
        let link = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{member}")});
        tenant.post(&format!("/v1.0/groups/{of}/members/$ref"), &link);
    }
    [a, b, person]
}

/// The block of a group.
fn said(groups: &str, name: &str) -> String {
    let begin = format!("resource \"autopilot_group\" \"{name}\"");
    blocks(groups).into_iter().find(|block| block.contains(&begin)).expect("it is there")
}

#[test]
fn groups_in_groups_are_references_but_where_they_make_a_circle() {
    let lab = Lab::new();
    let [a, b, person] = nested(&lab.tenant);
    export(&lab, &[]).succeeds();
    let groups = file(&lab, "groups.tf");
    let of_all = said(&groups, "all");
    for expected in ["autopilot_group.north.id", "autopilot_group.a.id", &format!("{person:?}")] {
        assert!(of_all.contains(expected), "{expected}: {of_all}");
    }
    assert!(said(&groups, "north").contains("[autopilot_group.a.id]"), "{groups}");
    assert!(
        said(&groups, "a").contains(&format!("[{b:?}]")) && said(&groups, "b").contains(&format!("[{a:?}]")),
        "{groups}"
    );
    holds_only_imports(&lab.plan(), 4);
}

#[test]
fn a_second_tenant_has_the_groups_in_the_groups_and_is_told_the_other_members_by_variables() {
    let mut lab = Lab::new();
    nested(&lab.tenant);
    export(&lab, &["--module"]).succeeds();
    let groups = file(&lab, "modules/tenant/groups.tf");
    assert!(said(&groups, "all").contains(", var.all_member_ids)"), "{groups}");
    assert!(said(&groups, "north").contains("[autopilot_group.a.id]"), "{groups}");
    assert!(said(&groups, "a").contains("var.a_member_ids"), "{groups}");
    assert!(!file(&lab, "variables.tf").contains("north_member_ids"));
    lab.run(&["get"]).succeeds();
    holds_only_imports(&lab.plan(), 4);
    std::fs::remove_file(lab.folder().join("imports.tf")).expect("it was written");
    lab.sign_in_elsewhere();
    lab.set("TF_VAR_tenant_id", OTHER_TENANT_ID);
    for name in ["all", "a", "b"] {
        lab.set(&format!("TF_VAR_{name}_member_ids"), "[]");
    }
    lab.apply();
    assert_eq!(lab.plan_run().code, Some(0));
    let mut there = members(&lab.tenant, &id_of(&lab.tenant, "All"));
    let mut expected = ["North", "A"].map(|name| id_of(&lab.tenant, name));
    there.sort();
    expected.sort();
    assert_eq!(there, expected);
}
