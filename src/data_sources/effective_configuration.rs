//! `autopilot_effective_configuration`: what a device gets of all that is assigned, and why.
//!
//! Everything is read by a few batches; which of several policies wins is decided by [`crate::knowledge::effective`].

mod read;

use async_trait::async_trait;

use crate::{
    knowledge::effective::{Candidate, Kind, Outcome, Route, decide},
    resource::{Cx, DataSource, DataSpec, Result},
    schema::{list_of, string, strings},
    value::Value,
};

/// The data source.
pub(super) struct EffectiveConfiguration;

#[async_trait]
impl DataSource for EffectiveConfiguration {
    fn spec(&self) -> DataSpec {
        let candidate = vec![
            string(
                "kind",
                "`deployment_profile`, `enrollment_status_page`, `device_preparation_policy`, `domain_join_profile`, `app` or \
                 `script`.",
            )
            .read_only(),
            string("id", "Its identifier.").read_only(),
            string("display_name", "Its name.").read_only(),
            string(
                "outcome",
                "`applies`; `loses` where it reaches the device or its user and another one comes first; `not_assigned`; \
                 `not_known` where it depends on what is not known.",
            )
            .read_only(),
            string("reason", "Why, in a sentence or two.").read_only(),
        ];
        let mut spec = DataSpec::new(
            "effective_configuration",
            "Reads what a device gets of all profiles, pages, policies, apps and scripts that are assigned, and why.",
            vec![
                string("serial_number", "Serial number of the device. It need not be registered.")
                    .required()
                    .len(1, 128)
                    .example("5CG1234XYZ"),
                string("id", "Identifier of the registered device. Null where it is not registered.").read_only(),
                string(
                    "user",
                    "User principal name or object id of the device's user. Not set, it is the user that the device is \
                     assigned to.",
                )
                .computed(),
                string(
                    "deployment",
                    "How Windows sets the device up: `windows_autopilot` for a registered device, `device_preparation` for \
                     one that is associated with the tenant or not known to it.",
                )
                .read_only(),
                string("deployment_profile", "Name of the deployment profile that it gets.").read_only(),
                string(
                    "intended_profile",
                    "Name of the deployment profile that Intune says it is to have. It follows a change after some minutes.",
                )
                .read_only(),
                string("enrollment_status_page", "Name of the enrollment status page that it shows.").read_only(),
                string("device_preparation_policy", "Name of the device preparation policy that it gets.").read_only(),
                string("domain_join_profile", "Name of the domain join profile that it gets.").read_only(),
                strings("apps", "Names of the apps that are installed on it.").read_only(),
                strings("scripts", "Names of the scripts that run on it.").read_only(),
                list_of(
                    "candidates",
                    "What is assigned, and what becomes of it. Apps and scripts that are meant for others are left out.",
                )
                .read_only()
                .of(candidate),
            ],
        )
        .permission("DeviceManagementServiceConfig.Read.All");
        spec.also_needs = read::needs();
        spec.noun = "effective configuration";
        spec
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let found = read::read(cx, config).await?;
        let candidates = decide(&found.facts);
        let of = |kind: Kind| {
            let applies = move |it: &&Candidate| it.kind == kind && it.outcome == Outcome::Applies;
            candidates.iter().filter(applies).map(|it| it.name.as_str().into())
        };
        let deployment = match found.facts.route() {
            Route::Registered => "windows_autopilot",
            Route::Associated | Route::User => "device_preparation",
        };
        let mut state = config.clone();
        for (name, value) in [
            ("id", found.id.into()),
            ("user", found.user.into()),
            ("deployment", deployment.into()),
            ("intended_profile", found.intended_profile.into()),
            ("deployment_profile", of(Kind::DeploymentProfile).next().unwrap_or_default()),
            ("enrollment_status_page", of(Kind::EnrollmentStatusPage).next().unwrap_or_default()),
            ("device_preparation_policy", of(Kind::DevicePreparationPolicy).next().unwrap_or_default()),
            ("domain_join_profile", of(Kind::DomainJoinProfile).next().unwrap_or_default()),
            ("apps", Value::set(of(Kind::App).collect())),
            ("scripts", Value::set(of(Kind::Script).collect())),
            ("candidates", Value::List(candidates.iter().map(value).collect())),
        ] {
            state.insert(name, value);
        }
        Ok(state)
    }
}

fn value(candidate: &Candidate) -> Value {
    Value::object([
        ("kind", candidate.kind.word().into()),
        ("id", candidate.id.as_str().into()),
        ("display_name", candidate.name.as_str().into()),
        ("outcome", candidate.outcome.word().into()),
        ("reason", candidate.reason.as_str().into()),
    ])
}
