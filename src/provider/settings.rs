//! The settings: the configuration first, then the `ARM_*` variables that users of azurerm and azuread have set, then
//! those of Azure's own libraries (`AZURE_*`). Only what speaks to an emulator has variables of our own.
//!
//! Names: azuread provider documentation, "argument reference"; Azure SDK, "environment variables".

use super::{
    search::{Found, Place, Search},
    surroundings::Surroundings,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::{Cloud, cloud},
    path::Path,
    schema::{Attribute, Check, string},
    value::Value,
};

/// The provider's attributes.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        string("tenant_id", "The tenant: its id, or one of its domains. `ARM_TENANT_ID` or `AZURE_TENANT_ID` sets it too.")
            .check(Check::Text(is_tenant)),
        string("client_id", "The application (client) id to sign in with. `ARM_CLIENT_ID` or `AZURE_CLIENT_ID` sets it too."),
        string(
            "client_id_file_path",
            "Path of a file that holds the application (client) id. `ARM_CLIENT_ID_FILE_PATH` sets it too.",
        ),
        string(
            "client_secret",
            "A client secret of the application. `ARM_CLIENT_SECRET` or `AZURE_CLIENT_SECRET` sets it too, and keeps it \
             out of the configuration.",
        )
        .sensitive(),
        string(
            "client_secret_file_path",
            "Path of a file that holds the client secret. `ARM_CLIENT_SECRET_FILE_PATH` sets it too.",
        ),
        string(
            "environment",
            "The cloud: `global` (or `public`), `usgovernment` (or `usgovernmentl4`), `dod` (or `usgovernmentl5`) or \
             `china`. `ARM_ENVIRONMENT` sets it too. If it is not set, it is the global one.",
        )
        .check(Check::Text(is_environment)),
        string(
            "graph_endpoint",
            "Where Microsoft Graph is, such as `http://127.0.0.1:8080` for an emulator; plain http to this machine only. \
             `AUTOPILOT_GRAPH_ENDPOINT` sets it too. If it is not set, it is the one of the environment.",
        )
        .check(Check::Text(is_endpoint)),
        string(
            "authority_host",
            "Where access tokens come from; plain http to this machine only. `AUTOPILOT_AUTHORITY_HOST` or \
             `AZURE_AUTHORITY_HOST` sets it too. If it is not set, it is the one of the environment.",
        )
        .check(Check::Text(is_endpoint)),
    ]
}

/// A value and, beside it, a file that may hold it.
const IN_FILES: [(&str, &str); 2] =
    [("client_id", "client_id_file_path"), ("client_secret", "client_secret_file_path")];

/// What contradicts itself.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    for (plain, file) in IN_FILES {
        if is_set(config.get(plain)) && is_set(config.get(file)) {
            let path = Path::of(file);
            diagnostics
                .push(Diagnostic::invalid(path, &format!("cannot be set together with {plain}: set one of them.")));
        }
    }
}

fn is_set(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn is_tenant(text: &str) -> Result<(), String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_guid = text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    let is_domain = text.len() <= 253 && text.contains('.') && text.split('.').all(label);
    if text.is_empty() || is_guid || is_domain {
        return Ok(()); // an empty one counts as not set
    }
    Err(format!(
        "must be the tenant's id (a GUID such as \"0f8fad5b-d9cb-469f-a165-70867728950e\") or one of its domains (such as \
         \"contoso.onmicrosoft.com\"), got: {text:?}"
    ))
}

fn is_environment(text: &str) -> Result<(), String> {
    if text.is_empty() || Cloud::named(text).is_some() {
        return Ok(());
    }
    let names: Vec<_> = cloud::CLOUDS.iter().flat_map(|cloud| cloud.names).copied().collect();
    Err(format!("must be one of {}, got: {text:?}", names.join(", ")))
}

fn is_endpoint(text: &str) -> Result<(), String> {
    if text.is_empty() || cloud::endpoint(text).is_ok() {
        return Ok(());
    }
    let rule = "must be an https URL of a host without a path; plain http is for this machine only (127.0.0.1, ::1, localhost)";
    // What is before an @ may be a password.
    if text.contains('@') { Err(rule.to_owned()) } else { Err(format!("{rule}, got: {text:?}")) }
}

/// All that a client needs.
pub(super) struct Resolved {
    pub(super) tenant_id: Found,
    pub(super) client_id: Found,
    pub(super) client_secret: Found,
    pub(super) cloud: Cloud,
    pub(super) graph: String,
    pub(super) authority: String,
    pub(super) user_agent: String,
}

/// What the settings come to.
pub(super) enum Resolution {
    Ready(Box<Resolved>),
    /// These attributes are not known yet.
    Unknown(Vec<&'static str>),
    Refused(Diagnostics),
}

/// Finds every value.
pub(super) fn resolve(config: &Value, surroundings: &dyn Surroundings) -> Resolution {
    let mut search = Search { config, surroundings, unknown: Vec::new(), refused: Diagnostics::default() };
    let tenant_id = search.required(
        "Tenant Missing",
        &[Place::attribute("tenant_id"), Place::variable("ARM_TENANT_ID"), Place::variable("AZURE_TENANT_ID")],
    );
    let client_id = search.required(
        "Client Id Missing",
        &[
            Place::attribute("client_id"),
            Place::file_attribute("client_id_file_path"),
            Place::variable("ARM_CLIENT_ID"),
            Place::file_variable("ARM_CLIENT_ID_FILE_PATH"),
            Place::variable("AZURE_CLIENT_ID"),
        ],
    );
    let client_secret = search.required(
        "Client Secret Missing",
        &[
            Place::attribute("client_secret"),
            Place::file_attribute("client_secret_file_path"),
            Place::variable("ARM_CLIENT_SECRET"),
            Place::file_variable("ARM_CLIENT_SECRET_FILE_PATH"),
            Place::variable("AZURE_CLIENT_SECRET"),
        ],
    );
    let environment = search.optional(&[Place::attribute("environment"), Place::variable("ARM_ENVIRONMENT")]);
    let graph = search.optional(&[Place::attribute("graph_endpoint"), Place::variable("AUTOPILOT_GRAPH_ENDPOINT")]);
    let ours = [Place::attribute("authority_host"), Place::variable("AUTOPILOT_AUTHORITY_HOST")];
    let authority = match search.optional(&ours) {
        None if environment.is_none() => search.optional(&[Place::variable("AZURE_AUTHORITY_HOST")]),
        found => found,
    };

    // The configuration has been held against its checks by now; a variable has not.
    search.hold("tenant_id", tenant_id.as_ref(), is_tenant);
    search.hold("environment", environment.as_ref(), is_environment);
    search.hold("graph_endpoint", graph.as_ref(), is_endpoint);
    search.hold("authority_host", authority.as_ref(), is_endpoint);

    let Search { unknown, refused, .. } = search;
    if refused.has_errors() {
        return Resolution::Refused(refused);
    }
    let (Some(tenant_id), Some(client_id), Some(client_secret), true) =
        (tenant_id, client_id, client_secret, unknown.is_empty())
    else {
        return Resolution::Unknown(unknown);
    };
    let [default, ..] = cloud::CLOUDS;
    let cloud = environment.and_then(|found| Cloud::named(&found.text)).unwrap_or(default);
    Resolution::Ready(Box::new(Resolved {
        tenant_id,
        client_id,
        client_secret,
        cloud,
        graph: graph.map_or(cloud.graph.to_owned(), |found| found.text),
        authority: authority.map_or(cloud.authority.to_owned(), |found| found.text),
        user_agent: user_agent(surroundings.variable("TF_APPEND_USER_AGENT").as_deref()),
    }))
}

/// Who asks. HashiCorp's convention: `TF_APPEND_USER_AGENT` is appended as it is.
fn user_agent(append: Option<&str>) -> String {
    let mut agent = concat!("terraform-provider-autopilot/", env!("CARGO_PKG_VERSION")).to_owned();
    let append: String = append.unwrap_or_default().chars().filter(|c| matches!(c, ' '..='~')).collect();
    if !append.trim().is_empty() {
        agent.push(' ');
        agent.push_str(append.trim());
    }
    agent
}
