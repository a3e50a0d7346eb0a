use super::*;

fn statuses(rig: &mut Rig, number: usize, target: &str) -> Vec<u16> {
    (0..number).map(|_| rig.get(target).0).collect()
}

#[test]
fn intune_refuses_the_101st_write_in_20_seconds_and_only_when_switched_on() {
    let mut rig = Rig::new();
    let sync = |rig: &mut Rig| {
        rig.post(&format!("{DEVICES}/{UNKNOWN_ID}/updateDeviceProperties"), &json!({"groupTag": "x"})).0
    };
    assert!((0..150).all(|_| sync(&mut rig) == 404));
    rig.world.settings.throttling = true;
    // A refused call counts like any other.
    assert!((0..100).all(|_| sync(&mut rig) == 404));
    rig.wait(5);
    let reply = rig.raw(|incoming| {
        incoming.method = "DELETE".into();
        incoming.target = format!("{DEVICES}/{UNKNOWN_ID}");
    });
    assert_eq!((reply.status, code(&told(&reply).1)), (429, "TooManyRequests"));
    assert!(reply.headers.contains(&("retry-after", "15".into())), "{:?}", reply.headers);
    // Reads, other families and other tenants have budgets of their own.
    assert_eq!(rig.get(DEVICES).0, 200);
    assert_eq!(rig.post("/v1.0/groups", &json!({})).0, 400);
    rig.as_other(|rig| assert_eq!(sync(rig), 404));
    rig.wait(15);
    assert_eq!(sync(&mut rig), 404);
}

#[test]
fn two_applications_share_the_budget_of_their_tenant() {
    let mut rig = Rig::new();
    rig.world.settings.throttling = true;
    let write = |rig: &mut Rig| rig.delete(&format!("{DEVICES}/{UNKNOWN_ID}")).0;
    let roles = ["DeviceManagementServiceConfig.ReadWrite.All"];
    assert!((0..100).all(|_| write(&mut rig) == 404));
    rig.as_application(&roles, |rig| assert!((0..100).all(|_| write(rig) == 404)));
    rig.as_application(&roles, |rig| assert_eq!(write(rig), 429));
}

#[test]
fn the_directory_counts_resource_units() {
    let mut rig = Rig::new();
    rig.world.settings.throttling = true;
    let group = rig.group("g", None);
    let units = |rig: &mut Rig, target: &str| {
        let reply = rig.raw(|incoming| {
            incoming.method = "GET".into();
            incoming.target = target.into();
        });
        let found = reply.headers.iter().find(|(name, _)| *name == "x-ms-resource-unit");
        found.map(|(_, value)| value.clone())
    };
    for (target, cost) in [
        ("/v1.0/users".to_owned(), "2"),
        ("/v1.0/users?$select=id&$top=5".to_owned(), "1"),
        (format!("/v1.0/groups/{group}/members"), "3"),
        (format!("/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user"), "5"),
        (format!("/v1.0/groups/{group}?$expand=members"), "2"),
    ] {
        assert_eq!(units(&mut rig, &target).as_deref(), Some(cost), "{target}");
    }
    assert_eq!(units(&mut rig, PROFILES), None);
    rig.wait(10);
    // A tenant of fewer than 50 people has 3,500 units in 10 seconds, and any application 2,000 requests in a second.
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.extend(statuses(&mut rig, 600, "/v1.0/users"));
        rig.wait(1);
    }
    assert_eq!(seen.iter().position(|status| *status == 429), Some(1750));
    assert!(seen[1750..].iter().all(|status| *status == 429));
}

#[test]
fn each_item_of_a_batch_is_counted_and_waits_by_itself() {
    let mut rig = Rig::new();
    rig.world.settings.throttling = true;
    assert!((0..95).all(|_| rig.delete(&format!("{DEVICES}/{UNKNOWN_ID}")).0 == 404));
    let url = format!("/deviceManagement/windowsAutopilotDeviceIdentities/{UNKNOWN_ID}");
    let items: Vec<Value> = (0..10).map(|n| json!({"id": n.to_string(), "method": "DELETE", "url": url})).collect();
    let (status, answer) = rig.post("/beta/$batch", &json!({"requests": items}));
    let responses = answer["responses"].as_array().unwrap();
    let statuses: Vec<_> = responses.iter().map(|each| each["status"].as_u64().unwrap()).collect();
    assert_eq!((status, statuses), (200, [[404; 5], [429; 5]].concat()));
    assert_eq!(responses[9]["headers"]["Retry-After"], json!("20"));
}
