//! The right side of a comparison: texts, lists, flags, expressions, times.

use super::words::Parser;
use crate::emulator::rule::lex::Kind;
use crate::emulator::rule::properties::Holds;
use crate::emulator::rule::syntax::{Operand, Operator, OperatorKind};

impl Parser {
    pub(super) fn operand(&mut self, operator: Operator, what: Holds) -> Result<Operand, String> {
        let place = self.here();
        let ordered = matches!(operator.kind, OperatorKind::GreaterOrEqual | OperatorKind::LessOrEqual);
        if ordered && !matches!(what, Holds::Date | Holds::Version) {
            return Err(format!("-ge and -le compare dates and versions only {place}."));
        }
        let bracketed = what == Holds::Date && self.take(&Kind::Open);
        let operand = self.value(operator, what, &place)?;
        if bracketed && !self.take(&Kind::Close) {
            return Err(format!("A closing parenthesis was expected {}.", self.here()));
        }
        let list = matches!(operand, Operand::List(_));
        if list != (operator.kind == OperatorKind::In) {
            return Err(format!("-in and -notIn take a list, other operators a single value {place}."));
        }
        if matches!(operand, Operand::Null) && operator.kind != OperatorKind::Equals {
            return Err(format!("null can be compared with -eq and -ne only {place}."));
        }
        Ok(operand)
    }

    fn value(&mut self, operator: Operator, what: Holds, place: &str) -> Result<Operand, String> {
        let Some(kind) = self.peek().cloned() else { return Err(format!("A value was expected {place}.")) };
        self.at += 1;
        match kind {
            Kind::Text(text) => match (what, text.to_lowercase()) {
                (Holds::Bool, lower) => match lower.as_str() {
                    "true" => Ok(Operand::Bool(true)),
                    "false" => Ok(Operand::Bool(false)),
                    _ => Err(format!("true or false was expected {place}.")),
                },
                (_, lower) if operator.kind == OperatorKind::Matches => {
                    // Letter case is the expression's business; `\D` and `\d` differ.
                    drop(lower);
                    pattern(&text).map_err(|error| format!("{error} {place}."))
                }
                (_, lower) => Ok(Operand::Text(lower)),
            },
            Kind::ListOpen => {
                let mut items = Vec::new();
                loop {
                    match self.peek().cloned() {
                        Some(Kind::Text(text)) => items.push(text.to_lowercase()),
                        _ => return Err(format!("A text was expected in the list {}.", self.here())),
                    }
                    self.at += 1;
                    if self.take(&Kind::ListClose) {
                        return Ok(Operand::List(items));
                    }
                    if !self.take(&Kind::Comma) {
                        return Err(format!("A comma was expected in the list {}.", self.here()));
                    }
                }
            }
            Kind::Word { text, hyphen: false } => match (what, text.to_lowercase().as_str()) {
                (_, "null" | "$null") => Ok(Operand::Null),
                (Holds::Bool, "true" | "$true") => Ok(Operand::Bool(true)),
                (Holds::Bool, "false" | "$false") => Ok(Operand::Bool(false)),
                (Holds::Date, "system.now") => self.offset().map(Operand::Now),
                (_, word) if word.starts_with(|first: char| first.is_ascii_digit()) => {
                    Ok(Operand::Text(word.to_owned()))
                }
                _ => Err(format!("'{text}' has to stand in quotes {place}.")),
            },
            _ => Err(format!("A value was expected {place}.")),
        }
    }

    /// `-plus p1d` or `-minus P30D` behind `system.now`, in seconds.
    fn offset(&mut self) -> Result<i64, String> {
        let sign = if self.take_word("plus") {
            1
        } else if self.take_word("minus") {
            -1
        } else {
            return Ok(0);
        };
        let place = self.here();
        let Some(Kind::Word { text, .. }) = self.peek().cloned() else {
            return Err(format!("A period was expected {place}."));
        };
        self.at += 1;
        let days = text.to_lowercase().strip_prefix('p').and_then(|rest| rest.strip_suffix('d')?.parse::<i64>().ok());
        let days = days.filter(|days| (0..=36_500).contains(days));
        days.map(|days| sign * days * 86_400)
            .ok_or_else(|| format!("'{text}' is no period of days such as P30D {place}."))
    }
}

fn pattern(text: &str) -> Result<Operand, String> {
    match regex::RegexBuilder::new(text).case_insensitive(true).size_limit(1 << 20).build() {
        Ok(pattern) => Ok(Operand::Pattern(Some(pattern))),
        Err(error) if is_wrong_in_dotnet(text, &error.to_string()) => Err("The regular expression is not valid".into()),
        Err(_) => Ok(Operand::Pattern(None)),
    }
}

/// Whether .NET minds too. It takes a brace that repeats nothing as a brace, and a bracket within brackets as a bracket.
fn is_wrong_in_dotnet(pattern: &str, error: &str) -> bool {
    let is = |what: &str| error.contains(what);
    is("unclosed group")
        || is("unopened group")
        || is("invalid character class range")
        || is("incomplete escape sequence, reached end")
        || (is("unclosed character class") && pattern.matches('[').count() - pattern.matches("\\[").count() == 1)
        || (is("repetition operator missing")
            && ["", "(", "|"].iter().any(|before| starts_with_quantifier(pattern, before)))
}

fn starts_with_quantifier(pattern: &str, before: &str) -> bool {
    ["*", "+", "?"].iter().any(|quantifier| {
        let both = format!("{before}{quantifier}");
        if before.is_empty() { pattern.starts_with(&both) } else { pattern.contains(&both) }
    })
}
