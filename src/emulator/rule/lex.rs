//! The words of a membership rule.

/// A word with the position of its first character, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    /// A quoted text.
    Text(String),
    /// A bare word; `hyphen` when one stood before it.
    Word {
        text: String,
        hyphen: bool,
    },
}

const HYPHENS: &[char] = &['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}'];

/// The quote that ends a text opened by this one.
fn closing_of(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '\'' => Some(&['\'']),
        '\u{201c}' | '\u{201d}' => Some(&['\u{201c}', '\u{201d}']),
        '\u{2018}' | '\u{2019}' => Some(&['\u{2018}', '\u{2019}']),
        _ => None,
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ':' | '{' | '}')
}

pub(super) fn tokens(rule: &str) -> Result<Vec<Token>, String> {
    let chars: Vec<char> = rule.chars().collect();
    let mut tokens = Vec::new();
    let mut n = 0;
    while let Some(&c) = chars.get(n) {
        let at = n + 1;
        n += 1;
        let kind = match c {
            c if c.is_whitespace() => continue,
            '(' => Kind::Open,
            ')' => Kind::Close,
            '[' => Kind::ListOpen,
            ']' => Kind::ListClose,
            ',' => Kind::Comma,
            c if closing_of(c).is_some() => {
                let (text, end) =
                    text(&chars, n, c).ok_or_else(|| format!("The text that begins at position {at} does not end."))?;
                n = end;
                Kind::Text(text)
            }
            c if HYPHENS.contains(&c) => match chars.get(n) {
                Some(next) if next.is_alphabetic() => {
                    let (text, end) = word(&chars, n);
                    n = end;
                    Kind::Word { text, hyphen: true }
                }
                _ => return Err(format!("A hyphen at position {at} stands before no operator.")),
            },
            c if in_word(c) => {
                let (text, end) = word(&chars, n - 1);
                n = end;
                Kind::Word { text, hyphen: false }
            }
            c => return Err(format!("Invalid characters found in the rule: {c} at position {at}.")),
        };
        tokens.push(Token { at, kind });
    }
    Ok(tokens)
}

/// A word that begins at `n`. A hyphen belongs to it only in dates and the like, which begin with a digit.
fn word(chars: &[char], mut n: usize) -> (String, usize) {
    let mut text = String::new();
    while let Some(&c) = chars.get(n) {
        let hyphen_in_date = c == '-' && text.starts_with(|first: char| first.is_ascii_digit());
        if !in_word(c) && !hyphen_in_date {
            break;
        }
        text.push(c);
        n += 1;
    }
    (text, n)
}

/// The text from `n` to its closing quote. A backtick takes the quote behind it into the text; a single quote is doubled.
fn text(chars: &[char], mut n: usize, open: char) -> Option<(String, usize)> {
    let closing = closing_of(open)?;
    let mut text = String::new();
    loop {
        let c = *chars.get(n)?;
        n += 1;
        if c == '`'
            && let Some(next) = chars.get(n).filter(|next| closing_of(**next).is_some())
        {
            text.push(*next);
            n += 1;
        } else if c == '\'' && chars.get(n) == Some(&'\'') {
            text.push('\'');
            n += 1;
        } else if closing.contains(&c) {
            return Some((text, n));
        } else {
            text.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(rule: &str) -> Vec<Kind> {
        tokens(rule).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn quotes_are_escaped_by_a_backtick_and_single_ones_doubled() {
        assert_eq!(words("\"a `\"b`\" c\""), [Kind::Text("a \"b\" c".into())]);
        assert_eq!(words("\"o''neil\""), [Kind::Text("o'neil".into())]);
        assert_eq!(words("\"a`b\""), [Kind::Text("a`b".into())]);
        assert_eq!(words("“x”"), [Kind::Text("x".into())]);
        assert!(tokens("\"Rob Iphone”").is_err());
    }

    #[test]
    fn en_dashes_are_hyphens() {
        assert_eq!(words("–and"), [Kind::Word { text: "and".into(), hyphen: true }]);
        assert_eq!(words("2026-01-02"), [Kind::Word { text: "2026-01-02".into(), hyphen: false }]);
    }

    #[test]
    fn a_backslash_outside_a_text_is_refused() {
        assert!(tokens("user.x -eq \\\"a\\\"").unwrap_err().starts_with("Invalid characters found in the rule: \\"));
    }
}
