//! Every credential by the real Terraform: right, wrong and expired, by variables only and by the configuration only.

mod az;
mod both_ways;
mod federated;
mod machine;
mod own;
mod proxy;
mod tenants;
mod traced;

use autopilot::emulator::{CLIENT_ID, TENANT_ID};
use serde_json::{Value, json};

use super::{
    lab::Lab,
    run::{Diagnostic, Run},
};

/// Reads once what is in the tenant: it needs no more than a token.
const READ: &str = "data \"autopilot_devices\" \"all\" {}\n";

/// What the lab's own settings say of who signs in. A case says all of it itself.
const OF_LAB: [&str; 3] = ["ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"];

/// Where the emulator is, by the names of the settings and of the variables.
const PLACES: [(&str, &str); 2] =
    [("graph_endpoint", "AUTOPILOT_GRAPH_ENDPOINT"), ("authority_host", "AUTOPILOT_AUTHORITY_HOST")];

/// Settings of the provider, by their names or by those of variables.
type Settings<'a> = Vec<(&'a str, String)>;

/// Tenant and application, as variables.
fn who() -> Settings<'static> {
    vec![("ARM_TENANT_ID", TENANT_ID.to_owned()), ("ARM_CLIENT_ID", CLIENT_ID.to_owned())]
}

/// The same as settings.
fn who_set() -> Settings<'static> {
    vec![("tenant_id", TENANT_ID.to_owned()), ("client_id", CLIENT_ID.to_owned())]
}

/// Plans with these variables and nothing in the configuration.
fn plan_by_variables(lab: &Lab, variables: &Settings<'_>) -> Run {
    lab.configure(READ);
    plan(lab, variables, false, &[])
}

/// Plans with these settings and no variable of the provider's at all.
fn plan_by_configuration(lab: &Lab, settings: &Settings<'_>) -> Run {
    let endpoint = lab.emulator.endpoint();
    let places = PLACES.map(|(setting, _)| (setting, endpoint.clone()));
    let lines: String = settings.iter().chain(&places).map(|(name, text)| line(name, text)).collect();
    lab.configure(&format!("provider \"autopilot\" {{\n{lines}}}\n{READ}"));
    plan(lab, &Settings::new(), true, &[])
}

fn line(name: &str, text: &str) -> String {
    if text == "true" { format!("  {name} = true\n") } else { format!("  {name} = {}\n", Value::from(text)) }
}

fn plan(lab: &Lab, variables: &Settings<'_>, without_places: bool, more: &[(&str, &str)]) -> Run {
    let mut command = lab.command(&["plan", "-json", "-input=false"]);
    for name in OF_LAB {
        command.env_remove(name);
    }
    for (_, name) in PLACES.iter().filter(|_| without_places) {
        command.env_remove(name);
    }
    command.envs(variables.iter().map(|(name, text)| (*name, text.as_str()))).envs(more.iter().copied());
    Run::of(&mut command)
}

/// Whether it is refused with these words, and shows none of these.
#[track_caller]
fn refused(run: &Run, words: &[&str], secrets: &[&str]) -> Diagnostic {
    // Core adds an error of its own where there is no provider block.
    let mut errors = run.errors();
    errors.retain(|told| told.summary != "Invalid provider configuration");
    let [told] = errors.as_slice() else { panic!("{} errors where one was expected\n{run}", errors.len()) };
    told.says(words);
    for secret in secrets {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{secret} is shown");
    }
    told.clone()
}

/// Changes the application of the lab.
#[track_caller]
fn register(lab: &Lab, application: &Value) {
    let mut application = application.clone();
    application["client_id"] = json!(CLIENT_ID);
    lab.emulator.plant(json!({"applications": [application]}).to_string().as_bytes()).expect("a seed");
}
