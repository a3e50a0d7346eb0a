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

/// Who is selected goes with the choice: where that is set, they are exactly these, and while it is not known, nobody knows.
pub(super) fn settle(change: &mut Change) {
    if change.planned.is_null() {
        return;
    }
    for (choice, selected) in CHOICES {
        let choice = change.config.get(choice);
        if choice.is_null() {
            continue;
        }
        let is_known = !choice.is_unknown();
        if !is_known && change.prior.is_null() {
            // What was there before is not known either.
            continue;
        }
        for name in selected.into_iter().filter(|name| change.config.get(name).is_null()) {
            let before = change.prior.get(name);
            if before.elements().is_empty() {
                change.planned.insert(name, before.clone());
            } else {
                change.planned.insert(name, if is_known { Value::Null } else { Value::Unknown });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_selected_is_not_known_before_the_choice_is() {
        let [choice, users, groups] = ["users_may_join", "join_user_ids", "join_group_ids"];
        let planned = |said: Value| {
            let people = Value::set(vec!["u".into()]);
            let mut change = Change {
                config: Value::object([(choice, said), (users, Value::Null), (groups, Value::Null)]),
                prior: Value::object([(choice, "selected".into()), (users, people.clone()), (groups, Value::Null)]),
                planned: Value::object([(choice, "selected".into()), (users, people), (groups, Value::Null)]),
                replace: Vec::new(),
            };
            settle(&mut change);
            (change.planned.get(users).clone(), change.planned.get(groups).clone())
        };
        assert_eq!(planned(Value::Unknown), (Value::Unknown, Value::Null));
        assert_eq!(planned("all".into()), (Value::Null, Value::Null));
        assert_eq!(planned(Value::Null), (Value::set(vec!["u".into()]), Value::Null));
    }
}
