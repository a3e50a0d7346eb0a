//! What has to be known of a device, its groups and its user, and of all that is assigned: by a few batches.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::{
    autopilot::{
        device::Device,
        devices,
        property::{owned, text},
    },
    graph::{self, Client, segment},
    knowledge::{
        effective::{Association, Facts, FilterRule, Kind, Policy, User},
        serial_number,
        visible::quoted,
    },
    resource::{Cx, Error, Result, assignment},
    value::Value,
};

/// A device, and what is known.
pub(super) struct Found {
    pub(super) id: Option<String>,
    pub(super) user: Option<String>,
    pub(super) intended_profile: Option<String>,
    pub(super) facts: Facts,
}

const CONFIGURATION: &str = "DeviceManagementConfiguration.Read.All";
const SERVICE: &str = "DeviceManagementServiceConfig.Read.All";

/// What is read of all kinds: what it becomes, if not filters, what a message calls it, its path without the version, and the
/// permission.
const PARTS: [(Option<Kind>, &str, &str, &str); 7] = [
    (
        Some(Kind::DeploymentProfile),
        "deployment profiles",
        "/deviceManagement/windowsAutopilotDeploymentProfiles?$expand=assignments",
        SERVICE,
    ),
    (
        Some(Kind::EnrollmentStatusPage),
        "enrollment status pages",
        "/deviceManagement/deviceEnrollmentConfigurations?$expand=assignments",
        SERVICE,
    ),
    (
        Some(Kind::DevicePreparationPolicy),
        "device preparation policies",
        "/deviceManagement/configurationPolicies?$select=id,name,templateReference,priorityMetaData&$expand=assignments",
        CONFIGURATION,
    ),
    (
        Some(Kind::DomainJoinProfile),
        "domain join profiles",
        "/deviceManagement/deviceConfigurations?$expand=assignments",
        CONFIGURATION,
    ),
    (Some(Kind::App), "apps", "/deviceAppManagement/mobileApps?$expand=assignments", "DeviceManagementApps.Read.All"),
    (
        Some(Kind::Script),
        "scripts",
        "/deviceManagement/deviceManagementScripts?$expand=assignments",
        "DeviceManagementScripts.Read.All",
    ),
    (None, "assignment filters", "/deviceManagement/assignmentFilters", CONFIGURATION),
];

/// What each permission but that of the device tells of.
pub(super) fn needs() -> Vec<(&'static str, String)> {
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, noun, _, permission) in PARTS.iter().filter(|(.., permission)| *permission != SERVICE) {
        told.entry(permission).or_default().push(noun);
    }
    let of_policies = told.into_iter().map(|(permission, nouns)| (permission, format!("see {}", nouns.join(", "))));
    let of_groups = [
        ("Device.Read.All", "find the device's groups"),
        ("GroupMember.Read.All", "know the names of groups"),
        ("User.Read.All", "find the user's groups"),
    ];
    of_policies.chain(of_groups.map(|(permission, what)| (permission, what.to_owned()))).collect()
}

/// Microsoft, "Device preparation": the family of its templates. Others of the settings catalog are not of it.
const PREPARATION: &str = "enrollmentConfiguration";

pub(super) async fn read(cx: &mut Cx, config: &Value) -> Result<Found> {
    let graph = cx.graph()?;
    let serial_number = config.get("serial_number").as_str().unwrap_or_default();
    let device = device(&graph, serial_number).await?;
    let user = config.get("user").as_str().map(str::to_owned);
    let user = user.or_else(|| device.as_ref().and_then(|device| device.user.clone()));
    let mut paths: Vec<String> = PARTS.iter().map(|(_, _, path, _)| (*path).to_owned()).collect();
    let associations = "/deviceManagement/tenantAssociatedDevices";
    let part = longest_part(serial_number).unwrap_or_default();
    paths.push(format!("{associations}?$filter=contains(serialNumber,'{part}')"));
    if let Some(device) = &device {
        paths.push(format!("{}?$expand=intendedDeploymentProfile", devices::path(&device.id)));
    }
    let mut answers = graph.get_many("beta", &paths).await?.into_iter();
    let mut policies = Vec::new();
    let mut filters = BTreeMap::new();
    for (kind, noun, _, permission) in PARTS {
        let items = whole(cx, &graph, answers.next(), noun, permission).await?.unwrap_or_default();
        match kind {
            Some(kind) => policies.extend(items.iter().filter_map(|item| policy(kind, item))),
            None => filters.extend(items.iter().filter_map(filter)),
        }
    }
    let associated = whole(cx, &graph, answers.next(), "associated devices", SERVICE).await?.unwrap_or_default();
    let intended = answers.next().and_then(std::result::Result::ok);
    let (device_groups, user_groups, who) = groups(cx, &graph, device.as_ref(), user.as_deref()).await?;
    Ok(Found {
        id: device.as_ref().map(|device| device.id.clone()),
        intended_profile: intended.and_then(|device| owned(device.get("intendedDeploymentProfile")?, "displayName")),
        facts: Facts {
            is_registered: device.is_some(),
            association: association(&associated, serial_number),
            device_groups,
            user_groups,
            user: who,
            filters,
            properties: device.as_ref().map(properties).unwrap_or_default(),
            policies,
        },
        user,
    })
}

/// The device with this serial number, if it is registered.
async fn device(graph: &Client, serial_number: &str) -> Result<Option<Device>> {
    let is_it = |device: &Device| serial_number::is_same(&device.serial_number, serial_number);
    let Some(part) = longest_part(serial_number) else { return Ok(None) };
    let path = format!("/beta{}?$filter=contains(serialNumber,'{part}')", devices::COLLECTION);
    let found = match graph.list_as(&path, |json| Device::from_json(&json)).await {
        // The filter has been seen to fail for some serial numbers.
        Err(error) if matches!(error.status(), Some(400 | 500)) => devices::list(graph).await?,
        found => found?,
    };
    Ok(found.into_iter().find(is_it))
}

/// What of a serial number can stand in a filter: hyphens and blanks have been seen to be refused.
fn longest_part(serial_number: &str) -> Option<&str> {
    let parts = serial_number.split(|character: char| !character.is_ascii_alphanumeric());
    parts.max_by_key(|part| part.len()).filter(|part| !part.is_empty())
}

/// All items of a list whose first page is this. None with a warning where it may not be read, or is of nobody.
async fn whole(
    cx: &mut Cx,
    graph: &Client,
    first: Option<std::result::Result<Json, graph::Error>>,
    noun: &str,
    permission: &str,
) -> Result<Option<Vec<Json>>> {
    let mut page = match first {
        Some(Ok(page)) => page,
        Some(Err(error)) if matches!(error.status(), Some(403 | 404)) => {
            let told = Error::from(error).diagnostic(&format!("reading the {noun}"), permission);
            cx.warn(format!("Without the {noun}"), told.detail);
            return Ok(None);
        }
        Some(Err(error)) => return Err(error.into()),
        None => return Ok(None),
    };
    let mut items = match page["value"].take() {
        Json::Array(items) => items,
        _ => Vec::new(),
    };
    if let Some(next) = text(&page, "@odata.nextLink") {
        items.extend(graph.list(next).await?);
    }
    Ok(Some(items))
}

type Groups = Option<BTreeMap<String, String>>;

/// The groups of the device's object in the directory, and of the user, groups in groups included.
async fn groups(
    cx: &mut Cx,
    graph: &Client,
    device: Option<&Device>,
    user: Option<&str>,
) -> Result<(Groups, Groups, User)> {
    let mut paths = Vec::new();
    let of_groups = "transitiveMemberOf?$select=id,displayName";
    let object = match device.and_then(|device| device.entra_device_id.as_deref()) {
        Some(id) => {
            let path = format!("/devices?$filter=deviceId%20eq%20'{}'&$select=id", segment(id));
            let found = graph.get_many("v1.0", &[path]).await?.into_iter().next();
            let found = whole(cx, graph, found, "Entra device", "Device.Read.All").await?;
            found.and_then(|found| owned(found.first()?, "id"))
        }
        None => None,
    };
    paths.extend(object.iter().map(|id| format!("/devices/{}/{of_groups}", segment(id))));
    paths.extend(user.iter().map(|user| format!("/users/{}/{of_groups}", segment(user))));
    let mut answers = if paths.is_empty() { Vec::new() } else { graph.get_many("v1.0", &paths).await? }.into_iter();
    let of_device = if object.is_some() { answers.next() } else { None };
    let of_device = whole(cx, graph, of_device, "groups of the device", "Device.Read.All").await?;
    let of_user = answers.next();
    let who = match (user, &of_user) {
        (Some(user), Some(Err(error))) if error.is_not_found() => User::Missing(user.to_owned()),
        (Some(_), _) => User::Known,
        (None, _) => User::Unnamed,
    };
    let of_user = match &who {
        User::Missing(user) => {
            let detail = format!(
                "There is no user {} in this tenant, so what is assigned to users is not known. Check the user principal name, \
                 or the id.",
                quoted(user)
            );
            cx.warn("User Not in This Tenant", detail);
            None
        }
        _ => whole(cx, graph, of_user, "groups of the user", "User.Read.All").await?,
    };
    let by_id = |items: Vec<Json>| {
        let named =
            |item: &Json| Some((text(item, "id")?.to_lowercase(), owned(item, "displayName").unwrap_or_default()));
        items.iter().filter_map(named).collect()
    };
    Ok((of_device.map(by_id), of_user.map(by_id), who))
}

/// None for what is of another kind in the same collection.
fn policy(kind: Kind, json: &Json) -> Option<Policy> {
    let of_type = |name: &str| text(json, "@odata.type").is_some_and(|kind| kind.ends_with(name));
    let is_one = match kind {
        Kind::EnrollmentStatusPage => of_type(".windows10EnrollmentCompletionPageConfiguration"),
        Kind::DomainJoinProfile => of_type(".windowsDomainJoinConfiguration"),
        Kind::DevicePreparationPolicy => json["templateReference"]["templateFamily"] == PREPARATION,
        Kind::DeploymentProfile | Kind::App | Kind::Script => true,
    };
    let priority = match kind {
        Kind::DevicePreparationPolicy => json["priorityMetaData"]["priority"].as_i64(),
        _ => json["priority"].as_i64(),
    };
    is_one.then(|| {
        Some(Policy {
            kind,
            id: owned(json, "id")?,
            name: owned(json, "displayName").or_else(|| owned(json, "name")).unwrap_or_default(),
            assigned: assignment::assigned(json),
            created: owned(json, "createdDateTime"),
            priority,
            is_default: kind == Kind::EnrollmentStatusPage && priority == Some(0),
            is_hybrid: of_type(".activeDirectoryWindowsAutopilotDeploymentProfile"),
        })
    })?
}

/// Microsoft's clients: of several records of one serial number the newest is of the hardware as it is.
fn association(associated: &[Json], serial_number: &str) -> Option<Association> {
    let is_it = |json: &&Json| {
        text(json, "serialNumber").is_some_and(|known| serial_number::is_same(known, serial_number))
            && text(json, "associationState") != Some("pendingRemoval")
    };
    let newest = associated.iter().filter(is_it).max_by_key(|json| text(json, "preassociationDateTime"))?;
    Some(Association { policy: owned(newest, "devicePreparationPolicyId") })
}

fn filter(json: &Json) -> Option<(String, FilterRule)> {
    let rule = owned(json, "rule").unwrap_or_default();
    Some((text(json, "id")?.to_lowercase(), FilterRule { name: owned(json, "displayName").unwrap_or_default(), rule }))
}

/// What filters can ask of a registered device before it enrols.
fn properties(device: &Device) -> BTreeMap<String, String> {
    let known = [("manufacturer", &device.manufacturer), ("model", &device.model)];
    known.into_iter().filter_map(|(name, known)| Some((name.to_owned(), known.clone()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_serial_number_the_longest_part_is_asked_for() {
        assert_eq!(longest_part("5CG1-234567 A"), Some("234567"));
        assert_eq!((longest_part("PF3A"), longest_part(" - ")), (Some("PF3A"), None));
    }
}
