//! What the provider is: schemas, functions, capabilities.

use std::collections::BTreeMap;

use crate::{
    registry_docs::description,
    resource::{FunctionSpec, Parameter, Registered, Registry, identity::Part},
    schema::{Attribute, Kind, Nesting, Role},
    server::proto::{Attribute as Told, EncodedAttribute, tfplugin6 as proto},
    value::Type,
};

/// The same in every answer that carries it. Nothing depends on GetProviderSchema having been called.
fn capabilities() -> Option<proto::ServerCapabilities> {
    Some(proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    })
}

/// The names of all there is.
pub(super) fn metadata(registry: &Registry) -> proto::get_metadata::Response {
    use proto::get_metadata::{
        ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
    };
    let resources = registry.each_resource(|known| ResourceMetadata { type_name: known.type_name.clone() });
    let listed = registry.each_resource(|known| known.list.is_some().then(|| known.type_name.clone())).flatten();
    let data_sources = registry.each_data_source(|known| DataSourceMetadata { type_name: known.type_name.clone() });
    let functions = registry.functions.iter();
    let ephemerals = registry.ephemerals.iter();
    let actions = registry.actions.iter();
    proto::get_metadata::Response {
        server_capabilities: capabilities(),
        resources: resources.collect(),
        data_sources: data_sources.collect(),
        functions: functions.map(|known| FunctionMetadata { name: known.spec.name.to_owned() }).collect(),
        ephemeral_resources: ephemerals.map(|known| EphemeralMetadata { type_name: known.type_name.clone() }).collect(),
        list_resources: listed.map(|type_name| ListResourceMetadata { type_name }).collect(),
        actions: actions.map(|known| ActionMetadata { type_name: known.type_name.clone() }).collect(),
        ..Default::default()
    }
}

/// All there is.
pub(super) fn provider(registry: &Registry) -> proto::get_provider_schema::Response {
    let (mut resource_schemas, mut list_resource_schemas) = (BTreeMap::new(), BTreeMap::new());
    let mut resource = |known: &Registered| {
        let Registered { type_name, spec, list, .. } = known;
        resource_schemas.insert(type_name.clone(), schema(spec.version, spec.summary, &spec.attributes));
        if let Some(list) = list {
            let summary = format!("Lists each {} of the tenant.", spec.noun);
            list_resource_schemas.insert(type_name.clone(), schema(0, &summary, list));
        }
    };
    registry.each_resource(&mut resource).for_each(drop);
    let data_sources = registry
        .each_data_source(|known| (known.type_name.clone(), schema(0, &known.spec.summary, &known.spec.attributes)));
    let ephemerals = registry.ephemerals.iter();
    let actions = registry.actions.iter().map(|known| {
        let schema = Some(schema(0, known.spec.summary, &known.spec.attributes));
        (known.type_name.clone(), proto::ActionSchema { schema })
    });
    proto::get_provider_schema::Response {
        server_capabilities: capabilities(),
        provider: Some(schema(0, "", &registry.provider.attributes())),
        resource_schemas,
        data_source_schemas: data_sources.collect(),
        ephemeral_resource_schemas: ephemerals
            .map(|known| (known.type_name.clone(), schema(0, known.spec.summary, &known.spec.attributes)))
            .collect(),
        list_resource_schemas,
        action_schemas: actions.collect(),
        functions: functions(registry).functions,
        ..Default::default()
    }
}

/// What tells the objects of each resource from each other.
pub(super) fn identities(registry: &Registry) -> proto::get_resource_identity_schemas::Response {
    let identity = |known: &Registered| {
        let identity = known.spec.identity.as_ref()?;
        let attribute = |part: &Part| proto::resource_identity_schema::IdentityAttribute {
            name: part.name.to_owned(),
            r#type: constraint(&Type::String),
            required_for_import: part.required,
            optional_for_import: !part.required,
            description: part.description.to_owned(),
        };
        let schema = proto::ResourceIdentitySchema {
            version: identity.version,
            identity_attributes: identity.parts.iter().map(attribute).collect(),
        };
        Some((known.type_name.clone(), schema))
    };
    let identities = registry.each_resource(identity).flatten();
    proto::get_resource_identity_schemas::Response { identity_schemas: identities.collect(), ..Default::default() }
}

/// The functions alone.
pub(super) fn functions(registry: &Registry) -> proto::get_functions::Response {
    let functions = registry.functions.iter().map(|known| (known.spec.name.to_owned(), function(&known.spec)));
    proto::get_functions::Response { functions: functions.collect(), ..Default::default() }
}

fn schema(version: i64, description: &str, attributes: &[Attribute]) -> proto::Schema {
    let block = proto::schema::Block {
        attributes: attributes.iter().map(attribute).collect(),
        description: description.to_owned(),
        ..Default::default()
    };
    proto::Schema { version, block: Some(block) }
}

fn attribute(attribute: &Attribute) -> EncodedAttribute {
    let (ty, nested_type) = match &attribute.kind {
        Kind::Plain(ty) => (Some(constraint(ty)), None),
        Kind::Nested(nesting, attributes) => (None, Some(object(*nesting, attributes))),
    };
    let told = Told {
        name: attribute.name.to_owned(),
        r#type: ty,
        nested_type,
        description: description(attribute),
        description_kind: proto::StringKind::Markdown.into(),
        required: attribute.role == Role::Required,
        optional: matches!(attribute.role, Role::Optional | Role::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.map(str::to_owned),
    };
    (&told).into()
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> proto::schema::Object {
    use proto::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    let attributes = attributes.iter().map(attribute).collect();
    proto::schema::Object { attributes, nesting: nesting.into(), ..Default::default() }
}

fn function(spec: &FunctionSpec) -> proto::Function {
    proto::Function {
        parameters: spec.parameters.iter().map(parameter).collect(),
        variadic_parameter: spec.variadic.as_ref().map(parameter),
        r#return: Some(proto::function::Return { r#type: constraint(&spec.returns) }),
        summary: spec.summary.to_owned(),
        description: spec.description.to_owned(),
        ..Default::default()
    }
}

fn parameter(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: constraint(&parameter.ty),
        allow_null_value: parameter.nullable,
        allow_unknown_values: parameter.takes_unknown,
        description: parameter.description.to_owned(),
        ..Default::default()
    }
}

/// A type as a schema carries it.
fn constraint(ty: &Type) -> Vec<u8> {
    match ty {
        // Most are of these.
        Type::String => br#""string""#.to_vec(),
        Type::Bool => br#""bool""#.to_vec(),
        _ => ty.to_json().to_string().into_bytes(),
    }
}
