//! Each configuration that a guide shows is one that Terraform takes, laid out as it does.

use std::{fs, path::Path};

use serde_json::Value;

use super::lab::{Lab, PRELUDE};

/// The fenced blocks of a page in these languages.
fn blocks<'a>(page: &'a str, languages: &[&str]) -> Vec<&'a str> {
    let fenced = page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    fenced.filter(|(language, _)| languages.contains(language)).map(|(_, text)| text).collect()
}

fn guides() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides");
    let entries = fs::read_dir(folder).expect("there are guides").map(|entry| entry.expect("an entry").path());
    let named =
        |path: std::path::PathBuf| path.file_stem()?.to_str().map(str::to_owned).zip(fs::read_to_string(path).ok());
    entries.filter_map(named).collect()
}

#[test]
fn each_configuration_of_a_guide_is_valid() {
    let lab = Lab::new();
    let mut told = Vec::new();
    for (guide, page) in guides() {
        for (n, text) in blocks(&page, &["terraform"]).into_iter().enumerate() {
            let name = format!("{guide}-{n}");
            let folder = lab.folder().join(&name);
            // What the guides tell the reader to have beside it: a module of their own, a file of devices.
            fs::create_dir_all(folder.join("baseline")).expect("a folder");
            lab.write(&format!("{name}/main.tf"), text);
            lab.write(&format!("{name}/baseline/main.tf"), PRELUDE);
            lab.copy_devices();
            fs::copy(lab.folder().join("devices.csv"), folder.join("devices.csv")).expect("a copy");
            if !text.contains("required_providers") {
                lab.write(&format!("{name}/prelude.tf"), PRELUDE);
            }
            let here = format!("-chdir={name}");
            if text.contains("module \"") {
                lab.run(&[&here, "get"]).succeeds();
            }
            let answer = lab.run(&[&here, "validate", "-json"]).stdout;
            let answer: Value =
                serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{name}: {error}\n{answer}"));
            let errors = answer["diagnostics"].as_array().into_iter().flatten().filter(|it| it["severity"] == "error");
            told.extend(errors.map(|error| format!("{name}: {}: {}", error["summary"], error["detail"])));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn each_configuration_of_a_guide_is_formatted() {
    let lab = Lab::new();
    for (guide, page) in guides() {
        for (n, text) in blocks(&page, &["terraform", "hcl"]).into_iter().enumerate() {
            lab.write(&format!("{guide}-{n}.tf"), text);
        }
    }
    let run = lab.run(&["fmt", "-check", "-diff"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
}
