//! Distinguished names of organizational units in an on-premises Active Directory, such as `OU=Autopilot,DC=contoso,DC=com`.
//!
//! Facts: RFC 4514. A backslash makes the character after it one of the value.

/// Why a text names no organizational unit or container; goes on after its name. `None` where it does.
#[must_use]
pub fn wrong_unit(text: &str) -> Option<String> {
    let like = "It is read from the unit to the domain, such as \"OU=Autopilot,DC=contoso,DC=com\"";
    let Some(parts) = parts(text) else {
        return Some(format!("must be a distinguished name, got: {text:?}. {like}"));
    };
    let is = |part: &(String, String), name: &str| part.0.eq_ignore_ascii_case(name);
    let (units, domain) = parts.split_at(parts.iter().position(|part| is(part, "DC")).unwrap_or(parts.len()));
    if domain.is_empty() || !domain.iter().all(|part| is(part, "DC")) {
        return Some(format!("must end with the domain, got: {text:?}. {like}"));
    }
    if units.is_empty() || !units.iter().all(|part| is(part, "OU") || is(part, "CN")) {
        return Some(format!("must begin with a unit or a container of the domain, got: {text:?}. {like}"));
    }
    None
}

/// The domain that a distinguished name ends with: `contoso.com`.
#[must_use]
pub fn domain(text: &str) -> Option<String> {
    let labels: Vec<_> = parts(text)?.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("DC")).collect();
    Some(labels.into_iter().map(|(_, label)| label).collect::<Vec<_>>().join("."))
}

/// Its parts, each a name and a value that are not empty.
fn parts(text: &str) -> Option<Vec<(String, String)>> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ',' => parts.push(String::new()),
            letter => {
                let part = parts.last_mut()?;
                part.push(letter);
                if letter == '\\' {
                    part.push(letters.next()?);
                }
            }
        }
    }
    let part = |part: &String| {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
    };
    parts.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_read_to_its_domain() {
        for (unit, named) in [
            ("OU=Autopilot,DC=contoso,DC=com", "contoso.com"),
            ("ou=Kiosks, ou=Shops, dc=corp, dc=contoso, dc=com", "corp.contoso.com"),
            ("CN=Computers,DC=contoso,DC=com", "contoso.com"),
            (r"OU=Sales\, North,DC=contoso,DC=com", "contoso.com"),
        ] {
            assert_eq!((wrong_unit(unit), domain(unit).as_deref()), (None, Some(named)), "{unit}");
        }
    }

    #[test]
    fn what_is_no_unit_says_what_it_lacks() {
        for (unit, why) in [
            ("", "must be a distinguished name"),
            ("Autopilot", "must be a distinguished name"),
            ("contoso.com/Autopilot", "must be a distinguished name"),
            ("OU=,DC=contoso,DC=com", "must be a distinguished name"),
            (r"OU=Autopilot,DC=contoso\", "must be a distinguished name"),
            ("OU=Autopilot", "must end with the domain"),
            ("DC=contoso,DC=com,OU=Autopilot", "must end with the domain"),
            ("DC=contoso,DC=com", "must begin with a unit"),
            ("O=Contoso,DC=contoso,DC=com", "must begin with a unit"),
        ] {
            let told = wrong_unit(unit).unwrap_or_default();
            assert!(told.starts_with(why) && told.contains(&format!("got: {unit:?}")), "{unit}: {told}");
        }
    }
}
