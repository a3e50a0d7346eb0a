//! An administrator who signed in on this machine by the command `login`.

use std::sync::Arc;

use super::{
    kind::{About, Chosen, Kind, Switch, Target},
    who,
};
use crate::{
    diagnostic::Diagnostic,
    login::{StoredLogin, store},
    path::Path,
    provider::search::{Place, Search},
    schema::{Attribute, boolean},
};

pub(super) const KIND: Kind = Kind {
    name: "the sign-in of an administrator",
    switch: Some(Switch { attribute: "use_login", variable: "AUTOPILOT_USE_LOGIN" }),
    // Whoever once signed in does not mean it everywhere.
    shown: &[],
    besides: &[],
    exclude: &[],
    attributes,
    make,
};

fn attributes() -> Vec<Attribute> {
    vec![boolean(
        "use_login",
        "Whether to use the sign-in of an administrator that `terraform-provider-autopilot login` keeps on this machine. \
         `client_id` says which, where the tenant has several. `AUTOPILOT_USE_LOGIN` sets it too.",
    )]
}

fn make(search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
    let tenant = who::tenant(search);
    let client = who::client_if_any(search);
    let file = store::path(|name| search.surroundings.variable(name));
    let file = file.map_err(|why| {
        search.refused.push(Diagnostic::error("Sign-In Not Found", why.to_string()).at(Path::of("use_login")));
    });
    let (tenant, file) = (tenant?, file.ok()?);
    let mut used = vec![
        format!("tenant {} (from {})", tenant.text, tenant.origin),
        format!("a sign-in (from {})", file.display()),
    ];
    // A variable names the application that other credentials use as well: it only decides where there are several.
    let meant = ["client_id", "client_id_file_path"].iter().any(|name| search.is_given(&Place::attribute(name)));
    let (client_id, rather, about) = match client {
        Some(client) if meant => {
            used.insert(1, format!("application {} (from {})", client.text, client.origin));
            (Some(client.text), None, Some(client.attribute))
        }
        Some(client) => (None, Some(client.text), None),
        None => (None, None, None),
    };
    Some(Chosen {
        used,
        about: About { tenant: Some(tenant.attribute), client: about, proof: None },
        credential: Arc::new(StoredLogin {
            file,
            authority: target.authority.clone(),
            tenant: tenant.text.clone(),
            client_id: client_id.clone(),
            rather,
        }),
        tenant: Some(tenant.text),
        client: client_id,
    })
}
