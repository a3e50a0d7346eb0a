//! `autopilot_corporate_identifiers`: which Windows devices are the company's before they enrol, as one map.
//!
//! Graph, beta only: [importedDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-importeddeviceidentity).
//! Windows knows devices by manufacturer, model and serial number only, in one text. Once there is one such identifier, a
//! Windows device without one enrols as a personal device (Microsoft, "Add corporate identifiers").

mod first;
mod key;

use async_trait::async_trait;

use self::first::IDENTIFIERS;
use crate::{
    resource::{Adding, Change, Cx, Many, Resource, Result, Rows, Spec, shape},
    schema::string,
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
            check: key::is_identifier,
            example: "Microsoft Corporation,Surface Laptop 5,012345678901",
            row: || {
                vec![
                    string("description", "What the device is.").max_len(128),
                    string("enrollment_state", "Whether the device has enrolled: `notContacted`, or how far it is, such as `enrolled` or `failed`.").read_only(),
                ]
            },
            adding: Adding::Many(Many {
                action: ("importDeviceIdentityList", "importedDeviceIdentities"),
                with: &[("overwriteImportedDeviceIdentities", true)],
                at_most: 500,
                taken: "status",
            }),
        })
        .learn("https://learn.microsoft.com/intune/intune-service/enrollment/corporate-identifiers-add")
        .seen(
            "A device with an identifier enrols as the company's. Where personal devices may not enrol, one without \
                 stops with error 80180014.",
        )
        .attributes(Vec::new())
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        shape::plan(cx, change);
        first::warn(cx, change).await;
        Ok(())
    }
}
