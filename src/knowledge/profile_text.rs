//! What the name and the description of a deployment profile cannot hold.
//!
//! Facts: reports of what the service and its portal refuse, without a reason, of Autopilot profiles and of nothing else:
//! `! # % ^ * ( ) - + ; ' < >`. The hyphen is the one that people meet.

const FORBIDDEN: &str = "!#%^*()-+;'<>";

/// The characters of a text that Intune refuses, each once.
#[must_use]
pub fn forbidden(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for character in text.chars() {
        if FORBIDDEN.contains(character) && !found.contains(&character) {
            found.push(character);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_is_forbidden_and_a_colon_is_not() {
        assert_eq!(forbidden("User-driven (Entra-join)"), ['-', '(', ')']);
        assert!(forbidden("Kiosk: \"Lobby\" [1] {2} a@b.c & d_e | f/g\\h, $1?").is_empty());
    }
}
