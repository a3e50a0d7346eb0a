//! Who asks: the tenant and the application that a form names, and whether it shows what it has to.

use super::assertion;
use super::seal::Refusal;
use crate::emulator::gate::world::World;
use crate::emulator::odata::query::Query;
use crate::emulator::tenant::application::Application;

/// What stands in a path where the tenant is not known yet.
pub(super) const ANY_TENANT: [&str; 2] = ["common", "organizations"];

pub(super) fn missing(name: &str) -> Refusal {
    Refusal(
        400,
        "invalid_request",
        900_144,
        format!("The request body must contain the following parameter: '{name}'."),
    )
}

/// The tenant of the path. Where a user signs in, `common` and `organizations` stand for the user's, which here is the one that
/// has the application.
pub(super) fn tenant_of(world: &World, tenant: &str, form: &Query) -> Result<String, Refusal> {
    if ANY_TENANT.contains(&tenant) && form.get("grant_type") != Some("client_credentials") {
        let client = form.get("client_id").ok_or_else(|| missing("client_id"))?;
        let has = |id: &&String| world.application(id, client).is_some();
        return world.tenants.keys().find(has).cloned().ok_or_else(|| not_found(client, tenant));
    }
    world.tenant_named(tenant).ok_or_else(|| {
        if uuid::Uuid::try_parse(tenant).is_err() && !tenant.contains('.') {
            let text = format!(
                "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
            );
            return Refusal(400, "invalid_request", 900_023, text);
        }
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud."
        );
        Refusal(400, "invalid_request", 90002, text)
    })
}

pub(super) fn application(world: &World, tenant: &str, form: &Query) -> Result<Application, Refusal> {
    let client = form.get("client_id").ok_or_else(|| missing("client_id"))?;
    world.application(tenant, client).cloned().ok_or_else(|| not_found(client, tenant))
}

fn not_found(client: &str, tenant: &str) -> Refusal {
    let text = format!("Application with identifier '{client}' was not found in the directory '{tenant}'.");
    Refusal(400, "unauthorized_client", 700_016, text)
}

/// Holds what the application shows of itself against what is registered.
pub(super) fn authenticate(world: &World, app: &Application, tenant: &str, form: &Query) -> Result<(), Refusal> {
    match (form.get("client_secret"), form.get("client_assertion")) {
        (_, Some(signed)) => {
            if form.get("client_assertion_type") != Some(assertion::TYPE) {
                return Err(missing("client_assertion_type"));
            }
            let is_realm = |name: &str| world.tenant_named(name).is_some_and(|named| named == tenant);
            assertion::check(app, is_realm, signed)
        }
        (Some(secret), None) if !app.secret.is_empty() && secret == app.secret => match app.secret_expired {
            false => Ok(()),
            true => {
                let text = format!(
                    "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create new keys for \
                     your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: \
                     https://aka.ms/certCreds.",
                    app.client_id
                );
                Err(Refusal(401, "invalid_client", 7_000_222, text))
            }
        },
        (Some(_), None) => {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{}'.",
                app.client_id
            );
            Err(Refusal(401, "invalid_client", 7_000_215, text))
        }
        (None, None) => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Err(Refusal(401, "invalid_client", 7_000_218, text.into()))
        }
    }
}
