//! The lines of an `import.sh`, as a shell would read them.

/// An import: of which address, and by what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) address: String,
    /// An id, or `name=value`.
    pub(super) argument: String,
}

/// The imports that a script does.
pub(super) fn read(script: &str) -> Vec<Import> {
    let commands = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let import = |line: &str| {
        let words = line.strip_prefix("terraform import ").and_then(|words| words.split_once(' '));
        let (address, argument) = words.unwrap_or_else(|| panic!("no `terraform import ADDRESS ID`: {line}"));
        let argument = argument.trim().trim_matches(['"', '\'']);
        Import { address: address.to_owned(), argument: argument.to_owned() }
    };
    commands.map(import).collect()
}
