//! Parts of a URL's path, and text from outside inside of it.
//!
//! Source: RFC 3986 for percent-encoding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one path segment: `a/b` is `a%2Fb`.
pub(crate) fn segment(text: &str) -> String {
    // A segment of dots alone would climb.
    if text.chars().all(|c| c == '.') {
        return text.replace('.', "%252E");
    }
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Apart by the version: `/beta/a/b` is `beta` and `/a/b`.
pub(crate) fn versioned(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    path.find('/').map_or((path, ""), |end| path.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment() {
        assert_eq!(segment("0a-1_B.~"), "0a-1_B.~");
        assert_eq!(segment("../x?y#z"), "..%2Fx%3Fy%23z");
        assert_eq!(segment(".."), "%252E%252E");
        assert_eq!(segment("O'Hara & Söhne"), "O%27Hara%20%26%20S%C3%B6hne");
        assert_eq!(segment(""), "");
    }

    #[test]
    fn a_path_is_taken_apart_by_its_version() {
        assert_eq!(versioned("/beta/a/b"), ("beta", "/a/b"));
        assert_eq!(versioned("/v1.0"), ("v1.0", ""));
        assert_eq!(versioned(""), ("", ""));
    }
}
