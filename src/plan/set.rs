//! Elements of sets in a plan. They have no key: which prior element is which is found by what they hold.

use super::propose as propose_object;
use crate::{
    path::Path,
    schema::{Attribute, Kind, Nesting},
    value::Value,
};

/// A planned set. An element is the prior one that the same configuration would have given, or a new one.
///
/// Elements of which everything is known take no other's place: two elements of a set are never equal. The others are
/// matched so that as many as possible find a prior one, since one that finds none is a change.
pub(super) fn propose(attributes: &[Attribute], elements: &[Value], prior: &[Value]) -> Value {
    let mut planned: Vec<_> = elements.iter().map(|config| propose_object(attributes, config, &Value::Null)).collect();
    let mut taken = vec![false; prior.len()];
    for element in planned.iter().filter(|element| element.is_wholly_known()) {
        if let Ok(at) = prior.binary_search(element) {
            taken[at] = true;
        }
    }
    let free: Vec<_> = prior.iter().zip(taken).filter(|(_, taken)| !taken).map(|(prior, _)| prior).collect();
    let open: Vec<_> = (0..planned.len()).filter(|&at| !planned[at].is_wholly_known()).collect();
    let fits = |open_at: usize, free_at: usize| {
        let prior = free[free_at];
        propose_object(attributes, &elements[open[open_at]], prior) == *prior
    };
    for (free_at, holder) in match_most(open.len(), free.len(), fits).into_iter().enumerate() {
        if let Some(open_at) = holder {
            planned[open[open_at]] = free[free_at].clone();
        }
    }
    Value::set(planned)
}

/// Gives as many seekers as possible a place each that fits. Tells who holds each place.
///
/// A seeker whose places are all held asks their holders to move on (augmenting paths).
pub fn match_most(seekers: usize, places: usize, fits: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let mut holders: Vec<Option<usize>> = vec![None; places];
    for seeker in 0..seekers {
        // The usual case: the first place that is free and fits.
        let free = (0..places).find(|&place| holders[place].is_none() && fits(seeker, place));
        match free {
            Some(place) => holders[place] = Some(seeker),
            None => {
                settle_in(seeker, &mut holders, &mut vec![false; places], &fits);
            }
        }
    }
    holders
}

fn settle_in(
    seeker: usize,
    holders: &mut [Option<usize>],
    asked: &mut [bool],
    fits: &impl Fn(usize, usize) -> bool,
) -> bool {
    for place in 0..holders.len() {
        if asked[place] || !fits(seeker, place) {
            continue;
        }
        asked[place] = true;
        let is_free = holders[place].is_none_or(|holder| settle_in(holder, holders, asked, fits));
        if is_free {
            holders[place] = Some(seeker);
            return true;
        }
    }
    false
}

/// Sets in the configuration with two elements that are the same once defaults are filled in. Such a set cannot be
/// planned: core counts the elements, and equal ones are one.
pub fn repeated(attributes: &[Attribute], config: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    collect_repeated(attributes, config, &Path::root(), &mut paths);
    paths
}

fn collect_repeated(attributes: &[Attribute], config: &Value, path: &Path, paths: &mut Vec<Path>) {
    for attribute in attributes {
        let Kind::Nested(nesting, nested) = &attribute.kind else { continue };
        let (config, path) = (config.get(attribute.name), path.attribute(attribute.name));
        match nesting {
            Nesting::Single => collect_repeated(nested, config, &path, paths),
            Nesting::List => {
                for (index, element) in config.elements().iter().enumerate() {
                    collect_repeated(nested, element, &path.index(index), paths);
                }
            }
            Nesting::Map => {
                for (key, element) in config.as_map().into_iter().flatten() {
                    collect_repeated(nested, element, &path.key(key), paths);
                }
            }
            Nesting::Set => {
                let planned = config.elements().iter().map(|element| propose_object(nested, element, &Value::Null));
                let mut inner = Vec::new();
                for element in config.elements() {
                    collect_repeated(nested, element, &path, &mut inner);
                }
                if Value::set(planned.collect()).elements().len() < config.elements().len() || !inner.is_empty() {
                    paths.push(path);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{set_of, string};

    fn attributes() -> Vec<Attribute> {
        vec![string("name", "").computed(), string("kind", "").default("a"), string("id", "").read_only()]
    }

    fn element(name: Option<&str>, kind: Option<&str>, id: Value) -> Value {
        Value::object([("name", name.into()), ("kind", kind.into()), ("id", id)])
    }

    fn planned(config: Vec<Value>, prior: Vec<Value>) -> Value {
        let (config, prior) = (Value::set(config), Value::set(prior));
        propose(&attributes(), config.elements(), prior.elements())
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
        let planned = propose(&attributes, config.elements(), &[element("n".into(), "k")]);
        assert_eq!(planned, Value::set(vec![element("n".into(), "k"), element(Value::Unknown, "k")]));
    }

    #[test]
    fn elements_that_defaults_make_equal_are_told() {
        let rows =
            vec![set_of("rows", "").of(attributes()), set_of("others", "").of(vec![string("kind", "").default("a")])];
        let kind = |kind: Option<&str>| Value::object([("kind", kind.into())]);
        let config = Value::object([
            ("rows", Value::set(vec![element(None, None, Value::Null), element(None, Some("a"), Value::Null)])),
            ("others", Value::set(vec![kind(None), kind(Some("a"))])),
        ]);
        // The ids of the rows may yet differ.
        assert_eq!(repeated(&rows, &config), [Path::of("others")]);
    }
}
