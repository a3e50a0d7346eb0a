//! What says nothing of a tenant, and stays: names of properties, members of enums, dates, ids that Microsoft publishes.
//!
//! What is not known to be structure is replaced. So a property that this program has never heard of keeps its name, its
//! numbers and its booleans, and loses its texts.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use regex::Regex;

use crate::emulator::{model, route};

pub(super) const GUID: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// Ids that are the same in every tenant, by the pages and the answers that name them: nobody, "all users" and "all devices"
/// of Intune's assignments, Microsoft's own applications (Intune, Graph, the provisioning client), templates of the
/// settings catalog.
const PUBLIC_IDS: &[&str] = &[
    super::placeholder::NOBODY,
    "acacacac-9df4-4c7d-9d50-4ef0226f57a9",
    "adadadad-808e-44e2-905a-0b7873a8a531",
    "0000000a-0000-0000-c000-000000000000",
    "00000003-0000-0000-c000-000000000000",
    "f1346770-5b25-470b-88bd-d5744ab7952c",
    "80d33118-b7b4-40d8-b15f-81be745e053f",
    "a6157a7f-aa00-42d9-ac82-7d2479f545db",
    "70d256b3-6120-4f88-9e00-0972ec64fc83",
];

/// Stands for the property where the answer is how many there are.
pub(super) const COUNT: &str = "$count";

/// Properties whose ids Microsoft publishes: of licences, roles and templates.
const PUBLIC_ID_PROPERTIES: &[&str] = &[
    "skuId",
    "servicePlanId",
    "roleTemplateId",
    "appRoleId",
    "templateId",
    "settingInstanceTemplateId",
    "settingValueTemplateId",
];

/// Properties that the model has as texts, or not at all, and whose values are words of the service's.
const WORDS_OF_THE_SERVICE: &[&str] = &[
    "code",
    "error",
    "errorCode",
    "suberror",
    "deviceErrorName",
    "errorName",
    "skuPartNumber",
    "servicePlanName",
    "capabilityStatus",
    "provisioningStatus",
    "appliesTo",
    "membershipRuleProcessingState",
    "groupTypes",
    "visibility",
    "language",
    "locale",
    "preferredLanguage",
    "platform",
    "platforms",
    "technologies",
    "status",
];

/// Properties whose ids may be numbers or words of the service's.
const IDS_OF_SERVICE: &[&str] = &["id", "roleScopeTagIds", "roleScopeTags"];

/// Ends of ids, behind a GUID and an underscore, that are the same in every tenant.
const ENDS_OF_IDS: &[&str] =
    &["Single", "SinglePlatformRestriction", "PlatformRestrictions", "Limit", "WindowsRestore"];

/// Properties that hold bytes although the model has them as something else.
const BYTES: &[&str] = &["hardwareHash", "content", "customIcon"];

static DATE_OR_DURATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?|-?P(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?)$",
    )
});
pub(super) static GUIDS: LazyLock<Regex> = LazyLock::new(|| pattern(GUID));
static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z][A-Za-z0-9_.-]{0,79}$"));
static ODATA_TYPE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^#?(?:Collection\()?(?:microsoft\.graph\.[A-Za-z0-9.]+|(?:Edm\.)?(?:String|Boolean|Int32|Int64|Double|Guid|Binary|Duration|DateTimeOffset))\)?$",
    )
});
static SETTING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:(?:device|user)_vendor_msft_|enrollment_autopilot_)[a-z0-9_.]+$"));

pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// The enums of each property, and which properties hold bytes.
struct Properties {
    enums: HashMap<&'static str, Vec<&'static str>>,
    bytes: HashSet<&'static str>,
}

static PROPERTIES: LazyLock<Properties> = LazyLock::new(|| {
    let mut all = Properties { enums: HashMap::new(), bytes: BYTES.iter().copied().collect() };
    for property in model::all().flat_map(|each| &each.properties) {
        let enums = all.enums.entry(&property.name).or_default();
        if model::members(&property.kind).is_some() {
            enums.push(&property.kind);
        }
        if property.kind == "Binary" {
            all.bytes.insert(&property.name);
        }
    }
    all
});

/// Words of addresses, in lower case.
static SEGMENTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words = route::all().flat_map(|route| route.template.split('/')).filter(|word| !word.starts_with('{'));
    words
        .chain(["v1.0", "beta", "$batch", "$ref", "$count", "$value", "$metadata", "_elsewhere"])
        .map(str::to_lowercase)
        .collect()
});

/// Whether a text says nothing of a tenant where it is the value of this property.
pub(super) fn stays(property: &str, value: &str) -> bool {
    if value.is_empty() || DATE_OR_DURATION.is_match(value) {
        return true;
    }
    if property == COUNT {
        // In a batch it is a text, or that in base64.
        let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        return is_number(value.as_bytes()) || STANDARD.decode(value).is_ok_and(|text| is_number(&text));
    }
    if property.ends_with("@odata.type") {
        return ODATA_TYPE.is_match(value);
    }
    if WORDS_OF_THE_SERVICE.contains(&property) && WORD.is_match(value) && !GUIDS.is_match(value) {
        return true;
    }
    if IDS_OF_SERVICE.contains(&property) {
        // Scope tags are counted, and the id of what there is one of is the word of its address.
        let is_number = value.len() <= 4 && value.chars().all(|c| c.is_ascii_digit());
        if is_number || SEGMENTS.contains(&value.to_lowercase()) {
            return true;
        }
    }
    is_member(property, value) || SETTING.is_match(value) || ["True", "False", "true", "false"].contains(&value)
}

/// Whether a value is of an enum that the property has, or several joined by commas.
fn is_member(property: &str, value: &str) -> bool {
    let Some(enums) = PROPERTIES.enums.get(property) else { return false };
    enums.iter().any(|name| {
        let members = model::members(name).unwrap_or_default();
        let is_one = |text: &str| members.iter().any(|member| member == text);
        if model::is_flags(name) { value.split(',').all(|each| is_one(each.trim())) } else { is_one(value) }
    })
}

/// Whether it is the name of a permission: `Group.ReadWrite.All`.
pub(super) fn is_permission(name: &str) -> bool {
    static PERMISSION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[A-Z][A-Za-z0-9-]*\.(?:Read|Write|ReadWrite|Create|Manage|Use|Send|Invite|Privileged)[A-Za-z]*(?:\.[A-Za-z]+)?$|^(?:openid|profile|email|offline_access)$",
        )
    });
    PERMISSION.is_match(name)
}

pub(super) fn is_date(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && DATE_OR_DURATION.is_match(text)
}

/// Whether an id is the same in every tenant.
pub(super) fn is_public_id(property: &str, guid: &str) -> bool {
    PUBLIC_ID_PROPERTIES.contains(&property) || PUBLIC_IDS.iter().any(|known| known.eq_ignore_ascii_case(guid))
}

/// Whether what follows the GUID of an id, from the underscore on, says only of which kind it is.
pub(super) fn is_end_of_id(end: &str) -> bool {
    end.split('_').skip(1).all(|part| {
        let bare = part.strip_prefix("Default").unwrap_or(part);
        let named =
            bare.chars().next().map(|first| first.to_lowercase().chain(bare.chars().skip(1)).collect::<String>());
        let is_number = part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit());
        is_number || ENDS_OF_IDS.contains(&bare) || named.is_some_and(|name| model::find(&name).is_some())
    })
}

/// Whether the property holds bytes in base64.
pub(super) fn is_bytes(property: &str) -> bool {
    PROPERTIES.bytes.contains(property)
}

/// Whether it is a name out of Graph's model.
pub(super) fn is_of_the_model(word: &str) -> bool {
    PROPERTIES.enums.contains_key(word) || model::find(model::name_of(word)).is_some()
}

/// Whether the name of a property may be read by anybody. What is in lower camel case is the service's, and what the token
/// endpoint says ("OAuth 2.0 client credentials flow", error response); extensions have names that somebody gave them.
pub(super) fn is_property(name: &str) -> bool {
    static SERVICES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[A-Za-z]*(?:@[A-Za-z.]+|#[A-Za-z.]+)?$|^(?:request-id|client-request-id|_version|error_(?:codes|description|uri)|(?:trace|correlation)_id)$",
        )
    });
    is_of_the_model(name) || SERVICES.is_match(name)
}

/// Whether it is a word of addresses.
pub(super) fn is_segment(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_type =
        word.strip_prefix("microsoft.graph.").is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric()));
    word.is_empty() || is_type || SEGMENTS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_token_endpoint_calls_its_properties_stays() {
        for name in
            ["error", "error_description", "error_codes", "error_uri", "timestamp", "trace_id", "correlation_id"]
        {
            assert!(is_property(name), "{name}");
        }
        assert!(!is_property("trace_contoso") && stays("timestamp", "2026-11-27 10:00:00Z"));
    }

    #[test]
    fn what_is_structure_stays() {
        for (property, value) in [
            ("createdDateTime", "2026-11-27T10:00:00.1234567Z"),
            ("extensionThatNobodyKnows", "PT1H30M"),
            ("@odata.type", "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile"),
            ("groupTypes", "DynamicMembership"),
            ("enrollmentState", "enrolled"),
            ("code", "Request_ResourceNotFound"),
            ("roleScopeTagIds", "12"),
            ("id", "deviceRegistrationPolicy"),
            ("settingDefinitionId", "enrollment_autopilot_dpp_deploymentmode"),
            (COUNT, "12"),
            (COUNT, "MTI="),
        ] {
            assert!(stays(property, value), "{property} {value}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_structure_does_not_stay() {
        for (property, value) in [
            ("displayName", "enrolled"),
            ("extensionThatNobodyKnows", "Contoso"),
            ("enrollmentState", "contoso"),
            ("@odata.type", "#contoso.com"),
            ("pin", "1234"),
            ("employeeId", "1234"),
            ("state", "Bavaria"),
            ("code", "f0f8fad5-d9cb-469f-a165-708677289501"),
            ("code", "Contoso Ltd."),
            (COUNT, "Contoso"),
            (COUNT, "Q29udG9zbw=="),
        ] {
            assert!(!stays(property, value), "{property} {value}");
        }
        assert!(!is_property("extension_0f8fad5bd9cb469fa16570867728950e_costCenter") && !is_property("ext4_contoso"));
        assert!(is_property("@odata.nextLink") && is_property("assignments@odata.context"));
        assert!(is_end_of_id("_Windows10EnrollmentCompletionPageConfiguration") && !is_end_of_id("_Contoso"));
    }
}
