//! Serial numbers of devices: when two are the same.
//!
//! A serial number has no case and no blanks around it: Intune answers for `pf3a` what it holds as `PF3A`. What a person
//! wrote is kept and shown as it is; only comparing goes by [`Key`].

use super::visible;

/// What a serial number is compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key of a serial number, however it is written.
    #[must_use]
    pub fn of(serial_number: &str) -> Key {
        Key(serial_number.trim().to_lowercase())
    }

    /// The key as a text. It goes into import ids and private state, so its form must not change.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether two texts are the same serial number.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    Key::of(one) == Key::of(other)
}

/// What to say after two serial numbers that differ though they may look alike: which characters one of them has that
/// serial numbers do not have. Empty where there are none.
#[must_use]
pub fn strange_characters(one: &str, other: &str) -> String {
    let told = |text: &str| {
        let points = visible::unusual_characters(text);
        (!points.is_empty()).then(|| format!(" {} contains {}.", visible::quoted(text), points.join(", ")))
    };
    let told: String = [told(one), told(other)].into_iter().flatten().collect();
    if told.is_empty() { told } else { format!("{told} Type the serial number by hand rather than pasting it.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_blanks_around_it_do_not_count_and_blanks_inside_do() {
        assert!(is_same("PF3A", " pf3a\t"));
        assert!(!is_same("PF3A", "PF 3A"));
        assert!(!is_same("PF3A", "PF3A\u{200b}"), "a character that cannot be seen is one");
        assert_eq!(Key::of(" PF3A ").as_str(), "pf3a");
    }

    #[test]
    fn characters_that_mislead_the_eye_are_named() {
        assert_eq!(strange_characters("S1", "s2"), "");
        assert_eq!(
            strange_characters("S1", "S1\u{200b}"),
            " \"S1\\u{200b}\" contains U+200B. Type the serial number by hand rather than pasting it."
        );
        assert_eq!(
            strange_characters("\u{410}1", "A1"),
            " \"\u{410}1\" contains U+0410. Type the serial number by hand rather than pasting it."
        );
    }
}
