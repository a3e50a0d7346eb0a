//! The approvals of one caller's writes: the codes that it has, and what became of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::graph::transport::Method;

/// What the user says about writes that have to be approved.
#[derive(Debug, Clone, Default)]
pub struct Approvals {
    /// Why the writes are made. Without it no approval is asked for.
    pub justification: Option<String>,
    /// Codes of requests that were made before, by kind, name and step of the write.
    pub codes: BTreeMap<String, String>,
}

/// Requests for approval that one caller has made, by the writes that they are for. Its clones are one.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    /// Kind and name of what is written, such as `autopilot_scope_tag/Sales`.
    about: Box<str>,
    codes: BTreeMap<String, Box<str>>,
    approved: Vec<Box<str>>,
}

/// A write, as approvals tell it from others.
#[derive(Debug, Clone)]
pub(super) struct Write {
    /// Of method, path and body.
    fingerprint: String,
    /// What users call it, where they give its code.
    pub(super) entry: Box<str>,
}

impl Ledger {
    /// For the writes of one thing, with the codes of before.
    pub fn new(about: &str, codes: BTreeMap<String, Box<str>>) -> Ledger {
        Ledger(Arc::new(Mutex::new(Pages { about: about.into(), codes, approved: Vec::new() })))
    }

    /// The codes of requests that still stand, to be kept for the next time.
    pub fn codes(&self) -> BTreeMap<String, Box<str>> {
        self.pages().codes.clone()
    }

    /// What was written because somebody approved it.
    pub fn approved(&self) -> Vec<Box<str>> {
        self.pages().approved.clone()
    }

    pub(super) fn write(&self, method: &Method, path: &str, body: Option<&[u8]>) -> Write {
        let mut hash = Sha256::new();
        hash.update(format!("{method} {path} "));
        hash.update(body.unwrap_or_default());
        let fingerprint = hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Write { fingerprint, entry: entry(&self.pages().about, method, path) }
    }

    pub(super) fn code(&self, write: &Write) -> Option<Box<str>> {
        self.pages().codes.get(&write.fingerprint).cloned()
    }

    pub(super) fn keep(&self, write: &Write, code: &str) {
        self.pages().codes.insert(write.fingerprint.clone(), code.into());
    }

    pub(super) fn forget(&self, write: &Write) {
        self.pages().codes.remove(&write.fingerprint);
    }

    /// The write was done.
    pub(super) fn done(&self, write: &Write, attempted: &str, code: &str) {
        let mut pages = self.pages();
        pages.codes.remove(&write.fingerprint);
        pages.approved.push(format!("{attempted} (request {code})").into());
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Kind, name and step. What has no name is told by the id in the path.
fn entry(about: &str, method: &Method, path: &str) -> Box<str> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_id = |part: &&str| part.len() == 36 && uuid::Uuid::try_parse(part).is_ok();
    let last = parts.last().copied().unwrap_or_default();
    let step = match *method {
        Method::DELETE => "delete",
        Method::PATCH | Method::PUT => "change",
        // Collections of Graph are named in the plural, and none of what is called on an object is.
        _ if !parts.iter().any(is_id) && last.ends_with('s') => "create",
        _ => last,
    };
    let id = if about.contains('/') { None } else { parts.iter().find(|part| is_id(part)) };
    id.map_or_else(|| format!("{about}/{step}"), |id| format!("{about}/{id}/{step}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7a3b1c9e-0f52-4f0e-9a52-3df6a1f6ce01";

    #[test]
    fn an_entry_is_kind_name_and_step() {
        let of = |about, method, path: &str| entry(about, &method, path).into_string();
        let tags = "/beta/deviceManagement/roleScopeTags";
        assert_eq!(of("autopilot_scope_tag/Sales", Method::POST, tags), "autopilot_scope_tag/Sales/create");
        let tag = format!("{tags}/3");
        assert_eq!(of("autopilot_scope_tag/Sales", Method::PATCH, &tag), "autopilot_scope_tag/Sales/change");
        assert_eq!(of("autopilot_scope_tag/Sales", Method::DELETE, &tag), "autopilot_scope_tag/Sales/delete");
        let assign = format!("/beta/deviceManagement/deviceManagementScripts/{ID}/assign");
        assert_eq!(
            of("autopilot_platform_script/Fonts", Method::POST, &assign),
            "autopilot_platform_script/Fonts/assign"
        );
        let device = format!("/beta/deviceManagement/managedDevices/{ID}/wipe");
        assert_eq!(of("autopilot_wipe", Method::POST, &device), format!("autopilot_wipe/{ID}/wipe"));
    }

    #[test]
    fn a_code_is_of_one_method_path_and_body() {
        let ledger = Ledger::new("a/b", BTreeMap::new());
        let write = ledger.write(&Method::POST, "/beta/things", Some(b"{}"));
        ledger.keep(&write, "code");
        assert_eq!(ledger.code(&write).as_deref(), Some("code"));
        for other in [
            ledger.write(&Method::PUT, "/beta/things", Some(b"{}")),
            ledger.write(&Method::POST, "/beta/others", Some(b"{}")),
            ledger.write(&Method::POST, "/beta/things", Some(b"[]")),
            ledger.write(&Method::POST, "/beta/things", None),
        ] {
            assert_eq!(ledger.code(&other), None);
        }
        let again = Ledger::new("a/b", ledger.codes());
        assert_eq!(again.code(&write).as_deref(), Some("code"));
        again.done(&write, "POST /beta/things", "code");
        assert_eq!((again.codes().len(), again.approved()), (0, vec!["POST /beta/things (request code)".into()]));
    }
}
