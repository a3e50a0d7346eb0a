//! How what exists is brought under a configuration: by command, by id, by identity, or from another resource type.

use super::example::{quoted, terraform};

/// What is brought where, as a command line of `terraform import` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The address: `autopilot_group.sales`.
    pub to: String,
    /// What tells the object.
    pub id: String,
}

impl Brought {
    /// Each command of a script.
    pub fn by(script: &str) -> Vec<Brought> {
        let commands = script.lines().filter_map(|line| line.strip_prefix("terraform import ")?.split_once(' '));
        commands.map(|(to, id)| Brought { to: to.to_owned(), id: id.trim_matches('"').to_owned() }).collect()
    }
}

/// A part of an identity.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it is, as a sentence.
    pub description: &'static str,
    /// Whether it has to be given.
    pub required: bool,
}

/// The part of a page that tells how to import, from a script of such commands. An id has the parts of the identity that
/// have to be given, with slashes between them.
pub fn import(script: &str, identity: &[Part]) -> String {
    let brought = Brought::by(script);
    let Some(first) = brought.first() else { return String::new() };
    let mut blocks = vec![
        "## Import".to_owned(),
        "With the command [`terraform import`](https://developer.hashicorp.com/terraform/cli/commands/import):".to_owned(),
        format!("```shell\n{}\n```", script.trim()),
        "With an [`import` block](https://developer.hashicorp.com/terraform/language/import), whose `id` is any that the \
         command takes:"
            .to_owned(),
        terraform(&format!("import {{\n  to = {}\n  id = {}\n}}", first.to, quoted(&first.id))),
    ];
    if !identity.is_empty() {
        blocks.push("With an `import` block by identity, in Terraform or OpenTofu from 1.12 on:".to_owned());
        blocks.extend(named_as(identity, &brought).map(|named| by_identity(&named, identity)));
        blocks.push(identity_schema(identity));
    }
    blocks.join("\n\n")
}

/// What is brought in, as its identity names it: where that is one name, a command that says it by this name tells it.
fn named_as(identity: &[Part], brought: &[Brought]) -> Option<Brought> {
    let required: Vec<_> = identity.iter().filter(|part| part.required).collect();
    let named = |one: &Brought| {
        let [part] = required.as_slice() else { return None };
        Some(Brought { to: one.to.clone(), id: one.id.strip_prefix(part.name)?.strip_prefix('=')?.to_owned() })
    };
    brought.iter().find_map(named).or_else(|| brought.first().cloned())
}

fn by_identity(brought: &Brought, identity: &[Part]) -> String {
    let required: Vec<_> = identity.iter().filter(|part| part.required).map(|part| part.name).collect();
    let widest = required.iter().map(|name| name.len()).max().unwrap_or_default();
    let values = brought.id.splitn(required.len(), '/');
    let lines = required.iter().zip(values).map(|(name, value)| format!("    {name:widest$} = {}\n", quoted(value)));
    let lines: String = lines.collect();
    terraform(&format!("import {{\n  to = {}\n  identity = {{\n{lines}  }}\n}}", brought.to))
}

fn identity_schema(identity: &[Part]) -> String {
    let group = |title: &str, required: bool| {
        let parts = identity.iter().filter(|part| part.required == required);
        let lines: Vec<_> = parts.map(|part| format!("- `{}` (String) {}", part.name, part.description)).collect();
        (!lines.is_empty()).then(|| format!("#### {title}\n\n{}", lines.join("\n")))
    };
    let groups = [group("Required", true), group("Optional", false)].into_iter().flatten();
    ["### Identity Schema".to_owned()].into_iter().chain(groups).collect::<Vec<_>>().join("\n\n")
}

/// The part of a page that tells from which resource type of another provider a `moved` block leads here.
pub fn moving(provider: &str, from: &str, to: &str) -> String {
    let name = to.split_once('.').map_or("this", |(_, name)| name);
    let block = terraform(&format!("moved {{\n  from = {from}.{name}\n  to   = {to}\n}}"));
    format!(
        "## Moving from `{from}`\n\nA `moved` block takes over the state of `{from}` of the provider `{provider}`. Nothing \
         changes in the tenant. Terraform 1.8 or OpenTofu 1.10 is needed.\n\n{block}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_told_in_three_ways() {
        let part = |name, required| Part { name, description: "What it is.", required };
        let identity = [part("policy_id", true), part("id", true), part("tenant_id", false)];
        let script = "# By its id, or by its name.\nterraform import x_y.z 1/2\nterraform import x_y.z \"name=Z\"\n";
        let expected = snapbox::str![[r##"
## Import

With the command [`terraform import`](https://developer.hashicorp.com/terraform/cli/commands/import):

```shell
# By its id, or by its name.
terraform import x_y.z 1/2
terraform import x_y.z "name=Z"
```

With an [`import` block](https://developer.hashicorp.com/terraform/language/import), whose `id` is any that the command takes:

```terraform
import {
  to = x_y.z
  id = "1/2"
}
```

With an `import` block by identity, in Terraform or OpenTofu from 1.12 on:

```terraform
import {
  to = x_y.z
  identity = {
    policy_id = "1"
    id        = "2"
  }
}
```

### Identity Schema

#### Required

- `policy_id` (String) What it is.
- `id` (String) What it is.

#### Optional

- `tenant_id` (String) What it is.
"##]];
        snapbox::assert_data_eq!(import(script, &identity), expected);
        assert_eq!(import("", &identity), "");
    }

    #[test]
    fn an_identity_that_is_a_name_is_shown_by_the_command_that_says_it() {
        let identity = [Part { name: "serial_number", description: "What it is.", required: true }];
        let script = "terraform import x_y.z 7c9e6679\nterraform import x_y.z \"serial_number=5CG4\"\n";
        assert!(import(script, &identity).contains("identity = {\n    serial_number = \"5CG4\"\n"));
    }

    #[test]
    fn the_commands_of_a_script_are_read() {
        let brought = Brought::by("# One.\nterraform import x_y.z \"name=A b\"\n");
        assert_eq!(brought, [Brought { to: "x_y.z".to_owned(), id: "name=A b".to_owned() }]);
    }
}
