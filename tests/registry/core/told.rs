//! What `GetProviderSchema` tells, as core has it.

use autopilot::{
    schema::Nesting,
    server::proto::{self, EncodedAttribute, tfplugin6::schema::object::NestingMode},
};

use super::{
    model::{Attribute, Attributes, Shape},
    schema_valid::type_of,
};

/// What core was told. The schema is one that it loads, and without blocks.
pub(super) fn of_wire(told: &[EncodedAttribute]) -> Attributes {
    let attribute = |told: &proto::Attribute| Attribute {
        shape: match &told.nested_type {
            None => Shape::Plain(type_of(told.r#type()).expect("it was checked")),
            Some(nested) => {
                let nesting = match nested.nesting() {
                    NestingMode::List => Nesting::List,
                    NestingMode::Set => Nesting::Set,
                    NestingMode::Map => Nesting::Map,
                    NestingMode::Single | NestingMode::Invalid => Nesting::Single,
                };
                Shape::Nested(nesting, of_wire(&nested.attributes))
            }
        },
        required: told.required,
        optional: told.optional,
        computed: told.computed,
        sensitive: told.sensitive,
        write_only: told.write_only,
    };
    let told = told.iter().map(|told| told.read().expect("it was checked"));
    told.map(|told| (told.name.clone(), attribute(&told))).collect()
}
