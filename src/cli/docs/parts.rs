//! What a page tells of a table: words of the tables' own put into those of a page.

use std::{fs, io, path::Path, time::Duration};

use crate::{
    registry_docs::{Argument, Part, example_that_runs},
    resource::{Identity, Parameter, Spec, shape::Shape, timeouts},
    schema::{Attribute, Check, Kind, Role, Unset},
};

/// The text of an example; empty where there is none.
pub(super) fn examples_file(root: &Path, file: &str) -> io::Result<String> {
    match fs::read_to_string(root.join("examples").join(file)) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// The part with the example of a thing, and how it is run as it is.
pub(super) fn example_of(root: &Path, kind: &str, name: &str, file: &str) -> io::Result<String> {
    let folder = format!("{kind}/{name}");
    let configuration = examples_file(root, &format!("{folder}/{file}"))?;
    Ok(example_that_runs(&configuration, &format!("examples/{folder}"), "apply", None))
}

/// The same of what finds objects of a resource: the resource's own example makes them, unless every tenant has them.
pub(super) fn example_of_what_finds(
    root: &Path,
    (kind, file, command): (&str, &str, &str),
    type_name: &str,
    spec: &Spec,
) -> io::Result<String> {
    let folder = format!("{kind}/{type_name}");
    let configuration = examples_file(root, &format!("{folder}/{file}"))?;
    let made_by = (!matches!(spec.shape, Shape::Singleton)).then(|| format!("../../resources/{type_name}"));
    Ok(example_that_runs(&configuration, &format!("examples/{folder}"), command, made_by.as_deref()))
}

/// The attributes, with how long each operation may take as the defaults of `timeouts`.
pub(super) fn duration_defaults(attributes: &[Attribute], defaults: &[(&str, Duration)]) -> Vec<Attribute> {
    let mut attributes = attributes.to_vec();
    let timeouts = attributes.iter_mut().filter(|attribute| attribute.name == timeouts::NAME);
    for attribute in timeouts.filter_map(|attribute| nested(&mut attribute.kind)).flatten() {
        if let Some((_, default)) = defaults.iter().find(|(verb, _)| *verb == attribute.name) {
            attribute.unset = Unset::Default(written(*default).into());
        }
    }
    attributes
}

/// The same where a write may take longer for each row of a map.
pub(super) fn durations_by_rows(mut attributes: Vec<Attribute>, of_row: Option<(&str, Duration)>) -> Vec<Attribute> {
    let Some((map, longer)) = of_row else { return attributes };
    let timeouts = attributes.iter_mut().filter(|attribute| attribute.name == timeouts::NAME);
    for attribute in
        timeouts.filter_map(|attribute| nested(&mut attribute.kind)).flatten().filter(|it| it.name != "read")
    {
        if let Unset::Default(default) = std::mem::replace(&mut attribute.unset, Unset::Stable) {
            let (said, default, seconds) =
                (&attribute.description, default.as_str().unwrap_or_default(), longer.as_secs_f64());
            attribute.description =
                format!("{said} Defaults to `{default}`, and {seconds} seconds more for each of `{map}`.").into();
        }
    }
    attributes
}

fn nested(kind: &mut Kind) -> Option<&mut Vec<Attribute>> {
    match kind {
        Kind::Plain(_) => None,
        Kind::Nested(_, nested) => Some(nested),
    }
}

/// A duration as a configuration has it: `1h30m`.
fn written(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    parts.into_iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount}{unit}")).collect()
}

/// The attributes that are only read, with the words that those of the table may be.
pub(super) fn with_words(mut attributes: Vec<Attribute>, table: &[Attribute]) -> Vec<Attribute> {
    for attribute in &mut attributes {
        let Some(same) = table.iter().find(|other| other.name == attribute.name) else { continue };
        attribute.checks = same.checks.iter().filter(|check| matches!(check, Check::OneOf(_))).cloned().collect();
        if let (Kind::Nested(_, inner), Kind::Nested(_, table)) = (&mut attribute.kind, &same.kind) {
            *inner = with_words(std::mem::take(inner), table);
        }
    }
    attributes
}

/// The attributes that may name an object that is looked up.
pub(super) fn keys(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.role == Role::OptionalComputed).collect()
}

/// Which of the attributes has to be set, where there are any.
pub(super) fn one_of(keys: &[&Attribute]) -> String {
    let names: Vec<_> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("Set {only}."),
        several => format!("Set exactly one of {}.", several.join(", ")),
    }
}

/// What a list of a resource does.
pub(super) fn list_summary(spec: &Spec) -> String {
    match spec.shape {
        Shape::Rows(_) => format!("Lists the {} of the tenant, all of them as one result.", spec.nouns),
        Shape::Collection if spec.by_words => format!("Lists what can be brought in as {}.", spec.a_noun()),
        Shape::Collection => format!("Lists the {} of the tenant.", spec.nouns),
        Shape::Singleton | Shape::Order(_) => format!("Lists the {} of the tenant. There is one.", spec.noun),
    }
}

/// What the shape of a resource means for who makes and destroys it.
pub(super) fn of_shape(spec: &Spec) -> &'static str {
    match spec.shape {
        Shape::Collection => "",
        Shape::Singleton => {
            "Every tenant has exactly one. Creating this resource changes it, and destroying this resource puts back what was \
             replaced. After an import it is not known what that was: then destroying leaves everything as it is."
        }
        Shape::Order(_) => "Every tenant has exactly one such order. Destroying this resource leaves it as it is.",
        Shape::Rows(_) => "Destroying this resource deletes what it made. What was there before stays.",
    }
}

/// The parts of an identity, for the page.
pub(super) fn parts_of_identity(identity: Option<&Identity>) -> Vec<Part> {
    let parts = identity.into_iter().flat_map(|identity| &identity.parts);
    parts.map(|part| Part { name: part.name, description: part.description, required: part.required }).collect()
}

/// A parameter of a function, for the page.
pub(super) fn argument(parameter: &Parameter) -> Argument {
    let Parameter { name, description, ref ty, nullable, .. } = *parameter;
    Argument { name, description, ty: ty.clone(), nullable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{id, string};

    #[test]
    fn timeouts_are_told_with_their_defaults() {
        let told = duration_defaults(&[timeouts::attribute()], &[("create", Duration::from_secs(5400))]);
        let Kind::Nested(_, verbs) = &told[0].kind else { panic!("timeouts are nested") };
        let defaults: Vec<_> =
            verbs.iter().map(|verb| (verb.name, verb.unset == Unset::Default("1h30m".into()))).collect();
        assert_eq!(defaults, [("create", true), ("read", false), ("update", false), ("delete", false)]);
    }

    #[test]
    fn what_is_looked_up_is_named_by_one_attribute() {
        let (id, name) = (id(), string("display_name", "Name."));
        assert_eq!(one_of(&[&id, &name]), "Set exactly one of `id`, `display_name`.");
        assert_eq!(one_of(&[]), "");
    }

    #[test]
    fn what_is_read_has_the_words_of_its_table() {
        let table = [string("mode", "How.").one_of(&["a", "b"]).max_len(3)];
        let told = with_words(vec![string("mode", "How.").read_only()], &table);
        assert!(matches!(told[0].checks.as_slice(), [Check::OneOf(_)]));
    }
}
