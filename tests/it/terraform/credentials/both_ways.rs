//! Wrong and late credentials of every kind, each said by variables only and by the configuration only.

use autopilot::emulator::PUBLIC_CLIENT_ID;
use serde_json::json;

use super::federated::{SUBJECT, token, trusting};
use super::own::{KEY, certificate};
use super::{PLACES, READ, Settings, az, line, machine, plan, refused, register};
use crate::stand_in::{StandIn, json as answer};
use crate::terraform::{lab::Lab, run::Run, signed_in::ADMINISTRATOR, tenant::Tenant};

/// An application whose secret is over.
const LATE: &str = "00000000-0000-0000-0000-0000000000f1";

/// One credential.
struct Case<'a> {
    name: &'static str,
    /// Each by its setting, its variable, and what it is set to.
    said: Vec<(&'static str, &'static str, &'a str)>,
    /// What the plan is refused with. Nothing where it works.
    words: &'static [&'static str],
}

#[test]
fn each_credential_is_right_wrong_or_late_by_variables_alone_and_by_the_configuration_alone() {
    let lab = trusting();
    let over = certificate(true);
    register(&lab, &json!({"certificates": [over]}));
    let late = json!({"client_id": LATE, "client_secret": "late-one", "client_secret_expired": true});
    lab.emulator.plant(json!({"applications": [late]}).to_string().as_bytes()).expect("a seed");
    lab.write("over.pem", format!("{over}{KEY}"));
    lab.write("another.pem", format!("{}{KEY}", certificate(false)));
    let (stranger, ended) = (token("repo:contoso/other", false), token(SUBJECT, true));
    lab.write("stranger", &stranger);
    lab.write("ended", &ended);
    let issuer = StandIn::new(|head| match () {
        () if head.contains("Bearer late-token") => {
            answer(200, &json!({"value": token(SUBJECT, true), "oidcToken": token(SUBJECT, true)}))
        }
        () => answer(401, &json!({"message": "Unauthorized"})),
    });
    let asked = issuer.url("/token?run=1");
    let well = machine::machine(&lab);
    let of_cli = Tenant::sign_in(&lab.settings).token().to_owned();
    lab.emulator.configure(|settings| settings.token_seconds = -60);
    let slow = machine::machine(&lab);
    lab.emulator.configure(|settings| settings.token_seconds = 3600);
    let (metadata, metadata_late) = (well.url("/metadata"), slow.url("/metadata"));
    let refuses = "echo 'ERROR: AADSTS700082: The refresh token has expired due to inactivity.' >&2; exit 1";
    let path = az::az(&lab, &format!("case \"$*\" in *--tenant*) {refuses};; esac\n{}", az::answering(&of_cli)));
    lab.tenant.post("/_emulator/sign_ins", &json!({"user": ADMINISTRATOR, "revoke": true}));

    let client = |id| ("client_id", "ARM_CLIENT_ID", id);
    let tenant = |id| ("tenant_id", "ARM_TENANT_ID", id);
    let (here, ours) = (tenant(autopilot::emulator::TENANT_ID), client(autopilot::emulator::CLIENT_ID));
    let identity = client(machine::USER_ASSIGNED);
    let pem = |file| ("client_certificate_path", "ARM_CLIENT_CERTIFICATE_PATH", file);
    let oidc = ("use_oidc", "ARM_USE_OIDC", "true");
    let given = |text| ("oidc_token", "ARM_OIDC_TOKEN", text);
    let of_github = ("oidc_request_url", "ACTIONS_ID_TOKEN_REQUEST_URL", asked.as_str());
    let github = |text| ("oidc_request_token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", text);
    let of_azure = ("oidc_request_url", "SYSTEM_OIDCREQUESTURI", asked.as_str());
    let azure = |text| ("oidc_request_token", "SYSTEM_ACCESSTOKEN", text);
    let connection = ("ado_pipeline_service_connection_id", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection-1");
    let aks = ("use_aks_workload_identity", "ARM_USE_AKS_WORKLOAD_IDENTITY", "true");
    let projected = |file| ("oidc_token_file_path", "AZURE_FEDERATED_TOKEN_FILE", file);
    let msi = ("use_msi", "ARM_USE_MSI", "true");
    let at = |url| ("msi_endpoint", "ARM_MSI_ENDPOINT", url);
    let cli = ("use_cli", "ARM_USE_CLI", "true");
    let login = ("use_login", "AUTOPILOT_USE_LOGIN", "true");
    let public = client(PUBLIC_CLIENT_ID);
    let case = |name, said: &[_], words| Case { name, said: said.to_vec(), words };
    let cases = [
        case(
            "late_secret",
            &[here, client(LATE), ("client_secret", "ARM_CLIENT_SECRET", "late-one")],
            &["AADSTS7000222", "Make a new one"],
        ),
        case("unknown_certificate", &[here, ours, pem("another.pem")], &["AADSTS700027", "Compare its thumbprint"]),
        case("late_certificate", &[here, ours, pem("over.pem")], &["AADSTS700027", "The key used is expired"]),
        case("wrong_token", &[here, ours, oidc, given(stranger.as_str())], &["AADSTS700213", "letter by letter"]),
        case("late_token", &[here, ours, oidc, given(ended.as_str())], &["AADSTS700024", "has expired"]),
        case("wrong_github", &[here, ours, oidc, of_github, github("wrong-token")], &["HTTP 401", "id-token: write"]),
        case("late_github", &[here, ours, oidc, of_github, github("late-token")], &["AADSTS700024"]),
        case(
            "wrong_azure",
            &[here, ours, oidc, of_azure, azure("wrong-token"), connection],
            &["HTTP 401", "the service connection connection-1", "SYSTEM_ACCESSTOKEN"],
        ),
        case("late_azure", &[here, ours, oidc, of_azure, azure("late-token"), connection], &["AADSTS700024"]),
        case("wrong_pod", &[here, ours, aks, projected("stranger")], &["AADSTS700213", "the token of the pod"]),
        case("late_pod", &[here, ours, aks, projected("ended")], &["AADSTS700024"]),
        case("right_identity", &[identity, msi, at(metadata.as_str())], &[]),
        case(
            "wrong_identity",
            &[client(LATE), msi, at(metadata.as_str())],
            &["Identity not found", "Assign the identity"],
        ),
        case("late_identity", &[identity, msi, at(metadata_late.as_str())], &["Sign-In Not Accepted", "expired"]),
        case("right_cli", &[cli], &[]),
        case("late_cli", &[here, cli], &["AADSTS700082"]),
        case("wrong_login", &[tenant("fabrikam.com"), public, login], &["nobody has signed in to"]),
        case("late_login", &[here, public, login], &["AADSTS50173", ADMINISTRATOR]),
    ];

    let by_configuration = by_configuration(&lab, &cases, &path);
    for case in &cases {
        is_as_said(case, &by_configuration);
        is_said_by_variables(case, &lab, &path);
    }
}

/// All of them in one configuration, each as a provider of its own.
fn by_configuration(lab: &Lab, cases: &[Case<'_>], path: &str) -> Run {
    let endpoint = lab.emulator.endpoint();
    let places: String = PLACES.iter().map(|(setting, _)| line(setting, &endpoint)).collect();
    let one = |Case { name, said, .. }: &Case<'_>| {
        let lines: String = said.iter().map(|(setting, _, text)| line(setting, text)).collect();
        format!(
            "provider \"autopilot\" {{\n  alias = \"{name}\"\n{lines}{places}}}\n\
             data \"autopilot_devices\" \"{name}\" {{\n  provider = autopilot.{name}\n}}\n"
        )
    };
    lab.configure(&cases.iter().map(one).collect::<String>());
    plan(lab, &Settings::new(), true, &[("PATH", path)]).fails()
}

fn is_as_said(case: &Case<'_>, run: &Run) {
    let name = case.name;
    let mut errors = run.errors();
    errors.retain(|told| told.address.ends_with(&format!(".{name}")));
    let was_read = run.stdout.contains(&format!("data.autopilot_devices.{name}: Refresh complete"));
    assert_eq!((errors.len(), was_read), (usize::from(!case.words.is_empty()), case.words.is_empty()), "{name}\n{run}");
    errors.iter().for_each(|told| told.says(case.words));
    // A line of the configuration that core prints would show it.
    let is_secret = |setting: &&str| ["client_secret", "oidc_token", "oidc_request_token"].contains(setting);
    let secrets = case.said.iter().filter(|(setting, ..)| is_secret(setting)).map(|(_, _, text)| *text);
    secrets.for_each(|secret| assert!(!format!("{run}").contains(secret), "{name} is shown: {secret}"));
}

fn is_said_by_variables(case: &Case<'_>, lab: &Lab, path: &str) {
    lab.configure(READ);
    let variables: Settings<'_> = case.said.iter().map(|(_, name, text)| (*name, (*text).to_owned())).collect();
    let run = plan(lab, &variables, false, &[("PATH", path)]);
    if case.words.is_empty() {
        run.succeeds();
    } else {
        refused(&run.fails(), case.words, &[]);
    }
}
