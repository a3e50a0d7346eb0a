//! An application and its certificate with the key: a PFX or a PEM, in base64 or in a file.

use std::sync::Arc;

use super::{
    kind::{Chosen, Kind, Target},
    who,
};
use crate::{
    graph::Certificate,
    provider::search::{Place, Search},
    schema::{Attribute, string},
};

pub(super) const KIND: Kind = Kind {
    name: "a client certificate",
    switch: None,
    shown: &CERTIFICATE,
    besides: &PASSWORD,
    exclude: &[("client_certificate", "client_certificate_path")],
    attributes,
    make,
};

const CERTIFICATE: [Place; 5] = [
    Place::attribute("client_certificate"),
    Place::bytes_attribute("client_certificate_path"),
    Place::variable("ARM_CLIENT_CERTIFICATE"),
    Place::bytes_variable("ARM_CLIENT_CERTIFICATE_PATH"),
    Place::bytes_variable("AZURE_CLIENT_CERTIFICATE_PATH"),
];

const PASSWORD: [Place; 3] = [
    Place::attribute("client_certificate_password"),
    Place::variable("ARM_CLIENT_CERTIFICATE_PASSWORD"),
    Place::variable("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
];

fn attributes() -> Vec<Attribute> {
    vec![
        string(
            "client_certificate",
            "A certificate of the application with its RSA key: a PFX in base64, or a PEM. `ARM_CLIENT_CERTIFICATE` sets it too.",
        )
        .sensitive(),
        string(
            "client_certificate_path",
            "Path of a file that holds the certificate with its RSA key: a PFX or a PEM. `ARM_CLIENT_CERTIFICATE_PATH` or \
             `AZURE_CLIENT_CERTIFICATE_PATH` sets it too.",
        ),
        string(
            "client_certificate_password",
            "The password of the PFX, or of the key in the PEM. `ARM_CLIENT_CERTIFICATE_PASSWORD` or \
             `AZURE_CLIENT_CERTIFICATE_PASSWORD` sets it too.",
        )
        .sensitive(),
    ]
}

fn make(search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
    let who = who::both(search);
    let given = search.required("Client Certificate Missing", &CERTIFICATE);
    let before = search.stops();
    let password = search.optional(&PASSWORD).map(|found| found.text);
    if search.stops() > before {
        return None;
    }
    let given = given?;
    let bytes = search.bytes(&given)?;
    match Certificate::read(&bytes, password.as_deref()) {
        Ok(certificate) => {
            let said = format!("a client certificate (from {})", given.origin);
            Some(who?.shows(Arc::new(certificate), said, given.attribute, target))
        }
        Err(why) => {
            search.refuse(given.attribute, &given.origin, &why);
            None
        }
    }
}
