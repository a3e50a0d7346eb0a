//! `$filter`: a parser for what Graph's collections take, and its evaluation over JSON.
//!
//! Grammar from OData 4.01 part 2 (URL conventions), cut to comparisons, `and`/`or`/`not`, `in`, the text functions,
//! `isof` and `any`. Which of these a collection supports is that collection's business.

use serde_json::Value;

use crate::emulator::model::check::Object;

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// Whether a flags enum has the member.
    Has,
}

/// The functions on text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFunction {
    StartsWith,
    EndsWith,
    Contains,
}

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Compare(String, Comparison, Value),
    In(String, Vec<Value>),
    Text(TextFunction, String, String),
    IsOf(String),
    /// The collection, the variable's name, the condition on each item.
    Any(String, String, Option<Box<Filter>>),
}

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Filter, String> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
        let filter = parser.or()?;
        match parser.peek() {
            None => Ok(filter),
            Some(token) => Err(format!("Syntax error: unexpected {token:?} in '{text}'.")),
        }
    }

    /// Calls back for every part that is not `and` or `or`.
    pub(crate) fn leaves<'a>(&'a self, each: &mut dyn FnMut(&'a Filter)) {
        match self {
            Filter::And(left, right) | Filter::Or(left, right) => {
                left.leaves(each);
                right.leaves(each);
            }
            leaf => each(leaf),
        }
    }

    pub(crate) fn matches(&self, entity: &Object) -> bool {
        match self {
            Filter::And(left, right) => left.matches(entity) && right.matches(entity),
            Filter::Or(left, right) => left.matches(entity) || right.matches(entity),
            Filter::Not(inner) => !inner.matches(entity),
            Filter::Compare(path, how, expected) => compare(&at(entity, path), *how, expected),
            Filter::In(path, values) => {
                let found = at(entity, path);
                values.iter().any(|value| compare(&found, Comparison::Equal, value))
            }
            Filter::Text(function, path, part) => at(entity, path).as_str().is_some_and(|text| {
                let (text, part) = (text.to_lowercase(), part.to_lowercase());
                match function {
                    TextFunction::StartsWith => text.starts_with(&part),
                    TextFunction::EndsWith => text.ends_with(&part),
                    TextFunction::Contains => text.contains(&part),
                }
            }),
            Filter::IsOf(name) => at(entity, "@odata.type")
                .as_str()
                .is_some_and(|kind| crate::emulator::model::name_of(kind) == crate::emulator::model::name_of(name)),
            Filter::Any(path, variable, condition) => at(entity, path).as_array().is_some_and(|items| {
                items.iter().any(|item| {
                    condition.as_ref().is_none_or(|condition| {
                        let mut scope = Object::new();
                        scope.insert(variable.clone(), item.clone());
                        condition.matches(&scope)
                    })
                })
            }),
        }
    }
}

fn at(entity: &Object, path: &str) -> Value {
    let mut parts = path.split('/');
    let mut found = parts.next().and_then(|first| entity.get(first));
    for part in parts {
        found = found.and_then(|value| value.get(part));
    }
    found.cloned().unwrap_or(Value::Null)
}

fn compare(found: &Value, how: Comparison, expected: &Value) -> bool {
    use std::cmp::Ordering;
    let order = match (found, expected) {
        (Value::String(found), Value::String(expected)) => Some(found.to_lowercase().cmp(&expected.to_lowercase())),
        (Value::Number(found), Value::Number(expected)) => {
            found.as_f64().and_then(|found| expected.as_f64().and_then(|expected| found.partial_cmp(&expected)))
        }
        (Value::Bool(found), Value::Bool(expected)) => Some(found.cmp(expected)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => None,
    };
    match how {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Has => match (found, expected) {
            (Value::String(found), Value::String(expected)) => {
                found.split(',').any(|member| member.eq_ignore_ascii_case(expected))
            }
            _ => false,
        },
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
    use serde_json::json;

    fn holds(filter: &str, entity: &Value) -> bool {
        Filter::parse(filter).unwrap().matches(entity.as_object().unwrap())
    }

    #[test]
    fn comparisons_and_functions_ignore_case() {
        let group =
            json!({"displayName": "Kiosk Devices", "priority": 0, "mail": null, "groupTypes": ["DynamicMembership"]});
        assert!(holds("displayName eq 'kiosk devices'", &group));
        assert!(holds("startswith(displayName,'KIOSK')", &group));
        assert!(holds("priority eq 0 and mail eq null", &group));
        assert!(holds("not (displayName eq 'x') and displayName in ('a','Kiosk Devices')", &group));
        assert!(holds("groupTypes/any(c:c eq 'DynamicMembership')", &group));
        assert!(!holds("mail ne null or endswith(displayName,'x')", &group));
        let policy = json!({"technologies": "mdm,enrollment"});
        assert!(holds("technologies has 'enrollment'", &policy));
        assert!(!holds("technologies has 'enroll'", &policy));
    }

    #[test]
    fn a_quote_is_doubled_and_and_binds_tighter_than_or() {
        assert!(holds("name eq 'O''Neil'", &json!({"name": "O'Neil"})));
        assert!(holds("a eq 1 or a eq 2 and b eq 3", &json!({"a": 1, "b": 0})));
        assert!(holds("at ge 2026-01-01T00:00:00Z", &json!({"at": "2026-03-01T00:00:00Z"})));
    }

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
