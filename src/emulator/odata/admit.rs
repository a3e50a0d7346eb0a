//! Holding the options of a request against those that an operation takes, before the operation runs.

use super::options::Options;
use super::query::Query;
use crate::emulator::error::Failure;

/// Who refuses: each has its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Directory,
    Intune,
}

impl Query {
    /// Refuses unknown options, those that are not taken, and values that cannot be their option's.
    pub(crate) fn admit(&self, taken: Options, service: Service) -> Result<(), Failure> {
        let mut given = Options::NONE;
        for (name, value) in self.given() {
            let Some(option) = Options::named(name) else {
                // What begins without `$` is the client's own business, as OData has it.
                if name.starts_with('$') && !(name == "$format" && is_json(value)) {
                    return Err(unknown(name, service));
                }
                continue;
            };
            let name = option.names().next().unwrap_or_default();
            if given.has(option) {
                return Err(Failure::unreadable(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                )));
            }
            given = given.and(option);
            if !taken.has(option) {
                return Err(not_taken(name, option, service));
            }
            hold(option, value)?;
        }
        Ok(())
    }
}

fn is_json(format: &str) -> bool {
    format.eq_ignore_ascii_case("json") || format.to_ascii_lowercase().starts_with("application/json")
}

fn unknown(name: &str, service: Service) -> Failure {
    match service {
        Service::Directory => {
            Failure::bad_directory_request(format!("Unrecognized query argument specified: '{name}'."))
        }
        Service::Intune => Failure::unreadable(format!(
            "The query specified in the URI is not valid. The query parameter '{name}' is not supported."
        )),
    }
}

/// The directory's words for `$skip` are recorded, and so are those on sorting.
fn not_taken(name: &str, option: Options, service: Service) -> Failure {
    match service {
        Service::Directory if option == Options::ORDERBY => {
            Failure::unsupported_query("Sorting not supported for current query.")
        }
        Service::Directory => Failure::bad_directory_request(format!("'{name}' is not supported by the service.")),
        Service::Intune => Failure::unreadable(format!(
            "The query specified in the URI is not valid. Query option '{name}' is not allowed."
        )),
    }
}

/// What can be said of a value without knowing the operation. The words are OData's own.
fn hold(option: Options, value: &str) -> Result<(), Failure> {
    let wrong = match option {
        Options::COUNT if !["true", "false"].contains(&value) => {
            format!("Invalid value '{value}' for $count query option found. Valid values are 'true' and 'false'.")
        }
        Options::SKIP if value.parse::<u32>().is_err() => format!(
            "Invalid value '{value}' for $skip query option found. The $skip query option requires a non-negative integer \
             value."
        ),
        Options::TOP if value.parse::<u32>().is_err() => format!(
            "Invalid value '{value}' for $top query option found. The $top query option requires a non-negative integer \
             value."
        ),
        _ => return Ok(()),
    };
    Err(Failure::unreadable(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str, taken: Options, service: Service) -> String {
        Query::parse(query).admit(taken, service).map_or_else(|failure| failure.message, |()| "admitted".into())
    }

    #[test]
    fn what_is_not_taken_is_refused_by_its_name() {
        let taken = Options::TOP.and(Options::COUNT);
        for (query, message) in [
            ("$top=5&count=true&$format=json&tracking=1", "admitted"),
            ("$skip=5", "'$skip' is not supported by the service."),
            ("skip=5", "'$skip' is not supported by the service."),
            ("$orderBy=displayName", "Sorting not supported for current query."),
            ("$foo=1", "Unrecognized query argument specified: '$foo'."),
            ("$format=xml", "Unrecognized query argument specified: '$format'."),
            (
                "$top=5&top=6",
                "Query option '$top' was specified more than once, but it must be specified at most once.",
            ),
            ("$count=1", "Invalid value '1' for $count query option found. Valid values are 'true' and 'false'."),
        ] {
            assert_eq!(refusal(query, taken, Service::Directory), message, "{query}");
        }
        let not_allowed = "The query specified in the URI is not valid. Query option '$search' is not allowed.";
        assert_eq!(refusal("$search=x", taken, Service::Intune), not_allowed);
        assert!(refusal("$foo=1", taken, Service::Intune).ends_with("The query parameter '$foo' is not supported."));
    }
}
