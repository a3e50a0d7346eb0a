//! From the words of a rule to its conditions.

mod operand;
mod words;

use self::words::Parser;
use super::lex::{Kind, tokens};
use super::properties::{Holds, holds};
use super::syntax::{Operand, Operator, OperatorKind, Rule, Subject, Test};

/// The longest rule, in characters.
pub(crate) const LONGEST: usize = 3072;
/// Deeper than a rule of that length needs, and far from the end of the stack.
const DEEPEST: usize = 200;

/// Reads a rule; the error says where and why.
pub(crate) fn parse(rule: &str) -> Result<Rule, String> {
    let length = rule.chars().count();
    if length > LONGEST {
        return Err(format!("The rule has {length} characters; at most {LONGEST} are allowed."));
    }
    let mut parser = Parser { tokens: tokens(rule)?, at: 0, depth: 0, subject: None, member_of: false };
    let test = match parser.direct_reports()? {
        Some(test) => test,
        None => parser.or(None)?,
    };
    if let Some(token) = parser.tokens.get(parser.at) {
        return Err(format!("Unexpected text at position {}.", token.at));
    }
    if parser.member_of && !matches!(test, Test::MemberOf(_)) {
        return Err("memberOf cannot be combined with other conditions.".into());
    }
    Ok(Rule { subject: parser.subject.unwrap_or(Subject::User), test })
}

/// What an item of a collection is called inside `-any` and `-all`.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Text,
    Plan,
    Group,
}

impl Parser {
    /// The whole rule, in parentheses or not: it was not seen to be refused in them.
    fn direct_reports(&mut self) -> Result<Option<Test>, String> {
        let begins = self.at;
        let mut opened = 0;
        while self.take(&Kind::Open) {
            opened += 1;
        }
        if !self.take_word("direct") {
            self.at = begins;
            return Ok(None);
        }
        if !self.take_word("reports") || !self.take_word("for") {
            return Err(format!("'Direct Reports for' was expected {}.", self.here()));
        }
        match self.peek().cloned() {
            Some(Kind::Text(manager)) => {
                self.at += 1;
                self.subject = Some(Subject::User);
                let manager = manager.trim_matches(['{', '}']).to_lowercase();
                for _ in 0..opened {
                    if !self.take(&Kind::Close) {
                        return Err(format!("A closing parenthesis was expected {}.", self.here()));
                    }
                }
                Ok(Some(Test::DirectReports(manager)))
            }
            _ => Err(format!("The id of a manager was expected {}.", self.here())),
        }
    }

    fn or(&mut self, item: Option<Item>) -> Result<Test, String> {
        let mut left = self.and(item)?;
        while self.take_word("or") {
            left = Test::Or(Box::new(left), Box::new(self.and(item)?));
        }
        Ok(left)
    }

    fn and(&mut self, item: Option<Item>) -> Result<Test, String> {
        let mut left = self.not(item)?;
        while self.take_word("and") {
            left = Test::And(Box::new(left), Box::new(self.not(item)?));
        }
        Ok(left)
    }

    fn not(&mut self, item: Option<Item>) -> Result<Test, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("The rule is nested too deeply.".into());
        }
        let test = if self.take_word("not") {
            Test::Not(Box::new(self.not(item)?))
        } else if self.take(&Kind::Open) {
            let inner = self.or(item)?;
            if !self.take(&Kind::Close) {
                return Err(format!("A closing parenthesis was expected {}.", self.here()));
            }
            inner
        } else {
            self.comparison(item)?
        };
        self.depth -= 1;
        Ok(test)
    }

    fn comparison(&mut self, item: Option<Item>) -> Result<Test, String> {
        let place = self.here();
        let Some(Kind::Word { text, hyphen: false }) = self.peek().cloned() else {
            return Err(format!("A property was expected {place}."));
        };
        self.at += 1;
        let (name, what) = match item {
            Some(item) => {
                (item_part(item, &text).ok_or_else(|| format!("'{text}' is no part of an item {place}."))?, Holds::Text)
            }
            None => self.property(&text, &place)?,
        };
        if item.is_none() {
            for (word, all) in [("any", false), ("all", true)] {
                if self.take_word(word) {
                    return self.items(name, what, all, &place);
                }
            }
        }
        if matches!(what, Holds::Plans | Holds::Groups) {
            return Err(format!("'{text}' needs -any or -all {}.", self.here()));
        }
        let operator = self.operator()?;
        let operand = self.operand(operator, what)?;
        let test = Test::Compare(name.clone(), operator, operand);
        if what != Holds::Texts || matches!(test, Test::Compare(_, _, Operand::Null)) {
            return Ok(test);
        }
        // A collection without a variable: some item fits, or with a negated operator, none does.
        let Test::Compare(_, operator, operand) = test else { return Ok(test) };
        let positive = Operator { negated: false, ..operator };
        let some = Test::Items(name, false, Box::new(Test::Compare("_".into(), positive, operand)));
        Ok(if operator.negated { Test::Not(Box::new(some)) } else { some })
    }

    fn property(&mut self, text: &str, place: &str) -> Result<(String, Holds), String> {
        let lower = text.to_lowercase();
        let (subject, name) = match lower.split_once('.') {
            Some(("user", name)) => (Subject::User, name),
            Some(("device", name)) => (Subject::Device, name),
            _ => return Err(format!("'{text}' is no property of user or device {place}.")),
        };
        if self.subject.is_some_and(|first| first != subject) {
            return Err(format!("User and device properties cannot be mixed {place}."));
        }
        self.subject = Some(subject);
        let what = holds(subject, name).ok_or_else(|| {
            let name = text.split_once('.').map_or(text, |(_, name)| name);
            format!("Unsupported property '{name}' {place}.")
        })?;
        Ok((name.to_owned(), what))
    }

    fn items(&mut self, name: String, what: Holds, all: bool, place: &str) -> Result<Test, String> {
        let item = match what {
            Holds::Texts => Item::Text,
            Holds::Plans => Item::Plan,
            Holds::Groups if all => return Err(format!("memberOf takes -any only {place}.")),
            Holds::Groups => Item::Group,
            _ => return Err(format!("-any and -all need a property with several values {place}.")),
        };
        let inner = if self.take(&Kind::Open) {
            let inner = self.or(Some(item))?;
            if !self.take(&Kind::Close) {
                return Err(format!("A closing parenthesis was expected {}.", self.here()));
            }
            inner
        } else {
            self.comparison(Some(item))?
        };
        if item == Item::Group {
            self.member_of = true;
            return match inner {
                Test::Compare(_, Operator { kind: OperatorKind::In, negated: false }, Operand::List(ids)) => {
                    Ok(Test::MemberOf(ids))
                }
                _ => Err(format!("memberOf takes (group.objectId -in [...]) only {place}.")),
            };
        }
        Ok(Test::Items(name, all, Box::new(inner)))
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let place = self.here();
        let Some(Kind::Word { text, .. }) = self.peek().cloned() else {
            return Err(format!("An operator was expected {place}."));
        };
        self.at += 1;
        let lower = text.to_lowercase();
        let (bare, negated) = match lower.as_str() {
            "ne" => ("eq", true),
            other => other.strip_prefix("not").map_or((other, false), |bare| (bare, true)),
        };
        let kind = match bare {
            "eq" if !negated || lower == "ne" => OperatorKind::Equals,
            "startswith" => OperatorKind::StartsWith,
            "endswith" => OperatorKind::EndsWith,
            "contains" => OperatorKind::Contains,
            "match" => OperatorKind::Matches,
            "in" => OperatorKind::In,
            "ge" if !negated => OperatorKind::GreaterOrEqual,
            "le" if !negated => OperatorKind::LessOrEqual,
            _ => return Err(format!("'{text}' is no operator {place}.")),
        };
        Ok(Operator { kind, negated })
    }
}

fn item_part(item: Item, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    match item {
        Item::Text => (lower == "_").then_some(lower),
        Item::Plan => lower.strip_prefix("assignedplan.").map(str::to_owned),
        Item::Group => (lower == "group.objectid").then_some(lower),
    }
}

#[cfg(test)]
mod tests;
