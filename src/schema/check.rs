//! What a known value must be.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Diagnostic,
    value::{Number, Value},
};

/// A rule over one known value.
#[derive(Clone, Debug)]
pub enum Check {
    /// So many characters, or so many elements.
    Length {
        /// The fewest.
        at_least: usize,
        /// The most.
        at_most: usize,
    },
    /// A number from so much to so much, both included.
    Range {
        /// The least.
        at_least: i64,
        /// The most.
        at_most: i64,
    },
    /// A number without a fraction.
    Whole,
    /// One of these texts.
    OneOf(Vec<&'static str>),
    /// No element twice, in upper or lower case.
    Distinct,
    /// A GUID in its usual form.
    Guid,
    /// Any other rule over a text. The error goes on after the attribute's name: `must …`.
    Text(fn(&str) -> Result<(), String>),
    /// A language of its own: all that is to be told of a text, in whole sentences.
    Read(fn(&str) -> Vec<Diagnostic>),
}

impl Check {
    /// What the value breaks, as a sentence that goes on after the attribute's name. Collections of texts are held
    /// element by element; what is null or unknown breaks nothing.
    pub fn broken_by(&self, value: &Value) -> Option<String> {
        match (self, value) {
            (Check::Length { at_least, at_most }, Value::String(text)) => {
                let length = text.chars().count();
                let least = if *at_least == 0 { String::new() } else { format!("at least {at_least} and ") };
                (!(*at_least..=*at_most).contains(&length))
                    .then(|| format!("must have {least}at most {at_most} characters, it has {length}"))
            }
            (Check::Length { at_least, at_most }, Value::List(_) | Value::Set(_) | Value::Map(_)) => {
                let count = value.as_map().map_or(value.elements().len(), |map| map.len());
                (!(*at_least..=*at_most).contains(&count))
                    .then(|| format!("must have {at_least} to {at_most} elements, it has {count}"))
            }
            (Check::Range { at_least, at_most }, Value::Number(number)) => {
                let range = Number::from(*at_least)..=Number::from(*at_most);
                (!range.contains(number)).then(|| format!("must be from {at_least} to {at_most}, got: {number}"))
            }
            (Check::Whole, Value::Number(number)) => {
                number.as_i64().is_none().then(|| format!("must be a whole number, got: {number}"))
            }
            (Check::OneOf(words), Value::String(text)) => {
                (!words.contains(&text.as_str())).then(|| format!("must be one of {}, got: {text:?}", quoted(words)))
            }
            (Check::Guid, Value::String(text)) => (!is_guid(text))
                .then(|| format!("must be a GUID such as \"0f8fad5b-d9cb-469f-a165-70867728950e\", got: {text:?}")),
            (Check::Text(holds), Value::String(text)) => holds(text).err(),
            (Check::Distinct, Value::List(elements)) => {
                let mut seen = BTreeSet::new();
                let mut texts = elements.iter().filter_map(Value::as_str);
                texts
                    .find(|text| !seen.insert(text.to_lowercase()))
                    .map(|text| format!("names {text:?} more than once"))
            }
            (_, Value::List(elements) | Value::Set(elements)) => {
                elements.iter().find_map(|element| self.broken_by(element))
            }
            _ => None,
        }
    }
}

impl Check {
    /// What a text in a language of its own has to be told of, before anything is said of where it stands.
    pub fn tells_of(&self, value: &Value) -> Vec<Diagnostic> {
        match (self, value) {
            (Check::Read(read), Value::String(text)) => read(text),
            _ => Vec::new(),
        }
    }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.as_slice() {
        [init @ .., last] if !init.is_empty() => format!("{} or {last}", init.join(", ")),
        _ => quoted.join(""),
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_a_rule_is_told_with_the_value() {
        let cases = [
            (Check::Range { at_least: 1, at_most: 1440 }, Value::from(0), "must be from 1 to 1440, got: 0"),
            (Check::OneOf(vec!["a", "b"]), "c".into(), "must be one of \"a\" or \"b\", got: \"c\""),
            (Check::Length { at_least: 0, at_most: 2 }, "äöü".into(), "must have at most 2 characters, it has 3"),
            (Check::Whole, Value::Number("0.5".parse().expect("a number")), "must be a whole number, got: 0.5"),
        ];
        for (check, value, sentence) in cases {
            assert_eq!(check.broken_by(&value).as_deref(), Some(sentence));
        }
    }

    #[test]
    fn what_is_null_or_unknown_breaks_nothing() {
        for value in [Value::Null, Value::Unknown, Value::set(vec![Value::Unknown])] {
            assert_eq!(Check::Guid.broken_by(&value), None);
        }
    }

    #[test]
    fn the_elements_of_a_set_are_held_too() {
        let value = Value::set(vec!["0f8fad5b-d9cb-469f-a165-70867728950e".into(), "Sales".into()]);
        assert!(Check::Guid.broken_by(&value).is_some_and(|sentence| sentence.ends_with("got: \"Sales\"")));
    }
}
