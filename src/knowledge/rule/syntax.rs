//! A rule that has been read. Every part remembers where it stands; two parts are equal when they say the same.

use std::ops::Range;

/// Where something stands in the text, in bytes.
pub type Span = Range<usize>;

/// A part of a rule, and where it stands. The place does not count when parts are compared.
#[derive(Debug, Clone)]
pub struct Node<T> {
    /// The part.
    pub is: T,
    /// Its place.
    pub at: Span,
}

impl<T: PartialEq> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is == other.is
    }
}

impl<T> Node<T> {
    /// A part at its place.
    pub fn new(is: T, at: Span) -> Node<T> {
        Node { is, at }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// Both have to hold.
    And(Box<Expr>, Box<Expr>),
    /// One of them has to hold.
    Or(Box<Expr>, Box<Expr>),
    /// It must not hold. The node is the word `-not`.
    Not(Node<()>, Box<Expr>),
    /// A comparison.
    Compare {
        /// What is compared.
        left: Node<Name>,
        /// How.
        operator: Node<Operator>,
        /// With what.
        right: Node<Operand>,
    },
    /// A condition on the items of a collection.
    Each {
        /// The collection.
        collection: Node<Name>,
        /// Of how many items it has to hold.
        quantifier: Node<Quantifier>,
        /// The condition. In it, [`Name::Item`] and names such as `assignedPlan.servicePlanId` stand for the item.
        holds: Box<Expr>,
    },
    /// `Direct Reports for "..."`, with the manager's id.
    DirectReports(Node<String>),
}

/// What a comparison looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// `device.displayName`: what stands before the first dot, and the rest. Without a dot, the first is empty.
    Property(String, String),
    /// `_`: the item of a collection.
    Item,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `-eq`
    Eq,
    /// `-ne`
    Ne,
    /// `-startsWith`
    StartsWith,
    /// `-notStartsWith`
    NotStartsWith,
    /// `-endsWith`
    EndsWith,
    /// `-notEndsWith`
    NotEndsWith,
    /// `-contains`
    Contains,
    /// `-notContains`
    NotContains,
    /// `-match`
    Match,
    /// `-notMatch`
    NotMatch,
    /// `-in`
    In,
    /// `-notIn`
    NotIn,
    /// `-ge`
    Ge,
    /// `-le`
    Le,
    /// `-gt`
    Gt,
    /// `-lt`
    Lt,
}

impl Operator {
    /// All of them, with their names as Microsoft writes them.
    pub const ALL: [(Operator, &'static str); 16] = [
        (Operator::Eq, "eq"),
        (Operator::Ne, "ne"),
        (Operator::StartsWith, "startsWith"),
        (Operator::NotStartsWith, "notStartsWith"),
        (Operator::EndsWith, "endsWith"),
        (Operator::NotEndsWith, "notEndsWith"),
        (Operator::Contains, "contains"),
        (Operator::NotContains, "notContains"),
        (Operator::Match, "match"),
        (Operator::NotMatch, "notMatch"),
        (Operator::In, "in"),
        (Operator::NotIn, "notIn"),
        (Operator::Ge, "ge"),
        (Operator::Le, "le"),
        (Operator::Gt, "gt"),
        (Operator::Lt, "lt"),
    ];

    /// Its name without the dash.
    #[must_use]
    pub fn name(self) -> &'static str {
        Operator::ALL.iter().find(|(operator, _)| *operator == self).map_or("", |(_, name)| name)
    }

    /// The operator of this name, in any letter case.
    #[must_use]
    pub fn named(name: &str) -> Option<Operator> {
        Operator::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(operator, _)| *operator)
    }

    /// Whether it says the opposite of another one, and of which.
    #[must_use]
    pub fn opposite_of(self) -> Option<Operator> {
        match self {
            Operator::Ne => Some(Operator::Eq),
            Operator::NotStartsWith => Some(Operator::StartsWith),
            Operator::NotEndsWith => Some(Operator::EndsWith),
            Operator::NotContains => Some(Operator::Contains),
            Operator::NotMatch => Some(Operator::Match),
            Operator::NotIn => Some(Operator::In),
            _ => None,
        }
    }
}

/// Of how many items a condition has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Each of them.
    All,
}

/// What is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text, as it reads without its quotation marks and escapes.
    Text(String),
    /// A number, or a version such as `10.0.22621`.
    Number(String),
    /// A day or a moment, such as `2024-01-31` or `2024-01-31T08:00:00Z`.
    Date(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
    /// `system.now`, with the duration that is added (`false`) or taken away (`true`), such as `P1D`.
    Now(Option<(bool, String)>),
    /// `["A", "B"]`
    List(Vec<Node<Operand>>),
    /// Another property.
    Property(Name),
}
