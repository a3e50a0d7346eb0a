//! An application and its secret, given or in a file.

use std::sync::Arc;

use super::{
    kind::{About, Chosen, Kind},
    who,
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

fn make(search: &mut Search<'_>, authority: &str) -> Option<Chosen> {
    let who = who::both(search);
    let secret = search.required("Client Secret Missing", &SECRET);
    let ((tenant, client), secret) = (who?, secret?);
    let mut used = who::used(&tenant, &client);
    used.push(format!("a client secret (from {})", secret.origin));
    Some(Chosen {
        used,
        about: About { tenant: Some(tenant.attribute), client: Some(client.attribute), proof: Some(secret.attribute) },
        credential: Arc::new(ClientSecret {
            tenant_id: tenant.text,
            client_id: client.text,
            client_secret: secret.text,
            authority: authority.to_owned(),
        }),
    })
}
