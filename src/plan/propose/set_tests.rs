//! Elements of sets in a plan.

use super::*;
use crate::schema::string;

fn attributes() -> Vec<Attribute> {
    vec![string("name", "").computed(), string("kind", "").default("a"), string("id", "").read_only()]
}

fn element(name: Option<&str>, kind: Option<&str>, id: Value) -> Value {
    Value::object([("name", name.into()), ("kind", kind.into()), ("id", id)])
}

fn planned(config: Vec<Value>, prior: Vec<Value>) -> Value {
    let (config, prior) = (Value::set(config), Value::set(prior));
    propose_set(&attributes(), config.elements(), prior.elements())
}

#[test]
fn an_element_leaves_its_place_to_one_that_fits_no_other() {
    // The first could be either of the prior ones, the second only the one that the first meets first.
    let config = vec![element(None, None, Value::Null), element(Some("1"), None, Value::Null)];
    let prior = vec![element(Some("1"), Some("a"), "x".into()), element(Some("2"), Some("a"), "y".into())];
    assert_eq!(planned(config, prior.clone()), Value::set(prior));
}

#[test]
fn an_element_takes_no_place_that_another_must_have() {
    let attributes = vec![string("name", "").computed(), string("key", "")];
    let element = |name: Value, key: &str| Value::object([("name", name), ("key", key.into())]);
    let config = Value::set(vec![element(Value::Null, "k"), element("n".into(), "k")]);
    let planned = propose_set(&attributes, config.elements(), &[element("n".into(), "k")]);
    assert_eq!(planned, Value::set(vec![element("n".into(), "k"), element(Value::Unknown, "k")]));
}
