//! How long a verb may take: the attribute `timeouts`, with durations as Go writes them (`90s`, `1h30m`).

use std::time::Duration;

use crate::{
    schema::{Attribute, Check, object, string},
    value::Value,
};

/// The name of the attribute.
pub const NAME: &str = "timeouts";

/// A verb that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Making.
    Create,
    /// Reading.
    Read,
    /// Changing.
    Update,
    /// Removing.
    Delete,
}

/// How long each verb may take where the configuration does not say.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// Making.
    pub create: Duration,
    /// Reading.
    pub read: Duration,
    /// Changing.
    pub update: Duration,
    /// Removing.
    pub delete: Duration,
    /// How much longer a write takes for each element of a map.
    pub of_row: Option<(&'static str, Duration)>,
}

impl Default for Defaults {
    fn default() -> Defaults {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Defaults { create: minutes(10), read: minutes(5), update: minutes(10), delete: minutes(10), of_row: None }
    }
}

impl Defaults {
    /// How long a verb may take: what the object's `timeouts` says, else the default.
    pub fn of(&self, verb: Verb, object: &Value) -> Duration {
        let (name, default) = match verb {
            Verb::Create => ("create", self.create),
            Verb::Read => ("read", self.read),
            Verb::Update => ("update", self.update),
            Verb::Delete => ("delete", self.delete),
        };
        object.get(NAME).get(name).as_str().and_then(parse).unwrap_or_else(|| match self.of_row {
            Some((map, longer)) if verb != Verb::Read => {
                let rows = object.get(map).as_map().map_or(0, |rows| u32::try_from(rows.len()).unwrap_or(u32::MAX));
                default + longer.saturating_mul(rows)
            }
            _ => default,
        })
    }
}

/// The attribute of a resource.
pub fn attribute() -> Attribute {
    let verb = |name, description| string(name, description).check(Check::Text(is_duration));
    object(NAME, "How long each operation may take, as durations such as \"30m\" or \"1h30m\".").off_graph().of(vec![
        verb("create", "How long creating it may take."),
        verb("read", "How long reading it may take."),
        verb("update", "How long changing it may take."),
        verb("delete", "How long deleting it may take."),
    ])
}

/// The attribute of a data source.
pub fn read_attribute() -> Attribute {
    let read = string("read", "How long reading may take.").check(Check::Text(is_duration));
    object(NAME, "How long reading may take, as a duration such as \"30m\" or \"1h30m\".").off_graph().of(vec![read])
}

/// The attribute of an action.
pub fn invoke_attribute() -> Attribute {
    let invoke = string(INVOKE, "How long it may take.").check(Check::Text(is_duration));
    object(NAME, "How long it may take, as a duration such as \"30m\" or \"1h30m\".").off_graph().of(vec![invoke])
}

/// How long an action may take: what its configuration says, else the default.
pub fn of_action(config: &Value, default: Duration) -> Duration {
    config.get(NAME).get(INVOKE).as_str().and_then(parse).unwrap_or(default)
}

const INVOKE: &str = "invoke";

fn is_duration(text: &str) -> Result<(), String> {
    match parse(text) {
        Some(_) => Ok(()),
        None => Err(format!("must be a duration such as \"90s\", \"30m\" or \"1h30m\", got: {text:?}")),
    }
}

/// A positive Go duration. Fractions are allowed as Go allows them; more than a year is not meant.
fn parse(text: &str) -> Option<Duration> {
    const YEAR: f64 = 366.0 * 86_400.0;
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, tail) = rest.split_at(number);
        let unit = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        seconds += amount.parse::<f64>().ok()? * factor;
        rest = tail;
    }
    (0.0 < seconds && seconds <= YEAR).then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_writes_them() {
        for (text, millis) in [("90s", 90_000), ("1h30m", 5_400_000), ("1.5m", 90_000), ("250ms", 250)] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0s", "-5m", "10", "m", "5 m", "5d", "1.2.3s", "99999999h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_configuration_goes_before_the_default() {
        let object = Value::object([(NAME, Value::object([("create", "5s".into())]))]);
        assert_eq!(Defaults::default().of(Verb::Create, &object), Duration::from_secs(5));
        assert_eq!(Defaults::default().of(Verb::Read, &object), Duration::from_secs(300));
    }

    #[test]
    fn a_write_of_many_rows_may_take_longer() {
        let defaults = Defaults { of_row: Some(("rows", Duration::from_secs(2))), ..Defaults::default() };
        let rows = ["a", "b", "c"].map(|key| (key, Value::Null));
        let object = Value::object([("rows", Value::object(rows)), (NAME, Value::Null)]);
        assert_eq!(defaults.of(Verb::Update, &object), Duration::from_secs(606));
        assert_eq!(defaults.of(Verb::Read, &object), Duration::from_secs(300));
        let told = Value::object([
            (NAME, Value::object([("update", "5s".into())])),
            ("rows", Value::object([("a", Value::Null)])),
        ]);
        assert_eq!(defaults.of(Verb::Update, &told), Duration::from_secs(5));
    }
}
