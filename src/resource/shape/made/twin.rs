//! Finds what a POST made whose answer is not known.

use std::time::{Duration, SystemTime};

use serde_json::Value as Json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{post::Post, shelf::Shelf};
use crate::{
    diagnostic::Diagnostic,
    graph::{Client, segment},
    resource::{
        Error, Result, Spec, body,
        shape::{find, object},
    },
    schema::{Attribute, Send},
    value::Value,
};

/// The attribute that says when an object was made, where a table has one.
const MADE_AT: &str = "created_date_time";

/// The clocks of the service's machines agree within this.
const TOLERANCE: Duration = Duration::from_secs(2);

/// What a look needs to know of the time before the POST.
pub(super) struct Seeker<'a> {
    spec: &'a Spec,
    graph: Client,
    shelf: &'a Shelf,
    began: Option<SystemTime>,
}

impl<'a> Seeker<'a> {
    /// Notes what is before the POST. Where objects do not say when they were made, those that there are are listed: once
    /// for all that this process makes of the kind.
    pub(super) async fn before(spec: &'a Spec, graph: &Client, shelf: &'a Shelf) -> Result<Seeker<'a>> {
        if made_at(spec).is_none() {
            let ids = async {
                let all = graph.list(spec.collection).await?;
                Ok::<_, Error>(all.iter().filter_map(|json| Some(json.get("id")?.as_str()?.to_owned())).collect())
            };
            shelf.note_before(ids).await?;
        }
        Ok(Seeker { spec, graph: graph.clone(), shelf, began: graph.service_time() })
    }

    /// The same by another client of the tenant.
    pub(super) fn by(&self, graph: &Client) -> Seeker<'a> {
        Seeker { graph: graph.clone(), ..*self }
    }

    /// Looks once. What is found is held from then on.
    pub(super) async fn look(&self, post: &Post) -> Result<Option<Json>> {
        let mut found = Vec::new();
        for listed in self.graph.list(&self.path(post)).await? {
            if object::is_of_kind(self.spec, &listed) && !self.shelf.holds(&listed) && self.is_new(post, &listed) {
                let whole = self.whole(listed).await?;
                found.extend(whole.filter(|json| post.mark.is_some() || is_alike(self.spec, json, &post.shown)));
            }
        }
        match found.len() {
            0 | 1 => Ok(found.pop().filter(|json| self.shelf.hold(json))),
            _ => Err(ambiguous(self.spec, &found)),
        }
    }

    fn path(&self, post: &Post) -> String {
        let filter = post.mark.as_ref().or(post.narrowed.as_ref()).map(|filter| format!("$filter={}", segment(filter)));
        let by_name = || {
            let find = self.spec.find_by.iter().find(|find| find.filterable)?;
            find::filter(self.spec, find.attribute, post.shown.get(find.attribute).as_str()?)
        };
        match filter.or_else(by_name) {
            Some(query) => format!("{}?{query}", self.spec.collection),
            None => self.spec.collection.to_owned(),
        }
    }

    /// Whether it was not there before the POST.
    fn is_new(&self, post: &Post, json: &Json) -> bool {
        if post.mark.is_some() {
            return true;
        }
        match made_at(self.spec) {
            Some(attribute) => made_after(json, attribute, self.began),
            None => self.shelf.is_new(json),
        }
    }

    /// The object with what a list does not answer of it; `None` where it is gone since.
    async fn whole(&self, listed: Json) -> Result<Option<Json>> {
        let id = listed["id"].as_str().unwrap_or_default().to_owned();
        let mut json = match self.spec.listed_in_part {
            true => self.graph.get_optional(&object::path(self.spec, &id)).await?,
            false => Some(listed),
        };
        for part in self.spec.parts {
            let path = format!("{}/{part}", object::path(self.spec, &id));
            if let Some(json) = &mut json {
                json[*part] = self.graph.list(&path).await?.into();
            }
        }
        Ok(json)
    }
}

fn made_at(spec: &Spec) -> Option<&Attribute> {
    spec.attributes.iter().find(|attribute| attribute.name == MADE_AT)
}

/// Whether it was made after the service said what time it was before the POST. One that does not say when is none of ours.
fn made_after(json: &Json, attribute: &Attribute, began: Option<SystemTime>) -> bool {
    let property = attribute.on_graph.property_path(attribute.name).join("/");
    let made = json.get(&property).and_then(Json::as_str).and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    made.zip(began).is_some_and(|(made, began)| made >= OffsetDateTime::from(began) - TOLERANCE)
}

/// Whether an object is all that was written.
fn is_alike(spec: &Spec, json: &Json, written: &Value) -> bool {
    let read = body::read(&spec.attributes, json, Some(written));
    let sent = spec.attributes.iter().filter(|attribute| attribute.on_graph.send != Send::Never);
    sent.map(|attribute| (written.get(attribute.name), read.get(attribute.name)))
        .all(|(written, read)| body::settle(written, read) == *read)
}

fn ambiguous(spec: &Spec, found: &[Json]) -> Error {
    let ids: Vec<_> = found.iter().filter_map(|json| json["id"].as_str()).collect();
    let detail = format!(
        "The answer to the creation of the {} was lost, and {} that were made since are exactly alike: {}. None was taken. \
         Delete those that nobody needs, or import one, and apply again.",
        spec.noun,
        spec.nouns,
        ids.join(", ")
    );
    Diagnostic::error("Created Object Not Told Apart", detail).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{id, string, timestamp};

    fn spec() -> Spec {
        Spec::new("thing", "").attributes(vec![
            id(),
            string("display_name", "").required(),
            string("description", ""),
            timestamp("created_date_time", "").read_only().stable(),
        ])
    }

    #[test]
    fn only_what_is_wholly_as_it_was_written_is_alike() {
        let planned = Value::object([
            ("id", Value::Unknown),
            ("display_name", "a".into()),
            ("description", Value::Null),
            ("created_date_time", Value::Unknown),
            ("timeouts", Value::Null),
        ]);
        let json = |name: &str, description: &str| json!({"id": "1", "displayName": name, "description": description});
        assert!(is_alike(&spec(), &json("a", ""), &planned));
        assert!(!is_alike(&spec(), &json("a", "text"), &planned));
        assert!(!is_alike(&spec(), &json("b", ""), &planned));
    }

    #[test]
    fn an_older_namesake_is_not_new() {
        let spec = spec();
        let attribute = made_at(&spec).expect("the table says when");
        let began = httpdate::parse_http_date("Sat, 21 Nov 2026 08:00:30 GMT").ok();
        let made = |time: &str| made_after(&json!({"createdDateTime": time}), attribute, began);
        assert!(made("2026-11-21T08:00:28Z") && made("2026-11-21T08:01:00.5031392Z"));
        assert!(!made("2026-11-21T08:00:27.9Z") && !made("0001-01-01T00:00:00Z") && !made(""));
        assert!(!made_after(&json!({"createdDateTime": "2026-11-21T08:00:28Z"}), attribute, None));
    }
}
