//! Who is selected, where people are.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::Change,
    value::Value,
};

/// Each choice of people, with the attributes that name those who are selected.
const CHOICES: [(&str, [&str; 2]); 2] = [
    ("users_may_join", ["join_user_ids", "join_group_ids"]),
    ("registering_users_are_local_administrators", ["local_administrator_user_ids", "local_administrator_group_ids"]),
];

/// Refuses a selection of nobody, and people where nobody is selected.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
    for (choice, selected) in CHOICES {
        let who = config.get(choice);
        let named = selected.iter().filter(|name| !config.get(name).elements().is_empty());
        if who.is_unknown() {
            continue;
        }
        if who.as_str() != Some("selected") {
            for name in named {
                let rule = format!("can only be set with `{choice} = \"selected\"`.");
                diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
            }
        } else if named.count() == 0 && !selected.iter().any(|name| config.get(name).is_unknown()) {
            let [users, groups] = selected;
            let rule =
                format!("is \"selected\", and selects nobody. Set `{users}` or `{groups}`, or make it \"none\".");
            diagnostics.push(Diagnostic::invalid(Path::of(choice), &rule));
        }
    }
}

/// Who is selected goes with the choice: where that is set, they are exactly these.
pub(super) fn settle(change: &mut Change) {
    for (choice, selected) in CHOICES {
        if !change.planned.is_null() && change.config.get(choice).as_str().is_some() {
            for name in selected.into_iter().filter(|name| change.config.get(name).is_null()) {
                let before = change.prior.get(name);
                let nobody = if before.elements().is_empty() { before.clone() } else { Value::Null };
                change.planned.insert(name, nobody);
            }
        }
    }
}
