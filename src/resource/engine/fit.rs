//! What may leave the provider: a state that fits its schema, without write-only values.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::Spec,
    schema,
    value::{Type, Value},
    wire,
};

/// The state as Terraform can take it. What does not fit the schema is a bug of ours: it is told, and null in the
/// state, so that what exists is not lost with it.
pub(super) fn fit(spec: &Spec, ty: &Type, state: Value, diagnostics: &mut Diagnostics) -> Value {
    let (state, misfits) = wire::fit(schema::without_write_only(&spec.attributes, state), ty);
    if !misfits.is_empty() {
        let places: Vec<_> = misfits.iter().map(ToString::to_string).collect();
        let places = if places == [""] { "All of it".to_owned() } else { places.join(", ") };
        let detail = format!(
            "The provider made a state of the {} that does not fit its schema. This was left out: {places}. It is a bug in \
             the provider: please report it.",
            spec.noun
        );
        diagnostics.push(Diagnostic::error("State Does Not Fit", detail));
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{id, object_type, string};

    #[test]
    fn what_does_not_fit_is_told_as_our_bug_and_the_rest_is_kept() {
        let spec = Spec::new("thing", "A thing.").attributes(vec![id(), string("secret", "").write_only()]);
        let ty = object_type(&spec.attributes);
        let state = Value::object([("id", "1".into()), ("secret", "s".into()), ("surplus", 1.into())]);
        let mut diagnostics = Diagnostics::default();
        let fitted = fit(&spec, &ty, state, &mut diagnostics);
        assert_eq!((fitted.get("id"), fitted.get("secret")), (&"1".into(), &Value::Null));
        let [told] = &diagnostics.0[..] else { panic!("{diagnostics:?}") };
        assert!(told.detail.contains("left out: surplus. It is a bug in the provider"), "{}", told.detail);
        assert!(wire::encode(&fitted, &ty).is_ok());
    }
}
