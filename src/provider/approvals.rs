//! What the provider says where another administrator has to approve a write (Multi Admin Approval).

use crate::{
    actions,
    diagnostic::{Diagnostic, Diagnostics},
    graph::Approvals,
    path::Path,
    resources,
    schema::{Attribute, plain, string},
    value::{Type, Value},
};

const JUSTIFICATION: &str = "approval_justification";
const CODES: &str = "approval_codes";

pub(super) fn attributes() -> [Attribute; 2] {
    [
        string(
            JUSTIFICATION,
            "Why the changes are made. Where the tenant protects something by Multi Admin Approval, approval of a change is \
             asked for with these words and waited for. If it is not set, such a change is refused.",
        )
        .max_len(1024),
        plain(
            CODES,
            "Ids of requests for approval that were made before, by what they are for, such as \
             `autopilot_scope_tag/Sales/create`. A message that an approval was not given in time prints the entry. Once the \
             object is there it can go.",
            Type::Map(Type::String.into()),
        ),
    ]
}

/// A code that is no id of a request would be waited for in vain, and one for nothing that there is would not be heard.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    for (entry, code) in config.get(CODES).as_map().into_iter().flatten() {
        if !is_of_a_type(entry) {
            let rule = "is for no resource or action of this provider: it begins with the type, such as `autopilot_scope_tag/`.";
            diagnostics.push(Diagnostic::invalid(Path::of(CODES).key(entry), rule));
        }
        if let Some(code) = code.as_str().filter(|code| uuid::Uuid::try_parse(code.trim()).is_err()) {
            let rule = format!(
                "must be the id of a request for approval, such as \"968fb895-10b4-4b34-b7bc-72450299af1d\", got: {code:?}."
            );
            diagnostics.push(Diagnostic::invalid(Path::of(CODES).key(entry), &rule));
        }
    }
}

fn is_of_a_type(entry: &str) -> bool {
    let Some((name, _)) = entry.strip_prefix("autopilot_").and_then(|entry| entry.split_once('/')) else {
        return false;
    };
    let is_resource = || resources::all("").iter().any(|(resource, _)| *resource == name);
    is_resource() || actions::all().iter().any(|action| action.spec().name == name)
}

/// What is set. What is not known yet is not needed yet: plans write nothing.
pub(super) fn of(config: &Value) -> Approvals {
    let justification = config.get(JUSTIFICATION).as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let codes = config.get(CODES).as_map().into_iter().flatten();
    let codes = codes.filter_map(|(entry, code)| Some((entry.to_string(), code.as_str()?.to_owned())));
    Approvals { justification, codes: codes.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: Value) -> Vec<String> {
        let codes = Value::object([("autopilot_scope_tag/Sales/create", code)]);
        let mut diagnostics = Diagnostics::default();
        validate(&Value::object([(CODES, codes)]), &mut diagnostics);
        diagnostics.0.into_iter().map(|told| told.detail).collect()
    }

    #[test]
    fn a_code_that_is_no_id_of_a_request_is_refused() {
        for wrong in ["its request id", "", "968fb895"] {
            let told = refused(wrong.into());
            assert!(matches!(&*told, [one] if one.contains(&format!("got: {wrong:?}"))), "{told:?}");
        }
        assert!(refused(" 968fb895-10b4-4b34-b7bc-72450299af1d ".into()).is_empty());
        assert!(refused(Value::Unknown).is_empty());
    }

    #[test]
    fn an_entry_is_for_something_that_there_is() {
        let is = ["autopilot_scope_tag/Sales/create", "autopilot_sync_devices/create", "autopilot_device/A/b/update"];
        assert!(is.iter().all(|entry| is_of_a_type(entry)));
        let none = ["autopilot_scop_tag/Sales/create", "scope_tag/Sales/create", "autopilot_scope_tag", ""];
        assert!(!none.iter().any(|entry| is_of_a_type(entry)));
    }
}
