//! Every attribute's name, type, words and limits on Graph, held against the emulator's own model, which is written from
//! Graph's metadata and knows nothing of the tables.

use autopilot::{
    emulator::model::{self, GraphType, Property},
    resource::{Spec, body::ODATA_TYPE},
    resources,
    schema::{Attribute, Check, Kind, Nesting, Send},
    value::Type,
};

/// The types of Graph that objects of a table are of.
fn types_of(spec: &Spec) -> Vec<&'static GraphType> {
    let by_attribute = spec.attributes.iter().find(|attribute| attribute.on_graph.property == Some(ODATA_TYPE));
    let told: Vec<_> = match (spec.graph_type.or(spec.odata_type), by_attribute) {
        (Some(odata_type), _) => vec![odata_type],
        (None, Some(attribute)) => attribute.on_graph.values.iter().map(|(_, odata_type)| *odata_type).collect(),
        // A collection is called by the plural of its only type.
        (None, None) => {
            spec.collection.rsplit('/').next().and_then(|name| name.strip_suffix('s')).into_iter().collect()
        }
    };
    told.iter()
        .map(|name| model::find(model::name_of(name)).unwrap_or_else(|| panic!("{name} is no type of Graph")))
        .collect()
}

fn faults(attributes: &[Attribute], types: &[&'static GraphType], place: &str) -> Vec<String> {
    let on_graph = attributes.iter().filter(|attribute| {
        attribute.on_graph.property != Some(ODATA_TYPE)
            && (attribute.on_graph.read || attribute.on_graph.send != Send::Never)
            && attribute.on_graph.setting.is_none()
            && attribute.name != "id"
    });
    on_graph.flat_map(|attribute| attribute_faults(attribute, types, &format!("{place}.{}", attribute.name))).collect()
}

fn attribute_faults(attribute: &Attribute, types: &[&'static GraphType], place: &str) -> Vec<String> {
    let path = attribute.on_graph.property_path(attribute.name);
    if let Some((ODATA_TYPE, of)) = path.split_last().map(|(last, of)| (last.as_str(), of)) {
        return type_faults(attribute, types, of, place);
    }
    let Some(property) = types.iter().find_map(|each| find(each, &path)) else {
        return vec![format!("{place}: Graph has no {}", path.join("/"))];
    };
    let mut faults = Vec::new();
    if attribute.on_graph.send != Send::Never && property.read_only {
        faults.push(format!("{place}: Graph takes no {}", property.name));
    }
    match &attribute.kind {
        Kind::Nested(Nesting::Single, nested) => match model::find(&property.kind) {
            Some(inner) => faults.extend(self::faults(nested, &[inner], place)),
            None => faults.push(format!("{place}: {} is no object", property.name)),
        },
        Kind::Nested(..) => faults.push(format!("{place}: no rule holds nested lists yet")),
        Kind::Plain(ty) => faults.extend(plain_faults(attribute, ty, property, place)),
    }
    faults
}

/// Words that are the types of the object in that property.
fn type_faults(attribute: &Attribute, types: &[&'static GraphType], of: &[String], place: &str) -> Vec<String> {
    let Some(property) = types.iter().find_map(|each| find(each, of)) else {
        return vec![format!("{place}: Graph has no {}", of.join("/"))];
    };
    let is_one = |name: &str| model::find(model::name_of(name)).is_some_and(|it| it.is_a(&property.kind));
    let wrong = attribute.on_graph.values.iter().filter(|(_, name)| !is_one(name));
    wrong.map(|(_, name)| format!("{place}: {name} is no {}", property.kind)).collect()
}

/// The property, perhaps of a type that is derived from the one that is declared.
fn find(graph_type: &'static GraphType, path: &[String]) -> Option<&'static Property> {
    let (first, rest) = path.split_first()?;
    let derived = || model::all().filter(|it| it.is_a(&graph_type.name)).find_map(|it| it.property(first));
    let property = graph_type.property(first).or_else(derived)?;
    if rest.is_empty() { Some(property) } else { find(model::find(&property.kind)?, rest) }
}

fn plain_faults(attribute: &Attribute, ty: &Type, property: &Property, place: &str) -> Vec<String> {
    let members = model::members(&property.kind);
    let fits = |ty: &Type| match (property.kind.as_str(), ty) {
        ("Boolean", Type::Bool) | ("Int32" | "Int64" | "Double", Type::Number) => true,
        ("String" | "Guid" | "Binary", Type::String) => !attribute.on_graph.is_time,
        ("DateTimeOffset", Type::String) => attribute.on_graph.is_time,
        (_, Type::String) => members.is_some(),
        _ => false,
    };
    let fits = match ty {
        Type::Set(element) | Type::List(element) => property.collection && fits(element),
        ty => !property.collection && fits(ty),
    };
    let mut faults = Vec::new();
    if !fits {
        faults.push(format!("{place}: {} is {} on Graph", property.name, property.kind));
    }
    for check in &attribute.checks {
        match (check, members, property.max) {
            (Check::OneOf(words), Some(members), _) => {
                let pairs = &attribute.on_graph.values;
                let unknown = words.iter().filter(|word| {
                    let theirs = pairs.iter().find(|(ours, _)| ours == *word).map_or(**word, |(_, theirs)| *theirs);
                    !members.iter().any(|member| member == theirs)
                });
                faults.extend(unknown.map(|word| format!("{place}: {} has no {word}", property.kind)));
            }
            (Check::Length { at_most, .. }, _, Some(max)) if *at_most > max => {
                faults.push(format!("{place}: Graph takes {max} characters, not {at_most}"));
            }
            _ => {}
        }
    }
    faults
}

#[test]
fn every_attribute_is_as_graph_has_it() {
    let held: Vec<_> = resources::all("")
        .iter()
        .map(|(_, resource)| resource.spec())
        .filter(|spec| !spec.collection.is_empty())
        .collect();
    assert!(held.len() >= 3, "tables with a collection are held");
    let faults: Vec<_> = held.iter().flat_map(|spec| faults(&spec.attributes, &types_of(spec), spec.name)).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_wrong_table_is_found() {
    use autopilot::schema::{boolean, string};
    let spec = Spec::new("group", "A group.").collection("/v1.0/groups").attributes(vec![
        string("dysplay_name", "A."),
        boolean("description", "A."),
        string("created_date_time", "A."),
    ]);
    assert_eq!(
        faults(&spec.attributes, &types_of(&spec), "group"),
        [
            "group.dysplay_name: Graph has no dysplayName",
            "group.description: description is String on Graph",
            "group.created_date_time: Graph takes no createdDateTime",
            "group.created_date_time: createdDateTime is DateTimeOffset on Graph",
        ]
    );
}
