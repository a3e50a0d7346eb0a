//! Replaces in JSON what names a tenant, a person or a machine.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::{
    expression::{Part, parts, whole},
    form::GRAPH,
    message::{self, Found},
    placeholder::{Kind, Placeholders},
    structure::{self, GUID, GUIDS, pattern},
};

static ID: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^{GUID}(?<end>(?:_(?:{GUID}|[A-Za-z0-9]+))*)$")));
static HOST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}$"));
static USER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^@\s]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}$"));
/// What a template of device names may hold besides text.
static MACRO: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)%SERIAL%|%RAND:\d+%"));
/// What physical ids of a device begin with: `[OrderID]:Kiosk`.
static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\[[A-Za-z]+\]:?"));
/// Words of a rule that are no literals.
static RULE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i:-[a-z]+|(?:user|device|group|app|_)(?:\.[a-z]+)?|and|or|not|any|all|null|true|false|direct|reports|for|\d{1,3})$",
    )
});
static RULE_TOKEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s()\[\],]+"));

/// Where texts are messages.
const MESSAGES: &[&str] = &["message", "Message", "error_description"];
/// Where texts are numbers of machines.
const SERIALS: &[&str] =
    &["serialNumber", "importedDeviceIdentifier", "deviceSerialNumber", "azureActiveDirectoryDeviceSerial"];

/// What has been replaced so far, and where the service is.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    placeholders: Placeholders,
    /// The addresses that lead to Graph, by the service and by the recording.
    graph: Vec<String>,
    /// Whether bodies are of Autopilot devices.
    of_devices: bool,
}

impl Redactor {
    /// One that takes these addresses for Graph's.
    pub(super) fn of<const N: usize>(graph: [&str; N]) -> Redactor {
        Redactor { graph: graph.map(str::to_owned).into(), ..Redactor::default() }
    }

    pub(super) fn stand_in(&mut self, kind: Kind, original: &str) -> String {
        self.placeholders.stand_in(kind, original)
    }

    /// What was asked of this address, or answered by it.
    pub(super) fn body(&mut self, path: &str, value: &Json) -> Json {
        self.of_devices = path.contains("/windowsAutopilotDeviceIdentities");
        let told = self.json("", value);
        self.of_devices = false;
        told
    }

    /// A part of a body.
    pub(super) fn json(&mut self, property: &str, value: &Json) -> Json {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
            Json::String(text) => self.text(property, text).into(),
            Json::Array(items) => items.iter().map(|item| self.json(property, item)).collect(),
            Json::Object(members) => {
                let members = members.iter().map(|(name, value)| (self.property(name), self.json(name, value)));
                Json::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    fn property(&mut self, name: &str) -> String {
        if structure::is_property(name) { name.to_owned() } else { self.stand_in(Kind::Name, name) }
    }

    /// A text that is the value of this property; none where that is not known.
    pub(super) fn text(&mut self, property: &str, text: &str) -> String {
        if structure::stays(property, text) {
            return text.to_owned();
        }
        if text.starts_with(['{', '['])
            && let Ok(inside @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str(text)
        {
            return self.json(property, &inside).to_string();
        }
        if ID.is_match(text) {
            return self.id(property, text);
        }
        if text.starts_with("https://") || text.starts_with("http://") || property.contains("@odata.") {
            return self.address(text);
        }
        if MESSAGES.contains(&property) {
            return message::redacted(text, |found| match found {
                Found::Id(id) => self.id("", id),
                Found::Address(address) => self.address(address),
                Found::Quoted(text) => self.text("", text),
                Found::Word(word) => self.stand_in(Kind::Name, word),
            });
        }
        if structure::is_bytes(property) {
            return self.stand_in(Kind::Content, text);
        }
        match property {
            "membershipRule" | "rule" => return self.rule(text),
            "deviceNameTemplate" => return self.template(text),
            // A device is called by it: no blank may stand in it.
            "displayName" if self.of_devices => return self.prefix(text),
            "organizationalUnit" if !text.is_empty() => return self.distinguished_name(text),
            _ if SERIALS.contains(&property) => {
                let each = text.split(',').map(|part| self.stand_in(Kind::Serial, part));
                return each.collect::<Vec<_>>().join(",");
            }
            _ => {}
        }
        if USER.is_match(text)
            && let Some((user, domain)) = text.split_once('@')
        {
            return format!("{}@{}", self.stand_in(Kind::User, user), self.stand_in(Kind::Domain, domain));
        }
        if HOST.is_match(text) {
            return self.stand_in(Kind::Domain, text);
        }
        self.stand_in(kind_of(property), text)
    }

    /// A GUID, or several joined by underscores with what says of which kind they are.
    pub(super) fn id(&mut self, property: &str, text: &str) -> String {
        let end = GUIDS.replace_all(text, "");
        if !structure::is_end_of_id(&format!("_{}", end.trim_matches('_'))) && !end.is_empty() {
            return self.stand_in(Kind::Id, text);
        }
        self.ids(property, text)
    }

    /// Each GUID in a text.
    pub(super) fn ids(&mut self, property: &str, text: &str) -> String {
        let replace = |found: &regex::Captures<'_>| {
            let guid = &found[0];
            if structure::is_public_id(property, guid) { guid.to_owned() } else { self.stand_in(Kind::Id, guid) }
        };
        GUIDS.replace_all(text, replace).into_owned()
    }

    /// A rule of a group or of a filter: its literals are replaced, and what is no word of rules.
    fn rule(&mut self, text: &str) -> String {
        let Some(parts) = parts(text, &['"', '\'']) else { return self.stand_in(Kind::Text, text) };
        whole(parts.into_iter().map(|part| match part {
            Part::Quoted(quote, inside) => {
                let label = LABEL.find(inside).map_or("", |found| found.as_str());
                (Some(quote), format!("{label}{}", self.literal(&inside[label.len()..])))
            }
            Part::Around(text) => {
                let word = |found: &regex::Captures<'_>| {
                    let word = &found[0];
                    if RULE_WORD.is_match(word) { word.to_owned() } else { self.stand_in(Kind::Name, word) }
                };
                (None, RULE_TOKEN.replace_all(text, word).into_owned())
            }
        }))
    }

    fn literal(&mut self, text: &str) -> String {
        if text.is_empty() { String::new() } else { self.text("displayName", text) }
    }

    /// A template of device names: `CONTOSO-%SERIAL%`.
    fn template(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut from = 0;
        for found in MACRO.find_iter(text) {
            out.push_str(&self.prefix(&text[from..found.start()]));
            out.push_str(found.as_str());
            from = found.end();
        }
        out.push_str(&self.prefix(&text[from..]));
        out
    }

    /// `OU=Laptops,DC=corp,DC=contoso,DC=com`: of the domain that stands elsewhere by itself.
    fn distinguished_name(&mut self, text: &str) -> String {
        let pairs: Option<Vec<_>> = text.split(',').map(|part| part.split_once('=')).collect();
        let Some(pairs) = pairs else { return format!("OU={}", self.stand_in(Kind::Name, text)) };
        let is_domain = |name: &str| name.trim().eq_ignore_ascii_case("DC");
        let (of_domain, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| is_domain(name));
        let mut parts: Vec<_> =
            others.into_iter().map(|(name, value)| format!("{name}={}", self.stand_in(Kind::Name, value))).collect();
        if !of_domain.is_empty() {
            let domain = of_domain.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(".");
            let domain = self.stand_in(Kind::Domain, &domain);
            parts.extend(domain.split('.').map(|label| format!("DC={label}")));
        }
        parts.join(",")
    }

    fn prefix(&mut self, text: &str) -> String {
        // A hyphen between two of its parts tells nothing.
        if text.is_empty() || text == "-" { text.to_owned() } else { self.stand_in(Kind::Prefix, text) }
    }

    /// What follows the root of Graph in an address.
    pub(super) fn below_graph<'a>(&self, text: &'a str) -> Option<&'a str> {
        let roots = self.graph.iter().map(String::as_str).chain([GRAPH]);
        let mut below = roots.filter_map(|root| text.strip_prefix(root));
        below.find(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// What a text is where nothing else is known of it than its property.
fn kind_of(property: &str) -> Kind {
    let is_name = ["Name", "name", "Tag", "orderIdentifier", "purchaseOrderIdentifier", "manufacturer", "model"];
    match property {
        "mailNickname" | "uniqueName" => Kind::Nickname,
        "computerNameStaticPrefix" => Kind::Prefix,
        "token" | "secretText" | "approvalCode" => Kind::Token,
        "" => Kind::Name,
        _ if is_name.iter().any(|end| property.ends_with(end)) => Kind::Name,
        _ => Kind::Text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn becomes(property: &str, text: &str, expected: &str) {
        assert_eq!(Redactor::default().text(property, text), expected);
    }

    #[test]
    fn each_value_keeps_the_form_that_is_checked() {
        becomes("id", "743F0000-0000-4000-8000-000000000001", "00000000-0000-0000-0000-000000000001");
        becomes("userPrincipalName", "alice@contoso.com", "user1@domain2.example");
        becomes("activeDirectoryDomainName", "corp.contoso.com", "domain1.example");
        becomes("serialNumber", "5CG1234", "SERIAL0001");
        becomes("importedDeviceIdentifier", "Contoso,Book,5CG1234", "SERIAL0001,SERIAL0002,SERIAL0003");
        becomes("groupTag", "Kiosk", "Name 1");
        becomes("mailNickname", "sales", "nickname1");
        becomes("description", "Laptops of Alice", "Text 1");
        becomes("somethingNew", "anything", "Text 1");
        becomes("hardwareIdentifier", "T0FmBAEA", "Q29udGVudCAx");
        becomes("portalUrl", "https://contoso.com/help?a=b", "https://address1.example/");
    }

    #[test]
    fn a_rule_keeps_its_syntax_and_a_template_its_macros() {
        becomes(
            "membershipRule",
            "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\")) and user.department -in [\"Sales\", 'IT']",
            "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Name 1\")) and user.department -in [\"Name 2\", 'Name 3']",
        );
        becomes(
            "membershipRule",
            "user.extension_0f8fad5bd9cb469fa16570867728950e_costCenter -eq Contoso",
            "Name 1 -eq Name 2",
        );
        becomes(
            "membershipRule",
            "Direct Reports for \"743f0000-0000-4000-8000-000000000001\"",
            "Direct Reports for \"00000000-0000-0000-0000-000000000001\"",
        );
        becomes("rule", "not closed \"Contoso", "Text 1");
        becomes("deviceNameTemplate", "CONTOSO-%SERIAL%", "PC1%SERIAL%");
        becomes("deviceNameTemplate", "%RAND:5%-%serial%", "%RAND:5%-%serial%");
        becomes("organizationalUnit", "OU=Laptops,DC=corp,DC=contoso,DC=com", "OU=Name 1,DC=domain2,DC=example");
        becomes("organizationalUnit", "Laptops", "OU=Name 1");
    }

    #[test]
    fn the_name_of_a_device_is_one_that_a_device_may_have() {
        let path = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
        let mut redactor = Redactor::default();
        let told = redactor.body(path, &json!({"value": [{"displayName": "PC 1", "groupTag": "Kiosk"}]}));
        assert_eq!(told, json!({"value": [{"displayName": "PC1", "groupTag": "Name 2"}]}));
        let asked = redactor.body(&format!("{path}/1/updateDeviceProperties"), &json!({"displayName": "PC 1"}));
        assert_eq!(asked, json!({"displayName": "PC1"}));
        assert_eq!(redactor.body("/v1.0/groups", &json!({"displayName": "PC 1"})), json!({"displayName": "Name 1"}));
    }

    #[test]
    fn an_id_keeps_the_end_that_says_its_kind_and_no_other() {
        let guid = "743f0000-0000-4000-8000-000000000001";
        becomes(
            "id",
            &format!("{guid}_DefaultWindows10EnrollmentCompletionPageConfiguration"),
            "00000000-0000-0000-0000-000000000001_DefaultWindows10EnrollmentCompletionPageConfiguration",
        );
        becomes(
            "id",
            &format!("{guid}_{guid}_0"),
            "00000000-0000-0000-0000-000000000001_00000000-0000-0000-0000-000000000001_0",
        );
        becomes("id", &format!("{guid}_Contoso"), "00000000-0000-0000-0000-000000000001");
        becomes("templateId", "80d33118-b7b4-40d8-b15f-81be745e053f_1", "80d33118-b7b4-40d8-b15f-81be745e053f_1");
        becomes("skuId", guid, guid);
    }

    #[test]
    fn json_in_a_text_is_seen_through() {
        let inside =
            json!({"id": "743f0000-0000-4000-8000-000000000001", "type": "#microsoft.graph.win32LobApp", "x": 1});
        let text = Redactor::default().text("value", &inside.to_string());
        let told: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(told, json!({"id": "00000000-0000-0000-0000-000000000001", "type": "Text 2", "x": 1}));
    }

    #[test]
    fn a_body_keeps_its_numbers_and_loses_the_names_of_extensions() {
        let body =
            json!({"displayName": "Sales", "ext1_contoso": {"floor": 3}, "enabled": true, "tags": ["Sales", null]});
        let told = Redactor::default().json("", &body);
        assert_eq!(told["enabled"], true);
        assert_eq!(told["tags"][0].as_str().map(|text| text.ends_with(" 1")), Some(true), "{told}");
        assert_eq!(told["displayName"], "Name 1");
        assert!(!told.to_string().contains("contoso") && told.to_string().contains("\"floor\":3"), "{told}");
    }
}
