//! What a read is of, and which part of a recorded answer answers it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::cli::recording::expression::{Part, parts};

/// What a read is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// An object, by its path.
    One { collection: String, id: String },
    /// Those of a collection that have one of these values.
    Some { collection: String, property: String, values: Vec<String> },
}

impl Wanted {
    /// What a read is of. A path alone does not say whether it is that of an object or of a list.
    pub(super) fn by(path: &str, query: &BTreeMap<String, String>) -> Option<Wanted> {
        match query.get("$filter") {
            Some(filter) => {
                let (property, listed) = filter.split_once(" in (")?;
                let values = parts(listed.strip_suffix(')')?, &['\''])?.into_iter().filter_map(|part| match part {
                    Part::Quoted(_, value) => Some(value.replace("''", "'")),
                    Part::Around(_) => None,
                });
                let is_known = ["id", "userPrincipalName"].contains(&property);
                is_known.then(|| Wanted::Some {
                    collection: path.to_owned(),
                    property: property.to_owned(),
                    values: values.collect(),
                })
            }
            None => {
                let (collection, id) = path.rsplit_once('/')?;
                Some(Wanted::One { collection: collection.to_owned(), id: id.to_owned() })
            }
        }
    }
}

/// Which properties of an object a read shows. None where it is one that cannot be put together.
#[derive(Debug, PartialEq)]
pub(super) struct Shape<'a> {
    select: Option<Vec<&'a str>>,
    expand: Option<&'a str>,
}

impl<'a> Shape<'a> {
    /// Of a read without options.
    pub(super) const PLAIN: Shape<'a> = Shape { select: None, expand: None };

    pub(super) fn of(query: &'a BTreeMap<String, String>) -> Option<Shape<'a>> {
        let known = ["$filter", "$top", "$select", "$expand", "$skiptoken", "$skipToken"];
        query.keys().all(|name| known.contains(&name.as_str())).then(|| Shape {
            select: query.get("$select").map(|names| names.split(',').map(str::trim).collect()),
            expand: query.get("$expand").map(String::as_str),
        })
    }

    /// What this read shows of an object that another read showed. None where that one showed less.
    pub(super) fn of_object(&self, shown: &Json, by: &Shape<'_>) -> Option<Json> {
        let mut object = shown.as_object()?.clone();
        object.remove("@odata.context");
        if self.expand != by.expand {
            if self.expand.is_some() {
                return None;
            }
            let name = by.expand?.split('(').next()?;
            object.retain(|key, _| key != name && !key.starts_with(&format!("{name}@")));
        }
        if self.select == by.select {
            return Some(object.into());
        }
        let names = self.select.as_ref()?;
        if !names.iter().all(|name| object.contains_key(*name)) {
            return None;
        }
        let kept = object.into_iter().filter(|(key, _)| names.contains(&key.as_str()) || key == "@odata.type");
        Some(kept.collect::<Map<_, _>>().into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::recording::address::taken_apart;

    #[test]
    fn a_read_shows_what_another_one_showed_if_that_is_enough() {
        let shows = |asked: &str, shown: &str| {
            let (asked, shown) = (taken_apart(asked).1, taken_apart(shown).1);
            let object =
                json!({"@odata.context": "c", "id": "1", "a": 1, "assignments": [], "assignments@odata.context": "x"});
            Shape::of(&asked)?.of_object(&object, &Shape::of(&shown)?)
        };
        let whole = json!({"id": "1", "a": 1, "assignments": [], "assignments@odata.context": "x"});
        assert_eq!(shows("/x?$expand=assignments", "/x?$expand=assignments&$top=9"), Some(whole));
        assert_eq!(shows("/x", "/x?$expand=assignments"), Some(json!({"id": "1", "a": 1})));
        assert_eq!(shows("/x?$expand=assignments", "/x"), None);
        assert_eq!(shows("/x?$select=a", "/x"), Some(json!({"a": 1})));
        assert_eq!(shows("/x?$select=b", "/x"), None, "who was told no `b` does not know it");
        assert_eq!(shows("/x", "/x?$select=a"), None);
        assert_eq!(shows("/x?$orderby=a", "/x"), None);
    }
}
