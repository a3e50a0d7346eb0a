//! Text of a user in a message, so that nothing in it is overlooked.

/// A text in quotation marks. Characters that cannot be seen are escaped: a zero-width space is `\u{200b}`.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The same without the quotation marks.
#[must_use]
pub fn escaped(text: &str) -> String {
    // `char`'s own escaping knows what is printable; what it escapes besides can be seen.
    let escape = |character: char| match character {
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    };
    text.chars().map(escape).collect()
}

/// A text without blanks at its ends, and without what cannot be seen there: copying from a page brings such along.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

/// The code points that cannot be seen, once each, such as `U+200B`. Blanks and line breaks are none.
#[must_use]
pub fn invisible_characters(text: &str) -> Vec<String> {
    let hidden: String = text.chars().filter(|character| is_invisible(*character)).collect();
    unusual_characters(&hidden)
}

/// Zero-width characters, marks of direction, the soft hyphen, the byte order mark, control characters.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    ) || (character.is_control() && !character.is_whitespace())
}

/// The code points other than the letters, digits, signs and the blank of ASCII, once each, such as `U+200B`.
#[must_use]
pub fn unusual_characters(text: &str) -> Vec<String> {
    let mut points = Vec::new();
    for character in text.chars().filter(|character| !matches!(character, ' '..='~')) {
        let point = format!("U+{:04X}", u32::from(character));
        if !points.contains(&point) {
            points.push(point);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_seen_is_escaped() {
        assert_eq!(quoted("Köln \"K\" 東京\\"), "\"Köln \"K\" 東京\\\"");
        assert_eq!(escaped("a\u{200b}b\u{a0}c\td\u{feff}e\u{ad}"), "a\\u{200b}b\\u{a0}c\\td\\u{feff}e\\u{ad}");
    }

    #[test]
    fn what_cannot_be_seen_goes_at_the_ends_and_is_named_inside() {
        assert_eq!(trimmed("\u{feff} \u{200e}S\u{200b}1\u{a0}\u{ad}\0"), "S\u{200b}1");
        assert_eq!(invisible_characters("S\u{200b}1 \u{200b}\tö\u{1}"), ["U+200B", "U+0001"]);
    }

    #[test]
    fn a_code_point_is_named_once() {
        assert_eq!(unusual_characters("a \u{200b}~\u{200b}\u{1f600}\0"), ["U+200B", "U+1F600", "U+0000"]);
    }
}
