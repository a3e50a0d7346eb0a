//! The choice among the kinds.

use super::{
    kind::{Kind, Switch},
    kinds::KINDS,
};
use crate::{
    diagnostic::Diagnostic,
    path::Path,
    provider::search::{Place, Rank, Search},
};

/// The kind that the settings choose. None where a setting is not known yet, or where none or several are chosen: the
/// search then says so.
pub(in crate::provider) fn choose(search: &mut Search<'_>) -> Option<&'static Kind> {
    let before = (search.unknown.len(), search.refused.0.len());
    let switches: Vec<_> = KINDS.iter().map(|kind| Position::of(kind.switch, search)).collect();
    if (search.unknown.len(), search.refused.0.len()) != before {
        return None;
    }
    let kinds = || KINDS.iter().zip(&switches);
    let switched = |wanted: &Position| -> Vec<Candidate> {
        let on = kinds().filter(|(_, position)| *position == wanted);
        on.filter_map(|(kind, _)| Some(Candidate { kind, by: wanted.place(kind.switch?) })).collect()
    };
    let shown = |ranks: &[Rank], search: &Search<'_>| -> Vec<Candidate> {
        let here = |place: &&Place| ranks.contains(&place.rank()) && search.is_given(place);
        let on = kinds().filter(|(_, position)| **position != Position::Off);
        on.filter_map(|(kind, _)| Some(Candidate { kind, by: *kind.shown.iter().find(here)? })).collect()
    };
    let steps = [
        switched(&Position::OnByConfiguration),
        shown(&[Rank::Configuration], search),
        switched(&Position::OnByVariable),
        shown(&[Rank::OfTerraform, Rank::OfThePipeline], search),
        shown(&[Rank::OfAzure], search),
    ];
    match steps.into_iter().find(|step| !step.is_empty()).as_deref() {
        Some([one]) => Some(one.kind),
        Some(several) => {
            search.refused.push(ambiguous(several));
            None
        }
        None => {
            search.refused.push(none(search));
            None
        }
    }
}

/// A kind, and what speaks for it.
struct Candidate {
    kind: &'static Kind,
    by: Place,
}

/// How a switch stands.
#[derive(PartialEq)]
enum Position {
    OnByConfiguration,
    OnByVariable,
    Off,
    NotSet,
}

impl Position {
    fn of(switch: Option<Switch>, search: &mut Search<'_>) -> Position {
        let Some(Switch { attribute, variable }) = switch else { return Position::NotSet };
        match (search.switch(Place::attribute(attribute)), search.switch(Place::variable(variable))) {
            (Some(true), _) => Position::OnByConfiguration,
            (None, Some(true)) => Position::OnByVariable,
            (Some(false), _) | (None, Some(false)) => Position::Off,
            (None, None) => Position::NotSet,
        }
    }

    fn place(&self, switch: Switch) -> Place {
        match self {
            Position::OnByConfiguration => Place::attribute(switch.attribute),
            _ => Place::variable(switch.variable),
        }
    }
}

fn ambiguous(several: &[Candidate]) -> Diagnostic {
    let named: Vec<_> = several.iter().map(|each| format!("{} (by {})", each.kind.name, each.by)).collect();
    let switches: Vec<_> = several.iter().filter_map(|each| each.kind.switch).map(|each| each.attribute).collect();
    let mut detail =
        format!("The provider is to sign in in several ways: {}. Set one of them only", named.join(", and "));
    if !switches.is_empty() && several.iter().any(|each| each.kind.switch.is_none()) {
        detail.push_str(&format!(", or say which by {}", switches.join(" or ")));
    }
    detail.push('.');
    let told = Diagnostic::error("Several Credentials", detail);
    match several.iter().find(|each| !each.by.is_variable()) {
        Some(first) => told.at(Path::of(first.by.name())),
        None => told,
    }
}

/// What it is called when no setting chooses a credential.
pub(crate) const MISSING: &str = "Credential Missing";

fn none(search: &Search<'_>) -> Diagnostic {
    let mut detail =
        "The provider has nothing to sign in with. Set one of these, in the configuration or as a variable:".to_owned();
    for kind in &KINDS {
        let switch = kind.switch.map(|each| [Place::attribute(each.attribute), Place::variable(each.variable)]);
        let places = switch.iter().flatten().chain(kind.shown);
        let looked: Vec<_> = places.map(|place| search.looked_at(place)).collect();
        detail.push_str(&format!("\n- {}: {}", kind.name, looked.join("; ")));
    }
    for (variable, hint) in MET {
        if search.is_given(&Place::variable(variable)) {
            detail.push_str(&format!("\n\n{hint}"));
        }
    }
    Diagnostic::error(MISSING, detail)
}

/// What a machine sets by itself, and what it could be used for.
const MET: [(&str, &str); 4] = [
    (
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "This runs in GitHub Actions with the permission id-token: use_oidc = true signs in with it.",
    ),
    (
        "SYSTEM_OIDCREQUESTURI",
        "This runs in Azure Pipelines: use_oidc = true with a service connection signs in with it.",
    ),
    (
        "AZURE_FEDERATED_TOKEN_FILE",
        "This runs in a pod with a workload identity: use_aks_workload_identity = true signs in with it.",
    ),
    ("IDENTITY_ENDPOINT", "This runs where there is a managed identity: use_msi = true signs in with it."),
];
