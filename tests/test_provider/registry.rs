//! What the second provider serves. Nothing here leaves the machine.

mod loan;
mod note;
mod rows;
mod wrong;

use std::sync::Arc;

use async_trait::async_trait;
use autopilot::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::{
        Action, Change, Cx, DataSource, DataSpec, Ephemeral, Function, FunctionError, FunctionSpec, Mover, Named,
        Parameter, Provider, Registry, Resource, Result, Spec, Tenant,
    },
    schema::{Attribute, boolean, id, list_of, number, object, plain, set_of, string},
    value::{Type, Value},
};
use serde_json::Value as Json;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

pub(crate) use rows::MADE;

/// All of it. Types begin with `test_`.
pub(crate) fn registry() -> Registry {
    let resources: [Named<dyn Resource>; 7] = [
        ("thing", Arc::new(Thing)),
        ("crash", Arc::new(Crash)),
        ("old", Arc::new(Old)),
        ("slow", Arc::new(Slow)),
        ("patient", Arc::new(Patient)),
        ("row", Arc::new(rows::Row)),
        ("wrong", Arc::new(wrong::Wrong)),
    ];
    let data_sources: [Named<dyn DataSource>; 1] = [("mirror", Arc::new(Mirror))];
    let functions: [Arc<dyn Function>; 2] = [Arc::new(Echo), Arc::new(Join)];
    let ephemerals: [Arc<dyn Ephemeral>; 1] = [Arc::new(loan::Loan)];
    let actions: [Arc<dyn Action>; 1] = [Arc::new(note::Note)];
    Registry::new("test", Arc::new(Nowhere))
        .resources(resources)
        .data_sources(data_sources)
        .functions(functions)
        .ephemerals(ephemerals)
        .actions(actions)
}

/// A provider without settings and without a tenant.
struct Nowhere;

#[async_trait]
impl Provider for Nowhere {
    fn attributes(&self) -> Vec<Attribute> {
        Vec::new()
    }

    async fn configure(&self, _: &Value, _: &str, _: &CancellationToken, _: &mut Diagnostics) -> Tenant {
        Tenant::not_configured()
    }
}

/// The state of what is made nowhere: the plan, with this id.
fn made(planned: &Value, id: &str) -> Value {
    let mut state = planned.clone();
    state.insert("id", id.into());
    state
}

/// Holds whatever it is given.
struct Thing;

#[async_trait]
impl Resource for Thing {
    fn spec(&self) -> Spec {
        let mover = Mover { provider: "example/other", type_name: "other_thing", take: take_other_thing };
        Spec::new("thing", "Holds whatever it is given.").moved_from(mover).attributes(vec![
            id(),
            number("number", "Any number."),
            plain("numbers", "Any numbers.", Type::List(Type::Number.into())),
            plain("anything", "A value of any type.", Type::Dynamic),
            string("text", "Text of any length."),
            string("secret", "In no plan and no state.").write_only(),
            number("secret_length", "How long the secret was when this was made.").read_only().stable(),
            string("former", "The text, as it was called before.").deprecated("Use `text` instead."),
            string("password", "Hidden, and in the state.").sensitive(),
            object("one", "An object.").of(vec![boolean("on", "Whether it is on.").default(true)]),
            list_of("many", "Objects in order.").of(vec![string("name", "Its name.").required()]),
            set_of("some", "Distinct objects.")
                .of(vec![string("name", "Its name.").required(), number("weight", "Its weight.").default(1)]),
        ])
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let mut state = made(planned, "thing");
        let length = cx.config.get("secret").as_str().and_then(|secret| i64::try_from(secret.len()).ok());
        state.insert("secret_length", length.into());
        Ok(state)
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        Ok(Some(state.clone()))
    }

    async fn update(&self, _: &mut Cx, _: &Value, planned: &Value) -> Result<Value> {
        Ok(planned.clone())
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Cx, id: &str) -> Result<Value> {
        Ok(made(&autopilot::schema::null_object(&self.spec().attributes), id))
    }
}

/// A secret is taken along here, which must not get out.
fn take_other_thing(state: &Json) -> std::result::Result<Value, String> {
    let id = state.get("id").and_then(Json::as_str).ok_or("it has no id.")?;
    let label = state.get("label").and_then(Json::as_str);
    Ok(Value::object([("id", id.into()), ("text", label.into()), ("secret", "taken along".into())]))
}

/// Panics in the verb that it is told.
struct Crash;

#[async_trait]
impl Resource for Crash {
    fn spec(&self) -> Spec {
        Spec::new("crash", "Panics.").attributes(vec![id(), string("verb", "The verb that panics.").required()])
    }

    fn validate(&self, config: &Value, _: &mut Diagnostics) {
        panic_in("validate", config);
    }

    async fn plan(&self, _: &mut Cx, change: &mut Change) -> Result<()> {
        panic_in("plan", &change.planned);
        Ok(())
    }

    async fn create(&self, _: &mut Cx, planned: &Value) -> Result<Value> {
        panic_in("create", planned);
        Ok(made(planned, "crash"))
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        panic_in("read", state);
        Ok(Some(state.clone()))
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }
}

fn panic_in(verb: &str, object: &Value) {
    assert!(object.get("verb").as_str() != Some(verb), "on purpose");
}

/// Had a `title` where it has a `name` now.
struct Old;

#[async_trait]
impl Resource for Old {
    fn spec(&self) -> Spec {
        let attributes = vec![id(), string("name", "Its name.").required(), number("size", "Its size.")];
        Spec::new("old", "Has been there before.").attributes(attributes).version(1).identity_version(1)
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        Ok(Some(state.clone()))
    }

    fn upgrade_identity(&self, _: i64, mut identity: Json) -> std::result::Result<Json, String> {
        let object = identity.as_object_mut().ok_or("it is no object")?;
        let number = object.remove("number").ok_or("it has no number")?;
        object.insert("id".into(), number.to_string().into());
        Ok(identity)
    }

    fn upgrade(&self, _: i64, mut state: Json) -> std::result::Result<Json, String> {
        let object = state.as_object_mut().ok_or("it is no object")?;
        let title = object.remove("title").ok_or("it has no title")?;
        object.insert("name".into(), title);
        Ok(state)
    }
}

/// Is not finished before it is interrupted.
struct Slow;

#[async_trait]
impl Resource for Slow {
    fn spec(&self) -> Spec {
        let attributes = vec![id(), string("tell", "Where to connect to when it has begun.").required()];
        Spec::new("slow", "Takes forever.").attributes(attributes)
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        cx.keep(made(planned, "half"));
        let address = planned.get("tell").as_str().unwrap_or_default();
        let told = TcpStream::connect(address).await;
        cx.cancelled().await;
        drop(told);
        Err(Diagnostic::error("Interrupted", "It was half made.").into())
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        Ok(Some(state.clone()))
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }
}

/// Is made when whoever it tells hangs up.
struct Patient;

#[async_trait]
impl Resource for Patient {
    fn spec(&self) -> Spec {
        Spec::new("patient", "Takes as long as it is told.").attributes(vec![
            id(),
            string("tell", "Where to connect to when it has begun.").required(),
            string("secret", "In no plan and no state.").write_only(),
        ])
    }

    async fn create(&self, _: &mut Cx, planned: &Value) -> Result<Value> {
        let address = planned.get("tell").as_str().unwrap_or_default();
        let mut told = TcpStream::connect(address).await.expect("the test listens");
        tokio::io::copy(&mut told, &mut tokio::io::sink()).await.expect("it hangs up");
        Ok(made(planned, "patient"))
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        Ok(Some(state.clone()))
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }
}

/// Gives back what it is given.
struct Mirror;

#[async_trait]
impl DataSource for Mirror {
    fn spec(&self) -> DataSpec {
        let attributes =
            vec![number("number", "Any number.").required(), number("same", "The same number.").read_only()];
        DataSpec::new("mirror", "Gives back what it is given.", attributes)
    }

    async fn read(&self, _: &mut Cx, config: &Value) -> Result<Value> {
        let mut state = config.clone();
        state.insert("same", config.get("number").clone());
        Ok(state)
    }
}

/// Gives back what it is given, but not `bad`.
struct Echo;

impl Function for Echo {
    fn spec(&self) -> FunctionSpec {
        FunctionSpec {
            name: "echo",
            summary: "Gives back what it is given.",
            description: "",
            parameters: vec![Parameter::new("value", "Anything.", Type::Dynamic).nullable()],
            variadic: None,
            returns: Type::Dynamic,
        }
    }

    fn call(&self, arguments: &[Value]) -> std::result::Result<Value, FunctionError> {
        match arguments {
            [Value::Dynamic(pair)] if pair.1.as_str() == Some("bad") => {
                Err(FunctionError { argument: Some(0), text: "bad is not echoed".to_owned() })
            }
            [value] => Ok(value.clone()),
            _ => Err(FunctionError { argument: None, text: "one argument is echoed".to_owned() }),
        }
    }
}

/// Joins words, but no number words.
struct Join;

impl Function for Join {
    fn spec(&self) -> FunctionSpec {
        FunctionSpec {
            name: "join",
            summary: "Joins words.",
            description: "",
            parameters: vec![Parameter::new("separator", "What stands between them.", Type::String).takes_unknown()],
            variadic: Some(Parameter::new("words", "The words.", Type::String).nullable()),
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> std::result::Result<Value, FunctionError> {
        let Some((separator, words)) = arguments.split_first() else {
            return Err(FunctionError { argument: None, text: "there is no separator".to_owned() });
        };
        let Some(separator) = separator.as_str() else { return Ok(Value::Unknown) };
        if let Some(at) = words.iter().position(|word| word.as_str().is_some_and(|word| word.parse::<f64>().is_ok())) {
            let text = "a number is no word".to_owned();
            return Err(FunctionError { argument: i64::try_from(at + 1).ok(), text });
        }
        let words: Vec<_> = words.iter().map(|word| word.as_str().unwrap_or("-")).collect();
        Ok(words.join(separator).into())
    }
}
