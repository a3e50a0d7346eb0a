//! Actions with registered devices, against the emulator.

use std::collections::BTreeMap;

use autopilot::{path::Path, resource::engine};

use super::*;

const DEVICE: &str = "/beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}";

impl World {
    async fn with_devices() -> World {
        let world = World::new().await;
        let device = |name: &str, tag: &str| json!({"serialNumber": name, "groupTag": tag});
        let devices = [device("S1", "Sales"), device("S2", "Sales"), device("K1", "Kiosk")];
        world.emulator.plant(json!({ "devices": devices }).to_string().as_bytes()).expect("they are registered");
        world
    }

    /// Who is assigned, by serial number, as soon as reads show it.
    fn users(&self) -> BTreeMap<String, String> {
        self.emulator.advance(Duration::from_secs(3600));
        self.emulator.snapshot().devices.into_iter().map(|device| (device.serial_number, device.user)).collect()
    }
}

fn texts(texts: &[&str]) -> Value {
    Value::set(texts.iter().map(|&text| text.into()).collect())
}

#[tokio::test]
async fn a_user_is_assigned_to_each_device_of_a_group_tag_and_taken_off_again() {
    let world = World::with_devices().await;
    let user = ("assigned_user", "adele.vance@contoso.com".into());
    let (messages, end) = world.invoke("autopilot_assign_user", [("group_tag", "Sales".into()), user]).await;
    let assigned = ["S1: adele.vance@contoso.com is assigned.", "S2: adele.vance@contoso.com is assigned."];
    assert_eq!((messages, end), (assigned.map(str::to_owned).to_vec(), vec![]));
    let users = world.users();
    assert_eq!([&users["S1"], &users["S2"], &users["K1"]], ["adele.vance@contoso.com", "adele.vance@contoso.com", ""]);

    let (messages, end) = world.invoke("autopilot_unassign_user", [("serial_numbers", texts(&["s1"]))]).await;
    assert_eq!((messages, end), (vec!["S1: no user is assigned any more.".to_owned()], vec![]));
    let users = world.users();
    assert_eq!([&users["S1"], &users["S2"]], ["", "adele.vance@contoso.com"]);
}

#[tokio::test]
async fn a_device_that_fails_does_not_stop_the_others_and_is_told() {
    let world = World::with_devices().await;
    let refused = json!({"path": format!("{DEVICE}/allowNextEnrollment"), "status": 400, "times": 1});
    world.emulator.fail(vec![serde_json::from_value::<Fault>(refused).expect("a fault")]);
    let all = texts(&["S1", "S2", "K1", "NONE"]);
    let (messages, end) = world.invoke("autopilot_allow_next_enrollment", [("serial_numbers", all)]).await;
    let allowed = messages.iter().filter(|told| told.ends_with(": its next enrollment is allowed.")).count();
    assert_eq!((messages.len(), allowed), (4, 2), "{messages:?}");
    assert_eq!(messages[0], "NONE: it is not registered with Windows Autopilot.");
    assert_eq!(end.len(), 1);
    let begin = "error Devices Failed: It did not work with 2 of 4 devices. It was done with the others.";
    assert!(end[0].starts_with(begin) && end[0].contains(" 400 "), "{end:?}");
    assert_eq!(world.asked("POST", &format!("{DEVICE}/allowNextEnrollment")), 3);
}

#[tokio::test]
async fn where_intune_does_not_say_why_the_likely_reasons_are_told() {
    let world = World::with_devices().await;
    let silent = json!({
        "path": format!("{DEVICE}/assignUserToDevice"), "status": 400, "times": 2,
        "code": "BadRequest", "message": "An error has occurred",
    });
    world.emulator.fail(vec![serde_json::from_value::<Fault>(silent).expect("a fault")]);
    let user = ("assigned_user", "nobody@contoso.com".into());
    let (_, end) = world.invoke("autopilot_assign_user", [("group_tag", "Sales".into()), user]).await;
    let likely = "Intune does not say why. This is likely, and was looked up just now:\n  - There is no user \
                  nobody@contoso.com in this tenant.";
    assert!(end.len() == 1 && end[0].ends_with(likely), "{end:?}");
}

#[tokio::test]
async fn a_group_tag_that_no_device_has_is_an_error() {
    let world = World::with_devices().await;
    let (messages, end) = world.invoke("autopilot_unassign_user", [("group_tag", "sales".into())]).await;
    assert_eq!(messages, [""; 0]);
    assert_eq!(
        end,
        ["error No Device Found: No registered device has the group tag \"sales\". Check its spelling and case."]
    );
}

#[test]
fn devices_are_chosen_in_one_way() {
    let registry = provider::registry();
    let action = registry.action("autopilot_unassign_user").expect("it is registered");
    let told = |set: &[(&str, Value)]| {
        let mut config = null_object(&action.spec.attributes);
        for (name, value) in set {
            config.insert(name, value.clone());
        }
        let told = engine::validate_action(action, &config).into_iter();
        told.map(|told| (told.path.unwrap_or_default(), told.detail)).collect::<Vec<_>>()
    };
    let (serials, tag) = (("serial_numbers", texts(&["S1"])), ("group_tag", Value::from("Sales")));
    assert_eq!(told(std::slice::from_ref(&serials)), []);
    assert_eq!(told(&[("group_tag", Value::Unknown)]), []);
    let one = "Set exactly one of `serial_numbers` and `group_tag`: ";
    assert_eq!(told(&[]), [(Path::of("serial_numbers"), format!("{one}none is set."))]);
    assert_eq!(told(&[serials, tag]), [(Path::of("serial_numbers"), format!("{one}both are set."))]);
    let empty = told(&[("group_tag", "".into())]);
    assert!(empty[0].1.contains("cannot be empty: that would be every device without a group tag"), "{empty:?}");
}
