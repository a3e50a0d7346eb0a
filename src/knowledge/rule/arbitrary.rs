//! Rules at random.

use proptest::prelude::*;

use super::syntax::{Expr, Name, Node, Operand, Operator, Quantifier};

fn node<T>(is: T) -> Node<T> {
    Node::new(is, 0..0)
}

fn text() -> impl Strategy<Value = Operand> {
    // A text cannot end with a backtick: that would escape its closing quotation mark.
    "[ -~äß\u{2013}\u{201c}]{0,8}".prop_map(|text| Operand::Text(text.trim_end_matches('`').to_owned()))
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        4 => text(),
        1 => Just(Operand::Null),
        1 => any::<bool>().prop_map(Operand::Bool),
        1 => Just(Operand::Now(None)),
        1 => any::<bool>().prop_map(|minus| Operand::Now(Some((minus, "P30D".to_owned())))),
        1 => Just(Operand::Number("10.0.22621".to_owned())),
        1 => Just(Operand::Date("2024-01-31T08:00:00Z".to_owned())),
        2 => prop::collection::vec(text().prop_map(node), 1..4).prop_map(Operand::List),
    ]
}

fn property() -> impl Strategy<Value = Name> {
    let names = ["city", "displayName", "deviceModel", "extensionAttribute1"];
    (prop::sample::select(vec!["user", "device"]), prop::sample::select(names.to_vec()))
        .prop_map(|(object, name)| Name::Property(object.to_owned(), name.to_owned()))
}

fn operator() -> impl Strategy<Value = Operator> {
    prop::sample::select(Operator::ALL.map(|(operator, _)| operator).to_vec())
}

fn comparison(left: impl Strategy<Value = Name>) -> impl Strategy<Value = Expr> {
    (left, operator(), operand()).prop_map(|(left, operator, right)| Expr::Compare {
        left: node(left),
        operator: node(operator),
        right: node(right),
    })
}

/// A rule, three connectives deep.
pub(crate) fn expr() -> impl Strategy<Value = Expr> {
    let quantifier = prop_oneof![Just(Quantifier::Any), Just(Quantifier::All)];
    let each = (property(), quantifier, comparison(Just(Name::Item))).prop_map(|(collection, quantifier, holds)| {
        Expr::Each { collection: node(collection), quantifier: node(quantifier), holds: Box::new(holds) }
    });
    let leaf = prop_oneof![4 => comparison(property()), 1 => each];
    leaf.prop_recursive(3, 16, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(left, right)| Expr::And(Box::new(left), Box::new(right))),
            pair.prop_map(|(left, right)| Expr::Or(Box::new(left), Box::new(right))),
            inner.prop_map(|inner| Expr::Not(node(()), Box::new(inner))),
        ]
    })
}
