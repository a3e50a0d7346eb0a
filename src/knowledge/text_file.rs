//! From the bytes of a file to its text, by what they are: Windows PowerShell writes UTF-16, and Excel Windows-1252.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// So many bytes tell how a text is written.
const LOOKED_AT: usize = 2048;

/// The text of a file: UTF-8 or UTF-16, with a mark or without, else Windows-1252.
///
/// # Errors
/// What the file is, where it is no text.
pub fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let message = "The file is a workbook of Excel. Save the sheet as \"CSV UTF-8 (Comma delimited)\".";
        return Err(message.to_owned());
    }
    let text = decoded(bytes)?;
    // NULs are left of fields of a fixed width; the command `copy a.csv+b.csv` ends a file with U+001A.
    let is_padding = |character| matches!(character, '\0' | '\u{1a}');
    Ok(if text.contains(is_padding) { text.replace(is_padding, "").into() } else { text })
}

fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes).0);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.into());
    }
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0;
    // Windows-1252 has no such characters: the decoder gives them for the five bytes that mean nothing.
    match text.chars().any(|character| matches!(character, '\u{80}'..='\u{9f}')) {
        true => Err("The file is no text in UTF-8, UTF-16 or Windows-1252. Save it as UTF-8.".to_owned()),
        false => Ok(text),
    }
}

/// Most characters of such a file are of ASCII: every other byte is zero.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes.get(..LOOKED_AT).unwrap_or(bytes).as_chunks::<2>();
    let most = |is: fn(&[u8; 2]) -> bool| 2 * pairs.iter().filter(|pair| is(pair)).count() > pairs.len();
    if most(|[first, second]| *first != 0 && *second == 0) {
        return Some(UTF_16LE);
    }
    most(|[first, second]| *first == 0 && *second != 0).then_some(UTF_16BE)
}
