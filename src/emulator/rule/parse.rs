//! From the words of a rule to its conditions.

use super::lex::{Kind, Token, tokens};
use super::properties::{Holds, holds};
use super::syntax::{Operand, Operator, OperatorKind, Rule, Subject, Test};

/// The longest rule, in characters.
const LONGEST: usize = 3072;
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

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    subject: Option<Subject>,
    member_of: bool,
}

/// What an item of a collection is called inside `-any` and `-all`.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Text,
    Plan,
    Group,
}

impl Parser {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn here(&self) -> String {
        match self.tokens.get(self.at) {
            Some(token) => format!("at position {}", token.at),
            None => "at the end".into(),
        }
    }

    /// Takes a word of the language, with or without its hyphen.
    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Word { text, .. }) if text.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == Some(kind);
        self.at += usize::from(found);
        found
    }

    fn direct_reports(&mut self) -> Result<Option<Test>, String> {
        if !self.take_word("direct") {
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
        let what = holds(subject, name).ok_or_else(|| format!("Attribute not supported: '{text}' {place}."))?;
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

    fn operand(&mut self, operator: Operator, what: Holds) -> Result<Operand, String> {
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

fn item_part(item: Item, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    match item {
        Item::Text => (lower == "_").then_some(lower),
        Item::Plan => lower.strip_prefix("assignedplan.").map(str::to_owned),
        Item::Group => (lower == "group.objectid").then_some(lower),
    }
}

fn pattern(text: &str) -> Result<Operand, String> {
    match regex::RegexBuilder::new(text).case_insensitive(true).size_limit(1 << 20).build() {
        Ok(pattern) => Ok(Operand::Pattern(Some(pattern))),
        Err(error) => {
            let of_dotnet =
                ["look-around", "backreference", "size limit"].iter().any(|what| error.to_string().contains(what));
            if of_dotnet { Ok(Operand::Pattern(None)) } else { Err("The regular expression is not valid".into()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(rule: &str) {
        if let Err(error) = parse(rule) {
            panic!("{rule}: {error}");
        }
    }

    #[test]
    fn rules_as_people_write_them_are_accepted() {
        for rule in [
            r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))"#,
            r#"(device.devicePhysicalIds -any _ -eq "[OrderID]:Kiosk")"#,
            r#"device.devicephysicalids -any(_ -startsWith "[PurchaseOrderId]:76")"#,
            r#"(device.devicePhysicalIds -contains "[ZTDId]")"#,
            r#"user.country –eq "US" –and (user.department –eq "Marketing" –or user.department –eq "Sales")"#,
            r#"user.department -In ["50001", “50005”]"#,
            r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "a" -and assignedPlan.capabilityStatus -eq "Enabled")"#,
            r#"user.memberOf -any (group.objectId -in ['a','b'])"#,
            r#"Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863""#,
            "(\n  user.userType -ne \"Guest\"\nand\n  user.accountEnabled -eq True\n)",
            "user.employeeHireDate -ge system.now -plus p1d",
            "user.employeeHireDate -le (system.now -minus P30D)",
            "device.objectId -ne null",
            r#"-not (user.displayName -match "^Da.*\d")"#,
            r#"user.otherMails -all (_ -notEndsWith "@contoso.com")"#,
            r#"user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123""#,
            r#"device.deviceOSVersion -ge "10.0.26200.7462""#,
        ] {
            accepted(rule);
        }
    }

    #[test]
    fn a_bad_rule_is_refused_with_its_place() {
        for (rule, part) in [
            ("", "A property was expected at the end"),
            (r#"(user.city -eq "x""#, "A closing parenthesis was expected at the end"),
            (r#"user.city -eq "x")"#, "Unexpected text at position 18"),
            (r#"user.shoeSize -eq "x""#, "Attribute not supported: 'user.shoeSize' at position 1"),
            (r#"city -eq "x""#, "is no property of user or device"),
            (r#"user.city -bevat "x""#, "'bevat' is no operator at position 11"),
            ("user.city -eq Berlin", "'Berlin' has to stand in quotes"),
            ("user.city -contains null", "null can be compared with -eq and -ne only"),
            (r#"user.city -in "x""#, "take a list"),
            (r#"user.city -eq ["x"]"#, "take a list"),
            (r#"user.city -any (_ -eq "x")"#, "need a property with several values"),
            (r#"user.city -eq "x" and device.deviceModel -eq "y""#, "cannot be mixed"),
            (r#"user.memberOf -all (group.objectId -in ['a'])"#, "memberOf takes -any only"),
            (r#"user.memberOf -any (group.objectId -in ['a']) -and user.city -eq "x""#, "cannot be combined"),
            (r#"user.city -match "(""#, "The regular expression is not valid"),
            (r#"user.city -ge "x""#, "dates and versions only"),
        ] {
            let error = parse(rule).unwrap_err();
            assert!(error.contains(part), "{rule}: {error}");
        }
    }

    #[test]
    fn a_rule_of_more_than_3072_characters_is_refused() {
        let rule = |length: usize| format!(r#"user.city -eq "{}""#, "x".repeat(length - 16));
        accepted(&rule(3072));
        assert!(parse(&rule(3073)).unwrap_err().contains("3073 characters"));
    }

    #[test]
    fn deep_nesting_is_refused_and_never_ends_the_stack() {
        assert!(parse(&"(".repeat(3000)).is_err());
        assert!(parse(&"not ".repeat(700)).is_err());
    }
}
