use super::*;

/// A fleet through every step, at the size the product promises.
#[test]
fn five_thousand_devices_are_imported_listed_and_tagged() {
    const FLEET: usize = 5000;
    let mut rig = Rig::new();
    let group = rig.group("kiosks", Some(r#"device.devicePhysicalIds -any (_ -eq "[OrderID]:Kiosk")"#));
    let profile = rig.profile("p");
    rig.assign(&profile, &group_target(&group));
    let serials: Vec<String> = (0..FLEET).map(|n| format!("S{n:05}")).collect();
    for batch in serials.chunks(500) {
        let rows: Vec<Value> = batch.iter().map(|serial| row(serial)).collect();
        let body = json!({"importedWindowsAutopilotDeviceIdentities": rows});
        assert_eq!(rig.post(&format!("{IMPORTS}/import"), &body).0, 200);
    }
    rig.wait(300);
    let mut ids = Vec::new();
    let mut target = DEVICES.to_owned();
    while !target.is_empty() {
        let (_, body) = rig.get(&target);
        ids.extend(values(&body).iter().map(|device| text(device, "id")));
        target =
            body["@odata.nextLink"].as_str().unwrap_or_default().trim_start_matches("http://127.0.0.1:4711").to_owned();
    }
    assert_eq!(ids.len(), FLEET);
    for chunk in ids[..2000].chunks(20) {
        let requests: Vec<Value> = chunk
            .iter()
            .enumerate()
            .map(|(n, id)| {
                json!({
                    "id": n.to_string(),
                    "method": "POST",
                    "url": format!("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/updateDeviceProperties"),
                    "headers": {"Content-Type": "application/json"},
                    "body": {"groupTag": "Kiosk"},
                })
            })
            .collect();
        let (status, answer) = rig.post("/beta/$batch", &json!({"requests": requests}));
        assert_eq!(status, 200);
        assert!(answer["responses"].as_array().unwrap().iter().all(|response| response["status"] == json!(204)));
    }
    rig.wait(300);
    let state = rig.get("/_emulator/state").1;
    assert_eq!(state["groups"][0]["members"], json!(2000));
    assert_eq!(state["profiles"][0]["devices"], json!(2000));
    // One list of the fleet is five requests.
    let listed =
        rig.world.journal.requests.iter().find(|request| request.path == DEVICES && request.method == "GET").unwrap();
    assert_eq!(listed.count, 5);
}
