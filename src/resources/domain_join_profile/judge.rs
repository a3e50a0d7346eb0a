//! What names and organizational units a domain takes.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    knowledge::distinguished_name::{domain, wrong_unit},
    path::Path,
    value::Value,
};

/// NetBIOS allows no longer computer name.
const LONGEST_NAME: usize = 15;
/// How many characters of it are random ("windowsDomainJoinConfiguration").
const RANDOM: (usize, usize) = (3, 14);

/// How many random characters make a whole name with this prefix.
pub(super) fn fills_a_name(prefix: &str) -> Value {
    let random = LONGEST_NAME.saturating_sub(prefix.len()).clamp(RANDOM.0, RANDOM.1);
    i64::try_from(random).map_or(Value::Unknown, Value::from)
}

/// Refuses names that are too long, and warns of a unit of another domain.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
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

pub(super) fn is_prefix(prefix: &str) -> std::result::Result<(), String> {
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

pub(super) fn is_unit(text: &str) -> std::result::Result<(), String> {
    if text.is_empty() { Ok(()) } else { wrong_unit(text).map_or(Ok(()), Err) }
}

#[cfg(test)]
mod tests {
    use super::super::DomainJoinProfile;
    use super::*;
    use crate::{resource::Resource, schema};

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
