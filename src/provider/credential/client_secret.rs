//! An application and its secret, given or in a file.

use std::sync::Arc;

use super::{
    kind::{Chosen, Kind, Target},
    who,
    who::Who,
};
use crate::{
    graph::ClientSecret,
    provider::search::{Place, Search},
    schema::{Attribute, string},
};

pub(super) const KIND: Kind = Kind {
    name: "a client secret",
    switch: None,
    shown: &SECRET,
    besides: &[],
    exclude: &[("client_secret", "client_secret_file_path")],
    attributes,
    make,
};

const SECRET: [Place; 5] = [
    Place::attribute("client_secret"),
    Place::file_attribute("client_secret_file_path"),
    Place::variable("ARM_CLIENT_SECRET"),
    Place::file_variable("ARM_CLIENT_SECRET_FILE_PATH"),
    Place::variable("AZURE_CLIENT_SECRET"),
];

fn attributes() -> Vec<Attribute> {
    vec![
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
    ]
}

fn make(search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
    let who = who::both(search);
    let secret = search.required("Client Secret Missing", &SECRET);
    let (Who { tenant, client }, secret) = (who?, secret?);
    let credential = ClientSecret {
        tenant_id: tenant.text.clone(),
        client_id: client.text.clone(),
        client_secret: secret.text,
        authority: target.authority.clone(),
    };
    let said = format!("a client secret (from {})", secret.origin);
    Some(Who { tenant, client }.chosen(Arc::new(credential), said, secret.attribute))
}
