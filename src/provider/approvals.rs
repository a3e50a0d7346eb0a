//! What the provider says where another administrator has to approve a write (Multi Admin Approval).

use crate::{
    graph::Approvals,
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

/// What is set. What is not known yet is not needed yet: plans write nothing.
pub(super) fn of(config: &Value) -> Approvals {
    let justification = config.get(JUSTIFICATION).as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let codes = config.get(CODES).as_map().into_iter().flatten();
    let codes = codes.filter_map(|(entry, code)| Some((entry.clone(), code.as_str()?.to_owned())));
    Approvals { justification, codes: codes.collect() }
}
