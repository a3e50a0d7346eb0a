//! `autopilot_deployment_events`: how deployments went, of Windows Autopilot and of device preparation.
//!
//! Graph, beta only: [autopilotEvents](https://learn.microsoft.com/graph/api/resources/intune-troubleshooting-windowsautopilotdeploymentevent),
//! kept for 30 days; device preparation is in a report that is exported.

mod classic;
mod duration;
mod preparation;
mod report;

use std::collections::BTreeSet;

use async_trait::async_trait;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    knowledge::serial_number::Key,
    resource::{Cx, DataSource, DataSpec, Result},
    schema::{Check, integer, list_of, string, strings, timestamp},
    value::Value,
};

/// The data source.
pub(super) struct DeploymentEvents;

#[async_trait]
impl DataSource for DeploymentEvents {
    fn spec(&self) -> DataSpec {
        let event = vec![
            string("serial_number", "Serial number of the device.").read_only(),
            string("device_name", "Name of the device.").read_only(),
            string("user", "User principal name of the user.").read_only(),
            timestamp("started", "When the deployment began.").read_only(),
            timestamp("ended", "When it ended. Not known of device preparation.").read_only(),
            string("state", "How it went: Success, Failure, In progress, Success with timeout, Success on retry, Not attempted, Disabled, Unknown.").read_only(),
            string("duration", "How long it took, such as \"1 h 5 min\".").read_only(),
            integer("duration_minutes", "The same in whole minutes.").read_only(),
            string("device_setup_state", "How the setup of the device went, in the same words. Classic only.").read_only(),
            integer("device_setup_minutes", "Minutes that it took. Classic only.").read_only(),
            string("account_setup_state", "How the setup of the user's account went, in the same words. Classic only.").read_only(),
            integer("account_setup_minutes", "Minutes that it took. Classic only.").read_only(),
            string("failure", "What failed: Intune's words, or the code of device preparation.").read_only(),
            string("profile", "Name of the deployment profile. Classic only.").read_only(),
            string("enrollment_status_page", "Name of the enrollment status page. Classic only.").read_only(),
        ];
        DataSpec::new(
            "deployment_events",
            "Reads how deployments of devices went: of Windows Autopilot, or of device preparation.",
            vec![
                string(
                    "kind",
                    "`classic` for Windows Autopilot, whose events are kept for 30 days; `device_preparation` for its report. Not \
                     set, it is `classic`.",
                )
                .one_of(&["classic", "device_preparation"]),
                strings("serial_numbers", "Only devices with these serial numbers."),
                timestamp("since", "Only deployments that began at this time or later, such as \"2026-11-01T00:00:00Z\".")
                    .check(Check::Text(is_time)),
                list_of("events", "The deployments, the latest one first.").read_only().of(event),
            ],
        )
        .noun("deployment events")
        .permission("DeviceManagementManagedDevices.Read.All")
        // To order a report is a write to Microsoft Graph, although nothing changes.
        .also_needs([(report::PERMISSION, "order the report of device preparation".to_owned())])
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let mut events = match config.get("kind").as_str() {
            Some("device_preparation") => preparation::read(&graph).await?,
            _ => classic::read(&graph).await?,
        };
        let serial_numbers = config.get("serial_numbers");
        let wanted: BTreeSet<_> = serial_numbers.strings().iter().map(|it| Key::of(it)).collect();
        let since = config.get("since").as_str().and_then(read_time);
        events.retain(|event| {
            let serial_number = Key::of(event.get("serial_number").as_str().unwrap_or_default());
            let began = event.get("started").as_str().and_then(read_time);
            (serial_numbers.is_null() || wanted.contains(&serial_number)) && (since.is_none() || began >= since)
        });
        events.sort_by_cached_key(|event| std::cmp::Reverse(event.get("started").as_str().and_then(read_time)));
        let mut state = config.clone();
        state.insert("events", Value::List(events));
        Ok(state)
    }
}

fn read_time(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

fn is_time(text: &str) -> std::result::Result<(), String> {
    match read_time(text) {
        Some(_) => Ok(()),
        None => Err(format!("must be a time in RFC 3339 form such as \"2026-11-01T00:00:00Z\", got: {text:?}")),
    }
}
