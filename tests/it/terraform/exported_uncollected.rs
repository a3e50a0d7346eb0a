//! What an export does not look for is counted, by a request for each kind.

use serde_json::{Value as Json, json};

use super::{exported::export, lab::Lab};

fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn readme(lab: &Lab) -> String {
    std::fs::read_to_string(lab.folder().join("README.md")).expect("a file")
}

fn identifiers(lab: &Lab, numbers: std::ops::Range<usize>) {
    for some in numbers.collect::<Vec<_>>().chunks(500) {
        let rows: Vec<Json> = some
            .iter()
            .map(|number| {
                json!({
                    "importedDeviceIdentityType": "manufacturerModelSerial",
                    "importedDeviceIdentifier": format!("Contoso,Laptop,S{number}"),
                })
            })
            .collect();
        lab.tenant.post(
            "/beta/deviceManagement/importedDeviceIdentities/importDeviceIdentityList",
            &json!({"importedDeviceIdentities": rows, "overwriteImportedDeviceIdentities": false}),
        );
    }
}

/// Corporate identifiers, a phone's among them; a team; apps of three other types.
fn clicked(lab: &Lab) {
    identifiers(lab, 0..3);
    let phone = json!({"importedDeviceIdentityType": "imei", "importedDeviceIdentifier": "356938035643809"});
    lab.tenant.post("/beta/deviceManagement/importedDeviceIdentities", &phone);
    for (name, types) in [("Ours", json!([])), ("Team", json!(["Unified"]))] {
        let unified = name == "Team";
        lab.tenant.post(
            "/v1.0/groups",
            &json!({"displayName": name, "mailEnabled": unified, "mailNickname": name, "securityEnabled": true, "groupTypes": types}),
        );
    }
    let app = |kind: &str, more: Json| {
        let mut body = json!({"@odata.type": format!("#microsoft.graph.{kind}"), "displayName": kind, "description": "-", "publisher": "-"});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        lab.tenant.post("/beta/deviceAppManagement/mobileApps", &body);
    };
    for _ in 0..2 {
        app("win32LobApp", json!({}));
    }
    app("windowsMicrosoftEdgeApp", json!({}));
    app("officeSuiteApp", json!({"officeConfigurationXml": "PENvbmZpZ3VyYXRpb24vPg=="}));
}

#[test]
fn what_is_not_looked_for_is_counted_with_what_brings_it_in() {
    let lab = Lab::new();
    clicked(&lab);
    let exported = unfolded(&export(&lab, &[]).succeeds().stdout);
    let told = "Not looked for: 3 corporate identifiers, 1 group of another kind, 4 apps of other kinds (Win32 2, Microsoft 365 \
                Apps by an XML file 1, Microsoft Edge 1). README.md says how they come in.";
    assert!(exported.contains(told), "{exported}");
    let readme = readme(&lab);
    for row in [
        "| corporate identifiers | 3 | An import block with `to = autopilot_corporate_identifiers.all` and `id = \"all\"`, then \
         `terraform plan -generate-config-out=corporate_identifiers.tf`. |",
        "| device associations | none | ",
        "| apps of other kinds | 4 (Win32 2, Microsoft 365 Apps by an XML file 1, Microsoft Edge 1) | ",
    ] {
        assert!(readme.contains(row), "{row}: {readme}");
    }
    // How many there are is no difference.
    identifiers(&lab, 3..4);
    export(&lab, &["--check"]).succeeds();

    // What it says brings them in, and changes none.
    lab.write("more.tf", "import {\n to = autopilot_corporate_identifiers.all\n id = \"all\"\n}\n");
    let before = lab.writes();
    let planned =
        lab.run(&["plan", "-no-color", "-input=false", "-generate-config-out=corporate_identifiers.tf"]).succeeds();
    assert!(planned.stdout.contains("to import, 0 to add, 0 to change, 0 to destroy."), "{planned}");
    assert_eq!(lab.writes(), before);
}

#[test]
fn a_large_tenant_is_not_counted_to_the_end_and_a_part_of_it_not_at_all() {
    let lab = Lab::new();
    identifiers(&lab, 0..1001);
    lab.emulator.forget_requests();
    let exported = unfolded(&export(&lab, &[]).succeeds().stdout);
    assert!(exported.contains("Not looked for: 1000 or more corporate identifiers. README.md"), "{exported}");
    let asked = |path: &str| -> u64 {
        let asked = lab.emulator.requests().into_iter().filter(|request| request.path.contains(path));
        asked.map(|request| request.count).sum()
    };
    assert_eq!(asked("importedDeviceIdentities"), 1, "a page tells it");
    lab.emulator.forget_requests();
    for words in [&["--check"][..], &["--only", "group", "--check"]] {
        let exported = export(&lab, words).succeeds();
        assert!(!exported.stdout.contains("Not looked for"), "{exported}");
    }
    assert_eq!(asked("importedDeviceIdentities"), 0);
}

#[test]
fn what_cannot_be_counted_says_so_and_the_export_is_whole() {
    let lab = Lab::new();
    identifiers(&lab, 0..3);
    let fault =
        json!({"method": "GET", "path": "/beta/deviceManagement/importedDeviceIdentities", "status": 403, "times": 0});
    lab.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let exported = unfolded(&export(&lab, &[]).succeeds().stdout);
    let why = "the permission DeviceManagementServiceConfig.Read.All is missing";
    let told = format!("Not looked for: corporate identifiers that were not counted ({why}).");
    assert!(exported.contains(&told), "{exported}");
    assert!(readme(&lab).contains(&format!("| corporate identifiers | not counted: {why} | ")), "{}", readme(&lab));
}
