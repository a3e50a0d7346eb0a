//! Lists, search, pages, and one object's JSON.

use serde_json::{Value, json};

use super::{Page, group_of};

/// What a test of a list needs most: many devices, of two kinds.
fn ten_thousand() -> Value {
    json!({"devices": [
        {"serialNumber": "S-", "count": 9990, "groupTag": "Sales"},
        {"serialNumber": "K-", "count": 10, "groupTag": "Kiosk", "model": "Surface Go"},
    ]})
}

#[test]
fn ten_thousand_devices_are_searched_and_paged() {
    let page = Page::open(&ten_thousand());
    page.sees("#title", "10,000");
    page.sees("#paging", "1 to 50 of 10,000");
    assert_eq!(page.texts("#rows tbody tr").len(), 50);
    page.browser.press("Next");
    page.sees("#paging", "51 to 100 of 10,000");
    page.browser.press("Last");
    page.sees("#rows", "S-009989");
    page.sees("#paging", "9,951 to 10,000 of 10,000");
    page.browser.write("#search", "surface");
    page.browser.wait("document.querySelectorAll('#rows tbody tr').length === 10");
    page.sees("#rows", "K-000009");
    page.browser.wait("document.querySelector('#paging').hidden");
    page.browser.write("#search", "S-00012");
    page.browser.wait("document.querySelectorAll('#rows tbody tr').length === 10");
    page.browser.write("#search", "nothing of this name");
    page.sees("#rows", "Nothing is found.");
}

#[test]
fn an_object_s_json_is_a_click_away_and_what_is_looked_at_is_in_the_address() {
    let page = Page::open(&json!({"devices": [{"serialNumber": "LAB1", "groupTag": "Lab"}]}));
    page.browser.press("LAB1");
    page.sees("#detail .path", "GET /beta/deviceManagement/windowsAutopilotDeviceIdentities/");
    page.sees("#json", "\"groupTag\": \"Lab\"");
    page.browser.wait("document.activeElement.id === 'subject'");
    page.browser.devtools(
        "Browser.grantPermissions",
        &json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
    );
    page.browser.press("Copy JSON");
    page.sees("#said", "Copied.");
    let shown: Value =
        serde_json::from_str(page.browser.value("document.querySelector('#json').textContent").as_str().unwrap())
            .unwrap();
    assert_eq!(shown["serialNumber"], json!("LAB1"));
    // The same address shows the same again.
    page.browser.open("about:blank");
    let address = page.emulator.endpoint();
    let id = shown["id"].as_str().unwrap();
    let path = format!("%2Fbeta%2FdeviceManagement%2FwindowsAutopilotDeviceIdentities%2F{id}");
    page.browser.open(&format!("{address}/#search=lab&open={path}"));
    page.sees("#json", "\"groupTag\": \"Lab\"");
    assert_eq!(page.browser.value("document.querySelector('#search').value"), json!("lab"));
    page.browser.click("[aria-label=Close]");
    page.browser.wait("document.querySelector('#detail').hidden");
    page.browser.value("history.back()");
    page.sees("#json", "\"groupTag\": \"Lab\"");
}

#[test]
fn every_kind_is_listed_and_the_other_tenant_has_its_own() {
    let objects =
        json!([group_of("Lab"), {"path": "/beta/deviceManagement/roleScopeTags", "body": {"displayName": "Berlin"}}]);
    let page = Page::open(&json!({"devices": [{"serialNumber": "LAB1", "groupTag": "Lab"}], "objects": objects}));
    page.assign("Standard", "Autopilot Lab");
    for (kind, text) in [
        ("groups", "Autopilot Lab"),
        ("users", "adele.vance@contoso.com"),
        ("objects", "LAB1"),
        ("profiles", "Autopilot Lab"),
        ("pages", "everybody"),
        ("tags", "Berlin"),
        ("imports", "No import record."),
        ("events", "No laptop was switched on yet."),
        ("journal", "windowsAutopilotDeploymentProfiles/{id}/assignments"),
        ("devices", "LAB1"),
    ] {
        page.turn_to(kind);
        page.sees("#rows", text);
    }
    page.browser.click("//select[@id='tenant']/option[. = 'Fabrikam']");
    page.sees("#rows", "No device is registered.");
    page.turn_to("users");
    page.sees("#rows", "allan.deyoung@fabrikam.com");
}

#[test]
fn what_comes_from_the_tenant_is_text() {
    let evil = "<img src=x onerror=\"window.wrong=1\">";
    let mut objects = vec![group_of("Lab")];
    objects[0]["body"]["displayName"] = json!(evil);
    let page = Page::open(&json!({
        "users": [{"userPrincipalName": "x@contoso.com", "displayName": evil}],
        "devices": [{"serialNumber": evil, "model": "<b>bold</b>", "groupTag": "<script>window.wrong=1</script>"}],
        "objects": objects,
    }));
    page.sees("#rows", evil);
    page.sees("#rows", "<script>window.wrong=1</script>");
    page.browser.click("#rows button.open");
    page.sees("#subject", evil);
    page.sees("#json", "<b>bold</b>");
    for kind in ["groups", "users", "objects"] {
        page.turn_to(kind);
        page.sees("#rows", evil);
    }
    assert_eq!(
        page.browser
            .value("document.querySelectorAll('main img, main b:not([data-live]), main script, aside img').length"),
        json!(0)
    );
    assert_eq!(page.browser.value("window.wrong ?? null"), Value::Null);
}
