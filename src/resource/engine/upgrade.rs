//! Brings the state of an older table up to this one.

use std::cmp::Ordering;

use crate::{diagnostic::Diagnostic, resource::Registered, schema, value::Value, wire};

/// A state that a table of the given version wrote, as the table has it now. Core asks this of every state it reads,
/// also where the versions are equal.
pub fn upgrade(registered: &Registered, version: i64, json: &[u8]) -> Result<Value, Diagnostic> {
    let refuse = |why: String| {
        let detail = format!("The state of {} (version {version}) cannot be read: {why}.", registered.type_name);
        Diagnostic::error("State Not Readable", detail)
    };
    let state: serde_json::Value = serde_json::from_slice(json).map_err(|_| refuse("it is no JSON".to_owned()))?;
    let state = match version.cmp(&registered.spec.version) {
        Ordering::Equal => state,
        Ordering::Less => registered.resource.upgrade(version, state).map_err(refuse)?,
        Ordering::Greater => {
            return Err(refuse(format!(
                "it was written by a newer provider, this one knows {}",
                registered.spec.version
            )));
        }
    };
    let state = wire::from_json(state, &registered.ty).map_err(|error| refuse(error.to_string()))?;
    Ok(schema::without_write_only(&registered.spec.attributes, state))
}

/// An identity that a schema of the given version made, as the schema is now.
pub fn upgrade_identity(registered: &Registered, version: i64, json: &[u8]) -> Result<Value, Diagnostic> {
    let refuse = |why: String| {
        let detail = format!("The identity of {} (version {version}) cannot be read: {why}.", registered.type_name);
        Diagnostic::error("Identity Not Readable", detail)
    };
    let (Some(now), Some(ty)) = (&registered.spec.identity, &registered.identity) else {
        return Err(refuse("this type has none".to_owned()));
    };
    let identity = serde_json::from_slice(json).map_err(|_| refuse("it is no JSON".to_owned()))?;
    let identity = match version.cmp(&now.version) {
        Ordering::Equal => identity,
        Ordering::Less => registered.resource.upgrade_identity(version, identity).map_err(refuse)?,
        Ordering::Greater => {
            return Err(refuse(format!("it was written by a newer provider, this one knows {}", now.version)));
        }
    };
    wire::from_json(identity, ty).map_err(|error| refuse(error.to_string()))
}
