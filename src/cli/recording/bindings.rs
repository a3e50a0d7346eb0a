//! What the placeholders of a file stand for in a replay: whatever takes their place first, and from then on that.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::{
    placeholder::{Piece, family, pieces},
    structure,
};

/// What is known of the placeholders.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    stands_for: HashMap<String, String>,
    /// By family and value in lower case: two placeholders do not stand for the same.
    taken: HashMap<(String, String), String>,
}

/// What a comparison adds.
pub(super) type New = Vec<(String, String)>;

impl Bindings {
    pub(super) fn add(&mut self, new: New) {
        for (placeholder, value) in new {
            self.taken.insert((family(&placeholder).to_owned(), value.to_lowercase()), placeholder.clone());
            self.stands_for.insert(placeholder, value);
        }
    }

    fn value<'a>(&'a self, placeholder: &str, new: &'a New) -> Option<&'a str> {
        let added = new.iter().find(|(known, _)| known == placeholder).map(|(_, value)| value);
        added.or_else(|| self.stands_for.get(placeholder)).map(String::as_str)
    }

    fn is_taken(&self, placeholder: &str, value: &str, new: &New) -> bool {
        let (kind, folded) = (family(placeholder), value.to_lowercase());
        let key = (kind.to_owned(), folded);
        let by_another = |other: &str| other != placeholder && self.value(other, new) == Some(value);
        self.taken.get(&key).is_some_and(|other| by_another(other))
            || new.iter().any(|(other, _)| family(other) == kind && by_another(other))
    }

    /// Whether a text that is asked for now can be the recorded one, and what the placeholders in it are then.
    pub(super) fn text(&self, recorded: &str, asked: &str, new: &mut New) -> bool {
        if structure::is_date(recorded) && structure::is_date(asked) {
            return true; // Another day.
        }
        if let (Some(recorded), Some(asked)) = (inside(recorded), inside(asked)) {
            return self.json(&recorded, &asked, new);
        }
        let before = new.len();
        let fits = self.pieces(&pieces(recorded), asked, new);
        if !fits {
            new.truncate(before);
        }
        fits
    }

    fn pieces(&self, recorded: &[Piece<'_>], asked: &str, new: &mut New) -> bool {
        let Some((first, rest)) = recorded.split_first() else { return asked.is_empty() };
        let placeholder = match first {
            Piece::Plain(text) => {
                return asked.strip_prefix(text).is_some_and(|asked| self.pieces(rest, asked, new));
            }
            Piece::Placeholder(placeholder) => *placeholder,
        };
        if let Some(value) = self.value(placeholder, new).map(str::to_owned) {
            let mut known = [value.as_str(), placeholder].into_iter();
            return known.any(|value| {
                let head = asked.get(..value.len()).filter(|head| head.eq_ignore_ascii_case(value));
                head.is_some() && self.pieces(rest, &asked[value.len()..], new)
            });
        }
        let mut ends: Vec<usize> = asked.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        if rest.is_empty() {
            ends = ends.pop().into_iter().collect();
        }
        ends.into_iter().any(|end| {
            let value = &asked[..end];
            if self.is_taken(placeholder, value, new) || is_another(placeholder, value) {
                return false;
            }
            let before = new.len();
            new.push((placeholder.to_owned(), value.to_owned()));
            let fits = self.pieces(rest, &asked[end..], new);
            if !fits {
                new.truncate(before);
            }
            fits
        })
    }

    /// The same of a body. Of a list the order may be another: sorted by placeholders is not sorted by what they stand for.
    pub(super) fn json(&self, recorded: &Json, asked: &Json, new: &mut New) -> bool {
        match (recorded, asked) {
            (Json::String(recorded), Json::String(asked)) => self.text(recorded, asked, new),
            (Json::Array(recorded), Json::Array(asked)) => self.list(recorded, asked, new),
            (Json::Object(recorded), Json::Object(asked)) => self.object(recorded, asked, new),
            _ => recorded == asked,
        }
    }

    fn list(&self, recorded: &[Json], asked: &[Json], new: &mut New) -> bool {
        if recorded.len() != asked.len() {
            return false;
        }
        let mut left: Vec<&Json> = recorded.iter().collect();
        asked.iter().all(|asked| {
            let found = left.iter().position(|recorded| self.json(recorded, asked, new));
            found.map(|at| left.remove(at)).is_some()
        })
    }

    fn object(&self, recorded: &Map<String, Json>, asked: &Map<String, Json>, new: &mut New) -> bool {
        let before = new.len();
        let fits = recorded.len() == asked.len()
            && recorded.iter().all(|(name, value)| asked.get(name).is_some_and(|asked| self.json(value, asked, new)));
        if !fits {
            new.truncate(before);
        }
        fits
    }

    /// A text of an answer, in the words of whoever asks.
    pub(super) fn said(&self, text: &str) -> String {
        if let Some(inside) = inside(text) {
            return self.said_in(&inside).to_string();
        }
        let say = |piece| match piece {
            Piece::Plain(text) => text.to_owned(),
            Piece::Placeholder(text) => self.stands_for.get(text).cloned().unwrap_or_else(|| text.to_owned()),
        };
        pieces(text).into_iter().map(say).collect()
    }

    /// The same of a body.
    pub(super) fn said_in(&self, json: &Json) -> Json {
        match json {
            Json::String(text) => self.said(text).into(),
            Json::Array(items) => items.iter().map(|item| self.said_in(item)).collect(),
            Json::Object(members) => {
                members.iter().map(|(name, value)| (self.said(name), self.said_in(value))).collect::<Map<_, _>>().into()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
        }
    }
}

/// Whether a value is another placeholder of the same kind: whoever says the words of the file means that one.
fn is_another(placeholder: &str, value: &str) -> bool {
    value != placeholder && pieces(value) == [Piece::Placeholder(value)] && family(value) == family(placeholder)
}

/// The JSON inside of a text.
fn inside(text: &str) -> Option<Json> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().filter(|json: &Json| json.is_object() || json.is_array())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn takes(bindings: &mut Bindings, recorded: &Json, asked: &Json) -> bool {
        let mut new = New::new();
        let fits = bindings.json(recorded, asked, &mut new);
        assert!(fits || new.is_empty(), "{new:?}");
        bindings.add(new);
        fits
    }

    #[test]
    fn a_placeholder_stands_for_what_took_its_place_and_for_nothing_else_from_then_on() {
        let mut known = Bindings::default();
        let group = |name: &str, on: bool| json!({"displayName": name, "securityEnabled": on});
        assert!(!takes(&mut known, &group("Name 1", true), &group("Sales", false)), "a boolean is no placeholder");
        assert!(takes(&mut known, &group("Name 1", true), &group("Sales", true)));
        assert!(!takes(&mut known, &group("Name 1", true), &group("Kiosk", true)));
        assert!(!takes(&mut known, &group("Name 2", true), &group("Sales", true)), "nor do two stand for one");
        assert!(takes(&mut known, &group("Name 1", true), &group("Name 1", true)), "who reads the file says its words");
        assert!(!takes(&mut known, &group("Name 3", true), &group("Name 4", true)), "and means them");
        assert_eq!(known.said_in(&json!(["Name 1", "Name 2", "SERIAL0001"])), json!(["Sales", "Name 2", "SERIAL0001"]));
    }

    #[test]
    fn placeholders_are_found_inside_of_texts() {
        let mut known = Bindings::default();
        let recorded =
            json!({"membershipRule": "(_ -eq \"[OrderID]:Name 1\") or (a -eq \"Name 2\")", "id": "PC3%SERIAL%"});
        let asked = json!({"membershipRule": "(_ -eq \"[OrderID]:Kiosk \") or (a -eq \"B\")", "id": "N-%SERIAL%"});
        assert!(takes(&mut known, &recorded, &asked));
        assert_eq!(known.said_in(&recorded), asked);
        let nested = |name: &str| json!(json!({"id": name}).to_string());
        assert!(takes(&mut known, &nested("Name 4"), &nested("four \"quoted\"")));
        assert_eq!(known.said_in(&nested("Name 4")), nested("four \"quoted\""));
    }

    #[test]
    fn dates_are_those_of_today_and_lists_have_any_order() {
        let mut known = Bindings::default();
        assert!(takes(&mut known, &json!("2026-11-27T10:00:00Z"), &json!("2027-01-01T00:00:00.5Z")));
        assert!(takes(&mut known, &json!({"a": "Name 1"}), &json!({"a": "z"})));
        assert!(takes(&mut known, &json!(["Name 1", "Name 2"]), &json!(["a", "z"])));
        assert_eq!(known.said("Name 2"), "a");
        assert!(!takes(&mut known, &json!(["Name 1"]), &json!(["z", "z"])));
    }
}
