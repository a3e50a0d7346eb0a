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

/// What firmware, scripts and templates hold in place of a serial number: letters and digits only, in small letters.
const PLACEHOLDERS: [&str; 28] = [
    "0123456789",
    "123456789",
    "1234567890",
    "baseboardserialnumber",
    "chassisserialnumber",
    "default",
    "defaultstring",
    "deviceserialnumber",
    "empty",
    "filledbyoem",
    "invalid",
    "na",
    "none",
    "notapplicable",
    "notavailable",
    "notspecified",
    "null",
    "oem",
    "serial",
    "serialnumber",
    "serialnumberhere",
    "systemserialnumber",
    "tbd",
    "tobefilled",
    "tobefilledbyoem",
    "undefined",
    "unknown",
    "unspecified",
];

/// Why a text is hardly the serial number of one device, as a sentence or two. `None` where it may be one.
#[must_use]
pub fn doubt(serial_number: &str) -> Option<String> {
    let shown = visible::quoted(serial_number);
    let hidden = visible::invisible_characters(serial_number);
    if !hidden.is_empty() {
        let hidden = hidden.join(", ");
        return Some(format!("{shown} contains {hidden}, which cannot be seen. Type the serial number by hand."));
    }
    if is_rounded(serial_number.trim()) {
        let sentence = "is a number that a spreadsheet made of the serial number. Make the column one of text, and enter \
                        the serial number again.";
        return Some(format!("{shown} {sentence}"));
    }
    is_placeholder(serial_number).then(|| {
        format!(
            "{shown} is what firmware has in place of a serial number. Many devices share it, and only one of them can be \
             registered by it. Have the manufacturer's tool write the real one, and collect the hash again."
        )
    })
}

fn is_placeholder(serial_number: &str) -> bool {
    let text = serial_number.trim();
    let plain: String = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_repeated = plain.chars().all(|letter| plain.starts_with(letter));
    PLACEHOLDERS.contains(&plain.as_str())
        || plain.chars().all(|digit| digit == '0')
        || (is_repeated && plain.chars().count() >= 5)
        // The documentation's own example: <serialNumber>.
        || (text.starts_with('<') && text.ends_with('>'))
}

/// Such as `5.02E+11`.
fn is_rounded(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent) && digits(&number.replacen([',', '.'], "", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_doubted_and_a_serial_number_is_not() {
        for placeholder in [
            "To be filled by O.E.M.",
            "Default string",
            "0",
            "000-000",
            "System Serial Number",
            "N/A",
            "None",
            "XXXXXXX",
            "<serialNumber>",
            "...",
            "123456789",
            "Not Specified",
            "FFFFFFFFFF",
            "unknown",
            " default  STRING ",
        ] {
            assert!(doubt(placeholder).is_some_and(|why| why.contains("in place of a serial number")), "{placeholder}");
        }
        for good in [
            "PF3ABC12",
            "0012345",
            "5CG1234XYZ",
            "VMware-56 4d 3a 2b 1c 0d ee ff-12 34 56 78 9a bc de f0",
            "1000",
            "A1",
            "S",
            "7777-1111-2222-3333-4444-5555-66",
            "SN-NONE-1",
            "5E10",
        ] {
            assert_eq!(doubt(good), None, "{good}");
        }
    }

    #[test]
    fn a_number_that_excel_made_is_doubted() {
        for rounded in ["5.02E+11", "1E+10", "5,02e+11"] {
            assert!(doubt(rounded).is_some_and(|why| why.contains("spreadsheet")), "{rounded}");
        }
        assert_eq!(doubt("PE+1"), None);
    }

    #[test]
    fn what_cannot_be_seen_is_doubted_and_named() {
        let why = "\"S\\u{ad}1\" contains U+00AD, which cannot be seen. Type the serial number by hand.";
        assert_eq!(doubt("S\u{ad}1").as_deref(), Some(why));
    }

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
