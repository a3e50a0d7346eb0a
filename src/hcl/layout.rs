//! Where things stand: indentation, equals signs below each other, blank lines.

use hcl_edit::{
    Decorate, Decorated, Ident,
    expr::{Array, Expression, Object, ObjectKey, ObjectValue, ObjectValueTerminator},
    structure::{Attribute, Block, Body, Structure},
};

use super::text::{is_name, literal};

/// A list or an object that is wider than this is written over several lines.
const WIDEST: usize = 80;

pub(super) fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// A block with its labels. An attribute that takes several lines stands apart from those beside it.
pub(crate) fn block(ident: &str, labels: &[&str], attributes: Vec<(String, Expression)>) -> Block {
    let mut block = Block::new(Decorated::new(Ident::new(ident)));
    block.labels.extend(labels.iter().map(|&label| label.to_owned().into()));
    block.body = body(attributes, 1);
    block
}

/// Puts a block into another one, behind its attributes.
pub(crate) fn inside(outer: &mut Block, ident: &str, attributes: Vec<(String, Expression)>) {
    let mut inner = Block::new(Decorated::new(Ident::new(ident)));
    inner.body = body(attributes, 2);
    inner.body.decor_mut().set_suffix(indent(1));
    inner.decor_mut().set_prefix(format!("\n{}", indent(1)));
    outer.body.push(Structure::Block(inner));
}

/// The text of a file of these blocks, a blank line between each two.
pub(crate) fn file(blocks: Vec<Block>) -> String {
    let mut body = Body::new();
    for (at, mut block) in blocks.into_iter().enumerate() {
        if at > 0 {
            block.decor_mut().set_prefix("\n");
        }
        body.push(Structure::Block(block));
    }
    body.to_string()
}

fn body(attributes: Vec<(String, Expression)>, depth: usize) -> Body {
    let widths = widths(attributes.iter().map(|(name, value)| (name.as_str(), value)));
    let mut body = Body::new();
    for ((name, value), width) in attributes.into_iter().zip(widths) {
        let mut key = Decorated::new(Ident::new(name.as_str()));
        key.decor_mut().set_suffix(" ".repeat(width + 1 - name.len()));
        let mut attribute = Attribute::new(key, value);
        attribute.decor_mut().set_prefix(indent(depth));
        body.push(attribute);
    }
    body
}

/// How wide each name is to be: those in lines below each other are as wide as the widest of them.
fn widths<'a>(attributes: impl Iterator<Item = (&'a str, &'a Expression)>) -> Vec<usize> {
    let lines: Vec<_> = attributes.map(|(name, value)| (name.len(), is_aligned(value))).collect();
    let runs = lines.chunk_by(|before, after| before.1 && after.1);
    runs.flat_map(|run| {
        let widest = run.iter().map(|(width, _)| *width).max().unwrap_or_default();
        run.iter().map(move |_| widest)
    })
    .collect()
}

/// Terraform counts a heredoc as one line here.
fn is_aligned(value: &Expression) -> bool {
    matches!(value, Expression::HeredocTemplate(_)) || is_one_line(value)
}

fn is_one_line(value: &Expression) -> bool {
    !value.to_string().contains('\n')
}

/// A list: in one line where it fits and holds no objects.
pub(super) fn list(elements: Vec<Expression>, depth: usize) -> Expression {
    let width: usize = elements.iter().map(|element| element.to_string().chars().count() + 2).sum();
    let holds_objects = elements.iter().any(|element| matches!(element, Expression::Object(_)));
    let fits = !holds_objects && width <= WIDEST && elements.iter().all(is_one_line);
    let mut list = Array::new();
    let is_empty = elements.is_empty();
    for mut element in elements {
        if !fits {
            element.decor_mut().set_prefix(format!("\n{}", indent(depth + 1)));
        }
        list.push(element);
    }
    if !fits && !is_empty {
        list.set_trailing_comma(true);
        list.set_trailing(format!("\n{}", indent(depth)));
    }
    Expression::Array(list)
}

/// An object. `may_be_one_line`: an element of a list, which is written in one line where it fits.
pub(super) fn object(entries: Vec<(String, Expression)>, depth: usize, may_be_one_line: bool) -> Expression {
    let width: usize = entries.iter().map(|(name, value)| name.len() + value.to_string().chars().count() + 5).sum();
    let fits = may_be_one_line && width <= WIDEST && entries.iter().all(|(_, value)| is_one_line(value));
    let keys: Vec<String> = entries.iter().map(|(name, _)| key_text(name)).collect();
    let widths = widths(keys.iter().map(String::as_str).zip(entries.iter().map(|(_, value)| value)));
    let (mut object, last) = (Object::new(), entries.len().saturating_sub(1));
    let is_empty = entries.is_empty();
    for (at, (((name, value), shown), width)) in entries.into_iter().zip(&keys).zip(widths).enumerate() {
        let mut key = key(&name);
        let mut value = ObjectValue::new(value);
        if fits {
            key.decor_mut().set_prefix(" ");
            let ends = if at == last { ObjectValueTerminator::None } else { ObjectValueTerminator::Comma };
            value.set_terminator(ends);
        } else {
            let newline = if at == 0 { "\n" } else { "" };
            key.decor_mut().set_prefix(format!("{newline}{}", indent(depth + 1)));
            key.decor_mut().set_suffix(" ".repeat(width + 1 - shown.len()));
            value.set_terminator(ObjectValueTerminator::Newline);
        }
        object.insert(key, value);
    }
    if !is_empty {
        object.set_trailing(if fits { " ".to_owned() } else { indent(depth) });
    }
    Expression::Object(object)
}

fn key(name: &str) -> ObjectKey {
    if is_name(name) {
        ObjectKey::Ident(Decorated::new(Ident::new(name)))
    } else {
        ObjectKey::Expression(literal(name))
    }
}

fn key_text(name: &str) -> String {
    if is_name(name) { name.to_owned() } else { literal(name).to_string() }
}
