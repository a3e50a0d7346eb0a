//! The group that devices join when they enrol. It is set by an action of its own, which answers 200 also where it refuses.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    diagnostic::Diagnostic,
    graph::{Client, Patience},
    path::Path,
    resource::{Facet, Result},
    schema::{Attribute, string},
    value::Value,
};

/// The group that devices join.
#[derive(Debug)]
pub(super) struct DeviceGroup;

#[async_trait]
impl Facet for DeviceGroup {
    fn attribute(&self) -> Attribute {
        let what = "Object id of the assigned group that devices join.";
        string("device_group_id", what)
            .required_where("deployment", &["user_driven", "associated"], "devices join it when they enrol.")
            .guid()
            .refers_to("group")
            .off_graph()
    }

    async fn read(&self, graph: &Client, object: &str, _json: &Json, _prior: &Value) -> Result<Value> {
        let path = format!("{object}/retrieveEnrollmentTimeDeviceMembershipTarget");
        let answer = graph.query(&path, &json!({})).await?.unwrap_or_default();
        Ok(statuses(&answer).first().and_then(|status| status["targetId"].as_str()).into())
    }

    /// An owner that was just added may not be seen yet, so that refusal is asked about again a few times.
    async fn write(&self, graph: &Client, object: &str, _prior: &Value, planned: &Value) -> Result<()> {
        const LOOKS: usize = 6;
        if planned.is_null() {
            graph.action(&format!("{object}/clearEnrollmentTimeDeviceMembershipTarget"), &Json::Null).await?;
            return Ok(());
        }
        let path = format!("{object}/setEnrollmentTimeDeviceMembershipTarget");
        let target = json!({"targetType": "staticSecurityGroup", "targetId": planned.as_str()});
        let body = json!({"enrollmentTimeDeviceMembershipTargets": [target]});
        let mut patience = Patience::default();
        for look in 1.. {
            let answer = graph.action(&path, &body).await?.unwrap_or_default();
            let refused = statuses(&answer).into_iter().find(|status| status["validationSucceeded"] != true);
            let Some(refused) = refused else { break };
            let code = refused["targetValidationErrorCode"].as_str().unwrap_or_default();
            if code != "firstPartyAppNotAnOwner" || look == LOOKS {
                let rule = "names a group that Intune refuses. It has to be an assigned group of this tenant, with \
                            `provisioning_client_owner = true`";
                return Err(Diagnostic::invalid(Path::of("device_group_id"), &format!("{rule} ({code}).")).into());
            }
            graph.pause(&mut patience, "waiting for the owner of the device group", code).await?;
        }
        Ok(())
    }
}

/// Graph's page has the result inside `value`, its SDK bare.
fn statuses(answer: &Json) -> Vec<Json> {
    let result = answer.get("value").unwrap_or(answer);
    result["enrollmentTimeDeviceMembershipTargetValidationStatuses"].as_array().cloned().unwrap_or_default()
}
