//! Which pages there are, and which parts each of them has.

use std::{collections::BTreeMap, io, path::Path};

use super::parts::{
    argument, duration_defaults, example_of, examples_file, keys, list_summary, needs_of_all, of_shape, one_of,
    parts_of_identity, with_words,
};
use super::readme;
use crate::{
    cli::needs::of_table,
    registry_docs::{
        Brought, Granted, Page, arguments, example, import, list_block, lookup_block, moving, on_device, permission,
        permissions, permissions_table, result, schema, signature,
    },
    resource::{Registered, RegisteredAction, RegisteredData, RegisteredFunction, Registry, Spec},
    schema::Attribute,
};

/// Every page by its file below the root, in whose folder `examples` the examples are.
pub(super) fn all(registry: &Registry, root: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    pages.insert("docs/index.md".to_owned(), provider(registry, root)?.text());
    pages.insert(readme::FILE.to_owned(), readme::of(registry, root)?);
    for known in &registry.resources {
        pages.insert(file("resources", known.spec.name), resource(registry, known, root)?.text());
        if let Some(attributes) = &known.list {
            pages.insert(file("list-resources", known.spec.name), list(registry, known, attributes, root)?.text());
        }
    }
    for known in &registry.data_sources {
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
        "For several tenants configure the provider several times, each with its own `alias`. The guide \"A tenant on your own machine\" shows how to try a \
         configuration without any."
            .to_owned(),
        example(&examples_file(root, "provider/provider.tf")?),
        format!(
            "## Signing in\n\n{}\nThe guide \"Credentials\" has a section on each; \"One application, many tenants\" is for who \
             looks after several.",
            registry.provider.notes()
        ),
        schema(&registry.provider.attributes()),
        format!(
            "## Permissions\n\nThe application that signs in needs application permissions of Microsoft Graph, with an \
             administrator's consent. These are the least ones:\n\n{}",
            permissions_table(&needs_of_all(registry))
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
        schema(&duration_defaults(&spec.attributes, &defaults)),
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
    let written = example_of(root, "data-sources", type_name, "data-source.tf")?;
    let attributes = duration_defaults(&spec.attributes, &[("read", spec.timeouts.read)]);
    let granted = data_source.table().map_or(Granted::ToApplications, |table| granted(&table));
    let page = |summary: &str, which: &str, example: &str, attributes: &[Attribute]| {
        let needed = permission(spec.permission, granted);
        let parts = vec![which.to_owned(), example.to_owned(), needed, schema(attributes)];
        page(registry, type_name, "Data Source", summary, parts)
    };
    let Some(table) = data_source.table() else { return Ok(page(&spec.summary, "", &written, &attributes)) };
    let keys = keys(&spec.attributes);
    let summary = spec.summary.clone().into_owned();
    let example = if written.is_empty() { example(&lookup(root, type_name, &keys)?) } else { written };
    Ok(page(&summary, &one_of(&keys), &example, &with_words(attributes, &table.attributes)))
}

/// A look-up as it follows from the table; none where nothing tells a name.
fn lookup(root: &Path, type_name: &str, keys: &[&Attribute]) -> io::Result<String> {
    if keys.is_empty() {
        return Ok(lookup_block(type_name, None));
    }
    let example = keys.iter().find_map(|key| Some((key.name.to_owned(), key.example?.to_owned())));
    let named = named(root, type_name, keys)?.or(example);
    Ok(named.map(|(name, text)| lookup_block(type_name, Some((&name, &text)))).unwrap_or_default())
}

fn list(registry: &Registry, known: &Registered, attributes: &[Attribute], root: &Path) -> io::Result<Page> {
    let Registered { type_name, spec, .. } = known;
    let mut configuration = examples_file(root, &format!("list-resources/{type_name}/list-resource.tfquery.hcl"))?;
    if configuration.is_empty() {
        let narrowed = named(root, type_name, &attributes.iter().collect::<Vec<_>>())?;
        let narrowed = narrowed.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        configuration = list_block(type_name, registry.name, narrowed);
    }
    let inside = if attributes.is_empty() { "" } else { " The attributes below stand in its block `config`." };
    let parts = vec![
        format!(
            "Terraform 1.14 is needed. The block stands in a file whose name ends in `.tfquery.hcl`. `terraform query` shows \
             what it finds; with `-generate-config-out=FILE` it also writes a configuration of that with `import` blocks.{inside}"
        ),
        example(&configuration),
        permission(spec.permissions.0, granted(spec)),
        schema(attributes),
    ];
    Ok(page(registry, type_name, "List Resource", &list_summary(spec), parts))
}

/// The first of these attributes by which the example of a resource is imported, and its value there.
fn named(root: &Path, type_name: &str, attributes: &[&Attribute]) -> io::Result<Option<(String, String)>> {
    let script = examples_file(root, &format!("resources/{type_name}/import.sh"))?;
    let ids = Brought::by(&script).into_iter().map(|brought| brought.id);
    let mut pairs = ids.filter_map(|id| id.split_once('=').map(|(name, text)| (name.to_owned(), text.to_owned())));
    Ok(pairs.find(|(name, _)| attributes.iter().any(|attribute| attribute.name == name)))
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
