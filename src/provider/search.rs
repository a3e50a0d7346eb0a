//! Finding the value of a setting: the configuration first, then variables, each of which may name a file.

use std::fmt;

use super::surroundings::Surroundings;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Configuration,
    Variable(&'static str),
    /// A file named by the configuration, or by a variable.
    File(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Configuration => f.write_str("the configuration"),
            Origin::Variable(name) => write!(f, "the environment variable {name}"),
            Origin::File(path) => write!(f, "the file {path}"),
        }
    }
}

/// A value that was found.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) origin: Origin,
    /// The attribute that an error about it stands on.
    pub(super) attribute: &'static str,
    /// The attribute or the variable that gave it.
    named_by: &'static str,
}

impl Found {
    /// An address as it may be shown: what is before its host, and its query, may hold a secret.
    pub(super) fn address(&self) -> &str {
        let bare = self.text.split(['?', '#']).next().unwrap_or_default();
        bare.rsplit_once('@').map_or(bare, |(_, host)| host)
    }
}

/// One place where a value is looked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    name: &'static str,
    is_variable: bool,
    holds: Holds,
}

/// Who sets a place, in the order in which they are heard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Configuration,
    /// A variable for providers, `ARM_*`.
    OfTerraform,
    /// What GitHub Actions and Azure Pipelines set by themselves.
    OfThePipeline,
    /// A variable of Azure's own libraries, which a machine may set by itself.
    OfAzure,
}

/// What stands at a place.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Value,
    /// The path of a file that holds the value.
    Path,
    /// The path of a file that holds the value, which is no text.
    PathOfBytes,
}

impl Place {
    pub(super) const fn attribute(name: &'static str) -> Place {
        Place { name, is_variable: false, holds: Holds::Value }
    }

    pub(super) const fn file_attribute(name: &'static str) -> Place {
        Place { name, is_variable: false, holds: Holds::Path }
    }

    pub(super) const fn variable(name: &'static str) -> Place {
        Place { name, is_variable: true, holds: Holds::Value }
    }

    pub(super) const fn file_variable(name: &'static str) -> Place {
        Place { name, is_variable: true, holds: Holds::Path }
    }

    pub(super) const fn bytes_attribute(name: &'static str) -> Place {
        Place { name, is_variable: false, holds: Holds::PathOfBytes }
    }

    pub(super) const fn bytes_variable(name: &'static str) -> Place {
        Place { name, is_variable: true, holds: Holds::PathOfBytes }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn is_variable(&self) -> bool {
        self.is_variable
    }

    /// Whose word it is. The smaller goes before.
    pub(super) fn rank(&self) -> Rank {
        match self.name {
            _ if !self.is_variable => Rank::Configuration,
            name if name.starts_with("ARM_") => Rank::OfTerraform,
            name if name.starts_with("AZURE_") => Rank::OfAzure,
            _ => Rank::OfThePipeline,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_variable { "the environment variable" } else { "the provider's attribute" };
        write!(f, "{kind} {}", self.name)
    }
}

pub(super) struct Search<'a> {
    pub(super) config: &'a Value,
    pub(super) surroundings: &'a dyn Surroundings,
    pub(super) unknown: Vec<&'static str>,
    pub(super) refused: Diagnostics,
}

impl Search<'_> {
    /// The value at the first place that has one; an error that lists the places where none has.
    pub(super) fn required(&mut self, missing: &str, places: &[Place]) -> Option<Found> {
        let before = self.stops();
        let found = self.optional(places);
        if found.is_none() && self.stops() == before {
            let name = places.first().map_or("", |place| place.name);
            let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
            let looked: Vec<_> = places.iter().map(|place| self.looked_at(place)).collect();
            let detail = format!(
                "The provider needs {article} {name}. It was looked for, in this order, in: {}. Set one of them.",
                looked.join("; ")
            );
            self.refused.push(Diagnostic::error(missing, detail).at(Path::of(name)));
        }
        found
    }

    /// How many values were unknown or refused so far.
    pub(super) fn stops(&self) -> usize {
        self.unknown.len() + self.refused.0.len()
    }

    pub(super) fn looked_at(&self, place: &Place) -> String {
        let there = match (place.is_variable, self.surroundings.variable(place.name)) {
            (true, Some(text)) if text.trim().is_empty() => "empty",
            (true, None) => "not set",
            (false, _) if self.config.get(place.name).is_null() => "not set",
            (false, _) if self.config.get(place.name).as_str().is_some_and(|text| text.trim().is_empty()) => "empty",
            // A switch that is off.
            _ => "false",
        };
        format!("{place} ({there})")
    }

    /// Whether there is a value, known or not.
    pub(super) fn is_given(&self, place: &Place) -> bool {
        let text = match place.is_variable {
            true => self.surroundings.variable(place.name),
            false if self.config.get(place.name).is_unknown() => return true,
            false => self.config.get(place.name).as_str().map(str::to_owned),
        };
        text.is_some_and(|text| !text.trim().is_empty())
    }

    /// Who gives the first of them, of those that are given.
    pub(super) fn rank(&self, places: &[Place]) -> Option<Rank> {
        places.iter().filter(|place| self.is_given(place)).map(Place::rank).min()
    }

    /// How a switch is set there. An unknown one is remembered, and one that is none is refused.
    pub(super) fn switch(&mut self, place: Place) -> Option<bool> {
        if !place.is_variable {
            let value = self.config.get(place.name);
            if value.is_unknown() {
                self.unknown.push(place.name);
            }
            return value.as_bool();
        }
        let text = self.surroundings.variable(place.name)?;
        match text.trim().to_ascii_lowercase().as_str() {
            "" => None,
            "1" | "t" | "true" => Some(true),
            "0" | "f" | "false" => Some(false),
            _ => {
                let detail = format!("The environment variable {} must be true or false, got: {text:?}.", place.name);
                self.refused.push(Diagnostic::error("Setting Not Usable", detail));
                None
            }
        }
    }

    /// The value at the first place that has one. Unknown or unreadable, the search ends there.
    pub(super) fn optional(&mut self, places: &[Place]) -> Option<Found> {
        let attribute = places.first().map_or("", |place| place.name);
        for place in places {
            let text = match place.is_variable {
                true => self.surroundings.variable(place.name),
                false if self.config.get(place.name).is_unknown() => {
                    self.unknown.push(place.name);
                    return None;
                }
                false => self.config.get(place.name).as_str().map(str::to_owned),
            };
            let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { continue };
            let attribute = if place.is_variable { attribute } else { place.name };
            match place.holds {
                Holds::Value => {}
                Holds::Path => return self.file(attribute, place, &text),
                // What is in it is read by whoever needs it, by `bytes`.
                Holds::PathOfBytes => {
                    return Some(Found { origin: Origin::File(text.clone()), text, attribute, named_by: place.name });
                }
            }
            let origin = if place.is_variable { Origin::Variable(place.name) } else { Origin::Configuration };
            return Some(Found { text, origin, attribute, named_by: place.name });
        }
        None
    }

    /// The bytes of a value: those of the file, where a file was named.
    pub(super) fn bytes(&mut self, found: &Found) -> Option<Vec<u8>> {
        let Origin::File(path) = &found.origin else { return Some(found.text.clone().into_bytes()) };
        match self.surroundings.bytes(path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                let detail = format!("{} names the file {path}, which cannot be used: {error}.", found.named_by);
                self.refused.push(Diagnostic::error("File Not Usable", detail).at(Path::of(found.attribute)));
                None
            }
        }
    }

    fn file(&mut self, attribute: &'static str, place: &Place, path: &str) -> Option<Found> {
        let why = match self.surroundings.file(path) {
            Ok(text) if !text.trim().is_empty() => {
                let text = text.trim().to_owned();
                return Some(Found { text, origin: Origin::File(path.to_owned()), attribute, named_by: place.name });
            }
            Ok(_) => "it is empty".to_owned(),
            Err(error) => error.to_string(),
        };
        let detail = format!("{} names the file {path}, which cannot be used: {why}.", place.name);
        self.refused.push(Diagnostic::error("File Not Usable", detail).at(Path::of(attribute)));
        None
    }

    pub(super) fn hold(&mut self, attribute: &str, found: Option<&Found>, check: fn(&str) -> Result<(), String>) {
        let Some(found) = found else { return };
        if let Err(rule) = check(&found.text) {
            self.refuse(attribute, &found.origin, &rule);
        }
    }

    /// Refuses a value: it breaks a rule.
    pub(super) fn refuse(&mut self, attribute: &str, origin: &Origin, rule: &str) {
        let at = Path::of(attribute);
        self.refused.push(match origin {
            // Which attribute names it is not said: a variable may.
            Origin::File(path) => Diagnostic::error("File Not Usable", format!("The file {path} {rule}.")).at(at),
            _ => Diagnostic::invalid(at, &format!("(from {origin}) {rule}.")),
        });
    }
}
