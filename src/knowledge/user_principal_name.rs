//! User principal names: what a user signs in with.

/// Whether a text is in the form of one: one `@`, something without blanks before it, and a domain of at least two names
/// after it.
#[must_use]
pub fn is_user_principal_name(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    !name.is_empty() && !name.contains(char::is_whitespace) && domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_and_is_not_a_user_principal_name() {
        for good in ["ada@contoso.com", "a.b+c@contoso.onmicrosoft.com", "x_y.com#EXT#@contoso.onmicrosoft.com"] {
            assert!(is_user_principal_name(good), "{good}");
        }
        for bad in
            ["ada", "@contoso.com", "ada@", "ada@contoso", "a b@contoso.com", "a@b@contoso.com", "ada@contoso..com"]
        {
            assert!(!is_user_principal_name(bad), "{bad}");
        }
    }
}
