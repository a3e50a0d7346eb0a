//! What is wrong fails at plan, on its own line, and the tenant is not touched.

use std::collections::BTreeMap;

use super::{lab::Lab, run::Diagnostic};

/// Plans a configuration that is wrong, and gives the one error. Nothing may have been written by then.
#[track_caller]
fn refused(text: &str) -> Diagnostic {
    let lab = Lab::with(text);
    let error = lab.plan_run().fails().error();
    assert_eq!(lab.writes(), BTreeMap::new());
    error
}

#[track_caller]
fn refused_csv(csv: &str) -> Diagnostic {
    let lab = Lab::new();
    lab.write("devices.csv", csv);
    lab.configure(
        r#"
        resource "autopilot_device_import" "fleet" {
          devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
        }
        "#,
    );
    let error = lab.plan_run().fails().error();
    assert_eq!(lab.writes(), BTreeMap::new());
    assert!(error.line.contains("parse_device_csv"), "{error:#?}");
    error
}

#[test]
fn a_profile_s_name_with_a_hyphen() {
    let error = refused(
        r#"
        resource "autopilot_deployment_profile" "x" {
          display_name = "User-driven (Entra)"
        }
        "#,
    );
    assert_eq!(error.line, r#"display_name = "User-driven (Entra)""#);
    error.says(&["cannot hold - ( )", "Intune refuses"]);
}

#[test]
fn a_self_deploying_profile_that_joins_a_domain() {
    let error = refused(
        r#"
        resource "autopilot_deployment_profile" "x" {
          display_name    = "X"
          join_type       = "hybrid"
          deployment_mode = "self_deploying"
        }
        "#,
    );
    assert_eq!(error.line, r#"deployment_mode = "self_deploying""#);
    error.says(&["hybrid", "joins Entra only"]);
}

#[test]
fn a_name_template_that_gives_sixteen_characters() {
    let error = refused(
        r#"
        resource "autopilot_deployment_profile" "x" {
          display_name         = "X"
          device_name_template = "CONTOSO-%RAND:8%"
        }
        "#,
    );
    assert_eq!(error.line, r#"device_name_template = "CONTOSO-%RAND:8%""#);
    error.says(&["16", "15"]);
}

#[test]
fn a_name_template_that_gives_only_digits() {
    let error = refused(
        r#"
        resource "autopilot_deployment_profile" "x" {
          display_name         = "X"
          device_name_template = "%RAND:6%"
        }
        "#,
    );
    assert_eq!(error.line, r#"device_name_template = "%RAND:6%""#);
    error.says(&["digits"]);
}

#[test]
fn a_name_template_on_a_hybrid_profile() {
    let error = refused(
        r#"
        resource "autopilot_deployment_profile" "x" {
          display_name         = "X"
          join_type            = "hybrid"
          device_name_template = "CON-%SERIAL%"
        }
        "#,
    );
    assert_eq!(error.line, r#"device_name_template = "CON-%SERIAL%""#);
    error.says(&["hybrid", "domain join profile"]);
}

#[test]
fn a_group_rule_longer_than_entra_takes() {
    let error = refused(
        r#"
        resource "autopilot_group" "x" {
          display_name    = "X"
          membership_rule = join(" or ", [for n in range(200) : "(device.displayName -eq \"PC${n}\")"])
        }
        "#,
    );
    assert!(error.line.starts_with("membership_rule = join("), "{error:#?}");
    error.says(&["3,072"]);
}

#[test]
fn a_status_page_that_waits_no_time() {
    let error = refused(
        r#"
        resource "autopilot_enrollment_status_page" "x" {
          display_name    = "X"
          timeout_minutes = 0
        }
        "#,
    );
    assert_eq!(error.line, "timeout_minutes = 0");
    error.says(&["1", "1440", "got: 0"]);
}

#[test]
fn a_csv_without_its_column_of_hashes() {
    refused_csv("Device Serial Number,Windows Product ID\r\nA1,\r\n").says(&["Hardware Hash"]);
}

#[test]
fn a_csv_with_one_serial_number_twice() {
    let csv = "Device Serial Number,Windows Product ID,Hardware Hash\r\nA1,,\r\nB2,,\r\na1,,\r\n";
    refused_csv(csv).says(&["Row 4", "\"a1\" is in row 2"]);
}

#[test]
fn a_csv_with_a_hash_that_is_not_base64() {
    let csv = "Device Serial Number,Windows Product ID,Hardware Hash\r\nA1,,no-base64!\r\n";
    refused_csv(csv).says(&["Row 2", "Hardware Hash", "base64"]);
}

#[test]
fn a_hash_that_is_not_base64() {
    let error = refused(
        r#"
        resource "autopilot_device_import" "x" {
          devices = {
            A1 = { hardware_hash = "no-base64!" }
          }
        }
        "#,
    );
    assert_eq!(error.line, r#"A1 = { hardware_hash = "no-base64!" }"#);
    error.says(&["A1", "base64"]);
    assert!(!error.detail.contains("no-base64!"), "a hash is never shown: {error:#?}");
}

#[test]
fn a_rule_that_is_empty_and_a_nickname_with_a_blank() {
    let error = refused("resource \"autopilot_group\" \"x\" {\n display_name = \"X\"\n membership_rule = \"\"\n}");
    assert_eq!(error.line, "membership_rule = \"\"");
    let error =
        refused("resource \"autopilot_group\" \"x\" {\n display_name = \"X\"\n mail_nickname = \"has space@x\"\n}");
    error.says(&["Attribute mail_nickname cannot contain a blank, got: \"has space@x\"."]);
}

#[test]
fn a_locale_that_is_none() {
    for (locale, meant) in [("OS default", "os-default"), ("english", "en-US")] {
        let error = refused(&format!(
            "resource \"autopilot_deployment_profile\" \"x\" {{\n display_name = \"X\"\n locale = \"{locale}\"\n}}"
        ));
        assert_eq!(error.line, format!("locale = \"{locale}\""));
        error.says(&[&format!(
            "Attribute locale must be a language and region such as \"en-US\", \"os-default\" or \"user-select\", got: \
             \"{locale}\". Did you mean \"{meant}\"?"
        )]);
    }
}

#[test]
fn names_and_tags_that_no_device_can_have() {
    let device = |attribute: &str| {
        refused(&format!(
            "resource \"autopilot_device_import\" \"x\" {{\n devices = {{\n A1 = {{ {attribute} }}\n }}\n}}"
        ))
    };
    for (name, why) in [
        ("has space", "a name cannot contain blanks."),
        ("Büro", "a name cannot contain 'ü', only the letters a to z, digits and hyphens."),
        ("123456", "a name cannot be digits only."),
        ("A234567890123456", "a name has at most 15 characters, and this has 16."),
    ] {
        device(&format!("display_name = \"{name}\"")).says(&["display_name", &format!("cannot be \"{name}\": {why}")]);
    }
    device(&format!("group_tag = \"{}\"", "x".repeat(600))).says(&["group_tag", "at most 512 characters, it has 600"]);
}

/// A list of devices from firmware that has no serial numbers, saved by Excel in Germany.
#[test]
fn a_csv_with_semicolons_is_planned_with_a_warning_of_what_is_no_serial_number() {
    let lab = Lab::new();
    lab.write(
        "devices.csv",
        b"sep=;\r\nDevice Serial Number;Hardware Hash;Group Tag\r\nA1;;K\xf6ln\r\nDefault string;;\r\n",
    );
    lab.configure(
        r#"
        resource "autopilot_device_import" "fleet" {
          devices = provider::autopilot::parse_device_csv(filebase64("${path.module}/devices.csv"))
        }
        "#,
    );
    let run = lab.plan().run;
    let warnings = run.warnings();
    let told = warnings.iter().find(|told| told.summary == "Not a Serial Number").unwrap_or_else(|| panic!("{run}"));
    told.says(&["\"Default string\" is what firmware has in place of a serial number."]);
    // file() cannot read such a file at all.
    lab.configure("output \"x\" {\n value = file(\"${path.module}/devices.csv\")\n}");
    lab.plan_run().fails().error().says(&["not valid UTF-8"]);
}

/// Partner Center's template, and a file that is wrong in each row.
#[test]
fn a_csv_of_sentences_and_one_that_is_wrong_throughout() {
    let header = "Device serial number,Windows product ID,Hardware hash,Manufacturer name,Device model";
    refused_csv(&format!("{header}\nDelete this row before you upload the file,,,,,\nPF02,,,LENOVO,20B6\n"))
        .says(&["Row 2", "The row is a sentence of a template, not a device. Delete it."]);
    let rows: String = (0..1000).map(|at| format!("S{at},,no-hash!,,\n")).collect();
    refused_csv(&format!("{header}\n{rows}")).says(&["Row 51,", "And 950 more problems."]);
}

const ANY: &str = r#"
    resource "autopilot_group" "x" {
      display_name = "X"
    }
"#;

#[test]
fn a_client_secret_that_is_wrong() {
    let lab = Lab::with(&format!("provider \"autopilot\" {{\n  client_secret = \"not-the-secret\"\n}}\n{ANY}"));
    let run = lab.apply_run().fails();
    run.error().says(&["AADSTS7000215", "a client secret (from the configuration)"]);
    assert!(!run.to_string().contains("not-the-secret"), "a secret is never shown, nor its line: {run}");
    assert_eq!(lab.writes(), BTreeMap::new());
}

#[test]
fn a_client_secret_that_is_wrong_in_the_environment() {
    let mut lab = Lab::with(&format!("provider \"autopilot\" {{}}\n{ANY}"));
    lab.set("ARM_CLIENT_SECRET", "not-the-secret");
    let run = lab.apply_run().fails();
    run.error().says(&["AADSTS7000215", "the environment variable ARM_CLIENT_SECRET"]);
    assert!(!run.to_string().contains("not-the-secret"), "{run}");
    assert_eq!(lab.writes(), BTreeMap::new());
}

#[test]
fn a_tenant_id_that_is_none() {
    let error = refused(
        r#"
        provider "autopilot" {
          tenant_id = "contoso tenant"
        }

        resource "autopilot_group" "x" {
          display_name = "X"
        }
        "#,
    );
    assert_eq!(error.line, r#"tenant_id = "contoso tenant""#);
    error.says(&["GUID", "domain"]);
}

#[test]
fn the_state_of_another_tenant() {
    let lab = Lab::with(ANY);
    lab.apply();
    let mut other = Lab::new();
    other.configure(ANY);
    other.write("terraform.tfstate", lab.state_text());
    other.sign_in_elsewhere();
    let error = other.plan_run().fails().error();
    error.says(&["tenant", lab.setting("ARM_TENANT_ID"), other.setting("ARM_TENANT_ID")]);
    assert_eq!(other.writes(), BTreeMap::new());
}
