//! Mail nicknames of groups: the part of an address before the `@`, also of groups without mail.
//!
//! Facts: Microsoft Graph, `directoryObject: validateProperties`, on mail nicknames: characters of ASCII except
//! `@ ( ) \\ [ ] " ; : < > ,` and the blank.

/// Why a text can be no mail nickname; goes on after its name. `None` where it can.
#[must_use]
pub fn wrong_nickname(nickname: &str) -> Option<String> {
    let is_refused = |character: &char| !character.is_ascii_graphic() || "@()\\[]\";:<>,".contains(*character);
    let character = nickname.chars().find(is_refused)?;
    let what = if character == ' ' { "a blank".to_owned() } else { format!("{character:?}") };
    Some(format!(
        "cannot contain {what}, got: {nickname:?}. Microsoft Graph takes characters of ASCII, no blank, and none of \
         @ ( ) \\ [ ] \" ; : < > ,"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_and_a_sign_of_addresses_are_refused() {
        for (nickname, what) in [("has space@x", "a blank"), ("a@b", "'@'"), ("k\u{f6}ln", "'ö'"), ("a:b", "':'")] {
            assert!(
                wrong_nickname(nickname).is_some_and(|why| why.starts_with(&format!("cannot contain {what}, got: "))),
                "{nickname}"
            );
        }
        for good in ["sales-laptops", "a.b", "a_b+c'd", "A1"] {
            assert_eq!(wrong_nickname(good), None);
        }
    }
}
