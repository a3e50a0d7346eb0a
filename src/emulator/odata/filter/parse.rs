//! From the text of a filter to its conditions.

use serde_json::Value;

use super::{Comparison, Filter, TextFunction};

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Filter, String> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
        let filter = parser.or()?;
        match parser.peek() {
            None => Ok(filter),
            Some(token) => Err(format!("Syntax error: unexpected {token:?} in '{text}'.")),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Colon,
    Word(String),
    Text(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&next) = chars.peek() {
        match next {
            c if c.is_whitespace() => {
                chars.next();
            }
            '(' | ')' | ',' | ':' => {
                chars.next();
                tokens.push(match next {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    ',' => Token::Comma,
                    _ => Token::Colon,
                });
            }
            '\'' => {
                chars.next();
                let mut literal = String::new();
                loop {
                    match chars.next() {
                        None => {
                            return Err(format!(
                                "There is an unterminated string literal at position {} in '{text}'.",
                                text.len()
                            ));
                        }
                        Some('\'') if chars.peek() == Some(&'\'') => {
                            chars.next();
                            literal.push('\'');
                        }
                        Some('\'') => break,
                        Some(other) => literal.push(other),
                    }
                }
                tokens.push(Token::Text(literal));
            }
            _ => {
                let mut word = String::new();
                while let Some(&c) = chars.peek() {
                    // A colon belongs to a word in a timestamp only; in `any(c:c eq 'x')` it ends the variable.
                    let colon_in_date = c == ':' && word.starts_with(|first: char| first.is_ascii_digit());
                    if c.is_whitespace() || "(),'".contains(c) || (c == ':' && !colon_in_date) {
                        break;
                    }
                    word.push(c);
                    chars.next();
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Deeper than anybody writes, and far from the end of the stack.
const DEEPEST: usize = 100;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word_is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn expect(&mut self, expected: &Token) -> Result<(), String> {
        match self.next() {
            Some(token) if token == *expected => Ok(()),
            Some(token) => Err(format!("Syntax error: {token:?} found where {expected:?} was expected.")),
            None => Err(format!("Syntax error: the filter ends where {expected:?} was expected.")),
        }
    }

    fn or(&mut self) -> Result<Filter, String> {
        let mut left = self.and()?;
        while self.word_is("or") {
            self.at += 1;
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut left = self.unary()?;
        while self.word_is("and") {
            self.at += 1;
            left = Filter::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("The node count limit has been exceeded.".into());
        }
        let filter = if self.word_is("not") {
            self.at += 1;
            Filter::Not(Box::new(self.unary()?))
        } else if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn condition(&mut self) -> Result<Filter, String> {
        let Some(Token::Word(word)) = self.next() else { return Err("Syntax error: a property was expected.".into()) };
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            return self.function(&word);
        }
        let Some(Token::Word(operator)) = self.next() else {
            return Err(format!("Syntax error: an operator was expected after '{word}'."));
        };
        let how = match operator.as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "has" => Comparison::Has,
            "in" => return Ok(Filter::In(word, self.list()?)),
            other => return Err(format!("Syntax error: '{other}' is no operator.")),
        };
        Ok(Filter::Compare(word, how, self.literal()?))
    }

    fn function(&mut self, name: &str) -> Result<Filter, String> {
        if let Some(path) = name.strip_suffix("/any") {
            if self.peek() == Some(&Token::Close) {
                self.at += 1;
                return Ok(Filter::Any(path.into(), String::new(), None));
            }
            let Some(Token::Word(variable)) = self.next() else {
                return Err("Syntax error: a variable was expected.".into());
            };
            self.expect(&Token::Colon)?;
            let condition = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(Filter::Any(path.into(), variable, Some(Box::new(condition))));
        }
        let filter = match name.to_ascii_lowercase().as_str() {
            "isof" => match self.next() {
                Some(Token::Text(kind) | Token::Word(kind)) => Filter::IsOf(kind),
                _ => return Err("Syntax error: isof needs a type.".into()),
            },
            function @ ("startswith" | "endswith" | "contains") => {
                let Some(Token::Word(path)) = self.next() else {
                    return Err("Syntax error: a property was expected.".into());
                };
                self.expect(&Token::Comma)?;
                let Some(Token::Text(part)) = self.next() else {
                    return Err("Syntax error: a text was expected.".into());
                };
                let function = match function {
                    "startswith" => TextFunction::StartsWith,
                    "endswith" => TextFunction::EndsWith,
                    _ => TextFunction::Contains,
                };
                Filter::Text(function, path, part)
            }
            _ => return Err(format!("An unknown function with name '{name}' was found.")),
        };
        self.expect(&Token::Close)?;
        Ok(filter)
    }

    fn list(&mut self) -> Result<Vec<Value>, String> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal()?];
        while self.peek() == Some(&Token::Comma) {
            self.at += 1;
            values.push(self.literal()?);
        }
        self.expect(&Token::Close)?;
        Ok(values)
    }

    fn literal(&mut self) -> Result<Value, String> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Value::from(text)),
            Some(Token::Word(word)) => Ok(match word.as_str() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                // A bare number, or a date or GUID, which OData writes without quotes.
                word => word.parse::<i64>().map_or_else(|_| Value::from(word), Value::from),
            }),
            _ => Err("Syntax error: a value was expected.".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_filters_are_refused() {
        for filter in
            ["", "displayName", "displayName eq", "displayName eq 'x", "(a eq 1", "a eq 1)", "a like 'x'", "foo(a,'b')"]
        {
            assert!(Filter::parse(filter).is_err(), "{filter}");
        }
        assert!(Filter::parse(&"(".repeat(100_000)).is_err());
        assert!(Filter::parse(&"not ".repeat(100_000)).is_err());
    }
}
