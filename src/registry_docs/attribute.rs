//! One attribute, as a line of a list: its type, and all that its table says.

use crate::{
    schema::{ANY_OBJECT, Attribute, Check, Kind, Nesting, Role, Unset},
    value::{Type, Value},
};

/// Where HashiCorp tells what a write-only attribute is.
const WRITE_ONLY: &str =
    "[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)";

/// The line of an attribute. `anchor` is where its nested attributes are told.
pub(super) fn line(attribute: &Attribute, anchor: &str) -> String {
    let mut words = vec![kind_name(&attribute.kind)];
    words.extend(attribute.sensitive.then(|| "Sensitive".to_owned()));
    words.extend(attribute.write_only.then(|| WRITE_ONLY.to_owned()));
    words.extend(attribute.deprecated.map(|_| "Deprecated".to_owned()));
    format!("- `{}` ({}) {}", attribute.name, words.join(", "), sentences(attribute, anchor))
}

/// What a schema says of an attribute: the same as its line, without what a schema has a place of its own for.
pub fn description(attribute: &Attribute) -> String {
    let is_read_only = attribute.role == Role::Computed;
    let description = if is_read_only { what_it_is(&attribute.description) } else { &attribute.description };
    let mut told = Told(description.to_owned());
    if is_of_no_use(description) {
        return told.0;
    }
    limits(attribute, &mut told);
    if attribute.on_graph.is_time {
        told.add("In RFC 3339 form.");
    }
    if let Some(says) = attribute.alternative {
        told.add(&format!("Exactly one way to say the {says} is set."));
    }
    if let Some(condition) = attribute.only_where {
        told.add(&format!("Only where {condition}."));
    }
    if let Some(condition) = attribute.required_where {
        told.add(&format!("Required where {condition}."));
    }
    let is_told = |kind: &&str| *kind == ANY_OBJECT || description.contains(&format!("`autopilot_{kind}`"));
    if let Some(resource) = attribute.refers_to.filter(|kind| !is_told(kind)) {
        told.add(&match &attribute.kind {
            Kind::Plain(Type::List(_) | Type::Set(_)) => format!("Each the `id` of an `autopilot_{resource}`."),
            _ => format!("The `id` of an `autopilot_{resource}`."),
        });
    }
    example(attribute, &mut told);
    let is_open = || !description.contains("Not set,");
    match &attribute.unset {
        Unset::Default(Value::Map(_)) => told.add("Not set, it is made of the defaults below."),
        Unset::Default(value) => told.add(&format!("Defaults to `{}`.", literal(value))),
        Unset::Unmanaged if !is_read_only && is_open() => told.add("Not set, it is left as it is."),
        Unset::Stable if attribute.role == Role::OptionalComputed && is_open() => {
            told.add("Not set, it stays as it is.");
        }
        _ if is_a_switch(attribute) && is_open() => told.add(match attribute.role {
            Role::Optional => "Not set, it is the same as `false`.",
            _ => "Not set, it stays as it is.",
        }),
        _ => {}
    }
    if attribute.force_new {
        told.add("Changing this deletes it and makes a new one.");
    }
    if attribute.write_only {
        told.add("Terraform or OpenTofu 1.11 is needed.");
    }
    told.0
}

/// Sentences, one after the other.
struct Told(String);

impl Told {
    fn add(&mut self, sentence: &str) {
        self.0.push(' ');
        self.0.push_str(sentence);
    }
}

fn sentences(attribute: &Attribute, anchor: &str) -> String {
    let mut told = Told(description(attribute));
    if let Some(instead) = attribute.deprecated {
        told.add(instead);
    }
    if let Kind::Nested(..) = attribute.kind {
        told.add(&format!("(see [below for nested schema](#{anchor}))"));
    }
    told.0
}

/// Whether it is there only because others of its kind have it.
fn is_of_no_use(description: &str) -> bool {
    description.starts_with("Not for this kind of policy: ")
}

/// Whether it can be switched on, and no default says what it is otherwise.
fn is_a_switch(attribute: &Attribute) -> bool {
    let can_be_set = matches!(attribute.role, Role::Optional | Role::OptionalComputed);
    // One that a variable sets too may be true by that.
    let is_all = attribute.alternative.is_none() && !attribute.description.contains(" sets it too");
    can_be_set && is_all && matches!(attribute.kind, Kind::Plain(Type::Bool))
}

/// What is told of something that cannot be set: not what happens where it is not set.
fn what_it_is(description: &str) -> &str {
    description.find(" Not set,").map_or(description, |end| &description[..end])
}

/// What its checks allow.
fn limits(attribute: &Attribute, told: &mut Told) {
    let each = matches!(&attribute.kind, Kind::Plain(Type::List(_) | Type::Set(_)));
    let is_text = matches!(&attribute.kind, Kind::Plain(Type::String));
    let whole = attribute.checks.iter().any(|check| matches!(check, Check::Whole));
    let ranged = attribute.checks.iter().any(|check| matches!(check, Check::Range { .. }));
    for check in &attribute.checks {
        match check {
            Check::Length { at_least, at_most } => {
                let of = if is_text { "characters" } else { "elements" };
                told.add(&match (at_least, at_most) {
                    (0, most) => format!("At most {most} {of}."),
                    (least, most) if least == most => format!("Exactly {least} {of}."),
                    (least, most) => format!("From {least} to {most} {of}."),
                });
            }
            Check::Range { at_least, at_most } => {
                let number = if whole { "A whole number from" } else { "From" };
                told.add(&format!("{number} {at_least} to {at_most}."));
            }
            Check::Whole if ranged => {}
            Check::Whole => told.add("A whole number."),
            Check::OneOf(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{}`", literal(&(*word).into()))).collect();
                let one_of = if each { "Each is one of" } else { "One of" };
                told.add(&if let [only] = words.as_slice() {
                    format!("Only {only}.")
                } else {
                    format!("{one_of} {}.", words.join(", "))
                });
            }
            Check::Distinct => told.add("None twice."),
            Check::Guid if attribute.refers_to.is_some() => {}
            Check::Guid => told.add(if each { "Each is a GUID." } else { "A GUID." }),
            // What a function holds is told by the description and the example.
            Check::Text(_) | Check::Read(_) => {}
        }
    }
}

/// An example, where the description has none yet.
fn example(attribute: &Attribute, told: &mut Told) {
    let is_told = |text: &str| ["such as", text].iter().any(|words| attribute.description.contains(words));
    if let Some(text) = attribute.example.filter(|text| !is_told(text)) {
        told.add(&format!("Such as `{text}`."));
    }
}

/// A value as it is told in a sentence: texts as they are, also where they are all there is; in a list with quotes.
fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(known) => known.to_string(),
        Value::Number(number) => number.to_string(),
        Value::List(elements) | Value::Set(elements) => {
            let element =
                |element: &Value| element.as_str().map_or_else(|| literal(element), |text| format!("{text:?}"));
            format!("[{}]", elements.iter().map(element).collect::<Vec<_>>().join(", "))
        }
        Value::Map(_) | Value::Dynamic(_) | Value::Null | Value::Unknown => String::new(),
    }
}

fn kind_name(kind: &Kind) -> String {
    match kind {
        Kind::Plain(ty) => type_name(ty),
        Kind::Nested(Nesting::Single, _) => "Attributes".to_owned(),
        Kind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }
}

/// A type in the registry's words: `Set of String`.
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{boolean, integer, object, scope_tag_ids, string, strings, timestamp};

    #[test]
    fn a_line_tells_all_that_the_table_says() {
        let attributes = [
            string("name", "Name.").required().len(1, 200),
            string("mode", "How.").default("user").force_new().values(&[("user", "u"), ("self", "s")]),
            integer("minutes", "How long.").default(60).range(1, 1440),
            strings("users", "Who.").guid(),
            scope_tag_ids(),
            boolean("owned", "Whether it is owned.").unmanaged_when_unset(),
            string("group_id", "Id.").alternative("target"),
            string("account", "Rights.").only_where("mode", &["user"], "nobody has none."),
            string("group", "Group.").required_where("mode", &["user", "self"], "it is joined."),
            string("secret", "Secret.").sensitive().write_only(),
            string("rule", "Rule.").check(Check::Text(|_| Ok(()))).example("(a -eq \"b\")"),
            string("wait", "What for: `assigned`.").example("assigned"),
            string("locale", "Language, such as \"de-DE\".").example("en-US"),
            string("old", "Old.").deprecated("Use `name`."),
            boolean("users", "Not for this kind of policy: it reaches devices."),
            string("app_id", "Id of an app, such as of an `autopilot_winget_app`.").refers_to("winget_app"),
            string("alias", "Alias. Not set, one is made.").read_only(),
            timestamp("made", "When it was made.").read_only(),
            object("screen", "Screens.").of(vec![boolean("shown", "Shown.").default(true)]).default_of_nested(),
        ];
        let lines: Vec<_> = attributes.iter().map(|attribute| line(attribute, "nestedatt--x")).collect();
        let expected = snapbox::str![[r#"
- `name` (String) Name. From 1 to 200 characters.
- `mode` (String) How. One of `user`, `self`. Defaults to `user`. Changing this deletes it and makes a new one.
- `minutes` (Number) How long. A whole number from 1 to 1440. Defaults to `60`.
- `users` (Set of String) Who. Each is a GUID.
- `role_scope_tag_ids` (Set of String) Ids of its role scope tags. Each the `id` of an `autopilot_scope_tag`. Defaults to `["0"]`.
- `owned` (Boolean) Whether it is owned. Not set, it is left as it is.
- `group_id` (String) Id. Exactly one way to say the target is set.
- `account` (String) Rights. Only where `mode` is `user`.
- `group` (String) Group. Required where `mode` is `user` or `self`.
- `secret` (String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Secret. Terraform or OpenTofu 1.11 is needed.
- `rule` (String) Rule. Such as `(a -eq "b")`.
- `wait` (String) What for: `assigned`.
- `locale` (String) Language, such as "de-DE".
- `old` (String, Deprecated) Old. Use `name`.
- `users` (Boolean) Not for this kind of policy: it reaches devices.
- `app_id` (String) Id of an app, such as of an `autopilot_winget_app`.
- `alias` (String) Alias.
- `made` (String) When it was made. In RFC 3339 form.
- `screen` (Attributes) Screens. Not set, it is made of the defaults below. (see [below for nested schema](#nestedatt--x))
"#]];
        snapbox::assert_data_eq!(lines.join("\n"), expected);
    }
}
