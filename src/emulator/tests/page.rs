//! The page, and what it asks for.

use super::*;

/// Rows of a kind.
fn browse(rig: &mut Rig, query: &str) -> (Value, Vec<Value>) {
    let (status, body) = rig.get(&format!("/_emulator/browse?{query}"));
    assert_eq!(status, 200, "{query}: {body}");
    (body["matching"].clone(), body["rows"].as_array().unwrap().clone())
}

fn column(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| text(row, name)).collect()
}

fn file(rig: &mut Rig, path: &str) -> Reply {
    rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = path.into();
        incoming.authorization = None;
    })
}

#[test]
fn the_page_asks_nobody_else_and_makes_no_html_of_text() {
    let mut rig = Rig::new();
    let mut waiting = vec!["/".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = waiting.pop() {
        let reply = file(&mut rig, &path);
        assert_eq!(reply.status, 200, "{path}");
        let header = |name: &str| &reply.headers.iter().find(|(each, _)| *each == name).unwrap().1;
        let policy = header("content-security-policy");
        for part in
            ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "require-trusted-types-for 'script'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let body = String::from_utf8(reply.body.clone()).unwrap();
        for never in ["http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML", "style="] {
            assert!(!body.contains(never), "{path} has {never}");
        }
        // What it loads: files of the page, and modules beside them.
        for word in body.split('"') {
            let target = match word.strip_prefix("./") {
                Some(name) => format!("/_emulator/page/{name}"),
                None => word.to_owned(),
            };
            if target.starts_with("/_emulator/page/") && !seen.contains(&target) {
                seen.push(target.clone());
                waiting.push(target);
            }
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
    assert_eq!(file(&mut rig, "/_emulator/page/page.html").status, 404);
    assert!(rig.world.journal.requests.is_empty());
}

#[test]
fn a_list_is_searched_and_cut_where_the_tenant_is() {
    let mut rig = Rig::new();
    rig.seed(&json!([
        {"serialNumber": "S-", "count": 120, "groupTag": "Sales"},
        {"serialNumber": "K-", "count": 3, "groupTag": "Kiosk", "model": "Surface Go", "userPrincipalName": "adele.vance@contoso.com"},
    ]));
    let (matching, rows) = browse(&mut rig, "kind=devices");
    assert_eq!((matching, rows.len()), (json!(123), 50));
    assert_eq!(text(&rows[0], "serial_number"), "K-000000");
    let (matching, rows) = browse(&mut rig, "kind=devices&skip=122&top=10");
    assert_eq!((matching, column(&rows, "serial_number")), (json!(123), vec!["S-000119".to_owned()]));
    for (search, found) in [("k-00000", 3), ("surface", 3), ("KIOSK", 3), ("adele", 3), ("s-00011", 10), (".*", 0)] {
        assert_eq!(browse(&mut rig, &format!("search={search}")).0, json!(found), "{search}");
    }
    for refused in ["kind=laptops", "top=x", "tenant=nowhere", "kind=groups&status=Assigned"] {
        assert_eq!(rig.get(&format!("/_emulator/browse?{refused}")).0, 400, "{refused}");
    }
}

#[test]
fn statuses_are_those_of_the_admin_center_and_hardware_goes_first() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A"}, {"serialNumber": "F"}, {"serialNumber": "R"}]));
    let status = |rig: &mut Rig| column(&browse(rig, "").1, "status");
    assert_eq!(status(&mut rig), ["Not assigned"; 3]);
    let group = rig.group("All", Some("device.objectId -ne null"));
    let profile = rig.profile("Standard");
    rig.assign(&profile, &group_target(&group));
    rig.wait(35);
    assert_eq!(status(&mut rig), ["Assigning"; 3]);
    rig.wait(200);
    assert_eq!(status(&mut rig), ["Assigned"; 3]);
    let change = |rig: &mut Rig, serial: &str, repairable: bool| {
        rig.post("/_emulator/hardware_change", &json!({"serial_number": serial, "repairable": repairable}))
    };
    change(&mut rig, "F", true);
    change(&mut rig, "R", false);
    assert_eq!(status(&mut rig), ["Assigned", "Fix pending", "Attention required"]);
    assert_eq!(column(&browse(&mut rig, "status=Attention%20required").1, "serial_number"), ["R"]);
    let statuses = rig.get("/_emulator/overview").1["statuses"].clone();
    let count = |status: &str| {
        let found = statuses.as_array().unwrap().iter().find(|each| each["status"] == json!(status)).unwrap();
        found["count"].as_u64().unwrap()
    };
    assert_eq!(
        ["Not assigned", "Assigning", "Assigned", "Fix pending", "Attention required"].map(count),
        [0, 0, 1, 1, 1]
    );
    let device = &browse(&mut rig, "search=F").1[0];
    assert_eq!((&device["profile"], device["assigned_at"].is_string()), (&json!("Standard"), true));
}

#[test]
fn every_kind_has_rows_and_their_paths_lead_to_what_graph_shows() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1"}]));
    let group = rig.group("All", Some("device.objectId -ne null"));
    let profile = rig.profile("Standard");
    rig.assign(&profile, &group_target(&group));
    rig.filter();
    rig.post(IMPORTS, &row("B1"));
    rig.post("/_emulator/enroll", &json!({"serial_number": "A1"}));
    let page =
        json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "P"});
    rig.post(PAGES, &page);
    rig.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    let more = [
        (
            "deviceAppManagement/mobileApps",
            json!({"@odata.type": "#microsoft.graph.winGetApp", "displayName": "A", "packageIdentifier": "9WZDNCRFJ3PZ"}),
        ),
        (
            "deviceManagement/deviceManagementScripts",
            json!({"displayName": "S", "fileName": "s.ps1", "scriptContent": "aGk=", "runAsAccount": "system"}),
        ),
        (
            "deviceManagement/configurationPolicies",
            json!({"name": "C", "platforms": "windows10", "technologies": "mdm", "settings": []}),
        ),
        (
            "deviceManagement/deviceConfigurations",
            json!({"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "J", "activeDirectoryDomainName": "corp.contoso.com", "organizationalUnit": "", "computerNameStaticPrefix": "LAP", "computerNameSuffixRandomCharCount": 8}),
        ),
    ];
    for (path, body) in more {
        let (status, answer) = rig.post(&format!("/beta/{path}"), &body);
        assert_eq!(status, 201, "{path}: {answer}");
    }
    let listed = json!({"importedDeviceIdentities": [{"importedDeviceIdentifier": "HP,EliteBook,S1", "importedDeviceIdentityType": "manufacturerModelSerial"}], "overwriteImportedDeviceIdentities": false});
    assert_eq!(rig.post("/beta/deviceManagement/importedDeviceIdentities/importDeviceIdentityList", &listed).0, 200);
    let mut kinds = Vec::new();
    for kind in rig.get("/_emulator/overview").1["kinds"].as_array().unwrap() {
        let name = text(kind, "kind");
        let (matching, rows) = browse(&mut rig, &format!("kind={name}&top=1000"));
        assert_eq!(matching, json!(rows.len()), "{name}");
        if name != "journal" {
            assert_eq!(kind["count"], matching, "{name}");
        }
        for shown in rows.iter().filter(|row| row["id"].is_string()) {
            let path = text(shown, "path");
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("path", &path).finish();
            let object = rig.get(&format!("/_emulator/object?{query}")).1;
            assert_eq!(object["status"], json!(200), "{path}: {object}");
            assert_eq!(object["body"]["id"], shown["id"], "{path}");
            assert_eq!(object["body"]["assignments"].is_array(), shown["assignable"] == json!(true), "{path}");
        }
        if !rows.is_empty() {
            kinds.push(name);
        }
    }
    assert_eq!(
        kinds.join(" "),
        "devices imports identifiers events groups users objects profiles pages policies apps scripts filters tags journal"
    );
    let newest = text(&browse(&mut rig, "kind=journal").1[0], "path");
    assert!(newest.ends_with("/importDeviceIdentityList"), "{newest}");
}

#[test]
fn an_object_is_read_with_graph_s_own_refusals_and_nothing_is_written() {
    let mut rig = Rig::new();
    let (_, missing) = rig.get("/_emulator/object?path=/v1.0/groups/00000000-0000-0000-0000-000000000001");
    assert_eq!(
        (&missing["status"], &missing["body"]["error"]["code"]),
        (&json!(404), &json!("Request_ResourceNotFound"))
    );
    assert_eq!(rig.get("/_emulator/object").0, 400);
    assert_eq!(rig.get("/_emulator/object?path=/v2/groups").0, 400);
    assert!(rig.world.journal.requests.is_empty());
}

#[test]
fn assignments_are_named_and_exclusions_are_marked() {
    let mut rig = Rig::new();
    let (sales, others) = (rig.group("Sales", None), rig.group("Not these", None));
    let profile = rig.profile("Standard");
    rig.assign(&profile, &group_target(&sales));
    let target = json!({"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": others});
    rig.assign(&profile, &target);
    let row = browse(&mut rig, "kind=profiles").1.remove(0);
    let targets: Vec<_> = row["assigned_to"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (text(each, "name"), each["excluded"].clone()))
        .collect();
    assert_eq!(targets, [("Sales".into(), json!(false)), ("Not these".into(), json!(true))]);
    let state = rig.get("/_emulator/state").1;
    assert_eq!(state["profiles"][0]["assigned_to"], json!(["Sales", "not in Not these"]));
}

#[test]
fn the_state_names_members_and_the_journal_keeps_the_last_requests() {
    let mut rig = Rig::new();
    let group = rig.group("All", Some(r#"user.department -eq "Retail""#));
    rig.wait(20);
    let state = rig.get("/_emulator/state?names=3").1;
    assert_eq!((&state["groups"][0]["id"], &state["groups"][0]["names"]), (&json!(group), &json!(["Adele Vance"])));
    let recent = rig.get("/_emulator/requests").1["recent"].clone();
    assert_eq!((&recent[0]["method"], &recent[0]["path"]), (&json!("POST"), &json!("/v1.0/groups")));
}
