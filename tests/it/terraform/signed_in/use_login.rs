//! Terraform with nothing but the sign-in of an administrator.

use std::{fs, os::unix::fs::PermissionsExt};

use autopilot::emulator::PUBLIC_CLIENT_ID;
use serde_json::json;

use super::{ADMINISTRATOR, GROUP, answer_page, begin_in_browser, browse, file, lab, program, refresh_token, sign_in};
use crate::terraform::{lab::Lab, run::Run};

fn configured_provider(lab: &Lab) -> String {
    format!(
        "provider \"autopilot\" {{\n  tenant_id = \"contoso.com\"\n  client_id = \"{PUBLIC_CLIENT_ID}\"\n  use_login = true\n  \
         graph_endpoint = \"{0}\"\n  authority_host = \"{0}\"\n}}\n",
        lab.emulator.endpoint()
    )
}

#[test]
fn an_administrator_signs_in_in_the_browser_and_terraform_plans_and_applies_with_it() {
    let mut lab = lab(GROUP);
    lab.emulator.configure(|settings| settings.sign_ins_approved = false);
    let (waiting, address) = begin_in_browser(&lab);
    let (status, _, page) = browse("GET", &address, "");
    assert!(status == 200 && page.contains("Sign in to Contoso"), "{page}");
    let (status, _, page) = answer_page(&address, "emulator_user=nobody@contoso.com");
    assert!(status == 400 && page.contains("AADSTS50034"), "a wrong user is told on the page, and waited on: {page}");
    let (_, back, _) = answer_page(&address, &format!("emulator_user={ADMINISTRATOR}"));
    let (status, _, page) = browse("GET", &back.replace("state=", "state=x"), "");
    assert!(status == 400 && page.contains("not awaited"), "{page}");
    let (status, _, page) = browse("GET", &back, "");
    assert!(status == 200 && page.contains("You may close this page"), "{page}");
    let run = waiting.end().succeeds();
    for part in [
        "Signed in: nestor.wilke@contoso.com",
        lab.emulator.tenant_id(),
        "Policy.ReadWrite.MobilityManagement",
        "It may",
    ] {
        assert!(run.stdout.contains(part), "{part:?} is missing in {run}");
    }
    assert_eq!(fs::metadata(file(&lab)).expect("a file").permissions().mode() & 0o777, 0o600);

    // By the environment only.
    let first = refresh_token(&lab);
    lab.apply();
    assert_eq!(lab.tenant.groups().len(), 1);
    assert_ne!(refresh_token(&lab), first, "each use gives another one");
    assert_eq!(lab.plan().run.code, Some(0));
    // By the configuration only; where the file is, only a variable says.
    lab.settings.retain(|(name, _)| name == "AUTOPILOT_LOGIN_FILE");
    let path = file(&lab).display().to_string();
    lab.set("AUTOPILOT_LOGIN_FILE", &path);
    lab.configure(&GROUP.replace("provider \"autopilot\" {}\n", &configured_provider(&lab)));
    assert_eq!(lab.plan().run.code, Some(0));
    lab.destroy();
    assert_eq!(lab.tenant.groups().len(), 0);
}

#[test]
fn a_sign_in_that_was_ended_says_how_to_sign_in_again() {
    let lab = lab(GROUP);
    sign_in(&lab);
    lab.tenant.post("/_emulator/sign_ins", &json!({"user": ADMINISTRATOR, "revoke": true}));
    let again = format!("login --tenant contoso.com --client-id {PUBLIC_CLIENT_ID}");
    let told = lab.plan_run().fails().error().detail;
    assert!(told.contains("AADSTS50173") && told.contains(ADMINISTRATOR) && told.contains(&again), "{told}");
    sign_in(&lab);
    lab.apply();
    let message = "AADSTS50078: Presented multi-factor authentication has expired due to policies configured by your administrator.";
    let fault = json!({"path": "*/token", "status": 400, "code": "invalid_grant", "message": message, "times": 0});
    lab.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let told = lab.plan_run().fails().error().detail;
    assert!(told.contains("AADSTS50078") && told.contains(&again), "{told}");
}

#[test]
fn two_processes_that_use_a_sign_in_at_once_leave_it_whole() {
    let lab = lab(GROUP);
    sign_in(&lab);
    lab.emulator.forget_requests();
    let words = ["plan", "-lock=false", "-input=false", "-no-color"];
    let running = [lab.start(&words), lab.start(&words), lab.start(&words)];
    for one in running {
        Run::ended(&one.wait_with_output().expect("an end")).succeeds();
    }
    let asked: u64 =
        lab.emulator.requests().iter().filter(|each| each.path.ends_with("/token")).map(|each| each.count).sum();
    assert!(asked >= 3, "each has a token of its own: {asked}");
    assert_eq!(lab.plan().run.code, Some(2));
}

#[test]
fn what_others_could_have_read_is_not_used() {
    let lab = lab(GROUP);
    sign_in(&lab);
    fs::set_permissions(file(&lab), fs::Permissions::from_mode(0o644)).expect("a mode");
    let told = lab.plan_run().fails().error().detail;
    assert!(told.contains("mode 644") && told.contains("chmod 600"), "{told}");
    for words in [&["login", "--tenant", "contoso.com", "--no-browser"][..], &["logout", "--all"]] {
        let run = Run::of(&mut program(&lab, words)).fails();
        assert!(run.stderr.contains("chmod 600"), "{run}");
    }
}

#[test]
fn one_resource_is_managed_by_an_administrator_and_the_rest_by_an_application() {
    let scope = |provider: &str| {
        format!(
            "provider \"autopilot\" {{}}\n\nprovider \"autopilot\" {{\n  alias     = \"administrator\"\n  use_login = true\n}}\n\n\
             resource \"autopilot_group\" \"g\" {{\n  display_name = \"Pilot\"\n}}\n\nresource \"autopilot_mdm_enrollment_scope\" \
             \"this\" {{\n{provider}  scope     = \"selected\"\n  group_ids = [autopilot_group.g.id]\n}}\n"
        )
    };
    // An emulator has its administrator signed in.
    let lab = Lab::with(&scope(""));
    let told = lab.plan_run().fails().error();
    assert_eq!(told.summary, "Not for an Application");
    lab.configure(&scope("  provider  = autopilot.administrator\n"));
    lab.apply();
    let policy = "/beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000";
    assert_eq!(lab.administrator().get(policy)["appliesTo"], "selected");
    assert_eq!(lab.plan().run.code, Some(0));
    lab.destroy();
    assert_eq!(lab.administrator().get(policy)["appliesTo"], "none");
}
