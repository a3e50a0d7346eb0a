//! Where Microsoft's service is, by the variables that the provider's settings have: for a command that stands between.

use super::{
    search::Search,
    settings,
    surroundings::{Process, Surroundings},
    user_agent,
};
use crate::{diagnostic::Diagnostics, graph::transport::Wire, value::Value};

/// Where it is, and how it is reached.
#[derive(Debug)]
pub(crate) struct Endpoints {
    pub(crate) graph: String,
    pub(crate) authority: String,
    pub(crate) transport: Wire,
}

/// Finds it; the errors say which variable is wrong.
pub(crate) fn endpoints() -> Result<Endpoints, Vec<String>> {
    let (graph, authority) = find(&Process)?;
    let transport = Wire::new(&user_agent::of("", &Process)).map_err(|error| vec![format!("{error}.")])?;
    Ok(Endpoints { graph, authority, transport })
}

fn find(surroundings: &dyn Surroundings) -> Result<(String, String), Vec<String>> {
    let config = Value::object([("environment", Value::Null)]);
    let mut search = Search { config: &config, surroundings, unknown: Vec::new(), refused: Diagnostics::default() };
    let environment = settings::environment(&mut search);
    let graph = settings::graph(&mut search);
    let authority = settings::authority(&mut search, environment.as_ref());
    search.hold("environment", environment.as_ref(), settings::is_environment);
    search.hold("graph_endpoint", graph.as_ref(), settings::is_endpoint);
    search.hold("authority_host", authority.as_ref(), settings::is_endpoint);
    if search.refused.has_errors() {
        return Err(search.refused.0.into_iter().map(|refused| refused.detail).collect());
    }
    let cloud = settings::cloud_of(environment.as_ref());
    let bare = |address: String| address.trim_end_matches('/').to_owned();
    Ok((
        bare(graph.map_or(cloud.graph.to_owned(), |found| found.text)),
        bare(authority.map_or(cloud.authority.to_owned(), |found| found.text)),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::around;
    use super::*;

    #[test]
    fn the_service_is_where_the_provider_looks_for_it() {
        let usual = find(&around([])).unwrap();
        assert_eq!(usual, ("https://graph.microsoft.com".into(), "https://login.microsoftonline.com".into()));
        let china = find(&around([("ARM_ENVIRONMENT", "china")])).unwrap();
        assert_eq!(china.0, "https://microsoftgraph.chinacloudapi.cn");
        let here =
            [("AUTOPILOT_GRAPH_ENDPOINT", "http://127.0.0.1:1/"), ("AUTOPILOT_AUTHORITY_HOST", "http://127.0.0.1:2")];
        assert_eq!(find(&around(here)).unwrap(), ("http://127.0.0.1:1".into(), "http://127.0.0.1:2".into()));
        let wrong = find(&around([("AUTOPILOT_GRAPH_ENDPOINT", "http://graph.example")])).unwrap_err();
        assert!(wrong[0].contains("AUTOPILOT_GRAPH_ENDPOINT") && wrong[0].contains("plain http"), "{wrong:?}");
    }
}
