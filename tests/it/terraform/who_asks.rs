//! What each request says of who asks, by which Microsoft's support finds it.

use std::collections::BTreeSet;

use regex::Regex;

use super::lab::Lab;

#[test]
fn each_request_names_provider_core_and_pipeline_and_has_an_id_of_its_own() {
    let mut lab = Lab::with("resource \"autopilot_group\" \"g\" {\n  display_name = \"g\"\n}\n");
    lab.set("TF_APPEND_USER_AGENT", "pipeline/1");
    lab.emulator.forget_requests();
    lab.apply();
    let journal = lab.tenant.get("/_emulator/requests");
    let asked = journal["recent"].as_array().expect("a list").iter().filter(|each| each["in_batch"] == false);
    let asked: Vec<_> = asked.collect();
    let ours =
        Regex::new(r"^terraform-provider-autopilot/\S+ Terraform/\d+\.\d+\.\d+\S* pipeline/1$").expect("a pattern");
    let mut ids = BTreeSet::new();
    for each in &asked {
        assert!(ours.is_match(each["user_agent"].as_str().unwrap_or_default()), "{each}");
        let id = each["client_request_id"].as_str().unwrap_or_default();
        assert!(uuid::Uuid::try_parse(id).is_ok() && ids.insert(id), "{each}");
    }
    assert!(asked.iter().any(|each| each["path"].as_str().is_some_and(|path| path.ends_with("/token"))), "{journal}");
    assert!(asked.iter().any(|each| each["method"] == "POST" && each["path"] == "/v1.0/groups"), "{journal}");
}
