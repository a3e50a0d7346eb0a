//! The Azure CLI, by a stand-in on the PATH.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::json;

use super::{READ, Settings, plan, plan_by_configuration, refused};
use crate::terraform::{lab::Lab, tenant::Tenant};

/// The Azure CLI's own application, which is Microsoft's.
const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// Puts an `az` that does this in front of the PATH, and gives that.
pub(super) fn az(lab: &Lab, script: &str) -> String {
    let folder = lab.home.path().join("az");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("az");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a mode");
    let path = lab.command(&[]).get_envs().find_map(|(name, value)| (name == "PATH").then_some(value?.to_owned()));
    let path =
        path.map_or_else(|| "/usr/local/bin:/usr/bin:/bin".to_owned(), |path| path.to_string_lossy().into_owned());
    format!("{}:{path}", folder.display())
}

/// What `az account get-access-token` prints.
pub(super) fn answering(token: &str) -> String {
    let answer = json!({"accessToken": token, "expires_on": 4_102_444_800_u32, "tokenType": "Bearer", "tenant": "t"});
    format!("cat <<'END'\n{answer}\nEND")
}

fn used() -> Settings<'static> {
    vec![("ARM_USE_CLI", "true".to_owned())]
}

#[test]
fn the_azure_cli_signs_in() {
    let lab = Lab::new();
    let token = Tenant::sign_in(&lab.settings).token().to_owned();
    let asked = lab.home.path().join("asked");
    let path = az(&lab, &format!("echo \"$*\" > {}\n{}", asked.display(), answering(&token)));
    lab.configure(READ);
    plan(&lab, &used(), false, &[("PATH", &path)]).succeeds();
    let said = fs::read_to_string(&asked).expect("it was asked");
    assert_eq!(said.trim(), "account get-access-token -o json --scope https://graph.microsoft.com/.default");
    let in_tenant = [used(), vec![("ARM_TENANT_ID", "contoso.com".to_owned())]].concat();
    plan(&lab, &in_tenant, false, &[("PATH", &path)]).succeeds();
    assert!(fs::read_to_string(&asked).expect("it was asked").contains("--tenant contoso.com"));
    let told = plan_by_configuration(&lab, &vec![("use_cli", "true".to_owned())]).fails();
    refused(&told, &["az", "the Azure CLI, in the tenant that it is set to"], &[]);

    let path = az(&lab, "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    lab.configure(READ);
    let told = plan(&lab, &used(), false, &[("PATH", &path)]).fails();
    refused(&told, &["Please run 'az login' to setup account", "az login --tenant"], &[]);
    let path =
        az(&lab, "echo 'ERROR: AADSTS50076: Due to a configuration change you must use multi-factor.' >&2; exit 1");
    let told = plan(&lab, &used(), false, &[("PATH", &path)]).fails();
    refused(&told, &["AADSTS50076", "second factor"], &[]);
}

#[test]
fn what_the_azure_cli_s_application_may_never_do_is_told_by_the_plan() {
    let lab = Lab::new();
    let delegated = json!({"client_id": AZURE_CLI, "public": true, "delegated": ["Group.ReadWrite.All"]});
    lab.emulator.plant(json!({"applications": [delegated]}).to_string().as_bytes()).expect("a seed");
    let token = Tenant::sign_in_by_device_code(&lab.settings, AZURE_CLI, "Group.ReadWrite.All");
    let path = az(&lab, &answering(&token));
    let group = "resource \"autopilot_group\" \"it\" {\n  display_name = \"it\"\n}\n";
    lab.configure(group);
    plan(&lab, &used(), false, &[("PATH", &path)]).succeeds();
    lab.configure("resource \"autopilot_scope_tag\" \"it\" {\n  display_name = \"it\"\n}\n");
    let told = plan(&lab, &used(), false, &[("PATH", &path)]).fails();
    let words =
        ["Not for the Azure CLI's Application", "DeviceManagementRBAC.ReadWrite.All", "a certificate, a secret"];
    refused(&told, &words, &[&token]);
    for reading in [
        "data \"autopilot_devices\" \"it\" {}\n",
        "data \"autopilot_deployment_profile\" \"it\" {\n  display_name = \"it\"\n}\n",
        "resource \"autopilot_scope_tag\" \"it\" {\n  display_name = \"it\"\n}\n\
         import {\n  to = autopilot_scope_tag.it\n  id = \"7\"\n}\n",
    ] {
        lab.configure(reading);
        let told = plan(&lab, &used(), false, &[("PATH", &path)]).fails();
        let words = ["Not for the Azure CLI's Application", "Read.All", "a certificate, a secret"];
        refused(&told, &words, &[&token]);
    }
}
