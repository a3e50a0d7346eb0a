//! Service principals: an application's stand-in in a tenant.
//!
//! Facts: Graph's `servicePrincipal`. Device preparation needs the one of the Intune Provisioning Client, which a
//! tenant may lack and which is then made from its application id alone.

use serde_json::Value;

use super::listing::{self, Objects};
use super::look;
use super::objects::{self, DirectoryObject};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::clock::millis;
use crate::emulator::error::Failure;
use crate::emulator::model::check::writable;
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::{Application, PROVISIONING_CLIENT};

const TYPE: &str = "servicePrincipal";
const KINDS: &[&str] = &[TYPE];

/// What a read shows; nothing while the creation replicates.
fn seen<'a>(tenant: &Tenant, call: &Call, application: &'a Application) -> Option<DirectoryObject<'a>> {
    let hidden = tenant.affairs().new_principals.get(&application.principal).is_some_and(|until| *until > call.now);
    (!hidden).then_some(DirectoryObject::ServicePrincipal(application))
}

/// They are kept by the applications' ids, and listed by their own.
fn objects<'a>(tenant: &'a Tenant, call: &'a Call) -> Objects<'a> {
    let all = move || tenant.applications.values().filter_map(move |application| seen(tenant, call, application));
    Objects {
        set: "servicePrincipals",
        kinds: KINDS,
        own: true,
        after: Box::new(move |from| {
            let mut rows: Vec<DirectoryObject<'a>> =
                all().filter(|row| from.is_none_or(|from| row.id() > from)).collect();
            rows.sort_by_key(DirectoryObject::id);
            Box::new(rows.into_iter())
        }),
        one: Box::new(move |id| all().find(|row| row.id() == id)),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::list(site.tenant, call, &objects(site.tenant, call))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::count(call, &objects(site.tenant, call))
}

/// By object id, or by `appId='...'`.
pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let by_application = objects::alternate_key(&id, "appId");
    let found = tenant.applications.values().find(|each| match by_application {
        Some(application) => each.client_id.eq_ignore_ascii_case(application),
        None => each.principal == id,
    });
    let object = found.and_then(|found| seen(tenant, call, found)).ok_or_else(|| Failure::no_directory_object(&id))?;
    look::entity(tenant, call, "servicePrincipals", KINDS, object)
}

/// Only the application's id is asked for.
pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let look = look::look(call, KINDS)?;
    let accepted = writable(kind(TYPE), body, call.version)
        .map_err(|misfit| Failure::bad_directory_request(misfit.to_string()))?;
    let id = accepted.get("appId").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if uuid::Uuid::try_parse(&id).is_err() {
        return Err(Failure::bad_directory_request(
            "A value is required for property 'appId' of resource 'ServicePrincipal'.",
        ));
    }
    let delay = millis(site.settings.replication_seconds);
    let tenant = &mut *site.tenant;
    if tenant.applications.has(&id) {
        return Err(Failure::graph(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            format!(
                "The service principal cannot be created, updated, or restored because the service principal name {id} is \
                 already in use."
            ),
        ));
    }
    let given = accepted.get("displayName").and_then(Value::as_str);
    let name = if id == PROVISIONING_CLIENT { "Intune Provisioning Client" } else { given.unwrap_or("Application") };
    let application = Application {
        client_id: id.clone(),
        name: name.into(),
        // Nobody knows it, so nobody signs in as a foreign application.
        secret: uuid::Uuid::new_v4().to_string(),
        secret_expired: false,
        principal: uuid::Uuid::new_v4().to_string(),
        roles: Vec::new(),
        certificates: Vec::new(),
        federated: Vec::new(),
        delegated: Vec::new(),
        public: false,
    };
    if delay > 0 {
        tenant.affairs_mut().new_principals.insert(application.principal.clone(), call.now + delay);
    }
    let object = DirectoryObject::ServicePrincipal(&application);
    let answer = look.answer(tenant, call, 201, "servicePrincipals", object, false);
    tenant.applications.put(&id, application);
    Ok(answer)
}
