//! By which properties directory objects are filtered, searched and sorted, and what of it is advanced.
//!
//! Facts: the tables of Graph's page on advanced queries, and the property tables of group, device, service principal
//! and user. A property that is listed nowhere takes no filter. The refusals are recorded answers.

mod operators;

use operators::operators;

use crate::emulator::error::Failure;
use crate::emulator::model::check::Version;
use crate::emulator::model::kind;
use crate::emulator::odata::filter::{Comparison, Filter, TextFunction};
use crate::emulator::odata::search::Search;

/// The most alternatives that a filter may have.
const MOST_ALTERNATIVES: usize = 15;

/// Holds a filter against what the service can filter by.
pub(super) fn holds_filter(filter: &Filter, kinds: &[&str], version: Version, advanced: bool) -> Result<(), Failure> {
    let alternatives = alternatives(filter);
    if alternatives > MOST_ALTERNATIVES {
        return Err(Failure::unsupported_query(format!(
            "Too many child clauses specified in search filter expression containing 'OR' operators: {alternatives}. Max \
             allowed: {MOST_ALTERNATIVES}."
        )));
    }
    Held { kinds, version, advanced }.part(filter)
}

/// The longest row of alternatives in the filter.
fn alternatives(filter: &Filter) -> usize {
    fn row(filter: &Filter) -> usize {
        match filter {
            Filter::Or(left, right) => row(left) + row(right),
            Filter::In(_, values) => values.len(),
            _ => 1,
        }
    }
    match filter {
        Filter::And(left, right) => alternatives(left).max(alternatives(right)),
        Filter::Or(left, right) => row(filter).max(alternatives(left)).max(alternatives(right)),
        Filter::Not(inner) => alternatives(inner),
        other => row(other),
    }
}

struct Held<'a> {
    kinds: &'a [&'a str],
    version: Version,
    advanced: bool,
}

impl Held<'_> {
    fn part(&self, filter: &Filter) -> Result<(), Failure> {
        match filter {
            Filter::And(left, right) | Filter::Or(left, right) => {
                self.part(left)?;
                self.part(right)
            }
            Filter::Not(inner) => {
                self.part(inner)?;
                self.needs_advanced("not")
            }
            Filter::Compare(path, Comparison::Equal | Comparison::NotEqual, _) if path.ends_with("/$count") => {
                self.property(path, '#')?;
                self.needs_advanced("$count")
            }
            Filter::Compare(path, how, value) => {
                let operator = match how {
                    Comparison::Equal | Comparison::NotEqual if value.is_null() => '0',
                    Comparison::Equal | Comparison::NotEqual => '=',
                    Comparison::GreaterOrEqual | Comparison::LessOrEqual => '>',
                    Comparison::Greater | Comparison::Less | Comparison::Has => '?',
                };
                self.property(path, operator)?;
                if *how == Comparison::NotEqual && !self.advanced {
                    return Err(Failure::unsupported_query("Filter operator 'NotEqualsMatch' is not supported."));
                }
                if value.is_null() && !self.advanced { Err(self.invalid(path)) } else { Ok(()) }
            }
            Filter::In(path, _) => self.property(path, '='),
            Filter::Text(TextFunction::Contains, ..) => {
                Err(Failure::unsupported_query("Unsupported Query. The function 'contains' is not supported."))
            }
            Filter::Text(TextFunction::StartsWith, path, _) => self.property(path, '^'),
            Filter::Text(TextFunction::EndsWith, path, _) => {
                self.property(path, '$')?;
                self.needs_advanced("endsWith")
            }
            Filter::Any(path, variable, condition) => self.items(path, variable, condition.as_deref()),
            Filter::IsOf(_) => Err(Failure::unsupported_query("Unsupported or invalid query filter clause specified.")),
        }
    }

    /// A condition on the items of a collection. With `any`, "not" is said by `not`, never by `ne`.
    fn items(&self, path: &str, variable: &str, condition: Option<&Filter>) -> Result<(), Failure> {
        let Some(condition) = condition else { return self.property(path, '#') };
        let of_item =
            |inner: &str| inner == variable || inner.strip_prefix(variable).is_some_and(|rest| rest.starts_with('/'));
        match condition {
            Filter::And(left, right) | Filter::Or(left, right) => {
                self.items(path, variable, Some(left))?;
                self.items(path, variable, Some(right))
            }
            Filter::Compare(inner, Comparison::Equal, value) if of_item(inner) && !value.is_null() => {
                self.property(path, '=')
            }
            Filter::Compare(inner, Comparison::GreaterOrEqual | Comparison::LessOrEqual, _) if of_item(inner) => {
                self.property(path, '>')
            }
            Filter::Text(TextFunction::StartsWith, inner, _) if of_item(inner) => self.property(path, '^'),
            Filter::Text(TextFunction::EndsWith, inner, _) if of_item(inner) => {
                self.property(path, '$')?;
                self.needs_advanced("endsWith")
            }
            _ => Err(self.invalid(path)),
        }
    }

    /// Whether one of the types has the property, and it takes the operator.
    fn property(&self, path: &str, operator: char) -> Result<(), Failure> {
        let path = path.strip_suffix("/$count").unwrap_or(path);
        let (name, part) = path.split_once('/').map_or((path, None), |(name, part)| (name, Some(part)));
        let found = self.kinds.iter().filter_map(|each| kind(each).property(name));
        let mut found = found.filter(|found| self.version == Version::Beta || !found.beta).peekable();
        if found.peek().is_none() {
            return Err(unknown(name, self.kinds));
        }
        if let Some(part) = part
            && !found
                .any(|found| crate::emulator::model::find(&found.kind).is_some_and(|of| of.property(part).is_some()))
        {
            return Err(unknown(part, self.kinds));
        }
        let taken = self.kinds.iter().filter_map(|each| operators(each, name)).find(|taken| taken.contains(operator));
        match taken {
            Some(taken) if taken.starts_with('!') && !self.advanced => Err(self.invalid(name)),
            Some(_) => Ok(()),
            None => Err(self.invalid(name)),
        }
    }

    fn invalid(&self, path: &str) -> Failure {
        let name = path.split('/').next().unwrap_or(path);
        let of = match self.kinds {
            ["group"] => "Group",
            ["device"] => "Device",
            ["user"] => "User",
            ["servicePrincipal"] => "ServicePrincipal",
            _ => "DirectoryObject",
        };
        Failure::unsupported_query(format!(
            "Unsupported or invalid query filter clause specified for property '{name}' of resource '{of}'."
        ))
    }

    fn needs_advanced(&self, operator: &str) -> Result<(), Failure> {
        if self.advanced {
            return Ok(());
        }
        Err(Failure::unsupported_query(format!(
            "Operator '{operator}' is not supported because the required parameters might be missing. Try adding \
             $count=true query parameter and ConsistencyLevel:eventual header. Refer to \
             https://aka.ms/graph-docs/advanced-queries for more information"
        )))
    }
}

fn unknown(name: &str, kinds: &[&str]) -> Failure {
    let of = if let [only] = kinds { only } else { "directoryObject" };
    let text = format!("Could not find a property named '{name}' on type 'microsoft.graph.{of}'.");
    Failure::unreadable(format!("Invalid filter clause: {text}"))
}

/// Holds a search against the types: its properties are texts that a filter takes too.
pub(super) fn holds_search(search: &Search, kinds: &[&str]) -> Result<(), Failure> {
    for name in search.properties() {
        if kinds.iter().all(|each| kind(each).property(name).is_none()) {
            return Err(unknown(name, kinds));
        }
        let is_text = |each: &&str| kind(each).property(name).is_some_and(|found| found.kind == "String");
        let takes = |each: &&str| operators(each, name).is_some_and(|taken| taken.contains(['^', '=']));
        if !kinds.iter().any(|each| is_text(each) && takes(each)) {
            return Err(Failure::unsupported_query(format!("Searching is not supported for property '{name}'.")));
        }
    }
    Ok(())
}

/// Whether a property sorts.
pub(super) enum Sorts {
    Always,
    Advanced,
}

pub(super) fn sorts(name: &str, kinds: &[&str]) -> Result<Sorts, Failure> {
    if kinds.iter().all(|each| kind(each).property(name).is_none()) {
        let of = if let [only] = kinds { only } else { "directoryObject" };
        return Err(Failure::unreadable(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.{of}'."
        )));
    }
    match (kinds, name) {
        (["group"] | ["user"], "displayName") | (["user"], "userPrincipalName") => Ok(Sorts::Always),
        (_, "displayName" | "deletedDateTime") => Ok(Sorts::Advanced),
        (["user"] | ["device"] | ["servicePrincipal"], "createdDateTime") => Ok(Sorts::Advanced),
        (["device"], "approximateLastSignInDateTime") => Ok(Sorts::Advanced),
        _ => Err(Failure::unsupported_query("Sorting not supported for current query.")),
    }
}
