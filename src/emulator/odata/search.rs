//! `$search` over directory objects.
//!
//! Facts: Graph's page on `$search`. Clauses are `"property:text"`, with AND, OR and brackets between them. `displayName`
//! and `description` are searched by tokens: words are cut at blanks, symbols, digits, and where a small letter is
//! followed by a capital one; words that only symbols separate are one more token together. Other properties are
//! searched by their beginning.

use super::caseless;
use super::filter::Source;

/// Deeper than anybody writes, and far from the end of the stack.
const DEEPEST: usize = 50;

/// A parsed search.
#[derive(Debug, PartialEq)]
pub(crate) enum Search {
    And(Box<Search>, Box<Search>),
    Or(Box<Search>, Box<Search>),
    /// The property, and what is looked for in it.
    Tokens(String, Vec<String>),
    Beginning(String, String),
}

impl Search {
    /// The error is in words for whoever sent it.
    pub(crate) fn parse(text: &str) -> Result<Search, String> {
        let mut parser = Parser { words: words(text)?, at: 0, depth: 0 };
        let search = parser.either()?;
        if parser.at < parser.words.len() { Err(malformed(text)) } else { Ok(search) }
    }

    /// The properties that are searched.
    pub(crate) fn properties(&self) -> Vec<&str> {
        match self {
            Search::And(left, right) | Search::Or(left, right) => [left.properties(), right.properties()].concat(),
            Search::Tokens(property, _) | Search::Beginning(property, _) => vec![property],
        }
    }

    pub(crate) fn matches(&self, source: &impl Source) -> bool {
        match self {
            Search::And(left, right) => left.matches(source) && right.matches(source),
            Search::Or(left, right) => left.matches(source) || right.matches(source),
            Search::Tokens(property, wanted) => {
                source.value(property).text().is_some_and(|text| has_tokens(text, wanted))
            }
            Search::Beginning(property, wanted) => {
                source.value(property).text().is_some_and(|text| caseless::starts_with(text, wanted))
            }
        }
    }
}

fn malformed(text: &str) -> String {
    format!("Syntax error: the search '{text}' has to be made of clauses such as \"displayName:text\".")
}

#[derive(Debug, PartialEq)]
enum Word {
    Open,
    Close,
    And,
    Or,
    Clause(String),
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(next) = chars.next() {
        match next {
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            '"' => {
                let mut clause = String::new();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => clause.extend(chars.next()),
                        Some(other) => clause.push(other),
                        None => return Err(malformed(text)),
                    }
                }
                words.push(Word::Clause(clause));
            }
            other if other.is_whitespace() => {}
            other => {
                let mut word = String::from(other);
                while let Some(next) = chars.next_if(|next| next.is_alphanumeric()) {
                    word.push(next);
                }
                words.push(match word.as_str() {
                    "AND" => Word::And,
                    "OR" => Word::Or,
                    _ => return Err(malformed(text)),
                });
            }
        }
    }
    Ok(words)
}

struct Parser {
    words: Vec<Word>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn take(&mut self, word: &Word) -> bool {
        let found = self.words.get(self.at) == Some(word);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Search, String> {
        let mut left = self.both()?;
        while self.take(&Word::Or) {
            left = Search::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Search, String> {
        let mut left = self.one()?;
        while self.take(&Word::And) {
            left = Search::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Search, String> {
        if self.take(&Word::Open) {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err("The node count limit has been exceeded.".into());
            }
            let inner = self.either()?;
            self.depth -= 1;
            return if self.take(&Word::Close) { Ok(inner) } else { Err(malformed("(")) };
        }
        let Some(Word::Clause(clause)) = self.words.get(self.at) else { return Err(malformed("")) };
        self.at += 1;
        let (property, text) = clause.split_once(':').ok_or_else(|| malformed(clause))?;
        let (property, text) = (property.trim().to_owned(), text.trim());
        if property.is_empty() || text.is_empty() {
            return Err(malformed(clause));
        }
        Ok(match property.as_str() {
            "displayName" | "description" => {
                let wanted = tokens(text).filter(|token| token.chars().any(char::is_alphanumeric));
                Search::Tokens(property, wanted.map(str::to_lowercase).collect())
            }
            _ => Search::Beginning(property, text.to_owned()),
        })
    }
}

/// What a text is cut into, without what its parts make together.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        let mut before = rest.chars().next()?;
        let starts = |next: char| {
            let last = std::mem::replace(&mut before, next);
            class(last) != class(next) || rises(last, next)
        };
        let end = rest.find(starts).unwrap_or(rest.len());
        let (token, behind) = rest.split_at(end);
        rest = behind.trim_start();
        Some(token)
    })
}

fn rises(before: char, next: char) -> bool {
    before.is_lowercase() && next.is_uppercase()
}

fn class(c: char) -> u8 {
    match c {
        c if c.is_whitespace() => 0,
        c if c.is_numeric() => 1,
        c if c.is_alphabetic() => 2,
        _ => 3,
    }
}

/// Whether each wanted token begins one of the text's, in any order.
fn has_tokens(text: &str, wanted: &[String]) -> bool {
    wanted.iter().all(|wanted| {
        tokens(text).any(|token| begins(token.chars(), wanted))
            || text.split_whitespace().any(|word| begins(word.chars().filter(|c| c.is_alphanumeric()), wanted))
    })
}

/// Whether what is wanted, which is in lower case, begins the text.
fn begins(text: impl Iterator<Item = char>, wanted: &str) -> bool {
    let mut text = text.flat_map(char::to_lowercase);
    wanted.chars().all(|wanted| text.next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn finds(search: &str, name: &str) -> bool {
        let entity = json!({"displayName": name, "mail": "OneVideo@contoso.com", "description": null});
        Search::parse(search).unwrap().matches(entity.as_object().unwrap())
    }

    #[test]
    fn words_are_cut_as_the_page_on_search_says() {
        let tokens = |text: &'static str| tokens(text).collect::<Vec<_>>();
        assert_eq!(tokens(" hello  world "), ["hello", "world"]);
        assert_eq!(tokens("HelloWorld"), ["Hello", "World"]);
        assert_eq!(tokens("helloWORLD"), ["hello", "WORLD"]);
        assert_eq!(tokens("HELLOworld"), ["HELLOworld"]);
        assert_eq!(tokens("hello.world"), ["hello", ".", "world"]);
        assert_eq!(tokens("hello123world"), ["hello", "123", "world"]);
    }

    #[test]
    fn tokens_are_found_in_any_order_and_by_their_beginning_but_not_within() {
        for wanted in ["李四(David Li)", "李四", "David", "Li", "David)", "(李四", "Li 李", "dav"] {
            assert!(finds(&format!("\"displayName:{wanted}\""), "李四(David Li)"), "{wanted}");
        }
        assert!(!finds("\"displayName:avid\"", "李四(David Li)"));
        assert!(finds("\"displayName:helloworld\"", "hello-world"));
        assert!(!finds("\"description:x\"", "x"));
    }

    #[test]
    fn clauses_are_joined_by_and_or_and_brackets() {
        assert!(finds("\"displayName:OneVideo\" AND \"mail:onev\"", "Video One"));
        assert!(!finds("\"mail:video\"", "x"));
        assert!(finds("\"displayName:a\" OR (\"displayName:b\" AND \"mail:one\")", "b"));
        assert!(finds(r#""displayName:say \"hi\"""#, "Say hi"));
        for malformed in
            ["x", "\"x\"", "\"displayName:x", "\"displayName:x\" and \"mail:y\"", "(\"mail:x\"", "\"mail:\"", ""]
        {
            assert!(Search::parse(malformed).is_err(), "{malformed}");
        }
        assert!(Search::parse(&"(".repeat(100_000)).is_err());
    }
}
