//! An action that says what it does.

use async_trait::async_trait;
use autopilot::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::{Action, ActionSpec, Cx, Progress, Result},
    schema::{boolean, integer, string},
    value::Value,
};

/// Writes a text into a file, step by step.
pub(crate) struct Note;

#[async_trait]
impl Action for Note {
    fn spec(&self) -> ActionSpec {
        let attributes = vec![
            string("text", "What to note.").required(),
            integer("steps", "In how many steps.").range(0, 100),
            boolean("fails", "Whether it fails at the end."),
            boolean("panics", "Whether it panics at the end."),
            boolean("waits", "Whether it waits to be stopped."),
        ];
        ActionSpec::new("note", "Notes a text.", attributes).doing("noting the text")
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if config.get("text").as_str() == Some("") {
            diagnostics.push(Diagnostic::invalid(Path::of("text"), "must not be empty."));
        }
    }

    async fn plan(&self, _: &mut Cx, config: &Value) -> Result<()> {
        match config.get("text").as_str() {
            Some("unplanned") => Err(Diagnostic::error("Not Planned", "This is not to be noted.").into()),
            _ => Ok(()),
        }
    }

    async fn invoke(&self, cx: &mut Cx, config: &Value, progress: &Progress) -> Result<()> {
        let text = config.get("text").as_str().unwrap_or_default();
        for step in 1..=config.get("steps").as_i64().unwrap_or(1) {
            progress.tell(format!("{text}, step {step}")).await;
        }
        let asked = |name: &str| config.get(name).as_bool() == Some(true);
        assert!(!asked("panics"), "on purpose");
        if asked("waits") {
            cx.cancelled().await;
            return Err(Diagnostic::error("Interrupted", "It was stopped.").into());
        }
        if asked("fails") {
            return Err(Diagnostic::error("Not Noted", "There is no more paper.").into());
        }
        cx.warn("Noted in Pencil", "It may fade.");
        Ok(())
    }
}
