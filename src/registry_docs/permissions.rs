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
                "\n\nNo application can have them: an administrator signs in by `terraform-provider-autopilot login`, and a provider \
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

/// What each of several things needs to read and to write it.
pub fn permissions_table(things: &[(&str, (&str, &str))]) -> String {
    let code = |permission: &str| if permission.is_empty() { "-".to_owned() } else { format!("`{permission}`") };
    let rows =
        things.iter().map(|(thing, (read, write))| format!("\n| `{thing}` | {} | {} |", code(read), code(write)));
    format!("| | to read | to write |\n|---|---|---|{}", rows.collect::<String>())
}

/// The same for each need once, with all that has it.
pub fn permissions_by_need(things: &[(&str, (&str, &str))]) -> String {
    let mut needs: Vec<((&str, &str), Vec<&str>)> = Vec::new();
    for (thing, need) in things.iter().filter(|(_, need)| *need != ("", "")) {
        match needs.iter_mut().find(|(other, _)| other == need) {
            Some((_, things)) => things.push(thing),
            None => needs.push((*need, vec![thing])),
        }
    }
    let code = |permission: &str| if permission.is_empty() { "-".to_owned() } else { format!("`{permission}`") };
    let rows = needs.iter().map(|((read, write), things)| {
        let things: Vec<_> = things.iter().map(|thing| format!("`{thing}`")).collect();
        format!("\n| {} | {} | {} |", things.join(", "), code(read), code(write))
    });
    format!("| for | to read | to write |\n|---|---|---|{}", rows.collect::<String>())
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
    fn a_need_of_several_is_told_once() {
        let things = [
            ("a_group", ("G.Read", "G.Write")),
            ("a_tag", ("T.Read", "")),
            ("b_group", ("G.Read", "G.Write")),
            ("c", ("", "")),
        ];
        let told = permissions_by_need(&things);
        let expected = snapbox::str![[r#"
| for | to read | to write |
|---|---|---|
| `a_group`, `b_group` | `G.Read` | `G.Write` |
| `a_tag` | `T.Read` | - |
"#]];
        snapbox::assert_data_eq!(told, expected);
    }
}
