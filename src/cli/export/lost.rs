//! Addresses that a folder would lose. What each block is of the tenant, its imports say; without them a thing that has another
//! name by now has another address, and Terraform would destroy what it manages by the old one.

use std::collections::BTreeSet;

use super::{
    arguments::Arguments,
    folder::{self, Files, Folder, IMPORTS, MARK},
    form, writing,
};
use crate::cli::{stopped::Stopped, text::counted};

/// Refuses to write over a folder whose imports are gone, where an address of its blocks would be gone too.
pub(super) fn held(arguments: &Arguments, folder: &Folder<'_>, files: &Files) -> Result<(), Stopped> {
    if folder::body(&arguments.out, IMPORTS)?.is_some() {
        return Ok(());
    }
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for (file, there, now) in folder.beside(files)? {
        if file.ends_with(".tf") && there.starts_with(MARK) {
            before.extend(addresses(&file, &there).map_err(|error| {
                Stopped::because(format!("{} cannot be read: {error}", arguments.out.join(&file).display()))
            })?);
        }
        after.extend(addresses(&file, &now).unwrap_or_default());
    }
    let lost: Vec<&String> = before.difference(&after).collect();
    let Some(first) = lost.first() else { return Ok(()) };
    Err(Stopped::because(format!(
        "{} has no {IMPORTS}, which says what each block is of the tenant, and {} would be gone, such as {first}. Terraform would \
         destroy what it manages there. Nothing was written. Bring {IMPORTS} back, or choose another folder with --out.",
        arguments.out.display(),
        counted(lost.len(), "address", "addresses"),
    )))
}

/// The addresses of the resources of a file.
fn addresses(file: &str, text: &str) -> Result<Vec<String>, hcl_edit::parser::Error> {
    if !file.ends_with(".tf") {
        return Ok(Vec::new());
    }
    let body: hcl_edit::structure::Body = text.parse()?;
    let inside = if file.starts_with(writing::MODULE) { form::INSIDE } else { "" };
    let blocks = body.get_blocks("resource").filter_map(|block| match &block.labels[..] {
        [kind, name] => Some(format!("{inside}{}.{}", kind.as_str(), name.as_str())),
        _ => None,
    });
    Ok(blocks.collect())
}
