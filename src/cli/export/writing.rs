//! The files of an export.

use std::collections::BTreeMap;

use super::{
    devices::{self, Fleet},
    folder::{Files, IMPORTS, MARK, VARIABLES},
    form,
    reading::Object,
    readme,
    referring::{Addresses, Looked},
    tenancy::Tenancy,
};
use crate::{
    cli::terraform::required_version,
    hcl::{self, Block, Expression},
    resource::{Shape, Spec},
};

/// Where the module is.
pub(super) const MODULE: &str = "modules/tenant/";

/// All files. `as_module`: what makes a tenant is a module, and what belongs to this one is what calls it.
pub(super) fn files(tenancy: &Tenancy, addresses: &Addresses, data: &[Looked], as_module: bool) -> Files {
    let inside = if as_module { MODULE } else { "" };
    let mut files = Files::new();
    let mut put = |name: String, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            files.insert(name, format!("{MARK}\n\n{}", hcl::file(blocks)));
        }
    };
    put("main.tf".to_owned(), main(addresses, as_module));
    if as_module {
        put(format!("{inside}versions.tf"), vec![versions()]);
    }
    put(VARIABLES.to_owned(), variables(tenancy, addresses, true));
    if as_module {
        put(format!("{inside}{VARIABLES}"), variables(tenancy, addresses, false));
    }
    put(format!("{inside}data.tf"), data.iter().map(looked).collect());
    let fleets = tenancy.devices.iter().map(|of_tag| (of_tag.name.clone(), fleet(of_tag)));
    put(devices::FILE.to_owned(), sorted(fleets.collect()));
    for (file, blocks) in by_kind(tenancy, addresses, as_module) {
        put(file, sorted(blocks));
    }
    put(IMPORTS.to_owned(), imports(tenancy, addresses, as_module));
    for fleet in &tenancy.devices {
        files.insert(fleet.file(), fleet.csv.clone());
    }
    files.insert("README.md".to_owned(), readme::text(tenancy, as_module));
    files
}

/// The file of a kind, named after it.
pub(super) fn file_of(spec: &Spec, as_module: bool) -> String {
    let kind = match spec.shape {
        Shape::Collection => spec.nouns.replace([' ', '-'], "_").to_lowercase(),
        _ => spec.name.to_owned(),
    };
    format!("{}{kind}.tf", if as_module { MODULE } else { "" })
}

/// Blocks in the order of their addresses: a new display name moves none.
fn sorted(mut blocks: Vec<(String, Block)>) -> Vec<Block> {
    blocks.sort_by(|(a, _), (b, _)| a.cmp(b));
    blocks.into_iter().map(|(_, block)| block).collect()
}

fn by_kind(tenancy: &Tenancy, addresses: &Addresses, as_module: bool) -> BTreeMap<String, Vec<(String, Block)>> {
    let mut kinds: BTreeMap<String, Vec<(String, Block)>> = BTreeMap::new();
    for (object, name) in tenancy.objects.iter().zip(&addresses.names) {
        let file = file_of(&object.registered.spec, as_module);
        kinds.entry(file).or_default().push((name.clone(), resource(object, name, addresses)));
    }
    kinds
}

fn resource(object: &Object, name: &str, addresses: &Addresses) -> Block {
    hcl::block("resource", &[&object.registered.type_name, name], addresses.said_of(object, name))
}

fn looked(looked: &Looked) -> Block {
    let (attribute, value) = &looked.by;
    hcl::block("data", &[&looked.type_name, &looked.name], vec![((*attribute).to_owned(), value.clone())])
}

fn fleet(fleet: &Fleet) -> Block {
    let devices = hcl::written(&fleet.devices());
    hcl::block("resource", &[devices::IMPORT, &fleet.name], vec![("devices".to_owned(), devices)])
}

fn import(to: String, id: &str) -> (String, Block) {
    let said = vec![("to".to_owned(), hcl::written(&to)), ("id".to_owned(), hcl::literal(id))];
    (to, hcl::block("import", &[], said))
}

fn imports(tenancy: &Tenancy, addresses: &Addresses, as_module: bool) -> Vec<Block> {
    let inside = if as_module { form::INSIDE } else { "" };
    let objects = tenancy.objects.iter().zip(&addresses.names);
    let objects = objects
        .map(|(object, name)| import(format!("{inside}{}.{name}", object.registered.type_name), &object.import_id));
    let fleets = tenancy.devices.iter();
    let fleets = fleets.map(|fleet| import(format!("{}.{}", devices::IMPORT, fleet.name), &fleet.import_id()));
    sorted(objects.chain(fleets).collect())
}

fn required_providers() -> Vec<(String, Expression)> {
    vec![("autopilot".to_owned(), hcl::written("{ source = \"zero-touch/autopilot\" }"))]
}

fn versions() -> Block {
    let mut terraform =
        hcl::block("terraform", &[], vec![("required_version".to_owned(), hcl::literal(&required_version()))]);
    hcl::inside(&mut terraform, "required_providers", required_providers());
    terraform
}

fn main(addresses: &Addresses, as_module: bool) -> Vec<Block> {
    let variable = |name: &str| (name.to_owned(), hcl::written(&format!("var.{name}")));
    let provider = hcl::block("provider", &["autopilot"], vec![variable("tenant_id")]);
    let mut blocks = vec![versions(), provider];
    if as_module {
        let mut passed = vec![("source".to_owned(), hcl::literal("./modules/tenant"))];
        passed.extend(addresses.variables.iter().map(|declared| variable(&declared.name)));
        blocks.push(hcl::block("module", &["tenant"], passed));
    }
    blocks
}

/// The variables: of the tenant, and what else differs from one to the other. Inside a module they have no values of their own.
fn variables(tenancy: &Tenancy, addresses: &Addresses, of_root: bool) -> Vec<Block> {
    let tenant = of_root.then(|| {
        let said = [
            ("type", hcl::written("string")),
            ("description", hcl::literal("Id of the tenant.")),
            ("default", hcl::literal(&tenancy.id)),
        ];
        hcl::block("variable", &["tenant_id"], said.map(|(name, value)| (name.to_owned(), value)).into())
    });
    tenant.into_iter().chain(addresses.variables.iter().map(|variable| variable.declared(of_root))).collect()
}
