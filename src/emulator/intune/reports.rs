//! Export jobs: a report is ordered, made after a while, and fetched as a file.
//!
//! Facts: Microsoft's page on exporting reports by Graph: the address leads to a ZIP of the CSV and needs no token.
//! Seen live: ordering asks for writing though it only reads; the CSV begins with a byte order mark; `completed` may
//! come before the address. Of all reports only those of Autopilot and device preparation are here, as CSV.

use serde_json::{Value, json};
use uuid::Uuid;

use super::report_rows::{csv, find, selection};
use super::zip::zip;
use crate::emulator::call::Call;
use crate::emulator::clock::{Millis, intune_date, intune_date_or_never, millis};
use crate::emulator::collection::{Collection, Key, PLAIN, Shown, View};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

/// How long a job and its file are kept: the time between the dates of the documented sample.
const KEPT: Millis = 6 * 60 * 60 * 1000;
const FILE: &str = "file";
const ADDRESS: &str = "address";
const SIGNATURE: &str = "signature";

pub(crate) static EXPORT_JOBS: Collection = Collection {
    name: "exportJobs",
    kind: "deviceManagementExportJob",
    key: Key::WordAndGuid,
    required: &["reportName"],
    lifetime: Some(KEPT),
    check,
    begin,
    show,
    ..PLAIN
};

fn check(_: &Tenant, _: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    let report = find(text("reportName")).ok_or_else(Failure::intune_refuses)?;
    selection(report, values.get("select")).ok_or_else(Failure::intune_refuses)?;
    // None of these reports takes a filter, and what a search or an earlier snapshot would give is not known.
    let unsaid = ["filter", "search", "snapshotId"].iter().all(|name| text(name).is_empty());
    if unsaid && text("format") == "csv" { Ok(()) } else { Err(Failure::intune_refuses()) }
}

/// The report is that of the moment at which it is ordered.
fn begin(tenant: &Tenant, item: &mut Item, call: &Call) -> Result<(), Failure> {
    let report = find(item.text("reportName")).ok_or_else(Failure::intune_refuses)?;
    let select = selection(report, item.entity.get("select")).unwrap_or_default();
    let file = String::from_utf8(csv(tenant, report, &select)).unwrap_or_default();
    item.by_service = true;
    item.id = format!("{}_{}", report.name, Uuid::new_v4());
    let signature = Uuid::new_v4().simple().to_string();
    let address = format!("{}{DOWNLOADS}{}/{}.zip?sig={signature}", call.root, tenant.id, item.id);
    for (name, text) in [(FILE, file), (ADDRESS, address), (SIGNATURE, signature)] {
        item.hidden.insert(name.into(), Value::from(text));
    }
    Ok(())
}

/// Where files are fetched, beside Graph: the service keeps them in a store of its own.
pub(crate) const DOWNLOADS: &str = "/exports/";

fn show(item: &Item, entity: &mut Object, view: &View<'_>) {
    let created = item.created.unwrap_or_default();
    let age = view.now - created;
    let takes = millis(view.settings.export_seconds);
    let (status, addressed) = match view.how {
        Shown::Written => ("notStarted", false),
        _ if age * 2 < takes => ("notStarted", false),
        _ if age < takes => ("inProgress", false),
        _ => ("completed", age >= takes + millis(view.settings.export_address_seconds)),
    };
    let address = item.hidden.get(ADDRESS).filter(|_| addressed).cloned().unwrap_or(Value::Null);
    entity.insert("status".into(), json!(status));
    entity.insert("url".into(), address);
    entity.insert("requestDateTime".into(), json!(intune_date(created)));
    let expires = addressed.then_some(created + KEPT);
    entity.insert("expirationDateTime".into(), json!(intune_date_or_never(expires)));
}

/// The file of a job that is done, for whoever has its address.
pub(crate) fn file(tenant: &Tenant, job: &str, signature: &str, ready: Millis, now: Millis) -> Option<Vec<u8>> {
    let item = tenant.items(EXPORT_JOBS.name).get(job)?;
    let age = now - item.created?;
    let text = |name: &str| item.hidden.get(name).and_then(Value::as_str).unwrap_or_default();
    let open = text(SIGNATURE) == signature && (ready..=KEPT).contains(&age);
    open.then(|| zip(&format!("{job}.csv"), text(FILE).as_bytes()))
}
