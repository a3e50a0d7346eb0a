//! The user's own configuration of Terraform's command line, with this provider added to it.
//!
//! Sources: HashiCorp's "CLI Configuration File": HCL; one block `provider_installation`, in it at most one block
//! `dev_overrides`. `TF_CLI_CONFIG_FILE` names the file; a file that is not there counts as empty.

use std::{
    env,
    ffi::OsString,
    fs, io,
    iter::Peekable,
    path::{Path, PathBuf},
};

use super::{
    mirror::{HOME, NAME, SOURCE, mirror, of_variable},
    program::Product,
    workspace::{dev_override, override_of, quote},
};

/// Writes Terraform's configuration with a development override that leads to this program, and gives the variable that names it.
pub(in crate::cli) fn led_here(folder: &Path) -> io::Result<(String, OsString)> {
    let file = folder.join("terraform.rc");
    fs::write(&file, with_override(&under_its_name(&env::current_exe()?, folder)?)?)?;
    Ok(("TF_CLI_CONFIG_FILE".into(), file.into()))
}

/// The program where an override finds it: Terraform takes the file of a folder that is named as the provider is, and no other.
fn under_its_name(executable: &Path, folder: &Path) -> io::Result<PathBuf> {
    let name = executable.file_name().unwrap_or_default().to_string_lossy();
    let is_found = name.strip_prefix(NAME).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '.']));
    if is_found {
        return Ok(executable.to_owned());
    }
    let folder = folder.join("provider");
    fs::create_dir_all(&folder)?;
    let place = folder.join(format!("{NAME}{}", env::consts::EXE_SUFFIX));
    match fs::remove_file(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::hard_link(executable, &place).or_else(|_| fs::copy(executable, &place).map(drop))?,
    }
    Ok(place)
}

/// The user's configuration, made to run this executable as the provider wherever Terraform is started.
fn with_override(executable: &Path) -> io::Result<String> {
    let own = match own_file().map(fs::read_to_string) {
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Some(Ok(text)) => text,
        _ => String::new(),
    };
    // What `install` laid there, `init` has to find here too.
    let installed = mirror().filter(|mirror| mirror.join(Product::Terraform.registry()).join(SOURCE).is_dir());
    Ok(added(&own, executable, installed.as_deref()))
}

fn own_file() -> Option<PathBuf> {
    let name = if cfg!(windows) { "terraform.rc" } else { ".terraformrc" };
    of_variable("TF_CLI_CONFIG_FILE").or_else(|| Some(of_variable(HOME)?.join(name)))
}

/// Adds this provider to the installation methods, wherever they are. An override that is there already is kept.
fn added(own: &str, executable: &Path, installed: Option<&Path>) -> String {
    let own = own.trim_start_matches('\u{feff}');
    let Some(installation) = block(own, 0, "provider_installation") else {
        let gap = if own.is_empty() || own.ends_with('\n') { "" } else { "\n" };
        let method = dev_override(executable);
        let methods = installed.map_or("  direct {}\n".to_owned(), from_mirror);
        return format!("{own}{gap}provider_installation {{\n{method}{methods}}}\n");
    };
    let (at, insertion) = match block(own, installation, "dev_overrides") {
        Some(overrides) if names_us(own, overrides) => return own.to_owned(),
        Some(overrides) => (overrides, format!("\n    {}", override_of(executable))),
        None => (installation, format!("\n{}", dev_override(executable))),
    };
    let (before, after) = own.split_at(at);
    format!("{before}{insertion}{after}")
}

/// The methods by which this provider comes from a mirror, and every other from its registry.
pub(in crate::cli) fn from_mirror(mirror: &Path) -> String {
    let path = quote(mirror);
    format!(
        "  filesystem_mirror {{\n    path    = {path}\n    include = [\"{SOURCE}\"]\n  }}\n  direct {{\n    exclude = [\"{SOURCE}\"]\n  }}\n"
    )
}

/// Whether the block that begins here overrides this provider.
fn names_us(text: &str, from: usize) -> bool {
    let names = |part: &Part<'_>| matches!(part, Part::Text(text) if text.ends_with(SOURCE));
    parts(text, from).take_while(|(_, depth, _)| *depth >= 0).any(|(_, depth, part)| depth == 0 && names(&part))
}

/// Where the block of this name begins, behind its brace: of those at the level where `from` is.
fn block(text: &str, from: usize, name: &str) -> Option<usize> {
    let mut named = false;
    for (end, depth, part) in parts(text, from).take_while(|(_, depth, _)| *depth >= 0) {
        match part {
            Part::Open if depth == 1 && named => return Some(end),
            Part::Word(word) => named = depth == 0 && word == name,
            _ => named = false,
        }
    }
    None
}

/// What a block says: `path = "..."`, `include = ["...", "..."]`, or a block in it. Other values than texts are left out.
#[derive(Debug)]
pub(in crate::cli) enum Item {
    /// A name, and the texts that it is set to.
    Set(String, Vec<String>),
    /// A block, and what it says.
    Block(String, Vec<Item>),
}

/// What a configuration of the command line says. It is older HCL, where a quoted name may be set too: `"a/b" = "/folder"`.
pub(in crate::cli) fn read(text: &str) -> Vec<Item> {
    items(&mut parts(text.trim_start_matches('\u{feff}'), 0).map(|(_, depth, part)| (depth, part)).peekable())
}

fn items<'a>(parts: &mut Peekable<impl Iterator<Item = (i32, Part<'a>)>>) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some((depth, part)) = parts.next() {
        let name = match part {
            Part::Word(name) => name.to_owned(),
            Part::Text(name) => meant(name),
            Part::Close => break,
            Part::Open | Part::Other(_) => continue,
        };
        let is_set = parts.next_if(|(_, part)| matches!(part, Part::Other('='))).is_some();
        let is_list = is_set && parts.next_if(|(_, part)| matches!(part, Part::Other('['))).is_some();
        let mut texts = Vec::new();
        while let Some((_, part)) = parts.next_if(|(_, part)| match part {
            Part::Text(_) => is_list || !is_set || texts.is_empty(),
            part => is_list && matches!(part, Part::Other(',')),
        }) {
            texts.extend(if let Part::Text(text) = part { Some(meant(text)) } else { None });
        }
        // Nobody nests deeper, and the stack ends somewhere.
        if depth < DEEPEST && parts.next_if(|(_, part)| matches!(part, Part::Open)).is_some() {
            items.push(Item::Block(name, self::items(parts)));
        } else if is_set {
            items.push(Item::Set(name, texts));
        }
    }
    items
}

/// How deep blocks may lie in each other.
const DEEPEST: i32 = 64;

/// A quoted text without its escapes, which are those of JSON.
fn meant(quoted: &str) -> String {
    serde_json::from_str(&format!("\"{quoted}\"")).unwrap_or_else(|_| quoted.to_owned())
}

/// What a configuration consists of, as far as it has to be told apart.
enum Part<'a> {
    Word(&'a str),
    /// A quoted text, without its quotes.
    Text(&'a str),
    Open,
    Close,
    Other(char),
}

/// The parts from here on: where each ends, how deep it is below where it began (a brace counts where it leads), and what it is.
/// Spaces and comments are none.
fn parts(text: &str, from: usize) -> impl Iterator<Item = (usize, i32, Part<'_>)> {
    let mut at = from;
    let mut depth = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            let line = || rest.find('\n').unwrap_or(rest.len());
            let (length, part) = match first {
                '#' => (line(), None),
                '/' if rest.starts_with("//") => (line(), None),
                '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), None),
                '"' => {
                    let length = quoted(rest);
                    (length, Some(Part::Text(rest.get(1..length - 1).unwrap_or_default())))
                }
                '{' => {
                    depth += 1;
                    (1, Some(Part::Open))
                }
                '}' => {
                    depth -= 1;
                    (1, Some(Part::Close))
                }
                first if first.is_alphanumeric() || first == '_' => {
                    let ends = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-'));
                    let length = rest.find(ends).unwrap_or(rest.len());
                    (length, Some(Part::Word(rest.get(..length).unwrap_or_default())))
                }
                first if first.is_whitespace() => (first.len_utf8(), None),
                first => (first.len_utf8(), Some(Part::Other(first))),
            };
            at += length.max(1);
            if let Some(part) = part {
                return Some((at, depth, part));
            }
        }
    })
}

/// How long the quoted text is that this begins with, quotes included.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_us(own: &str) -> String {
        added(own, Path::new("/opt/bin/provider"), None)
    }

    const OURS: &str = "\"zero-touch/autopilot\" = \"/opt/bin\"";

    #[test]
    fn without_a_file_of_the_user_s_it_is_ours_alone() {
        let text = with_us("");
        assert_eq!(
            text,
            format!("provider_installation {{\n  dev_overrides {{\n    {OURS}\n  }}\n  direct {{}}\n}}\n")
        );
        assert_eq!(with_us(&text), text, "what is there already is not added again");
    }

    #[test]
    fn a_program_of_another_name_is_laid_where_an_override_finds_it() {
        let home = tempfile::tempdir().expect("a folder");
        for name in
            ["terraform-provider-autopilot", "terraform-provider-autopilot_v1.2.3", "terraform-provider-autopilot.exe"]
        {
            let there = home.path().join(name);
            assert_eq!(under_its_name(&there, home.path()).expect("nothing is laid"), there);
        }
        for name in ["autopilot", "terraform-provider-autopilot-new"] {
            let renamed = home.path().join(name);
            fs::write(&renamed, name).expect("a file");
            let laid = under_its_name(&renamed, home.path()).expect("it is laid");
            assert!(laid.file_stem().is_some_and(|stem| stem == NAME), "{}", laid.display());
            assert_eq!(fs::read_to_string(laid).expect("it is there"), name);
        }
    }

    #[test]
    fn what_is_installed_is_found_by_init() {
        let text = added("", Path::new("/opt/bin/provider"), Some(Path::new("/plugins")));
        assert!(text.contains(OURS) && text.contains("path    = \"/plugins\""), "{text}");
        assert!(text.ends_with("  direct {\n    exclude = [\"zero-touch/autopilot\"]\n  }\n}\n"), "{text}");
    }

    #[test]
    fn the_user_s_settings_are_kept_and_ours_stand_beside_them() {
        let own = "credentials \"app.terraform.io\" { token = \"{\" } # provider_installation {";
        assert_eq!(with_us(own), format!("{own}\n{}", with_us("")));
    }

    #[test]
    fn the_user_s_installation_methods_are_added_to() {
        let own = "plugin_cache_dir = \"/c\"\nprovider_installation {\n  network_mirror { url = \"https://m/\" }\n}\n";
        let text = with_us(own);
        assert!(
            text.contains(&format!(
                "provider_installation {{\n  dev_overrides {{\n    {OURS}\n  }}\n\n  network_mirror"
            )),
            "{text}"
        );
        let own = "/* dev_overrides { */ provider_installation{dev_overrides{ \"a/b\" = \"/x\" }\ndirect{}}";
        let text = with_us(own);
        assert!(text.contains(&format!("dev_overrides{{\n    {OURS} \"a/b\" = \"/x\" }}")), "{text}");
        assert_eq!(text.matches("provider_installation").count(), 1);
    }

    #[test]
    fn an_override_of_the_user_s_own_for_this_provider_is_kept() {
        for name in ["zero-touch/autopilot", "registry.terraform.io/zero-touch/autopilot"] {
            let own = format!("provider_installation {{ dev_overrides {{ \"{name}\" = \"/mine\" }} direct {{}} }}");
            assert_eq!(with_us(&own), own);
        }
        let elsewhere = "provider_installation { direct { exclude = [\"zero-touch/autopilot\"] } }";
        assert!(with_us(elsewhere).contains(OURS));
    }

    #[test]
    fn what_a_configuration_says_is_read() {
        let text = "a = true\nprovider_installation { # {\n  network_mirror \"x\" { url = \"https://m/\" }\n  dev_overrides = { \"a/b\" = \
                    \"C:\\\\x\" }\n  direct { include = [\"a/*\", \"b/*\"] }\n}\nb = \"c\"";
        let said = format!("{:?}", read(text));
        let within = "[Block(\"network_mirror\", [Set(\"url\", [\"https://m/\"])]), Block(\"dev_overrides\", [Set(\"a/b\", \
                      [\"C:\\\\x\"])]), Block(\"direct\", [Set(\"include\", [\"a/*\", \"b/*\"])])]";
        assert_eq!(said, format!("[Set(\"a\", []), Block(\"provider_installation\", {within}), Set(\"b\", [\"c\"])]"));
        assert!(read(&"a {".repeat(100_000)).len() == 1);
    }

    #[test]
    fn no_text_breaks_it() {
        for own in ["\"", "{", "}", "provider_installation", "/*", "#", "\"\\", "provider_installation = {", "ä{ü}"] {
            let _ = read(own);
            assert!(with_us(own).contains(OURS), "{own}");
        }
    }
}
