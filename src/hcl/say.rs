//! What a value is in a configuration.

use hcl_edit::expr::Expression;

use super::{layout, text::literal};
use crate::{
    schema::{Attribute, Kind, Nesting},
    value::{Map, Value},
};

/// What is said instead of a literal: an expression for the id of another object, for what an attribute holds. None where
/// the literal stands.
pub(crate) trait Said {
    /// Instead of the id of an object of this kind, as tables call it.
    fn of_id(&self, kind: &str, id: &str) -> Option<Expression>;

    /// Instead of the text of an attribute.
    fn of_text(&self, attribute: &str, text: &str) -> Option<Expression>;
}

/// What a configuration sets, in the order of the table. What is null is not said.
pub(crate) fn attributes(table: &[Attribute], config: &Value, said: &dyn Said) -> Vec<(String, Expression)> {
    entries(table, config, said, 1)
}

/// A value without attributes.
fn expression(value: &Value, depth: usize) -> Expression {
    match value {
        Value::Bool(known) => Expression::from(*known),
        Value::Number(number) => number.to_string().parse().unwrap_or_else(|_| literal(&number.to_string())),
        Value::String(known) => literal(known),
        Value::List(elements) | Value::Set(elements) => {
            layout::list(elements.iter().map(|element| expression(element, depth + 1)).collect(), depth)
        }
        Value::Map(map) => {
            let entries = map.iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| (key.to_string(), expression(value, depth + 1))).collect();
            layout::object(entries, depth, false)
        }
        Value::Dynamic(inner) => expression(&inner.1, depth),
        Value::Null | Value::Unknown => Expression::null(),
    }
}

fn entries(table: &[Attribute], object: &Value, said: &dyn Said, depth: usize) -> Vec<(String, Expression)> {
    let set = table.iter().map(|attribute| (attribute, object.get(attribute.name)));
    set.filter(|(_, value)| !value.is_null())
        .map(|(attribute, value)| (attribute.name.to_owned(), of(attribute, value, said, depth)))
        .collect()
}

fn of(attribute: &Attribute, value: &Value, said: &dyn Said, depth: usize) -> Expression {
    let Kind::Nested(nesting, nested) = &attribute.kind else { return plain(attribute, value, said, depth) };
    let object = |value: &Value, depth: usize, in_list: bool| {
        layout::object(entries(nested, value, said, depth + 1), depth, in_list)
    };
    match nesting {
        Nesting::Single => object(value, depth, false),
        Nesting::List | Nesting::Set => {
            layout::list(value.elements().iter().map(|element| object(element, depth + 1, true)).collect(), depth)
        }
        Nesting::Map => {
            let rows = value.as_map().into_iter().flat_map(Map::iter);
            let rows = rows.map(|(key, row)| (key.to_string(), object(row, depth + 1, true))).collect();
            layout::object(rows, depth, false)
        }
    }
}

fn plain(attribute: &Attribute, value: &Value, said: &dyn Said, depth: usize) -> Expression {
    let one = |value: &Value, depth: usize| {
        let instead = value.as_str().and_then(|text| match attribute.refers_to {
            Some(kind) => said.of_id(kind, text),
            None => said.of_text(attribute.name, text),
        });
        instead.unwrap_or_else(|| expression(value, depth))
    };
    match value {
        Value::List(elements) | Value::Set(elements) => {
            layout::list(elements.iter().map(|element| one(element, depth + 1)).collect(), depth)
        }
        value => one(value, depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hcl::{block, file},
        schema::{boolean, id, integer, map_of, object, set_of, string, strings},
    };

    struct Names;

    impl Said for Names {
        fn of_id(&self, kind: &str, id: &str) -> Option<Expression> {
            (kind == "group" && id == "g1").then(|| "autopilot_group.sales.id".parse().expect("an expression"))
        }

        fn of_text(&self, attribute: &str, _: &str) -> Option<Expression> {
            (attribute == "help").then(|| "var.help".parse().expect("an expression"))
        }
    }

    #[test]
    fn a_block_is_laid_out_as_terraform_lays_it_out() {
        let table = [
            id(),
            string("display_name", "A."),
            string("help", "A."),
            integer("minutes", "A."),
            set_of("assignments", "A.")
                .of(vec![string("group_id", "A.").refers_to("group"), boolean("excluded", "A.")]),
            object("screen", "A.").of(vec![boolean("eula_hidden", "A."), string("x", "A.")]),
            strings("tags", "A."),
            map_of("rows", "A.").of(vec![string("tag", "A.")]),
        ];
        let target = |id: &str, excluded: Value| Value::object([("group_id", id.into()), ("excluded", excluded)]);
        let config = Value::object([
            ("display_name", "Say \"hi\" to ${you}".into()),
            ("help", "Call".into()),
            ("minutes", 60.into()),
            ("assignments", Value::set(vec![target("g1", Value::Null), target("g2", true.into())])),
            ("screen", Value::object([("eula_hidden", true.into()), ("x", "y".into())])),
            ("tags", Value::set(vec!["a".into(), "b".into()])),
            ("rows", Value::object([("PF 1", Value::object([("tag", "Sales".into())]))])),
        ]);
        let block = block("resource", &["autopilot_thing", "one"], attributes(&table, &config, &Names));
        let expected = r#"resource "autopilot_thing" "one" {
  display_name = "Say \"hi\" to $${you}"
  help         = var.help
  minutes      = 60
  assignments = [
    { group_id = autopilot_group.sales.id },
    { group_id = "g2", excluded = true },
  ]
  screen = {
    eula_hidden = true
    x           = "y"
  }
  tags = ["a", "b"]
  rows = {
    "PF 1" = { tag = "Sales" }
  }
}
"#;
        assert_eq!(file(vec![block]), expected);
    }
}
