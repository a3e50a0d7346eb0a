//! Does what a resource must not do, to see that it does no harm.

use async_trait::async_trait;
use autopilot::{
    resource::{Change, Cx, Resource, Result, Spec},
    schema::{id, plain, string},
    value::{Type, Value},
};

/// Makes the mistake that it is told.
pub(crate) struct Wrong;

#[async_trait]
impl Resource for Wrong {
    fn spec(&self) -> Spec {
        Spec::new("wrong", "Makes a mistake.").attributes(vec![
            id(),
            string("mistake", "Which one.").required(),
            plain("flags", "Anything.", Type::List(Type::Bool.into())).read_only(),
            string("secret", "In no plan and no state.").write_only(),
        ])
    }

    async fn plan(&self, _: &mut Cx, change: &mut Change) -> Result<()> {
        if !change.planned.is_null() {
            mistaken("plan", &mut change.planned);
        }
        Ok(())
    }

    async fn create(&self, _: &mut Cx, planned: &Value) -> Result<Value> {
        let mut state = planned.clone();
        state.insert("id", "made".into());
        state.insert("flags", Value::List(Vec::new()));
        mistaken("create", &mut state);
        Ok(state)
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let mut state = state.clone();
        mistaken("read", &mut state);
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let mut state = planned.clone();
        state.insert("id", prior.get("id").clone());
        mistaken("update", &mut state);
        Ok(state)
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Cx, id: &str) -> Result<Value> {
        let mut state = Value::object([("id", "made".into()), ("mistake", id.into())]);
        mistaken("import", &mut state);
        Ok(state)
    }
}

/// Makes the mistake of a verb, such as `read:secret`.
fn mistaken(verb: &str, state: &mut Value) {
    let mistake = state.get("mistake").as_str().and_then(|text| text.strip_prefix(verb)?.strip_prefix(':'));
    match mistake.map(str::to_owned).as_deref() {
        Some("type") => state.insert("flags", "no list".into()),
        Some("surplus") => state.insert("surplus", true.into()),
        Some("secret") => state.insert("secret", "leaked".into()),
        Some("nothing") => *state = Value::Null,
        Some("text") => *state = "no object".into(),
        Some("unknown") => state.insert("flags", Value::Unknown),
        Some("nameless") => state.insert("id", Value::Null),
        Some("other") => state.insert("id", "another".into()),
        _ => {}
    }
}
