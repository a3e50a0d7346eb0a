//! What the placeholders of a file stand for in a replay: whatever takes their place first, and from then on that.
//!
//! The id of what was made is told by the word of the file. Which object of the file it is may turn out to be another later:
//! then another placeholder stands for that word.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};

use super::placeholder::{Piece, family, pieces};

/// Placeholders, and what they stand for.
pub(super) type Pairs = Vec<(String, String)>;

/// What is known of the placeholders.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    stands_for: HashMap<String, String>,
    /// By family and value in lower case: two placeholders do not stand for the same.
    taken: HashMap<(String, String), String>,
    /// What stays so, whatever else is found out.
    fixed: Pairs,
    /// Words of the file by which something was told that was made: whoever says one means that.
    told: HashSet<String>,
    /// Other words of the file that were said of what was made.
    shown: HashSet<String>,
}

impl Bindings {
    pub(super) fn add(&mut self, pairs: Pairs) {
        for (placeholder, value) in pairs {
            self.taken.insert(key(&placeholder, &value), placeholder.clone());
            self.stands_for.insert(placeholder, value);
        }
    }

    /// Adds what nothing later changes.
    pub(super) fn fix(&mut self, pairs: Pairs) {
        self.fixed.extend(pairs.iter().cloned());
        self.add(pairs);
    }

    /// Gives a placeholder that stands for nothing yet the word by which it is told.
    pub(super) fn name(&mut self, placeholder: &str) {
        if !self.stands_for.contains_key(placeholder) {
            let word = self.word(placeholder).to_owned();
            self.told.insert(word.clone());
            self.add(vec![(placeholder.to_owned(), word)]);
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
        fixed.fix(self.fixed.clone());
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
        all.add(pairs.collect());
        all
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

    pub(super) fn value(&self, placeholder: &str) -> Option<&str> {
        self.stands_for.get(placeholder).map(String::as_str)
    }

    /// What stands for a value of the kind of a placeholder, without regard to case.
    pub(super) fn owner(&self, placeholder: &str, value: &str) -> Option<&str> {
        self.taken.get(&key(placeholder, value)).map(String::as_str)
    }

    /// Whether something that was made was told by this word of the file.
    pub(super) fn was_told(&self, word: &str) -> bool {
        self.told.contains(word)
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
pub(super) fn inside(text: &str) -> Option<Json> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().filter(|json: &Json| json.is_object() || json.is_array())
}
