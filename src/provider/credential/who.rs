//! Who signs in where: the tenant and the application, which most kinds need.

use std::sync::Arc;

use super::kind::{About, Chosen, Target};
use crate::{
    graph::{Assertion, ClientAssertion, Credential},
    provider::search::{Found, Place, Search},
    schema::{Attribute, Check, string},
};

pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        string(
            "tenant_id",
            "The tenant: its id, or one of its domains. `ARM_TENANT_ID` or `AZURE_TENANT_ID` sets it too.",
        )
        .check(Check::Text(is_tenant)),
        string(
            "client_id",
            "The application (client) id to sign in with. `ARM_CLIENT_ID` or `AZURE_CLIENT_ID` sets it too.",
        ),
        string(
            "client_id_file_path",
            "Path of a file that holds the application (client) id. `ARM_CLIENT_ID_FILE_PATH` sets it too.",
        ),
    ]
}

pub(super) const EXCLUDE: [(&str, &str); 1] = [("client_id", "client_id_file_path")];

pub(in crate::provider) const TENANT: [Place; 3] =
    [Place::attribute("tenant_id"), Place::variable("ARM_TENANT_ID"), Place::variable("AZURE_TENANT_ID")];

pub(in crate::provider) const CLIENT: [Place; 5] = [
    Place::attribute("client_id"),
    Place::file_attribute("client_id_file_path"),
    Place::variable("ARM_CLIENT_ID"),
    Place::file_variable("ARM_CLIENT_ID_FILE_PATH"),
    Place::variable("AZURE_CLIENT_ID"),
];

/// A tenant and an application in it.
pub(super) struct Who {
    pub(super) tenant: Found,
    pub(super) client: Found,
}

/// The tenant and the application; both are looked for, so that both are told.
pub(super) fn both(search: &mut Search<'_>) -> Option<Who> {
    let tenant = tenant(search);
    let client = search.required("Client Id Missing", &CLIENT);
    Some(Who { tenant: tenant?, client: client? })
}

pub(super) fn tenant(search: &mut Search<'_>) -> Option<Found> {
    let tenant = search.required("Tenant Missing", &TENANT);
    // The configuration has been held against its check by now; a variable has not.
    search.hold("tenant_id", tenant.as_ref(), is_tenant);
    tenant
}

/// The tenant, where one is said.
pub(super) fn tenant_if_any(search: &mut Search<'_>) -> Option<Found> {
    let tenant = search.optional(&TENANT);
    search.hold("tenant_id", tenant.as_ref(), is_tenant);
    tenant
}

/// The application, where one is said.
pub(super) fn client_if_any(search: &mut Search<'_>) -> Option<Found> {
    search.optional(&CLIENT)
}

impl Who {
    /// This credential of theirs; `proof` says what it shows, and the attribute tells where that is set.
    pub(super) fn chosen(self, credential: Arc<dyn Credential>, proof: String, attribute: &'static str) -> Chosen {
        let Who { tenant, client } = self;
        let used = vec![
            format!("tenant {} (from {})", tenant.text, tenant.origin),
            format!("application {} (from {})", client.text, client.origin),
            proof,
        ];
        let about = About { tenant: Some(tenant.attribute), client: Some(client.attribute), proof: Some(attribute) };
        Chosen { credential, used, about, tenant: Some(tenant.text), client: Some(client.text) }
    }

    /// The same for what the application shows instead of a secret.
    pub(super) fn shows(
        self,
        assertion: Arc<dyn Assertion>,
        proof: String,
        attribute: &'static str,
        target: &Target,
    ) -> Chosen {
        let credential = ClientAssertion {
            tenant_id: self.tenant.text.clone(),
            client_id: self.client.text.clone(),
            authority: target.authority.clone(),
            assertion,
        };
        self.chosen(Arc::new(credential), proof, attribute)
    }
}

pub(in crate::provider) fn is_tenant(text: &str) -> Result<(), String> {
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
