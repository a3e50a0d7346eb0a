//! What an application has of its own: a secret, a certificate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{plan_by_configuration, plan_by_variables, refused, register, who, who_set};
use crate::terraform::lab::Lab;

pub(super) const CERTIFICATE: &str = include_str!("../../../../src/graph/credential/fixtures/certificate.pem");
pub(super) const KEY: &str = include_str!("../../../../src/emulator/tests/client_key.pem");
pub(super) const PFX: &[u8] = include_bytes!("../../../../src/graph/credential/fixtures/modern.pfx");
pub(super) const PASSWORD: &str = "open-sesame";

/// Another certificate for the same key, perhaps one whose time is over.
pub(super) fn certificate(is_over: bool) -> String {
    let key = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(KEY, &rcgen::PKCS_RSA_SHA256).expect("a key");
    let mut parameters = rcgen::CertificateParams::new(vec!["client".to_owned()]).expect("a name");
    if is_over {
        (parameters.not_before, parameters.not_after) =
            (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    }
    parameters.self_signed(&key).expect("a certificate").pem()
}

#[test]
fn a_client_secret_signs_in() {
    let lab = Lab::new();
    let secret = lab.emulator.client_secret().to_owned();
    let by = |name, text: &str| [who(), vec![(name, text.to_owned())]].concat();
    let set = |name, text: &str| [who_set(), vec![(name, text.to_owned())]].concat();
    lab.write("secret", format!("{secret}\n"));
    plan_by_variables(&lab, &by("ARM_CLIENT_SECRET", &secret)).succeeds();
    plan_by_variables(&lab, &by("ARM_CLIENT_SECRET_FILE_PATH", "secret")).succeeds();
    plan_by_configuration(&lab, &set("client_secret", &secret)).succeeds();
    plan_by_configuration(&lab, &set("client_secret_file_path", "secret")).succeeds();

    let wrong = plan_by_variables(&lab, &by("ARM_CLIENT_SECRET", "wrong-one")).fails();
    refused(&wrong, &["AADSTS7000215", "not its id", "ARM_CLIENT_SECRET", "ARM_CLIENT_ID"], &["wrong-one"]);
    let wrong = plan_by_configuration(&lab, &set("client_secret", "wrong-one")).fails();
    let told = refused(&wrong, &["AADSTS7000215", "a client secret (from the configuration)"], &["wrong-one"]);
    assert_eq!(told.line, "provider \"autopilot\" {", "core shows the line, which is not that of the secret");
    register(&lab, &json!({"client_secret_expired": true}));
    let over = plan_by_variables(&lab, &by("ARM_CLIENT_SECRET", &secret)).fails();
    refused(&over, &["AADSTS7000222", "Make a new one"], &[&secret]);
}

#[test]
fn a_client_certificate_signs_in() {
    let lab = Lab::new();
    register(&lab, &json!({"certificates": [CERTIFICATE]}));
    lab.write("client.pfx", PFX);
    lab.write("client.pem", format!("{CERTIFICATE}{KEY}"));
    let by = |name, text: &str| [who(), vec![(name, text.to_owned())]].concat();
    let password = |name, text: &str| vec![(name, text.to_owned())];
    let opened = |name, text: &str| [by(name, text), password("ARM_CLIENT_CERTIFICATE_PASSWORD", PASSWORD)].concat();
    let set = |name, text: &str| [who_set(), vec![(name, text.to_owned())]].concat();
    plan_by_variables(&lab, &opened("ARM_CLIENT_CERTIFICATE_PATH", "client.pfx")).succeeds();
    plan_by_variables(&lab, &opened("ARM_CLIENT_CERTIFICATE", &STANDARD.encode(PFX))).succeeds();
    plan_by_variables(&lab, &by("AZURE_CLIENT_CERTIFICATE_PATH", "client.pem")).succeeds();
    plan_by_configuration(&lab, &set("client_certificate_path", "client.pem")).succeeds();
    let inline = [set("client_certificate", &STANDARD.encode(PFX)), password("client_certificate_password", PASSWORD)];
    plan_by_configuration(&lab, &inline.concat()).succeeds();

    let closed =
        [by("ARM_CLIENT_CERTIFICATE_PATH", "client.pfx"), password("ARM_CLIENT_CERTIFICATE_PASSWORD", "wrong-one")];
    let closed = plan_by_variables(&lab, &closed.concat()).fails();
    refused(&closed, &["client.pfx", "client_certificate_password is not its password"], &["wrong-one"]);
    let missing = plan_by_variables(&lab, &by("ARM_CLIENT_CERTIFICATE_PATH", "nowhere.pfx")).fails();
    refused(&missing, &["names the file nowhere.pfx, which cannot be used"], &[]);

    lab.write("another.pem", format!("{}{KEY}", certificate(false)));
    let unknown = plan_by_configuration(&lab, &set("client_certificate_path", "another.pem")).fails();
    let told = refused(&unknown, &["AADSTS700027", "Compare its thumbprint"], &[]);
    assert!(told.line.starts_with("client_certificate_path"), "{told:?}");
    let over = certificate(true);
    register(&lab, &json!({"certificates": [over]}));
    lab.write("over.pem", format!("{over}{KEY}"));
    let over = plan_by_variables(&lab, &by("ARM_CLIENT_CERTIFICATE_PATH", "over.pem")).fails();
    refused(&over, &["AADSTS700027", "The key used is expired"], &[]);
}

#[test]
fn an_application_that_the_tenant_has_not_consented_to_says_who_may_consent_where() {
    let lab = Lab::new();
    let stranger = "00000000-0000-0000-0000-0000000000ff";
    let mut variables = who();
    variables[1].1 = stranger.to_owned();
    variables.push(("ARM_CLIENT_SECRET", "any-secret".to_owned()));
    let told = plan_by_variables(&lab, &variables).fails();
    let address = format!("/{}/adminconsent?client_id={stranger}", autopilot::emulator::TENANT_ID);
    refused(&told, &["AADSTS700016", "consents at http://127.0.0.1", &address], &["any-secret"]);
}

#[test]
fn a_secret_that_is_known_only_after_apply_does_not_hold_up_the_plan() {
    let lab = Lab::new();
    let secret = lab.emulator.client_secret();
    lab.configure(&format!(
        "resource \"terraform_data\" \"vault\" {{\n  input = \"{secret}\"\n}}\n\
         provider \"autopilot\" {{\n  client_secret = terraform_data.vault.output\n}}\n\
         resource \"autopilot_group\" \"it\" {{\n  display_name = \"it\"\n}}\n"
    ));
    lab.plan().is(&["create autopilot_group.it", "create terraform_data.vault"]);
    lab.apply();
    assert_eq!(lab.tenant.groups().len(), 1);
}
