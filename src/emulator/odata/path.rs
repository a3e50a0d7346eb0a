//! The path of a request: percent encoding, and keys written `/{id}` or `('{id}')`.

/// Percent-decodes; `+` is a blank in queries and forms only.
pub(crate) fn decode(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let decoded = match (first, tail) {
            (b'%', [high, low, after @ ..]) => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high << 4 | low
                }
                _ => b'%',
            },
            (b'+', _) if plus_is_blank => b' ',
            (byte, _) => *byte,
        };
        bytes.push(decoded);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn nibble(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Encodes what may not stand in a query's value.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'$' | b'\'' | b'(' | b')' | b',' => {
                encoded.push(byte as char);
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The segments of a path, a key in brackets being a segment of its own.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = decode(part, false);
        match part.strip_suffix(')').and_then(|part| part.split_once('(')) {
            Some((name, key)) if !key.is_empty() && !name.is_empty() => {
                segments.push(name.to_owned());
                let key = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\'')).unwrap_or(key);
                segments.push(key.replace("''", "'"));
            }
            _ => segments.push(part),
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
        assert_eq!(decode("100%", false), "100%");
        assert_eq!(decode("%zz+%20", true), "%zz  ");
        assert_eq!(decode("%ff", false), "\u{fffd}");
    }

    #[test]
    fn what_was_encoded_decodes_to_itself() {
        assert_eq!(decode(&encode("a b&c=d/é+"), true), "a b&c=d/é+");
    }
}
