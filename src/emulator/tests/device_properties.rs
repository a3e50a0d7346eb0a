//! What goes wrong while many devices are changed.

use super::*;

fn tag(rig: &mut Rig, device: &str, tag: &str) -> Told {
    rig.post(&format!("{DEVICES}/{device}/updateDeviceProperties"), &json!({"groupTag": tag}))
}

fn shown(rig: &mut Rig, device: &str) -> String {
    rig.wait(600);
    text(&rig.get(&format!("{DEVICES}/{device}")).1, "groupTag")
}

fn switch(rig: &mut Rig, settings: &Value) {
    assert_eq!(rig.call("PATCH", "/_emulator/settings", settings).0, 200);
}

#[test]
fn a_share_of_changes_is_answered_412_condition_not_met_and_succeeds_when_sent_again() {
    let mut rig = Rig::new();
    let devices = rig.seed(&json!([{"serialNumber": "S", "count": 200}]));
    switch(&mut rig, &json!({"property_conflicts_percent": 20}));
    let mut refused = Vec::new();
    for device in &devices {
        let (status, body) = tag(&mut rig, device, "NL");
        if status == 412 {
            assert_eq!((code(&body), inner(&body).as_str()), ("ConditionNotMet", "An error has occurred"));
            refused.push(device);
        }
    }
    assert!((20..60).contains(&refused.len()), "{}", refused.len());
    let device = refused[0];
    assert_eq!(shown(&mut rig, device), "");
    while tag(&mut rig, device, "NL").0 == 412 {}
    assert_eq!(shown(&mut rig, device), "NL");
}

#[test]
fn a_share_of_changes_is_answered_204_and_has_no_effect_until_it_is_sent_again() {
    let mut rig = Rig::new();
    let devices = rig.seed(&json!([{"serialNumber": "S", "count": 200}]));
    switch(&mut rig, &json!({"property_losses_percent": 20}));
    for device in &devices {
        assert_eq!(tag(&mut rig, device, "NL").0, 204);
    }
    let lost: Vec<&String> = devices.iter().filter(|device| shown(&mut rig, device).is_empty()).collect();
    assert!((20..60).contains(&lost.len()), "{}", lost.len());
    for _ in 0..20 {
        tag(&mut rig, lost[0], "NL");
    }
    assert_eq!(shown(&mut rig, lost[0]), "NL");
}

#[test]
fn which_changes_fail_follows_the_seed_and_not_the_order_of_the_calls() {
    let failing = |seed: u64, backwards: bool| {
        let mut rig = Rig::new();
        let devices = rig.seed(&json!([{"serialNumber": "S", "count": 50}]));
        switch(&mut rig, &json!({"property_conflicts_percent": 30, "property_seed": seed}));
        let mut places: Vec<usize> = (0..devices.len()).collect();
        if backwards {
            places.reverse();
        }
        let mut failing: Vec<usize> =
            places.into_iter().filter(|place| tag(&mut rig, &devices[*place], "NL").0 == 412).collect();
        failing.sort_unstable();
        failing
    };
    assert_eq!(failing(7, false), failing(7, true));
    assert_ne!(failing(7, false), failing(8, false));
}

#[test]
fn a_group_tag_of_more_than_512_characters_is_refused() {
    let mut rig = Rig::new();
    let device = rig.seed(&json!([{"serialNumber": "S1"}])).remove(0);
    let long = "ä".repeat(513);
    let (status, body) = tag(&mut rig, &device, &long);
    assert_eq!((status, inner(&body).as_str()), (400, "An error has occurred"));
    assert_eq!(tag(&mut rig, &device, &long.replacen('ä', "", 1)).0, 204);
    let mut import = row("S2");
    import["groupTag"] = json!(long);
    assert_eq!(rig.post(IMPORTS, &import).0, 400);
    assert_eq!(
        rig.post(&format!("{IMPORTS}/import"), &json!({"importedWindowsAutopilotDeviceIdentities": [import]})).0,
        400
    );
    assert_eq!(values(&rig.get(IMPORTS).1).len(), 0);
}
