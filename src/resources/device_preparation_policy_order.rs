//! `autopilot_device_preparation_policy_order`: which device preparation policy wins where a user gets several.
//!
//! Graph moves one policy at a time by `reorder` and renumbers the others. A list without `$select` gives no priorities
//! (recorded answers). Graph's page on `reorder` asks for no more than reading.

use super::device_preparation_templates::{COLLECTION, GRAPH_TYPE, PERMISSIONS, is_device_preparation};
use crate::resource::{Order, Resource, Spec};

/// The resource.
pub(super) struct DevicePreparationPolicyOrder;

impl Resource for DevicePreparationPolicyOrder {
    fn spec(&self) -> Spec {
        Spec::new("device_preparation_policy_order", "Manages the order of the device preparation policies.")
            .noun("order of the device preparation policies")
            .collection(COLLECTION)
            .graph_type(GRAPH_TYPE)
            .permissions(PERMISSIONS.0, PERMISSIONS.0)
            .owns(is_device_preparation)
            .order(Order {
                attribute: "policy_ids",
                description: "Ids of policies, the one that wins first. Policies that are not named follow them.",
                of: "device_preparation_policy",
                asked_for: "$select=id,templateReference,priorityMetaData",
                action: ("reorder", "priority"),
                place: |policy| policy["priorityMetaData"]["priority"].as_i64(),
            })
            .learn("https://learn.microsoft.com/autopilot/device-preparation/overview")
            .seen("Of the policies that are assigned to a user, the first of this order is carried out.")
            .attributes(Vec::new())
    }
}
