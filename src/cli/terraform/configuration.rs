//! The user's own configuration of Terraform's command line, with this provider added to it.
//!
//! Sources: HashiCorp's "CLI Configuration File": HCL or JSON; one block `provider_installation`, in it at most one block
//! `dev_overrides`. `TF_CLI_CONFIG_FILE` names the file; a file that is not there counts as empty.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::{
    mirror::{HOME, NAME, SOURCE, mirror, names_us, of_variable},
    program::Product,
    settings::{Part, is_json, named_file, parts},
    workspace::{dev_override, folder_of, override_of, quote},
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
    named_file().or_else(|| Some(of_variable(HOME)?.join(name)))
}

/// Adds this provider to the installation methods, wherever they are. An override that is there already is replaced: the tenant
/// is served by this program, and no other is meant to be tried on it.
fn added(own: &str, executable: &Path, installed: Option<&Path>) -> String {
    let own = own.trim_start_matches('\u{feff}');
    if is_json(own) {
        // What cannot be read is left as it is: Terraform tells why.
        return serde_json::from_str(own)
            .map_or_else(|_| own.to_owned(), |said| added_to_json(said, executable, installed).to_string());
    }
    let Some(installation) = block(own, 0, "provider_installation") else {
        let gap = if own.is_empty() || own.ends_with('\n') { "" } else { "\n" };
        let method = dev_override(executable);
        let methods = installed.map_or("  direct {}\n".to_owned(), from_mirror);
        return format!("{own}{gap}provider_installation {{\n{method}{methods}}}\n");
    };
    let (at, insertion) = match block(own, installation, "dev_overrides") {
        Some(overrides) => match replaced(own, overrides, &override_of(executable)) {
            Some(replaced) => return replaced,
            None => (overrides, format!("\n    {}", override_of(executable))),
        },
        None => (installation, format!("\n{}", dev_override(executable))),
    };
    let (before, after) = own.split_at(at);
    format!("{before}{insertion}{after}")
}

fn added_to_json(mut own: Map<String, Value>, executable: &Path, installed: Option<&Path>) -> Value {
    let there = own.remove("provider_installation").unwrap_or_else(|| match installed {
        Some(mirror) => json!({ "filesystem_mirror": mirror_method(mirror), "direct": { "exclude": [SOURCE] } }),
        None => json!({ "direct": {} }),
    });
    let mut blocks = objects(Some(there));
    let overrides = blocks.iter_mut().flat_map(|block| objects(block.remove("dev_overrides"))).flatten();
    let mut overrides: Map<_, _> = overrides.filter(|(name, _)| !names_us(name)).collect();
    overrides.insert(SOURCE.to_owned(), folder_of(executable).to_string_lossy().into());
    if let Some(first) = blocks.first_mut() {
        first.insert("dev_overrides".to_owned(), overrides.into());
    }
    // Beside others, Terraform takes an object for a block only in a list.
    for method in blocks.iter_mut().flat_map(|block| block.values_mut()).filter(|method| method.is_object()) {
        *method = json!([method.take()]);
    }
    own.insert("provider_installation".to_owned(), blocks.into());
    own.into()
}

/// The blocks that a value of JSON stands for: one, or a list of them.
fn objects(value: Option<Value>) -> Vec<Map<String, Value>> {
    let values = match value {
        Some(Value::Array(values)) => values,
        value => Vec::from_iter(value),
    };
    let object = |value| if let Value::Object(object) = value { Some(object) } else { None };
    values.into_iter().filter_map(object).collect()
}

/// The methods by which this provider comes from a mirror, and every other from its registry.
pub(in crate::cli) fn from_mirror(mirror: &Path) -> String {
    format!("{}  direct {{\n    exclude = [\"{SOURCE}\"]\n  }}\n", only_from_mirror(mirror))
}

/// The method by which this provider, and no other, comes from a mirror.
pub(in crate::cli) fn only_from_mirror(mirror: &Path) -> String {
    let path = quote(mirror);
    format!("  filesystem_mirror {{\n    path    = {path}\n    include = [\"{SOURCE}\"]\n  }}\n")
}

/// The same in JSON, without its name.
pub(in crate::cli) fn mirror_method(mirror: &Path) -> Value {
    json!({ "path": mirror.to_string_lossy(), "include": [SOURCE] })
}

/// The text with this line in place of what the block that begins here says of this provider, if it says something.
fn replaced(text: &str, from: usize, line: &str) -> Option<String> {
    let within: Vec<_> = parts(text, from).take_while(|(_, depth, _)| *depth >= 0).collect();
    let lines: Vec<_> = within
        .windows(3)
        .filter_map(|window| match window {
            [(named, 0, Part::Text(name)), (_, _, Part::Other('=')), (end, _, Part::Text(_))] if names_us(name) => {
                Some(named - name.len() - 2..*end)
            }
            _ => None,
        })
        .collect();
    // More than one, if one is written with its host.
    let (first, more) = lines.split_first()?;
    let mut text = text.to_owned();
    for line in more.iter().rev() {
        text.replace_range(line.clone(), "");
    }
    text.replace_range(first.clone(), line);
    Some(text)
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
    fn an_override_of_the_user_s_own_for_this_provider_is_replaced_and_one_of_another_is_kept() {
        let with = |overrides: &str| format!("provider_installation {{ dev_overrides {{ {overrides} }} direct {{}} }}");
        for name in ["zero-touch/autopilot", "registry.terraform.io/zero-touch/autopilot"] {
            let own = with(&format!("\"a/b\" = \"/x\"\n\"{name}\" = \"/nowhere\" # mine\n"));
            assert_eq!(with_us(&own), with(&format!("\"a/b\" = \"/x\"\n{OURS} # mine\n")));
        }
        let both = "\"zero-touch/autopilot\" = \"/a\"\n\"registry.opentofu.org/zero-touch/autopilot\" = \"/b\"";
        assert_eq!(with_us(&with(both)), with(&format!("{OURS}\n")));
        let another = with("\"example.com/zero-touch/autopilot\" = \"/a\"");
        assert!(with_us(&another).contains(OURS) && with_us(&another).contains("\"/a\""), "a host of its own");
        let elsewhere = "provider_installation { direct { exclude = [\"zero-touch/autopilot\"] } }";
        assert!(with_us(elsewhere).contains(OURS));
    }

    #[test]
    fn a_configuration_in_json_stays_json() {
        let with = |own: &str| serde_json::from_str::<Value>(&with_us(own)).expect("it is JSON");
        let ours = json!({ "zero-touch/autopilot": "/opt/bin" });
        let said = with(r#"{"plugin_cache_dir": "/c"}"#);
        let installation = json!([{ "direct": [{}], "dev_overrides": [ours] }]);
        assert_eq!(said, json!({ "plugin_cache_dir": "/c", "provider_installation": installation }));

        let said = with(
            r#"{"provider_installation": [{"direct": [{}], "dev_overrides": [{"zero-touch/autopilot": "/nowhere", "a/b": "/x"}]}]}"#,
        );
        let overrides = json!({ "a/b": "/x", "zero-touch/autopilot": "/opt/bin" });
        assert_eq!(said, json!({ "provider_installation": [{ "direct": [{}], "dev_overrides": [overrides] }] }));
        assert_eq!(with_us("{\"a\": }"), "{\"a\": }", "Terraform tells why");
    }

    #[test]
    fn no_text_breaks_it() {
        for own in ["\"", "a {", "}", "provider_installation", "/*", "#", "\"\\", "provider_installation = {", "ä{ü}"]
        {
            assert!(with_us(own).contains(OURS), "{own}");
        }
    }
}
