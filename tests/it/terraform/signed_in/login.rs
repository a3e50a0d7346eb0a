//! The commands themselves: how somebody signs in, or does not, and is forgotten.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use serde_json::{Value, json};

use super::{ADMINISTRATOR, GROUP, Waiting, answer_page, begin_in_browser, browse, file, lab, program, sign_in};
use crate::terraform::{lab::Lab, run::Run};

#[test]
fn the_browser_that_the_environment_names_is_opened() {
    let lab = lab("");
    let (pipe, browser) = (lab.home.path().join("pipe"), lab.home.path().join("browser.sh"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    fs::write(&browser, format!("#!/bin/sh\nprintf %s \"$1\" > {}\n", pipe.display())).expect("a file");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).expect("a mode");
    let mut command = program(&lab, &["login", "--tenant", "contoso.com"]);
    let waiting = Waiting::begin({
        command.env("BROWSER", &browser);
        command
    });
    let address = fs::read_to_string(&pipe).expect("the browser is given an address");
    let (_, back, _) = browse("GET", &address, "");
    browse("GET", &back, "");
    let run = waiting.end().succeeds();
    assert!(run.stdout.starts_with("Sign in to contoso.com in the browser. If none has opened"), "{run}");
    assert!(run.stdout.contains(&address), "{run}");
}

#[test]
fn who_declines_in_the_browser_is_not_signed_in() {
    let lab = lab("");
    lab.emulator.configure(|settings| settings.sign_ins_approved = false);
    let (waiting, address) = begin_in_browser(&lab);
    let (_, back, _) = answer_page(&address, "emulator_cancel=yes");
    let (_, _, page) = browse("GET", &back, "");
    assert!(page.contains("You are not signed in"), "{page}");
    let run = waiting.end().fails();
    assert!(run.stderr.contains("AADSTS65004") && run.stderr.contains("consent"), "{run}");
    assert!(!file(&lab).exists());
}

/// Begins a sign-in by a device code; a person decides on it.
pub(in crate::terraform) fn by_device_code(lab: &Lab, decision: &Value) -> Run {
    let words = ["login", "--tenant", "contoso.com", "--device-code"];
    let mut waiting = Waiting::begin(program(lab, &words));
    let line = waiting.line("Open ");
    let code = line.split("the code ").nth(1).and_then(|rest| rest.split(',').next()).expect("a code");
    let mut decision = decision.clone();
    decision["user_code"] = json!(code);
    lab.tenant.post("/_emulator/sign_ins", &decision);
    waiting.end()
}

#[test]
fn a_device_code_signs_in_unless_it_is_declined_or_blocked_by_security_defaults() {
    let lab = lab(GROUP);
    lab.emulator.configure(|settings| settings.sign_ins_approved = false);
    let run = by_device_code(&lab, &json!({"decline": true})).fails();
    assert!(run.stderr.contains("AADSTS65004"), "{run}");
    lab.emulator.configure(|settings| settings.device_codes_blocked = true);
    let run = by_device_code(&lab, &json!({})).fails();
    assert!(run.stderr.contains("AADSTS530035") && run.stderr.contains("leave out --device-code"), "{run}");
    lab.emulator.configure(|settings| settings.device_codes_blocked = false);
    let run = by_device_code(&lab, &json!({"user": "adele.vance@contoso.com"})).succeeds();
    assert!(run.stdout.contains("Signed in: adele.vance@contoso.com"), "{run}");
    lab.apply();
}

#[test]
fn logout_removes_one_tenant_or_all_and_says_where_sessions_end() {
    let lab = lab(GROUP);
    let logout = |words: &[&str]| Run::of(&mut program(&lab, &[&["logout"], words].concat())).succeeds();
    assert!(logout(&["--all"]).stdout.contains("Nothing to remove."));
    sign_in(&lab);
    let run = logout(&["--tenant", "fabrikam.com"]);
    assert!(run.stdout.contains("Nothing to remove.") && run.stdout.contains(ADMINISTRATOR), "{run}");
    let run = logout(&["--tenant", "contoso.com"]);
    assert!(
        run.stdout.contains(&format!("Removed: {ADMINISTRATOR}")) && run.stdout.contains("Revoke sessions"),
        "{run}"
    );
    let told = lab.plan_run().fails().error().detail;
    assert!(told.contains("nobody has signed in to") && told.contains("terraform-provider-autopilot login"), "{told}");
    sign_in(&lab);
    assert!(logout(&["--all"]).stdout.contains("Removed: "));
}
