//! `autopilot_corporate_identifiers`: which Windows devices are the company's before they enrol, as one map.
//!
//! Graph, beta only: [importedDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-importeddeviceidentity).
//! Windows knows devices by manufacturer, model and serial number only, in one text. Once there is one such identifier, a
//! Windows device without one enrols as a personal device (Microsoft, "Add corporate identifiers").

use async_trait::async_trait;

use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{Adding, Change, Cx, Many, Resource, Result, Rows, Spec, shape},
    schema::string,
    value::{Map, Value},
};

/// The resource.
pub(super) struct CorporateIdentifiers;

#[async_trait]
impl Resource for CorporateIdentifiers {
    fn spec(&self) -> Spec {
        Spec::new(
            "corporate_identifiers",
            "Manages corporate identifiers: Windows devices that enrol as the company's.",
        )
        .noun("corporate identifiers")
        .collection("/beta/deviceManagement/importedDeviceIdentities")
        .graph_type("importedDeviceIdentity")
        .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
        .owns(|identifier| identifier["importedDeviceIdentityType"] == "manufacturerModelSerial")
        .constant("importedDeviceIdentityType", "manufacturerModelSerial".into())
        .rows(Rows {
            attribute: IDENTIFIERS,
            description: "The identifiers by `manufacturer,model,serial number`.",
            key: "importedDeviceIdentifier",
            check: is_identifier,
            example: "Microsoft Corporation,Surface Laptop 5,012345678901",
            row: || {
                vec![
                    string("description", "What the device is.").max_len(128),
                    string("enrollment_state", "Whether the device has enrolled.").read_only(),
                ]
            },
            adding: Adding::Many(Many {
                action: ("importDeviceIdentityList", "importedDeviceIdentities"),
                with: &[("overwriteImportedDeviceIdentities", true)],
                at_most: 500,
                taken: "status",
            }),
        })
        .attributes(Vec::new())
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        shape::plan(cx, change);
        let is_empty = |value: &Value| value.get(IDENTIFIERS).as_map().is_none_or(Map::is_empty);
        if is_empty(&change.prior) && !is_empty(&change.planned) && has_none(cx).await {
            let detail = "There is no corporate identifier of a Windows device in this tenant yet. From the first one on, a \
                          Windows device that has none enrols as a personal device, unless Windows Autopilot, device \
                          preparation, a bulk token or co-management enrols it. Have identifiers for all of them first.";
            let told = Diagnostic::warning("Other Windows Devices Become Personal", detail);
            cx.diagnostics.push(told.at(Path::of(IDENTIFIERS)));
        }
        Ok(())
    }
}

const IDENTIFIERS: &str = "identifiers";

/// Whether no Windows device has an identifier. What cannot be read now is told by the apply.
async fn has_none(cx: &Cx) -> bool {
    let (spec, Ok(graph)) = (cx.spec(), cx.graph()) else { return false };
    let is_ours = |identifier| spec.owns.is_none_or(|owns| owns(&identifier)).then_some(());
    graph.list_as(spec.collection, is_ours).await.is_ok_and(|identifiers| identifiers.is_empty())
}

fn is_identifier(key: &str) -> std::result::Result<(), String> {
    let parts: Vec<_> = key.split(',').collect();
    match parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.trim() == *part) {
        true => Ok(()),
        false => Err(format!(
            "must be a manufacturer, a model and a serial number with commas and no blanks between, such as \
             \"Microsoft Corporation,Surface Laptop 5,012345678901\", got: {key:?}."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_three_parts() {
        assert_eq!(is_identifier("Microsoft Corporation,Surface Laptop 5,012345678901"), Ok(()));
        for key in ["012345678901", "Microsoft,,1", "Microsoft, Surface,1", "a,b,c,d", ""] {
            assert!(is_identifier(key).is_err(), "{key}");
        }
    }
}
