//! Cases as plain text: schemas, values, and what is expected.
//!
//! ```text
//! == a name for the case
//! schema  name: string required, rows: list {tag: string optional, id: string computed} optional
//! config  {name: 'a', rows: [{tag: ?}]}
//! refused name: 'b' is planned
//! ```
//!
//! A line that is indented goes on from the one before. `?` is unknown; an attribute that is left out is null; a value
//! whose type travels with it is written `(string) 'a'`. Lists, sets and tuples are written alike: the schema tells which.

use std::collections::BTreeMap;

use autopilot::{
    schema::Nesting,
    value::{Map, Type, Value},
};

use super::model::{Attribute, Attributes, Shape, object_type};

/// One case: its name, and its lines by their first word.
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    lines: Vec<(&'a str, String)>,
}

impl Case<'_> {
    /// What the lines of that word say.
    pub(super) fn all(&self, word: &str) -> Vec<&str> {
        self.lines.iter().filter(|(key, _)| *key == word).map(|(_, text)| text.as_str()).collect()
    }

    pub(super) fn schema(&self) -> Attributes {
        let text = self.all("schema").join(", ");
        let mut rest = Rest(&text);
        let attributes = rest.attributes();
        assert_eq!(rest.0.trim(), "", "{}: the schema ends there", self.name);
        attributes
    }

    /// The value of the one line of that word; null where there is none.
    pub(super) fn value(&self, word: &str, attributes: &Attributes) -> Value {
        match self.all(word).as_slice() {
            [] => Value::Null,
            [text] => value(text, attributes),
            _ => panic!("{}: {word} stands twice", self.name),
        }
    }
}

/// A value of an object with these attributes.
pub(super) fn value(text: &str, attributes: &Attributes) -> Value {
    let mut rest = Rest(text);
    let value = rest.value(&object_type(attributes));
    assert_eq!(rest.0.trim(), "", "a value ends there");
    value
}

/// The cases of a file. Each line's word is one of these.
pub(super) fn cases<'a>(text: &'a str, words: &[&str]) -> Vec<Case<'a>> {
    let mut cases: Vec<Case<'a>> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("== ") {
            assert!(!cases.iter().any(|case| case.name == name), "{name:?} stands twice");
            cases.push(Case { name, lines: Vec::new() });
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        if line.starts_with(' ') {
            let (_, text) = case.lines.last_mut().expect("the first line of a case is not indented");
            text.push(' ');
            text.push_str(line.trim());
        } else {
            let (word, text) = line.split_once(' ').unwrap_or((line, ""));
            assert!(words.contains(&word), "{}: no case has a line {word:?}", case.name);
            case.lines.push((word, text.trim().to_owned()));
        }
    }
    cases
}

/// What is left to be read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn peek(&mut self) -> Option<char> {
        self.0 = self.0.trim_start();
        self.0.chars().next()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is = self.peek() == Some(wanted);
        if is {
            self.0 = &self.0[wanted.len_utf8()..];
        }
        is
    }

    fn expect(&mut self, wanted: char) {
        assert!(self.takes(wanted), "{wanted:?} is expected before {:?}", self.0);
    }

    fn word(&mut self) -> &'a str {
        self.peek();
        let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let end = self.0.find(|c| !plain(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        assert!(!word.is_empty(), "a word is expected before {rest:?}");
        self.0 = rest;
        word
    }

    fn quoted(&mut self) -> &'a str {
        self.expect('\'');
        let (text, rest) = self.0.split_once('\'').expect("a text ends");
        self.0 = rest;
        text
    }

    fn attributes(&mut self) -> Attributes {
        let mut attributes = Attributes::new();
        while self.peek().is_some_and(|c| c != '}') {
            let name = self.word();
            self.expect(':');
            attributes.insert(name.to_owned(), self.attribute());
            self.takes(',');
        }
        attributes
    }

    fn attribute(&mut self) -> Attribute {
        let word = self.word();
        let shape = match self.peek() {
            Some('{') => {
                let nesting = match word {
                    "single" => Nesting::Single,
                    "list" => Nesting::List,
                    "set" => Nesting::Set,
                    "map" => Nesting::Map,
                    other => panic!("{other:?} nests nothing"),
                };
                self.expect('{');
                let attributes = self.attributes();
                self.expect('}');
                Shape::Nested(nesting, attributes)
            }
            _ => Shape::Plain(self.type_of(word)),
        };
        let mut attribute =
            Attribute { shape, required: false, optional: false, computed: false, sensitive: false, write_only: false };
        while self.peek().is_some_and(char::is_alphabetic) {
            match self.word() {
                "required" => attribute.required = true,
                "optional" => attribute.optional = true,
                "computed" => attribute.computed = true,
                "sensitive" => attribute.sensitive = true,
                "write-only" => attribute.write_only = true,
                other => panic!("{other:?} says nothing of an attribute"),
            }
        }
        attribute
    }

    fn type_of(&mut self, word: &str) -> Type {
        match word {
            "bool" => Type::Bool,
            "number" => Type::Number,
            "string" => Type::String,
            "dynamic" => Type::Dynamic,
            "object" => {
                self.expect('(');
                let mut types = BTreeMap::new();
                while self.peek() != Some(')') {
                    let name = self.word();
                    self.expect(':');
                    let word = self.word();
                    types.insert(name.into(), self.type_of(word));
                    self.takes(',');
                }
                self.expect(')');
                Type::Object(types)
            }
            _ => {
                self.expect('(');
                let inner = self.word();
                let inner = Box::new(self.type_of(inner));
                self.expect(')');
                match word {
                    "list" => Type::List(inner),
                    "set" => Type::Set(inner),
                    "map" => Type::Map(inner),
                    other => panic!("{other:?} is no type"),
                }
            }
        }
    }

    fn value(&mut self, ty: &Type) -> Value {
        match self.peek().expect("a value is there") {
            '?' => {
                self.expect('?');
                Value::Unknown
            }
            '\'' => self.quoted().into(),
            '(' => {
                self.expect('(');
                let word = self.word();
                let ty = self.type_of(word);
                self.expect(')');
                let value = self.value(&ty);
                Value::Dynamic(Box::new((ty, value)))
            }
            '[' => {
                self.expect('[');
                let mut elements = Vec::new();
                while !self.takes(']') {
                    let ty = match ty {
                        Type::List(element) | Type::Set(element) => element,
                        Type::Tuple(types) => &types[elements.len()],
                        _ => panic!("{ty:?} has no elements"),
                    };
                    elements.push(self.value(ty));
                    self.takes(',');
                }
                if matches!(ty, Type::Set(_)) { Value::set(elements) } else { Value::List(elements) }
            }
            '{' => {
                self.expect('{');
                let mut map = match ty {
                    Type::Object(types) => types.keys().map(|name| (name.clone(), Value::Null)).collect(),
                    _ => Map::new(),
                };
                while !self.takes('}') {
                    let name = self.word();
                    self.expect(':');
                    let ty = match ty {
                        Type::Map(element) => element,
                        Type::Object(types) => types.get(name).unwrap_or_else(|| panic!("{name:?} is no attribute")),
                        _ => panic!("{ty:?} has no attributes"),
                    };
                    map.insert(name, self.value(ty));
                    self.takes(',');
                }
                Value::Map(map)
            }
            _ => match self.word() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(number.parse().unwrap_or_else(|_| panic!("{number:?} is no value"))),
            },
        }
    }
}
