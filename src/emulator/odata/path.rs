//! The path of a request: percent encoding, and keys written `/{id}` or `('{id}')`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};

/// Beside letters and digits, what stands in a query's value as it is: what RFC 3986 never reserves, and what OData writes.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b',');

/// Encodes what may not stand in a query's value.
pub(crate) fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, PLAIN)
}

/// The segments of a path, a key in brackets being a segment of its own.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = percent_decode_str(part).decode_utf8_lossy();
        match part.strip_suffix(')').and_then(|part| part.split_once('(')) {
            Some((name, key)) if !key.is_empty() && !name.is_empty() => {
                segments.push(name.to_owned());
                let key = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')).unwrap_or(key);
                segments.push(key.replace("''", "'"));
            }
            _ => segments.push(part.into_owned()),
        }
    }
    segments
}

/// GUIDs are the same in any letter case; other ids are not touched.
pub(crate) fn key(id: &str) -> String {
    if uuid::Uuid::try_parse(id).is_ok() { id.to_ascii_lowercase() } else { id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_key_are_the_same() {
        let expected = ["groups", "1-2", "members", "$ref"];
        assert_eq!(segments("/groups/1-2/members/$ref"), expected);
        assert_eq!(segments("/groups('1-2')/members/%24ref"), expected);
        assert_eq!(segments("/users('o''neil@contoso.com')"), ["users", "o'neil@contoso.com"]);
    }

    #[test]
    fn malformed_escapes_are_kept_as_they_are() {
        assert_eq!(segments("/100%/%zz+%20/%ff"), ["100%", "%zz+ ", "\u{fffd}"]);
    }
}
