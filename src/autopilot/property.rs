//! Properties of what Graph answers. It has several ways to say that there is no value.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::graph::Json;

/// A text that says something. An empty one, and a GUID of zeros, say that there is none.
pub(crate) fn text<'a>(json: &'a Json, property: &str) -> Option<&'a str> {
    let text = json.get(property)?.as_str()?;
    (!text.is_empty() && text != "00000000-0000-0000-0000-000000000000").then_some(text)
}

/// The same as a text of its own.
pub(crate) fn owned(json: &Json, property: &str) -> Option<String> {
    text(json, property).map(str::to_owned)
}

/// A time. One in year 1 says that there is none.
pub(crate) fn time(json: &Json, property: &str) -> Option<String> {
    let text = text(json, property)?;
    OffsetDateTime::parse(text, &Rfc3339).is_ok_and(|time| time.year() > 1).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_says_that_there_is_none_is_none() {
        let json = json!({"a": "", "b": "00000000-0000-0000-0000-000000000000", "c": null, "d": "x"});
        assert_eq!(["a", "b", "c", "d", "e"].map(|name| text(&json, name)), [None, None, None, Some("x"), None]);
        let json = json!({"never": "0001-01-01T00:00:00Z", "once": "2026-11-21T08:00:00.1234567Z", "no": "soon"});
        assert_eq!(time(&json, "once").as_deref(), Some("2026-11-21T08:00:00.1234567Z"));
        assert_eq!((time(&json, "never"), time(&json, "no")), (None, None));
    }
}
