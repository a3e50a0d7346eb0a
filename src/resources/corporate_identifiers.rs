//! `autopilot_corporate_identifiers`: which Windows devices are the company's before they enrol, as one map.
//!
//! Graph, beta only: [importedDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-importeddeviceidentity).
//! Windows knows devices by manufacturer, model and serial number only, in one text. Once there is one such identifier, a
//! Windows device without one enrols as a personal device (Microsoft, "Add corporate identifiers").

use crate::{
    resource::{Resource, Rows, Spec},
    schema::string,
};

/// The resource.
pub(super) struct CorporateIdentifiers;

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
            attribute: "identifiers",
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
            action: ("importDeviceIdentityList", "importedDeviceIdentities"),
            with: &[("overwriteImportedDeviceIdentities", true)],
            at_most: 500,
            taken: "status",
        })
        .attributes(Vec::new())
    }
}

fn is_identifier(key: &str) -> Result<(), String> {
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
