//! Which credential the settings choose.

use super::*;

const WHO: [(&str, &str); 2] = [("ARM_TENANT_ID", TENANT), ("ARM_CLIENT_ID", "app")];

fn with(variables: &[(&'static str, &str)]) -> Around {
    let mut around = around(WHO);
    around.variables.extend(variables.iter().map(|(name, text)| (*name, (*text).to_owned())));
    around.files.insert("/var/token", "a.b.c\n");
    around
}

/// What an error would say was used, without tenant and application.
#[track_caller]
fn chosen<const N: usize>(set: [(&str, Value); N], variables: &[(&'static str, &str)]) -> String {
    let used = ready(&config(set), &with(variables)).chosen.used;
    used.into_iter().filter(|part| !part.starts_with("tenant ") && !part.starts_with("application ")).collect()
}

#[track_caller]
fn refused<const N: usize>(set: [(&str, Value); N], variables: &[(&'static str, &str)]) -> (String, String) {
    let told = refusals(&config(set), &with(variables));
    assert_eq!(told.len(), 1, "{told:?}");
    told.into_iter().next().unwrap()
}

const SECRET: (&str, &str) = ("ARM_CLIENT_SECRET", "s");
const USE_OIDC: (&str, &str) = ("ARM_USE_OIDC", "true");
const OIDC_TOKEN: (&str, &str) = ("ARM_OIDC_TOKEN", "a.b.c");

#[test]
fn each_credential_is_chosen_by_its_setting_or_its_variable() {
    let secret = "a client secret (from the configuration)";
    assert_eq!(chosen([("client_secret", "s".into())], &[]), secret);
    let given = "a token of another issuer (from the environment variable ARM_OIDC_TOKEN)";
    assert_eq!(chosen([], &[OIDC_TOKEN]), given);
    assert_eq!(chosen([("use_oidc", true.into())], &[OIDC_TOKEN]), given);
    let file = "a token of another issuer (from the file /var/token)";
    assert_eq!(chosen([("oidc_token_file_path", "/var/token".into())], &[]), file);
    assert_eq!(chosen([], &[USE_OIDC, ("AZURE_FEDERATED_TOKEN_FILE", "/var/token")]), file);
    let github =
        [USE_OIDC, ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.example"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t")];
    assert!(chosen([], &github).starts_with("a token of GitHub's (asked for at https://github.example"));
    let azure_devops = [
        USE_OIDC,
        ("SYSTEM_OIDCREQUESTURI", "https://ado.example"),
        ("SYSTEM_ACCESSTOKEN", "t"),
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "c"),
    ];
    assert!(chosen([], &azure_devops).starts_with("the service connection c (from the environment variable ARM_ADO"));
    assert!(chosen([("ado_pipeline_service_connection_id", "c".into())], &azure_devops[..3]).contains("connection c"));
    let pod = [("ARM_USE_AKS_WORKLOAD_IDENTITY", "1"), ("AZURE_FEDERATED_TOKEN_FILE", "/var/token")];
    assert_eq!(chosen([], &pod), "the token of the pod (from the file /var/token)");
    assert!(chosen([("use_msi", true.into())], &[]).starts_with("the user-assigned managed identity app"));
    assert!(chosen([], &[("ARM_USE_CLI", "TRUE")]).starts_with("the Azure CLI, in the tenant"));
}

#[test]
fn where_a_token_is_asked_for_goes_before_a_token_of_a_later_place() {
    let asked = [("oidc_request_url", "https://github.example".into()), ("oidc_request_token", "t".into())];
    for variable in
        [OIDC_TOKEN, ("AZURE_FEDERATED_TOKEN_FILE", "/var/token"), ("ARM_OIDC_TOKEN_FILE_PATH", "/var/token")]
    {
        assert!(chosen(asked.clone(), &[variable]).starts_with("a token of GitHub's"), "{variable:?}");
    }
    let runner_in_a_pod = [
        USE_OIDC,
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://github.example"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/var/token"),
        OIDC_TOKEN,
    ];
    assert!(chosen([], &runner_in_a_pod[..4]).starts_with("a token of GitHub's"));
    assert!(chosen([], &runner_in_a_pod).contains("ARM_OIDC_TOKEN"));
    let pipeline = [
        ("SYSTEM_OIDCREQUESTURI", "https://ado.example"),
        ("SYSTEM_ACCESSTOKEN", "t"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/var/token"),
        OIDC_TOKEN,
    ];
    let connection = ("ado_pipeline_service_connection_id", "c".into());
    assert!(chosen([connection.clone()], &pipeline).starts_with("the service connection c (from the configuration)"));
    assert!(chosen([connection, ("oidc_token", "a.b.c".into())], &pipeline).contains("(from the configuration)"));
}

#[test]
fn of_an_address_no_secret_is_shown() {
    let secret = "https://user:SECRET@issuer.example/token?sig=SECRET#SECRET";
    let said = chosen([], &[USE_OIDC, ("ARM_OIDC_REQUEST_URL", secret), ("ARM_OIDC_REQUEST_TOKEN", "t")]);
    assert!(said.contains("asked for at issuer.example/token, from"), "{said}");
    let said = chosen([("use_msi", true.into())], &[("ARM_MSI_ENDPOINT", "http://10.0.0.1/token?sig=SECRET")]);
    assert!(said.contains("http://10.0.0.1/token (from"), "{said}");
    let (_, detail) = refused([], &[SECRET, ("AUTOPILOT_GRAPH_ENDPOINT", "https://graph.example/?sig=SECRET")]);
    assert!(detail.contains("must be an https URL") && !detail.contains("SECRET"), "{detail}");
}

#[test]
fn without_a_client_id_a_managed_identity_is_the_machine_s_own() {
    let resolved = ready(&config([("use_msi", true.into())]), &around([]));
    assert_eq!(resolved.chosen.used, ["the system-assigned managed identity"]);
    let resolved = ready(&config([]), &around([("ARM_USE_CLI", "true")]));
    assert_eq!(resolved.chosen.used, ["the Azure CLI, in the tenant that it is set to"]);
}

#[test]
fn configuration_goes_before_variables_and_a_switch_before_a_value() {
    assert!(chosen([("client_secret", "s".into())], &[USE_OIDC, OIDC_TOKEN]).starts_with("a client secret"));
    assert!(
        chosen([("client_secret", "s".into()), ("use_oidc", true.into())], &[OIDC_TOKEN]).contains("ARM_OIDC_TOKEN")
    );
    assert!(chosen([], &[SECRET, USE_OIDC, OIDC_TOKEN]).contains("ARM_OIDC_TOKEN"));
    assert!(chosen([], &[OIDC_TOKEN, ("AZURE_CLIENT_SECRET", "s")]).contains("ARM_OIDC_TOKEN"));
    assert!(chosen([("use_oidc", false.into())], &[SECRET, USE_OIDC, OIDC_TOKEN]).starts_with("a client secret"));
    assert!(chosen([], &[SECRET, OIDC_TOKEN, ("ARM_USE_OIDC", "false")]).starts_with("a client secret"));
}

#[test]
fn two_at_once_are_an_error_that_names_both() {
    let (path, detail) = refused([("client_secret", "s".into()), ("oidc_token", "a.b.c".into())], &[]);
    assert_eq!(path, "client_secret");
    assert_eq!(
        detail,
        "The provider is to sign in in several ways: a client secret (by the provider's attribute client_secret), and \
         another issuer's token (OIDC) (by the provider's attribute oidc_token). Set one of them only, or say which by \
         use_oidc."
    );
    let (_, detail) = refused([], &[USE_OIDC, ("ARM_USE_MSI", "true")]);
    assert!(detail.contains("ARM_USE_OIDC") && detail.contains("ARM_USE_MSI"), "{detail}");
    let (_, detail) = refused([], &[SECRET, ("ARM_CLIENT_CERTIFICATE_PATH", "/x")]);
    assert!(detail.contains("ARM_CLIENT_SECRET") && detail.contains("ARM_CLIENT_CERTIFICATE_PATH"), "{detail}");
}

#[test]
fn what_a_machine_sets_by_itself_chooses_nothing_but_is_told() {
    for (variable, setting) in [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", "use_oidc = true"),
        ("SYSTEM_OIDCREQUESTURI", "use_oidc = true"),
        ("AZURE_FEDERATED_TOKEN_FILE", "use_aks_workload_identity = true"),
        ("IDENTITY_ENDPOINT", "use_msi = true"),
    ] {
        let (_, detail) = refused([], &[(variable, "https://x.example")]);
        assert!(detail.contains(setting), "{variable}: {detail}");
        assert!(chosen([], &[SECRET, (variable, "https://x.example")]).starts_with("a client secret"));
    }
    let (_, detail) = refused([("use_cli", false.into())], &[]);
    assert!(detail.contains("the provider's attribute use_cli (false)") && !detail.contains("This runs"), "{detail}");
}

#[test]
fn a_switch_that_is_not_known_yet_leaves_the_choice_open() {
    let config = config([("use_msi", Value::Unknown)]);
    let Resolution::Unknown(names) = resolve(&config, &with(&[SECRET])) else { panic!("not unknown") };
    assert_eq!(names, ["use_msi"]);
    let (_, detail) = refused([], &[("ARM_USE_CLI", "perhaps")]);
    assert_eq!(detail, "The environment variable ARM_USE_CLI must be true or false, got: \"perhaps\".");
}

#[test]
fn what_a_credential_lacks_is_told_with_where_it_was_looked_for() {
    let (path, detail) = refused([], &[USE_OIDC]);
    assert_eq!(path, "oidc_token");
    assert!(detail.starts_with("The provider needs an oidc_token."), "{detail}");
    assert!(
        detail.contains("oidc_token_file_path (not set)") && detail.contains("ACTIONS_ID_TOKEN_REQUEST_URL"),
        "{detail}"
    );
    let (path, _) = refused([], &[USE_OIDC, ("ARM_OIDC_REQUEST_URL", "https://github.example")]);
    assert_eq!(path, "oidc_request_token");
    let pipeline = [USE_OIDC, ("SYSTEM_OIDCREQUESTURI", "https://ado.example"), ("SYSTEM_ACCESSTOKEN", "t")];
    assert_eq!(refused([], &pipeline).0, "ado_pipeline_service_connection_id");
    assert_eq!(refused([], &[("ARM_USE_AKS_WORKLOAD_IDENTITY", "true")]).0, "oidc_token_file_path");
    let (path, detail) = refused([("client_certificate", "nonsense".into())], &[]);
    assert_eq!(path, "client_certificate");
    assert!(detail.contains("neither PEM nor a PFX"), "{detail}");
    let (_, detail) = refused([], &[("ARM_CLIENT_CERTIFICATE_PATH", "/var/token")]);
    assert!(detail.starts_with("The file /var/token is neither PEM nor a PFX"), "{detail}");
}

#[test]
fn each_cloud_has_its_own_authority_graph_and_audience() {
    for (name, graph, authority, audience) in [
        ("public", "graph.microsoft.com", "login.microsoftonline.com", "api://AzureADTokenExchange"),
        ("usgovernment", "graph.microsoft.us", "login.microsoftonline.us", "api://AzureADTokenExchangeUSGov"),
        ("dod", "dod-graph.microsoft.us", "login.microsoftonline.us", "api://AzureADTokenExchangeUSGov"),
        ("china", "microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn", "api://AzureADTokenExchangeChina"),
    ] {
        let resolved = ready(&config([("environment", name.into())]), &with(&[SECRET]));
        assert_eq!(resolved.graph, format!("https://{graph}"));
        assert_eq!(resolved.target.cloud.graph, resolved.graph, "tokens are asked for the same cloud");
        assert_eq!(resolved.target.authority, format!("https://{authority}"));
        assert_eq!(resolved.target.cloud.federated_audience, audience);
    }
}
