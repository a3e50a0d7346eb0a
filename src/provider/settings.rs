//! The settings: the configuration first, then the `ARM_*` variables that users of azurerm and azuread have set, then
//! those of Azure's own libraries (`AZURE_*`). Only what speaks to an emulator has variables of our own.
//!
//! Names: azuread provider documentation, "argument reference"; Azure SDK, "environment variables".

use super::{
    credential::{self, Chosen, Target},
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
    let others = [
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
            "Where access tokens come from; plain http to this machine only. `AUTOPILOT_AUTHORITY_HOST` sets it \
             too, and without an `environment` `AZURE_AUTHORITY_HOST`. If it is not set, it is the one of the environment.",
        )
        .check(Check::Text(is_endpoint)),
    ];
    credential::attributes().into_iter().chain(others).collect()
}

/// What contradicts itself.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    for (plain, file) in credential::exclude() {
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

pub(super) fn is_environment(text: &str) -> Result<(), String> {
    if text.is_empty() || Cloud::named(text).is_some() {
        return Ok(());
    }
    let names: Vec<_> = cloud::CLOUDS.iter().flat_map(|cloud| cloud.names).copied().collect();
    Err(format!("must be one of {}, got: {text:?}", names.join(", ")))
}

pub(super) fn is_endpoint(text: &str) -> Result<(), String> {
    if text.is_empty() || cloud::endpoint(text).is_ok() {
        return Ok(());
    }
    let rule = "must be an https URL of a host without a path; plain http is for this machine only (127.0.0.1, ::1, localhost)";
    // What is before an @ may be a password, and a query may hold one.
    if text.contains(['@', '?']) { Err(rule.to_owned()) } else { Err(format!("{rule}, got: {text:?}")) }
}

/// How many times as fast as real time the limits of Graph on this machine are, by a variable only: an emulator that
/// throttles sets it.
const PACE: &str = "AUTOPILOT_GRAPH_PACE";

fn pace_of(text: &str) -> Option<f64> {
    text.parse().ok().filter(|times: &f64| times.is_finite() && *times > 0.0)
}

/// All that a client needs.
pub(super) struct Resolved {
    /// The kind of credential, as a sentence names it, with its article.
    pub(super) kind: &'static str,
    pub(super) chosen: Chosen,
    pub(super) target: Target,
    pub(super) graph: String,
    /// How fast the service's limits are to be kept with Graph on this machine. None: not at all.
    pub(super) pace: Option<f64>,
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
    let environment = environment(&mut search);
    let graph = graph(&mut search);
    let authority = authority(&mut search, environment.as_ref());

    // The configuration has been held against its checks by now; a variable has not.
    search.hold("environment", environment.as_ref(), is_environment);
    search.hold("graph_endpoint", graph.as_ref(), is_endpoint);
    search.hold("authority_host", authority.as_ref(), is_endpoint);
    let pace = search.optional(&[Place::variable(PACE)]).and_then(|found| {
        let pace = pace_of(&found.text);
        if pace.is_none() {
            let rule = format!("The environment variable {PACE} must be a number above 0, got: {:?}.", found.text);
            search.refused.push(Diagnostic::error("Setting Not Usable", rule));
        }
        pace
    });
    let cloud = cloud_of(environment.as_ref());
    let target = Target { cloud, authority: authority.map_or(cloud.authority.to_owned(), |found| found.text) };
    let kind = credential::choose(&mut search);
    let chosen = kind.and_then(|kind| Some((kind.name, kind.make(&mut search, &target)?)));

    let Search { unknown, refused, .. } = search;
    if refused.has_errors() {
        return Resolution::Refused(refused);
    }
    let (Some((kind, chosen)), true) = (chosen, unknown.is_empty()) else {
        return Resolution::Unknown(unknown);
    };
    Resolution::Ready(Box::new(Resolved {
        kind,
        chosen,
        target,
        graph: graph.map_or(cloud.graph.to_owned(), |found| found.text),
        pace,
    }))
}

pub(super) fn environment(search: &mut Search<'_>) -> Option<Found> {
    search.optional(&[Place::attribute("environment"), Place::variable("ARM_ENVIRONMENT")])
}

/// The cloud of an environment; without one, the global one.
pub(super) fn cloud_of(environment: Option<&Found>) -> Cloud {
    let [default, ..] = cloud::CLOUDS;
    environment.and_then(|found| Cloud::named(&found.text)).unwrap_or(default)
}

/// Where Graph is, if not where the environment says.
pub(super) fn graph(search: &mut Search<'_>) -> Option<Found> {
    search.optional(&[Place::attribute("graph_endpoint"), Place::variable("AUTOPILOT_GRAPH_ENDPOINT")])
}

/// Where tokens come from, if not from where the environment says.
pub(super) fn authority(search: &mut Search<'_>, environment: Option<&Found>) -> Option<Found> {
    let ours = [Place::attribute("authority_host"), Place::variable("AUTOPILOT_AUTHORITY_HOST")];
    match search.optional(&ours) {
        None if environment.is_none() => search.optional(&[Place::variable("AZURE_AUTHORITY_HOST")]),
        found => found,
    }
}
