//! Something of which there is any number, to be listed.

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use autopilot::{
    diagnostic::Diagnostic,
    resource::{Cx, Listing, Resource, Result, Spec},
    schema::{boolean, id, integer, null_object, string},
    value::Value,
};

/// How many rows have been made in this process. Only the test of the limit lists without asking for an end.
pub(crate) static MADE: AtomicI64 = AtomicI64::new(0);

/// A row, found by its number.
pub(crate) struct Row;

#[async_trait]
impl Resource for Row {
    fn spec(&self) -> Spec {
        Spec::new("row", "Is one of many.")
            .attributes(vec![id(), string("text", "Its number in words."), string("secret", "A secret.").write_only()])
            .listed_by(vec![
                integer("count", "How many there are.").range(0, 1000),
                integer("fails_at", "Before which one the list fails."),
                integer("panics_at", "Before which one the list panics."),
                integer("nameless_at", "Which one has no id."),
                boolean("warns", "Whether something is to be told beside the rows."),
            ])
    }

    async fn read(&self, _: &mut Cx, state: &Value) -> Result<Option<Value>> {
        Ok(Some(state.clone()))
    }

    async fn create(&self, _: &mut Cx, planned: &Value) -> Result<Value> {
        let mut state = planned.clone();
        state.insert("id", "row".into());
        Ok(state)
    }

    async fn delete(&self, _: &mut Cx, _: &Value) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Cx, id: &str) -> Result<Value> {
        Ok(row(self, id.into(), id))
    }

    async fn list(&self, _: &mut Cx, listing: &mut Listing) -> Result<()> {
        let asked = |listing: &Listing, name: &str| listing.config.get(name).as_i64();
        if listing.config.get("warns").as_bool() == Some(true) {
            listing.warn(Diagnostic::warning("Some Are Hidden", "Not all can be seen.")).await;
        }
        for number in 0..asked(listing, "count").unwrap_or(i64::MAX) {
            if asked(listing, "fails_at") == Some(number) {
                return Err(Diagnostic::error("List Broken", "The list broke off.").into());
            }
            assert!(asked(listing, "panics_at") != Some(number), "on purpose");
            MADE.fetch_add(1, Ordering::Relaxed);
            let id =
                if asked(listing, "nameless_at") == Some(number) { Value::Null } else { number.to_string().into() };
            if listing.tell(&format!("Row {number}"), row(self, id, "a row")).await.is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn row(of: &Row, id: Value, text: &str) -> Value {
    let mut row = null_object(&of.spec().attributes);
    row.insert("id", id);
    row.insert("text", text.into());
    // Must not get out.
    row.insert("secret", "of the row".into());
    row
}
