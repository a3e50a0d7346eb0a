//! A parsed rule.

/// Whose properties a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    User,
    Device,
}

/// A parsed rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) subject: Subject,
    pub(crate) test: Test,
}

/// A condition.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
    /// The property's name in lower case, without `user.` or `device.`.
    Compare(String, Operator, Operand),
    /// The collection, whether all items have to fit, the condition on an item. Inside, the property `_` or, for
    /// items with parts, the part's name.
    Items(String, bool, Box<Test>),
    /// `memberOf -any (group.objectId -in [...])`.
    MemberOf(Vec<String>),
    /// `Direct Reports for "..."`.
    DirectReports(String),
}

/// A comparison; `negated` for the ones that begin with `not`, and for `-ne`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) kind: OperatorKind,
    pub(crate) negated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperatorKind {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    In,
    GreaterOrEqual,
    LessOrEqual,
}

/// The right side of a comparison, texts in lower case.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Null,
    Bool(bool),
    Text(String),
    List(Vec<String>),
    /// Nothing for an expression that only .NET understands.
    Pattern(Option<regex::Regex>),
    /// `system.now`, give or take so many seconds.
    Now(i64),
}
