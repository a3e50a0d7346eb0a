//! A report of Intune, exported: ordered, waited for, fetched, unpacked.
//!
//! Facts: Microsoft's page on exporting reports by Graph: a ZIP of a CSV, at an address that needs no token. Seen live: the CSV
//! begins with a byte order mark, and `completed` may come before the address.

use std::{collections::BTreeMap, io::Read as _};

use serde_json::json;

use crate::{
    diagnostic::Diagnostic,
    graph::{Client, Patience, segment},
    resource::{Error, Result},
};

/// What ordering one needs.
pub(super) const PERMISSION: &str = "DeviceManagementManagedDevices.ReadWrite.All";

const JOBS: &str = "/beta/deviceManagement/reports/exportJobs";
/// The most that a report is unpacked to: a fleet of a hundred thousand devices is a tenth of it.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The rows of a report, each by the names of the columns.
pub(super) async fn export(graph: &Client, report: &str) -> Result<Vec<BTreeMap<String, String>>> {
    let ordered = graph.query(JOBS, &json!({"reportName": report, "format": "csv"})).await;
    let job = match ordered.map_err(Error::from) {
        Err(error) if error.graph().and_then(crate::graph::Error::status) == Some(403) => {
            let doing = format!("ordering the report {report}");
            return Err(error.diagnostic(&doing, PERMISSION).into());
        }
        job => job?.unwrap_or_default(),
    };
    let path = format!("{JOBS}/{}", segment(job["id"].as_str().unwrap_or_default()));
    let mut patience = Patience::default();
    let address = loop {
        let job = graph.get(&path).await?;
        match (job["status"].as_str().unwrap_or_default(), job["url"].as_str()) {
            ("completed", Some(address)) if !address.is_empty() => break address.to_owned(),
            ("failed", _) => return Err(unreadable("Intune could not make it.").into()),
            (status, _) => graph.pause(&mut patience, "waiting for a report of Intune", status).await?,
        }
    };
    let rows = rows(&unzip(&graph.download(&address).await?)?);
    Ok(rows.map_err(|error| unreadable(&error.to_string()))?)
}

fn unreadable(why: &str) -> Diagnostic {
    Diagnostic::error("Report Not Read", format!("The report of device preparation could not be read: {why}"))
}

/// The text of the first file in a ZIP.
fn unzip(bytes: &[u8]) -> std::result::Result<String, Diagnostic> {
    let told = |error: &dyn std::fmt::Display| unreadable(&format!("it is no ZIP that can be read ({error})."));
    let archive = rawzip::ZipArchive::from_slice(bytes).map_err(|error| told(&error))?;
    let entry = archive.entries().next_entry().map_err(|error| told(&error))?;
    let entry = entry.ok_or_else(|| unreadable("there is no file in it."))?;
    let method = entry.compression_method();
    let content = archive.get_entry(entry.wayfinder()).map_err(|error| told(&error))?;
    let mut text = String::new();
    let read = match method {
        rawzip::CompressionMethod::STORE => {
            content.verifying_reader(content.data()).take(MOST_BYTES).read_to_string(&mut text)
        }
        _ => {
            let inflated = flate2::bufread::DeflateDecoder::new(content.data());
            content.verifying_reader(inflated).take(MOST_BYTES).read_to_string(&mut text)
        }
    };
    read.map_err(|error| told(&error))?;
    Ok(text)
}

fn rows(text: &str) -> std::result::Result<Vec<BTreeMap<String, String>>, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_may_begin_with_a_byte_order_mark() {
        let read = rows("\u{feff}SerialNumber,UPN\r\nPF1,\"a,b\"\r\n").expect("it is a CSV");
        assert_eq!(read.len(), 1);
        assert_eq!((read[0]["SerialNumber"].as_str(), read[0]["UPN"].as_str()), ("PF1", "a,b"));
    }

    #[test]
    fn what_is_no_zip_is_told() {
        assert!(unzip(b"<html>").is_err_and(|told| told.detail.contains("it is no ZIP that can be read")));
    }
}
