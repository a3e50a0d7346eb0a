//! The log at its most talkative, over every credential: one list of secrets, and no output that shows one.

use autopilot::knowledge::hardware_hash::{HardwareHash, encode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::federated::{SUBJECT, token, trusting};
use super::own::{CERTIFICATE, KEY, PASSWORD, PFX, certificate};
use super::{READ, Settings, az, machine, plan, register, who};
use crate::relay::Relay;
use crate::stand_in::{StandIn, json as answer};
use crate::terraform::{approvals, lab::Lab, run::Run, signed_in, tenant::Tenant};

/// Every token and assertion here is a JSON Web Token, and each of those begins with `{"` in base64.
const ANY_TOKEN: &str = "eyJ";

/// An application whose secret is over.
const LATE: &str = "00000000-0000-0000-0000-0000000000f1";

/// Wrong, late and right values that are no tokens, and that no other text holds.
const WRONG: &str = "a-secret-that-is-wrong";
const OVER: &str = "a-secret-that-is-over";
const OF_RUN: &str = "the-token-of-the-run";
const OF_OTHER_RUN: &str = "the-token-of-another-run";

/// Texts that were shown, and what showed them.
type Outputs = Vec<(String, String)>;

#[test]
fn no_credential_is_in_the_log() {
    let mut secrets: Vec<String> = [PASSWORD, WRONG, OVER, OF_RUN, OF_OTHER_RUN, ANY_TOKEN].map(str::to_owned).into();
    for pem in [KEY, CERTIFICATE] {
        secrets.push(pem.lines().nth(3).expect("a line of it").to_owned());
    }
    secrets.push(STANDARD.encode(PFX)[40..80].to_owned());
    let mut outputs = by_credentials(&mut secrets);
    outputs.extend(by_signing_in(&mut secrets));
    outputs.extend(by_writing(&mut secrets));
    for (what, text) in &outputs {
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} is shown by {what}");
        }
    }
}

/// Plans by each credential that an application may have: right, wrong, and over.
fn by_credentials(secrets: &mut Vec<String>) -> Outputs {
    let mut lab = trusting();
    let secret = lab.emulator.client_secret().to_owned();
    register(&lab, &json!({"certificates": [CERTIFICATE, certificate(true)]}));
    let late = json!({"client_id": LATE, "client_secret": OVER, "client_secret_expired": true});
    lab.emulator.plant(json!({"applications": [late]}).to_string().as_bytes()).expect("a seed");
    lab.write("secret", &secret);
    lab.write("client.pfx", PFX);
    lab.write("client.pem", format!("{CERTIFICATE}{KEY}"));
    lab.write("another.pem", format!("{}{KEY}", certificate(false)));
    lab.write("over.pem", format!("{}{KEY}", certificate(true)));
    lab.write("token", token(SUBJECT, false));
    lab.write("late", token(SUBJECT, true));
    lab.configure(READ);
    let issuer = StandIn::new(|head| {
        let given = token(SUBJECT, head.contains("late=1"));
        let right = answer(200, &json!({"value": given, "oidcToken": given}));
        if head.contains(OF_OTHER_RUN) { answer(401, &json!({"message": "Unauthorized"})) } else { right }
    });
    let (asked, asked_late) = (issuer.url("/token?run=1"), issuer.url("/token?late=1"));
    let of_lab = Tenant::sign_in(&lab.settings).token().to_owned();
    let identity = machine::machine(&lab);
    lab.emulator.configure(|settings| settings.token_seconds = -60);
    let ended = machine::machine(&lab);
    lab.emulator.configure(|settings| settings.token_seconds = 3600);
    let (metadata, metadata_late) = (identity.url("/metadata"), ended.url("/metadata"));
    let refuses = "echo 'ERROR: AADSTS700082: The refresh token has expired due to inactivity.' >&2; exit 1";
    let script = format!("if [ -n \"$AZ_REFUSES\" ]; then {refuses}; fi\n{}", az::answering(&of_lab));
    let path = az::az(&lab, &script);
    let relay = Relay::to(&lab.emulator.endpoint());
    lab.set("AUTOPILOT_AUTHORITY_HOST", &relay.url());

    let (pfx, given, other, over) =
        (STANDARD.encode(PFX), token(SUBJECT, false), token("repo:contoso/other", false), token(SUBJECT, true));
    let (oidc, aks, msi, cli) = (
        ("ARM_USE_OIDC", "true"),
        ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"),
        ("ARM_USE_MSI", "true"),
        ("ARM_USE_CLI", "true"),
    );
    let opened = ("ARM_CLIENT_CERTIFICATE_PASSWORD", PASSWORD);
    let (run_token, connection) =
        (("ARM_OIDC_REQUEST_TOKEN", OF_RUN), ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection-1"));
    let (works, fails) = (true, false);
    let cases: &[(bool, &[(&str, &str)])] = &[
        (works, &[("ARM_CLIENT_SECRET", &secret)]),
        (works, &[("ARM_CLIENT_SECRET_FILE_PATH", "secret")]),
        (fails, &[("ARM_CLIENT_SECRET", WRONG)]),
        (fails, &[("ARM_CLIENT_SECRET", OVER), ("ARM_CLIENT_ID", LATE)]),
        (works, &[("ARM_CLIENT_CERTIFICATE_PATH", "client.pfx"), opened]),
        (works, &[("ARM_CLIENT_CERTIFICATE", &pfx), opened]),
        (works, &[("ARM_CLIENT_CERTIFICATE_PATH", "client.pem")]),
        (fails, &[("ARM_CLIENT_CERTIFICATE", &pfx), ("ARM_CLIENT_CERTIFICATE_PASSWORD", WRONG)]),
        (fails, &[("ARM_CLIENT_CERTIFICATE_PATH", "another.pem")]),
        (fails, &[("ARM_CLIENT_CERTIFICATE_PATH", "over.pem")]),
        (works, &[oidc, ("ARM_OIDC_TOKEN", &given)]),
        (works, &[oidc, ("ARM_OIDC_TOKEN_FILE_PATH", "token")]),
        (fails, &[oidc, ("ARM_OIDC_TOKEN", &other)]),
        (fails, &[oidc, ("ARM_OIDC_TOKEN", &over)]),
        (works, &[oidc, ("ARM_OIDC_REQUEST_URL", &asked), run_token]),
        (fails, &[oidc, ("ARM_OIDC_REQUEST_URL", &asked), ("ARM_OIDC_REQUEST_TOKEN", OF_OTHER_RUN)]),
        (fails, &[oidc, ("ARM_OIDC_REQUEST_URL", &asked_late), run_token]),
        (works, &[oidc, ("SYSTEM_OIDCREQUESTURI", &asked), ("SYSTEM_ACCESSTOKEN", OF_RUN), connection]),
        (fails, &[oidc, ("SYSTEM_OIDCREQUESTURI", &asked), ("SYSTEM_ACCESSTOKEN", OF_OTHER_RUN), connection]),
        (fails, &[oidc, ("SYSTEM_OIDCREQUESTURI", &asked_late), ("SYSTEM_ACCESSTOKEN", OF_RUN), connection]),
        (works, &[aks, ("AZURE_FEDERATED_TOKEN_FILE", "token")]),
        (fails, &[aks, ("AZURE_FEDERATED_TOKEN_FILE", "late")]),
        (works, &[msi, ("ARM_MSI_ENDPOINT", &metadata), ("ARM_CLIENT_ID", "")]),
        (works, &[msi, ("ARM_MSI_ENDPOINT", &metadata), ("ARM_CLIENT_ID", machine::USER_ASSIGNED)]),
        (fails, &[msi, ("ARM_MSI_ENDPOINT", &metadata), ("ARM_CLIENT_ID", LATE)]),
        (fails, &[msi, ("ARM_MSI_ENDPOINT", &metadata_late), ("ARM_CLIENT_ID", "")]),
        (works, &[cli]),
        (fails, &[cli, ("AZ_REFUSES", "true")]),
    ];
    let mut outputs = Outputs::new();
    for (works, variables) in cases {
        let said: Settings<'_> = variables.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        let run = plan(&lab, &[who(), said].concat(), false, &[("PATH", &path), ("TF_LOG", "trace")]);
        assert_eq!(run.code, Some(i32::from(!works)), "{variables:?}\n{run}");
        assert!(run.stderr.contains("provider.terraform-provider-autopilot"), "its log is there: {variables:?}");
        assert!(!works || run.stderr.contains("deviceManagement"), "its requests are in the log: {variables:?}");
        outputs.extend(of(&format!("{variables:?}"), run));
    }
    went_by(&relay, &["client_assertion", "client_secret", "access_token"], secrets);
    outputs
}

/// `login` in the browser and by a device code, and what uses the sign-in until it is ended.
fn by_signing_in(secrets: &mut Vec<String>) -> Outputs {
    let mut lab = signed_in::lab(signed_in::GROUP);
    let relay = Relay::to(&lab.emulator.endpoint());
    lab.set("AUTOPILOT_AUTHORITY_HOST", &relay.url());
    lab.set("TF_LOG", "trace");
    let mut outputs = Outputs::new();
    outputs.extend(of("login in the browser", signed_in::sign_in(&lab)));
    let ends = ["-input=false", "-no-color"];
    outputs.extend(of("a plan as who signed in", lab.run(&[&["plan"], ends.as_slice()].concat()).succeeds()));
    lab.emulator.configure(|settings| settings.sign_ins_approved = false);
    let by_code = signed_in::login::by_device_code(&lab, &json!({"user": signed_in::ADMINISTRATOR})).succeeds();
    assert!(by_code.stderr.is_empty(), "whoever signs in reads the user code on stdout, and nobody elsewhere");
    outputs.extend(of("login by a device code", by_code));
    let applied = lab.run(&[&["apply", "-auto-approve"], ends.as_slice()].concat()).succeeds();
    outputs.extend(of("an apply as who signed in", applied));
    lab.tenant.post("/_emulator/sign_ins", &json!({"user": signed_in::ADMINISTRATOR, "revoke": true}));
    let refused = lab.run(&[&["plan"], ends.as_slice()].concat()).fails();
    assert!(refused.stderr.contains("AADSTS50173"), "{refused}");
    outputs.extend(of("a plan after sessions were ended", refused));
    let names = ["access_token", "code", "code_verifier", "device_code", "id_token", "refresh_token"];
    went_by(&relay, &names, secrets);
    outputs
}

/// An apply of a device, and of what another administrator has to approve.
fn by_writing(secrets: &mut Vec<String>) -> Outputs {
    let machine = HardwareHash {
        serial_number: Some("TRACED1".into()),
        manufacturer: Some("Contoso".into()),
        ..HardwareHash::default()
    };
    let hash = encode(&machine);
    let mut lab = Lab::with(&format!(
        "provider \"autopilot\" {{\n  approval_justification = \"Laptops for Berlin\"\n}}\n\
         resource \"autopilot_device\" \"it\" {{\n  serial_number = \"TRACED1\"\n  hardware_hash = \"{hash}\"\n}}\n\
         resource \"autopilot_scope_tag\" \"it\" {{\n  display_name = \"Berlin\"\n}}\n"
    ));
    lab.tenant.patch("/_emulator/settings", &json!({"approval": ["rbac"]}));
    lab.set("TF_LOG", "trace");
    let mut run = approvals::approved(&lab, &approvals::APPLY).succeeds();
    assert_eq!(lab.tenant.devices().len(), 1);
    assert!(run.stderr.contains("autopilot_scope_tag/Berlin/create"), "the log tells what waits: {run}");
    let codes: Vec<String> =
        approvals::requests(&lab).iter().filter_map(|each| Some(each["id"].as_str()?.to_owned())).collect();
    assert!(
        codes.len() == 1 && run.stderr.contains("operationApprovalRequests"),
        "it was asked for and looked at: {run}"
    );
    for code in &codes {
        let told = run.stdout.replace(code, "");
        assert_ne!(told, run.stdout, "the warning at the end names it");
        run.stdout = told;
    }
    secrets.extend(codes);
    // What is not set is nothing but "A"s.
    let told = hash.trim_end_matches(['A', '=']);
    secrets.push(told[told.len() - 40..].to_owned());
    of("an apply of a device and a scope tag", run).into()
}

fn of(what: &str, run: Run) -> [(String, String); 2] {
    [(format!("the output of {what}"), run.stdout), (format!("the log of {what}"), run.stderr)]
}

/// Adds what the relay saw, which is something of each of these.
fn went_by(relay: &Relay, names: &[&str], secrets: &mut Vec<String>) {
    let seen = relay.secrets();
    for name in names {
        assert!(seen.contains_key(name), "no {name} went by, only {:?}", seen.keys());
    }
    secrets.extend(seen.into_values().flatten());
}
