//! What Terraform did not make: imports, states of other types, generated configuration.

use autopilot::{
    server::proto::tfplugin6::{self as proto, provider_server::Provider},
    value::Value,
};
use tonic::Request;

use crate::ask::{answer, decoded, encoded, error, id_of, identity, object, on_a_runtime, service, told};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("an_import_is_by_id_or_by_identity", || on_a_runtime(an_import_is_by_id_or_by_identity())),
    ("an_import_of_another_object_is_refused", || on_a_runtime(an_import_of_another_object_is_refused())),
    ("a_state_is_taken_over_without_its_secrets", || on_a_runtime(a_state_is_taken_over_without_its_secrets())),
    ("a_state_of_an_unknown_type_is_not_taken_over", || on_a_runtime(a_state_of_an_unknown_type_is_not_taken_over())),
    ("a_generated_configuration_says_what_has_to_be_said", || on_a_runtime(a_generated_configuration_says_it())),
    ("a_generated_configuration_plans_no_change", || on_a_runtime(a_generated_configuration_plans_no_change())),
];

async fn import(
    type_name: &str,
    id: &str,
    identity: Option<proto::ResourceIdentityData>,
) -> proto::import_resource_state::Response {
    let request = proto::import_resource_state::Request {
        type_name: type_name.to_owned(),
        id: id.to_owned(),
        identity,
        ..Default::default()
    };
    answer(service().import_resource_state(Request::new(request)).await)
}

async fn an_import_is_by_id_or_by_identity() {
    for (id, known) in [("known", None), ("", identity("known"))] {
        let mut answer = import("test_thing", id, known).await;
        assert_eq!(answer.diagnostics, []);
        let imported = answer.imported_resources.pop().expect("there is one");
        assert_eq!(answer.imported_resources, [], "and no other");
        assert_eq!(imported.type_name, "test_thing");
        assert_eq!(decoded("test_thing", imported.state).get("id"), &"known".into());
        assert_eq!(id_of(imported.identity), "known".into());
    }
    for (id, known) in [("", None), ("known", identity("known"))] {
        let answer = import("test_thing", id, known).await;
        assert!(error(&answer.diagnostics).contains("by an id or by an identity, and not by both"), "{answer:?}");
        assert_eq!(answer.imported_resources, []);
    }
}

async fn an_import_of_another_object_is_refused() {
    let another = import("test_wrong", "", identity("asked for")).await;
    let error_text = error(&another.diagnostics);
    assert!(error_text.contains("by the id \"asked for\", and it is \"made\" now"), "{error_text}");
    assert_eq!(another.imported_resources, []);
    for (mistake, summary) in [
        ("import:nothing", "Nothing Imported"),
        ("import:text", "State Does Not Fit"),
        ("import:type", "State Does Not Fit"),
        ("import:nameless", "Incomplete Identity"),
    ] {
        let answer = import("test_wrong", mistake, None).await;
        assert!(error(&answer.diagnostics).starts_with(summary), "{answer:?}");
        assert_eq!(answer.imported_resources, []);
    }
    let leaked = import("test_wrong", "import:secret", None).await.imported_resources.pop().expect("there is one");
    assert_eq!(decoded("test_wrong", leaked.state).get("secret"), &Value::Null);
}

async fn moved(provider: &str, type_name: &str, json: &[u8]) -> proto::move_resource_state::Response {
    let request = proto::move_resource_state::Request {
        source_provider_address: provider.to_owned(),
        source_type_name: type_name.to_owned(),
        source_schema_version: 5,
        source_state: Some(proto::RawState { json: json.to_vec(), ..Default::default() }),
        source_private: b"theirs".to_vec(),
        target_type_name: "test_thing".to_owned(),
        ..Default::default()
    };
    answer(service().move_resource_state(Request::new(request)).await)
}

const OTHER: &str = "registry.terraform.io/example/other";

async fn a_state_is_taken_over_without_its_secrets() {
    let answer = moved(OTHER, "other_thing", br#"{"id": "a", "label": "b", "size": 7}"#).await;
    assert_eq!(answer.diagnostics, []);
    let expected = object("test_thing", &[("id", "a".into()), ("text", "b".into())]);
    assert_eq!(decoded("test_thing", answer.target_state), expected);
    assert_eq!(id_of(answer.target_identity), "a".into());
    let remembered = String::from_utf8(answer.target_private).expect("it is JSON");
    assert_eq!(remembered, r#"{"moved_and_not_read":true}"#, "what they remembered means nothing here");
}

async fn a_state_of_an_unknown_type_is_not_taken_over() {
    for (provider, type_name, json, why) in [
        (OTHER, "other_file", &b"{}"[..], "It takes over the state of other_thing (example/other)"),
        ("registry.terraform.io/hashicorp/other", "other_thing", b"{}", "cannot take over the state of other_thing"),
        (OTHER, "other_thing", br#"{"label": "b"}"#, "it has no id."),
        (OTHER, "other_thing", b"", "it is no JSON."),
    ] {
        let answer = moved(provider, type_name, json).await;
        let error = error(&answer.diagnostics);
        assert!(error.starts_with("State Cannot Be Moved") && error.contains(why), "{error}");
        assert_eq!((answer.target_state, answer.target_identity), (None, None));
    }
}

/// Every attribute of a thing, set.
fn everything() -> Value {
    let pair = |name: &str, weight: i64| Value::object([("name", name.into()), ("weight", weight.into())]);
    object(
        "test_thing",
        &[
            ("id", "a".into()),
            ("number", 7.into()),
            ("text", "t".into()),
            ("former", "t".into()),
            ("password", "p".into()),
            ("one", Value::object([("on", true.into())])),
            ("many", Value::List(vec![Value::object([("name", "b".into())])])),
            ("some", Value::set(vec![pair("a", 1), pair("b", 2)])),
            (
                "timeouts",
                Value::object([
                    ("create", "5m".into()),
                    ("read", Value::Null),
                    ("update", Value::Null),
                    ("delete", Value::Null),
                ]),
            ),
        ],
    )
}

async fn generated(state: &Value) -> (Value, Vec<String>) {
    let request = proto::generate_resource_config::Request {
        type_name: "test_thing".to_owned(),
        state: encoded("test_thing", state),
    };
    let answer = answer(service().generate_resource_config(Request::new(request)).await);
    (decoded("test_thing", answer.config), told(&answer.diagnostics))
}

async fn a_generated_configuration_says_it() {
    let (config, told) = generated(&everything()).await;
    assert_eq!(told, Vec::<String>::new());
    let mut expected = everything();
    for computed_deprecated_or_timeouts in ["id", "former", "timeouts"] {
        expected.insert(computed_deprecated_or_timeouts, Value::Null);
    }
    // Defaults are not said.
    let pair = |name: &str, weight: Value| Value::object([("name", name.into()), ("weight", weight)]);
    expected.insert("one", Value::object([("on", Value::Null)]));
    expected.insert("some", Value::set(vec![pair("a", Value::Null), pair("b", 2.into())]));
    assert_eq!(config, expected);
    assert_eq!(generated(&Value::Null).await.0, object("test_thing", &[]));
}

async fn a_generated_configuration_plans_no_change() {
    let service = service();
    let mut state = everything();
    // Taken out of the configuration as deprecated: that it goes is a change.
    state.insert("former", Value::Null);
    state.insert("timeouts", Value::Null);
    let (config, _) = generated(&state).await;
    let validate = proto::validate_resource_config::Request {
        type_name: "test_thing".to_owned(),
        config: encoded("test_thing", &config),
        client_capabilities: None,
    };
    assert_eq!(answer(service.validate_resource_config(Request::new(validate)).await).diagnostics, []);
    let plan = proto::plan_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: encoded("test_thing", &state),
        proposed_new_state: encoded("test_thing", &config),
        config: encoded("test_thing", &config),
        ..Default::default()
    };
    let planned = answer(service.plan_resource_change(Request::new(plan)).await);
    assert_eq!((planned.diagnostics, decoded("test_thing", planned.planned_state)), (vec![], state));
}
