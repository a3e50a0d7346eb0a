//! What a state is after a write.

use crate::{
    plan,
    value::{Map, Value},
};

/// The state after a write: what was planned, and for what was unknown what Graph answered. Core holds a provider to
/// every value it planned; what the service made of it otherwise is drift, and the next read tells it.
///
/// What was unknown and is not in the answer is null.
pub fn settle(planned: &Value, answered: &Value) -> Value {
    match planned {
        Value::Unknown => answered.clone(),
        Value::Map(planned) => Value::Map(
            planned.iter().map(|(name, planned)| (name.clone(), settle(planned, answered.get(name)))).collect::<Map>(),
        ),
        Value::List(planned) => {
            let answered = answered.elements().iter().chain(std::iter::repeat(&Value::Null));
            Value::List(planned.iter().zip(answered).map(|(planned, answered)| settle(planned, answered)).collect())
        }
        Value::Set(elements) if !planned.is_wholly_known() => {
            let left: Vec<_> = answered.elements().iter().filter(|answered| !elements.contains(answered)).collect();
            let (open, mut settled): (Vec<_>, Vec<_>) =
                elements.iter().cloned().partition(|element| !element.is_wholly_known());
            let fits = |open_at: usize, left_at: usize| settle(&open[open_at], left[left_at]) == *left[left_at];
            let mut found = vec![&Value::Null; open.len()];
            for (left_at, holder) in plan::match_most(open.len(), left.len(), fits).into_iter().enumerate() {
                if let Some(open_at) = holder {
                    found[open_at] = left[left_at];
                }
            }
            settled.extend(open.iter().zip(found).map(|(open, found)| settle(open, found)));
            Value::set(settled)
        }
        known => known.clone(),
    }
}
