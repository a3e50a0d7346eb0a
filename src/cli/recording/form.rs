//! The file: JSON Lines. The first line is the [`Header`], each other one a [`Line`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::placeholder::{Kind, placeholders};

/// The form that this version writes and reads.
const FORM: u32 = 1;

/// In the file Graph is always here, whichever cloud or emulator answered.
pub(super) const GRAPH: &str = "https://graph.microsoft.com";

/// What the file says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    /// The version of the form.
    recording: u32,
    /// The version of the program that wrote it.
    provider: String,
    /// What was replaced, and what a placeholder of it looks like.
    replaced: BTreeMap<String, String>,
}

/// What was asked and answered, or who signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    SignIn { sign_in: SignIn },
    Exchange(Exchange),
}

/// One request, on its own or in a batch, with its answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    pub(super) method: String,
    /// With the version, without the query. Decoded, as is the query.
    pub(super) path: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) query: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub(super) body: Json,
    pub(super) status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub(super) answer: Json,
    /// What the answer was where it is not kept, such as a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) left_out: Option<String>,
}

impl Exchange {
    /// For a person.
    pub(super) fn shown(&self) -> String {
        shown(&self.method, &self.path, &self.query)
    }

    /// What stands for something in it.
    pub(super) fn placeholders(&self) -> BTreeSet<String> {
        let asked = std::iter::once(&self.path).chain(self.query.values());
        let mut all = asked.flat_map(|text| placeholders(text)).map(str::to_owned).collect();
        texts(&self.body, &mut all);
        texts(&self.answer, &mut all);
        all
    }

    /// Whether the other asks the same and is told the same.
    pub(super) fn says(&self, other: &Exchange) -> bool {
        *self == Exchange { headers: self.headers.clone(), ..other.clone() }
    }
}

fn texts(json: &Json, all: &mut BTreeSet<String>) {
    match json {
        Json::String(text) => all.extend(placeholders(text).map(str::to_owned)),
        Json::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Json::Object(members) => members.values().for_each(|value| texts(value, all)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// A request, for a person.
pub(super) fn shown(method: &str, path: &str, query: &BTreeMap<String, String>) -> String {
    let options: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{method} {path}{mark}{}", options.join("&"))
}

/// A token that was used, or a sign-in that was refused. The token itself is in no file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// The tenant's id; of a refused sign-in the tenant as it was named.
    pub(super) tenant: String,
    /// The application's client id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) application: String,
    /// Application permissions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) roles: Vec<String>,
    /// Delegated permissions: somebody is signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) scopes: Vec<String>,
    /// Where it was refused, the status and what was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<Refused>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) answer: Json,
}

impl SignIn {
    pub(super) fn is_of_a_person(&self) -> bool {
        !self.scopes.is_empty()
    }
}

/// The first line of a new file.
pub(super) fn header() -> Header {
    let replaced = Kind::ALL.map(|kind| (kind.what().to_owned(), kind.example()));
    Header { recording: FORM, provider: env!("CARGO_PKG_VERSION").to_owned(), replaced: replaced.into() }
}

/// The lines of a file, in their order. The error says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Vec<Line>, String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header = lines.next().and_then(|(_, line)| serde_json::from_str::<Header>(line).ok());
    let Some(header) = header else { return Err("its first line is not that of a recording".into()) };
    if header.recording != FORM {
        return Err(format!("a newer version of this program wrote it, {}", header.provider));
    }
    let wrong = |at: usize| format!("line {} is neither a request nor a sign-in", at + 1);
    lines.map(|(at, line)| serde_json::from_str(line).map_err(|_| wrong(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        let exchange = Line::Exchange(Exchange {
            method: "GET".into(),
            path: "/v1.0/groups".into(),
            query: BTreeMap::from([("$top".to_owned(), "5".to_owned())]),
            status: 200,
            answer: serde_json::json!({"value": []}),
            ..Exchange::default()
        });
        let sign_in = Line::SignIn { sign_in: SignIn { tenant: "t".into(), ..SignIn::default() } };
        let line = |line: &Line| serde_json::to_string(line).unwrap();
        let text = format!("{}\n{}\n{}\n", serde_json::to_string(&header()).unwrap(), line(&sign_in), line(&exchange));
        assert_eq!(read(&text).unwrap(), [sign_in, exchange]);
    }

    #[test]
    fn what_is_no_recording_is_told() {
        assert!(read("").unwrap_err().contains("first line"));
        assert!(read("{\"method\": \"GET\"}").unwrap_err().contains("first line"));
        let header = serde_json::to_string(&header()).unwrap();
        assert!(read(&format!("{header}\n{{}}\n")).unwrap_err().contains("line 2"));
        assert!(read(&header.replace("\"recording\":1", "\"recording\":9")).unwrap_err().contains("newer"));
    }
}
