//! Tokens as a rule: every form of either language.
//!
//! From tight to loose: comparisons, `-not`, `-and`, `-or`. A quantifier takes one comparison, or what stands in the
//! parentheses behind it. The first thing that cannot be read ends the reading.

use super::lex::{Kind, Token, tokens};
use super::problem::Problem;
use super::suggest::nearest;
use super::syntax::{Expr, Name, Node, Operand, Operator, Quantifier, Span};

/// So deep may parentheses and `-not` be nested: no rule that a person wrote comes near.
const DEEPEST: usize = 100;

/// What joins conditions or turns them round, and may stand without its dash.
const CONNECTIVES: [&str; 5] = ["and", "or", "not", "any", "all"];

/// Reads a rule.
///
/// # Errors
/// What stands in the way, and where.
pub fn parse(rule: &str) -> Result<Expr, Problem> {
    let tokens = tokens(rule)?;
    if tokens.is_empty() {
        return Err(Problem::error(0..0, "The rule is empty."));
    }
    let mut parser = Parser { tokens: &tokens, next: 0, end: rule.trim_end().len(), depth: 0 };
    let expr = match parser.direct_reports()? {
        Some(expr) => expr,
        None => parser.either()?,
    };
    match parser.peek() {
        None => Ok(expr),
        Some(Token { kind: Kind::Close, at }) => {
            Err(Problem::error(at.clone(), "This closing parenthesis has no opening one."))
        }
        Some(token) if matches!(expr, Expr::DirectReports(_)) => Err(stands_alone(token)),
        Some(token) => Err(missing_connective(token)),
    }
}

fn stands_alone(token: &Token) -> Problem {
    Problem::error(token.at.clone(), "`Direct Reports for` stands alone: no other condition can be joined to it.")
}

fn missing_connective(token: &Token) -> Problem {
    let problem = Problem::error(token.at.clone(), "Two conditions need `-and` or `-or` between them.");
    match &token.kind {
        Kind::Word(word, _) => match nearest(word, ["and", "or"]) {
            Some(meant) => problem.help(format!("Did you mean `-{meant}`?")),
            None => problem,
        },
        Kind::Text(_) => Problem::error(token.at.clone(), "A text follows a text.")
            .help("In a membership rule, a backtick escapes a quotation mark inside a text: \"say `\"hi`\"\"."),
        _ => problem,
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    /// Where the rule ends, for what is missing there.
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.next);
        self.next += usize::from(token.is_some());
        token
    }

    fn end(&self) -> Span {
        self.end..self.end
    }

    /// Takes the word if it comes next; returns its place.
    fn takes_word(&mut self, word: &str) -> Option<Span> {
        let token = self.peek().filter(|token| is_word(token, word))?;
        self.next += 1;
        Some(token.at.clone())
    }

    fn direct_reports(&mut self) -> Result<Option<Expr>, Problem> {
        let words = ["direct", "reports", "for"];
        let opened = self.tokens.iter().take_while(|token| token.kind == Kind::Open).count();
        let behind = self.tokens.get(opened..).unwrap_or_default();
        let begins = behind.iter().zip(words).filter(|(token, word)| is_word(token, word)).count() == words.len();
        if !begins {
            return Ok(None);
        }
        self.next = opened + words.len();
        let manager = match self.take() {
            Some(Token { kind: Kind::Text(manager), at }) => Node::new(manager.clone(), at.clone()),
            other => {
                let at = other.map_or(self.end(), |token| token.at.clone());
                return Err(Problem::error(
                    at,
                    "`Direct Reports for` needs the manager's object id in quotation marks.",
                ));
            }
        };
        for open in self.tokens.iter().take(opened).rev() {
            match self.take() {
                Some(Token { kind: Kind::Close, .. }) => {}
                Some(token) => return Err(stands_alone(token)),
                None => return Err(Problem::error(open.at.clone(), "This parenthesis is not closed.")),
            }
        }
        Ok(Some(Expr::DirectReports(manager)))
    }

    fn either(&mut self) -> Result<Expr, Problem> {
        let mut left = self.both()?;
        while self.takes_word("or").is_some() {
            left = Expr::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expr, Problem> {
        let mut left = self.turned()?;
        while self.takes_word("and").is_some() {
            left = Expr::And(Box::new(left), Box::new(self.turned()?));
        }
        Ok(left)
    }

    fn turned(&mut self) -> Result<Expr, Problem> {
        match self.takes_word("not") {
            Some(at) => {
                self.descend(&at)?;
                let inner = self.turned()?;
                self.depth -= 1;
                Ok(Expr::Not(Node::new((), at), Box::new(inner)))
            }
            None => self.single(),
        }
    }

    fn descend(&mut self, at: &Span) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem::error(at.clone(), "The rule is nested too deeply."));
        }
        Ok(())
    }

    fn single(&mut self) -> Result<Expr, Problem> {
        match self.take() {
            Some(Token { kind: Kind::Open, at }) => self.parenthesised(at),
            Some(Token { kind: Kind::Word(word, false), at }) if Operator::named(word).is_none() => {
                self.compared(word, at)
            }
            other => Err(self.no_condition(other)),
        }
    }

    /// What is behind an opening parenthesis, with the closing one.
    fn parenthesised(&mut self, opened: &Span) -> Result<Expr, Problem> {
        self.descend(opened)?;
        let inner = self.either()?;
        self.depth -= 1;
        match self.peek() {
            Some(Token { kind: Kind::Close, .. }) => {
                self.next += 1;
                Ok(inner)
            }
            None => Err(Problem::error(opened.clone(), "This parenthesis is not closed.")),
            Some(token) => Err(missing_connective(token)),
        }
    }

    /// A comparison or a quantified condition, of which the left side has been read.
    fn compared(&mut self, word: &str, at: &Span) -> Result<Expr, Problem> {
        if CONNECTIVES.iter().any(|connective| connective.eq_ignore_ascii_case(word)) {
            return Err(Problem::error(at.clone(), format!("`{word}` stands where a condition has to begin.")));
        }
        let name = Node::new(name(word), at.clone());
        if let Some(quantifier) = self.quantifier() {
            let holds = match self.peek() {
                Some(Token { kind: Kind::Open, at }) => {
                    self.next += 1;
                    self.parenthesised(at)?
                }
                _ => self.single()?,
            };
            return Ok(Expr::Each { collection: name, quantifier, holds: Box::new(holds) });
        }
        let operator = self.operator(&name)?;
        let right = self.operand(&operator)?;
        Ok(Expr::Compare { left: name, operator, right })
    }

    fn quantifier(&mut self) -> Option<Node<Quantifier>> {
        let any = self.takes_word("any").map(|at| Node::new(Quantifier::Any, at));
        any.or_else(|| self.takes_word("all").map(|at| Node::new(Quantifier::All, at)))
    }

    fn operator(&mut self, left: &Node<Name>) -> Result<Node<Operator>, Problem> {
        let Some(token) = self.take() else {
            return Err(Problem::error(self.end(), format!("`{}` needs an operator and a value.", left.is))
                .help(format!("For example: {} -eq \"...\"", left.is)));
        };
        let Kind::Word(word, dashed) = &token.kind else {
            let problem = Problem::error(token.at.clone(), format!("An operator has to follow `{}`.", left.is));
            return Err(problem.help("For example `-eq`, `-startsWith` or `-contains`."));
        };
        // Assignment filters know `equals` too, but not with a dash.
        let operator =
            Operator::named(word).or((!dashed && word.eq_ignore_ascii_case("equals")).then_some(Operator::Eq));
        operator
            .map(|operator| Node::new(operator, token.at.clone()))
            .ok_or_else(|| unknown_operator(word, *dashed, &token.at))
    }

    fn operand(&mut self, operator: &Node<Operator>) -> Result<Node<Operand>, Problem> {
        let Some(token) = self.take() else {
            let missing = format!("A value has to follow `-{}`.", operator.is.name());
            return Err(Problem::error(operator.at.clone(), missing));
        };
        let at = token.at.clone();
        match &token.kind {
            Kind::Text(text) => Ok(Node::new(Operand::Text(text.clone()), at)),
            Kind::OpenList => self.list(&at),
            Kind::Word(word, false) => self.word_operand(word, at),
            // `(system.now -minus P30D)`
            Kind::Open => {
                let inner = self.operand(operator)?;
                match (&inner.is, self.take()) {
                    (Operand::Now(_), Some(Token { kind: Kind::Close, .. })) => Ok(inner),
                    (Operand::Now(_), _) => Err(Problem::error(at, "This parenthesis is not closed.")),
                    _ => Err(Problem::error(at, "A value does not stand in parentheses.")
                        .help("A list stands in brackets: [\"A\", \"B\"].")),
                }
            }
            _ => Err(Problem::error(at, format!("A value has to follow `-{}`.", operator.is.name()))),
        }
    }

    fn word_operand(&mut self, word: &str, at: Span) -> Result<Node<Operand>, Problem> {
        let folded = word.to_ascii_lowercase();
        let operand = match folded.as_str() {
            "true" | "$true" => Operand::Bool(true),
            "false" | "$false" => Operand::Bool(false),
            "null" | "$null" => Operand::Null,
            "system.now" => {
                let (sum, end) = self.sum()?;
                return Ok(Node::new(Operand::Now(sum), at.start..end.unwrap_or(at.end)));
            }
            _ if is_date(word) => Operand::Date(word.to_owned()),
            _ if is_number(word) => Operand::Number(word.to_owned()),
            _ => match name(word) {
                named @ Name::Property(..) if is_object(word) => Operand::Property(named),
                _ => {
                    let problem = Problem::error(at, "A text has to stand in quotation marks.");
                    return Err(problem.help(match folded.as_str() {
                        "yes" | "on" => format!("Write \"{word}\" for a text, and true for what is true or false."),
                        "no" | "off" => format!("Write \"{word}\" for a text, and false for what is true or false."),
                        _ => format!("Write \"{word}\"."),
                    }));
                }
            },
        };
        Ok(Node::new(operand, at))
    }

    /// `-plus P1D` or `-minus P1D` behind `system.now`, and where it ends.
    #[expect(clippy::type_complexity, reason = "what the operand holds, and its end")]
    fn sum(&mut self) -> Result<(Option<(bool, String)>, Option<usize>), Problem> {
        let (minus, at) = match (self.takes_word("plus"), self.takes_word("minus")) {
            (Some(at), _) => (false, at),
            (None, Some(at)) => (true, at),
            (None, None) => return Ok((None, None)),
        };
        let duration = match self.take() {
            Some(Token { kind: Kind::Word(word, false), at }) => Some((word.clone(), at)),
            Some(Token { kind: Kind::Text(text), at }) => Some((text.clone(), at)),
            _ => None,
        };
        match duration.filter(|(text, _)| is_duration(text)) {
            Some((text, place)) => Ok((Some((minus, text.to_ascii_uppercase())), Some(place.end))),
            None => Err(Problem::error(at, "A duration has to follow, such as `P1D` for one day.")),
        }
    }

    fn list(&mut self, opened: &Span) -> Result<Node<Operand>, Problem> {
        let mut items = Vec::new();
        loop {
            let not_closed = || Problem::error(opened.clone(), "This list is not closed by `]`.");
            let token = self.take().ok_or_else(not_closed)?;
            let at = token.at.clone();
            match &token.kind {
                Kind::CloseList => {
                    if items.is_empty() {
                        return Err(Problem::error(opened.start..at.end, "The list is empty."));
                    }
                    return Ok(Node::new(Operand::List(items), opened.start..at.end));
                }
                Kind::Text(text) => items.push(Node::new(Operand::Text(text.clone()), at)),
                Kind::Word(word, false) => {
                    let item = self.word_operand(word, at)?;
                    items.push(item);
                }
                _ => return Err(Problem::error(at, "A list holds values, with commas between them.")),
            }
            match self.peek() {
                Some(Token { kind: Kind::Comma, .. }) => self.next += 1,
                Some(Token { kind: Kind::CloseList, .. }) => {}
                Some(token) => {
                    return Err(Problem::error(token.at.clone(), "A comma is missing before this value."));
                }
                None => return Err(not_closed()),
            }
        }
    }

    fn no_condition(&self, found: Option<&Token>) -> Problem {
        let needs = "A condition has to stand here, such as `device.displayName -startsWith \"KIOSK\"`.";
        let Some(token) = found else {
            return Problem::error(self.end(), "The rule ends where a condition has to stand.").help(needs);
        };
        let at = token.at.clone();
        match &token.kind {
            Kind::Close => Problem::error(at, "A condition is missing before this parenthesis.").help(needs),
            Kind::Word(word, _) if CONNECTIVES.iter().any(|known| known.eq_ignore_ascii_case(word)) => {
                Problem::error(at, format!("A condition is missing before `-{word}`.")).help(needs)
            }
            Kind::Word(word, _) if Operator::named(word).is_some() => {
                Problem::error(at, format!("`-{word}` needs a property before it."))
                    .help("For example `device.displayName` or `user.department`.")
            }
            _ => Problem::error(at, "A condition begins with a property.").help(needs),
        }
    }
}

fn unknown_operator(word: &str, dashed: bool, at: &Span) -> Problem {
    let known = Operator::ALL.iter().map(|(_, name)| *name);
    let dash = if dashed { "-" } else { "" };
    let problem = Problem::error(at.clone(), format!("`{dash}{word}` is no operator."));
    match nearest(word, known) {
        _ if word.eq_ignore_ascii_case("not") => {
            problem.help("It turns a whole condition round. Write `-ne null` for a property that has a value.")
        }
        Some(meant) => problem.help(format!("Did you mean `-{meant}`?")),
        None => problem.help(
            "Operators are -eq, -ne, -startsWith, -notStartsWith, -endsWith, -notEndsWith, -contains, -notContains, \
             -match, -notMatch, -in and -notIn; dates have -ge and -le too.",
        ),
    }
}

/// The word, with or without its dash, in any letter case.
fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.kind, Kind::Word(found, _) if found.eq_ignore_ascii_case(word))
}

fn name(word: &str) -> Name {
    match word.split_once('.') {
        _ if word == "_" => Name::Item,
        Some((object, name)) if !object.is_empty() => Name::Property(object.to_owned(), name.to_owned()),
        _ => Name::Property(String::new(), word.to_owned()),
    }
}

/// Whether a word on the right side is a property and no text without its quotation marks.
fn is_object(word: &str) -> bool {
    let object = word.split('.').next().unwrap_or_default();
    word.contains('.') && ["user", "device", "group"].iter().any(|known| known.eq_ignore_ascii_case(object))
}

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
        && word.ends_with(|last: char| last.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `2024-01-31`, with or without a time behind it.
fn is_date(word: &str) -> bool {
    let (day, time) = word.split_at_checked(10).unwrap_or((word, ""));
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = day.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
        && (time.is_empty() || time.starts_with(['T', 't']))
}

/// An ISO 8601 duration: `P30D`, `PT12H`.
fn is_duration(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next().is_some_and(|first| first.eq_ignore_ascii_case(&'p'))
        && rest.clone().any(|character| character.is_ascii_digit())
        && rest.all(|character| character.is_ascii_digit() || "ymwdhtsYMWDHTS.".contains(character))
}
