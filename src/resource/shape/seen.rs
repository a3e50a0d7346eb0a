//! Waits for what was written to be seen by reads, and to be ready.

use serde_json::Value as Json;

use super::object;
use crate::{
    graph::Client,
    resource::{Cx, Result, Spec},
};

/// Waits until reads show what was written, where a write is seen after a while only (Entra answers 404 or old values),
/// and until the object is ready, where the table says when it is.
pub(super) async fn wait_until_ready(cx: &Cx, id: &str, written: &Json) -> Result<Option<Json>> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    if !spec.replicates && spec.ready_when.is_none() {
        return Ok(None);
    }
    let path = object::path(&spec, id);
    let is_ready = |json: &Json| (!spec.replicates || shows(json, written)) && is_ready(&spec, json);
    let waiting = match spec.ready_when {
        Some(_) => format!("waiting for the {} to be ready", spec.noun),
        None => format!("waiting for the {} to be seen", spec.noun),
    };
    let ready = graph.wait(&waiting, || async { Ok(graph.get_optional(&path).await?.filter(|json| is_ready(json))) });
    Ok(Some(ready.await?))
}

/// Waits until reads no longer show it.
pub(super) async fn wait_until_gone(spec: &Spec, graph: &Client, id: &str) -> Result<()> {
    let (path, waiting) = (object::path(spec, id), format!("waiting for the {} to be gone", spec.noun));
    let is_gone = || async { Ok(graph.get_optional(&path).await?.is_none().then_some(())) };
    Ok(graph.wait(&waiting, is_gone).await?)
}

/// Whether the object can be used.
pub(super) fn is_ready(spec: &Spec, json: &Json) -> bool {
    spec.ready_when.is_none_or(|ready_when| ready_when(json))
}

/// Whether an object shows every plain property that was written. What it does not show at all is not compared.
fn shows(json: &Json, written: &Json) -> bool {
    let blank = |value: &Json| value.is_null() || value == "";
    written.as_object().into_iter().flatten().all(|(property, wanted)| match json.get(property) {
        Some(there) => there == wanted || wanted.is_object() || (blank(there) && blank(wanted)),
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_write_is_seen_when_its_properties_are() {
        let written = json!({"displayName": "a", "description": null, "owners@odata.bind": []});
        assert!(shows(&json!({"displayName": "a", "description": ""}), &written));
        assert!(!shows(&json!({"displayName": "b", "description": null}), &written));
    }
}
