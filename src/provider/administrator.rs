//! Where an administrator signs in by the command line: by its flags, then by the variables that the provider's settings have.

use super::{
    credential::who,
    search::{Found, Origin, Place, Search},
    settings,
    surroundings::{Process, Surroundings},
    user_agent,
};
use crate::{
    diagnostic::Diagnostics,
    graph::{Cloud, transport::Wire},
    login::App,
    value::Value,
};

/// All that a sign-in needs.
#[derive(Debug)]
pub(crate) struct Administrator {
    pub(crate) app: App,
    /// The scope that stands for all that the application has been given for Graph.
    pub(crate) default_scope: String,
    pub(crate) transport: Wire,
}

/// Finds it; the errors say what to add.
pub(crate) fn administrator(
    tenant: Option<String>,
    client_id: Option<String>,
    environment: Option<String>,
) -> Result<Administrator, Vec<String>> {
    let (app, cloud) = find(tenant, client_id, environment, &Process)?;
    let transport = Wire::new(&user_agent::of("", &Process)).map_err(|error| vec![format!("{error}.")])?;
    Ok(Administrator { app, default_scope: format!("{}/.default", cloud.graph), transport })
}

fn find(
    tenant: Option<String>,
    client_id: Option<String>,
    environment: Option<String>,
    surroundings: &dyn Surroundings,
) -> Result<(App, Cloud), Vec<String>> {
    let flags = [("tenant_id", tenant), ("client_id", client_id), ("environment", environment)];
    let config = Value::object(flags.map(|(name, given)| (name, given.map_or(Value::Null, Value::from))));
    let mut search = Search { config: &config, surroundings, unknown: Vec::new(), refused: Diagnostics::default() };
    let tenant = search.optional(&who::TENANT);
    let client = search.optional(&who::CLIENT);
    let environment = settings::environment(&mut search);
    let authority = settings::authority(&mut search, environment.as_ref());
    let mut wrong: Vec<String> = search.refused.0.into_iter().map(|refused| refused.detail).collect();
    for (flag, what, places, found) in
        [("--tenant", "tenant", &who::TENANT[..], &tenant), ("--client-id", "application", &who::CLIENT, &client)]
    {
        if found.is_none() {
            let variables: Vec<_> = places.iter().filter(|place| place.is_variable()).map(Place::name).collect();
            wrong.push(format!("Say which {what}: {flag}, or one of the variables {}.", variables.join(", ")));
        }
    }
    let mut hold = |flag: &str, found: &Option<Found>, check: fn(&str) -> Result<(), String>| {
        let Some(found) = found else { return };
        if let Err(rule) = check(&found.text) {
            let name = if found.origin == Origin::Configuration { flag.to_owned() } else { found.origin.to_string() };
            wrong.push(format!("{name} {rule}."));
        }
    };
    hold("--tenant", &tenant, who::is_tenant);
    hold("--environment", &environment, settings::is_environment);
    hold("authority_host", &authority, settings::is_endpoint);
    let (Some(tenant), Some(client), true) = (tenant, client, wrong.is_empty()) else { return Err(wrong) };
    let cloud = settings::cloud_of(environment.as_ref());
    let authority = authority.map_or(cloud.authority.to_owned(), |found| found.text);
    Ok((App { authority, tenant: tenant.text, client_id: client.text }, cloud))
}

#[cfg(test)]
mod tests {
    use super::super::tests::around;
    use super::*;

    #[test]
    fn flags_come_before_variables_in_the_order_of_the_settings() {
        let variables = around([
            ("ARM_TENANT_ID", "arm.example"),
            ("AZURE_TENANT_ID", "azure.example"),
            ("AZURE_CLIENT_ID", "azure-app"),
            ("ARM_ENVIRONMENT", "usgovernment"),
        ]);
        let (app, cloud) = find(None, None, None, &variables).unwrap();
        assert_eq!((app.tenant.as_str(), app.client_id.as_str()), ("arm.example", "azure-app"));
        assert_eq!(app.authority, "https://login.microsoftonline.us");
        assert_eq!(cloud.graph, "https://graph.microsoft.us");
        let given = |text: &str| Some(text.to_owned());
        let (app, _) = find(given("flag.example"), given("app"), given("china"), &variables).unwrap();
        assert_eq!((app.tenant.as_str(), app.client_id.as_str()), ("flag.example", "app"));
        assert_eq!(app.authority, "https://login.chinacloudapi.cn");
    }

    #[test]
    fn what_is_missing_or_wrong_is_told_by_its_flag_or_its_variable() {
        let wrong = find(None, None, None, &around([])).unwrap_err();
        assert!(wrong[0].starts_with("Say which tenant: --tenant, or one of the variables ARM_TENANT_ID"), "{wrong:?}");
        assert!(wrong[1].starts_with("Say which application: --client-id, or"), "{wrong:?}");
        let variables = around([("ARM_TENANT_ID", "no tenant"), ("ARM_CLIENT_ID", "a")]);
        let wrong = find(None, None, Some("mars".into()), &variables).unwrap_err();
        assert!(wrong[0].starts_with("the environment variable ARM_TENANT_ID must be"), "{wrong:?}");
        assert!(wrong[1].starts_with("--environment must be one of global"), "{wrong:?}");
    }
}
