//! A rule's text as tokens.

use super::problem::Problem;
use super::syntax::Span;

/// A token, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// A text without its quotation marks and escapes.
    Text(String),
    /// A word without its dash, and whether it had one: `-eq`, `eq`, `user.city`, `10.0`, `_`.
    Word(String, bool),
}

/// What stands before a word of the language. People paste from pages that make dashes long.
const DASHES: [char; 5] = ['-', '\u{2010}', '\u{2013}', '\u{2014}', '\u{2212}'];
const DOUBLE_QUOTES: [char; 3] = ['\u{201c}', '\u{201d}', '\u{201e}'];
const SINGLE_QUOTES: [char; 3] = ['\u{2018}', '\u{2019}', '\u{201a}'];
/// What stands before a quotation mark that belongs to the text.
const ESCAPE: char = '`';

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let from = at;
        let kind = match first {
            _ if first.is_whitespace() || is_passed_over(first) => {
                at += first.len_utf8();
                continue;
            }
            '(' => single(&mut at, Kind::Open),
            ')' => single(&mut at, Kind::Close),
            '[' => single(&mut at, Kind::OpenList),
            ']' => single(&mut at, Kind::CloseList),
            ',' => single(&mut at, Kind::Comma),
            _ if is_quote(first) => quoted(text, &mut at, first)?,
            _ => word(text, &mut at, first)?,
        };
        tokens.push(Token { kind, at: from..at });
    }
    Ok(tokens)
}

/// A byte order mark or a blank of no width: they come with what is pasted, and the rule can be read without them.
pub(super) fn is_passed_over(character: char) -> bool {
    matches!(character, '\u{feff}' | '\u{200b}')
}

fn single(at: &mut usize, kind: Kind) -> Kind {
    *at += 1;
    kind
}

pub(super) fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'') || DOUBLE_QUOTES.contains(&character) || SINGLE_QUOTES.contains(&character)
}

/// Whether a quotation mark ends what another one began: a straight one by itself, a curly one by any of its kind.
fn closes(begun: char, character: char) -> bool {
    match begun {
        '"' | '\'' => character == begun,
        _ if DOUBLE_QUOTES.contains(&begun) => DOUBLE_QUOTES.contains(&character),
        _ => SINGLE_QUOTES.contains(&character),
    }
}

fn quoted(text: &str, at: &mut usize, begun: char) -> Result<Kind, Problem> {
    let from = *at;
    let mut content = String::new();
    let mut rest = text.get(from + begun.len_utf8()..).unwrap_or_default().char_indices().peekable();
    let base = from + begun.len_utf8();
    while let Some((offset, character)) = rest.next() {
        if character == ESCAPE && rest.peek().is_some_and(|(_, next)| is_quote(*next)) {
            content.extend(rest.next().map(|(_, next)| next));
        } else if character == '\'' && rest.peek().is_some_and(|(_, next)| *next == '\'') {
            // Microsoft's page: a single quotation mark is written twice, whatever stands around the text.
            content.extend(rest.next().map(|(_, next)| next));
        } else if closes(begun, character) {
            *at = base + offset + character.len_utf8();
            return Ok(Kind::Text(content));
        } else {
            content.push(character);
        }
    }
    let curly = content.chars().any(|character| DOUBLE_QUOTES.contains(&character)) && begun == '"';
    let problem = Problem::error(from..from + begun.len_utf8(), "This text has no closing quotation mark.");
    Err(if curly {
        problem.help("It begins with a straight quotation mark (\") and seems to end with a curly one: write the straight one at both ends.")
    } else {
        problem.help("Close it with the quotation mark that it begins with.")
    })
}

fn word(text: &str, at: &mut usize, first: char) -> Result<Kind, Problem> {
    let from = *at;
    let dashed = DASHES.contains(&first);
    let begins = if dashed { from + first.len_utf8() } else { from };
    let rest = text.get(begins..).unwrap_or_default();
    let length: usize = rest.chars().take_while(|character| belongs_to_word(*character)).map(char::len_utf8).sum();
    let word = rest.get(..length).unwrap_or_default();
    if word.is_empty() {
        return Err(stray(from, first));
    }
    *at = begins + length;
    Ok(Kind::Word(word.to_owned(), dashed))
}

fn belongs_to_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | ':' | '-' | '+' | '$' | '#')
}

fn stray(at: usize, character: char) -> Problem {
    let span = at..at + character.len_utf8();
    match character {
        '\\' => Problem::error(span, "A backslash has no meaning here.").help(
            "Microsoft Entra ID answers \"Invalid characters found in the rule: \\\". A quotation mark inside a text is \
             escaped by a backtick: \"say `\"hi`\"\".",
        ),
        '!' => Problem::error(span, "There is no `!` in rules.").help("Write `-not (...)`."),
        '&' => Problem::error(span, "There is no `&` in rules.").help("Write `-and`."),
        '|' => Problem::error(span, "There is no `|` in rules.").help("Write `-or`."),
        '=' | '<' | '>' => Problem::error(span, format!("There is no `{character}` in rules."))
            .help("Write an operator such as `-eq`, `-ne` or `-startsWith`."),
        _ if DASHES.contains(&character) => Problem::error(span, "A dash stands before an operator.")
            .help("Write it directly before the operator, as in `-eq`."),
        _ => Problem::error(span, format!("`{}` has no meaning here.", character.escape_debug())),
    }
}
