//! What Terraform does not ask, or not so that one could see the answer: asked without it and without a wire.

use std::{collections::BTreeMap, net::TcpListener, sync::Arc, time::Duration};

use autopilot::{
    server::{
        Service,
        proto::tfplugin6::{self as proto, provider_server::Provider},
    },
    value::Value,
};
use tonic::{Code, Request};

use crate::ask::{answer, decoded, encoded, error, object, on_a_runtime, service};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("metadata_names_what_the_schema_has", || on_a_runtime(metadata_names_what_the_schema_has())),
    ("what_is_not_served_says_so", || on_a_runtime(what_is_not_served_says_so())),
    ("names_that_are_not_ours_are_errors", || on_a_runtime(names_that_are_not_ours_are_errors())),
    ("bytes_that_are_no_value_are_errors", || on_a_runtime(bytes_that_are_no_value_are_errors())),
    ("an_empty_request_is_answered", || on_a_runtime(an_empty_request_is_answered())),
    ("nothing_is_put_off", || on_a_runtime(nothing_is_put_off())),
    ("json_is_taken_for_msgpack", || on_a_runtime(json_is_taken_for_msgpack())),
    ("write_only_needs_a_client_that_knows_it", || on_a_runtime(write_only_needs_a_client_that_knows_it())),
    ("a_destroy_is_planned_as_null", || on_a_runtime(a_destroy_is_planned_as_null())),
    ("a_state_of_terraform_0_11_is_refused", || on_a_runtime(a_state_of_terraform_0_11_is_refused())),
    ("an_import_without_an_id_is_refused", || on_a_runtime(an_import_without_an_id_is_refused())),
    ("arguments_are_counted", || on_a_runtime(arguments_are_counted())),
    ("further_arguments_are_of_the_last_parameter", || on_a_runtime(further_arguments_are_of_the_last_parameter())),
    ("stop_cancels_what_is_in_flight_and_nothing_after_it", || on_a_runtime(stop_cancels_what_is_in_flight())),
    ("after_a_panic_a_hundred_reads_are_answered", || on_a_runtime(after_a_panic_a_hundred_reads_are_answered())),
];

async fn metadata_names_what_the_schema_has() {
    let service = service();
    let schema = answer(service.get_provider_schema(Request::new(proto::get_provider_schema::Request {})).await);
    let metadata = answer(service.get_metadata(Request::new(proto::get_metadata::Request {})).await);
    let functions = answer(service.get_functions(Request::new(proto::get_functions::Request {})).await);
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let resources = metadata.resources.into_iter().map(|it| it.type_name).collect();
    assert_eq!(sorted(resources), schema.resource_schemas.into_keys().collect::<Vec<_>>());
    let data_sources = metadata.data_sources.into_iter().map(|it| it.type_name).collect();
    assert_eq!(sorted(data_sources), schema.data_source_schemas.into_keys().collect::<Vec<_>>());
    let ephemerals = metadata.ephemeral_resources.into_iter().map(|it| it.type_name).collect();
    assert_eq!(sorted(ephemerals), schema.ephemeral_resource_schemas.into_keys().collect::<Vec<_>>());
    let lists = metadata.list_resources.into_iter().map(|it| it.type_name).collect();
    assert_eq!(sorted(lists), schema.list_resource_schemas.into_keys().collect::<Vec<_>>());
    let actions = metadata.actions.into_iter().map(|it| it.type_name).collect();
    assert_eq!(sorted(actions), schema.action_schemas.into_keys().collect::<Vec<_>>());
    assert_eq!(metadata.state_stores.len(), schema.state_store_schemas.len());
    let names = metadata.functions.into_iter().map(|it| it.name).collect();
    assert_eq!(sorted(names), schema.functions.keys().cloned().collect::<Vec<_>>());
    assert_eq!(functions.functions, schema.functions);
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
    let capabilities = schema.server_capabilities.expect("they are told");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
}

/// The state stores, which are no business of this provider's.
async fn what_is_not_served_says_so() {
    let service = service();
    let answers = [
        service.validate_state_store_config(Request::new(Default::default())).await.map(drop),
        service.configure_state_store(Request::new(Default::default())).await.map(drop),
        service.read_state_bytes(Request::new(Default::default())).await.map(drop),
        service.lock_state(Request::new(Default::default())).await.map(drop),
        service.unlock_state(Request::new(Default::default())).await.map(drop),
        service.get_states(Request::new(Default::default())).await.map(drop),
        service.delete_state(Request::new(Default::default())).await.map(drop),
    ];
    for answer in answers {
        assert_eq!(answer.map_err(|status| status.code()), Err(Code::Unimplemented));
    }
}

async fn names_that_are_not_ours_are_errors() {
    let service = service();
    let type_name = || "test_nothing".to_owned();
    let request = proto::read_resource::Request { type_name: type_name(), ..Default::default() };
    let told = answer(service.read_resource(Request::new(request)).await).diagnostics;
    assert_eq!(error(&told), "Unknown Resource Type: The provider has no resource type \"test_nothing\".");
    let request = proto::read_data_source::Request { type_name: type_name(), ..Default::default() };
    let told = answer(service.read_data_source(Request::new(request)).await).diagnostics;
    assert_eq!(error(&told), "Unknown Data Source: The provider has no data source \"test_nothing\".");
    let request = proto::open_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let told = answer(service.open_ephemeral_resource(Request::new(request)).await).diagnostics;
    assert_eq!(error(&told), "Unknown Ephemeral Resource: The provider has no ephemeral resource \"test_nothing\".");
    let request = proto::plan_action::Request { action_type: type_name(), ..Default::default() };
    let told = answer(service.plan_action(Request::new(request)).await).diagnostics;
    assert_eq!(error(&told), "Unknown Action: The provider has no action \"test_nothing\".");
    let request = proto::validate_list_resource_config::Request { type_name: type_name(), ..Default::default() };
    let told = answer(service.validate_list_resource_config(Request::new(request)).await).diagnostics;
    assert_eq!(error(&told), "Unknown List Resource: The provider has no list of \"test_nothing\".");
    let request = proto::call_function::Request { name: "nothing".to_owned(), ..Default::default() };
    let told = answer(service.call_function(Request::new(request)).await).error;
    assert_eq!(told.map(|error| error.text).as_deref(), Some("The provider has no function \"nothing\"."));
}

async fn bytes_that_are_no_value_are_errors() {
    let service = service();
    for msgpack in [&b"\xff"[..], b"\xc3", b"\x80", b"\x81\xa4none\xc0", b"\xdd\xff\xff\xff\xff"] {
        let value = proto::DynamicValue { msgpack: msgpack.to_vec(), json: Vec::new() };
        let request = proto::validate_resource_config::Request {
            type_name: "test_thing".to_owned(),
            config: Some(value),
            client_capabilities: None,
        };
        let told = answer(service.validate_resource_config(Request::new(request)).await).diagnostics;
        assert!(error(&told).starts_with("Value Not Readable: Terraform sent a configuration that"), "{told:?}");
    }
}

/// Nothing in a request has to be there: protobuf leaves out what is empty.
async fn an_empty_request_is_answered() {
    let service = service();
    macro_rules! refused {
        ($($rpc:ident),*) => {
            $({
                let told = answer(service.$rpc(Request::new(Default::default())).await).diagnostics;
                assert!(error(&told).starts_with("Unknown "), "{}: {told:?}", stringify!($rpc));
            })*
        };
    }
    refused!(
        validate_resource_config,
        upgrade_resource_state,
        upgrade_resource_identity,
        read_resource,
        plan_resource_change,
        apply_resource_change,
        import_resource_state,
        move_resource_state,
        generate_resource_config,
        validate_data_resource_config,
        read_data_source,
        validate_ephemeral_resource_config,
        open_ephemeral_resource,
        renew_ephemeral_resource,
        close_ephemeral_resource,
        validate_list_resource_config,
        validate_action_config,
        plan_action
    );
    assert!(answer(service.call_function(Request::new(Default::default())).await).error.is_some());
    assert_eq!(answer(service.validate_provider_config(Request::new(Default::default())).await).diagnostics, []);
    assert_eq!(answer(service.configure_provider(Request::new(Default::default())).await).diagnostics, []);
    // Named, and nothing else.
    let type_name = || "test_thing".to_owned();
    let request = proto::plan_resource_change::Request { type_name: type_name(), ..Default::default() };
    assert_eq!(answer(service.plan_resource_change(Request::new(request)).await).diagnostics, []);
    let request = proto::read_resource::Request { type_name: type_name(), ..Default::default() };
    assert_eq!(answer(service.read_resource(Request::new(request)).await).diagnostics, []);
}

/// Also where a client would let us.
async fn nothing_is_put_off() {
    let service = service();
    let client_capabilities = Some(proto::ClientCapabilities { deferral_allowed: true, ..Default::default() });
    let config = object("test_thing", &[("text", Value::Unknown)]);
    let request = proto::plan_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: encoded("test_thing", &Value::Null),
        proposed_new_state: encoded("test_thing", &config),
        config: encoded("test_thing", &config),
        client_capabilities,
        ..Default::default()
    };
    let planned = answer(service.plan_resource_change(Request::new(request)).await);
    assert_eq!((planned.diagnostics, planned.deferred), (vec![], None));
    let request = proto::import_resource_state::Request {
        type_name: "test_thing".to_owned(),
        id: "known".to_owned(),
        client_capabilities,
        identity: None,
    };
    assert_eq!(answer(service.import_resource_state(Request::new(request)).await).deferred, None);
    let request = proto::read_resource::Request {
        type_name: "test_thing".to_owned(),
        current_state: encoded("test_thing", &object("test_thing", &[("id", "a".into())])),
        client_capabilities,
        ..Default::default()
    };
    assert_eq!(answer(service.read_resource(Request::new(request)).await).deferred, None);
}

async fn json_is_taken_for_msgpack() {
    let json = br#"{"id": "a", "number": 9007199254740993}"#.to_vec();
    let request = proto::read_resource::Request {
        type_name: "test_thing".to_owned(),
        current_state: Some(proto::DynamicValue { msgpack: Vec::new(), json }),
        ..Default::default()
    };
    let answer = answer(service().read_resource(Request::new(request)).await);
    assert_eq!(answer.diagnostics, []);
    let expected = object("test_thing", &[("id", "a".into()), ("number", 9_007_199_254_740_993.into())]);
    assert_eq!(decoded("test_thing", answer.new_state), expected);
}

async fn write_only_needs_a_client_that_knows_it() {
    let service = service();
    let validate = async |knows: bool| {
        let capabilities = proto::ClientCapabilities { write_only_attributes_allowed: knows, ..Default::default() };
        let request = proto::validate_resource_config::Request {
            type_name: "test_thing".to_owned(),
            config: encoded("test_thing", &object("test_thing", &[("secret", "hunter2".into())])),
            client_capabilities: Some(capabilities),
        };
        answer(service.validate_resource_config(Request::new(request)).await).diagnostics
    };
    assert_eq!(validate(true).await, []);
    let told = validate(false).await;
    assert!(error(&told).starts_with("Write-Only Attribute Not Allowed"), "{told:?}");
    assert!(told[0].detail.starts_with("Attribute secret "), "{told:?}");
    assert_eq!(told[0].attribute, None, "Terraform would show the line, and the secret in it");
}

async fn a_destroy_is_planned_as_null() {
    let request = proto::plan_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: encoded("test_thing", &object("test_thing", &[("id", "a".into())])),
        proposed_new_state: encoded("test_thing", &Value::Null),
        config: encoded("test_thing", &Value::Null),
        prior_private: br#"{"tenant_id":"t"}"#.to_vec(),
        ..Default::default()
    };
    let answer = answer(service().plan_resource_change(Request::new(request)).await);
    assert_eq!(answer.diagnostics, []);
    assert_eq!(decoded("test_thing", answer.planned_state), Value::Null);
    assert_eq!(answer.planned_private, br#"{"tenant_id":"t"}"#, "private state is kept");
}

async fn a_state_of_terraform_0_11_is_refused() {
    let service = service();
    let flatmap = BTreeMap::from([("id".to_owned(), "a".to_owned())]);
    let request = |raw_state| proto::upgrade_resource_state::Request {
        type_name: "test_thing".to_owned(),
        version: 0,
        raw_state,
    };
    let raw = proto::RawState { json: Vec::new(), flatmap };
    let told = answer(service.upgrade_resource_state(Request::new(request(Some(raw)))).await).diagnostics;
    assert!(error(&told).contains("Terraform 0.11"), "{told:?}");
    let nothing = answer(service.upgrade_resource_state(Request::new(request(None))).await);
    assert_eq!(decoded("test_thing", nothing.upgraded_state), Value::Null);
}

async fn an_import_without_an_id_is_refused() {
    let request = proto::import_resource_state::Request { type_name: "test_thing".to_owned(), ..Default::default() };
    let answer = answer(service().import_resource_state(Request::new(request)).await);
    assert!(error(&answer.diagnostics).starts_with("Import Without an Id"));
    assert_eq!(answer.imported_resources, []);
}

async fn arguments_are_counted() {
    let service = service();
    for (name, count, takes) in [("echo", 0, "1"), ("echo", 2, "1"), ("join", 0, "at least 1")] {
        let argument = proto::DynamicValue { msgpack: vec![0xc0], json: Vec::new() };
        let request = proto::call_function::Request { name: name.to_owned(), arguments: vec![argument; count] };
        let error = answer(service.call_function(Request::new(request)).await).error.expect("it takes another number");
        assert_eq!(error.text, format!("{name} takes {takes} arguments, it was given {count}"));
    }
}

async fn further_arguments_are_of_the_last_parameter() {
    let service = service();
    let call = async |arguments: &[&[u8]]| {
        let arguments =
            arguments.iter().map(|msgpack| proto::DynamicValue { msgpack: msgpack.to_vec(), json: Vec::new() });
        let request = proto::call_function::Request { name: "join".to_owned(), arguments: arguments.collect() };
        let answer = answer(service.call_function(Request::new(request)).await);
        answer
            .error
            .map_or(Ok(answer.result.map(|value| value.msgpack)), |error| Err((error.function_argument, error.text)))
    };
    assert_eq!(call(&[b"\xa1-"]).await, Ok(Some(b"\xa0".to_vec())), "no word");
    assert_eq!(call(&[b"\xa1-", b"\xa1a", b"\xa1b", b"\xc0"]).await, Ok(Some(b"\xa5a-b--".to_vec())), "null is a word");
    assert_eq!(call(&[b"\xd4\0\0", b"\xa1a"]).await, Ok(Some(b"\xd4\0\0".to_vec())), "unknown is taken and given");
    let number = (Some(2), "a number is no word".to_owned());
    assert_eq!(call(&[b"\xa1-", b"\xa1a", b"\xa17"]).await, Err(number), "counted over all arguments");
    let told = call(&[b"\xa1-", b"\xa1a", b"\xc3"]).await.expect_err("true is no text");
    assert_eq!(told, (Some(2), "Terraform sent an argument that cannot be read: it is not text".to_owned()));
}

async fn stop_cancels_what_is_in_flight() {
    let service = Arc::new(service());
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
    listener.set_nonblocking(true).expect("it is a socket");
    let address = listener.local_addr().expect("it is bound").to_string();
    let listener = tokio::net::TcpListener::from_std(listener).expect("there is a runtime");

    let planned = object("test_slow", &[("id", Value::Unknown), ("tell", address.into())]);
    let creating = Arc::clone(&service);
    let create = tokio::spawn(async move { apply(creating, "test_slow", &planned).await });
    let _begun = listener.accept().await.expect("the create has begun");
    answer(service.stop_provider(Request::new(proto::stop_provider::Request {})).await);
    let stopped = tokio::time::timeout(Duration::from_secs(1), create).await.expect("it ends at once");
    let stopped = stopped.expect("it does not panic");
    assert!(error(&stopped.diagnostics).starts_with("Interrupted"));
    assert_eq!(decoded("test_slow", stopped.new_state).get("id").as_str(), Some("half"));

    let planned = object("test_thing", &[("id", Value::Unknown)]);
    let made = apply(service, "test_thing", &planned).await;
    assert_eq!(made.diagnostics, []);
    assert_eq!(decoded("test_thing", made.new_state).get("id").as_str(), Some("thing"));
}

async fn apply(service: Arc<Service>, type_name: &str, planned: &Value) -> proto::apply_resource_change::Response {
    let request = proto::apply_resource_change::Request {
        type_name: type_name.to_owned(),
        prior_state: encoded(type_name, &Value::Null),
        planned_state: encoded(type_name, planned),
        config: encoded(type_name, planned),
        ..Default::default()
    };
    answer(service.apply_resource_change(Request::new(request)).await)
}

async fn after_a_panic_a_hundred_reads_are_answered() {
    let service = Arc::new(service());
    let read = |type_name: &str, state: &Value| {
        let request = proto::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: encoded(type_name, state),
            ..Default::default()
        };
        let service = Arc::clone(&service);
        async move { answer(service.read_resource(Request::new(request)).await) }
    };
    let crashed = read("test_crash", &object("test_crash", &[("verb", "read".into())])).await;
    assert!(error(&crashed.diagnostics).starts_with("The Provider Crashed"), "{crashed:?}");
    assert_eq!(crashed.new_state, None, "core keeps the state that it has");

    let things: Vec<Value> = (0..100).map(|n| object("test_thing", &[("number", n.into())])).collect();
    let reads = futures_util::future::join_all(things.iter().map(|thing| read("test_thing", thing))).await;
    for (thing, read) in things.iter().zip(reads) {
        assert_eq!(decoded("test_thing", read.new_state), *thing);
    }
}
