//! The table of `autopilot_device_import`.

use std::time::Duration;

use super::super::registration::{self, DEVICES};
use crate::{
    resource::{Silent, Spec},
    schema::{boolean, map_of, string},
};

const NOTES: &str = "\
## Unfinished rows

A row that could not be finished has a null `id`, and its `status` says why. The apply warns and goes on with the others, so \
that one refused device does not hold up the fleet; the next apply tries it again. The `postcondition` of the example lets the \
run fail all the same, so that a pipeline stops there. No device is registered anew because of it.

## Devices that move

In serial numbers capital and small letters are the same. A device that another `autopilot_device_import` of the \
same run and the same provider configuration wants is handed over: it stays registered, whether its row moves, the resource \
is renamed without `moved`, or it is replaced with `create_before_destroy`. Where the device has to be let go before the other \
import wants it (one depends on the other, or `-parallelism=1`), it is deregistered and registered again by its hash, and one \
without a hash is an error. A device that is in two imports is told when they are refreshed, and dropping its row deregisters nothing.

## Time

Intune takes some minutes for an import. Changing the group tags of 20,000 devices takes about 70 minutes: Microsoft Graph \
takes 100 writes in 20 seconds. Where `timeouts` does not say, writing may take an hour, and 0.2 seconds more for each device.";

pub(super) fn spec() -> Spec {
    Spec::new(
        "device_import",
        "Registers devices with Windows Autopilot by their hardware hashes, or adopts registered ones.",
    )
    .noun("device import")
    .notes(NOTES)
    .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
    .timeout(Duration::from_secs(3600))
    .silent(&[Silent::Users("assigned_user")])
    .timeout_of_row(DEVICES, Duration::from_millis(200))
    .identified_by_words()
    .listed_by(vec![string("group_tag", "Only the devices with this group tag. \"\" is devices without one.")])
    .resumed()
    .learn("https://learn.microsoft.com/autopilot/add-devices")
    .seen(
        "A registered device knows its tenant when it is switched on: the sign-in page has the name and the logo \
                 of the company, and no other account works.",
    )
    .attributes(vec![
        string("id", "Identifier of this import, made at create; what was said, such as `group_tag=Sales`, where it was brought in.").read_only().stable().off_graph(),
        map_of(DEVICES, "The devices by serial number.").required().off_graph().of(registration::of_device()),
        boolean(
            "deregister_enrolled",
            "Whether devices that are enrolled in Intune may be deregistered when their rows are dropped, or this \
                 is destroyed. Apply it before a destroy.",
        )
        .off_graph(),
        boolean(
            "deregister_adopted",
            "Whether devices that were registered before are deregistered too when their rows are dropped, or this is \
             destroyed. Else they stay registered. Apply it before a destroy.",
        )
        .off_graph(),
        boolean(
            "deregister_many",
            "Whether a change may drop more than half of ten rows or more, other than to another import. Else the plan \
             fails, since the file may be cut off.",
        )
        .off_graph(),
    ])
}
