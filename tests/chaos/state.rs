//! What Terraform's state file says, read without Terraform.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::{lab::Lab, wish::Kind};

/// One object in it.
pub(crate) struct Held {
    pub(crate) address: String,
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) tainted: bool,
    /// Replaced by another one, and not destroyed yet.
    pub(crate) deposed: bool,
    pub(crate) attributes: Value,
}

impl Held {
    /// The ids of what it holds on Graph, each with its key: one, or those of its rows.
    pub(crate) fn on_graph(&self) -> Vec<(String, String)> {
        let Some(rows) = self.kind.rows() else { return vec![(self.id.clone(), self.address.clone())] };
        let rows = self.attributes[rows].as_object().into_iter().flatten();
        rows.filter_map(|(key, row)| Some((row["id"].as_str()?.to_owned(), key.clone()))).collect()
    }
}

pub(crate) fn file(lab: &Lab) -> PathBuf {
    lab.folder().join("terraform.tfstate")
}

pub(crate) fn read(lab: &Lab) -> Vec<Held> {
    let text = fs::read_to_string(file(lab)).unwrap_or_default();
    let Ok(state) = serde_json::from_str::<Value>(&text) else {
        assert!(text.is_empty(), "the state file is no JSON: {text}");
        return Vec::new();
    };
    let mut all = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        let type_name = resource["type"].as_str().unwrap_or_default();
        let Some(kind) = Kind::of_type(type_name) else { continue };
        for instance in resource["instances"].as_array().into_iter().flatten() {
            all.push(Held {
                address: format!("{type_name}.{}", resource["name"].as_str().unwrap_or_default()),
                kind,
                id: instance["attributes"]["id"].as_str().unwrap_or_default().to_owned(),
                tainted: instance["status"] == "tainted",
                deposed: instance["deposed"].is_string(),
                attributes: instance["attributes"].clone(),
            });
        }
    }
    all
}
