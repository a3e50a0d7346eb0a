//! `autopilot_tenant_readiness`: what has to be so in a tenant before any device can be set up, and whether it is.
//!
//! Each prerequisite is looked at by itself: where a permission lacks, that one is not known, and it is no error.

mod prerequisites;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::future::join_all;

use self::prerequisites::{ALL, Found, Source};
pub(crate) use self::prerequisites::{Finding, Prerequisite};
use crate::{
    graph::{self, Client},
    resource::{Cx, DataSource, DataSpec, Result},
    schema::{boolean, map_of, string},
    value::{Map, Value},
};

/// The data source.
pub(super) struct TenantReadiness;

#[async_trait]
impl DataSource for TenantReadiness {
    fn spec(&self) -> DataSpec {
        let names: Vec<_> = ALL.iter().map(|it| format!("`{}` ({})", it.name, it.title)).collect();
        let prerequisite = vec![
            string("status", "`met`, `not met`, or `not known`.").read_only(),
            string("found", "What was found in the tenant, or why it could not be looked at.").read_only(),
            string("user_sees", "What the user of a device sees where it is not met.").read_only(),
            string("remedy", "What to do. Null where it is met.").read_only(),
            string("missing_permission", "The permission without which it is not known. Null where it is known.")
                .read_only(),
        ];
        DataSpec::new(
            "tenant_readiness",
            "Reads whether a tenant is ready for Windows Autopilot: each prerequisite, what a device's user sees without it, and what \
             to do. Where a permission lacks, that prerequisite is not known, and it is no error.",
            vec![
                boolean("ready", "Whether nothing that is known is not met.").read_only(),
                map_of("prerequisites", "The prerequisites by name.")
                    .described(format!("The prerequisites by name: {}.", names.join(", ")))
                    .read_only()
                    .of(prerequisite),
            ],
        )
        .noun("readiness of the tenant")
        .also_needs(needs())
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let findings = judged(&cx.graph()?, |_| true).await?;
        let is_missing = |finding: &Finding| matches!(finding, Finding::NotMet(_));
        let rows = findings.iter().map(|(it, finding)| (it.name.to_owned(), value(it, finding)));
        let mut state = config.clone();
        state.insert("ready", (!findings.iter().any(|(_, finding)| is_missing(finding))).into());
        state.insert("prerequisites", Value::Map(rows.collect::<Map>()));
        Ok(state)
    }
}

/// The permissions by which they are looked at, each with what it tells of.
pub(crate) fn needs() -> Vec<(&'static str, String)> {
    let mut needs: BTreeMap<&'static str, (bool, BTreeSet<String>)> = BTreeMap::new();
    for (it, source) in ALL.iter().flat_map(|it| it.sources.iter().map(move |source| (it, source))) {
        let (is_for_people, of) = needs.entry(source.permission()).or_default();
        *is_for_people |= source.is_for_people_only();
        of.insert(format!("`{}`", it.name));
    }
    let told = needs.into_iter().map(|(permission, (is_for_people, of))| {
        let people = if is_for_people {
            ", of an administrator who signs in by `login`: no application can have it"
        } else {
            ""
        };
        (permission, format!("know {}{people}", of.into_iter().collect::<Vec<_>>().join(" and ")))
    });
    told.collect()
}

/// Those of the prerequisites that are asked about, by what the tenant has of them.
pub(crate) async fn judged(
    graph: &Client,
    is_asked: impl Fn(&Prerequisite) -> bool,
) -> Result<Vec<(&'static Prerequisite, Finding)>> {
    let asked: Vec<&Prerequisite> = ALL.iter().filter(|it| is_asked(it)).collect();
    let tenant = graph.tenant_id().await?;
    let is_person = !graph.claims().await?.scopes.is_empty();
    let mut sources: Vec<Source> = asked.iter().flat_map(|it| it.sources).copied().collect();
    sources.sort_unstable();
    sources.dedup();
    let answers = join_all(sources.iter().map(|source| look(graph, *source, &tenant, is_person))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>>>()?;
    let of = |it: &Prerequisite| {
        let at = |source: &Source| sources.iter().position(|other| other == source);
        it.judged(it.sources.iter().filter_map(at).map(|at| &answers[at]))
    };
    Ok(asked.into_iter().map(|it| (it, of(it))).collect())
}

/// What the tenant has of it. That it may not be looked at is an answer.
async fn look(graph: &Client, source: Source, tenant: &str, is_person: bool) -> Result<Found> {
    if source.is_for_people_only() && !is_person {
        let permission =
            format!("{} of an administrator who signs in by `login`: no application can have it", source.permission());
        return Ok(Found::Forbidden(permission));
    }
    let path = source.path(tenant);
    let read = if source.is_list() { graph.list(&path).await } else { graph.get(&path).await.map(|json| vec![json]) };
    match read {
        Ok(all) => Ok(Found::There(all)),
        Err(error) if error.is_not_found() => Ok(Found::There(Vec::new())),
        Err(graph::Error::Refused { status: 403, .. }) => Ok(Found::Forbidden(source.permission().to_owned())),
        // Intune refuses a tenant without a licence by a 400 and other things.
        Err(error @ graph::Error::Refused { status: 400..500, .. }) => Ok(Found::Refused(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

fn value(it: &Prerequisite, finding: &Finding) -> Value {
    let (status, found, permission) = match finding {
        Finding::Met(found) => ("met", found.clone(), None),
        Finding::NotMet(found) => ("not met", found.clone(), None),
        Finding::NotKnown(why, permission) => ("not known", why.clone(), permission.clone()),
    };
    let remedy = match finding {
        Finding::Met(_) => None,
        Finding::NotMet(_) | Finding::NotKnown(..) => Some(it.remedy),
    };
    Value::object([
        ("status", status.into()),
        ("found", found.into()),
        ("user_sees", it.user_sees.into()),
        ("remedy", remedy.into()),
        ("missing_permission", permission.into()),
    ])
}
