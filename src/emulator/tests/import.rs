use super::*;

fn import(rig: &mut Rig, rows: &[Value]) -> Vec<String> {
    let (status, answer) =
        rig.post(&format!("{IMPORTS}/import"), &json!({"importedWindowsAutopilotDeviceIdentities": rows}));
    assert_eq!(status, 200, "{answer}");
    values(&answer).iter().map(|row| text(row, "id")).collect()
}

fn state(rig: &mut Rig, id: &str) -> Value {
    rig.get(&format!("{IMPORTS}/{id}")).1["state"].clone()
}

/// Status, number and name of the error that a row ends in.
fn outcome(rig: &mut Rig, row: &Value) -> (String, i64, String) {
    let id = import(rig, std::slice::from_ref(row)).remove(0);
    rig.wait(60);
    let state = state(rig, &id);
    (text(&state, "deviceImportStatus"), state["deviceErrorCode"].as_i64().unwrap(), text(&state, "deviceErrorName"))
}

fn error(code: i64, name: &str) -> (String, i64, String) {
    ("error".into(), code, name.into())
}

#[test]
fn one_row_is_201_unknown_then_complete_and_the_hash_never_comes_back() {
    let mut rig = Rig::new();
    let mut body = row("A1");
    body["groupTag"] = json!("Kiosk");
    body["state"] = json!({"deviceImportStatus": "complete", "deviceErrorCode": 7});
    let (status, made) = rig.post(IMPORTS, &body);
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (&made["hardwareIdentifier"], &made["importId"], &made["groupTag"]),
        (&Value::Null, &body["importId"], &body["groupTag"])
    );
    let id = text(&made, "id");
    assert_eq!(made["state"]["deviceImportStatus"], json!("unknown"));
    rig.wait(59);
    assert_eq!(state(&mut rig, &id)["deviceImportStatus"], json!("unknown"));
    rig.wait(1);
    let done = state(&mut rig, &id);
    assert_eq!((&done["deviceImportStatus"], &done["deviceErrorCode"]), (&json!("complete"), &json!(0)));
    assert!(!text(&done, "deviceRegistrationId").is_empty());
}

#[test]
fn a_device_is_visible_only_after_the_next_sync() {
    let mut rig = Rig::new();
    let id = import(&mut rig, &[row("A1")]).remove(0);
    rig.wait(60);
    let device = text(&state(&mut rig, &id), "deviceRegistrationId");
    let path = format!("{DEVICES}/{device}");
    assert_eq!(rig.get(&path).0, 404);
    assert_eq!(values(&rig.get(DEVICES).1).len(), 0);
    // The directory's object is there as soon as the device is registered.
    assert_eq!(values(&rig.get("/v1.0/devices").1).len(), 1);
    rig.wait(134);
    assert_eq!(rig.get(&path).0, 404);
    rig.wait(1);
    assert_eq!(rig.get(&path).1["serialNumber"], json!("A1"));
}

#[test]
fn a_manual_sync_brings_devices_in_and_is_429_within_ten_minutes() {
    let mut rig = Rig::new();
    import(&mut rig, &[row("A1")]);
    rig.wait(60);
    assert_eq!(rig.get(SETTINGS).1["lastSyncDateTime"], json!("0001-01-01T00:00:00Z"));
    assert_eq!(rig.post(&format!("{SETTINGS}/sync"), &Value::Null), (204, Value::Null));
    assert_eq!(rig.get(SETTINGS).1["syncStatus"], json!("inProgress"));
    rig.wait(15);
    assert_eq!(rig.get(SETTINGS).1["syncStatus"], json!("completed"));
    assert_eq!(values(&rig.get(DEVICES).1).len(), 1);
    rig.wait(584);
    let (status, answer) = rig.post(&format!("{SETTINGS}/sync"), &Value::Null);
    assert_eq!((status, code(&answer)), (429, "TooManyRequests"));
    rig.wait(1);
    assert_eq!(rig.post(&format!("{SETTINGS}/sync"), &Value::Null).0, 204);
    assert_eq!(rig.get(&SETTINGS.replace("beta", "v1.0")).0, 400);
}

#[test]
fn error_802_is_a_hash_that_is_none_cut_off_or_of_another_device() {
    let mut rig = Rig::new();
    let hash = text(&row("A1"), "hardwareIdentifier");
    let altered = format!("{}{}", &hash[..20], hash[20..].replacen('A', "B", 1));
    for hash in
        [json!("not base64!"), json!(hash[..400]), json!(altered), Value::Null, row("B2")["hardwareIdentifier"].clone()]
    {
        let mut body = row("A1");
        body["hardwareIdentifier"] = hash;
        assert_eq!(outcome(&mut rig, &body), error(802, "InvalidZtdHardwareHash"));
    }
}

#[test]
fn error_803_is_a_row_without_anything() {
    assert_eq!(outcome(&mut Rig::new(), &json!({})), error(803, "MissingZtdSerialNumberAndProductKey"));
}

#[test]
fn error_806_is_a_device_of_this_tenant_and_808_of_the_other() {
    let mut rig = Rig::new();
    assert_eq!(outcome(&mut rig, &row("A1")).0, "complete");
    assert_eq!(outcome(&mut rig, &row("A1")), error(806, "ZtdDeviceAlreadyAssigned"));
    let seed = json!({"tenant": OTHER_TENANT_ID, "devices": [{"serialNumber": "b2", "manufacturer": "hp", "model": "EliteBook 840"}]});
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 200);
    assert_eq!(outcome(&mut rig, &row("B2")), error(808, "ZtdDeviceAssignedToOtherTenant"));
    assert_eq!(values(&rig.as_other(|rig| rig.get(DEVICES)).1).len(), 1);
}

#[test]
fn a_serial_twice_in_one_call_is_refused_by_name_the_second_time() {
    let mut rig = Rig::new();
    let ids = import(&mut rig, &[row("A1"), row("A2"), row("A1")]);
    rig.wait(60);
    let names: Vec<_> = ids.iter().map(|id| text(&state(&mut rig, id), "deviceErrorName")).collect();
    assert_eq!(names, ["", "", "ZtdDeviceDuplicated"]);
}

#[test]
fn of_the_assigned_user_only_the_domain_is_looked_at() {
    let mut rig = Rig::new();
    let with = |serial: &str, upn: &str| {
        let mut row = row(serial);
        row["assignedUserPrincipalName"] = json!(upn);
        row
    };
    assert_eq!(outcome(&mut rig, &with("A1", "nobody@contoso.com")).0, "complete");
    assert_eq!(outcome(&mut rig, &with("A2", "adele@example.org")), error(801, "InvalidZtdRequestBody"));
}

#[test]
fn an_import_takes_500_rows() {
    let mut rig = Rig::new();
    let rows = vec![json!({"serialNumber": "x"}); 501];
    let (status, _) =
        rig.post(&format!("{IMPORTS}/import"), &json!({"importedWindowsAutopilotDeviceIdentities": rows}));
    assert_eq!(status, 400);
    assert_eq!(import(&mut rig, &rows[..500]).len(), 500);
    assert_eq!(rig.post(&format!("{IMPORTS}/import"), &json!({"devices": []})).0, 400);
    assert_eq!(
        rig.post(&format!("{IMPORTS}/import"), &json!({"importedWindowsAutopilotDeviceIdentities": [{"nope": 1}]})).0,
        400
    );
}

#[test]
fn records_are_found_by_import_id_and_deleting_one_keeps_the_device() {
    let mut rig = Rig::new();
    let ids = import(&mut rig, &[row("A1"), row("A2")]);
    let mut other = row("B1");
    other["importId"] = json!("another");
    import(&mut rig, &[other]);
    let filter = "importId eq '9F9B5F1C-8ba5-4a0e-8f0a-3ff4c9b0e0aa'";
    assert_eq!(values(&rig.get(&format!("{IMPORTS}?$filter={filter}")).1).len(), 2);
    assert_eq!(values(&rig.get(&format!("{IMPORTS}?$filter={filter} and contains(serialNumber,'A2')")).1).len(), 1);
    assert_eq!(rig.get(&format!("{IMPORTS}?$filter=groupTag eq 'x'")).0, 400);
    rig.wait(200);
    assert_eq!(rig.delete(&format!("{IMPORTS}/{}", ids[0])).0, 204);
    assert_eq!(rig.delete(&format!("{IMPORTS}/{}", ids[0])).0, 404);
    assert_eq!(values(&rig.get(DEVICES).1).len(), 3);
    assert_eq!(values(&rig.get(IMPORTS).1).len(), 2);
}

#[test]
fn without_an_import_id_the_record_s_own_id_stands_there() {
    let (_, made) = Rig::new().post(&IMPORTS.replace("beta", "v1.0"), &json!({"serialNumber": "A1"}));
    assert_eq!(made["importId"], made["id"]);
}

#[test]
fn an_imported_device_gets_its_tag_user_and_physical_ids() {
    let mut rig = Rig::new();
    let mut body = row("A1");
    body["groupTag"] = json!("Kiosk");
    body["assignedUserPrincipalName"] = json!("adele.vance@contoso.com");
    import(&mut rig, &[body]);
    rig.wait(200);
    let (_, listed) = rig.get(DEVICES);
    let device = &values(&listed)[0];
    assert_eq!(
        (text(device, "groupTag"), text(device, "userPrincipalName")),
        ("Kiosk".into(), "adele.vance@contoso.com".into())
    );
    assert_eq!((text(device, "manufacturer"), text(device, "model")), ("HP".into(), "EliteBook 840".into()));
    assert_eq!(device["lastContactedDateTime"], json!("0001-01-01T00:00:00Z"));
    let (_, objects) = rig.get("/v1.0/devices");
    let ids: Vec<_> = values(&objects)[0]["physicalIds"].as_array().unwrap().clone();
    assert_eq!(ids, [json!(format!("[ZTDID]:{}", text(device, "id"))), json!("[OrderID]:Kiosk")]);
}

#[test]
fn an_hour_at_once_gives_what_an_hour_would_have_given() {
    let mut rig = Rig::new();
    let group = rig.group("all", Some(r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))"#));
    let profile = rig.profile("p");
    rig.assign(&profile, &group_target(&group));
    import(&mut rig, &[row("A1")]);
    rig.wait(3600);
    let (_, listed) = rig.get(DEVICES);
    assert_eq!(text(&values(&listed)[0], "deploymentProfileAssignmentStatus"), "assignedUnkownSyncState");
}
