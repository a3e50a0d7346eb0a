//! What the folder's README says.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{devices::Fleet, folder::README_MARK, tenancy::Tenancy, uncollected};

/// What Graph tells of nothing.
const SECRETS: &str = "\
- Hardware hashes and DeviceLinks: Microsoft Graph tells none. The devices are adopted as they are registered; a destroy leaves them
  registered.
- Passwords and other values that are only written: where a resource has one, set it by hand.
";

/// The text.
pub(super) fn text(tenancy: &Tenancy, as_module: bool) -> String {
    let mut text = format!(
        "{README_MARK}{}\n\nWritten by `terraform-provider-autopilot export`, and written over by the next \
         one.\n\n```sh\nterraform init\nterraform plan    # shows imports, and no change\nterraform apply   # from now on it is \
         managed here\n```\n\nAfter the apply `imports.tf` has done its work. It stays: the next export takes the names from it.\n",
        tenancy.id
    );
    if as_module {
        text.push_str(
            "\nWhat makes the tenant is the module `modules/tenant`. For a second tenant like this one, call it from a \
             folder of its own, with that tenant's id and values of the variables, and without `imports.tf` and `devices.tf`. \
             What it only refers to is looked up by its name, and has to be there; what shares its name with others, and \
             owners and members that are no groups of the module, are variables.\n",
        );
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for object in &tenancy.objects {
        *kinds.entry(&object.registered.type_name).or_default() += 1;
    }
    let devices: usize = tenancy.devices.iter().map(Fleet::count).sum();
    if devices > 0 {
        kinds.insert("rows of `autopilot_device_import`", devices);
    }
    text.push_str(if kinds.is_empty() { "\nNothing was exported.\n" } else { "\n| kind | exported |\n|---|---|\n" });
    for (kind, count) in kinds {
        let kind = if kind.contains('`') { kind.to_owned() } else { format!("`{kind}`") };
        // Text takes everything.
        let _ = writeln!(text, "| {kind} | {count} |");
    }
    text.push_str("\n## Left out\n\n");
    text.push_str(SECRETS);
    for left in &tenancy.left_out {
        let _ = writeln!(text, "- {}: {}", left.what, left.why.replace('\n', " "));
    }
    text.push_str("\n## Not looked for\n\n");
    text.push_str(&uncollected::table(&tenancy.uncollected));
    text
}
