//! Addresses: the path and the options of a request, and the links of an answer.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use percent_encoding::percent_decode_str;
use regex::Regex;

use super::{
    expression::{Part, parts, whole},
    form::GRAPH,
    placeholder::Kind,
    redact::Redactor,
    structure::{self, pattern},
};

/// Options that say what is asked for. All others are continuations, which are the service's own.
const OPTIONS: &[&str] =
    &["$filter", "$select", "$expand", "$orderby", "$count", "$top", "$skip", "$search", "$format"];

/// A segment with a key: `groups('0f8f')`, `groups(uniqueName='sales')`.
static KEYED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?<name>[A-Za-z.]+)\((?<by>[A-Za-z]+=)?'(?<key>.*)'\)$"));
static AROUND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z0-9_./()$=:;,@ *-]*$"));
static EXTENSION: LazyLock<Regex> = LazyLock::new(|| pattern("[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*"));
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| pattern("[A-Za-z_]+"));

/// A path and its options, decoded.
pub(super) fn taken_apart(target: &str) -> (String, BTreeMap<String, String>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let segments = path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy());
    let path = segments.collect::<Vec<Cow<'_, str>>>().join("/");
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (path, query)
}

impl Redactor {
    pub(super) fn path(&mut self, path: &str) -> String {
        let segments = path.split('/').map(|segment| {
            if structure::is_segment(segment) {
                return segment.to_owned();
            }
            if let Some(keyed) = KEYED.captures(segment).filter(|keyed| structure::is_segment(&keyed["name"])) {
                let by = keyed.name("by").map_or("", |by| by.as_str());
                let key = self.text(if by.is_empty() { "id" } else { by.trim_end_matches('=') }, &keyed["key"]);
                return format!("{}({by}'{key}')", &keyed["name"]);
            }
            self.text("id", segment)
        });
        segments.collect::<Vec<_>>().join("/")
    }

    pub(super) fn query(&mut self, query: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        query.iter().map(|(name, value)| (name.clone(), self.option(name, value))).collect()
    }

    fn option(&mut self, name: &str, value: &str) -> String {
        if !OPTIONS.contains(&name) {
            return self.stand_in(Kind::Token, value);
        }
        if name == "$search" {
            return self.search(value);
        }
        self.options(value).unwrap_or_else(|| self.stand_in(Kind::Token, value))
    }

    /// An option with its literals replaced. None where it has something in it that options do not have.
    fn options(&mut self, value: &str) -> Option<String> {
        let mut property = String::new();
        let mut out = Vec::new();
        for part in parts(value, &['\''])? {
            match part {
                Part::Quoted(quote, inside) => {
                    let kept = inside.starts_with("microsoft.graph.");
                    let property = if kept { "@odata.type" } else { &property };
                    let told = self.text(property, &inside.replace("''", "'"));
                    out.push((Some(quote), told.replace('\'', "''")));
                }
                Part::Around(text) if AROUND.is_match(text) => {
                    let words = IDENTIFIER.find_iter(text).map(|found| found.as_str());
                    if let Some(last) = words.filter(|word| structure::is_of_the_model(word)).last() {
                        property = last.to_owned();
                    }
                    out.push((None, self.around(text)));
                }
                Part::Around(_) => return None,
            }
        }
        Some(whole(out))
    }

    /// What stands around literals. Extensions have names that somebody gave them.
    fn around(&mut self, text: &str) -> String {
        let text = self.ids("", text);
        let name = |found: &regex::Captures<'_>| match &found[0] {
            known if structure::is_of_the_model(known) => known.to_owned(),
            other => self.stand_in(Kind::Nickname, other),
        };
        EXTENSION.replace_all(&text, name).into_owned()
    }

    /// `"displayName:Sales"`.
    fn search(&mut self, value: &str) -> String {
        let Some(parts) = parts(value, &['"']) else { return self.stand_in(Kind::Token, value) };
        whole(parts.into_iter().map(|part| match part {
            Part::Quoted(quote, inside) => {
                let (property, text) =
                    inside.split_once(':').filter(|(name, _)| structure::is_of_the_model(name)).unzip();
                let (property, text) = (property.unwrap_or_default(), text.unwrap_or(inside));
                let mark = if property.is_empty() { "" } else { ":" };
                (Some(quote), format!("{property}{mark}{}", self.text(property, text)))
            }
            Part::Around(text) if ["", " ", " OR ", " AND "].contains(&text) => (None, text.to_owned()),
            Part::Around(text) => (None, self.stand_in(Kind::Token, text)),
        }))
    }

    /// A whole address. What does not lead to Graph is replaced as a whole.
    pub(super) fn address(&mut self, text: &str) -> String {
        let Some(below) = self.below_graph(text).map(str::to_owned) else {
            return self.stand_in(Kind::Address, text);
        };
        let (target, fragment) = below.split_once('#').unwrap_or((&below, ""));
        let (path, query) = taken_apart(target);
        let mut out = format!("{GRAPH}{}", self.path(&path));
        if !query.is_empty() {
            let query = self.query(&query);
            out.push('?');
            out.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish());
        }
        if !fragment.is_empty() {
            // What the metadata calls it.
            let fragment = self.options(fragment).unwrap_or_default();
            out.push_str(&format!("#{fragment}"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(target: &str) -> (String, BTreeMap<String, String>) {
        let mut redactor = Redactor::default();
        let (path, query) = taken_apart(target);
        (redactor.path(&path), redactor.query(&query))
    }

    #[test]
    fn a_path_keeps_what_routes_are_made_of() {
        let id = "743f0000-0000-4000-8000-000000000001";
        let one = "00000000-0000-0000-0000-000000000001";
        assert_eq!(redacted(&format!("/v1.0/groups/{id}/members/$ref")).0, format!("/v1.0/groups/{one}/members/$ref"));
        assert_eq!(redacted("/v1.0/users/alice%40contoso.com").0, "/v1.0/users/user1@domain2.example");
        assert_eq!(redacted("/v1.0/groups(uniqueName='sales')").0, "/v1.0/groups(uniqueName='nickname1')");
        assert_eq!(redacted("/beta/deviceManagement/roleScopeTags/3").0, "/beta/deviceManagement/roleScopeTags/3");
        assert_eq!(redacted("/beta/contoso/groups").0, "/beta/Text 1/groups", "what no route has is replaced");
    }

    #[test]
    fn a_filter_keeps_its_syntax() {
        let (_, query) = redacted(
            "/v1.0/groups?$filter=displayName%20eq%20'O''Neil'%20and%20startswith(serialNumber,'5CG')&$select=id&$skiptoken=abc",
        );
        assert_eq!(query["$filter"], "displayName eq 'Name 1' and startswith(serialNumber,'SERIAL0002')");
        assert_eq!((query["$select"].as_str(), query["$skiptoken"].as_str()), ("id", "token-3"));
        let (_, query) =
            redacted("/v1.0/users?$search=\"displayName:Alice\"%20OR%20\"Bob\"&$filter=isof('microsoft.graph.user')");
        assert_eq!(query["$search"], "\"displayName:Name 1\" OR \"Name 2\"");
        assert_eq!(query["$filter"], "isof('microsoft.graph.user')");
        let (_, query) = redacted("/v1.0/groups?$filter=groupTypes/any(c:c eq 'Unified')");
        assert_eq!(query["$filter"], "groupTypes/any(c:c eq 'Unified')");
        let (_, query) = redacted("/v1.0/users?$select=id,extension_0f8fad5bd9cb469fa16570867728950e_costCenter");
        assert_eq!(query["$select"], "id,nickname1", "extensions are named by somebody");
        let (_, query) = redacted("/v1.0/users?$filter=displayName eq Müller");
        assert_eq!(query["$filter"], "token-1", "what is no filter is replaced as a whole");
    }

    #[test]
    fn a_link_leads_to_the_public_address_whoever_answered() {
        let mut redactor = Redactor::of(["http://127.0.0.1:5999"]);
        let next = redactor.address("http://127.0.0.1:5999/v1.0/groups?$filter=displayName+eq+'Sales'&$skiptoken=abc");
        let (_, below) = next.split_once(GRAPH).unwrap();
        let (path, query) = taken_apart(below);
        assert_eq!((path.as_str(), query["$filter"].as_str()), ("/v1.0/groups", "displayName eq 'Name 1'"));
        assert_eq!(query["$skiptoken"], "token-2");
        assert_eq!(redactor.address("https://contoso.com/v1.0/groups"), "https://address3.example/");
        assert_eq!(
            redactor.address("https://graph.microsoft.com/v1.0/$metadata#groups(id,displayName)"),
            "https://graph.microsoft.com/v1.0/$metadata#groups(id,displayName)"
        );
    }
}
