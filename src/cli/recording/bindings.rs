//! What the placeholders of a file stand for in a replay: whatever takes their place first, and from then on that.
//!
//! The id of what was made is told by the word of the file. Which object of the file it is may turn out to be another later:
//! then another placeholder stands for that word.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};

use super::{
    comparison::New,
    placeholder::{Piece, family, pieces},
    structure,
};

/// What is known of the placeholders.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    stands_for: HashMap<String, String>,
    /// By family and value in lower case: two placeholders do not stand for the same.
    taken: HashMap<(String, String), String>,
    /// What stays so, whatever else is found out.
    fixed: Vec<(String, String)>,
    /// Words of the file by which something was told that was made: whoever says one means that.
    told: HashSet<String>,
    /// Other words of the file that were said of what was made.
    shown: HashSet<String>,
}

impl Bindings {
    pub(super) fn add(&mut self, new: New) {
        for (placeholder, value) in new.pairs {
            self.taken.insert(key(&placeholder, &value), placeholder.clone());
            self.stands_for.insert(placeholder, value);
        }
    }

    /// Adds what nothing later changes.
    pub(super) fn fix(&mut self, new: New) {
        self.fixed.extend(new.pairs.iter().cloned());
        self.add(new);
    }

    /// Gives a placeholder that stands for nothing yet the word by which it is told.
    pub(super) fn name(&mut self, placeholder: &str) {
        if !self.stands_for.contains_key(placeholder) {
            let word = self.word(placeholder).to_owned();
            self.told.insert(word.clone());
            self.add(New { pairs: vec![(placeholder.to_owned(), word)], ..New::default() });
        }
    }

    /// Notes the word of one that stands for nothing and is said of what was made.
    pub(super) fn show(&mut self, placeholder: &str) {
        if !self.stands_for.contains_key(placeholder) {
            self.shown.insert(self.word(placeholder).to_owned());
        }
    }

    /// What is fixed alone. What was said of what was made may have been said by another placeholder.
    pub(super) fn fixed(&self) -> Bindings {
        let told = self.told.union(&self.shown).cloned().collect();
        let mut fixed = Bindings { told, ..Bindings::default() };
        fixed.fix(New { pairs: self.fixed.clone(), ..New::default() });
        fixed
    }

    /// These without what is known of them. None where something else is known.
    pub(super) fn beside(&self, pairs: &[(String, String)]) -> Option<Vec<(String, String)>> {
        let mut new = Vec::new();
        for (placeholder, value) in pairs {
            match (self.stands_for.get(placeholder), self.taken.get(&key(placeholder, value))) {
                (None, None) => new.push((placeholder.clone(), value.clone())),
                (Some(known), _) if known.eq_ignore_ascii_case(value) => {}
                _ => return None,
            }
        }
        Some(new)
    }

    /// The same with these placeholders for these values, whatever they were before.
    pub(super) fn with(&self, pairs: &[(String, String)]) -> Bindings {
        let (fixed, told, shown) = (self.fixed.clone(), self.told.clone(), self.shown.clone());
        let mut all = Bindings { fixed, told, shown, ..Bindings::default() };
        let placeholders: HashSet<&str> = pairs.iter().map(|(placeholder, _)| placeholder.as_str()).collect();
        let values: HashSet<_> = pairs.iter().map(|(placeholder, value)| key(placeholder, value)).collect();
        let stays = |placeholder: &str, value: &str| {
            !placeholders.contains(placeholder) && !values.contains(&key(placeholder, value))
        };
        let kept = self.stands_for.iter().filter(|(placeholder, value)| stays(placeholder, value));
        let pairs = kept.map(|(placeholder, value)| (placeholder.clone(), value.clone())).chain(pairs.iter().cloned());
        all.add(New { pairs: pairs.collect(), ..New::default() });
        all
    }

    /// Whether it stands for something.
    pub(super) fn is_bound(&self, placeholder: &str) -> bool {
        self.stands_for.contains_key(placeholder)
    }

    /// What whoever asks calls it: what it stands for, else the placeholder, unless another one stands for that.
    pub(super) fn word<'a>(&'a self, placeholder: &'a str) -> &'a str {
        if let Some(value) = self.stands_for.get(placeholder) {
            return value;
        }
        let mut word = placeholder;
        while let Some(other) = self.taken.get(&key(placeholder, word)) {
            word = other;
        }
        word
    }

    fn value<'a>(&'a self, placeholder: &str, new: &'a New) -> Option<&'a str> {
        let added = new.pairs.iter().find(|(known, _)| known == placeholder).map(|(_, value)| value);
        added.or_else(|| self.stands_for.get(placeholder)).map(String::as_str)
    }

    fn is_taken(&self, placeholder: &str, value: &str, new: &New) -> bool {
        let kind = family(placeholder);
        let by_another = |other: &str| other != placeholder && self.value(other, new) == Some(value);
        self.taken.get(&key(placeholder, value)).is_some_and(|other| by_another(other))
            || new.pairs.iter().any(|(other, _)| family(other) == kind && by_another(other))
    }

    /// Whether it is another placeholder of the same kind: whoever says the words of the file means that one.
    fn is_another(&self, placeholder: &str, value: &str) -> bool {
        value != placeholder
            && !self.told.contains(value)
            && pieces(value) == [Piece::Placeholder(value)]
            && family(value) == family(placeholder)
    }

    /// Whether a text that is asked for now can be the recorded one, and what the placeholders in it are then.
    pub(super) fn text(&self, recorded: &str, asked: &str, new: &mut New) -> bool {
        if structure::is_date(recorded) && structure::is_date(asked) {
            return true; // Another day.
        }
        if let (Some(recorded), Some(asked)) = (inside(recorded), inside(asked)) {
            return self.json(&recorded, &asked, new);
        }
        let before = new.pairs.len();
        let fits = self.pieces(&pieces(recorded), asked, new);
        if !fits {
            new.pairs.truncate(before);
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
            let itself = Some(placeholder).filter(|word| !self.told.contains(*word));
            return std::iter::once(value.as_str()).chain(itself).any(|value| {
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
            if self.is_taken(placeholder, value, new) || self.is_another(placeholder, value) {
                return false;
            }
            let before = new.pairs.len();
            new.pairs.push((placeholder.to_owned(), value.to_owned()));
            let fits = self.pieces(rest, &asked[end..], new);
            if !fits {
                new.pairs.truncate(before);
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
        if let Some(choices) = new.choices.take_if(|choices| choices.are_too_many(asked.len())) {
            let known = choices.else_by;
            new.choices = Some(choices);
            return known.is_none_or(|known| self.one_of_many(left, asked, known, new));
        }
        asked.iter().all(|asked| {
            let found = self.position(&left, asked, new);
            found.map(|at| left.remove(at)).is_some()
        })
    }

    /// Compares one element of a list that is not in the recorded one by what is known: the one that may be the fewest of them.
    fn one_of_many(&self, mut left: Vec<&Json>, asked: &[Json], known: &Bindings, new: &mut New) -> bool {
        let mut there = Vec::new();
        let is_other = |asked: &&Json| {
            let at = left.iter().position(|recorded| known.json(recorded, asked, &mut New::default()));
            at.map(|at| there.push(left.remove(at))).is_none()
        };
        let others: Vec<&Json> = asked.iter().filter(is_other).collect();
        let mut may_be = |recorded: &Json, asked: &Json| {
            let before = new.pairs.len();
            let choices = new.choices.take();
            let fits = self.json(recorded, asked, new);
            new.pairs.truncate(before);
            new.choices = choices;
            fits
        };
        if !left.iter().all(|recorded| asked.iter().any(|asked| may_be(recorded, asked))) {
            return false;
        }
        left.append(&mut there);
        let fewest =
            others.into_iter().min_by_key(|asked| left.iter().filter(|recorded| may_be(recorded, asked)).count());
        fewest.is_none_or(|asked| self.position(&left, asked, new).is_some())
    }

    /// Which of these it is, compared for good.
    fn position(&self, recorded: &[&Json], asked: &Json, new: &mut New) -> Option<usize> {
        let Some(choices) = new.choices.take() else {
            return recorded.iter().position(|recorded| self.json(recorded, asked, new));
        };
        let before = new.pairs.len();
        let mut fits = |at: &usize| {
            let fits = !recorded[..*at].contains(&recorded[*at]) && self.json(recorded[*at], asked, new);
            new.pairs.truncate(before);
            fits
        };
        let fitting: Vec<usize> = (0..recorded.len()).filter(|at| fits(at)).collect();
        let chosen = new.choices.insert(choices).choose(fitting.len());
        let at = *fitting.get(chosen)?;
        self.json(recorded[at], asked, new).then_some(at)
    }

    fn object(&self, recorded: &Map<String, Json>, asked: &Map<String, Json>, new: &mut New) -> bool {
        let before = new.pairs.len();
        let fits = recorded.len() == asked.len()
            && recorded.iter().all(|(name, value)| asked.get(name).is_some_and(|asked| self.json(value, asked, new)));
        if !fits {
            new.pairs.truncate(before);
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
            Piece::Placeholder(text) => self.word(text).to_owned(),
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

/// A value of the kind of a placeholder, without regard to case.
fn key(placeholder: &str, value: &str) -> (String, String) {
    (family(placeholder).to_owned(), value.to_lowercase())
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
        let mut new = New::default();
        let fits = bindings.json(recorded, asked, &mut new);
        assert!(fits || new.pairs.is_empty(), "{new:?}");
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
