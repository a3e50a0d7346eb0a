//! What a credential has to be allowed on Microsoft Graph.

/// Whom Graph gives a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// Applications, and people who sign in by one.
    ToApplications,
    /// People only.
    ToPeople,
}

impl Granted {
    fn word(self) -> &'static str {
        match self {
            Granted::ToApplications => "application",
            Granted::ToPeople => "delegated",
        }
    }

    fn remark(self) -> &'static str {
        match self {
            Granted::ToApplications => "",
            Granted::ToPeople => {
                "\n\nFrom an application Graph does not take them for this: an administrator signs in by `terraform-provider-autopilot login`, and a provider \
                 with `use_login = true` uses that."
            }
        }
    }
}

/// The part that tells the one permission there is.
pub fn permission(permission: &str, granted: Granted) -> String {
    if permission.is_empty() {
        return String::new();
    }
    format!(
        "## Permissions\n\nIt needs the {} permission `{permission}` of Microsoft Graph.{}",
        granted.word(),
        granted.remark()
    )
}

/// The same, and what is needed for parts: each permission with what for.
pub fn permission_and_of_parts(needed: &str, parts: &[(&str, String)], granted: Granted) -> String {
    let lines: Vec<_> = parts.iter().map(|(permission, purpose)| format!("- `{permission}` to {purpose}.")).collect();
    if lines.is_empty() {
        return permission(needed, granted);
    }
    let all = match needed {
        "" => "## Permissions\n\nIt is read without any permission of Microsoft Graph.".to_owned(),
        needed => permission(needed, granted),
    };
    format!(
        "{all}\n\nThese are for a part of it. Where one is missing, the answer or the message names it:\n\n{}",
        lines.join("\n")
    )
}

/// The part that tells the permissions, the least first, each with what it is for: `create, change and delete`.
pub fn permissions(needs: &[(&str, String)], granted: Granted) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut before = String::new();
    for (permission, purpose) in needs.iter().filter(|(permission, _)| !permission.is_empty()) {
        let more = if before == *permission && !purpose.contains('`') { "; it allows reading too" } else { "" };
        lines.push(format!("- `{permission}` to {purpose}{more}."));
        before = permission.replace(".Read.", ".ReadWrite.");
    }
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "## Permissions\n\nIt needs these {} permissions of Microsoft Graph, the least first:\n\n{}{}",
        granted.word(),
        lines.join("\n"),
        granted.remark()
    )
}

/// The permissions that a thing needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// To read it.
    pub read: Vec<&'static str>,
    /// To read a part of it.
    pub part: Vec<&'static str>,
    /// To write it.
    pub write: Vec<&'static str>,
}

impl Needs {
    /// The cells of a table. What is for a part stands in brackets.
    fn cells(&self) -> String {
        let read = match (self.read.as_slice(), self.part.as_slice()) {
            (read, []) => codes(read),
            ([], part) => format!("({})", codes(part)),
            (read, part) => format!("{} ({})", codes(read), codes(part)),
        };
        format!("{read} | {}", codes(&self.write))
    }
}

/// What each of several things needs to read and to write it.
pub fn permissions_table(things: &[(String, Needs)]) -> String {
    let rows = things.iter().map(|(thing, needs)| format!("\n| `{thing}` | {} |", needs.cells()));
    format!("| | to read | to write |\n|---|---|---|{}", rows.collect::<String>())
}

/// The same for each need once, with all that has it.
pub fn permissions_by_need(things: &[(String, Needs)]) -> String {
    let mut needs: Vec<(&Needs, Vec<&str>)> = Vec::new();
    for (thing, need) in things.iter().filter(|(_, needs)| *needs != Needs::default()) {
        match needs.iter_mut().find(|(other, _)| *other == need) {
            Some((_, things)) => things.push(thing),
            None => needs.push((need, vec![thing])),
        }
    }
    let rows = needs.iter().map(|(need, things)| format!("\n| {} | {} |", codes(things), need.cells()));
    format!("| for | to read | to write |\n|---|---|---|{}", rows.collect::<String>())
}

/// Names as code; a dash for none.
fn codes(names: &[&str]) -> String {
    let codes: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if codes.is_empty() { "-".to_owned() } else { codes.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_comes_first_and_the_other_may_cover_it() {
        let needs =
            [("Group.Read.All", "read".to_owned()), ("Group.ReadWrite.All", "create, change and delete".to_owned())];
        let told = permissions(&needs, Granted::ToApplications);
        let expected = snapbox::str![[r#"
## Permissions

It needs these application permissions of Microsoft Graph, the least first:

- `Group.Read.All` to read.
- `Group.ReadWrite.All` to create, change and delete; it allows reading too.
"#]];
        snapbox::assert_data_eq!(told, expected);
        assert_eq!(permissions(&[("", "read".to_owned())], Granted::ToApplications), "");
        assert!(
            permission("User.Read.All", Granted::ToApplications)
                .ends_with("the application permission `User.Read.All` of Microsoft Graph.")
        );
        assert_eq!(permission("", Granted::ToPeople), "");
    }

    #[test]
    fn what_a_part_needs_is_told_beside_it() {
        let parts = [("User.Read.All", "know its user".to_owned())];
        let told = permission_and_of_parts("Device.Read.All", &parts, Granted::ToApplications);
        let expected = snapbox::str![[r#"
## Permissions

It needs the application permission `Device.Read.All` of Microsoft Graph.

These are for a part of it. Where one is missing, the answer or the message names it:

- `User.Read.All` to know its user.
"#]];
        snapbox::assert_data_eq!(told, expected);
        let told = permission_and_of_parts("", &parts, Granted::ToApplications);
        assert!(told.contains("read without any permission"), "{told}");
        assert_eq!(permission_and_of_parts("", &[], Granted::ToApplications), "");
    }

    #[test]
    fn a_need_of_several_is_told_once() {
        let needs = |read: &[&'static str], part: &[&'static str], write: &[&'static str]| Needs {
            read: read.to_vec(),
            part: part.to_vec(),
            write: write.to_vec(),
        };
        let things = [
            ("a_group", needs(&["G.Read", "M.Read"], &[], &["G.Write"])),
            ("a_tag", needs(&["T.Read"], &["U.Read"], &[])),
            ("b_group", needs(&["G.Read", "M.Read"], &[], &["G.Write"])),
            ("c", needs(&[], &["U.Read"], &[])),
            ("d", Needs::default()),
        ];
        let told = permissions_by_need(&things.map(|(thing, needs)| (thing.to_owned(), needs)));
        let expected = snapbox::str![[r#"
| for | to read | to write |
|---|---|---|
| `a_group`, `b_group` | `G.Read`, `M.Read` | `G.Write` |
| `a_tag` | `T.Read` (`U.Read`) | - |
| `c` | (`U.Read`) | - |
"#]];
        snapbox::assert_data_eq!(told, expected);
    }
}
