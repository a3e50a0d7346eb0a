//! Groups are created, changed and deleted.
//!
//! Facts: Graph's pages "Create group" and "Upsert group". Refusals are worded as the directory words them where an answer
//! of it is known.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::groups::{KINDS, SET, found, named};
use super::members::bound_objects;
use super::objects::{DirectoryObject, alternate_key, group_now};
use super::{look, mailbox, mastered, members};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{entra_date, millis};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, differing, writable};
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::{Group, Stale, has_dynamic_type};
use crate::emulator::tenant::membership;
use crate::emulator::{marks, rule};

/// What a group must not have in its nickname.
const NOT_IN_NICKNAME: &str = "@()\\[]\";:.<>, ";

/// The permissions under which a group's properties may be changed.
const WRITERS: &[&str] = &[
    "Group-NestingSupport.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Directory.ReadWrite.All",
];

fn refused(misfit: Misfit) -> Failure {
    Failure::bad_directory_request(match misfit {
        Misfit::Unknown { property, .. } => format!("Invalid property '{property}'."),
        Misfit::TooLong { property, .. } => invalid(&property),
        other => other.to_string(),
    })
}

fn invalid(property: &str) -> String {
    format!("Invalid value specified for property '{property}' of resource 'Group'.")
}

fn required(property: &str) -> Failure {
    Failure::bad_directory_request(format!("A value is required for property '{property}' of resource 'Group'."))
}

pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    make(site, call, call.object()?)
}

/// Makes the group of a body.
fn make(site: &mut Site<'_>, call: &Call, body: &Object) -> Outcome {
    let look = look::look(call, KINDS)?;
    let accepted = writable(kind("group"), body, call.version).map_err(refused)?;
    for property in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] {
        if accepted.get(property).is_none_or(Value::is_null) {
            return Err(required(property));
        }
    }
    check(&accepted, &accepted)?;
    mailbox::holds_caller(call, &accepted)?;
    if accepted.get("isAssignableToRole") == Some(&json!(true))
        && !call.caller.has("RoleManagement.ReadWrite.Directory")
    {
        return Err(Failure::denied());
    }
    let replication = site.settings.replication_seconds;
    let settings = site.settings;
    let tenant = &mut *site.tenant;
    unused(tenant, &accepted, None)?;
    let owners = bound_objects(tenant, body, "owners@odata.bind")?;
    let members = bound_objects(tenant, body, "members@odata.bind")?;
    if owners.len() + members.len() > 20 {
        return Err(Failure::bad_directory_request(
            "The number of relationships in the request is more than the allowed 20.",
        ));
    }
    if has_dynamic_type(&accepted) && !members.is_empty() {
        return Err(members::dynamic_refuses());
    }
    // Under Group.Create alone, the application owns what it makes, and may not name itself.
    let owns = !WRITERS.iter().any(|role| call.caller.has(role));
    if owns && owners.contains(&call.caller.principal) {
        return Err(Failure::bad_directory_request("Request contains a property with duplicate values."));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let now = entra_date(call.now);
    let mut entity = differing(kind("group"), accepted);
    entity.insert("createdDateTime".into(), Value::from(now.clone()));
    entity.insert("renewedDateTime".into(), Value::from(now));
    entity.insert("createdByAppId".into(), Value::from(call.caller.app_id.clone()));
    entity.insert("securityIdentifier".into(), Value::from(security_identifier(&id)));
    if entity.get("mailEnabled") == Some(&json!(true)) {
        let nickname = entity.get("mailNickname").and_then(Value::as_str).unwrap_or_default();
        let mail = format!("{nickname}@{}", tenant.domains.first().map_or("", String::as_str));
        entity.insert("proxyAddresses".into(), json!([format!("SMTP:{mail}")]));
        entity.insert("mail".into(), Value::from(mail));
    }
    let mut group = Group { id: id.clone(), entity, owners: owners.into_iter().collect(), ..Group::default() };
    if owns {
        group.owners.insert(call.caller.principal.clone());
    }
    if replication > 0 {
        group.stale = Some(Stale { until: call.now + millis(replication), shown: None, owners: None });
    }
    let answer = look.answer(tenant, call, 201, SET, DirectoryObject::Group(&id, &group.entity), false);
    tenant.groups.put(&id, group);
    for member in members {
        membership::join(tenant, &id, &member);
    }
    marks::group_changed(tenant, &id, call.now, settings);
    Ok(answer)
}

/// Refuses a unique name that another group has.
fn unused(tenant: &Tenant, accepted: &Object, own: Option<&str>) -> Result<(), Failure> {
    let name = accepted.get("uniqueName").and_then(Value::as_str);
    match name.and_then(|name| named(tenant, name)).filter(|group| Some(group.id.as_str()) != own) {
        Some(_) => Err(Failure::bad_directory_request(
            "Another object with the same value for property uniqueName already exists.",
        )),
        None => Ok(()),
    }
}

/// The SID that the directory derives from an object's id.
fn security_identifier(id: &str) -> String {
    let bytes = uuid::Uuid::try_parse(id).map(|id| id.to_bytes_le()).unwrap_or_default();
    let (words, _) = bytes.as_chunks::<4>();
    let words: Vec<String> = words.iter().map(|word| u32::from_le_bytes(*word).to_string()).collect();
    format!("S-1-12-1-{}", words.join("-"))
}

/// Holds what was written (`accepted`) and the group it makes (`whole`) against the directory's rules.
fn check(accepted: &Object, whole: &Object) -> Result<(), Failure> {
    let text = |name: &str| whole.get(name).and_then(Value::as_str);
    if text("displayName").is_none_or(|name| name.trim().is_empty()) {
        return Err(Failure::bad_directory_request(invalid("displayName")));
    }
    let nickname = text("mailNickname").unwrap_or_default();
    if nickname.is_empty()
        || !nickname.is_ascii()
        || nickname.chars().any(|c| NOT_IN_NICKNAME.contains(c) || c.is_control())
    {
        return Err(Failure::bad_directory_request(invalid("mailNickname")));
    }
    let types = whole.get("groupTypes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if types.iter().any(|each| each != "DynamicMembership" && each != "Unified") {
        return Err(Failure::bad_directory_request(invalid("groupTypes")));
    }
    let unified = types.iter().any(|each| each == "Unified");
    let mail_enabled = whole.get("mailEnabled") == Some(&json!(true));
    let security_enabled = whole.get("securityEnabled") == Some(&json!(true));
    if mail_enabled != unified || !(unified || security_enabled) {
        return Err(Failure::bad_directory_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement \
             property is unset and the security-enablement property is set.",
        ));
    }
    if has_dynamic_type(whole) {
        let rule = text("membershipRule").filter(|rule| !rule.trim().is_empty());
        let rule = rule.ok_or_else(|| required("membershipRule"))?;
        if rule.chars().count() > rule::LONGEST {
            return Err(Failure::bad_directory_request(invalid("membershipRule")));
        }
        match text("membershipRuleProcessingState") {
            // A rule is looked at when it is written, and only where it is to run: what is stored while paused may be
            // switched on, and fails later.
            Some("On") if accepted.contains_key("membershipRule") => {
                rule::parse(rule).map_err(|error| Failure::graph(400, "DynamicGroupQueryParseError", error))?;
            }
            Some("On" | "Paused") => {}
            Some(_) => return Err(Failure::bad_directory_request(invalid("membershipRuleProcessingState"))),
            None => return Err(required("membershipRuleProcessingState")),
        }
        if whole.get("isAssignableToRole") == Some(&json!(true)) {
            return Err(Failure::bad_directory_request(invalid("isAssignableToRole")));
        }
    } else if accepted.get("membershipRule").is_some_and(|rule| !rule.is_null()) {
        return Err(Failure::bad_directory_request(invalid("membershipRule")));
    }
    Ok(())
}

pub(crate) fn update(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let accepted = writable(kind("group"), body, call.version).map_err(refused)?;
    // GroupMember.ReadWrite.All is for members only.
    let may_write = WRITERS.iter().any(|role| call.caller.has(role));
    if !accepted.is_empty() && !may_write {
        return Err(Failure::denied());
    }
    let settings = site.settings;
    let replication = settings.replication_seconds;
    let assignment = settings.assignment_seconds;
    let id = call.id(0);
    if let (Some(name), true) = (alternate_key(&id, "uniqueName"), call.prefers("create-if-missing"))
        && named(site.tenant, name).is_none()
    {
        if !may_write {
            return Err(Failure::denied());
        }
        let mut body = body.clone();
        body.insert("uniqueName".into(), Value::from(name));
        return make(site, call, &body);
    }
    let tenant = &mut *site.tenant;
    let group = found(tenant, &id).filter(|group| group_now(call, group).is_some());
    let group = group.ok_or_else(|| Failure::no_directory_object(&id))?;
    let id = group.id.clone();
    mastered::holds_change(group)?;
    unused(tenant, &accepted, Some(&id))?;
    mailbox::holds_change(call, body, &group.entity)?;
    // A file of before may hold what is as the type has it by default.
    let before = differing(kind("group"), group.entity.clone());
    let mut whole = before.clone();
    whole.extend(accepted.clone());
    let mut whole = differing(kind("group"), whole);
    for (property, once) in [("isAssignableToRole", true), ("uniqueName", before.contains_key("uniqueName"))] {
        let differs = before.get(property) != whole.get(property);
        if once && differs {
            return Err(Failure::bad_directory_request(format!(
                "Property '{property}' cannot be updated once it is set."
            )));
        }
    }
    if has_dynamic_type(&before) && !has_dynamic_type(&whole) {
        whole.remove("membershipRule");
        whole.remove("membershipRuleProcessingState");
    }
    check(&accepted, &whole)?;
    let joining = bound_objects(tenant, body, "members@odata.bind")?;
    if joining.len() > 20 {
        return Err(Failure::bad_directory_request(
            "The number of relationships in the request is more than the allowed 20.",
        ));
    }
    if !joining.is_empty() {
        if has_dynamic_type(&whole) {
            return Err(members::dynamic_refuses());
        }
        let there = |member: &String| tenant.groups.get(&id).is_some_and(|group| group.members.contains(member));
        if joining.iter().any(there) {
            return Err(members::already("members"));
        }
    }
    let rule_changed = ["membershipRule", "membershipRuleProcessingState", "groupTypes"]
        .iter()
        .any(|name| before.get(*name) != whole.get(*name));
    // Nobody stays who was added by hand: the rule begins with nobody.
    let leaving = match !has_dynamic_type(&before) && has_dynamic_type(&whole) {
        true => group.members.clone(),
        false => BTreeSet::new(),
    };
    if let Some(group) = tenant.groups.edit(&id) {
        if replication > 0 {
            group.stale = Some(Stale { until: call.now + millis(replication), shown: Some(before), owners: None });
        }
        group.entity = whole;
    }
    for member in &leaving {
        membership::part(tenant, &id, member);
    }
    for member in &joining {
        membership::join(tenant, &id, member);
    }
    if !joining.is_empty() || !leaving.is_empty() {
        marks::assignments_changed(tenant, call.now, assignment);
    }
    if rule_changed {
        marks::group_changed(tenant, &id, call.now, settings);
    }
    Ok(Answer::done())
}

pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let assignment = site.settings.assignment_seconds;
    let kept = site.settings.security_groups_are_kept;
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    let found = tenant.groups.get(&id).filter(|group| group_now(call, group).is_some());
    mastered::holds_change(found.ok_or_else(|| Failure::no_directory_object(&id))?)?;
    let kept = kept || tenant.groups.get(&id).and_then(|group| group.entity.get("mailEnabled")) == Some(&json!(true));
    membership::retire_group(tenant, &id, call.now);
    if !kept {
        tenant.deleted_groups.take(&id);
    }
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(Answer::done())
}
