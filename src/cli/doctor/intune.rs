//! Whether Intune answers, and whether the tenant is licensed for it.

use serde_json::json;

use super::findings::{Finding, Part, Standing};
use crate::{
    cli::needs::covers,
    data_sources::tenant_readiness::{self, Finding as Judged, Prerequisite},
    graph::{self, Claims, Client},
    provider,
    resource::Shape,
};

/// What of the tenant's readiness is about Intune itself. The rest the data source `autopilot_tenant_readiness` tells.
const ASKED: [&str; 2] = ["intune_licence", "mdm_authority"];

pub(super) async fn look(graph: &Client, claims: &Claims) -> Part {
    let (answers, answering) = answering(graph, claims).await;
    let judged = tenant_readiness::judged(graph, |it| ASKED.contains(&it.name)).await.unwrap_or_default();
    let [licensed, mdm_authority] =
        ASKED.map(|name| judged.iter().find(|(it, _)| it.name == name).and_then(|(_, finding)| is_met(finding)));
    let findings = [answering].into_iter().chain(judged.iter().map(|(it, finding)| told(it, finding))).collect();
    Part {
        name: "intune",
        json: json!({"answers": answers, "licensed": licensed, "mdm_authority": mdm_authority}),
        findings,
    }
}

/// Asks for one object of the first kind that may be read.
async fn answering(graph: &Client, claims: &Claims) -> (Option<bool>, Finding) {
    let granted = [&claims.roles[..], &claims.scopes[..]].concat();
    let registry = provider::registry();
    let mut tables = registry.all_resources().map(|known| &known.spec);
    // A table without a path speaks of parts of others.
    let is_readable = |permission: &str| permission.starts_with("DeviceManagement") && covers(&granted, permission);
    let table = tables.find(|spec| {
        matches!(spec.shape, Shape::Collection) && !spec.collection.is_empty() && is_readable(spec.permissions.0)
    });
    let Some(table) = table else {
        return (
            None,
            Finding::new(Standing::Note, "Whether Intune answers is not known: no permission of it is granted."),
        );
    };
    match graph.page(&format!("{}?$top=1", table.collection)).await {
        Ok(_) => (Some(true), Finding::new(Standing::Good, "Intune answers.")),
        Err(error) => (Some(false), silent(&error)),
    }
}

fn silent(error: &graph::Error) -> Finding {
    Finding::new(Standing::Missing, "Intune does not answer as it should.").with([format!("{error}.")]).mended_by(
        "Has the tenant a licence of Intune? The state of the service: https://admin.microsoft.com/servicestatus",
    )
}

fn is_met(finding: &Judged) -> Option<bool> {
    match finding {
        Judged::Met(_) => Some(true),
        Judged::NotMet(_) => Some(false),
        Judged::NotKnown(..) => None,
    }
}

fn told(prerequisite: &Prerequisite, finding: &Judged) -> Finding {
    let Prerequisite { title, user_sees, remedy, .. } = prerequisite;
    match finding {
        Judged::Met(found) => Finding::new(Standing::Good, sentence(title)).with([found.clone()]),
        Judged::NotMet(found) => Finding::new(Standing::Missing, format!("Not met: {title}."))
            .with([found.clone(), format!("What users see: {user_sees}")])
            .mended_by(*remedy),
        Judged::NotKnown(why, _) => Finding::new(Standing::Note, format!("Not known: {title}.")).with([why.clone()]),
    }
}

fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}
