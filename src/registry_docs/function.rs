//! A function: how it is written, what it takes and what it gives.

use super::attribute::type_name;
use crate::value::Type;

/// One argument.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What it is, as a sentence.
    pub description: &'static str,
    /// What it takes.
    pub ty: Type,
    /// Whether it may be null.
    pub nullable: bool,
}

/// The part that tells how it is written. `further` stands for any number of arguments.
pub fn signature(name: &str, arguments: &[Argument], further: Option<&Argument>, gives: &Type) -> String {
    let argument = |argument: &Argument| format!("{} {}", argument.name, written(&argument.ty));
    let further = further.map(|further| format!("{} {}...", further.name, written(&further.ty)));
    let all: Vec<_> = arguments.iter().map(argument).chain(further).collect();
    format!("## Signature\n\n```text\n{name}({}) {}\n```", all.join(", "), written(gives))
}

/// The part that tells each argument.
pub fn arguments(arguments: &[Argument], further: Option<&Argument>) -> String {
    let told = |argument: &Argument, more: &str| {
        let nullable = if argument.nullable { ", Nullable" } else { "" };
        format!("`{}` ({more}{}{nullable}) {}", argument.name, type_name(&argument.ty), argument.description)
    };
    let all = arguments.iter().map(|argument| told(argument, "")).chain(further.map(|last| told(last, "Variadic, ")));
    let lines: Vec<_> = (1..).zip(all).map(|(place, told)| format!("{place}. {told}")).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("## Arguments\n\n{}", lines.join("\n"))
}

/// The part that tells what an object among the results holds.
pub fn result(gives: &Type) -> String {
    let Some(attributes) = object_in(gives) else { return String::new() };
    let lines: Vec<_> = attributes.iter().map(|(name, ty)| format!("- `{name}` ({})", type_name(ty))).collect();
    format!("## Return Type\n\n{}, with these attributes:\n\n{}", type_name(gives), lines.join("\n"))
}

fn object_in(ty: &Type) -> Option<&std::collections::BTreeMap<crate::value::Name, Type>> {
    match ty {
        Type::Object(attributes) => Some(attributes),
        Type::List(element) | Type::Set(element) | Type::Map(element) => object_in(element),
        _ => None,
    }
}

/// A type as a signature has it: `map of object`.
fn written(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        other => type_name(other).to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_with_what_it_takes_and_gives() {
        let argument = |name, ty, nullable| Argument { name, description: "What it is.", ty, nullable };
        let (text, more) = (argument("text", Type::String, true), argument("more", Type::Bool, false));
        let gives = Type::Map(Type::Object([("a".into(), Type::Number)].into()).into());
        let parts = [
            signature("read", std::slice::from_ref(&text), Some(&more), &gives),
            arguments(&[text], Some(&more)),
            result(&gives),
        ];
        let expected = snapbox::str![[r#"
## Signature

```text
read(text string, more bool...) map of object
```
## Arguments

1. `text` (String, Nullable) What it is.
2. `more` (Variadic, Boolean) What it is.
## Return Type

Map of Object, with these attributes:

- `a` (Number)
"#]];
        snapbox::assert_data_eq!(parts.join("\n"), expected);
    }
}
