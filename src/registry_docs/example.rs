//! Examples: those that are files, and those that follow from a table, laid out as `terraform fmt` does.

/// The part of a page with an example.
pub fn example(configuration: &str) -> String {
    let configuration = configuration.trim();
    if configuration.is_empty() {
        return String::new();
    }
    format!("## Example Usage\n\n{}", terraform(configuration))
}

/// The same, of an example that is there as a folder of the repository, and how it runs on this machine as it is.
pub fn example_that_runs(configuration: &str, folder: &str, command: &str) -> String {
    let part = example(configuration);
    if part.is_empty() {
        return part;
    }
    let place = format!("https://github.com/zero-touch/terraform-provider-autopilot/tree/main/{folder}");
    format!(
        "{part}\n\nThe folder [`{folder}`]({place}) has it as it runs. On a tenant on your machine:\n\n```shell\n\
         terraform-provider-autopilot emulator --speed 100 -- terraform {command}\n```"
    )
}

/// Configuration as a block of a page.
pub(super) fn terraform(configuration: &str) -> String {
    format!("```terraform\n{configuration}\n```")
}

/// Looks up one object by an attribute, or the only one there is.
pub fn lookup_block(type_name: &str, key: Option<(&str, &str)>) -> String {
    match key {
        Some((attribute, text)) => format!("data \"{type_name}\" \"this\" {{\n  {attribute} = {}\n}}", quoted(text)),
        None => format!("data \"{type_name}\" \"this\" {{}}"),
    }
}

/// Lists all objects, and those that an attribute narrows the list to.
pub fn list_block(type_name: &str, provider: &str, narrowed: Option<(&str, &str)>) -> String {
    let all = format!(
        "# Everything that there is, with its settings.\nlist \"{type_name}\" \"all\" {{\n  provider         = {provider}\n  \
         include_resource = true\n}}"
    );
    let Some((attribute, text)) = narrowed else { return all };
    let text = quoted(text);
    format!(
        "{all}\n\n# Only what is called so.\nlist \"{type_name}\" \"some\" {{\n  provider = {provider}\n\n  config {{\n    {attribute} = \
         {text}\n  }}\n}}"
    )
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
    fn a_lookup_is_by_one_attribute_or_by_none() {
        assert_eq!(lookup_block("x_y", Some(("name", "Z"))), "data \"x_y\" \"this\" {\n  name = \"Z\"\n}");
        assert_eq!(lookup_block("x_y", None), "data \"x_y\" \"this\" {}");
    }

    #[test]
    fn a_list_is_of_all_and_of_some() {
        let expected = snapbox::str![[r#"
# Everything that there is, with its settings.
list "x_y" "all" {
  provider         = x
  include_resource = true
}

# Only what is called so.
list "x_y" "some" {
  provider = x

  config {
    name = "Z"
  }
}
"#]];
        snapbox::assert_data_eq!(list_block("x_y", "x", Some(("name", "Z"))), expected);
    }
}
