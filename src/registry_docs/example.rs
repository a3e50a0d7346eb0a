//! Examples: those that are files, and those that follow from a table, laid out as `terraform fmt` does.

/// The part of a page with an example.
pub fn example(configuration: &str) -> String {
    let configuration = configuration.trim();
    if configuration.is_empty() {
        return String::new();
    }
    format!("## Example Usage\n\n{}", terraform(configuration))
}

/// The same, of an example that is there as a folder of the repository, and how it runs on this machine as it is. `found` is
/// the example, as seen from that folder, which makes what this one finds.
pub fn example_that_runs(configuration: &str, folder: &str, command: &str, found: Option<&str>) -> String {
    let part = example(configuration);
    if part.is_empty() {
        return part;
    }
    let place = format!("https://github.com/zero-touch/terraform-provider-autopilot/tree/main/{folder}");
    let emulator = "terraform-provider-autopilot emulator --speed 100";
    let (says, lines) = match found {
        None => ("There, on a tenant on your machine", format!("{emulator} -- terraform {command}")),
        Some(made_by) => (
            "There, on a tenant on your machine, where the first line makes what the second one finds",
            format!(
                "{emulator} --state tenant.redb -- terraform -chdir={made_by} apply\n\
                 {emulator} --state tenant.redb -- terraform {command}"
            ),
        ),
    };
    format!(
        "{part}\n\nThe folder [`{folder}`]({place}) has it as it runs. {says}:\n\n```shell\n\
         {lines}\n```"
    )
}

/// Configuration as a block of a page.
pub(super) fn terraform(configuration: &str) -> String {
    format!("```terraform\n{configuration}\n```")
}

/// A text in quotes, with no interpolation.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([character, character]),
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_no_template() {
        assert_eq!(quoted("a \"b\" ${c} %{d} 100% \\"), r#""a \"b\" $${c} %%{d} 100% \\""#);
    }

    #[test]
    fn what_an_example_finds_is_made_first() {
        let expected = snapbox::str![[r#"
## Example Usage

```terraform
data "x_y" "this" {}
```

The folder [`examples/x`](https://github.com/zero-touch/terraform-provider-autopilot/tree/main/examples/x) has it as it runs. There, on a tenant on your machine, where the first line makes what the second one finds:

```shell
terraform-provider-autopilot emulator --speed 100 --state tenant.redb -- terraform -chdir=../y apply
terraform-provider-autopilot emulator --speed 100 --state tenant.redb -- terraform query
```
"#]];
        let told = example_that_runs("data \"x_y\" \"this\" {}", "examples/x", "query", Some("../y"));
        snapbox::assert_data_eq!(told, expected);
        assert_eq!(example_that_runs("", "examples/x", "apply", None), "");
    }
}
