//! Another issuer's token (OpenID Connect): given, in a file, or asked for in GitHub Actions or Azure Pipelines.

use std::sync::Arc;

use super::{
    kind::{Chosen, Kind, Switch, Target},
    who,
};
use crate::{
    graph::Federated,
    provider::search::{Found, Origin, Place, Search},
    schema::{Attribute, boolean, string},
};

pub(super) const KIND: Kind = Kind {
    name: "another issuer's token (OIDC)",
    switch: Some(Switch { attribute: "use_oidc", variable: "ARM_USE_OIDC" }),
    shown: &[TOKEN[0], TOKEN[1], TOKEN[2], TOKEN[3], CONNECTION[0], CONNECTION[1], CONNECTION[2], URL[0], URL[1]],
    besides: &[TOKEN[4], URL[2], URL[3], ASKED_WITH[0], ASKED_WITH[1], ASKED_WITH[2], ASKED_WITH[3]],
    exclude: &[("oidc_token", "oidc_token_file_path")],
    attributes,
    make,
};

const TOKEN: [Place; 5] = [
    Place::attribute("oidc_token"),
    Place::file_attribute("oidc_token_file_path"),
    Place::variable("ARM_OIDC_TOKEN"),
    Place::file_variable("ARM_OIDC_TOKEN_FILE_PATH"),
    Place::file_variable("AZURE_FEDERATED_TOKEN_FILE"),
];

/// GitHub and Azure DevOps set the last two.
const URL: [Place; 4] = [
    Place::attribute("oidc_request_url"),
    Place::variable("ARM_OIDC_REQUEST_URL"),
    Place::variable("ACTIONS_ID_TOKEN_REQUEST_URL"),
    Place::variable("SYSTEM_OIDCREQUESTURI"),
];

const ASKED_WITH: [Place; 4] = [
    Place::attribute("oidc_request_token"),
    Place::variable("ARM_OIDC_REQUEST_TOKEN"),
    Place::variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    Place::variable("SYSTEM_ACCESSTOKEN"),
];

const CONNECTION: [Place; 3] = [
    Place::attribute("ado_pipeline_service_connection_id"),
    Place::variable("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"),
    Place::variable("ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"),
];

fn attributes() -> Vec<Attribute> {
    vec![
        boolean(
            "use_oidc",
            "Whether to sign in with a token of another issuer (OpenID Connect), such as GitHub Actions or Azure Pipelines. \
             `ARM_USE_OIDC` sets it too.",
        ),
        string("oidc_token", "The token of the other issuer. `ARM_OIDC_TOKEN` sets it too.").sensitive(),
        string(
            "oidc_token_file_path",
            "Path of a file that holds the token; it is read again for each sign-in. `ARM_OIDC_TOKEN_FILE_PATH` or \
             `AZURE_FEDERATED_TOKEN_FILE` sets it too.",
        ),
        string(
            "oidc_request_url",
            "Where the token is asked for. `ARM_OIDC_REQUEST_URL` sets it too; GitHub Actions sets \
             `ACTIONS_ID_TOKEN_REQUEST_URL`, and Azure Pipelines `SYSTEM_OIDCREQUESTURI`.",
        ),
        string(
            "oidc_request_token",
            "What the token is asked for with. `ARM_OIDC_REQUEST_TOKEN` sets it too; GitHub Actions sets \
             `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, and in Azure Pipelines a step maps `SYSTEM_ACCESSTOKEN`.",
        )
        .sensitive(),
        string(
            "ado_pipeline_service_connection_id",
            "The id of the Azure Pipelines service connection that holds the application. \
             `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID` sets it too.",
        ),
    ]
}

fn make(search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
    let who = who::both(search);
    let (federated, said, attribute) = federated(search, target)?;
    Some(who?.shows(Arc::new(federated), said, attribute, target))
}

/// The token, how an error names it, and the attribute that an error about it stands on.
fn federated(search: &mut Search<'_>, target: &Target) -> Option<(Federated, String, &'static str)> {
    let before = search.stops();
    // Who says where to ask for a token goes before who only has one: a pipeline's runner may be a pod with a token of
    // its own.
    let asked = [search.rank(&URL), search.rank(&CONNECTION)].into_iter().flatten().min();
    let is_given = search.rank(&TOKEN).is_some_and(|token| asked.is_none_or(|asked| token <= asked));
    let token = if is_given { search.optional(&TOKEN) } else { None };
    let connection = search.optional(&CONNECTION);
    let url = search.optional(&URL);
    if search.stops() > before {
        return None;
    }
    if let Some(Found { text, origin, attribute, .. }) = token {
        let said = format!("a token of another issuer (from {origin})");
        return Some(match origin {
            // Read again each time: it is written anew before it ends.
            Origin::File(path) => (Federated::File(path), said, attribute),
            _ => (Federated::Token(text), said, attribute),
        });
    }
    let is_azure_devops =
        connection.is_some() || url.as_ref().is_some_and(|url| url.origin == Origin::Variable("SYSTEM_OIDCREQUESTURI"));
    let url = match url {
        Some(url) => url,
        None => {
            let places: Vec<_> = TOKEN.into_iter().chain(URL).collect();
            search.required("OIDC Token Missing", &places)?
        }
    };
    let asked_with = search.required("OIDC Request Token Missing", &ASKED_WITH);
    if !is_azure_devops {
        let said = format!("a token of GitHub's (asked for at {}, from {})", url.address(), url.origin);
        let (url, token, audience) = (url.text, asked_with?.text, target.cloud.federated_audience);
        return Some((Federated::GitHub { url, token, audience }, said, "oidc_request_url"));
    }
    let connection = match connection {
        Some(connection) => Some(connection),
        None => search.required("Service Connection Missing", &CONNECTION),
    };
    let connection = connection?;
    let said = format!("the service connection {} (from {})", connection.text, connection.origin);
    let attribute = connection.attribute;
    let federated = Federated::AzureDevOps { url: url.text, token: asked_with?.text, connection: connection.text };
    Some((federated, said, attribute))
}
