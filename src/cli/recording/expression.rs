//! Filters of OData and rules: what is quoted, and what stands around it.

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Around(&'a str),
    /// What is in quotes, as it is written there.
    Quoted(char, &'a str),
}

/// The parts of an expression. None where a quote does not end.
pub(super) fn parts<'a>(text: &'a str, quotes: &[char]) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(quotes) {
        let quote = rest[start..].chars().next()?;
        if start > 0 {
            parts.push(Part::Around(&rest[..start]));
        }
        let inside = &rest[start + quote.len_utf8()..];
        let end = end_of(inside, quote)?;
        parts.push(Part::Quoted(quote, &inside[..end]));
        rest = &inside[end + quote.len_utf8()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Around(rest));
    }
    Some(parts)
}

/// Where the closing quote is. A doubled one is a part of the text, and so is one behind a backtick or a backslash.
fn end_of(inside: &str, quote: char) -> Option<usize> {
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' | '\\' => {
                chars.next_if(|(_, next)| *next == quote);
            }
            c if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() => return Some(at),
            _ => {}
        }
    }
    None
}

/// Puts parts together again.
pub(super) fn whole(parts: impl IntoIterator<Item = (Option<char>, String)>) -> String {
    let mut text = String::new();
    for (quote, part) in parts {
        text.extend(quote);
        text.push_str(&part);
        text.extend(quote);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_within_a_text_do_not_end_it() {
        assert_eq!(
            parts("a eq 'O''Neil' or b", &['\'']).unwrap(),
            [Part::Around("a eq "), Part::Quoted('\'', "O''Neil"), Part::Around(" or b")]
        );
        assert_eq!(parts("\"a`\"b\"", &['"']).unwrap(), [Part::Quoted('"', "a`\"b")]);
        assert_eq!(parts("a eq 'b", &['\'']), None);
        assert_eq!(parts("''", &['\'']).unwrap(), [Part::Quoted('\'', "")]);
    }
}
