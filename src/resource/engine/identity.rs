//! Holds an object to its identity. Core does not: a provider has to refuse that one object becomes another.

use crate::{
    diagnostic::Diagnostic,
    resource::{Registered, identity},
    value::{Type, Value},
};

/// An error where an object is not any more the one that Terraform knows.
pub(super) fn hold(registered: &Registered, known: &Value, now: &Value) -> Option<Diagnostic> {
    let part = identity::difference(known, now)?;
    let text = |identity: &Value| identity.get(&part).as_str().unwrap_or_default().to_owned();
    let detail = format!(
        "Terraform knows this {} by the {part} {:?}, and it is {:?} now. One object does not become another: if this is \
         meant, remove it from the state and import the other one.",
        registered.spec.noun,
        text(known),
        text(now)
    );
    Some(Diagnostic::error("Identity Changed", detail))
}

/// An error where an identity does not say which object it is. That is a bug of ours.
pub(super) fn incomplete(registered: &Registered, identity: &Value) -> Option<Diagnostic> {
    let parts = registered.spec.identity.iter().flat_map(|identity| &identity.parts);
    let missing = parts.filter(|part| part.required).find(|part| identity.get(part.name).as_str().is_none())?;
    let detail = format!(
        "The provider gave a {} without the {} that identifies it. This is a bug in the provider: please report it.",
        registered.spec.noun, missing.name
    );
    Some(Diagnostic::error("Incomplete Identity", detail))
}

/// An identity as it can leave the provider, whatever it was made of: of its type.
pub(super) fn fit(identity: Value, ty: &Option<Type>) -> Value {
    ty.as_ref().map_or(Value::Null, |ty| crate::wire::fit(identity, ty).0)
}
