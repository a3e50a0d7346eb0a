//! A file as a function is given it: by `file()` its text, by `filebase64()` its bytes.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The bytes of a file that was passed in base64; none where it is a text. Told by what it is: no CSV has base64's
/// characters only, since something separates its columns.
pub(super) fn file_bytes(text: &str) -> Option<Vec<u8>> {
    let trimmed = text.trim();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if trimmed.is_empty() || !trimmed.bytes().all(is_base64) {
        return None;
    }
    // Else a word, and no file.
    STANDARD.decode(trimmed).ok()
}
