//! The kinds as the registry's page shows them.

use super::{kind::Kind, kinds::KINDS};
use crate::provider::search::Place;

/// What the provider's page says of signing in.
pub(in crate::provider) fn notes() -> String {
    let mut page =
        "Each setting is taken from the configuration, then from `ARM_...`, then from `AZURE_...`. Of the ways to \
                    sign in, a `use_...` in the configuration decides, then a value in the configuration, then \
                    `ARM_USE_...`, then a value in the environment. Two at once are an error that names both.\n\n\
                    | signs in with | settings | variables |\n|---|---|---|\n"
            .to_owned();
    for kind in &KINDS {
        page.push_str(&row(kind));
    }
    page
}

fn row(kind: &Kind) -> String {
    let switch = kind.switch.map(|each| [Place::attribute(each.attribute), Place::variable(each.variable)]);
    let places: Vec<_> = switch.iter().flatten().chain(kind.shown).chain(kind.besides).collect();
    let named = |is_variable: bool| -> String {
        let names = places.iter().filter(|place| place.is_variable() == is_variable);
        names.map(|place| format!("`{}`", place.name())).collect::<Vec<_>>().join(", ")
    };
    format!("| {} | {} | {} |\n", kind.name, named(false), named(true))
}
