//! Text from outside inside a URL.
//!
//! Sources: RFC 3986 for percent-encoding; OData 4.01 "URL conventions" for literals, where a single quote is doubled.

use std::fmt::Write as _;

/// A text as one path segment: `a/b` is `a%2Fb`.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    // A segment of dots alone would climb.
    if out.chars().all(|c| c == '.') { out.replace('.', "%252E") } else { out }
}

/// A text as an OData string literal in a query, quotes included: `O'Hara` is `'O''Hara'`, percent-encoded.
pub fn literal(text: &str) -> String {
    format!("'{}'", segment(&text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_literals_stay_what_they_are() {
        assert_eq!(segment("0a-1_B.~"), "0a-1_B.~");
        assert_eq!(segment("../x?y#z"), "..%2Fx%3Fy%23z");
        assert_eq!(segment(".."), "%252E%252E");
        assert_eq!(literal("O'Hara & Söhne"), "'O%27%27Hara%20%26%20S%C3%B6hne'");
    }
}
