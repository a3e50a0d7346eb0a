//! What of a value fits its type.

use crate::{
    path::{Path, Trail},
    value::{Map, Type, Value},
};

/// The value with null in place of whatever does not fit the type, and where that was. What is missing is null, and
/// what an object has beyond its type is left out. The result can be encoded.
pub(crate) fn fit(value: Value, ty: &Type) -> (Value, Vec<Path>) {
    if fits(&value, ty) {
        return (value, Vec::new());
    }
    let mut misfits = Vec::new();
    let fitted = fit_at(value, ty, &Trail::Root, &mut misfits);
    (fitted, misfits)
}

/// Whether there is nothing to be done: what is shared with another value stays shared.
fn fits(value: &Value, ty: &Type) -> bool {
    let all = |elements: &[Value], ty: &Type| elements.iter().all(|element| fits(element, ty));
    match (value, ty) {
        (Value::Null | Value::Unknown, _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => true,
        (Value::List(elements), Type::List(ty)) | (Value::Set(elements), Type::Set(ty)) => all(elements, ty),
        (Value::List(elements), Type::Tuple(types)) => {
            elements.len() == types.len() && elements.iter().zip(types).all(|(element, ty)| fits(element, ty))
        }
        (Value::Map(map), Type::Map(ty)) => map.values().all(|element| fits(element, ty)),
        (Value::Map(object), Type::Object(types)) => {
            let mut known = object.iter().zip(types);
            object.len() == types.len() && known.all(|((name, value), (of, ty))| name == of && fits(value, ty))
        }
        (Value::Dynamic(inner), Type::Dynamic) => fits(&inner.1, &inner.0),
        _ => false,
    }
}

fn fit_at(value: Value, ty: &Type, trail: &Trail<'_>, misfits: &mut Vec<Path>) -> Value {
    let mut all = |elements: Vec<Value>, element: &Type| -> Vec<Value> {
        let fitted = elements.into_iter().enumerate();
        fitted.map(|(index, value)| fit_at(value, element, &Trail::Index(trail, index), misfits)).collect()
    };
    match (value, ty) {
        (Value::Null, _) => Value::Null,
        (Value::Unknown, _) => Value::Unknown,
        (value @ Value::Bool(_), Type::Bool)
        | (value @ Value::Number(_), Type::Number)
        | (value @ Value::String(_), Type::String) => value,
        (Value::List(elements), Type::List(element)) => Value::List(all(elements, element)),
        (Value::Set(elements), Type::Set(element)) => {
            // No step leads into a set.
            let before = misfits.len();
            let fitted = elements.into_iter().map(|value| fit_at(value, element, trail, misfits)).collect();
            misfits.truncate(misfits.len().min(before + 1));
            Value::set(fitted)
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let fitted = elements.into_iter().zip(types).enumerate();
            Value::List(
                fitted.map(|(index, (value, ty))| fit_at(value, ty, &Trail::Index(trail, index), misfits)).collect(),
            )
        }
        (Value::Map(map), Type::Map(element)) => Value::Map(
            map.into_iter()
                .map(|(key, value)| {
                    let fitted = fit_at(value, element, &Trail::Key(trail, &key), misfits);
                    (key, fitted)
                })
                .collect(),
        ),
        (Value::Map(mut object), Type::Object(types)) => {
            let mut fitted = Map::new();
            for (name, ty) in types {
                let value = object.remove(name).unwrap_or_default();
                fitted.insert(name.clone(), fit_at(value, ty, &Trail::Attribute(trail, name), misfits));
            }
            misfits.extend(object.keys().map(|surplus| trail.path().attribute(surplus)));
            Value::Map(fitted)
        }
        (Value::Dynamic(inner), Type::Dynamic) => {
            let (ty, value) = *inner;
            let fitted = fit_at(value, &ty, trail, misfits);
            Value::Dynamic(Box::new((ty, fitted)))
        }
        _ => {
            misfits.push(trail.path());
            Value::Null
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::encode;

    fn ty() -> Type {
        let rows = Type::Map(Type::Object([("count".into(), Type::Number)].into()).into());
        let types = [("name", Type::String), ("tags", Type::Set(Type::String.into())), ("rows", rows)];
        Type::Object(types.map(|(name, ty)| (name.into(), ty)).into())
    }

    #[test]
    fn what_fits_stays_and_what_is_missing_is_null() {
        let value = Value::object([("name", "a".into()), ("tags", Value::set(vec!["t".into()]))]);
        let (fitted, misfits) = fit(value.clone(), &ty());
        assert_eq!(misfits, []);
        assert_eq!(fitted.get("tags"), value.get("tags"));
        assert!(fitted.as_map().is_some_and(|map| map.contains_key("rows")));
    }

    #[test]
    fn what_does_not_fit_is_null_and_told_with_its_place() {
        let row = Value::object([("count", "three".into())]);
        let value = Value::object([
            ("name", true.into()),
            ("tags", Value::set(vec!["t".into(), 1.into(), 2.into()])),
            ("rows", Value::object([("a", row)])),
            ("extra", 1.into()),
        ]);
        assert!(encode(&value, &ty()).is_err());
        let (fitted, misfits) = fit(value, &ty());
        let places: Vec<_> = misfits.iter().map(ToString::to_string).collect();
        assert_eq!(places, ["name", "rows[\"a\"].count", "tags", "extra"]);
        assert!(encode(&fitted, &ty()).is_ok());
        assert_eq!(fitted.get("tags"), &Value::set(vec!["t".into(), Value::Null]));
    }

    #[test]
    fn a_value_of_another_kind_altogether_is_null() {
        let (fitted, misfits) = fit("text".into(), &ty());
        assert_eq!((fitted, misfits.len()), (Value::Null, 1));
    }
}
