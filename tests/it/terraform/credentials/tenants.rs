//! One application in several tenants.

use autopilot::emulator::{CLIENT_ID, CLIENT_SECRET, OTHER_TENANT_ID, TENANT_ID};
use serde_json::json;

use super::{Settings, plan};
use crate::terraform::lab::Lab;

#[test]
fn one_application_signs_in_to_many_tenants_with_one_token_each() {
    let lab = Lab::new();
    let consented =
        json!({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "roles": ["Group.Read.All", "User.Read.All"]});
    let seed = json!({"tenant": OTHER_TENANT_ID, "applications": [consented]});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("a seed");
    let reads = |alias: &str, user: &str| {
        format!(
            "data \"autopilot_user\" \"{alias}\" {{\n  provider = autopilot.{alias}\n  user_principal_name = \"{user}\"\n}}\n"
        )
    };
    lab.configure(&format!(
        "provider \"autopilot\" {{\n  alias = \"contoso\"\n  tenant_id = \"{TENANT_ID}\"\n}}\n\
         provider \"autopilot\" {{\n  alias = \"fabrikam\"\n  tenant_id = \"fabrikam.com\"\n}}\n{}{}",
        reads("contoso", "adele.vance@contoso.com"),
        reads("fabrikam", "allan.deyoung@fabrikam.com"),
    ));
    let settings: Settings<'_> =
        vec![("ARM_CLIENT_ID", CLIENT_ID.to_owned()), ("ARM_CLIENT_SECRET", CLIENT_SECRET.to_owned())];
    lab.emulator.forget_requests();
    plan(&lab, &settings, false, &[]).succeeds();
    let sign_ins = lab.emulator.requests().into_iter().filter(|request| request.path.ends_with("/token"));
    assert_eq!(sign_ins.map(|request| request.count).sum::<u64>(), 2);
}
