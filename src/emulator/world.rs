//! All tenants with their clock, and the way of a request through them.
//!
//! One request at a time: faults first, then what time has done since the last request, then the request itself,
//! then every changed row into the store, and only then the answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::Value;

use super::approval::Approvals;
use super::call::{Answer, Call, Content, Outcome};
use super::clock::{Clock, http_date};
use super::error::{Failure, Stamp};
use super::fault::Faults;
use super::journal::Journal;
use super::model::check::Version;
use super::odata::path::segments;
use super::odata::query::Query;
use super::route::{self, Found};
use super::settings::Settings;
use super::store::{Store, StoreError};
use super::tenant::{Application, Machine, Tenant, Text};
use super::throttle::Throttle;
use super::{batch, control, page, token, work};

/// A request as it came off the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) host: String,
    /// `http`, or what a proxy in front says.
    pub(crate) scheme: String,
    pub(crate) authorization: Option<String>,
    pub(crate) client_request_id: Option<String>,
    pub(crate) eventual: bool,
    pub(crate) justification: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
    /// The body was longer than the emulator takes.
    pub(crate) too_large: bool,
}

/// What goes back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Real time to wait before.
    pub(crate) wait: Duration,
    /// Cut the connection instead of answering.
    pub(crate) cut: bool,
}

/// The state of the emulator.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) tenants: BTreeMap<String, Tenant>,
    /// Which tenant a machine is registered in, and as what, over all tenants.
    pub(crate) registry: HashMap<Machine, (Text, Text)>,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) throttle: Throttle,
    pub(crate) approvals: Approvals,
    store: Store,
}

const UNREADABLE_JSON: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

impl World {
    /// Opens the store, or begins with fresh tenants.
    pub(crate) fn open(file: Option<&std::path::Path>, speed: f64) -> Result<World, StoreError> {
        let store = Store::open(file)?;
        let mut tenants: BTreeMap<String, Tenant> =
            super::tenants::both().into_iter().map(|tenant| (tenant.id.clone(), tenant)).collect();
        let mut stored = BTreeSet::new();
        let mut shown = None;
        store.load(|tenant, kind, id, row| {
            if kind == "clock" {
                shown = serde_json::from_slice(row).ok();
            } else if let Some(found) = tenants.get_mut(tenant) {
                stored.insert(found.id.clone());
                found.load(kind, id, row)?;
            }
            Ok(())
        })?;
        let clock = Clock::new(speed, shown);
        for tenant in tenants.values_mut().filter(|tenant| !stored.contains(&tenant.id)) {
            super::tenants::furnish(tenant);
        }
        let mut world = World {
            clock,
            settings: Settings::default(),
            tenants,
            registry: HashMap::new(),
            journal: Journal::default(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            approvals: Approvals::default(),
            store,
        };
        work::resume(&mut world);
        world.save()?;
        Ok(world)
    }

    /// The id of the tenant with this id or domain.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let found = self.tenants.values().find(|each| each.id == name || each.domains.contains(&name.as_str()));
        found.map(|tenant| tenant.id.clone())
    }

    pub(crate) fn application(&self, tenant: &str, client_id: &str) -> Option<&Application> {
        self.tenants.get(tenant)?.applications.get(&client_id.to_lowercase())
    }

    /// The caller's tenant.
    pub(crate) fn tenant(&self, call: &Call) -> Result<&Tenant, Failure> {
        self.tenants.get(&call.caller.tenant).ok_or_else(|| Failure::invalid_token("Invalid tenant."))
    }

    pub(crate) fn tenant_mut(&mut self, call: &Call) -> Result<&mut Tenant, Failure> {
        self.tenants.get_mut(&call.caller.tenant).ok_or_else(|| Failure::invalid_token("Invalid tenant."))
    }

    /// Serves one request.
    pub(crate) fn serve(&mut self, incoming: &Incoming) -> Reply {
        let path = incoming.target.split('?').next().unwrap_or_default();
        if (incoming.method.as_str(), path) == ("GET", "/") {
            return page::reply();
        }
        if path.starts_with("/_emulator") {
            work::catch_up(self);
            let reply = control::serve(self, incoming);
            return self.saved(reply);
        }
        let fault = self.faults.meet(&incoming.method, path);
        let wait = Duration::from_secs_f64(fault.as_ref().map_or(0.0, |fault| self.real(fault.delay_seconds)));
        let request_id = uuid::Uuid::new_v4().to_string();
        if let Some(fault) = fault.as_ref().filter(|fault| fault.reset || fault.status.is_some()) {
            let failure = fault.failure().unwrap_or_else(|| Failure::graph(503, "ServiceUnavailable", ""));
            let status = if fault.reset { 0 } else { failure.status };
            self.journal.note(
                self.clock.now(),
                &incoming.method,
                &route::template(&incoming.method, path),
                status,
                false,
            );
            let reply = self.reply(Err(failure), incoming, &request_id);
            return Reply { wait, cut: fault.reset, ..reply };
        }
        work::catch_up(self);
        let mut reply = match sign_in(self, incoming) {
            Some((status, body, template)) => {
                self.journal.note(self.clock.now(), &incoming.method, &template, status, false);
                let headers =
                    vec![("content-type", "application/json; charset=utf-8".into()), ("x-ms-request-id", request_id)];
                Reply { status, headers, body: body.to_string().into_bytes(), ..Reply::default() }
            }
            None => {
                let outcome = self.graph(incoming);
                self.reply(outcome, incoming, &request_id)
            }
        };
        reply.wait = wait;
        reply.cut = fault.is_some_and(|fault| fault.lose_answer);
        self.saved(reply)
    }

    /// Emulated seconds as real ones.
    fn real(&self, seconds: f64) -> f64 {
        let speed = self.clock.speed().max(1.0);
        if seconds.is_finite() { (seconds / speed).clamp(0.0, 3600.0) } else { 0.0 }
    }

    fn graph(&mut self, incoming: &Incoming) -> Outcome {
        let path = incoming.target.split('?').next().unwrap_or_default();
        let method = incoming.method.to_ascii_uppercase();
        let mut template = route::template(&method, path);
        let outcome = (|| {
            let version = version_of(path)?;
            let caller = token::caller(incoming.authorization.as_deref())?;
            if incoming.too_large {
                return Err(Failure::graph(413, "RequestEntityTooLarge", "The request entity is too large."));
            }
            let body = body_of(&method, incoming)?;
            let query = Query::parse(incoming.target.split_once('?').map_or("", |(_, query)| query));
            let call = Call {
                method: method.clone(),
                version,
                path: path.to_owned(),
                ids: Vec::new(),
                query,
                body,
                root: format!("{}://{}", incoming.scheme, incoming.host),
                now: self.clock.now(),
                caller,
                eventual: incoming.eventual,
                justification: incoming.justification.clone(),
            };
            if segments(path).get(1).is_some_and(|segment| segment == "$batch") {
                template = format!("/{}/$batch", version.name());
                return batch::serve(self, &call);
            }
            self.dispatch(call)
        })();
        let status = outcome.as_ref().map_or_else(|failure| failure.status, |answer| answer.status);
        self.journal.note(self.clock.now(), &method, &template, status, false);
        outcome
    }

    /// Finds the route of a call and runs it; also for the items of a batch.
    pub(crate) fn dispatch(&mut self, call: Call) -> Outcome {
        if self.settings.throttling {
            let users = self.tenants.get(&call.caller.tenant).map_or(0, |tenant| tenant.users.len());
            self.throttle.admit(&call, users)?;
        }
        if let Some(waiting) = self.approvals.check(&self.settings, &call)? {
            return Ok(waiting);
        }
        self.run(call)
    }

    /// Runs a call that no budget and no administrator holds up.
    pub(crate) fn run(&mut self, mut call: Call) -> Outcome {
        let segments = segments(&call.path);
        let below = segments.get(1..).unwrap_or_default();
        match route::find(&call.method, call.version, below) {
            Found::Route(route, ids) => {
                if !route.allows(&call.caller) {
                    return Err(Failure::denied());
                }
                let writes_to_intune = call.method == "POST" && route.template.starts_with("/device");
                if writes_to_intune && !self.settings.intune_is_provisioned {
                    return Err(Failure::intune_refuses());
                }
                call.ids = ids;
                (route.run)(self, &call)
            }
            Found::Refused(failure) => Err(failure),
        }
    }

    fn reply(&mut self, outcome: Outcome, incoming: &Incoming, request_id: &str) -> Reply {
        let client_request_id = incoming.client_request_id.as_deref().unwrap_or(request_id);
        let mut headers = vec![
            ("request-id", request_id.to_owned()),
            ("client-request-id", client_request_id.to_owned()),
            ("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1"}}"#.into()),
            ("date", http_date(self.clock.now())),
        ];
        if let Some(units) = self.throttle.units.take() {
            headers.push(("x-ms-resource-unit", units.to_string()));
        }
        let json = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        match outcome {
            Ok(Answer { status, content }) => {
                let body = match content {
                    Content::None => Vec::new(),
                    Content::Text(text) => {
                        headers.push(("content-type", "text/plain".into()));
                        text.into_bytes()
                    }
                    Content::Json(body) => {
                        headers.push(("content-type", json.into()));
                        headers.push(("odata-version", "4.0".into()));
                        serde_json::to_vec(&body).unwrap_or_default()
                    }
                };
                Reply { status, headers, body, ..Reply::default() }
            }
            Err(failure) => {
                headers.push(("content-type", "application/json".into()));
                if let Some(seconds) = failure.retry_after {
                    headers.push(("retry-after", self.clock.real_wait(seconds).to_string()));
                }
                let path = incoming.target.splitn(3, '/').nth(2).unwrap_or_default();
                let path = format!("/{path}");
                let stamp = Stamp { now: self.clock.now(), request_id, client_request_id, path: &path };
                let body = failure.body(&stamp).to_string().into_bytes();
                Reply { status: failure.status, headers, body, ..Reply::default() }
            }
        }
    }

    /// The reply once everything is in the store; a store that fails is the service's fault.
    fn saved(&mut self, reply: Reply) -> Reply {
        match self.save() {
            Ok(()) => reply,
            Err(error) => {
                tracing::error!(%error, "the emulator could not write its state");
                Reply { status: 500, body: br#"{"error":{"code":"InternalServerError","message":""}}"#.into(), ..reply }
            }
        }
    }

    /// Writes every row that has changed since the last time.
    pub(crate) fn save(&mut self) -> Result<(), StoreError> {
        let kept = self.store.is_kept();
        let mut writes = Vec::new();
        for tenant in self.tenants.values_mut() {
            tenant.drain(&mut writes, kept);
        }
        if !writes.is_empty() {
            let now = serde_json::to_vec(&self.clock.now()).map_err(|error| StoreError(error.to_string()))?;
            writes.push(("emulator/clock/now".into(), Some(now)));
        }
        self.store.commit(&writes)
    }
}

/// `v1.0` or `beta`, the first segment of every path.
pub(crate) fn version_of(path: &str) -> Result<Version, Failure> {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first.to_ascii_lowercase().as_str() {
        "v1.0" => Ok(Version::V1),
        "beta" => Ok(Version::Beta),
        other => Err(Failure::graph(404, "ResourceNotFound", format!("Invalid version: {other}"))),
    }
}

fn body_of(method: &str, incoming: &Incoming) -> Result<Option<Value>, Failure> {
    if incoming.body.is_empty() || matches!(method, "GET" | "DELETE") {
        return Ok(None);
    }
    let Some(content_type) = incoming.content_type.as_deref() else {
        return Err(Failure::unreadable(
            "Write requests (excluding DELETE) must contain the Content-Type header declaration.",
        ));
    };
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(Failure::unreadable(UNREADABLE_JSON));
    }
    serde_json::from_slice(&incoming.body).map(Some).map_err(|_| Failure::unreadable(UNREADABLE_JSON))
}

/// Requests to the sign-in endpoint: status, body, template.
fn sign_in(world: &mut World, incoming: &Incoming) -> Option<(u16, Value, String)> {
    let path = incoming.target.split('?').next().unwrap_or_default();
    let segments = segments(path);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let root = format!("{}://{}", incoming.scheme, incoming.host);
    match (incoming.method.as_str(), segments.as_slice()) {
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => {
            let (status, body) = token::issue(world, &root, tenant, &String::from_utf8_lossy(&incoming.body));
            Some((status, body, "/{tenant}/oauth2/v2.0/token".into()))
        }
        ("POST", [tenant, "oauth2", "v2.0", "devicecode"]) => {
            let (status, body) = token::begin(world, &root, tenant, &String::from_utf8_lossy(&incoming.body));
            Some((status, body, "/{tenant}/oauth2/v2.0/devicecode".into()))
        }
        ("GET", ["common", "discovery", "instance"]) => {
            Some((200, token::instance_discovery(&root), "/common/discovery/instance".into()))
        }
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
            let (status, body) = token::openid_configuration(world, &root, tenant);
            Some((status, body, "/{tenant}/v2.0/.well-known/openid-configuration".into()))
        }
        _ => None,
    }
}
