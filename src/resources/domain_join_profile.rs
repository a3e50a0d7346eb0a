//! `autopilot_domain_join_profile`: how the devices of a hybrid deployment profile are named and where they join the domain.
//!
//! Graph, beta only: [windowsDomainJoinConfiguration](https://learn.microsoft.com/graph/api/resources/intune-deviceconfig-windowsdomainjoinconfiguration),
//! one of many types of device configurations. The admin center does not ask how many characters are random: a name has 15.

use async_trait::async_trait;

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    knowledge::distinguished_name::{domain, wrong_unit},
    path::Path,
    resource::{Change, Cx, Resource, Result, Spec, assignment::Style},
    schema::{Check, id, integer, scope_tag_ids, string, timestamp},
    value::Value,
};

/// NetBIOS allows no longer computer name.
const LONGEST_NAME: usize = 15;
/// How many characters of it are random ("windowsDomainJoinConfiguration").
const RANDOM: (usize, usize) = (3, 14);

/// The resource.
pub(super) struct DomainJoinProfile;

#[async_trait]
impl Resource for DomainJoinProfile {
    fn spec(&self) -> Spec {
        let summary = "Manages a domain join profile: how devices that join an on-premises domain during Windows Autopilot are named, \
                       and into which organizational unit they go.";
        Spec::new("domain_join_profile", summary)
            .noun("domain join profile")
            .collection("/beta/deviceManagement/deviceConfigurations")
            .odata_type("#microsoft.graph.windowsDomainJoinConfiguration")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .find_by("display_name")
            .notes(
                "A hybrid deployment profile needs it: assign both to the same group of devices. The computer accounts are made by \
                 the Intune Connector for Active Directory, which has to be allowed to in that organizational unit.",
            )
            .assigned(Style::whole_set("assignments"))
            .attributes(vec![
                id(),
                string("display_name", "Name of the profile.").required().len(1, 200),
                string("description", "What the profile is for.").max_len(1000),
                string("domain_name", "Active Directory domain to join, such as `corp.contoso.com`.")
                    .required()
                    .len(1, 255)
                    .example("corp.contoso.com")
                    .graph("activeDirectoryDomainName"),
                string("computer_name_prefix", "What the names of computers begin with: letters, digits and hyphens.")
                    .required()
                    .check(Check::Text(is_prefix))
                    .example("PC-")
                    .graph("computerNameStaticPrefix"),
                integer(
                    "random_characters",
                    "How many random characters follow the prefix. Not set, as many as make 15 characters with it.",
                )
                .computed()
                .range(3, 14)
                .graph("computerNameSuffixRandomCharCount"),
                string(
                    "organizational_unit",
                    "Distinguished name of the unit for the computer accounts. Not set, they go where the domain puts new ones.",
                )
                .check(Check::Text(is_unit))
                .example("OU=Autopilot,DC=corp,DC=contoso,DC=com"),
                scope_tag_ids(),
                timestamp("created_date_time", "When the profile was made.").read_only().stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let text = |name: &str| config.get(name).as_str();
        if let (Some(prefix), Some(random)) = (text("computer_name_prefix"), config.get("random_characters").as_i64())
            && usize::try_from(random).is_ok_and(|random| prefix.len() + random > LONGEST_NAME)
        {
            let rule = format!(
                "must be at most {}: with the prefix {prefix:?} a name would have {} characters, and a computer's has at most \
                 {LONGEST_NAME}.",
                LONGEST_NAME.saturating_sub(prefix.len()),
                i64::try_from(prefix.len()).unwrap_or(i64::MAX).saturating_add(random),
            );
            diagnostics.push(Diagnostic::invalid(Path::of("random_characters"), &rule));
        }
        let (unit, joined) = (text("organizational_unit"), text("domain_name"));
        if let (Some(unit), Some(joined)) = (unit, joined)
            && let Some(other) = domain(unit).filter(|other| !other.is_empty() && !other.eq_ignore_ascii_case(joined))
        {
            let detail = format!(
                "The organizational unit is one of {other}, and devices are to join {joined}. The connector finds no such unit there: \
                 devices stop at \"Please wait while we set up your device\"."
            );
            let told = Diagnostic::warning("Organizational Unit of Another Domain", detail);
            diagnostics.push(told.at(Path::of("organizational_unit")));
        }
    }

    async fn plan(&self, _: &mut Cx, change: &mut Change) -> Result<()> {
        if !change.planned.is_null() && change.config.get("random_characters").is_null() {
            let prefix = change.planned.get("computer_name_prefix").as_str();
            let random = prefix.map(|prefix| LONGEST_NAME.saturating_sub(prefix.len()).clamp(RANDOM.0, RANDOM.1));
            let random = random.and_then(|random| i64::try_from(random).ok());
            change.planned.insert("random_characters", random.map_or(Value::Unknown, Value::from));
        }
        Ok(())
    }
}

fn is_prefix(prefix: &str) -> std::result::Result<(), String> {
    let longest = LONGEST_NAME - RANDOM.0;
    if let Some(wrong) = prefix.chars().find(|letter| !letter.is_ascii_alphanumeric() && *letter != '-') {
        let macros = if wrong == '%' { " A domain join profile knows no %SERIAL% and no %RAND:x%." } else { "" };
        let rule = format!("must have letters of ASCII, digits and hyphens only, got: {prefix:?}.{macros}");
        return Err(rule.trim_end_matches('.').to_owned());
    }
    match prefix.len() {
        0 => Err("cannot be empty".to_owned()),
        length if length > longest => Err(format!(
            "must have at most {longest} characters, since at least {} random ones follow and a computer's name has at most \
             {LONGEST_NAME}; it has {length}",
            RANDOM.0
        )),
        _ => Ok(()),
    }
}

fn is_unit(text: &str) -> std::result::Result<(), String> {
    if text.is_empty() { Ok(()) } else { wrong_unit(text).map_or(Ok(()), Err) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    /// What is told of a profile with these values, beside a domain and a prefix that are right.
    fn told(values: &[(&'static str, Value)]) -> Vec<String> {
        let table = DomainJoinProfile.spec().attributes;
        let mut config = schema::null_object(&table);
        for (name, value) in
            [("display_name", "Hybrid"), ("domain_name", "corp.contoso.com"), ("computer_name_prefix", "PC-")]
        {
            config.insert(name, value.into());
        }
        for (name, value) in values {
            config.insert(name, value.clone());
        }
        let mut told = schema::validate(&table, &config);
        DomainJoinProfile.validate(&config, &mut told);
        told.into_iter().map(|told| told.detail).collect()
    }

    #[test]
    fn a_prefix_and_its_random_characters_make_at_most_15() {
        assert_eq!(told(&[("random_characters", 12.into())]), [""; 0]);
        let long = "Attribute random_characters must be at most 12: with the prefix \"PC-\" a name would have 16 characters, and a \
                    computer's has at most 15.";
        assert_eq!(told(&[("random_characters", 13.into())]), [long]);
        assert_eq!(told(&[("random_characters", 13.into()), ("computer_name_prefix", Value::Unknown)]), [""; 0]);
        let few = "Attribute random_characters must be from 3 to 14, got: 2.";
        assert_eq!(told(&[("random_characters", 2.into())]), [few]);
    }

    #[test]
    fn a_prefix_has_letters_digits_and_hyphens_and_leaves_room() {
        let letters = "Attribute computer_name_prefix must have letters of ASCII, digits and hyphens only, got: ";
        let macros = ". A domain join profile knows no %SERIAL% and no %RAND:x%.";
        for (prefix, why) in [
            ("", "Attribute computer_name_prefix cannot be empty.".to_owned()),
            ("P_C", format!("{letters}\"P_C\".")),
            ("%SERIAL%", format!("{letters}\"%SERIAL%\"{macros}")),
            (
                "CONTOSOHYBRID",
                "Attribute computer_name_prefix must have at most 12 characters, since at least 3 random ones follow and a \
                 computer's name has at most 15; it has 13."
                    .to_owned(),
            ),
        ] {
            assert_eq!(told(&[("computer_name_prefix", prefix.into())]), [why]);
        }
        assert_eq!(told(&[("computer_name_prefix", "CONTOSOHYBRI".into())]), [""; 0]);
    }

    #[test]
    fn a_unit_is_one_of_the_domain_that_is_joined() {
        let unit = |text: &str| told(&[("organizational_unit", text.into())]);
        assert_eq!(unit("OU=Autopilot,DC=CORP,DC=contoso,DC=com"), [""; 0]);
        assert_eq!(unit(""), [""; 0]);
        assert!(
            unit("Autopilot")[0]
                .starts_with("Attribute organizational_unit must be a distinguished name, got: \"Autopilot\".")
        );
        let other = "The organizational unit is one of contoso.com, and devices are to join corp.contoso.com. The connector finds \
                     no such unit there: devices stop at \"Please wait while we set up your device\".";
        assert_eq!(unit("OU=Autopilot,DC=contoso,DC=com"), [other]);
    }
}
