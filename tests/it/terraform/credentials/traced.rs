//! The log at its most talkative, over every credential.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::federated::{SUBJECT, token, trusting};
use super::own::{CERTIFICATE, KEY, PASSWORD, PFX};
use super::{READ, Settings, az, machine, plan, register, who};
use crate::stand_in::{StandIn, json as answer};
use crate::terraform::tenant::Tenant;

/// Every token and assertion here is a JSON Web Token, and each of those begins with `{"` in base64.
const ANY_TOKEN: &str = "eyJ";

#[test]
fn no_credential_is_in_the_log() {
    let lab = trusting();
    register(&lab, &json!({"certificates": [CERTIFICATE]}));
    lab.write("client.pfx", PFX);
    lab.write("token", token(SUBJECT, false));
    lab.configure(READ);
    let issuer = StandIn::new(|_| {
        let token = token(SUBJECT, false);
        answer(200, &json!({"value": &token, "oidcToken": &token}))
    });
    let (asked, machine) = (issuer.url("/token?run=1"), machine::machine(&lab));
    let metadata = machine.url("/metadata");
    let path = az::az(&lab, &az::answering(Tenant::sign_in(&lab.settings).token()));
    let secret = lab.emulator.client_secret().to_owned();
    let (pfx, given) = (STANDARD.encode(PFX), token(SUBJECT, false));
    let line_of_key = KEY.lines().nth(3).expect("a key has lines");
    let line_of_certificate = CERTIFICATE.lines().nth(3).expect("a certificate has lines");

    let used = ("ARM_USE_OIDC", "true");
    let of_kinds: [&[(&str, &str)]; 10] = [
        &[("ARM_CLIENT_SECRET", &secret)],
        &[("ARM_CLIENT_CERTIFICATE_PATH", "client.pfx"), ("ARM_CLIENT_CERTIFICATE_PASSWORD", PASSWORD)],
        &[("ARM_CLIENT_CERTIFICATE", &pfx), ("ARM_CLIENT_CERTIFICATE_PASSWORD", PASSWORD)],
        &[used, ("ARM_OIDC_TOKEN", &given)],
        &[used, ("ARM_OIDC_TOKEN_FILE_PATH", "token")],
        &[used, ("ARM_OIDC_REQUEST_URL", &asked), ("ARM_OIDC_REQUEST_TOKEN", "token-of-the-run")],
        &[
            used,
            ("SYSTEM_OIDCREQUESTURI", &asked),
            ("SYSTEM_ACCESSTOKEN", "token-of-the-run"),
            ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection-1"),
        ],
        &[("ARM_USE_AKS_WORKLOAD_IDENTITY", "true"), ("AZURE_FEDERATED_TOKEN_FILE", "token")],
        &[("ARM_USE_MSI", "true"), ("ARM_MSI_ENDPOINT", &metadata), ("ARM_CLIENT_ID", machine::USER_ASSIGNED)],
        &[("ARM_USE_CLI", "true")],
    ];
    let secrets = [&secret, PASSWORD, "token-of-the-run", &pfx[40..80], line_of_key, line_of_certificate, ANY_TOKEN];
    for of_kind in of_kinds {
        let variables: Settings<'_> = of_kind.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        let all = [who(), variables].concat();
        let run = plan(&lab, &all, false, &[("PATH", &path), ("TF_LOG", "trace")]).succeeds();
        assert!(run.stderr.contains("deviceManagement"), "the provider's requests are in the log: {of_kind:?}");
        for secret in secrets {
            assert!(!run.stderr.contains(secret) && !run.stdout.contains(secret), "{secret} is shown by {of_kind:?}");
        }
    }
}
