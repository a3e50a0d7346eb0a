//! The pictures of the guide, made of the page as it is.

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};

use super::{Page, group_of};

/// A picture is looked at on slow lines too.
const LARGEST: usize = 200 * 1024;

fn scene() -> Value {
    json!({
        "devices": [
            {"serialNumber": "5CG4", "count": 34, "manufacturer": "HP", "model": "EliteBook 840 G11", "groupTag": "Sales"},
            {"serialNumber": "PF3K", "count": 18, "manufacturer": "Lenovo", "model": "ThinkPad X1 Carbon", "groupTag": "Design"},
            {"serialNumber": "KSK", "count": 6, "manufacturer": "Microsoft", "model": "Surface Go 4", "groupTag": "Kiosk"},
        ],
        "objects": [group_of("Sales"), group_of("Design")],
    })
}

fn take(name: &str, width: u32, height: u32, dark: bool, opened: bool) {
    let page = Page::of_size(width, height, dark, &scene());
    page.assign("Field laptops", "Autopilot Sales");
    page.emulator.advance(Duration::from_secs(7200));
    page.assign("Studio laptops", "Autopilot Design");
    page.emulator.advance(Duration::from_secs(35));
    let tell = |path: &str, body: Value| assert_eq!(page.ask("POST", path, "", &body.to_string()).0, 204);
    for (serial, user) in [("5CG4000000", "adele.vance@contoso.com"), ("5CG4000004", "isaiah.langer@contoso.com")] {
        tell("/_emulator/enroll", json!({"serial_number": serial, "user": user}));
    }
    tell("/_emulator/hardware_change", json!({"serial_number": "5CG4000002", "repairable": true}));
    tell("/_emulator/hardware_change", json!({"serial_number": "5CG4000005", "repairable": false}));
    page.sees("#rows .pill", "Attention required");
    if opened {
        page.browser.press("5CG4000004");
        page.sees("#json", "5CG4000004");
        // The cursor's ring is no part of the page.
        page.browser.value("document.activeElement.blur()");
    }
    keep(name, &page.browser.picture());
}

/// Looks whether a picture is one, and writes it where that is asked for.
pub(super) fn keep(name: &str, picture: &[u8]) {
    assert!(picture.starts_with(b"\x89PNG") && picture.len() < LARGEST, "{name}: {} bytes", picture.len());
    if std::env::var_os("SCREENSHOTS").is_some_and(|word| word == "overwrite") {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        fs::write(file, picture).expect("the picture is written");
    }
}

#[test]
fn a_picture_of_a_desk() {
    take("emulator.png", 1280, 800, false, true);
}

#[test]
fn a_picture_of_a_phone_in_the_dark() {
    take("emulator-phone.png", 375, 812, true, false);
}
