//! Which pages there are, and which parts each of them has.

use std::{collections::BTreeMap, io, path::Path};

use super::parts::{
    argument, duration_defaults, durations_by_rows, example_of, example_of_what_finds, examples_file, keys,
    list_summary, of_shape, one_of, parts_of_identity, with_words,
};
use super::readme;
use crate::{
    cli::needs::{by_thing, of_table},
    registry_docs::{
        Brought, Granted, Page, arguments, example, import, moving, on_device, permission, permission_and_of_parts,
        permissions, permissions_table, result, schema, signature,
    },
    resource::{Registered, RegisteredAction, RegisteredData, RegisteredFunction, Registry, Spec, shape::Shape},
    schema::Attribute,
};

/// Every page by its file below the root, in whose folder `examples` the examples are.
pub(super) fn all(registry: &Registry, root: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    pages.insert("docs/index.md".to_owned(), provider(registry, root)?.text());
    pages.insert(readme::FILE.to_owned(), readme::of(registry, root)?);
    for known in registry.all_resources() {
        pages.insert(file("resources", known.spec.name), resource(registry, known, root)?.text());
        if let Some(attributes) = &known.list {
            pages.insert(file("list-resources", known.spec.name), list(registry, known, attributes, root)?.text());
        }
    }
    for known in registry.all_data_sources() {
        pages.insert(file("data-sources", known.spec.name), data_source(registry, known, root)?.text());
    }
    for known in &registry.functions {
        pages.insert(file("functions", known.spec.name), function(registry, known, root)?.text());
    }
    for known in &registry.actions {
        pages.insert(file("actions", known.spec.name), action(registry, known, root)?.text());
    }
    Ok(pages)
}

fn file(folder: &str, name: &str) -> String {
    format!("docs/{folder}/{name}.md")
}

/// A page of a type: its name, its kind and one sentence on it.
fn page(registry: &Registry, type_name: &str, kind: &str, summary: &str, parts: Vec<String>) -> Page {
    Page {
        title: format!("{type_name} {kind} - {}", registry.name),
        heading: format!("{type_name} ({kind})"),
        description: summary.to_owned(),
        parts: [vec![summary.to_owned()], parts].concat(),
    }
}

fn provider(registry: &Registry, root: &Path) -> io::Result<Page> {
    let summary = "Sets up Windows Autopilot in Microsoft Intune and Microsoft Entra ID: devices, groups, deployment \
                   profiles, enrollment status pages and what belongs to them.";
    let parts = vec![
        summary.to_owned(),
        "For several tenants configure the provider several times, each with its own `alias`. Without any, try a \
         configuration on [a tenant on your own machine](guides/emulator.md); \
         [the first ten minutes](guides/first-ten-minutes.md) look at a real one by an application that can only read."
            .to_owned(),
        example(&examples_file(root, "provider/provider.tf")?),
        format!(
            "## Signing in\n\n{}\n[Credentials](guides/credentials.md) has a section on each, and \
             [One application, many tenants](guides/one-app-many-tenants.md) is for who looks after several. What else there is: \
             [From clicks to code](guides/from-clicks-to-code.md), [A fleet of devices](guides/fleets.md) and \
             [Troubleshooting by message](guides/troubleshooting.md).",
            registry.provider.notes()
        ),
        schema(&registry.provider.attributes()),
        format!(
            "## Permissions\n\nThe application that signs in needs application permissions of Microsoft Graph, with an \
             administrator's consent, for what you use of it. These are the least ones. Those in brackets are for a \
             part of what is read; a page tells which part, and what an option needs besides:\n\n{}",
            permissions_table(&by_thing(registry))
        ),
    ];
    Ok(Page {
        title: "Autopilot Provider".to_owned(),
        heading: "Autopilot Provider".to_owned(),
        description: summary.to_owned(),
        parts,
    })
}

fn resource(registry: &Registry, known: &Registered, root: &Path) -> io::Result<Page> {
    let Registered { type_name, spec, .. } = known;
    let script = examples_file(root, &format!("resources/{type_name}/import.sh"))?;
    let timeouts = &spec.timeouts;
    let defaults = [
        ("create", timeouts.create),
        ("read", timeouts.read),
        ("update", timeouts.update),
        ("delete", timeouts.delete),
    ];
    let mut parts = vec![
        of_shape(spec).to_owned(),
        example_of(root, "resources", type_name, "resource.tf")?,
        spec.notes.to_owned(),
        on_device(spec.seen, spec.learn),
        permissions(&of_table(spec), granted(spec)),
        schema(&durations_by_rows(duration_defaults(&spec.attributes, &defaults), timeouts.of_row)),
        import(&script, &parts_of_identity(spec.identity.as_ref())),
    ];
    let to = Brought::by(&script).into_iter().next().map_or(format!("{type_name}.this"), |brought| brought.to);
    parts.extend(spec.movers.iter().map(|mover| moving(mover.provider, mover.type_name, &to)));
    Ok(page(registry, type_name, "Resource", spec.summary, parts))
}

fn granted(spec: &Spec) -> Granted {
    if spec.delegated_only { Granted::ToPeople } else { Granted::ToApplications }
}

fn data_source(registry: &Registry, known: &RegisteredData, root: &Path) -> io::Result<Page> {
    let RegisteredData { type_name, spec, data_source, .. } = known;
    let example = match registry.resource(type_name) {
        Some(found) => {
            example_of_what_finds(root, ("data-sources", "data-source.tf", "apply"), type_name, &found.spec)?
        }
        None => example_of(root, "data-sources", type_name, "data-source.tf")?,
    };
    let attributes = duration_defaults(&spec.attributes, &[("read", spec.timeouts.read)]);
    let table = data_source.table();
    let granted = table.as_ref().map_or(Granted::ToApplications, |table| granted(table));
    let (which, attributes) = match &table {
        Some(table) => (one_of(&keys(&spec.attributes)), with_words(attributes, &table.attributes)),
        None => (String::new(), attributes),
    };
    let needed = permission_and_of_parts(spec.permission, &spec.also_needs, granted);
    let parts = vec![which, example, needed, schema(&attributes)];
    Ok(page(registry, type_name, "Data Source", &spec.summary, parts))
}

fn list(registry: &Registry, known: &Registered, attributes: &[Attribute], root: &Path) -> io::Result<Page> {
    let Registered { type_name, spec, .. } = known;
    let place = ("list-resources", "list-resource.tfquery.hcl", "query");
    let inside = if attributes.is_empty() { "" } else { " The attributes below stand in its block `config`." };
    // Of Terraform's own: https://developer.hashicorp.com/terraform/language/block/tfquery/list
    let limit = match spec.shape {
        Shape::Collection | Shape::Rows(_) => {
            "\n\nTerraform ends a list at 100 results. `limit = 1000` beside `provider` shows up to so many."
        }
        Shape::Singleton | Shape::Order(_) => "",
    };
    let parts = vec![
        format!(
            "Terraform 1.14 is needed. The block stands in a file whose name ends in `.tfquery.hcl`. `terraform query` shows \
             what it finds; with `-generate-config-out=FILE` it also writes a configuration of that with `import` blocks.{inside}{limit}"
        ),
        example_of_what_finds(root, place, type_name, spec)?,
        permission(spec.permissions.0, granted(spec)),
        schema(attributes),
    ];
    Ok(page(registry, type_name, "List Resource", &list_summary(spec), parts))
}

fn function(registry: &Registry, known: &RegisteredFunction, root: &Path) -> io::Result<Page> {
    let spec = &known.spec;
    let (name, provider) = (spec.name, registry.name);
    let taken: Vec<_> = spec.parameters.iter().map(argument).collect();
    let further = spec.variadic.as_ref().map(argument);
    let parts = vec![
        spec.description.to_owned(),
        format!("It is called as `provider::{provider}::{name}`. Terraform 1.8 or OpenTofu 1.7 is needed."),
        example_of(root, "functions", name, "function.tf")?,
        signature(name, &taken, further.as_ref(), &spec.returns),
        arguments(&taken, further.as_ref()),
        result(&spec.returns),
    ];
    Ok(Page {
        title: format!("{name} function - {provider}"),
        heading: format!("function: {name}"),
        description: spec.summary.to_owned(),
        parts,
    })
}

fn action(registry: &Registry, known: &RegisteredAction, root: &Path) -> io::Result<Page> {
    let RegisteredAction { type_name, spec, .. } = known;
    let parts = vec![
        "Terraform 1.14 is needed. An action leaves no state. The attributes below stand in its block `config`."
            .to_owned(),
        example_of(root, "actions", type_name, "action.tf")?,
        permission(spec.permission, Granted::ToApplications),
        schema(&duration_defaults(&spec.attributes, &[("invoke", spec.timeout)])),
    ];
    Ok(page(registry, type_name, "Action", spec.summary, parts))
}
