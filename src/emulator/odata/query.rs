//! The query options of a request.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::filter::Filter;
use super::options::Options;
use super::path::encode;
use crate::emulator::error::Failure;
use crate::emulator::model::GraphType;
use crate::emulator::model::check::Object;

/// The options, decoded, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    options: Vec<(String, String)>,
    /// What has been looked at. An operation that takes an option and never looks at it ignores it in silence.
    seen: Cell<Options>,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Query {
        Query { options: form_urlencoded::parse(text.as_bytes()).into_owned().collect(), seen: Cell::default() }
    }

    /// Names and values as they came.
    pub(super) fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The options that were given and that nobody has looked at.
    pub(crate) fn overlooked(&self) -> Options {
        let given = self.options.iter().filter_map(|(name, _)| Options::named(name));
        given.fold(Options::NONE, Options::and).without(self.seen.get())
    }

    /// All options.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// An option by its name, with or without `$` (beta takes both; so do we).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        if let Some(option) = Options::named(name) {
            self.seen.set(self.seen.get().and(option));
        }
        self.glance(name)
    }

    /// The same without having looked: for whoever only reckons what a request costs.
    pub(crate) fn glance(&self, name: &str) -> Option<&str> {
        let bare = name.trim_start_matches('$');
        let found = self.options.iter().find(|(given, _)| given.trim_start_matches('$').eq_ignore_ascii_case(bare));
        found.map(|(_, value)| value.as_str())
    }

    /// `$count=true`.
    pub(crate) fn wants_count(&self) -> bool {
        self.get("$count").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `$top`, a number from 1 up to `max`.
    pub(crate) fn top(&self, max: usize) -> Result<Option<usize>, Failure> {
        let Some(text) = self.get("$top") else { return Ok(None) };
        match text.parse::<usize>() {
            Ok(number) if (1..=max).contains(&number) => Ok(Some(number)),
            Ok(_) => Err(Failure::unreadable(format!(
                "Invalid page size specified: '{text}'. Must be between 1 and {max} inclusive."
            ))),
            Err(_) => Err(Failure::unreadable(format!("Invalid value '{text}' for $top query option found."))),
        }
    }

    /// The navigation properties of `$expand`, refused when one is not among those that work here.
    pub(crate) fn expand(&self, allowed: &[&'static str], kind: &GraphType) -> Result<BTreeSet<&'static str>, Failure> {
        let mut expanded = BTreeSet::new();
        for name in self.get("$expand").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
            // Options inside brackets are of no service's that is known, so that they are part of an unknown name.
            let found =
                allowed.iter().find(|each| **each == name).ok_or_else(|| unknown_in_select(name, &kind.name))?;
            expanded.insert(*found);
        }
        Ok(expanded)
    }

    /// `$filter`, read. What of it works is the collection's business.
    pub(crate) fn filter(&self) -> Result<Option<Filter>, Failure> {
        let filter = self.get("$filter").map(Filter::parse).transpose();
        filter.map_err(|error| Failure::unreadable(format!("Invalid filter clause: {error}")))
    }

    /// The properties of `$select`, checked against the type.
    pub(crate) fn select(&self, kind: &'static GraphType) -> Result<Option<Vec<String>>, Failure> {
        self.select_of(kind, |name| kind.property(name).is_some())
    }

    /// The properties of `$select`, where the type alone does not say which there are.
    pub(crate) fn select_of(
        &self,
        kind: &GraphType,
        known: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<String>>, Failure> {
        let Some(text) = self.get("$select") else { return Ok(None) };
        let mut names = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if !known(name) {
                return Err(unknown_in_select(name, &kind.name));
            }
            names.push(name.to_owned());
        }
        Ok(Some(names))
    }

    /// The options with another `$skiptoken`, as a link repeats them.
    pub(crate) fn with_skip_token(&self, token: &str) -> String {
        let kept =
            self.options.iter().filter(|(name, _)| !name.trim_start_matches('$').eq_ignore_ascii_case("skiptoken"));
        let mut text: Vec<String> = kept.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        text.push(format!("$skiptoken={}", encode(token)));
        text.join("&")
    }
}

/// What `$select` and `$expand` of a property that is none are answered.
pub(crate) fn unknown_in_select(name: &str, of: &str) -> Failure {
    Failure::unreadable(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{of}'."
    ))
}

/// Keeps the selected properties, and the annotations.
pub(crate) fn selected(entity: Object, names: Option<&[String]>) -> Value {
    match names {
        None => Value::Object(entity),
        Some(names) => Value::Object(
            entity.into_iter().filter(|(name, _)| name.starts_with('@') || names.contains(name)).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_decoded_and_found_with_or_without_the_dollar() {
        let query = Query::parse("$filter=displayName+eq%20'a%26b'&top=5");
        assert_eq!(query.get("$filter"), Some("displayName eq 'a&b'"));
        assert_eq!(query.top(10).unwrap(), Some(5));
        assert!(query.top(4).is_err());
        let malformed = Query::parse("100%&&$search=%zz+%ff");
        assert_eq!((malformed.get("100%"), malformed.get("$search")), (Some(""), Some("%zz \u{fffd}")));
    }

    #[test]
    fn a_link_repeats_the_options_and_replaces_the_token() {
        let query = Query::parse("$top=5&$skiptoken=old");
        assert_eq!(query.with_skip_token("new"), "$top=5&$skiptoken=new");
    }

    #[test]
    fn what_a_link_repeats_is_read_as_it_was() {
        let query = Query::parse("$filter=displayName+eq+'a%26b%3Dc/%C3%A9%2B'");
        let link = query.with_skip_token("a b");
        assert_eq!(link, "$filter=displayName%20eq%20'a%26b%3Dc%2F%C3%A9%2B'&$skiptoken=a%20b");
        let back = Query::parse(&link);
        assert_eq!(back.get("$filter"), Some("displayName eq 'a&b=c/é+'"));
        assert_eq!(back.get("$skiptoken"), Some("a b"));
    }
}
