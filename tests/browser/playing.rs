//! Laptops are switched on and change, the clock is stepped, what waits is decided.

use std::time::Duration;

use serde_json::json;

use super::{Page, group_of};

/// Three laptops whose profile reaches them with the time.
fn with_a_profile() -> Page {
    let page = Page::open(&json!({
        "devices": [{"serialNumber": "LAB1", "groupTag": "Lab"}, {"serialNumber": "LAB2", "groupTag": "Lab"}, {"serialNumber": "LAB3", "groupTag": "Lab"}],
        "objects": [group_of("Lab")],
    }));
    page.assign("Standard", "Autopilot Lab");
    page
}

#[test]
fn statuses_move_with_the_clock_and_a_laptop_is_switched_on() {
    let page = with_a_profile();
    page.sees("#time", "stands still");
    page.sees("#rows tbody tr", "Not assigned");
    page.emulator.advance(Duration::from_secs(35));
    page.sees("#rows tbody tr", "Assigning");
    page.browser.press("+10 min");
    page.sees("#said", "It is ten minutes later.");
    page.browser.wait("[...document.querySelectorAll('#rows .pill')].every(each => each.innerText === 'Assigned')");
    page.sees("#rows tbody tr", "Standard");
    page.sees("#statuses [data-status=Assigned] b", "3");
    page.browser.press("LAB1");
    page.sees("#detail", "never");
    page.browser.write("#detail [name=user]", "adele.vance@contoso.com");
    page.browser.press("Switch on");
    page.sees("#said", "LAB1 was switched on.");
    page.sees("#detail .status", "enrolled");
    page.sees("#json", "\"enrollmentState\": \"enrolled\"");
    // What is half written survives that the page is drawn anew.
    page.browser.write("#detail [name=user]", "nobody@contoso.com");
    page.browser.press("+1 min");
    page.sees("#said", "It is a minute later.");
    page.browser.press("Switch on");
    page.sees("#said.wrong", "no user 'nobody@contoso.com'");
    page.turn_to("events");
    page.sees("#rows tbody tr", "adele.vance@contoso.com");
    page.sees("#rows tbody tr", "12 minutes");
}

#[test]
fn a_laptop_fails_where_it_is_told_to() {
    let page = with_a_profile();
    page.browser.press("LAB2");
    page.sees("#subject", "LAB2");
    page.browser.click("//select[@name='phase']/option[. = 'It does not enroll']");
    page.browser.press("Switch on");
    page.sees("#said", "LAB2 was switched on. The device could not be enrolled.");
    page.sees("#detail .status", "enrollment failed");
    page.turn_to("events");
    page.sees("#rows tbody tr", "The device could not be enrolled.");
}

#[test]
fn changed_hardware_is_a_fix_pending_or_needs_attention() {
    let page = with_a_profile();
    page.browser.press("LAB1");
    page.sees("#subject", "LAB1");
    page.browser.press("Intune can repair it");
    page.sees("#detail .pill", "Fix pending");
    page.browser.press("LAB2");
    page.sees("#subject", "LAB2");
    page.browser.press("Intune cannot");
    page.sees("#detail .pill", "Attention required");
    page.browser.press("+1 h");
    page.browser.press("Attention required");
    page.browser.wait("document.querySelectorAll('#rows tbody tr').length === 1");
    page.sees("#rows tbody tr", "LAB2");
    page.browser.press("All");
    page.sees("#rows tbody tr:first-child", "Assigned");
    page.sees("#statuses [data-status='Fix pending']", "0");
}

#[test]
fn laptops_are_added_as_an_oem_does() {
    let page = Page::open(&json!({}));
    page.sees("#rows", "No device is registered.");
    page.browser.click("#plant summary");
    page.browser.write("#plant [name=serialNumber]", "NEW");
    page.browser.write("#plant [name=count]", "3");
    page.browser.press("Register them");
    page.sees("#said", "3 laptops registered.");
    page.sees("#rows", "NEW000002");
    page.browser.write("#plant [name=serialNumber]", "ONE");
    page.browser.write("#plant [name=count]", "1");
    page.browser.press("Register them");
    page.sees("#said", "1 laptop registered.");
    assert_eq!(page.emulator.snapshot().devices.len(), 4);
}

#[test]
fn what_waits_for_an_administrator_is_approved_or_rejected() {
    let page = Page::open(&json!({}));
    page.emulator.configure(|settings| {
        settings.approval = vec!["rbac".into()];
        settings.sign_ins_approved = false;
    });
    // "For Berlin", in Base64 as the header wants it.
    let ask = |name: &str, headers: &str| {
        let headers = format!("x-msft-approval-justification: Rm9yIEJlcmxpbg==\r\n{headers}");
        page.post("/beta/deviceManagement/roleScopeTags", &headers, &json!({"displayName": name})).0
    };
    assert_eq!(ask("Berlin", ""), 403);
    page.sees("#waiting li", "For Berlin");
    page.sees("#waiting li", "POST /beta/deviceManagement/roleScopeTags");
    page.browser.press("Approve");
    page.sees("#said", "The request was approved.");
    page.browser.wait("!document.querySelector('#waiting li')");
    let (_, asked) = page.ask("GET", "/_emulator/approvals", "", "");
    assert_eq!(asked["approvals"][0]["status"], json!("approved"));
    assert_eq!(ask("Munich", ""), 403);
    page.sees("#waiting li", "For Berlin");
    page.browser.press("Reject");
    page.sees("#said", "The request was rejected.");
    page.browser.wait("!document.querySelector('#waiting li')");
    let form = format!("client_id={}&scope=User.Read", autopilot::emulator::PUBLIC_CLIENT_ID);
    let path = format!("/{}/oauth2/v2.0/devicecode", page.emulator.tenant_id());
    let (_, begun) = page.ask("POST", &path, "", &form);
    page.sees("#waiting li", begun["user_code"].as_str().unwrap());
    page.browser.write("#waiting [name=user]", "megan.bowen@contoso.com");
    page.browser.press("Approve");
    page.sees("#said", "The sign-in was approved.");
    page.browser.wait("!document.querySelector('#waiting li')");
}

#[test]
fn one_administrator_asks_and_only_another_approves() {
    let page = Page::open(&json!({}));
    page.emulator.configure(|settings| settings.approval = vec!["rbac".into()]);
    let administrator = page.emulator.sign_in(autopilot::emulator::PUBLIC_CLIENT_ID).expect("a sign-in");
    let write = |headers: &str| {
        page.post_by(&administrator, "/beta/deviceManagement/roleScopeTags", headers, &json!({"displayName": "Berlin"}))
            .0
    };
    assert_eq!(write("x-msft-approval-justification: Rm9yIEJlcmxpbg==\r\n"), 403);
    page.sees("#waiting li", "For Berlin (asked by nestor.wilke@contoso.com)");
    page.browser.write("#waiting [name=user]", "nestor.wilke@contoso.com");
    page.browser.press("Approve");
    page.sees("#said", "Nobody decides on a request of their own.");
    page.sees("#waiting li", "For Berlin");
    page.browser.write("#waiting [name=user]", "megan.bowen@contoso.com");
    page.browser.press("Approve");
    page.sees("#said", "The request was approved.");
    page.browser.wait("!document.querySelector('#waiting li')");
    let (_, asked) = page.ask("GET", "/_emulator/approvals", "", "");
    let code = asked["approvals"][0]["id"].as_str().expect("an id");
    assert_eq!(write(&format!("x-msft-approval-code: {code}\r\n")), 201);
}
