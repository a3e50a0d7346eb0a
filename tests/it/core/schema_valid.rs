//! What core accepts as a provider's schemas, as they go over the wire. For one mistake it drops the whole provider.
//!
//! The rules are those of Terraform's `internal/configs/configschema/internal_validate.go` and
//! `internal/schemarepo/loadschemas/plugins.go`, told anew. Attribute names are held to the pattern of block names: core
//! would, if older providers let it.

use std::collections::BTreeSet;

use autopilot::{
    server::proto::{
        Attribute, EncodedAttribute,
        tfplugin6::{
            Function, ResourceIdentitySchema, Schema,
            function::Parameter,
            get_provider_schema,
            schema::{Block, NestedBlock, Object, nested_block, object},
        },
    },
    value::Type,
};

/// Why core would not load the provider.
pub(super) fn provider_faults(provider: &get_provider_schema::Response) -> Vec<String> {
    let mut faults = Vec::new();
    match &provider.provider {
        Some(schema) => faults.extend(schema_faults("provider", schema)),
        None => faults.push("provider: has no schema".to_owned()),
    }
    for (kind, schemas) in [
        ("resource", &provider.resource_schemas),
        ("data source", &provider.data_source_schemas),
        ("ephemeral resource", &provider.ephemeral_resource_schemas),
        ("list resource", &provider.list_resource_schemas),
    ] {
        for (name, schema) in schemas {
            faults.extend(schema_faults(&format!("{kind} {name}"), schema));
        }
    }
    for (name, function) in &provider.functions {
        faults.extend(function_faults(name, function));
    }
    faults
}

/// What is wrong with a schema. `owner` begins each sentence.
pub(super) fn schema_faults(owner: &str, schema: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    if schema.version < 0 {
        faults.push(format!("{owner}: has a negative version"));
    }
    match &schema.block {
        Some(block) => block_faults(owner, block, &mut faults),
        None => faults.push(format!("{owner}: has no block")),
    }
    faults
}

fn block_faults(owner: &str, block: &Block, faults: &mut Vec<String>) {
    deprecation_faults(owner, block.deprecated, &block.deprecation_message, faults);
    attributes_faults(owner, &block.attributes, faults);
    for attribute in read(&block.attributes).filter(|attribute| block.computed && !attribute.computed) {
        faults.push(format!("{owner}.{}: is not computed, inside a computed block", attribute.name));
    }
    for nested in &block.block_types {
        let path = format!("{owner}.{}", nested.type_name);
        if read(&block.attributes).any(|attribute| attribute.name == nested.type_name) {
            faults.push(format!("{path}: is an attribute and a block"));
        }
        name_faults(&path, &nested.type_name, faults);
        let Some(inner) = &nested.block else {
            faults.push(format!("{path}: has no block"));
            continue;
        };
        if block.computed && !inner.computed {
            faults.push(format!("{path}: is not computed, inside a computed block"));
        }
        nesting_faults(&path, nested, inner, faults);
        block_faults(&path, inner, faults);
    }
}

fn nesting_faults(path: &str, nested: &NestedBlock, inner: &Block, faults: &mut Vec<String>) {
    use nested_block::NestingMode::{Group, List, Map, Set, Single};
    let (least, most) = (nested.min_items, nested.max_items);
    let nesting = nested_block::NestingMode::try_from(nested.nesting).unwrap_or_default();
    let counts_fit = match nesting {
        Single => least == most && (0..=1).contains(&least),
        Group | Map => (least, most) == (0, 0),
        List | Set => least >= 0 && most >= 0 && (least <= most || most == 0) && !(least > 0 && inner.computed),
        nested_block::NestingMode::Invalid => {
            faults.push(format!("{path}: has no nesting mode"));
            true
        }
    };
    if !counts_fit {
        faults.push(format!("{path}: cannot have {least} to {most} blocks"));
    }
    if nesting == Group && inner.computed {
        faults.push(format!("{path}: is a group and computed"));
    }
    if nesting == Set && block_any(inner, &is_dynamic) {
        faults.push(format!("{path}: has a dynamic attribute inside a set"));
    }
    if nesting == Set && block_any(inner, &|attribute| attribute.write_only) {
        faults.push(format!("{path}: has a write-only attribute inside a set"));
    }
}

fn read(attributes: &[EncodedAttribute]) -> impl Iterator<Item = Attribute> {
    attributes.iter().map(|attribute| attribute.read().expect("an attribute"))
}

fn attributes_faults(owner: &str, attributes: &[EncodedAttribute], faults: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for attribute in read(attributes) {
        let path = format!("{owner}.{}", attribute.name);
        name_faults(&path, &attribute.name, faults);
        attribute_faults(&path, &attribute, faults);
        if !names.insert(attribute.name) {
            faults.push(format!("{path}: stands twice"));
        }
    }
}

fn attribute_faults(path: &str, attribute: &Attribute, faults: &mut Vec<String>) {
    let Attribute { required, optional, computed, write_only, .. } = *attribute;
    let mut refuse = |wrong: bool, why: &str| {
        if wrong {
            faults.push(format!("{path}: {why}"));
        }
    };
    refuse(!required && !optional && !computed, "is neither required, optional nor computed");
    refuse(required && optional, "is required and optional");
    refuse(required && computed, "is required and computed");
    // Not core's rule but the framework's: there would be nothing to write.
    refuse(write_only && computed, "is write-only and computed");
    let ty = attribute.r#type();
    refuse(ty.is_empty() && attribute.nested_type.is_none(), "has no type");
    refuse(!ty.is_empty() && attribute.nested_type.is_some(), "has two types");
    refuse(!ty.is_empty() && type_of(ty).is_none(), "has a type that is none");
    deprecation_faults(path, attribute.deprecated, attribute.deprecation_message(), faults);
    let Some(nested) = &attribute.nested_type else { return };
    match nested.nesting() {
        object::NestingMode::Invalid => faults.push(format!("{path}: has no nesting mode")),
        object::NestingMode::Set => {
            if any(&nested.attributes, &is_dynamic) {
                faults.push(format!("{path}: has a dynamic attribute inside a set"));
            }
            if any(&nested.attributes, &|attribute| attribute.write_only) {
                faults.push(format!("{path}: has a write-only attribute inside a set"));
            }
        }
        object::NestingMode::Single | object::NestingMode::List | object::NestingMode::Map => {}
    }
    attributes_faults(path, &nested.attributes, faults);
}

fn block_any(block: &Block, holds: &dyn Fn(&Attribute) -> bool) -> bool {
    let inner = |nested: &NestedBlock| nested.block.as_ref().is_some_and(|inner| block_any(inner, holds));
    any(&block.attributes, holds) || block.block_types.iter().any(inner)
}

fn any(attributes: &[EncodedAttribute], holds: &dyn Fn(&Attribute) -> bool) -> bool {
    let inner = |nested: &Object| any(&nested.attributes, holds);
    read(attributes).any(|attribute| holds(&attribute) || attribute.nested_type.as_ref().is_some_and(inner))
}

fn is_dynamic(attribute: &Attribute) -> bool {
    fn within(ty: &Type) -> bool {
        match ty {
            Type::Dynamic => true,
            Type::Bool | Type::Number | Type::String => false,
            Type::List(inner) | Type::Set(inner) | Type::Map(inner) => within(inner),
            Type::Object(types) => types.values().any(within),
            Type::Tuple(types) => types.iter().any(within),
        }
    }
    type_of(attribute.r#type()).is_some_and(|ty| within(&ty))
}

pub(super) fn type_of(json: &[u8]) -> Option<Type> {
    Type::from_json(&serde_json::from_slice(json).ok()?)
}

fn name_faults(path: &str, name: &str, faults: &mut Vec<String>) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        faults.push(format!("{path}: has a name of other than a-z, 0-9 and _"));
    }
}

fn deprecation_faults(path: &str, deprecated: bool, message: &str, faults: &mut Vec<String>) {
    if !deprecated && !message.is_empty() {
        faults.push(format!("{path}: is not deprecated, and says why it is"));
    }
}

/// What is wrong with the identity schema of a resource.
pub(super) fn identity_faults(owner: &str, identity: &ResourceIdentitySchema) -> Vec<String> {
    let mut faults = Vec::new();
    if identity.version < 0 {
        faults.push(format!("{owner}: has a negative identity version"));
    }
    for attribute in &identity.identity_attributes {
        let path = format!("{owner}.{}", attribute.name);
        name_faults(&path, &attribute.name, &mut faults);
        if attribute.required_for_import == attribute.optional_for_import {
            faults.push(format!("{path}: is either required or optional for an import"));
        }
        match type_of(&attribute.r#type) {
            None => faults.push(format!("{path}: has a type that is none")),
            Some(Type::Map(_) | Type::Set(_) | Type::Object(_)) => {
                faults.push(format!("{path}: is a map, a set or an object"));
            }
            Some(_) => {}
        }
    }
    faults
}

fn function_faults(name: &str, function: &Function) -> Vec<String> {
    let owner = format!("function {name}");
    let mut faults = Vec::new();
    if !is_identifier(name) {
        faults.push(format!("{owner}: has a name that is no identifier"));
    }
    let mut names = BTreeSet::new();
    for Parameter { name, r#type, .. } in function.parameters.iter().chain(&function.variadic_parameter) {
        if !is_identifier(name) {
            faults.push(format!("{owner}: {name:?} is no identifier"));
        }
        if !names.insert(name) {
            faults.push(format!("{owner}: {name:?} stands twice"));
        }
        if type_of(r#type).is_none() {
            faults.push(format!("{owner}: {name:?} has a type that is none"));
        }
    }
    if function.r#return.as_ref().is_none_or(|given| type_of(&given.r#type).is_none()) {
        faults.push(format!("{owner}: gives a type that is none"));
    }
    faults
}

/// An identifier of HCL, in ASCII.
fn is_identifier(name: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(start) && name.chars().all(|c| start(c) || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, ty: &str) -> Attribute {
        Attribute { name: name.to_owned(), r#type: Some(ty.into()), optional: true, ..Attribute::default() }
    }

    fn encoded(attributes: Vec<Attribute>) -> Vec<EncodedAttribute> {
        attributes.into_iter().map(|attribute| EncodedAttribute::from(&attribute)).collect()
    }

    fn nested(name: &str, nesting: object::NestingMode, attributes: Vec<Attribute>) -> Attribute {
        let attributes = encoded(attributes);
        let nested = Object { attributes, nesting: nesting.into(), ..Object::default() };
        Attribute { nested_type: Some(nested), ..attribute(name, "") }
    }

    fn block(name: &str, nesting: nested_block::NestingMode, (least, most): (i64, i64), inner: Block) -> NestedBlock {
        NestedBlock {
            type_name: name.to_owned(),
            block: Some(inner),
            nesting: nesting.into(),
            min_items: least,
            max_items: most,
        }
    }

    fn of(attributes: Vec<Attribute>) -> Block {
        Block { attributes: encoded(attributes), ..Block::default() }
    }

    fn faults(block: Block) -> Vec<String> {
        schema_faults("a", &Schema { version: 0, block: Some(block) })
    }

    const TEXT: &str = r#""string""#;

    #[test]
    fn a_good_schema_is_loaded() {
        let written = Attribute { write_only: true, ..attribute("secret", TEXT) };
        let attributes = vec![
            Attribute { required: true, optional: false, ..attribute("name", TEXT) },
            Attribute { computed: true, optional: false, ..attribute("id", TEXT) },
            Attribute { computed: true, ..attribute("tag", TEXT) },
            Attribute { deprecated: true, deprecation_message: Some("Use tag.".to_owned()), ..attribute("old", TEXT) },
            nested("one", object::NestingMode::Single, vec![attribute("any", r#""dynamic""#), written.clone()]),
            nested("list", object::NestingMode::List, vec![written.clone()]),
            nested("map", object::NestingMode::Map, vec![written]),
            nested("set", object::NestingMode::Set, vec![attribute("names", r#"["set","string"]"#)]),
        ];
        assert_eq!(faults(of(attributes)), Vec::<String>::new());
    }

    #[test]
    fn a_bad_attribute_is_refused() {
        let deep = vec![nested("b", object::NestingMode::List, vec![attribute("c", r#"["list","dynamic"]"#)])];
        let cases = [
            (Attribute { optional: false, ..attribute("x", TEXT) }, "a.x: is neither required, optional nor computed"),
            (Attribute { required: true, ..attribute("x", TEXT) }, "a.x: is required and optional"),
            (
                Attribute { required: true, optional: false, computed: true, ..attribute("x", TEXT) },
                "a.x: is required and computed",
            ),
            (Attribute { write_only: true, computed: true, ..attribute("x", TEXT) }, "a.x: is write-only and computed"),
            (attribute("x", ""), "a.x: has no type"),
            (attribute("x", "text"), "a.x: has a type that is none"),
            (attribute("x", r#"["list"]"#), "a.x: has a type that is none"),
            (attribute("X", TEXT), "a.X: has a name of other than a-z, 0-9 and _"),
            (attribute("", TEXT), "a.: has a name of other than a-z, 0-9 and _"),
            (
                Attribute { deprecation_message: Some("No.".to_owned()), ..attribute("x", TEXT) },
                "a.x: is not deprecated, and says why it is",
            ),
            (
                Attribute { r#type: Some(TEXT.into()), ..nested("x", object::NestingMode::Single, Vec::new()) },
                "a.x: has two types",
            ),
            (nested("x", object::NestingMode::Invalid, Vec::new()), "a.x: has no nesting mode"),
            (nested("x", object::NestingMode::Set, deep), "a.x: has a dynamic attribute inside a set"),
            (
                nested(
                    "x",
                    object::NestingMode::Set,
                    vec![Attribute { write_only: true, ..attribute("secret", TEXT) }],
                ),
                "a.x: has a write-only attribute inside a set",
            ),
            (
                nested("x", object::NestingMode::Single, vec![Attribute { required: true, ..attribute("y", TEXT) }]),
                "a.x.y: is required and optional",
            ),
        ];
        for (attribute, fault) in cases {
            assert_eq!(faults(of(vec![attribute])), [fault]);
        }
        assert_eq!(faults(of(vec![attribute("x", TEXT), attribute("x", TEXT)])), ["a.x: stands twice"]);
    }

    #[test]
    fn a_bad_block_is_refused() {
        use nested_block::NestingMode::{Group, Invalid, List, Map, Set, Single};
        let dynamic = of(vec![attribute("any", r#""dynamic""#)]);
        let secret = of(vec![Attribute { write_only: true, ..attribute("secret", TEXT) }]);
        let computed = Block { computed: true, ..of(vec![Attribute { computed: true, ..attribute("x", TEXT) }]) };
        let half = Block { computed: true, ..of(vec![attribute("x", TEXT)]) };
        let cases = [
            (block("X", List, (0, 0), Block::default()), "a.X: has a name of other than a-z, 0-9 and _"),
            (block("taken", List, (0, 0), Block::default()), "a.taken: is an attribute and a block"),
            (block("b", Invalid, (0, 0), Block::default()), "a.b: has no nesting mode"),
            (block("b", Single, (0, 1), Block::default()), "a.b: cannot have 0 to 1 blocks"),
            (block("b", Single, (2, 2), Block::default()), "a.b: cannot have 2 to 2 blocks"),
            (block("b", Group, (1, 1), Block::default()), "a.b: cannot have 1 to 1 blocks"),
            (block("b", Map, (0, 1), Block::default()), "a.b: cannot have 0 to 1 blocks"),
            (block("b", List, (2, 1), Block::default()), "a.b: cannot have 2 to 1 blocks"),
            (block("b", Set, (-1, 0), Block::default()), "a.b: cannot have -1 to 0 blocks"),
            (block("b", Set, (0, 0), dynamic), "a.b: has a dynamic attribute inside a set"),
            (block("b", Set, (0, 0), secret), "a.b: has a write-only attribute inside a set"),
            (block("b", List, (1, 0), computed.clone()), "a.b: cannot have 1 to 0 blocks"),
            (block("b", Group, (0, 0), computed), "a.b: is a group and computed"),
            (block("b", List, (0, 0), half), "a.b.x: is not computed, inside a computed block"),
            (block("b", List, (0, 0), of(vec![attribute("x", "")])), "a.b.x: has no type"),
            (NestedBlock { block: None, ..block("b", List, (0, 0), Block::default()) }, "a.b: has no block"),
        ];
        for (nested, fault) in cases {
            let owner = Block { block_types: vec![nested], ..of(vec![attribute("taken", TEXT)]) };
            assert_eq!(faults(owner), [fault]);
        }
        let told = Block { deprecation_message: "No.".to_owned(), ..Block::default() };
        assert_eq!(faults(told), ["a: is not deprecated, and says why it is"]);
        assert_eq!(
            schema_faults("a", &Schema { version: -1, block: None }),
            ["a: has a negative version", "a: has no block"]
        );
    }

    #[test]
    fn a_bad_identity_is_refused() {
        use autopilot::server::proto::tfplugin6::resource_identity_schema::IdentityAttribute;
        let attribute = |name: &str, ty: &str, required: bool| IdentityAttribute {
            name: name.to_owned(),
            r#type: ty.into(),
            required_for_import: required,
            ..IdentityAttribute::default()
        };
        let identity = ResourceIdentitySchema {
            version: -1,
            identity_attributes: vec![
                attribute("good", TEXT, true),
                attribute("listed", r#"["list","string"]"#, true),
                attribute("idle", TEXT, false),
                attribute("mapped", r#"["map","string"]"#, true),
                attribute("set", r#"["set","string"]"#, true),
                attribute("object", r#"["object",{}]"#, true),
            ],
        };
        assert_eq!(
            identity_faults("a", &identity),
            [
                "a: has a negative identity version",
                "a.idle: is either required or optional for an import",
                "a.mapped: is a map, a set or an object",
                "a.set: is a map, a set or an object",
                "a.object: is a map, a set or an object",
            ]
        );
    }

    #[test]
    fn a_bad_function_is_refused() {
        use autopilot::server::proto::tfplugin6::function::Return;
        let parameter = |name: &str| Parameter { name: name.to_owned(), r#type: TEXT.into(), ..Parameter::default() };
        let function = Function {
            parameters: vec![parameter("text"), parameter("text"), parameter("1st")],
            variadic_parameter: Some(Parameter { r#type: Vec::new(), ..parameter("text") }),
            r#return: Some(Return { r#type: TEXT.into() }),
            ..Function::default()
        };
        assert_eq!(
            function_faults("parse it", &function),
            [
                "function parse it: has a name that is no identifier",
                "function parse it: \"text\" stands twice",
                "function parse it: \"1st\" is no identifier",
                "function parse it: \"text\" stands twice",
                "function parse it: \"text\" has a type that is none",
            ]
        );
        assert_eq!(function_faults("f", &Function::default()), ["function f: gives a type that is none"]);
    }

    #[test]
    fn a_provider_without_a_schema_is_refused() {
        let empty = get_provider_schema::Response::default();
        assert_eq!(provider_faults(&empty), ["provider: has no schema"]);
    }
}
